#include "output/lower/lower.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/diag/codes/meaning.h"
#include "base/diag/codes/proof.h"
#include "base/support/check.h"
#include "callers.h"
#include "context.h"
#include "endpoint_policies.h"
#include "forbid.h"
#include "forbid_models.h"
#include "iam/policy/pattern.h"
#include "merge.h"
#include "perimeters.h"
#include "permit.h"
#include "places_of_callers.h"
#include "stand_ins.h"

namespace writ::lower {
namespace {

using PrincipalKind = intent::Principal::Kind;

/// A document's place in the tree.
struct Key {
  std::string folder;
  std::string name;
  auto operator<=>(const Key&) const = default;
};

std::string OneLine(const intent::Origin& origin) {
  return origin.because.empty() ? origin.sentence : origin.because;
}

/// A file name for principals that are named in a sentence and not by a team.
std::string NameOf(const intent::Principal& principal) {
  const auto kind = [&] {
    switch (principal.kind) {
      case PrincipalKind::kRole:
        return "role";
      case PrincipalKind::kUser:
        return "user";
      case PrincipalKind::kTag:
        return "tag";
      case PrincipalKind::kPermissionSet:
        return "permission-set";
      case PrincipalKind::kService:
        return "service";
    }
    return "principal";
  };
  std::string name = fmt::format("{}-{}{}", kind(), principal.tag_key, principal.value);
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain) c = '-';
  }
  return name;
}

/// The statements that are in each of the documents, of which there is one at least.
std::set<policy::Statement> InAll(const std::vector<Document*>& documents) {
  std::set<policy::Statement> common;
  for (const Sourced& sourced : documents.front()->statements) common.insert(sourced.statement);
  for (const Document* document : documents) {
    std::set<const policy::Statement*> found;
    for (const Sourced& sourced : document->statements) {
      const auto at = common.find(sourced.statement);
      if (at != common.end()) found.insert(&*at);
    }
    std::erase_if(common, [&](const policy::Statement& one) { return !found.contains(&one); });
  }
  return common;
}

/// Collects statements into documents.
class Assembler {
 public:
  Assembler(const Input& input, diag::Sink& sink, Sharing sharing)
      : input_(input),
        forms_(input.catalog),
        context_{input, sink, forms_, denials_},
        sharing_(sharing),
        stand_ins_(input, sharing),
        standing_in_{input.model, input.catalog, input.library, stand_ins_.bindings()} {}

  Bundle Run() {
    for (const intent::Permission& permission : input_.model.permissions) {
      Add(permission.origin, [&] { AddPermission(permission); });
    }
    for (const intent::Prohibition& prohibition : input_.model.prohibitions) {
      Add(prohibition.origin, [&] { AddProhibition(prohibition); });
    }
    for (const intent::Perimeter& perimeter : input_.model.perimeters) {
      Add(perimeter.origin, [&] { AddPerimeter(perimeter); });
    }
    for (EndpointPolicy& endpoint : EndpointPolicies(input_)) {
      const Key key{endpoint.document.folder, endpoint.document.name};
      documents_[key] = std::move(endpoint.document);
      attachments_.insert(endpoint.attachments.begin(), endpoint.attachments.end());
    }
    return Finish();
  }

 private:
  [[nodiscard]] std::vector<Sourced> Made(std::vector<policy::Statement> statements,
                                          const intent::Origin& origin);
  template <class Step>
  void Add(const intent::Origin& origin, const Step& step);
  void AddPermission(const intent::Permission& permission);
  /// Statements of one sentence in one document.
  using Part = std::shared_ptr<const std::vector<Sourced>>;
  /// What a sentence grants in an account, and in those that are alike but for names.
  struct Grant {
    std::vector<policy::Statement> statements;
    Unbound unbound;
    Part by_name;
    std::map<std::pair<const intent::Holder*, std::string>, Part> by_tag;  ///< and document
  };
  Grant& GrantIn(const intent::Permission& permission, intent::AccountIndex index);
  void AddHolder(const intent::Permission& permission, const intent::Holder& holder,
                 intent::AccountIndex index, Grant& grant);
  [[nodiscard]] std::vector<policy::Statement> ForTagged(const intent::Permission& permission,
                                                         const intent::Holder& holder,
                                                         const std::vector<policy::Statement>& all);
  void AddTrust(const intent::Permission& permission, const intent::Account& account,
                const intent::Principal& service);
  void AddSets(const intent::Permission& permission, const intent::Holder& holder,
               Unbound& unbound);
  [[nodiscard]] bool IsOneIn(const std::vector<intent::GuardrailIndex>& guardrails,
                             const std::vector<intent::AccountIndex>& accounts) const;
  [[nodiscard]] std::optional<std::vector<policy::Statement>> OfSet(
      const intent::Permission& permission, const intent::Holder& holder,
      const std::vector<intent::AccountIndex>& accounts, bool by_variable, Unbound& unbound);
  void AddProhibition(const intent::Prohibition& prohibition);
  void AddPerimeter(const intent::Perimeter& perimeter);
  void ReportUnbound(const intent::Origin& origin,
                     const std::vector<intent::GuardrailIndex>& guardrails, const Unbound& unbound,
                     bool spans, std::string_view consequence);
  [[nodiscard]] const std::string& NameOfAccount(const std::string& id) const;
  Bundle Finish();
  void MoveUp();
  [[nodiscard]] std::vector<Document*> DocumentsBelow(intent::NodeIndex node);
  void Attach(const intent::Node& node);
  bool DropIdleTests(Document& document) const;
  Document& DocumentAt(const Key& key, Document::Kind kind, std::vector<std::string> targets);

  const Input& input_;
  ResourceForms forms_;
  KnownDenials denials_;
  Context context_;
  Sharing sharing_;
  StandIns stand_ins_;
  Input standing_in_;                             ///< guardrails are bound to stand-ins
  std::map<intent::AccountIndex, Grant> grants_;  ///< of the sentence at hand
  std::map<Key, std::vector<Part>> parts_;        ///< of identity policies
  std::map<Key, Document> documents_;
  std::map<Key, Document> perimeters_;  ///< RCPs, which are named as the SCPs of their nodes are
  std::set<Attachment> attachments_;
  std::size_t statements_ = 0;  ///< made so far
};

/// The document that holds what is said of `key`'s principals, made when first asked for.
Document& Assembler::DocumentAt(const Key& key, Document::Kind kind,
                                std::vector<std::string> targets) {
  const auto [at, is_new] = documents_.try_emplace(key);
  if (is_new) at->second = {kind, key.folder, key.name, std::move(targets), {}};
  return at->second;
}

std::vector<Sourced> Assembler::Made(std::vector<policy::Statement> statements,
                                     const intent::Origin& origin) {
  statements_ += statements.size();
  std::vector<Sourced> sourced;
  sourced.reserve(statements.size());
  for (policy::Statement& statement : statements) {
    sourced.push_back({std::move(statement), {origin.place}, OneLine(origin)});
  }
  return sourced;
}

/// No sentence becomes nothing in silence: one that adds no statement is refused, unless a finding
/// about it says why.
template <class Step>
void Assembler::Add(const intent::Origin& origin, const Step& step) {
  const std::size_t before = statements_;
  const std::size_t found = context_.sink.all().size();
  context_.contradiction = false;
  step();
  if (statements_ > before || context_.sink.all().size() > found) return;
  // Earlier rules may have said that nothing had to be.
  const std::array said{diag::kNeverMatches.number, diag::kNothingOnPlane.number,
                        diag::kNothingToSubscribe.number};
  const bool is_said = std::ranges::any_of(context_.sink.all(), [&](const diag::Diagnostic& known) {
    return std::ranges::find(said, known.number) != said.end() &&
           known.span.file == origin.span.file && known.span.begin >= origin.span.begin &&
           known.span.end <= origin.span.end;
  });
  if (is_said) return;
  diag::Diagnostic& nothing = context_.sink.Report(diag::kLoweredToNothing, origin.span);
  nothing.At("produces no statement");
  if (context_.contradiction) {
    nothing.As(diag::Severity::kWarning)
        .Note(
            "its conditions exclude each other, so there is no request about which a policy "
            "would have to say anything");
  } else {
    nothing.Note("without a statement the sentence would have no effect");
  }
}

/// A statement for each tag that may bind the caller: the grant ends with the tag.
std::vector<policy::Statement> Assembler::ForTagged(const intent::Permission& permission,
                                                    const intent::Holder& holder,
                                                    const std::vector<policy::Statement>& all) {
  std::vector<policy::Statement> tagged;
  for (const intent::Principal& principal : holder.principals) {
    if (principal.kind != PrincipalKind::kTag) continue;
    for (policy::Statement statement : all) {
      const Conjoined done =
          Conjoin(statement.conditions,
                  Make("StringEquals", "aws:PrincipalTag/" + principal.tag_key, {principal.value}));
      if (done == Conjoined::kInexpressible) {
        ReportInexpressible(context_, permission.origin,
                            fmt::format("one statement cannot ask for `aws:PrincipalTag/{}` in "
                                        "another way beside the tag that binds the team",
                                        principal.tag_key));
      }
      if (done == Conjoined::kDone) tagged.push_back(std::move(statement));
    }
  }
  return tagged;
}

Assembler::Grant& Assembler::GrantIn(const intent::Permission& permission,
                                     intent::AccountIndex index) {
  const bool is_bound = !permission.guardrails.empty() || !permission.operation.guardrails.empty();
  const intent::AccountIndex kin = stand_ins_.OfKin(index, is_bound);
  const auto [at, is_new] = grants_.try_emplace(kin);
  Grant& grant = at->second;
  if (!is_new) return grant;
  Context context{standing_in_, context_.sink, forms_, denials_,
                  std::move(context_.unknown_destinations)};
  grant.statements = Permit(context, permission, context_.AccountAt(kin),
                            stand_ins_.NumberOf(index), grant.unbound);
  context_.unknown_destinations = std::move(context.unknown_destinations);
  context_.contradiction = context_.contradiction || context.contradiction;
  return grant;
}

void Assembler::AddHolder(const intent::Permission& permission, const intent::Holder& holder,
                          intent::AccountIndex index, Grant& grant) {
  const intent::Account& account = context_.AccountAt(index);
  const auto is_tag = [](const intent::Principal& principal) {
    return principal.kind == PrincipalKind::kTag;
  };
  const bool mixed =
      std::ranges::any_of(holder.principals, is_tag) &&
      std::ranges::any_of(holder.principals, [](const intent::Principal& principal) {
        return principal.kind == PrincipalKind::kRole || principal.kind == PrincipalKind::kUser;
      });
  std::map<Key, bool> keys;  ///< whether it is for those who are bound by tag
  for (const intent::Principal& principal : holder.principals) {
    if (principal.kind == PrincipalKind::kService) {
      AddTrust(permission, account, principal);
      continue;
    }
    if (principal.kind == PrincipalKind::kPermissionSet) continue;
    const bool user = principal.kind == PrincipalKind::kUser;
    const bool tag = is_tag(principal);
    // `+` is in no declared name. Whoever is bound by name must not need the tag, and whoever is
    // bound by tag must not do without it.
    Key key{"iam/" + account.name,
            holder.team.empty() ? NameOf(principal) : holder.team + (tag && mixed ? "+tag" : "")};
    if (tag) {
      // Roles and users alike may carry a tag.
      const std::string id = fmt::format("tag:{}={}", principal.tag_key, principal.value);
      for (const char* to : {"role", "user"}) {
        attachments_.insert({key.folder, key.name, to, id, /*open=*/true});
      }
    } else {
      attachments_.insert({key.folder, key.name, user ? "user" : "role", principal.value,
                           principal.value.find_first_of("*?") != std::string::npos});
    }
    keys.emplace(std::move(key), tag);
  }
  for (const auto& [key, tag] : keys) {
    intent::Holder one = holder;
    // Directly named tags have a document each.
    if (holder.team.empty()) {
      std::erase_if(one.principals, [&name = key.name](const intent::Principal& principal) {
        return NameOf(principal) != name;
      });
    }
    Part& part = tag ? grant.by_tag[{&holder, key.name}] : grant.by_name;
    if (!part) {
      part = std::make_shared<const std::vector<Sourced>>(
          Made(tag ? ForTagged(permission, one, grant.statements) : grant.statements,
               permission.origin));
    }
    Document& document = DocumentAt(key, Document::Kind::kIdentity, {account.name});
    document.names = stand_ins_.NamesOf(index);
    parts_[key].push_back(part);
  }
}

/// Whether each of the guardrails is bound alike in all of the accounts.
bool Assembler::IsOneIn(const std::vector<intent::GuardrailIndex>& guardrails,
                        const std::vector<intent::AccountIndex>& accounts) const {
  const intent::Bindings& bindings = input_.bindings;
  const std::string& first = context_.AccountAt(accounts.front()).id;
  return std::ranges::all_of(guardrails, [&](intent::GuardrailIndex guardrail) {
    const std::string& name = context_.GuardrailAt(guardrail).name;
    const std::vector<std::string> regions = bindings.Regions(name, first);
    return std::ranges::all_of(accounts, [&](intent::AccountIndex index) {
      const std::string& id = context_.AccountAt(index).id;
      return bindings.Regions(name, id) == regions &&
             std::ranges::all_of(regions, [&](const std::string& region) {
               return bindings.Find(name, id, region) == bindings.Find(name, first, region);
             });
    });
  });
}

/// What a permission set is granted by one sentence. `by_variable`: what the caller's account owns
/// is said by policy variable, so that one statement serves all accounts.
std::optional<std::vector<policy::Statement>> Assembler::OfSet(
    const intent::Permission& permission, const intent::Holder& holder,
    const std::vector<intent::AccountIndex>& accounts, bool by_variable, Unbound& unbound) {
  const intent::Organization& organization = input_.model.organization;
  const bool is_bound = !permission.guardrails.empty() || !permission.operation.guardrails.empty();
  std::map<policy::Statement, std::vector<intent::AccountIndex>> by_statement;
  for (const intent::AccountIndex index : accounts) {
    const intent::Account& account = context_.AccountAt(index);
    const std::string text = by_variable ? std::string(kCallersAccount) : account.id;
    for (policy::Statement& statement : Permit(context_, permission, account, text, unbound)) {
      std::optional<std::vector<policy::Statement>> parts = OfCallersAccount(std::move(statement));
      if (!parts) return std::nullopt;
      for (policy::Statement& part : *parts) by_statement[std::move(part)].push_back(index);
    }
    // Without bindings the accounts do not differ.
    if (by_variable && !is_bound) {
      for (auto& [statement, where] : by_statement) where = accounts;
      break;
    }
  }
  // Where its guardrails go by account, a new one has none, and with them goes the whole sentence:
  // also the authorizations that name none.
  const bool reaches_later = IsOneIn(permission.guardrails, accounts);
  const std::vector<intent::NodeIndex> units =
      UnitsInBoth(organization, holder.units, permission.units);
  std::vector<policy::Statement> all;
  for (const auto& [statement, where] : by_statement) {
    const auto limited_to = [&](const std::vector<Block>& ways) {
      std::optional<std::vector<policy::Statement>> said{std::in_place};
      for (const Block& callers : ways) {
        policy::Statement limited = statement;
        Conjoined done = Conjoined::kDone;
        for (const policy::Condition& condition : callers) {
          done = Conjoin(limited.conditions, condition);
        }
        if (done == Conjoined::kInexpressible) return decltype(said)();
        if (done == Conjoined::kDone) said->push_back(std::move(limited));
      }
      return said;
    };
    std::optional<std::vector<policy::Statement>> said;
    if (where == accounts && reaches_later) {
      said = limited_to(CallersOf(organization, units, accounts));
    }
    if (!said) said = limited_to({CallersOf(organization, where)});
    if (!said) return std::nullopt;
    std::ranges::move(*said, std::back_inserter(all));
  }
  return all;
}

void Assembler::AddSets(const intent::Permission& permission, const intent::Holder& holder,
                        Unbound& unbound) {
  std::set<std::string> sets;
  for (const intent::Principal& principal : holder.principals) {
    if (principal.kind == PrincipalKind::kPermissionSet) sets.insert(principal.value);
  }
  std::vector<intent::AccountIndex> accounts;
  std::ranges::set_intersection(holder.accounts, permission.accounts, std::back_inserter(accounts));
  if (sets.empty() || accounts.empty()) return;
  const bool has_units =
      !UnitsInBoth(input_.model.organization, holder.units, permission.units).empty();
  const bool by_variable = accounts.size() > 1 || has_units;
  std::optional<std::vector<policy::Statement>> statements =
      OfSet(permission, holder, accounts, by_variable, unbound);
  if (!statements) statements = OfSet(permission, holder, accounts, false, unbound);
  if (!statements) {
    ReportInexpressible(context_, permission.origin,
                        "one statement cannot ask for the caller's account in another way beside "
                        "that of the team");
    return;
  }
  if (statements->empty()) return;
  std::vector<Sourced> made = Made(*statements, permission.origin);
  for (Sourced& sourced : made) {
    Callers callers = FormOf(context_, sourced.statement, {holder}, std::nullopt);
    const bool is_listed = callers.form == Callers::Form::kListed;
    if (is_listed && has_units && !IsOneIn(permission.guardrails, accounts)) {
      callers.because = "a guardrail of the sentence is another one in some of its accounts";
    }
    sourced.callers.push_back(std::move(callers));
  }
  for (const std::string& set : sets) {
    const Key key{"permission-sets", set};
    std::ranges::copy(made, std::back_inserter(
                                DocumentAt(key, Document::Kind::kPermissionSet, {set}).statements));
    attachments_.insert({key.folder, key.name, "permission-set", set, false});
  }
}

/// `service "x" may do sts:AssumeRole on "arn:…:role/r"`: the trust policy of that role.
void Assembler::AddTrust(const intent::Permission& permission, const intent::Account& account,
                         const intent::Principal& service) {
  Alternatives conditions{PeriodBlock(permission.period)};
  const auto when = ToAlternatives(permission.when, false);
  if (!when) {
    ReportInexpressible(context_, permission.origin, when.error().message);
    return;
  }
  const auto both = Both(conditions, *when);
  if (!both) {
    ReportInexpressible(context_, permission.origin, both.error().message);
    return;
  }
  for (const std::string& arn : permission.operation.resources) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
    WRIT_CHECK(segments.has_value(), arn);
    if ((*segments)[4] != "*" && (*segments)[4] != account.id) continue;
    // Names of roles are unique in an account, whatever their paths.
    const std::string role = arn.substr(arn.find_last_of("/:") + 1);
    const Key key{"trust/" + account.name, role};
    Document& document = DocumentAt(key, Document::Kind::kTrust, {account.name, role});
    for (const Block& block : *both) {
      policy::Statement statement;
      statement.effect = policy::Effect::kAllow;
      statement.principal = policy::Principals{policy::Sense::kListed,
                                               {{policy::PrincipalType::kService, service.value}}};
      statement.action = Listed(permission.operation.actions);
      statement.conditions = block;
      for (Sourced& sourced : Made({std::move(statement)}, permission.origin)) {
        document.statements.push_back(std::move(sourced));
      }
    }
    attachments_.insert({key.folder, key.name, "role", role, false});
  }
}

void Assembler::ReportUnbound(const intent::Origin& origin,
                              const std::vector<intent::GuardrailIndex>& guardrails,
                              const Unbound& unbound, bool spans, std::string_view consequence) {
  if (unbound.empty() || guardrails.empty()) return;
  const std::string& name = context_.GuardrailAt(guardrails.front()).name;
  const auto& [account_id, regions] = *unbound.begin();
  if (input_.bindings.IsBound(name) && spans) {
    std::vector<std::string> places;
    for (const auto& [id, where] : unbound) {
      places.push_back(where.empty()
                           ? NameOfAccount(id)
                           : fmt::format("{} ({})", NameOfAccount(id), fmt::join(where, ", ")));
    }
    context_.sink
        .Report(diag::kGuardrailPartlyBound, origin.span, name,
                fmt::format("{}", fmt::join(places, ", ")))
        .At(std::string(consequence))
        .Suggest("bind it there in writ.bindings.json, or exclude those places from the sentence");
    return;
  }
  const std::vector<std::string> missing(regions.begin(), regions.end());
  diag::Diagnostic& found =
      input_.bindings.IsBound(name)
          ? context_.sink.Report(
                diag::kGuardrailNotBoundHere, origin.span, name, NameOfAccount(account_id),
                missing.empty() ? "any" : fmt::format("{}", fmt::join(missing, ", ")))
          : context_.sink.Report(diag::kGuardrailNotBound, origin.span, name);
  found.At("this sentence needs the guardrail's ARN and version")
      .Suggest("add what AWS assigned to writ.bindings.json:\n" +
               intent::MissingBindingHelp(name, account_id, missing))
      .Note(
          "`writ build --only guardrails -o DIR` writes the requests that create guardrails and "
          "needs no bindings");
}

const std::string& Assembler::NameOfAccount(const std::string& id) const {
  for (const intent::Account& account : input_.model.organization.accounts) {
    if (account.id == id) return account.name;
  }
  WRIT_CHECK(false, id);
}

void Assembler::AddPermission(const intent::Permission& permission) {
  Unbound unbound;
  std::size_t places = 0;
  grants_.clear();
  for (const intent::Holder& holder : permission.holders) {
    const bool only_sets =
        std::ranges::all_of(holder.principals, [](const intent::Principal& principal) {
          return principal.kind == PrincipalKind::kPermissionSet;
        });
    for (const intent::AccountIndex index : holder.accounts) {
      if (!std::ranges::binary_search(permission.accounts, index)) continue;
      const intent::Account& account = context_.AccountAt(index);
      ++places;
      const bool trust =
          std::ranges::all_of(holder.principals, [](const intent::Principal& principal) {
            return principal.kind == PrincipalKind::kService;
          });
      if (trust) {
        for (const intent::Principal& principal : holder.principals) {
          AddTrust(permission, account, principal);
        }
      } else if (!only_sets) {
        Grant& grant = GrantIn(permission, index);
        for (const auto& [kin, regions] : grant.unbound) {
          unbound[account.id].insert(regions.begin(), regions.end());
        }
        if (!grant.statements.empty()) AddHolder(permission, holder, index, grant);
      }
    }
    AddSets(permission, holder, unbound);
  }
  std::set<std::string> regions;
  for (const intent::Call& call : permission.calls) regions.insert(call.region);
  ReportUnbound(permission.origin, permission.guardrails, unbound,
                places * std::max<std::size_t>(regions.size(), 1) > 1, "grants nothing there");
}

void Assembler::AddProhibition(const intent::Prohibition& prohibition) {
  Unbound unbound;
  for (Denial& denial : Forbid(context_, prohibition, unbound)) {
    const intent::Node& node = input_.model.organization.nodes[denial.node.value];
    const Key key{"organization", node.name};
    Document& document = DocumentAt(key, Document::Kind::kScp, {node.name});
    if (denial.is_spread) {
      context_.sink.Report(diag::kExemptUntilListed, prohibition.origin.span, node.name)
          .At("the exempt accounts are too long a list for one document")
          .Suggest("group these accounts in an OU with an id, and name the OU")
          .Note(
              "principals exempt by name are exempt in every account of the node; documents of "
              "the accounts and OUs where that is wrong deny them again");
    }
    std::vector<intent::Holder> holders = prohibition.bound.included;
    holders.insert(holders.end(), prohibition.bound.excepted.begin(),
                   prohibition.bound.excepted.end());
    for (Sourced& sourced : Made(std::move(denial.statements), prohibition.origin)) {
      if (!holders.empty() && node.kind != intent::Node::Kind::kAccount) {
        sourced.callers.push_back(
            denial.is_spread
                ? Callers{Callers::Form::kSpread, "the list of accounts is longer than a document"}
                : FormOf(context_, sourced.statement, holders, denial.node));
      }
      document.statements.push_back(std::move(sourced));
    }
    Attach(node);
  }
  std::vector<intent::GuardrailIndex> guardrails = prohibition.guardrails;
  if (prohibition.unless && guardrails.empty()) guardrails = prohibition.unless->guardrails;
  const bool about_guardrails = prohibition.operation.sort == intent::Sort::kGuardrails;
  if (about_guardrails && !prohibition.operation.things.all) {
    guardrails = prohibition.operation.guardrails;
  }
  ReportUnbound(prohibition.origin, guardrails, unbound, prohibition.accounts.size() > 1,
                about_guardrails ? "forbids nothing there"
                                 : "the requirement cannot be met there, so the calls are denied");
}

void Assembler::AddPerimeter(const intent::Perimeter& perimeter) {
  const std::vector<Sourced> made = Made(Refuse(context_, perimeter), perimeter.origin);
  for (const intent::NodeIndex index : perimeter.nodes) {
    const intent::Node& node = input_.model.organization.nodes[index.value];
    const Key key{"organization", node.name};
    const auto [at, is_new] = perimeters_.try_emplace(key);
    Document& document = at->second;
    if (is_new) document = {Document::Kind::kRcp, key.folder, key.name, {node.name}, {}};
    document.statements.insert(document.statements.end(), made.begin(), made.end());
    Attach(node);
  }
}

void Assembler::Attach(const intent::Node& node) {
  const std::string to = node.kind == intent::Node::Kind::kRoot   ? "root"
                         : node.kind == intent::Node::Kind::kUnit ? "ou"
                                                                  : "account";
  // A program names its organization, not the organization's root.
  const bool root = node.kind == intent::Node::Kind::kRoot;
  attachments_.insert(
      {"organization", node.name, to, root ? input_.model.organization.id : node.id, false});
}

/// Those of all nodes right below in which there are accounts that SCPs bind; none if one of them
/// has no document.
std::vector<Document*> Assembler::DocumentsBelow(intent::NodeIndex node) {
  const intent::Organization& organization = input_.model.organization;
  std::vector<Document*> below;
  for (const intent::Node& child : organization.nodes) {
    const bool is_bound = std::ranges::any_of(child.accounts, [&](intent::AccountIndex account) {
      return !organization.accounts[account.value].management;
    });
    if (child.parent != node || !is_bound) continue;
    const auto document = documents_.find({"organization", child.name});
    if (document == documents_.end()) return {};
    below.push_back(&document->second);
  }
  return below;
}

/// What all nodes right below a node forbid is forbidden at the node, once. For the accounts of the
/// organization that is the same; accounts that join the node are bound as well.
void Assembler::MoveUp() {
  const auto& nodes = input_.model.organization.nodes;
  const catalog::Quota* const quota = input_.catalog.FindQuota("scp-size");
  WRIT_CHECK(quota != nullptr, "the size of an SCP has a quota");
  const auto length = [](const policy::Statement& statement) {
    policy::PolicyDocument document;
    document.statements = {statement};
    return policy::Write(document, policy::Style::kMinified).size();
  };
  // A parent comes before its children.
  for (std::size_t n = nodes.size(); n-- > 0;) {
    if (nodes[n].kind == intent::Node::Kind::kAccount) continue;
    const std::vector<Document*> below = DocumentsBelow({static_cast<std::uint32_t>(n)});
    if (below.size() < 2) continue;
    const std::set<policy::Statement> common = InAll(below);
    if (common.empty()) continue;
    Document& document =
        DocumentAt({"organization", nodes[n].name}, Document::Kind::kScp, {nodes[n].name});
    std::size_t characters = 0;
    for (const Sourced& sourced : document.statements) characters += length(sourced.statement);
    for (const policy::Statement& statement : common) {
      characters += length(statement);
      if (characters > static_cast<std::size_t>(quota->value)) break;
      for (Document* other : below) {
        for (Sourced& sourced : other->statements) {
          if (sourced.statement == statement) document.statements.push_back(sourced);
        }
        std::erase_if(other->statements,
                      [&](const Sourced& sourced) { return sourced.statement == statement; });
      }
    }
    if (document.statements.empty()) {
      documents_.erase({"organization", nodes[n].name});
    } else {
      Attach(nodes[n]);
    }
  }
}

/// That no profile is named is asked beside calls that name one, so that both share a statement.
/// Where none of a statement's actions can name one, it says nothing. Whether any was dropped.
bool Assembler::DropIdleTests(Document& document) const {
  const std::string& key = input_.library.profile_key();
  const auto may_carry = [&](const std::string& pattern) {
    return std::ranges::any_of(input_.library.modules(), [&](const library::Module& module) {
      return std::ranges::any_of(module.verbs, [&](const library::Verb& verb) {
        return std::ranges::any_of(verb.forbid, [&](const library::Leg& leg) {
          return leg.carries_profile &&
                 std::ranges::any_of(leg.actions, [&](const std::string& action) {
                   return catalog::MatchesPattern(policy::FoldCase(pattern),
                                                  policy::FoldCase(action));
                 });
        });
      });
    });
  };
  bool dropped = false;
  for (Sourced& sourced : document.statements) {
    policy::Statement& statement = sourced.statement;
    if (statement.effect != policy::Effect::kDeny ||
        statement.action.sense != policy::Sense::kListed ||
        std::ranges::any_of(statement.action.values, may_carry)) {
      continue;
    }
    dropped = std::erase_if(statement.conditions,
                            [&](const policy::Condition& condition) {
                              return condition.op.base == policy::BaseOperator::kNull &&
                                     policy::EqualIgnoringCase(condition.key, key) &&
                                     condition.values == std::vector<std::string>{"true"};
                            }) > 0 ||
              dropped;
  }
  return dropped;
}

Bundle Assembler::Finish() {
  Bundle bundle;
  MoveUp();
  std::set<Key> has_document;
  // Where the document of these parts is; nothing where they say nothing.
  std::map<std::vector<Part>, std::optional<std::size_t>> known;
  for (auto& [key, document] : documents_) {
    const auto parts = parts_.find(key);
    if (parts != parts_.end()) {
      const auto [at, is_new] = known.try_emplace(parts->second, bundle.documents.size());
      if (!is_new) {
        if (!at->second) continue;
        has_document.insert(key);
        document.like = at->second;
        bundle.documents.push_back(std::move(document));
        continue;
      }
      for (const Part& part : parts->second) {
        document.statements.insert(document.statements.end(), part->begin(), part->end());
      }
    }
    document.statements = Merge(std::move(document.statements));
    if (document.kind == Document::Kind::kScp && DropIdleTests(document)) {
      document.statements = Merge(std::move(document.statements));
    }
    if (!document.statements.empty()) {
      has_document.insert(key);
      bundle.documents.push_back(std::move(document));
    } else if (parts != parts_.end()) {
      known.at(parts->second).reset();
    }
  }
  for (auto& [key, document] : perimeters_) {
    document.statements = Merge(std::move(document.statements));
    has_document.insert(key);
    bundle.documents.push_back(std::move(document));
  }
  std::ranges::copy_if(attachments_, std::back_inserter(bundle.attachments),
                       [&](const Attachment& attachment) {
                         return has_document.contains({attachment.folder, attachment.name});
                       });
  return bundle;
}

}  // namespace

Bundle LowerShapes(const Input& input, diag::Sink& sink, Sharing sharing) {
  return Assembler(input, sink, sharing).Run();
}

Bundle Lower(const Input& input, diag::Sink& sink) {
  Bundle bundle = LowerShapes(input, sink);
  Spell(bundle);
  return bundle;
}

}  // namespace writ::lower
