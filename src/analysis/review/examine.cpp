#include "analysis/review/examine.h"

#include <algorithm>
#include <utility>

#include "analysis/review/instances.h"
#include "output/lower/lower.h"
#include "program/intent/label.h"

namespace writ::review {
namespace {

using policy::Statement;

/// Statements of the documents that a caller is under in the world of a question alone.
std::vector<Statement> StatementsOf(const World& world, const std::vector<std::size_t>& documents) {
  std::vector<Statement> statements;
  for (const std::size_t document : documents) {
    const auto& more = world.documents[document].document.statements;
    statements.insert(statements.end(), more.begin(), more.end());
  }
  return statements;
}

/// Whether a request is for the inference profile of a call. It grants nothing by itself: the
/// authorization for the model follows in every such call (library.md, "Prohibitions").
bool IsForProfile(const std::string& resource) {
  return resource.find(":inference-profile/") != std::string::npos ||
         resource.find(":application-inference-profile/") != std::string::npos;
}

bool IsAboutCalls(const intent::Prohibition& prohibition) {
  return prohibition.operation.kind == intent::Operation::Kind::kVerb &&
         prohibition.operation.sort == intent::Sort::kModels;
}

/// The requests of a trust policy name the role, which is the document's own.
std::string RoleArn(const World& world, const HeldDocument& trust) {
  const std::size_t last = trust.name.rfind('/');
  const std::string account = trust.name.substr(6, last - 6);
  const std::optional<std::size_t> place = world.FindPlace(account);
  return "arn:" + world.partition + ":iam::" + (place ? world.places[*place].id : "") + ":role/" +
         trust.name.substr(last + 1);
}

}  // namespace

struct Examiner::Impl {
  Impl(const Program& the_program, const lower::Bundle& bundle)
      : program(the_program),
        asked_model(the_program.model),
        world(MakeWorld(the_program.model, bundle)),
        judge(world) {
    asked_model.permissions.clear();
    asked_model.prohibitions.clear();
    asked_model.tests.clear();
    asked_model.assertions.clear();
  }

  lower::Bundle Alone(const intent::Permission& permission, diag::Sink& sink) {
    asked_model.permissions = {permission};
    lower::Bundle bundle = Lower(sink);
    asked_model.permissions.clear();
    return bundle;
  }
  lower::Bundle Alone(const intent::Prohibition& prohibition, diag::Sink& sink) {
    asked_model.prohibitions = {prohibition};
    lower::Bundle bundle = Lower(sink);
    asked_model.prohibitions.clear();
    return bundle;
  }
  lower::Bundle Lower(diag::Sink& sink) {
    return lower::Lower({asked_model, program.catalog, program.library, program.bindings}, sink);
  }

  Setting SettingFor(const std::optional<std::vector<std::string>>& regions, bool sparse) const {
    Setting setting{program.catalog, program.day, {}};
    setting.partition = world.partition;
    if (regions) setting.regions = *regions;
    setting.sparse = sparse;
    return setting;
  }

  void Decide(const Caller& caller, const policy::Request& request, Coverage* coverage) {
    const Judgement judgement = judge.Decide(caller, request);
    if (coverage != nullptr) {
      coverage->Observe(caller, judge.IdentityOf(caller), request, judgement);
    }
  }

  std::vector<Caller> Holders(const intent::Permission& permission) const;
  std::vector<Caller> BoundBy(const intent::Prohibition& prohibition) const;
  std::size_t SampleCan(const intent::Permission& permission, diag::Sink& sink, Coverage* coverage);
  std::size_t SampleCannot(const intent::Prohibition& prohibition, diag::Sink& sink,
                           Coverage* coverage);
  std::size_t SampleTrust(const World& asked, const Caller& caller,
                          const intent::Permission& permission, Coverage* coverage);

  Program program;
  intent::Model asked_model;  ///< the program's, with the question as its only sentence
  World world;
  Judge judge;
};

/// One caller for each principal in each account that the sentence is about.
std::vector<Caller> Examiner::Impl::Holders(const intent::Permission& permission) const {
  std::vector<Caller> callers;
  for (const intent::Holder& holder : permission.holders) {
    Group group{LabelOf(holder), holder.principals, {}};
    for (const intent::AccountIndex account : holder.accounts) {
      if (!std::ranges::binary_search(permission.accounts, account)) continue;
      group.places.push_back(account.value);
      for (Caller& caller : CallersOf(world, group, account.value)) {
        callers.push_back(std::move(caller));
      }
    }
  }
  return callers;
}

std::vector<Caller> Examiner::Impl::BoundBy(const intent::Prohibition& prohibition) const {
  std::vector<Caller> callers;
  const auto here = [&](std::size_t place) {
    return std::ranges::binary_search(prohibition.accounts,
                                      intent::AccountIndex{static_cast<std::uint32_t>(place)});
  };
  const auto excepted = [&](const Caller& caller) {
    return std::ranges::any_of(prohibition.bound.excepted, [&](const intent::Holder& holder) {
      const intent::AccountIndex account{static_cast<std::uint32_t>(caller.place)};
      return std::ranges::binary_search(holder.accounts, account) &&
             std::ranges::any_of(holder.principals, [&](const intent::Principal& principal) {
               return IsOne(principal, world.places[caller.place].id, caller);
             });
    });
  };
  const auto add = [&](Caller caller) {
    if (!caller.is_service && !excepted(caller)) callers.push_back(std::move(caller));
  };
  if (prohibition.bound.everyone) {
    for (const Group& group : world.groups) {
      for (const std::size_t place : group.places) {
        if (!here(place)) continue;
        for (Caller& caller : CallersOf(world, group, place)) add(std::move(caller));
      }
    }
    for (const intent::AccountIndex account : prohibition.accounts) {
      add(AnyoneElse(world, account.value));
    }
    return callers;
  }
  for (const intent::Holder& holder : prohibition.bound.included) {
    Group group{LabelOf(holder), holder.principals, {}};
    for (const intent::AccountIndex account : holder.accounts) {
      if (!here(account.value)) continue;
      group.places.push_back(account.value);
      for (Caller& caller : CallersOf(world, group, account.value)) add(std::move(caller));
    }
  }
  return callers;
}

std::size_t Examiner::Impl::SampleTrust(const World& asked, const Caller& caller,
                                        const intent::Permission& permission, Coverage* coverage) {
  std::size_t count = 0;
  for (const HeldDocument& trust : asked.documents) {
    if (trust.kind != policy::Kind::kTrust) continue;
    const std::string& account = world.places[caller.place].name;
    if (!trust.name.starts_with("trust/" + account + "/")) continue;
    for (Statement statement : trust.document.statements) {
      statement.resource = policy::Patterns{policy::Sense::kListed, {RoleArn(world, trust)}};
      const Setting setting = SettingFor(permission.regions, false);
      for (const auto& [request, pattern] :
           InstancesOf(statement, caller, judge, setting).requests) {
        Decide(caller, request, coverage);
        ++count;
      }
    }
  }
  return count;
}

std::size_t Examiner::Impl::SampleCan(const intent::Permission& permission, diag::Sink& sink,
                                      Coverage* coverage) {
  const lower::Bundle bundle = Alone(permission, sink);
  const World asked = MakeWorld(asked_model, bundle);
  Judge asked_judge(asked);
  std::size_t count = 0;
  for (const Caller& caller : Holders(permission)) {
    if (caller.is_service) {
      count += SampleTrust(asked, caller, permission, coverage);
      continue;
    }
    const Setting setting = SettingFor(permission.regions, false);
    for (const Statement& statement : StatementsOf(asked, asked_judge.IdentityOf(caller))) {
      for (const auto& [request, pattern] :
           InstancesOf(statement, caller, judge, setting).requests) {
        Decide(caller, request, coverage);
        ++count;
      }
    }
  }
  return count;
}

std::size_t Examiner::Impl::SampleCannot(const intent::Prohibition& prohibition, diag::Sink& sink,
                                         Coverage* coverage) {
  const lower::Bundle bundle = Alone(prohibition, sink);
  const World asked = MakeWorld(asked_model, bundle);
  std::size_t count = 0;
  for (const Caller& caller : BoundBy(prohibition)) {
    std::optional<std::vector<std::string>> regions;
    if (prohibition.regions && !prohibition.regions->all_except) {
      regions = prohibition.regions->regions;
    }
    for (const Statement& statement : StatementsOf(asked, asked.places[caller.place].scps)) {
      for (const auto& [request, pattern] :
           InstancesOf(statement, caller, judge, SettingFor(regions, true)).requests) {
        if (IsAboutCalls(prohibition) && IsForProfile(request.resource)) continue;
        Decide(caller, request, coverage);
        ++count;
      }
    }
  }
  return count;
}

Examiner::Examiner(const Program& program, const lower::Bundle& bundle)
    : impl_(std::make_unique<Impl>(program, bundle)) {}
Examiner::~Examiner() = default;

std::size_t Examiner::Sample(const intent::Question& question, diag::Sink& sink,
                             Coverage* coverage) {
  // Documents about outsiders are RCPs, of which no examples are made.
  if (question.outside) return 0;
  return question.can ? impl_->SampleCan(*question.can, sink, coverage)
                      : impl_->SampleCannot(*question.cannot, sink, coverage);
}

const World& Examiner::world() const { return impl_->world; }
Judge& Examiner::judge() { return impl_->judge; }

}  // namespace writ::review
