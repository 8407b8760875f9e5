#include "writ/review/examine.h"

#include <algorithm>
#include <utility>

#include "writ/lower/lower.h"
#include "writ/review/instances.h"
#include "writ/review/space.h"

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
  return "arn:aws:iam::" + (place ? world.places[*place].id : "") + ":role/" +
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
    if (regions) setting.regions = *regions;
    setting.sparse = sparse;
    return setting;
  }

  Judgement Decide(const Caller& caller, const policy::Request& request, Coverage* coverage) {
    Judgement judgement = judge.Decide(caller, request);
    if (coverage != nullptr) {
      coverage->Observe(caller, judge.IdentityOf(caller), request, judgement);
    }
    return judgement;
  }

  std::vector<Caller> Holders(const intent::Permission& permission) const;
  std::vector<Caller> BoundBy(const intent::Prohibition& prohibition) const;
  Answer AskCan(const intent::Permission& permission, diag::Sink& sink, Coverage* coverage);
  Answer AskCannot(const intent::Prohibition& prohibition, diag::Sink& sink, Coverage* coverage);
  void AskTrust(const World& asked, const Caller& caller, const intent::Permission& permission,
                Coverage* coverage, Answer& answer);
  [[nodiscard]] bool IsBetter(const intent::Operation& operation, const std::string& action,
                              const std::optional<Decided>& than) const;
  decide::Answer Within(const Caller& caller, const intent::Prohibition& prohibition,
                        const std::vector<Statement>& denied,
                        const std::vector<std::string>& actions);

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

void Examiner::Impl::AskTrust(const World& asked, const Caller& caller,
                              const intent::Permission& permission, Coverage* coverage,
                              Answer& answer) {
  for (const HeldDocument& trust : asked.documents) {
    if (trust.kind != policy::Kind::kTrust) continue;
    const std::string& account = world.places[caller.place].name;
    if (!trust.name.starts_with("trust/" + account + "/")) continue;
    for (Statement statement : trust.document.statements) {
      statement.resource = policy::Patterns{policy::Sense::kListed, {RoleArn(world, trust)}};
      const Setting setting = SettingFor(permission.regions, false);
      for (const auto& [request, pattern] :
           InstancesOf(statement, caller, judge, setting).requests) {
        Judgement judgement = Decide(caller, request, coverage);
        ++answer.asked;
        if (!judgement.is_allowed() && !answer.counterexample) {
          answer.counterexample = Decided{caller, request, std::move(judgement)};
        }
      }
    }
  }
}

Answer Examiner::Impl::AskCan(const intent::Permission& permission, diag::Sink& sink,
                              Coverage* coverage) {
  const lower::Bundle bundle = Alone(permission, sink);
  const World asked = MakeWorld(asked_model, bundle);
  Judge asked_judge(asked);
  Answer answer;
  for (const Caller& caller : Holders(permission)) {
    if (caller.is_service) {
      AskTrust(asked, caller, permission, coverage, answer);
      continue;
    }
    const Setting setting = SettingFor(permission.regions, false);
    for (const Statement& statement : StatementsOf(asked, asked_judge.IdentityOf(caller))) {
      for (const auto& [request, pattern] :
           InstancesOf(statement, caller, judge, setting).requests) {
        Judgement judgement = Decide(caller, request, coverage);
        ++answer.asked;
        if (!judgement.is_allowed() && !answer.counterexample) {
          answer.counterexample = Decided{caller, request, std::move(judgement)};
        }
      }
    }
  }
  if (answer.asked == 0) answer.kind = Answer::Kind::kAsksNothing;
  if (answer.counterexample) answer.kind = Answer::Kind::kFails;
  return answer;
}

/// Whether a counterexample with `action` says more than the one there is: one that does what the
/// verb is for rather than one that only leads to it.
bool Examiner::Impl::IsBetter(const intent::Operation& operation, const std::string& action,
                              const std::optional<Decided>& than) const {
  if (!than) return true;
  if (operation.kind != intent::Operation::Kind::kVerb) return false;
  const library::Verb* verb = program.library.Find(operation.verb, intent::Name(operation.sort));
  const auto is_usual = [&](const std::string& name) {
    return verb != nullptr && std::ranges::any_of(verb->permit, [&](const library::Leg& leg) {
             return std::ranges::find(leg.actions, name) != leg.actions.end();
           });
  };
  return is_usual(action) && !is_usual(than->request.action);
}

/// Whether the caller is allowed nothing that `denied` names; actions narrow what is asked.
decide::Answer Examiner::Impl::Within(const Caller& caller, const intent::Prohibition& prohibition,
                                      const std::vector<Statement>& denied,
                                      const std::vector<std::string>& actions) {
  // A sentence with days of its own is asked about all of them.
  const bool dated = prohibition.period.from || prohibition.period.until;
  Frame frame{dated ? "" : program.day, {}, IsAboutCalls(prohibition)};
  for (const std::size_t document : judge.IdentityOf(caller)) {
    RegionsIn(world.documents[document].document, frame.regions);
  }
  for (const std::size_t document : world.places[caller.place].scps) {
    RegionsIn(world.documents[document].document, frame.regions);
  }
  policy::PolicyDocument asked;
  asked.statements = denied;
  RegionsIn(asked, frame.regions);
  std::vector<Statement> statements = denied;
  if (!actions.empty()) {
    for (Statement& statement : statements) {
      std::erase_if(statement.action.values, [&](const std::string& action) {
        return std::ranges::find(actions, action) == actions.end();
      });
    }
    std::erase_if(statements, [](const Statement& s) { return s.action.values.empty(); });
    if (statements.empty()) return decide::Proved{};
  }
  decide::Options options;
  options.catalog = &program.catalog;
  return decide::IsWithin(SpaceOf(judge, caller, frame), EverythingBut(statements, caller),
                          options);
}

Answer Examiner::Impl::AskCannot(const intent::Prohibition& prohibition, diag::Sink& sink,
                                 Coverage* coverage) {
  const lower::Bundle bundle = Alone(prohibition, sink);
  const World asked = MakeWorld(asked_model, bundle);
  Answer answer;
  std::size_t named = 0;
  for (const Caller& caller : BoundBy(prohibition)) {
    const std::vector<Statement> denied = StatementsOf(asked, asked.places[caller.place].scps);
    named += denied.size();
    std::optional<std::vector<std::string>> regions;
    if (prohibition.regions && !prohibition.regions->all_except) {
      regions = prohibition.regions->regions;
    }
    for (const Statement& statement : denied) {
      for (const auto& [request, pattern] :
           InstancesOf(statement, caller, judge, SettingFor(regions, true)).requests) {
        if (IsAboutCalls(prohibition) && IsForProfile(request.resource)) continue;
        Judgement judgement = Decide(caller, request, coverage);
        ++answer.asked;
        if (judgement.is_allowed() &&
            IsBetter(prohibition.operation, request.action, answer.counterexample)) {
          answer.counterexample = Decided{caller, request, std::move(judgement)};
        }
      }
    }
    if (answer.counterexample || denied.empty()) continue;
    const decide::Answer proof = Within(caller, prohibition, denied, {});
    if (const auto* refuted = std::get_if<decide::Refuted>(&proof)) {
      const policy::Request& request = refuted->witness.request;
      answer.counterexample = Decided{caller, request, Decide(caller, request, coverage)};
    } else if (const auto* open = std::get_if<decide::Undecided>(&proof)) {
      answer.obstacles.insert(answer.obstacles.end(), open->obstacles.begin(),
                              open->obstacles.end());
    }
  }
  if (!answer.obstacles.empty()) answer.kind = Answer::Kind::kUndecided;
  if (named == 0) answer.kind = Answer::Kind::kAsksNothing;
  if (answer.counterexample) answer.kind = Answer::Kind::kFails;
  return answer;
}

Examiner::Examiner(const Program& program, const lower::Bundle& bundle)
    : impl_(std::make_unique<Impl>(program, bundle)) {}
Examiner::~Examiner() = default;

Answer Examiner::Ask(const intent::Question& question, diag::Sink& sink, Coverage* coverage) {
  return question.can ? impl_->AskCan(*question.can, sink, coverage)
                      : impl_->AskCannot(*question.cannot, sink, coverage);
}

std::vector<Decided> Examiner::FindGranted(const intent::Prohibition& sentence,
                                           const std::vector<std::string>& actions,
                                           diag::Sink& sink) {
  const lower::Bundle bundle = impl_->Alone(sentence, sink);
  const World asked = MakeWorld(impl_->asked_model, bundle);
  std::vector<Decided> granted;
  for (const Caller& caller : impl_->BoundBy(sentence)) {
    const std::vector<Statement> denied = StatementsOf(asked, asked.places[caller.place].scps);
    if (denied.empty()) continue;
    const decide::Answer answer = impl_->Within(caller, sentence, denied, actions);
    if (const auto* refuted = std::get_if<decide::Refuted>(&answer)) {
      const policy::Request& request = refuted->witness.request;
      granted.push_back({caller, request, impl_->judge.Decide(caller, request)});
    }
  }
  return granted;
}

const World& Examiner::world() const { return impl_->world; }
Judge& Examiner::judge() { return impl_->judge; }

}  // namespace writ::review
