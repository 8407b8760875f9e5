// One document as rules see it, and where they report.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/policy_lint/lint.h"
#include "analysis/policy_lint/rule.h"
#include "analysis/snapshot/snapshot.h"
#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::policy_lint {

/// What the patterns of actions match that the documents of one thread have: policies repeat them.
class KnownActions {
 public:
  using List = std::shared_ptr<const std::vector<catalog::Action>>;
  explicit KnownActions(const catalog::Catalog& catalog) : catalog_(catalog) {}

  /// As Catalog::ActionsOf. At most kMost answers are kept.
  [[nodiscard]] List Of(std::string_view service, std::string_view pattern);

 private:
  static constexpr std::size_t kMost = 4096;
  const catalog::Catalog& catalog_;
  std::map<std::string, List> known_;
};

class Subject {
 public:
  /// `accounts` are those that the exports show. All four outlive the subject.
  Subject(const snapshot::Document& where, const Options& options,
          const std::set<std::string>& accounts, KnownActions& actions);

  /// Without name and holder, unless the rule asks for the holder (Rule::asks_holder).
  [[nodiscard]] const snapshot::Document& where() const { return where_; }
  /// Whether it is a managed policy, of which AWS counts the size alone.
  [[nodiscard]] bool is_stored() const { return IsStored(where_); }
  [[nodiscard]] static bool IsStored(const snapshot::Document& document) {
    return document.name.starts_with(kStored);
  }
  /// What names of such documents begin with.
  static constexpr std::string_view kStored = "policy `";
  [[nodiscard]] policy::Kind kind() const { return where_.kind; }
  [[nodiscard]] const catalog::Catalog& catalog() const { return options_.catalog; }
  /// The cataloged actions of a service that a pattern matches; never null.
  [[nodiscard]] KnownActions::List ActionsOf(std::string_view service,
                                             std::string_view pattern = "*") const {
    return actions_.Of(service, pattern);
  }
  [[nodiscard]] const std::set<std::string>& accounts() const { return accounts_; }
  [[nodiscard]] bool allow_unknown() const { return options_.allow_unknown; }
  /// Why the document could not be read, or AWS would refuse it.
  [[nodiscard]] const policy::PolicyErrors& errors() const { return errors_; }
  [[nodiscard]] bool is_read() const { return read_.has_value(); }
  [[nodiscard]] const policy::PolicyDocument& document() const { return read_->document; }
  [[nodiscard]] const policy::StatementPlaces& places(std::size_t statement) const {
    return read_->places.statements[statement];
  }
  /// In the document's text, not yet in the file: findings are of all documents with that text.
  [[nodiscard]] source::Span SpanOf(policy::Place place) const {
    return {where_.text->file(), place.begin, place.end};
  }
  [[nodiscard]] source::Span SpanAt(std::uint32_t offset) const;
  /// Whether a text holds what only the deployed stack resolves.
  [[nodiscard]] bool IsOpen(std::string_view text) const {
    return where_.has_holes && snapshot::HasHole(text);
  }
  [[nodiscard]] bool HasOpenParts(const policy::Statement& statement) const;

  /// The document made ready for decisions, with what stands beside it for strangers or without;
  /// made at the first use. Not to be called from several threads.
  template <class Make>
  [[nodiscard]] const policy::ReadySet& ready(bool is_by_stranger, const Make& make) const {
    std::optional<policy::ReadySet>& kept = ready_[is_by_stranger ? 1 : 0];
    if (!kept) kept.emplace(make());
    return *kept;
  }

 private:
  const snapshot::Document& where_;
  const Options& options_;
  const std::set<std::string>& accounts_;
  KnownActions& actions_;
  std::optional<policy::PlacedDocument> read_;
  policy::PolicyErrors errors_;
  mutable std::array<std::optional<policy::ReadySet>, 2> ready_;
};

class Report {
 public:
  explicit Report(const Subject& subject) : subject_(subject) {}
  void Begin(const Rule& rule) { rule_ = &rule; }

  /// `cause` is what a fingerprint tells findings of one statement apart by.
  template <class... Args>
  Finding& Add(const diag::Code<Args...>& code, std::optional<std::size_t> statement,
               source::Span span, std::string cause, const std::type_identity_t<Args>&... args) {
    diag::Sink sink;
    diag::Diagnostic& found = sink.Report(code, span, args...);
    return Take(std::move(found), statement, std::move(cause));
  }

  /// With places in the text of the document; of no document yet.
  [[nodiscard]] std::deque<Finding>& findings() { return findings_; }

 private:
  Finding& Take(diag::Diagnostic found, std::optional<std::size_t> statement, std::string cause);

  const Subject& subject_;
  const Rule* rule_ = nullptr;
  std::deque<Finding> findings_;
};

/// Where rules about more than one document report.
class DeployedReport {
 public:
  DeployedReport(const Options& options, const std::set<std::string>& accounts)
      : options_(options), accounts_(accounts) {}
  [[nodiscard]] const Options& options() const { return options_; }
  /// Those that the exports show.
  [[nodiscard]] const std::set<std::string>& accounts() const { return accounts_; }
  void Begin(const Rule& rule) { rule_ = &rule; }

  template <class... Args>
  Finding& Add(const diag::Code<Args...>& code, source::Span span, std::string holder,
               std::string_view cause, const std::type_identity_t<Args>&... args) {
    diag::Sink sink;
    diag::Diagnostic& found = sink.Report(code, span, args...);
    return Take(std::move(found), std::move(holder), cause);
  }

  [[nodiscard]] std::deque<Finding>& findings() { return findings_; }

 private:
  Finding& Take(diag::Diagnostic found, std::string holder, std::string_view cause);

  const Options& options_;
  const std::set<std::string>& accounts_;
  const Rule* rule_ = nullptr;
  std::deque<Finding> findings_;
};

/// `text` shortened and on one line, holes shown: for messages.
[[nodiscard]] std::string Shown(std::string_view text);

/// A request that nothing else decides: a role of an example account.
[[nodiscard]] policy::Request Example(std::string action, std::string resource);

/// Adds the request, and what the document decides with and without the line, to a finding.
void ShowVerdicts(Finding& finding, policy::Request request, std::string_view with,
                  std::string_view without);

}  // namespace writ::policy_lint
