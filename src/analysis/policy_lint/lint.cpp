#include "analysis/policy_lint/lint.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/policy_lint/subject.h"
#include "base/support/sha256.h"

namespace writ::policy_lint {

// ---------------------------------------------------------------------------------------- subject

KnownActions::List KnownActions::Of(std::string_view service, std::string_view pattern) {
  const std::string key = fmt::format("{}:{}", service, pattern);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  if (known_.size() >= kMost) known_.clear();
  auto actions =
      std::make_shared<const std::vector<catalog::Action>>(catalog_.ActionsOf(service, pattern));
  known_.emplace(key, actions);
  return actions;
}

Subject::Subject(const snapshot::Document& where, const Options& options,
                 const std::set<std::string>& accounts, KnownActions& actions)
    : where_(where), options_(options), accounts_(accounts), actions_(actions) {
  auto read = where.Read(policy::Demand::kAsCreated);
  if (!read) {
    errors_ = read.error();
    // What AWS would refuse may still be read, and then the other rules look at it too.
    read = where.Read(policy::Demand::kGrammar);
  }
  if (read) read_ = *std::move(read);
}

source::Span Subject::SpanAt(std::uint32_t offset) const {
  const std::string_view text = where_.text->view();
  std::uint32_t end = std::min(offset, static_cast<std::uint32_t>(text.size()));
  // The token that begins there: to the next quote, or the word.
  if (end < text.size() && text[end] == '"') {
    ++end;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
    end = std::min(end + 1, static_cast<std::uint32_t>(text.size()));
  } else if (end < text.size()) {
    ++end;
  }
  return where_.text->SpanOf(offset, end);
}

bool Subject::HasOpenParts(const policy::Statement& statement) const {
  if (!where_.has_holes) return false;
  const auto is_open = [](const std::string& text) { return snapshot::HasHole(text); };
  if (std::ranges::any_of(statement.action.values, is_open)) return true;
  if (statement.resource && std::ranges::any_of(statement.resource->values, is_open)) return true;
  if (statement.principal &&
      std::ranges::any_of(statement.principal->values, is_open, &policy::Principal::value)) {
    return true;
  }
  return std::ranges::any_of(statement.conditions, [&](const policy::Condition& condition) {
    return is_open(condition.key) || std::ranges::any_of(condition.values, is_open);
  });
}

std::string Shown(std::string_view text) {
  constexpr std::size_t kMost = 80;
  std::string shown;
  // A message is one line: what would break it is shown as JSON writes it.
  for (const char c : snapshot::ShowHoles(text)) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '\n') {
      shown += "\\n";
    } else if (code < 0x20) {
      shown += fmt::format("\\u{:04x}", code);
    } else {
      shown += c;
    }
  }
  if (shown.size() <= kMost) return shown;
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;
  return shown.substr(0, end) + "…";
}

policy::Request Example(std::string action, std::string resource) {
  policy::Request request;
  request.principal = "arn:aws:iam::111122223333:role/example";
  request.action = std::move(action);
  request.resource = std::move(resource);
  return request;
}

void ShowVerdicts(Finding& finding, policy::Request request, std::string_view with,
                  std::string_view without) {
  finding.diagnostic.Note(fmt::format("with it: {}; without it: {}", with, without));
  finding.request = std::move(request);
}

// ----------------------------------------------------------------------------------------- report

namespace {

void Append(std::string& text, std::string_view part) {
  text += fmt::format("{}:", part.size());
  text += part;
}

void AppendSorted(std::string& text, std::vector<std::string> parts) {
  std::ranges::sort(parts);
  text += fmt::format("{}[", parts.size());
  for (const std::string& part : parts) Append(text, part);
}

// What the statement says, whatever its order and layout.
std::string Normalised(const policy::Statement& statement) {
  std::string text;
  Append(text, policy::EffectName(statement.effect));
  std::vector<std::string> actions;
  for (const std::string& action : statement.action.values) {
    actions.push_back(policy::FoldCase(action));
  }
  text += fmt::format("{}", static_cast<int>(statement.action.sense));
  AppendSorted(text, std::move(actions));
  if (statement.resource) {
    text += fmt::format("r{}", static_cast<int>(statement.resource->sense));
    AppendSorted(text, statement.resource->values);
  }
  if (statement.principal) {
    std::vector<std::string> principals;
    for (const policy::Principal& one : statement.principal->values) {
      principals.push_back(fmt::format("{}:{}", policy::TypeName(one.type), one.value));
    }
    text += fmt::format("p{}", static_cast<int>(statement.principal->sense));
    AppendSorted(text, std::move(principals));
  }
  std::vector<std::string> conditions;
  for (const policy::Condition& condition : statement.conditions) {
    std::string one;
    Append(one, policy::OperatorName(condition.op));
    Append(one, policy::FoldCase(condition.key));
    AppendSorted(one, condition.values);
    conditions.push_back(std::move(one));
  }
  AppendSorted(text, std::move(conditions));
  return text;
}

}  // namespace

Finding& Report::Take(diag::Diagnostic found, std::optional<std::size_t> statement,
                      std::string cause) {
  Finding& finding = findings_.emplace_back();
  finding.rule = rule_;
  finding.level = rule_->level;
  finding.document = document_;
  finding.statement = statement;
  finding.diagnostic = std::move(found);
  std::string meaning;
  Append(meaning, rule_->Label());
  Append(meaning, cause);
  if (statement && subject_.is_read()) {
    Append(meaning, Normalised(subject_.document().statements[*statement]));
  } else {
    Append(meaning, subject_.where().text->view());
  }
  finding.fingerprint = support::Sha256Hex(meaning).substr(0, 32);
  return finding;
}

Finding& DeployedReport::Take(diag::Diagnostic found, std::string holder, std::string_view cause) {
  Finding& finding = findings_.emplace_back();
  finding.rule = rule_;
  finding.level = rule_->level;
  finding.diagnostic = std::move(found);
  std::string meaning;
  Append(meaning, rule_->Label());
  Append(meaning, holder);
  Append(meaning, cause);
  finding.holder = std::move(holder);
  finding.fingerprint = support::Sha256Hex(meaning).substr(0, 32);
  return finding;
}

std::vector<Finding> Report::Finish() {
  std::vector<Finding> all(std::make_move_iterator(findings_.begin()),
                           std::make_move_iterator(findings_.end()));
  std::ranges::stable_sort(all, {}, [](const Finding& one) {
    return std::tuple(one.diagnostic.span.begin, one.rule->number);
  });
  // A root cause stands for what follows from it on the same statement, and for nothing worse.
  std::vector<bool> is_hidden(all.size(), false);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      const bool follows = i != j && !is_hidden[j] && all[i].statement == all[j].statement &&
                           all[i].level <= all[j].level &&
                           std::ranges::find(all[i].rule->implies, all[j].rule->number) !=
                               all[i].rule->implies.end();
      if (!follows) continue;
      is_hidden[j] = true;
      ++all[i].hidden;
    }
  }
  std::vector<Finding> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_hidden[i]) kept.push_back(std::move(all[i]));
  }
  return kept;
}

// -------------------------------------------------------------------------------------------- run

namespace {

std::vector<Finding> LintDocument(const snapshot::Snapshot& snapshot, snapshot::DocumentId id,
                                  const Options& options, const std::set<std::string>& accounts,
                                  KnownActions& actions, std::size_t& statements) {
  const Subject subject(snapshot.documents[id], options, accounts, actions);
  statements = subject.is_read() ? subject.document().statements.size() : 0;
  Report report(subject, id);
  for (const Rule& rule : Rules()) {
    if (options.is_wanted && !options.is_wanted(rule)) continue;
    if (rule.find == nullptr) continue;
    if (rule.needs != Needs::kText && !subject.is_read()) continue;
    report.Begin(rule);
    rule.find(subject, report);
  }
  return report.Finish();
}

}  // namespace

Result Run(const snapshot::Snapshot& snapshot, const Options& options) {
  const std::size_t count = snapshot.documents.size();
  const std::vector<std::string> shown = snapshot.Accounts();
  const std::set<std::string> accounts(shown.begin(), shown.end());
  std::vector<std::vector<Finding>> found(count);
  std::vector<std::size_t> statements(count, 0);
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    KnownActions actions(options.catalog);
    for (std::size_t i = next++; i < count; i = next++) {
      found[i] = LintDocument(snapshot, i, options, accounts, actions, statements[i]);
    }
  };
  std::vector<std::thread> threads;
  const std::size_t wanted = std::min<std::size_t>(std::max(1U, options.threads), count);
  for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();

  Result result;
  result.documents = count;
  for (const std::size_t one : statements) result.statements += one;
  for (const Rule& rule : Rules()) {
    if (!options.is_wanted || options.is_wanted(rule)) ++result.rules;
  }
  for (std::vector<Finding>& some : found) {
    for (Finding& finding : some) result.findings.push_back(std::move(finding));
  }
  DeployedReport deployed(options, accounts);
  for (const Rule& rule : Rules()) {
    if (rule.find_deployed == nullptr || (options.is_wanted && !options.is_wanted(rule))) continue;
    deployed.Begin(rule);
    rule.find_deployed(snapshot, deployed);
  }
  for (Finding& finding : deployed.findings()) result.findings.push_back(std::move(finding));
  return result;
}

}  // namespace writ::policy_lint
