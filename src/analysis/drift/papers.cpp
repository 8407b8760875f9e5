#include "analysis/drift/papers.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "iam/policy/doubt.h"

namespace writ::drift {
namespace {

using policy::Statement;

bool HasHole(const Statement& statement) {
  const auto any = [](const std::vector<std::string>& texts) {
    return std::ranges::any_of(texts, snapshot::HasHole);
  };
  return any(statement.action.values) || (statement.resource && any(statement.resource->values)) ||
         (statement.principal && std::ranges::any_of(statement.principal->values,
                                                     [](const policy::Principal& one) {
                                                       return snapshot::HasHole(one.value);
                                                     })) ||
         std::ranges::any_of(statement.conditions, [&](const policy::Condition& one) {
           return snapshot::HasHole(one.key) || any(one.values);
         });
}

// Policies that name their callers are compared whole.
bool IsOfResource(policy::Kind kind) {
  return kind == policy::Kind::kTrust || kind == policy::Kind::kVpcEndpoint;
}

void SortUnique(std::vector<std::string>& texts) {
  std::ranges::sort(texts);
  const auto rest = std::ranges::unique(texts);
  texts.erase(rest.begin(), rest.end());
}

// Keys that AWS sends with every request of an IAM principal and that its ARN, its account and the
// organization decide. Tags are none of them: a session may bring others. Source: IAM User Guide,
// "AWS global condition context keys" (read 2026-11-22).
policy::ContextKey FactOf(const std::string& folded, const CallerFacts& caller) {
  if (folded == "aws:principalarn") return {"aws:PrincipalArn", false, {caller.arn}};
  if (folded == "aws:principalaccount") return {"aws:PrincipalAccount", false, {caller.account}};
  if (folded == "aws:principalorgid") return {"aws:PrincipalOrgID", false, {caller.organization}};
  if (folded == "aws:principalorgpaths") return {"aws:PrincipalOrgPaths", true, {caller.path}};
  return {};
}

bool IsTold(const policy::ContextKey& fact) {
  return !fact.name.empty() && !fact.values.front().empty();
}

bool HasVariable(const policy::Condition& condition) {
  return std::ranges::any_of(condition.values, [](const std::string& value) {
    return value.find("${") != std::string::npos;
  });
}

// Of each condition, whether facts of a caller can decide it: under every reading, since what is
// decided is not asked about any more.
std::vector<bool> AreOfCallers(const policy::PolicyDocument& document) {
  std::set<std::pair<std::size_t, std::size_t>> doubtful;
  for (const policy::DoubtfulPoint& point :
       policy::DoubtfulPoints(document, policy::Kind::kIdentity)) {
    if (point.element == policy::Element::kCondition)
      doubtful.emplace(point.statement, point.index);
  }
  std::vector<bool> answers;
  for (std::size_t i = 0; i < document.statements.size(); ++i) {
    const auto& conditions = document.statements[i].conditions;
    for (std::size_t j = 0; j < conditions.size(); ++j) {
      const bool is_known = !FactOf(policy::FoldCase(conditions[j].key), {}).name.empty();
      answers.push_back(is_known && !HasVariable(conditions[j]) && !doubtful.contains({i, j}));
    }
  }
  return answers;
}

// Whether the condition holds for every request of the caller.
bool Holds(const policy::Condition& condition, const policy::ContextKey& fact,
           policy::Version version, const CallerFacts& caller) {
  policy::PolicyDocument document;
  document.version = version;
  Statement& statement = document.statements.emplace_back();
  statement.action.values = {"*"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  statement.conditions = {condition};
  policy::Request request;
  request.principal = caller.arn.empty() ? "anonymous" : caller.arn;
  request.action = "sts:GetCallerIdentity";
  request.resource = "*";
  request.context = {fact};
  const auto prepared = policy::Prepare(request);
  if (!prepared) return false;
  const policy::CompiledPolicy compiled(document, policy::Kind::kIdentity);
  return policy::StatementApplies(compiled, 0, *prepared);
}

}  // namespace

Papers::Statements Papers::Normal(const policy::PolicyDocument& document) {
  Statements all;
  for (const Statement& statement : document.statements) {
    Statement normal = statement;
    normal.sid.clear();
    for (std::string& action : normal.action.values) action = policy::FoldCase(action);
    SortUnique(normal.action.values);
    if (normal.resource) SortUnique(normal.resource->values);
    if (normal.principal) std::ranges::sort(normal.principal->values);
    for (policy::Condition& condition : normal.conditions) {
      condition.key = policy::FoldCase(condition.key);
      SortUnique(condition.values);
    }
    std::ranges::sort(normal.conditions);
    all.emplace_back(document.version, std::move(normal));
  }
  std::ranges::sort(all);
  const auto rest = std::ranges::unique(all);
  all.erase(rest.begin(), rest.end());
  return all;
}

MeaningId Papers::Intern(Statements statements) {
  return meanings_.try_emplace(std::move(statements), meanings_.size()).first->second;
}

const Paper* Papers::Keep(Paper paper) {
  paper.meaning = Intern(Normal(paper.governed));
  paper.is_of_callers = AreOfCallers(paper.governed);
  papers_.push_back(std::move(paper));
  return &papers_.back();
}

Papers::Found Papers::Exported(snapshot::DocumentId id) {
  const auto known = exported_.find(id);
  if (known != exported_.end()) return known->second;
  Found& found = exported_[id];
  const snapshot::Document& document = snapshot_.documents[id];
  if (document.is_optional) {
    found.trouble = Trouble::kOptional;
    return found;
  }
  auto read = document.Read(policy::Demand::kGrammar);
  if (!read) {
    found.trouble = Trouble::kUnreadable;
    return found;
  }
  Paper paper;
  paper.governed = universe_.Governed(read->document);
  if (IsOfResource(document.kind)) paper.governed = read->document;
  if (document.has_holes && std::ranges::any_of(paper.governed.statements, HasHole)) {
    found.trouble = Trouble::kOpen;
    return found;
  }
  paper.document = std::move(read->document);
  paper.places = std::move(read->places);
  paper.exported = &document;
  found.paper = Keep(std::move(paper));
  return found;
}

const Paper* Papers::OfProgram(const deployed::Policy& policy) {
  const Paper*& known = of_program_[policy.path];
  if (known != nullptr) return known;
  Paper paper;
  paper.document = policy.document();
  paper.governed = IsOfResource(policy.kind) ? paper.document : universe_.Governed(paper.document);
  paper.path = policy.path;
  known = Keep(std::move(paper));
  return known;
}

const Paper* Papers::FullAccess() {
  if (full_ != nullptr) return full_;
  Paper paper;
  Statement& statement = paper.document.statements.emplace_back();
  statement.action.values = {"*"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  paper.governed = paper.document;
  full_ = Keep(std::move(paper));
  return full_;
}

const Paper* Papers::Everything() {
  if (everything_ != nullptr) return everything_;
  Paper paper;
  paper.document = universe_.Everything();
  paper.governed = paper.document;
  everything_ = Keep(std::move(paper));
  return everything_;
}

const Paper* Papers::MetBy(const Paper* paper, const CallerFacts& caller) {
  if (std::ranges::find(paper->is_of_callers, true) == paper->is_of_callers.end()) return paper;
  std::vector<bool> answers;
  bool is_asked = false;
  auto is_of_callers = paper->is_of_callers.begin();
  for (const Statement& statement : paper->governed.statements) {
    for (const policy::Condition& condition : statement.conditions) {
      const policy::ContextKey fact = FactOf(policy::FoldCase(condition.key), caller);
      const bool is_decided = *is_of_callers++ && IsTold(fact);
      answers.push_back(is_decided);
      is_asked = is_asked || is_decided;
      if (is_decided) {
        answers.push_back(Holds(condition, fact, paper->governed.version, caller));
      }
    }
  }
  if (!is_asked) return paper;
  const Paper*& known = met_[{paper, answers}];
  if (known != nullptr) return known;
  Paper met;
  met.document = paper->document;
  met.path = paper->path;
  met.exported = paper->exported;
  met.governed.version = paper->governed.version;
  auto answer = answers.begin();
  for (const Statement& statement : paper->governed.statements) {
    Statement kept = statement;
    kept.conditions.clear();
    bool is_kept = true;
    for (const policy::Condition& condition : statement.conditions) {
      const bool is_decided = *answer++;
      if (!is_decided) {
        kept.conditions.push_back(condition);
      } else if (!*answer++) {
        is_kept = false;
      }
    }
    if (is_kept) met.governed.statements.push_back(std::move(kept));
  }
  known = Keep(std::move(met));
  return known;
}

MeaningId Papers::MeaningOf(const Level& level) {
  std::vector<MeaningId> parts;
  for (const Paper* paper : level) parts.push_back(paper->meaning);
  std::ranges::sort(parts);
  const auto rest = std::ranges::unique(parts);
  parts.erase(rest.begin(), rest.end());
  if (parts.size() == 1) return parts.front();
  const auto known = levels_.find(parts);
  if (known != levels_.end()) return known->second;
  Statements all;
  for (const Paper* paper : level) {
    Statements more = Normal(paper->governed);
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  }
  std::ranges::sort(all);
  const auto unique = std::ranges::unique(all);
  all.erase(unique.begin(), unique.end());
  const MeaningId meaning = Intern(std::move(all));
  levels_.emplace(std::move(parts), meaning);
  return meaning;
}

}  // namespace writ::drift
