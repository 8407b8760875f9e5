#include "compiler/shrink_documents.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/fingerprint.h"
#include "iam/decide/shape.h"
#include "iam/minimise/descent.h"
#include "iam/minimise/minimise.h"
#include "iam/policy/document.h"

namespace writ::compiler {
namespace {

using lower::Document;
using lower::Sourced;

/// Less than `writ minimise` takes for one policy: a build may have thousands. Lowering leaves
/// little to search for, and the small documents that it makes are done in a fraction of this.
constexpr std::uint64_t kCoverSteps = 200'000;
/// Questions to the decision procedure: of the whole build, and the least and most of one document.
constexpr std::size_t kQuestions = 12'000;
constexpr std::size_t kLeastQuestions = 8;
constexpr std::size_t kMostQuestions = 100;

policy::Kind KindOf(Document::Kind kind) {
  switch (kind) {
    case Document::Kind::kIdentity:
    case Document::Kind::kPermissionSet:
      return policy::Kind::kIdentity;
    case Document::Kind::kScp:
      return policy::Kind::kScp;
    case Document::Kind::kRcp:
      return policy::Kind::kRcp;
    case Document::Kind::kTrust:
      return policy::Kind::kTrust;
    case Document::Kind::kEndpoint:
      return policy::Kind::kVpcEndpoint;
  }
  return policy::Kind::kIdentity;
}

template <class Value>
void Unite(std::vector<Value>& into, const std::vector<Value>& more) {
  into.insert(into.end(), more.begin(), more.end());
  std::ranges::sort(into);
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

/// Of each statement those of the former document that it is from.
using Descent = std::vector<std::vector<std::size_t>>;

/// The document with these statements, each with the sentences and the reason of those it is from.
void Put(std::vector<policy::Statement> statements, const Descent& descent, Document& document) {
  std::vector<Sourced> shrunk;
  for (std::size_t s = 0; s < statements.size(); ++s) {
    Sourced& sourced = shrunk.emplace_back();
    sourced.statement = std::move(statements[s]);
    for (const std::size_t parent : descent[s]) {
      Unite(sourced.from, document.statements[parent].from);
      Unite(sourced.callers, document.statements[parent].callers);
      if (sourced.reason.empty()) sourced.reason = document.statements[parent].reason;
    }
  }
  document.statements = std::move(shrunk);
}

/// Names that AWS assigned (account numbers, ids of guardrails, VPCs and endpoints), each replaced
/// by a number as long as itself: documents that differ in them only become equal. Injective, so
/// the documents mean the same but for the names.
class Anonymous {
 public:
  explicit Anonymous(std::string_view text) : text_(Rename(text, /*back=*/false)) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  /// Whether the names could not be replaced, or a wildcard could tell them apart.
  [[nodiscard]] bool is_unsafe() const { return is_unsafe_; }
  /// A text made from text(), with the names as they were.
  [[nodiscard]] std::string Restore(std::string_view text) { return Rename(text, /*back=*/true); }

 private:
  using Table = std::map<std::string, std::string, std::less<>>;

  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  static bool IsPart(char c) { return IsDigit(c) || (c >= 'a' && c <= 'z'); }
  static bool IsWildcard(char c) { return c == '*' || c == '?'; }

  /// What stands before an id that AWS assigned.
  static constexpr std::array<std::string_view, 3> kBefore = {":guardrail/", "\"vpc-", "\"vpce-"};
  static constexpr std::string_view kBegins = ":\"";  ///< their first characters

  std::string Rename(std::string_view text, bool back) {
    std::string renamed;
    renamed.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
      if (!IsDigit(text[i]) && kBegins.find(text[i]) == std::string_view::npos) {
        renamed += text[i++];
        continue;
      }
      std::size_t kind = 0;
      while (kind < kBefore.size() && !text.substr(i).starts_with(kBefore[kind])) ++kind;
      if (kind < kBefore.size()) {
        renamed += kBefore[kind];
        i += kBefore[kind].size();
      } else if (!StartsNumber(text, i)) {
        renamed += text[i++];
        continue;
      }
      std::size_t end = i;
      while (end < text.size() && IsPart(text[end])) ++end;
      const std::string_view token = text.substr(i, end - i);
      const bool is_account = kind == kBefore.size();
      const bool is_digits = std::ranges::all_of(token, IsDigit);
      const bool by_wildcard = end < text.size() && IsWildcard(text[end]);
      is_unsafe_ = is_unsafe_ || (by_wildcard && !token.empty() && (is_digits || !is_account));
      const bool is_name = is_account ? is_digits && token.size() == 12 : !token.empty();
      renamed += is_name ? Other(kind, token, back) : std::string(token);
      i = end;
    }
    return renamed;
  }

  bool StartsNumber(std::string_view text, std::size_t i) {
    if (!IsDigit(text[i]) || (i > 0 && IsPart(text[i - 1]))) return false;
    is_unsafe_ = is_unsafe_ || (i > 0 && IsWildcard(text[i - 1]));
    return true;
  }

  std::string Other(std::size_t kind, std::string_view name, bool back) {
    Table& there = there_[kind];
    Table& here = here_[kind];
    const Table& known = back ? here : there;
    const auto found = known.find(name);
    if (found != known.end()) return found->second;
    std::string number = fmt::format("{:0>{}}", there.size(), name.size());
    is_unsafe_ = is_unsafe_ || back || number.size() != name.size();
    there.emplace(name, number);
    here.emplace(number, name);
    return number;
  }

  std::array<Table, kBefore.size() + 1> there_;  ///< by kind of name, accounts last
  std::array<Table, kBefore.size() + 1> here_;
  bool is_unsafe_ = false;
  std::string text_;  ///< last: it is made with the tables
};

std::string TextOf(const Document& document) {
  policy::PolicyDocument whole;
  for (const Sourced& sourced : document.statements) {
    whole.statements.push_back(sourced.statement);
  }
  return policy::Write(whole, policy::Style::kMinified);
}

policy::PolicyDocument Parse(std::string_view text, policy::Kind kind) {
  auto document = policy::Read(text, kind);
  WRIT_CHECK(document.ok(), "a document that was written can be read");
  return *std::move(document);
}

/// One document up to names, with all that it stands for.
struct Work {
  std::string text;
  policy::Kind kind = policy::Kind::kIdentity;
  bool is_changed = false;
  lower::Smallness smallness;
  Descent descent;  ///< if it is changed
  policy::PolicyDocument document = {};
  decide::DocumentShape shape = {};
};

void Minimise(Work& work, const minimise::Options& options) {
  const minimise::Result result = minimise::Minimise(work.document, work.kind, options);
  work.is_changed = result.document != work.document;
  work.smallness = {result.quality == minimise::Quality::kSmallest, result.least_statements,
                    result.least_characters};
  if (!work.is_changed) return;
  work.descent = minimise::DescentOf(work.document.statements, result.document.statements);
  work.document = result.document;
  work.text = policy::Write(work.document, policy::Style::kMinified);
}

/// The same as for a document that differs in numbers only.
void TakeOver(const Work& leader, Work& work) {
  work.is_changed = leader.is_changed;
  work.smallness = leader.smallness;
  if (!work.is_changed) return;
  work.descent = leader.descent;
  work.document = leader.document;
  decide::Renumber(work.document, leader.shape.numbers, work.shape.numbers);
  work.text = policy::Write(work.document, policy::Style::kMinified);
}

/// Calls `work` with 0, 1, … count - 1, on all processors.
template <class Work>
void ForEach(std::size_t count, const Work& work) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  const std::size_t wanted = std::min<std::size_t>(std::thread::hardware_concurrency(), count);
  for (std::size_t i = 1; i < wanted; ++i) others.emplace_back(run);
  run();
  for (std::thread& other : others) other.join();
}

void MinimiseAll(std::vector<Work>& works, lower::Sharing sharing,
                 const minimise::Options& options) {
  ForEach(works.size(), [&](std::size_t w) {
    Work& work = works[w];
    work.document = Parse(work.text, work.kind);
    if (sharing == lower::Sharing::kOn) work.shape = decide::ShapeOfDocument(work.document);
  });
  std::vector<std::size_t> leaders;
  std::vector<std::size_t> leader_of(works.size());
  std::map<std::pair<policy::Kind, support::Fingerprint>, std::size_t> known;
  for (std::size_t w = 0; w < works.size(); ++w) {
    leader_of[w] = sharing == lower::Sharing::kOff
                       ? w
                       : known.try_emplace({works[w].kind, works[w].shape.print}, w).first->second;
    if (leader_of[w] == w) leaders.push_back(w);
  }
  ForEach(leaders.size(), [&](std::size_t i) { Minimise(works[leaders[i]], options); });
  ForEach(works.size(), [&](std::size_t w) {
    if (leader_of[w] != w) TakeOver(works[leader_of[w]], works[w]);
  });
}

/// Where a wildcard could tell names apart, a document and those like it are each looked at with
/// their own.
void SpellUnsafe(std::vector<Document>& documents, std::vector<std::optional<Anonymous>>& names) {
  const auto has_stand_ins = [&](std::size_t d) {
    return names[d]->is_unsafe() && !documents[d].names.empty();
  };
  for (std::size_t d = documents.size(); d-- > 0;) {
    if (!documents[d].like || !has_stand_ins(*documents[d].like)) continue;
    lower::Spell(documents[d], documents[*documents[d].like].statements);
    names[d].emplace(TextOf(documents[d]));
  }
  for (std::size_t d = 0; d < documents.size(); ++d) {
    if (documents[d].names.empty() || documents[d].like || !has_stand_ins(d)) continue;
    lower::Spell(documents[d], documents[d].statements);
    names[d].emplace(TextOf(documents[d]));
  }
}

}  // namespace

void ShrinkDocuments(lower::Bundle& bundle, const catalog::Catalog& catalog, lower::Sharing sharing,
                     ShrinkMemory* memory) {
  std::vector<Document>& documents = bundle.documents;
  std::vector<std::optional<Anonymous>> names(documents.size());
  ForEach(documents.size(), [&](std::size_t d) {
    if (!documents[d].like) names[d].emplace(TextOf(documents[d]));
  });
  SpellUnsafe(documents, names);
  std::vector<Work> works;
  std::vector<std::size_t> work_of(documents.size());
  std::map<std::pair<policy::Kind, std::string>, std::size_t> known;
  for (std::size_t d = 0; d < documents.size(); ++d) {
    if (documents[d].like) continue;
    const policy::Kind kind = KindOf(documents[d].kind);
    std::string text = names[d]->is_unsafe() ? TextOf(documents[d]) : names[d]->text();
    const auto [at, is_new] = known.try_emplace({kind, text}, works.size());
    work_of[d] = at->second;
    if (!is_new && sharing == lower::Sharing::kOn) continue;
    work_of[d] = works.size();
    works.push_back({.text = std::move(text), .kind = kind, .smallness = {}, .descent = {}});
  }
  ShrinkMemory own;
  if (memory == nullptr) memory = &own;
  if (memory->questions == 0) {
    memory->questions = std::clamp(kQuestions / std::max<std::size_t>(known.size(), 1),
                                   kLeastQuestions, kMostQuestions);
  }
  const minimise::Options options{
      .catalog = &catalog,
      .closed_world = nullptr,
      .cover_steps = kCoverSteps,
      .questions = memory->questions,
      .memory = sharing == lower::Sharing::kOn ? &memory->answers : nullptr};
  MinimiseAll(works, sharing, options);
  ForEach(documents.size(), [&](std::size_t d) {
    if (documents[d].like) return;
    const Work& work = works[work_of[d]];
    documents[d].smallness = work.smallness;
    if (!work.is_changed) return;
    const std::string text = names[d]->is_unsafe() ? work.text : names[d]->Restore(work.text);
    Put(Parse(text, work.kind).statements, work.descent, documents[d]);
  });
}

}  // namespace writ::compiler
