// What all passes share: the facts, the program's names, and where findings go.
#pragma once

#include <bitset>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "facts/catalog/resource_fit.h"
#include "program/sema/check.h"
#include "program/sema/index.h"
#include "program/sema/symbols.h"

namespace writ::sema {

using intent::Sort;
using source::Span;

/// How a sentence is read: a permission means the least, a prohibition the widest.
enum class Reading { kPermission, kProhibition };

/// Names that hold inside one instance of a policy: its parameters and local `let`s. Values are
/// sets as written, with the environment they were written in, so that each use may read them its
/// own way.
struct Environment {
  struct Binding {
    Span name;
    std::optional<Sort> sort;  ///< a parameter's declared sort
    const syntax::SetExpr* value = nullptr;
    const Environment* environment = nullptr;
  };
  std::map<std::string_view, Binding> bindings;
  const Environment* outer = nullptr;

  [[nodiscard]] const Binding* Find(std::string_view name) const;
};

/// Reports each finding once, and says in which instance of a policy it arose.
class Reporter {
 public:
  explicit Reporter(diag::Sink& sink) : sink_(sink) {}

  /// The returned reference is valid until the next report. A finding with the same code, place and
  /// message as an earlier one is dropped.
  template <class... Args>
  diag::Diagnostic& Report(const diag::Code<Args...>& code, Span span,
                           const std::type_identity_t<Args>&... args) {
    std::string message = fmt::format(fmt::runtime(code.format), args...);
    if (!seen_.insert({code.number, span, std::move(message)}).second) {
      dropped_ = diag::Diagnostic{};
      return dropped_;
    }
    diag::Diagnostic& found = sink_.Report(code, span, args...);
    for (auto place = instances_.rbegin(); place != instances_.rend(); ++place)
      found.Also(*place, "in this instance");
    return found;
  }

  /// Whether anything of this program is wrong so far.
  [[nodiscard]] bool has_errors() const { return sink_.has_errors(); }
  void Enter(Span apply) { instances_.push_back(apply); }
  void Leave() { instances_.pop_back(); }

 private:
  diag::Sink& sink_;
  std::vector<Span> instances_;
  std::set<std::tuple<std::uint16_t, Span, std::string>> seen_;
  diag::Diagnostic dropped_;
};

/// `attribute NAME in […]`.
struct DeclaredAttribute {
  const syntax::AttributeDecl* decl = nullptr;
  bool used = false;
};

/// What sentences read of an attribute of accounts or teams.
struct AttributeReads {
  std::set<std::string> values;
  bool by_permission = false;  ///< some sentence grants more where the attribute fits
};

struct Context {
  const Program& program;
  const source::SourceMap& sources;
  const catalog::Catalog& catalog;
  const library::Library& library;
  const Options& options;
  Reporter& reporter;
  std::string as_of;                ///< Options::as_of as text
  std::set<std::string> libraries;  ///< imported, and the base library
  Symbols symbols;
  intent::Model model;
  std::deque<Environment> environments;  ///< of instances; stable addresses
  /// Whether an action knows a condition key: asked for every condition of every sentence.
  std::map<std::pair<std::string, std::string>, bool> known_keys = {};
  catalog::ResourceFit resource_fit = catalog::ResourceFit(catalog);
  std::vector<CodeWaiver> code_waivers = {};
  std::map<std::string, DeclaredAttribute> attributes = {};  ///< empty: they are open
  std::map<std::pair<Sort, std::string>, AttributeReads> attribute_reads = {};
  std::set<std::string> used_packs = {};  ///< ids: some sentence names a control of it

  std::vector<Use> uses = {};  ///< as they were met

  template <class... Args>
  diag::Diagnostic& Report(const diag::Code<Args...>& code, Span span,
                           const std::type_identity_t<Args>&... args) {
    return reporter.Report(code, span, args...);
  }

  /// The name at `at` stands for what was declared.
  void MarkUsed(Symbol& symbol, Span at) {
    symbol.used = true;
    Note({at, symbol.name.span, {}});
  }
  void Note(const Use& use) {
    if (options.notes_uses && use.at.valid()) uses.push_back(use);
  }
};

/// "models", "knowledge bases": for messages.
[[nodiscard]] std::string_view SortWords(Sort sort);
/// "model", "knowledge-base".
[[nodiscard]] std::string_view SortSingular(Sort sort);
/// The sort named by a parameter's type or a verb's sort: "Models".
[[nodiscard]] std::optional<Sort> SortNamed(std::string_view name);
[[nodiscard]] std::string_view SortName(Sort sort);
/// The sorts that a whole-sort word may mean: `models`, `model`, `knowledge-bases` (also a kind).
struct SortWord {
  Sort sort;
  bool plural;
};
[[nodiscard]] std::optional<SortWord> FindSortWord(std::string_view word);
/// All words that FindSortWord knows.
[[nodiscard]] std::vector<std::string> SortWordList();

/// Text of a span with comments left out and white space as single spaces.
[[nodiscard]] std::string SentenceText(std::string_view text);

/// "`a`, `b` or `c`".
[[nodiscard]] std::string OrList(const std::vector<std::string>& words,
                                 std::string_view last = "or");

}  // namespace writ::sema
