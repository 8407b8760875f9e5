#include "analysis/policy_lint/lint.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <compare>
#include <iterator>
#include <map>
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
  return SpanOf({offset, end});
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

namespace {

/// Of one document, in order, without those that follow from others.
std::vector<Finding> Finished(std::vector<Finding> all) {
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

/// What the findings of a document depend on, but for those of rules that ask for its holder.
struct Content {
  policy::Kind kind;
  bool is_kind_guessed;
  bool has_holes;
  bool is_aws_managed;
  bool is_stored;
  std::string_view text;
  auto operator<=>(const Content&) const = default;
};

Content ContentOf(const snapshot::Document& document) {
  return {document.kind,           document.is_kind_guessed,    document.has_holes,
          document.is_aws_managed, Subject::IsStored(document), document.text->view()};
}

/// The document with nothing that ContentOf leaves out.
snapshot::Document Unnamed(const snapshot::Document& document) {
  snapshot::Document unnamed = document;
  unnamed.name = Subject::IsStored(document) ? Subject::kStored : "";
  unnamed.holder.clear();
  unnamed.pointer.clear();
  unnamed.is_optional = false;
  return unnamed;
}

/// Moves the places of a finding from the text of a document to its file.
void Place(const snapshot::Document& document, Finding& finding) {
  const auto place = [&](source::Span& span) {
    if (span.valid()) span = document.text->SpanOf(span.begin, span.end);
  };
  place(finding.diagnostic.span);
  for (diag::Label& label : finding.diagnostic.labels) place(label.span);
  for (diag::Help& help : finding.diagnostic.helps) {
    for (diag::Edit& edit : help.edits) place(edit.span);
  }
}

/// Documents of one content, which are looked at once.
class Linter {
 public:
  Linter(const snapshot::Snapshot& snapshot, const Options& options,
         const std::set<std::string>& accounts)
      : snapshot_(snapshot), options_(options), accounts_(accounts), actions_(options.catalog) {}

  /// The statements of each of the documents. Their findings go to `found`, by document.
  std::size_t Lint(const std::vector<snapshot::DocumentId>& alike,
                   std::vector<std::vector<Finding>>& found) {
    const snapshot::Document unnamed = Unnamed(snapshot_.documents[alike.front()]);
    const Subject subject(unnamed, options_, accounts_, actions_);
    Report shared(subject);
    Run(/*asks_holder=*/false, subject, shared);
    for (const snapshot::DocumentId id : alike) {
      const snapshot::Document& document = snapshot_.documents[id];
      std::vector<Finding> all(shared.findings().begin(), shared.findings().end());
      if (document.kind == policy::Kind::kResource || document.kind == policy::Kind::kTrust) {
        const Subject of_holder(document, options_, accounts_, actions_);
        Report own(of_holder);
        Run(/*asks_holder=*/true, of_holder, own);
        std::ranges::move(own.findings(), std::back_inserter(all));
      }
      for (Finding& finding : all) {
        finding.document = id;
        Place(document, finding);
      }
      found[id] = Finished(std::move(all));
    }
    return subject.is_read() ? subject.document().statements.size() : 0;
  }

 private:
  void Run(bool asks_holder, const Subject& subject, Report& report) const {
    for (const Rule& rule : Rules()) {
      if (rule.find == nullptr || rule.asks_holder != asks_holder) continue;
      if (options_.is_wanted && !options_.is_wanted(rule)) continue;
      if (rule.needs != Needs::kText && !subject.is_read()) continue;
      report.Begin(rule);
      rule.find(subject, report);
    }
  }

  const snapshot::Snapshot& snapshot_;
  const Options& options_;
  const std::set<std::string>& accounts_;
  KnownActions actions_;
};

}  // namespace

Result Run(const snapshot::Snapshot& snapshot, const Options& options) {
  const std::size_t count = snapshot.documents.size();
  const std::vector<std::string> shown = snapshot.Accounts();
  const std::set<std::string> accounts(shown.begin(), shown.end());
  std::map<Content, std::vector<snapshot::DocumentId>> by_content;
  for (snapshot::DocumentId id = 0; id < count; ++id) {
    by_content[ContentOf(snapshot.documents[id])].push_back(id);
  }
  std::vector<const std::vector<snapshot::DocumentId>*> groups;
  for (const auto& [content, alike] : by_content) groups.push_back(&alike);
  std::vector<std::vector<Finding>> found(count);
  std::vector<std::size_t> statements(groups.size(), 0);
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    Linter linter(snapshot, options, accounts);
    for (std::size_t i = next++; i < groups.size(); i = next++) {
      statements[i] = groups[i]->size() * linter.Lint(*groups[i], found);
    }
  };
  std::vector<std::thread> threads;
  const std::size_t wanted = std::min<std::size_t>(std::max(1U, options.threads), groups.size());
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
