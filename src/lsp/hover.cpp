// What a name stands for, in words.
#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "facts/library/library.h"
#include "language/parse/parse.h"
#include "lsp/features.h"

namespace writ::lsp {
namespace {

/// Lines of a declaration that are shown.
constexpr std::size_t kMaxLines = 20;
/// Names of a list that are shown.
constexpr std::size_t kMaxNames = 30;

std::string Listed(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kMaxNames);
  std::string text = fmt::format(
      "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::string Code(std::string_view text) {
  std::string code = "```writ\n";
  std::size_t begin = 0;
  for (std::size_t line = 0; line < kMaxLines && begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    code += text.substr(begin, end - begin);
    code += '\n';
    begin = end + 1;
  }
  if (begin < text.size()) code += "…\n";
  return code + "```";
}

/// The innermost item, unit or account that the name heads.
class Declaration {
 public:
  explicit Declaration(source::Span name) : name_(name) {}

  source::Span In(const std::vector<syntax::Item>& items) {
    for (const syntax::Item& item : items) {
      if (!Holds(item.span)) continue;
      best_ = item.span;
      if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form)) In(policy->items);
      if (const auto* given = std::get_if<syntax::Given>(&item.form)) In(given->items);
      if (const auto* organization = std::get_if<syntax::OrganizationDecl>(&item.form)) {
        InAccounts(organization->management);
        InAccounts(organization->accounts);
        InUnits(organization->units);
      }
    }
    return best_;
  }

 private:
  [[nodiscard]] bool Holds(source::Span span) const {
    return span.file == name_.file && span.begin <= name_.begin && name_.end <= span.end;
  }
  void InAccounts(const std::vector<syntax::AccountDecl>& accounts) {
    for (const syntax::AccountDecl& account : accounts) {
      if (Holds(account.span)) best_ = account.span;
    }
  }
  void InUnits(const std::vector<syntax::OrgUnit>& units) {
    for (const syntax::OrgUnit& unit : units) {
      if (!Holds(unit.span)) continue;
      best_ = unit.span;
      InAccounts(unit.accounts);
      InUnits(unit.units);
    }
  }

  source::Span name_;
  source::Span best_ = {};
};

std::string DeclaredText(const Analysis& analysis, source::Span declared) {
  const syntax::File* file = analysis.SyntaxOf(declared.file);
  const source::Span item = file == nullptr ? declared : Declaration(declared).In(file->items);
  return Code(analysis.sources().text(item.valid() ? item : declared));
}

std::string ModelText(const catalog::Model& model) {
  std::string text = fmt::format("**{}** ({})", model.title, model.provider);
  for (const catalog::ModelId* id : model.GrantedIds()) {
    text += fmt::format("\n- `{}`", id->id);
    if (id->in_region && !id->in_region->empty()) {
      text += fmt::format("; directly in {}", Listed(*id->in_region));
    }
    std::vector<std::string> scopes;
    for (const catalog::InferenceProfile& profile : id->profiles) scopes.push_back(profile.scope);
    if (!scopes.empty()) text += fmt::format("; profiles: {}", Listed(scopes));
  }
  if (const auto word = model.LifecycleWord()) text += fmt::format("\n\n{}", *word);
  return text;
}

std::string FactText(const Analysis& analysis, const sema::Use& use) {
  const catalog::Catalog& catalog = analysis.compilation->catalog();
  const std::string name(analysis.sources().text(use.at));
  std::string text;
  if (use.sort == intent::Sort::kRegions) {
    const catalog::Region* region = catalog.FindRegion(name);
    if (region == nullptr) return {};
    text = fmt::format("region `{}` {}", region->name, region->title);
  } else if (use.sort == intent::Sort::kKinds) {
    std::vector<std::string> actions;
    for (const catalog::BedrockAction& action : catalog.bedrock_actions()) {
      if (action.kind == name) actions.push_back(action.FullName());
    }
    if (actions.empty()) return {};
    text = fmt::format("kind `{}`: {}", name, Listed(actions));
  } else if (use.sort == intent::Sort::kModels) {
    const catalog::ModelName meaning = catalog.FindName(name);
    if (const auto* model = std::get_if<const catalog::Model*>(&meaning)) {
      text = ModelText(**model);
    } else if (const auto* family = std::get_if<const catalog::Family*>(&meaning)) {
      std::vector<std::string> names;
      for (const catalog::Model* each : catalog.ModelsOf(**family)) names.push_back(each->name);
      text = fmt::format("models of the family `{}`: {}", name, Listed(names));
    }
  }
  if (text.empty()) return text;
  return fmt::format("{}\n\ncatalog of {}", text, catalog.date());
}

/// The sentences of a file, those in policies, tests and `given` too.
template <class Visit>
void ForEachSentence(const std::vector<syntax::Item>& items, const Visit& visit) {
  for (const syntax::Item& item : items) {
    if (const auto* form = std::get_if<syntax::Statement>(&item.form)) visit(form->sentence);
    if (const auto* form = std::get_if<syntax::Assertion>(&item.form)) visit(form->sentence);
    if (const auto* form = std::get_if<syntax::TestDecl>(&item.form)) {
      for (const syntax::Sentence& line : form->lines) visit(line);
    }
    if (const auto* form = std::get_if<syntax::PolicyDecl>(&item.form)) {
      ForEachSentence(form->items, visit);
    }
    if (const auto* form = std::get_if<syntax::Given>(&item.form)) {
      ForEachSentence(form->items, visit);
    }
  }
}

std::string VerbText(const std::string& name) {
  std::string text;
  for (const library::Verb* verb : library::Library::BuiltIn().Named(name)) {
    std::vector<std::string> actions;
    for (const library::Leg& leg : verb->permit) {
      for (const std::string& action : leg.actions) {
        if (std::ranges::find(actions, action) == actions.end()) actions.push_back(action);
      }
    }
    text += fmt::format("{}**{}** of {}{}{}", text.empty() ? "" : "\n\n", verb->name, verb->sort,
                        actions.empty() ? "" : ": ", Listed(actions));
  }
  return text;
}

}  // namespace

Json HoverAt(const Spot& spot) {
  const Analysis& analysis = spot.analysis;
  std::string words;
  source::Span at;
  if (const auto declared = analysis.DeclaredAt(spot.file, spot.offset)) {
    words = DeclaredText(analysis, *declared);
    const sema::Use* use = analysis.UseAt(spot.file, spot.offset);
    at = use == nullptr ? *declared : use->at;
  } else if (const sema::Use* use = analysis.UseAt(spot.file, spot.offset)) {
    words = FactText(analysis, *use);
    at = use->at;
  } else if (const syntax::File* file = analysis.SyntaxOf(spot.file)) {
    ForEachSentence(file->items, [&](const syntax::Sentence& sentence) {
      const syntax::Name& verb = sentence.action.verb;
      const bool is_here = sentence.action.kind == syntax::Action::Kind::kVerb &&
                           verb.span.begin <= spot.offset && spot.offset <= verb.span.end;
      if (!is_here) return;
      words = VerbText(std::string(verb.text));
      at = verb.span;
    });
  }
  if (words.empty()) return {};
  return {{"contents", {{"kind", "markdown"}, {"value", words}}},
          {"range", LocationOf(analysis, at, spot.encoding)["range"]}};
}

}  // namespace writ::lsp
