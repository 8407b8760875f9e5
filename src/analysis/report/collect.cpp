#include "analysis/report/collect.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/report/controls.h"
#include "analysis/report/declared.h"
#include "analysis/report/matrix.h"
#include "base/support/date.h"
#include "base/support/sha256.h"
#include "program/intent/find.h"

namespace writ::report {
namespace {

using intent::AccountIndex;
using intent::Model;

/// What a proof takes for granted: docs/proofs.md, in short.
constexpr std::array<std::string_view, 7> kAssumptions = {
    "Policies are attached where the manifest says, and FullAWSAccess is attached to every node.",
    "The principals of a team hold the documents of the tree and nothing else.",
    "A permission set is assigned in the accounts of its team only.",
    "SCPs bind neither the management account, nor service-linked roles, nor AWS services.",
    "Requests are made by principals of the organization's accounts.",
    "The facts of the catalog and the bindings are those of AWS.",
    "AWS evaluates policies as it documents.",
};

std::int64_t DaysLeft(std::string_view date, std::string_view as_of) {
  const auto end = support::ParseDate(date);
  const auto start = support::ParseDate(as_of);
  return end && start ? support::DayNumber(*end) - support::DayNumber(*start) : 0;
}

/// Sentences of the model, one for each place.
class Sentences {
 public:
  explicit Sentences(const Model& model) : model_(model) {}

  void Add(const intent::Origin& origin, Sentence::Kind kind,
           const std::vector<AccountIndex>& accounts,
           const std::vector<compliance::Kind>& evidence) {
    const auto [at, is_new] = by_place_.try_emplace(origin.place);
    One& one = at->second;
    if (is_new) {
      one.sentence.place = origin.place;
      one.sentence.text = origin.sentence;
      one.sentence.kind = kind;
      one.sentence.because = origin.because;
      one.sentence.use_case = origin.use_case;
      one.sentence.until = origin.until;
      one.span = origin.span;
    }
    one.controls.insert(origin.controls.begin(), origin.controls.end());
    one.attestations.insert(origin.attestations.begin(), origin.attestations.end());
    one.evaluations.insert(origin.after.begin(), origin.after.end());
    one.accounts.insert(accounts.begin(), accounts.end());
    for (const compliance::Kind each : evidence) one.evidence.emplace(compliance::Name(each));
    if (!origin.until.empty()) one.evidence.emplace(compliance::Name(compliance::Kind::kPeriod));
  }

  /// In the program's order.
  [[nodiscard]] std::vector<Sentence> Take(const std::vector<Document>& documents) {
    for (const Document& document : documents) {
      for (const Statement& statement : document.statements) {
        for (const std::string& place : statement.from) AddStatement(place, document, statement);
      }
    }
    std::vector<One> list;
    for (auto& [place, one] : by_place_) list.push_back(std::move(one));
    std::ranges::sort(list, {}, [](const One& one) {
      return std::tuple(one.span, std::string_view(one.sentence.place));
    });
    std::vector<Sentence> sentences;
    for (One& one : list) {
      one.sentence.controls.assign(one.controls.begin(), one.controls.end());
      one.sentence.evidence.assign(one.evidence.begin(), one.evidence.end());
      one.sentence.attestations.assign(one.attestations.begin(), one.attestations.end());
      one.sentence.evaluations.assign(one.evaluations.begin(), one.evaluations.end());
      for (const AccountIndex account : one.accounts) {
        one.sentence.accounts.push_back(model_.organization.accounts[account.value].name);
      }
      sentences.push_back(std::move(one.sentence));
    }
    return sentences;
  }

 private:
  struct One {
    Sentence sentence;
    source::Span span;
    std::set<std::string> controls;
    std::set<std::string> attestations;
    std::set<std::string> evaluations;
    std::set<AccountIndex> accounts;
    std::set<std::string> evidence;
  };

  void AddStatement(const std::string& place, const Document& document,
                    const Statement& statement) {
    const auto at = by_place_.find(place);
    if (at == by_place_.end()) return;
    at->second.sentence.statements.push_back(
        statement.sid.empty() ? document.path : document.path + "#" + statement.sid);
  }

  const Model& model_;
  std::map<std::string, One> by_place_;
};

/// What the sentence is evidence of, beside its period (docs/compliance.md).
std::vector<compliance::Kind> EvidenceOf(const intent::Permission& one) {
  std::vector<compliance::Kind> kinds{compliance::Kind::kPermission};
  // Calls are granted region by region.
  if (one.regions || !one.calls.empty()) kinds.push_back(compliance::Kind::kRegion);
  if (!one.endpoints.empty()) kinds.push_back(compliance::Kind::kEndpoint);
  if (!one.guardrails.empty()) kinds.push_back(compliance::Kind::kGuardrail);
  if (one.period.from) kinds.push_back(compliance::Kind::kPeriod);
  return kinds;
}

std::vector<compliance::Kind> EvidenceOf(const intent::Prohibition& one) {
  std::vector<compliance::Kind> kinds{compliance::Kind::kProhibition};
  const std::vector<std::string>& administered = one.operation.kinds;
  const auto has = [&](std::string_view kind) {
    return std::ranges::find(administered, kind) != administered.end();
  };
  if (one.regions) kinds.push_back(compliance::Kind::kRegion);
  if (!administered.empty() && !one.bound.excepted.empty()) {
    kinds.push_back(compliance::Kind::kAdministration);
  }
  if (has("logging") || has("guardrails") || has("enforcement")) {
    kinds.push_back(compliance::Kind::kProtection);
  }
  if (one.unless && one.unless->kind == intent::Duty::Kind::kGuardrail) {
    kinds.push_back(compliance::Kind::kGuardrail);
  }
  const bool needs_endpoint = one.unless && one.unless->kind == intent::Duty::Kind::kEndpoint;
  if (needs_endpoint) kinds.push_back(compliance::Kind::kEndpoint);
  if (one.period.from) kinds.push_back(compliance::Kind::kPeriod);
  return kinds;
}

std::vector<compliance::Kind> EvidenceOf(const intent::Perimeter& one) {
  std::vector<compliance::Kind> kinds{compliance::Kind::kProhibition};
  if (one.period.from) kinds.push_back(compliance::Kind::kPeriod);
  return kinds;
}

std::vector<compliance::Kind> EvidenceOf(const intent::ToolRule& one) {
  std::vector<compliance::Kind> kinds{one.forbids ? compliance::Kind::kProhibition
                                                  : compliance::Kind::kPermission};
  if (one.from || one.until) kinds.push_back(compliance::Kind::kPeriod);
  return kinds;
}

/// The account that the gateway is in.
std::vector<AccountIndex> AccountsOf(const Model& model, const intent::ToolRule& one) {
  const std::string& id = model.gateways[one.gateway.value].account;
  const auto account = intent::FindAccount(model.organization, id);
  return account ? std::vector{*account} : std::vector<AccountIndex>();
}

std::vector<Sentence> SentencesOf(const Model& model, const std::vector<Document>& documents) {
  Sentences sentences(model);
  for (const intent::Permission& one : model.permissions) {
    sentences.Add(one.origin, Sentence::Kind::kPermission, one.accounts, EvidenceOf(one));
  }
  // Before the prohibitions that keep them.
  for (const intent::Retention& one : model.retentions) {
    sentences.Add(one.origin, Sentence::Kind::kSetting, one.accounts, {});
  }
  for (const intent::Prohibition& one : model.prohibitions) {
    sentences.Add(one.origin,
                  one.unless ? Sentence::Kind::kRequirement : Sentence::Kind::kProhibition,
                  one.accounts, EvidenceOf(one));
  }
  for (const intent::Perimeter& one : model.perimeters) {
    sentences.Add(one.origin, Sentence::Kind::kProhibition, one.accounts, EvidenceOf(one));
  }
  for (const intent::ToolRule& one : model.tool_rules) {
    sentences.Add(one.origin,
                  one.forbids ? Sentence::Kind::kProhibition : Sentence::Kind::kPermission,
                  AccountsOf(model, one), EvidenceOf(one));
  }
  for (const intent::Screening& one : model.screenings) {
    sentences.Add(one.origin, Sentence::Kind::kScreening, one.accounts,
                  {compliance::Kind::kGuardrail});
  }
  for (const intent::Logging& one : model.loggings) {
    sentences.Add(one.origin, Sentence::Kind::kLogging, one.accounts, {compliance::Kind::kLogging});
  }
  for (const intent::Watch& one : model.watches) {
    sentences.Add(one.origin, Sentence::Kind::kWatch, one.accounts, {});
  }
  for (const intent::OptOut& one : model.opt_outs) {
    sentences.Add(one.origin, Sentence::Kind::kSetting, one.accounts, {});
  }
  return sentences.Take(documents);
}

/// Calls `visit` with the origin of every sentence, assertion and line of a test.
template <class Visit>
void ForEachOrigin(const Model& model, const Visit& visit) {
  const auto all = [&](const auto& list) {
    for (const auto& one : list) visit(one.origin);
  };
  all(model.permissions);
  all(model.prohibitions);
  all(model.perimeters);
  all(model.screenings);
  all(model.loggings);
  all(model.watches);
  all(model.retentions);
  all(model.opt_outs);
  all(model.tool_rules);
  all(model.assertions);
}

std::vector<Waiver> WaiversOf(const Model& model, const std::string& day) {
  std::map<intent::Waived, std::set<std::string>> waivers;
  ForEachOrigin(model, [&](const intent::Origin& origin) {
    for (const intent::Waived& one : origin.waived) waivers[one].insert(origin.place);
  });
  std::vector<Waiver> list;
  for (const auto& [one, places] : waivers) {
    list.push_back({one.rule,
                    one.until,
                    DaysLeft(one.until, day),
                    one.by,
                    one.because,
                    {places.begin(), places.end()}});
  }
  std::ranges::stable_sort(list, {}, &Waiver::until);
  return list;
}

void NoteUses(const std::vector<Sentence>& sentences, std::vector<Declaration>& declarations) {
  for (Declaration& one : declarations) {
    for (const Sentence& sentence : sentences) {
      if (IsNamedBy(sentence, one)) one.used_by.push_back(sentence.place);
    }
  }
}

std::vector<Deadline> DeadlinesOf(const Report& report) {
  std::vector<Deadline> list;
  const auto add = [&](const std::string& date, std::string what, const std::string& place) {
    list.push_back({date, DaysLeft(date, report.as_of), std::move(what), place});
  };
  for (const Declaration& one : report.declarations) {
    for (const Declaration::Fact& fact : one.facts) {
      if (fact.ends.empty()) continue;
      add(fact.ends, fmt::format("{} {}: {}", compliance::Name(one.kind), one.name, fact.name),
          one.place);
    }
  }
  for (const Waiver& one : report.waivers) {
    add(one.until, fmt::format("waiver of {}, by {}", one.rule, one.by), one.at.front());
  }
  for (const Sentence& one : report.sentences) {
    if (one.until.empty()) continue;
    add(one.until, fmt::format("{} ends: {}", Name(one.kind), one.text), one.place);
  }
  std::ranges::sort(list, {},
                    [](const Deadline& one) { return std::tie(one.date, one.what, one.place); });
  return list;
}

// ---- the organization
// -----------------------------------------------------------------------------

std::string_view NodeKind(intent::Node::Kind kind) {
  switch (kind) {
    case intent::Node::Kind::kRoot:
      return "root";
    case intent::Node::Kind::kUnit:
      return "ou";
    case intent::Node::Kind::kAccount:
      return "account";
  }
  return "";
}

/// "payments" in "iam/payments/fraud.identity.json": what lies in a folder of its own is an
/// account's.
std::string FolderOf(const std::string& path) {
  if (path.starts_with("deploy/")) return "";
  const std::size_t first = path.find('/');
  const std::size_t second = first == std::string::npos ? first : path.find('/', first + 1);
  return second == std::string::npos ? "" : path.substr(first + 1, second - first - 1);
}

bool IsAttached(const Document& document, const Node& node) {
  return std::ranges::any_of(document.attachments, [&](const Attachment& one) {
    if (one.to != node.kind) return false;
    return node.kind == "root" || one.id == node.id || one.id == node.name;
  });
}

std::vector<Node> NodesOf(const Model& model, const std::vector<Document>& documents) {
  const intent::Organization& organization = model.organization;
  std::vector<Node> nodes;
  for (const intent::Node& one : organization.nodes) {
    std::optional<std::size_t> parent;
    if (one.parent) parent = one.parent->value;
    nodes.push_back({std::string(NodeKind(one.kind)), one.name, one.id, parent, false, {}, {}});
  }
  for (const intent::Account& account : organization.accounts) {
    nodes[account.node.value].is_management = account.management;
  }
  for (Node& node : nodes) {
    for (const Document& document : documents) {
      const bool is_in = node.kind == "account" && FolderOf(document.path) == node.name;
      if (is_in || IsAttached(document, node)) node.documents.push_back(document.path);
    }
  }
  const auto bind = [&](std::size_t node, const intent::Origin& origin) {
    std::vector<std::string>& places = nodes[node].sentences;
    if (std::ranges::find(places, origin.place) == places.end()) places.push_back(origin.place);
  };
  for (const intent::Prohibition& one : model.prohibitions) {
    for (const intent::NodeIndex node : one.nodes) bind(node.value, one.origin);
  }
  for (const intent::Perimeter& one : model.perimeters) {
    for (const intent::NodeIndex node : one.nodes) bind(node.value, one.origin);
  }
  const auto bind_accounts = [&](const auto& sentences) {
    for (const auto& one : sentences) {
      for (const AccountIndex account : one.accounts) {
        bind(organization.accounts[account.value].node.value, one.origin);
      }
    }
  };
  bind_accounts(model.screenings);
  bind_accounts(model.loggings);
  bind_accounts(model.watches);
  bind_accounts(model.retentions);
  for (const intent::OptOut& one : model.opt_outs) {
    for (const intent::NodeIndex node : one.nodes) bind(node.value, one.origin);
  }
  return nodes;
}

// ---- what was decided
// -----------------------------------------------------------------------------

Proof ProofOf(const verify::Proof& proof) {
  Proof result;
  result.verdict = !proof.differences.empty() ? "refuted"
                   : proof.given_up.empty()   ? "proved"
                                              : "undecided";
  result.principals = proof.counts.principals;
  result.accounts = proof.counts.accounts;
  result.documents = proof.counts.documents;
  for (const verify::Difference& one : proof.differences) {
    std::string text = one.what;
    if (one.kind == verify::Difference::Kind::kPermitted) {
      text = one.who + " may do what the program does not permit";
    } else if (one.kind == verify::Difference::Kind::kRefused) {
      text = one.who + " may not do what the program permits";
    }
    if (!one.path.empty()) text = one.path + ": " + text;
    if (!one.program.empty()) text += "; program: " + one.program;
    if (!one.artifacts.empty()) text += "; artifacts: " + one.artifacts;
    result.differences.push_back(std::move(text));
  }
  for (const verify::GivenUp& one : proof.given_up) {
    result.undecided.push_back(fmt::format("{}: {}", one.who, one.because));
  }
  result.assumptions.assign(kAssumptions.begin(), kAssumptions.end());
  return result;
}

std::string_view VerdictOf(access::Answer::Kind kind) {
  switch (kind) {
    case access::Answer::Kind::kHolds:
      return "holds";
    case access::Answer::Kind::kFails:
      return "fails";
    case access::Answer::Kind::kGivenUp:
      return "undecided";
    case access::Answer::Kind::kAsksNothing:
      return "asks nothing";
  }
  return "";
}

std::vector<Test> TestsOf(const Model& model, access::Access& access) {
  std::vector<Test> tests;
  const auto add = [&](const std::vector<intent::Question>& questions) {
    for (const intent::Question& question : questions) {
      const access::Answer answer = access.Decide(question);
      std::string detail = answer.who;
      if (!answer.because.empty()) detail += ": " + answer.because;
      tests.push_back({question.test, question.origin.place, question.origin.sentence,
                       std::string(VerdictOf(answer.kind)), std::move(detail)});
    }
  };
  add(model.assertions);
  add(model.tests);
  return tests;
}

std::string_view Name(review::Covered::Kind kind) {
  switch (kind) {
    case review::Covered::Kind::kPermission:
      return "permission";
    case review::Covered::Kind::kProhibition:
      return "prohibition";
    case review::Covered::Kind::kCondition:
      return "condition";
  }
  return "";
}

Coverage CoverageOf(const std::vector<review::Covered>& items) {
  Coverage coverage{review::PercentOf(items), {}};
  for (const review::Covered& one : items) {
    coverage.items.push_back({one.from, std::string(Name(one.kind)), one.what, one.yes, one.no});
  }
  return coverage;
}

}  // namespace

std::string Summary(const std::vector<Test>& tests) {
  if (tests.empty()) return "none";
  const auto held = std::ranges::count(tests, "holds", &Test::verdict);
  return fmt::format("{} of {} hold", held, tests.size());
}

std::string_view Name(EvidenceClass evidence) {
  switch (evidence) {
    case EvidenceClass::kProved:
      return "proved";
    case EvidenceClass::kDeployed:
      return "deployed";
    case EvidenceClass::kObserved:
      return "observed";
    case EvidenceClass::kStated:
      return "stated";
    case EvidenceClass::kChanged:
      return "changed";
  }
  return "";
}

std::string_view Name(Sentence::Kind kind) {
  switch (kind) {
    case Sentence::Kind::kPermission:
      return "permission";
    case Sentence::Kind::kProhibition:
      return "prohibition";
    case Sentence::Kind::kRequirement:
      return "requirement";
    case Sentence::Kind::kScreening:
      return "screening";
    case Sentence::Kind::kLogging:
      return "logging";
    case Sentence::Kind::kWatch:
      return "watch";
    case Sentence::Kind::kSetting:
      return "setting";
  }
  return "";
}

std::string_view Name(Answer answer) {
  switch (answer) {
    case Answer::kYes:
      return "yes";
    case Answer::kPartly:
      return "partly";
    case Answer::kNo:
      return "no";
    case Answer::kUndecided:
      return "undecided";
    case Answer::kNothing:
      return "nothing";
  }
  return "";
}

Report Collect(const Inputs& inputs) {
  const Model& model = inputs.facts.program.model;
  access::Access access(inputs.facts);
  Report report;
  report.version = inputs.version;
  report.as_of = inputs.facts.day;
  report.catalog = inputs.facts.program.catalog.date();
  report.organization = model.organization.name;
  report.organization_id = model.organization.id;
  report.partition = model.organization.partition;
  report.proof = ProofOf(inputs.proof);
  std::set<std::string> paths;
  for (const source::FileId file : inputs.files_read) {
    if (!paths.insert(inputs.sources.relative_path(file)).second) continue;
    std::string bytes(inputs.sources.text(file));
    std::string sha256 = support::Sha256Hex(bytes);
    report.sources.push_back(
        {inputs.sources.relative_path(file), std::move(sha256), std::move(bytes)});
  }
  report.documents = inputs.documents;
  report.nodes = NodesOf(model, inputs.documents);
  report.sentences = SentencesOf(model, inputs.documents);
  for (Sentence& sentence : report.sentences) {
    sentence.is_idle = inputs.idle.contains(sentence.place);
  }
  report.waivers = WaiversOf(model, report.as_of);
  report.declarations = DeclarationsOf(inputs.files, inputs.sources);
  NoteUses(report.sentences, report.declarations);
  report.deadlines = DeadlinesOf(report);
  for (const auto& pack : inputs.packs) {
    report.packs.push_back(
        {pack->id, pack->name, pack->version, pack->date, pack->license, pack->notes});
  }
  report.deployed = inputs.deployed;
  report.controls = ControlsOf(report, inputs.packs);
  report.matrix = DecideMatrix(inputs.facts, access);
  report.tests = TestsOf(model, access);
  report.coverage = CoverageOf(inputs.coverage);
  return report;
}

}  // namespace writ::report
