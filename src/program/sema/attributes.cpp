#include "program/sema/attributes.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "program/sema/near.h"

namespace writ::sema {
namespace {

using Operator = syntax::Comparison::Operator;

constexpr std::array<std::string_view, 7> kModelAttributes{
    "provider", "family", "version", "lifecycle", "input", "output", "region"};

Tri Not(Tri value) {
  if (value == Tri::kUnknown) return value;
  return value == Tri::kYes ? Tri::kNo : Tri::kYes;
}
Tri And(Tri one, Tri other) { return std::min(one, other); }
Tri Or(Tri one, Tri other) { return std::max(one, other); }
Tri Of(bool value) { return value ? Tri::kYes : Tri::kNo; }
Tri Of(std::optional<bool> value) { return value ? Of(*value) : Tri::kUnknown; }

std::string TextOf(const syntax::Value& value) {
  if (const auto* literal = std::get_if<syntax::Literal>(&value.form)) return literal->text;
  return std::get<syntax::Key>(value.form).Text();
}

std::vector<std::string> TextsOf(const syntax::Comparison& comparison) {
  std::vector<std::string> texts;
  for (const syntax::Value& value : comparison.values) texts.push_back(TextOf(value));
  return texts;
}

/// Evaluates a formula over comparisons.
template <class Leaf>
Tri Fold(const syntax::Cond& cond, const Leaf& leaf) {
  switch (cond.kind) {
    case syntax::Cond::Kind::kComparison:
      return leaf(*cond.comparison);
    case syntax::Cond::Kind::kNot:
      return Not(Fold(cond.operands[0], leaf));
    case syntax::Cond::Kind::kAnd: {
      Tri result = Tri::kYes;
      for (const syntax::Cond& operand : cond.operands) result = And(result, Fold(operand, leaf));
      return result;
    }
    case syntax::Cond::Kind::kOr: {
      Tri result = Tri::kNo;
      for (const syntax::Cond& operand : cond.operands) result = Or(result, Fold(operand, leaf));
      return result;
    }
  }
  return Tri::kUnknown;
}

/// "4.5" against "4.10": number by number; other text compares as text. Negative, zero, positive.
int CompareVersions(std::string_view one, std::string_view other) {
  while (!one.empty() || !other.empty()) {
    const auto part = [](std::string_view& text) {
      const std::size_t dot = std::min(text.find('.'), text.size());
      const std::string_view head = text.substr(0, dot);
      text.remove_prefix(std::min(dot + 1, text.size()));
      return head;
    };
    const std::string_view left = part(one);
    const std::string_view right = part(other);
    int left_number = 0;
    int right_number = 0;
    std::from_chars(left.data(), left.data() + left.size(), left_number);
    std::from_chars(right.data(), right.data() + right.size(), right_number);
    if (left_number != right_number) return left_number < right_number ? -1 : 1;
  }
  return 0;
}

bool Ordered(Operator op, int order) {
  switch (op) {
    case Operator::kLess:
      return order < 0;
    case Operator::kLessEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    case Operator::kGreaterEqual:
      return order >= 0;
    case Operator::kPresent:
    case Operator::kEqual:
    case Operator::kNotEqual:
    case Operator::kLike:
    case Operator::kIncludes:
    case Operator::kIn:
      return false;
  }
  return false;
}

Tri CompareText(const syntax::Comparison& comparison, std::string_view text) {
  const std::vector<std::string> values = TextsOf(comparison);
  switch (comparison.op) {
    case Operator::kPresent:
      return Tri::kYes;
    case Operator::kEqual:
    case Operator::kIncludes:
      return Of(text == values[0]);
    case Operator::kNotEqual:
      return Of(text != values[0]);
    case Operator::kLike:
      return Of(catalog::MatchesPattern(values[0], text));
    case Operator::kIn:
      return Of(std::find(values.begin(), values.end(), text) != values.end());
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
      return Of(Ordered(comparison.op, CompareVersions(text, values[0])));
  }
  return Tri::kUnknown;
}

/// The catalog's slug for a provider written in any of its names.
std::string ProviderSlug(const Context& context, const std::string& name) {
  const catalog::Provider* provider = context.catalog.FindProvider(name);
  return provider == nullptr ? name : provider->slug;
}

Tri CompareProvider(const Context& context, const syntax::Comparison& comparison,
                    const catalog::Model& model) {
  bool equal = false;
  for (const std::string& name : TextsOf(comparison))
    equal = equal || ProviderSlug(context, name) == model.provider;
  if (comparison.op == Operator::kLike) return CompareText(comparison, model.provider);
  if (comparison.op == Operator::kPresent) return Tri::kYes;
  return Of(comparison.op == Operator::kNotEqual ? !equal : equal);
}

Tri CompareModality(const syntax::Comparison& comparison, const catalog::Model& model) {
  const bool input = comparison.key.first.text == "input";
  const auto has = [&](const std::string& word) {
    return Of(input ? model.Takes(word) : model.Gives(word));
  };
  if (comparison.op == Operator::kIncludes) return has(TextOf(comparison.values[0]));
  // `in [...]`: not empty and all among them.
  const std::vector<std::string> allowed = TextsOf(comparison);
  bool known = false;
  for (const catalog::ModelId* id : model.GrantedIds()) {
    const auto& list = input ? id->input : id->output;
    if (!list) return Tri::kUnknown;
    known = known || !list->empty();
    for (const std::string& word : *list)
      if (std::find(allowed.begin(), allowed.end(), word) == allowed.end()) return Tri::kNo;
  }
  return Of(known);
}

/// Whether some id can be called in the region in some way.
Tri OfferedIn(const catalog::Model& model, std::string_view region) {
  Tri result = Tri::kNo;
  for (const catalog::ModelId* id : model.GrantedIds()) {
    result = Or(result, Of(id->InRegion(region)));
    result = Or(result, Of(id->OnMantleIn(region)));
    for (const catalog::InferenceProfile& profile : id->profiles)
      result = Or(result, Of(profile.CallableIn(region)));
  }
  return result;
}

Tri CompareRegion(const syntax::Comparison& comparison, const catalog::Model& model) {
  Tri result = Tri::kNo;
  for (const std::string& region : TextsOf(comparison))
    result = Or(result, OfferedIn(model, region));
  return comparison.op == Operator::kNotEqual ? Not(result) : result;
}

Tri CompareModel(const Context& context, const syntax::Comparison& comparison,
                 const catalog::Model& model) {
  const std::string_view attribute = comparison.key.first.text;
  if (attribute == "provider") return CompareProvider(context, comparison, model);
  if (attribute == "family") return CompareText(comparison, model.family);
  if (attribute == "version")
    return model.version.empty() ? Tri::kUnknown : CompareText(comparison, model.version);
  if (attribute == "lifecycle") {
    const auto word = model.LifecycleWord();
    return word ? CompareText(comparison, *word) : Tri::kUnknown;
  }
  if (attribute == "input" || attribute == "output") return CompareModality(comparison, model);
  if (attribute == "region") return CompareRegion(comparison, model);
  return Tri::kUnknown;
}

// ---- checks ------------------------------------------------------------------------------------

bool IsOrder(Operator op) {
  return op == Operator::kLess || op == Operator::kLessEqual || op == Operator::kGreater ||
         op == Operator::kGreaterEqual;
}

std::vector<std::string> ValuesOfAttribute(const Context& context, std::string_view attribute) {
  std::vector<std::string> values;
  if (attribute == "provider")
    for (const catalog::Provider& provider : context.catalog.providers())
      values.push_back(provider.slug);
  if (attribute == "family")
    for (const catalog::Family& family : context.catalog.families()) values.push_back(family.name);
  if (attribute == "lifecycle") values = {"active", "legacy", "preview"};
  if (attribute == "input" || attribute == "output")
    values = {"audio", "embedding", "image", "speech", "text", "video"};
  if (attribute == "region")
    for (const catalog::Region& region : context.catalog.regions()) values.push_back(region.name);
  return values;
}

bool IsKnownValue(const Context& context, std::string_view attribute, const std::string& value,
                  const std::vector<std::string>& known) {
  if (attribute == "provider") return context.catalog.FindProvider(value) != nullptr;
  return known.empty() || std::find(known.begin(), known.end(), value) != known.end();
}

bool CheckModelComparison(Context& context, const syntax::Comparison& comparison) {
  const std::string_view attribute = comparison.key.first.text;
  const bool many = attribute == "input" || attribute == "output";
  const bool order_fits = attribute == "version";
  const bool bad_many =
      many && comparison.op != Operator::kIncludes && comparison.op != Operator::kIn;
  const bool bad_order = IsOrder(comparison.op) && !order_fits;
  const bool bad_includes = comparison.op == Operator::kIncludes && !many && attribute != "region";
  if (bad_many || bad_order || bad_includes) {
    auto& found = context.Report(diag::kAttributeOperator, comparison.key.span, attribute);
    found.At(many ? "is multi-valued" : "has one value");
    if (bad_many && comparison.op == Operator::kEqual)
      found.Patch("write `includes`", comparison.op_span, "includes");
    if (bad_includes) found.Patch("write `=`", comparison.op_span, "=");
    return false;
  }
  if (comparison.op == Operator::kLike || IsOrder(comparison.op)) return true;
  const std::vector<std::string> known = ValuesOfAttribute(context, attribute);
  for (const syntax::Value& value : comparison.values) {
    const std::string text = TextOf(value);
    if (IsKnownValue(context, attribute, text, known)) continue;
    auto& found = context.Report(diag::kUnknownName, value.span, attribute, text);
    found.At("not in the catalog").Note("catalog of " + context.catalog.date());
    SuggestName(found, value.span, text, known, "known");
    return false;
  }
  return true;
}

bool HasAttributes(Sort sort) { return sort == Sort::kAccounts || sort == Sort::kTeams; }

/// Each attribute that an account or a team of the program has.
template <class Visit>
void ForEachAttribute(const Context& context, Sort sort, const Visit& visit) {
  if (sort == Sort::kAccounts)
    for (const syntax::AccountDecl* account : context.symbols.accounts)
      for (const syntax::Attribute& attribute : account->attributes) visit(attribute);
  if (sort == Sort::kTeams)
    for (const syntax::TeamDecl* team : context.symbols.teams)
      for (const syntax::Attribute& attribute : team->attributes) visit(attribute);
}

std::vector<std::string> AttributeNames(const Context& context, Sort sort) {
  std::vector<std::string> names;
  if (sort == Sort::kModels)
    for (const std::string_view name : kModelAttributes) names.emplace_back(name);
  if (HasAttributes(sort))
    for (const auto& [name, declared] : context.attributes) names.push_back(name);
  if (context.attributes.empty())
    ForEachAttribute(context, sort, [&](const syntax::Attribute& attribute) {
      names.emplace_back(attribute.name.text);
    });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// Reports a value that the declaration of its attribute does not list.
bool CheckDeclaredValue(Context& context, const DeclaredAttribute& declared, std::string_view value,
                        Span span) {
  if (!declared.decl->is_closed) return true;
  std::vector<std::string> known;
  for (const syntax::Literal& literal : declared.decl->values) known.push_back(literal.text);
  if (std::find(known.begin(), known.end(), value) != known.end()) return true;
  auto& found = context.Report(diag::kAttributeValue, span, value, declared.decl->name.text);
  found.At("not in the declared list").Also(declared.decl->name.span, "declared here");
  const std::string nearest = NearestName(value, known);
  if (!nearest.empty()) {
    found.Suggest("did you mean `" + nearest + "`?");
  } else {
    found.Note("values: " + OrList(known, "and"));
  }
  return false;
}

/// Notes what a sentence reads, and checks it where attributes are declared.
bool ReadAttribute(Context& context, const syntax::Comparison& comparison, Sort sort,
                   Reading reading) {
  const std::string name = comparison.key.Text();
  AttributeReads& reads = context.attribute_reads[{sort, name}];
  reads.by_permission = reads.by_permission || reading == Reading::kPermission;
  for (const std::string& value : TextsOf(comparison)) reads.values.insert(value);
  const auto declared = context.attributes.find(name);
  if (declared == context.attributes.end()) return true;
  declared->second.used = true;
  const bool whole = comparison.op == Operator::kEqual || comparison.op == Operator::kNotEqual ||
                     comparison.op == Operator::kIn || comparison.op == Operator::kIncludes;
  if (!whole) return true;
  bool good = true;
  for (const syntax::Value& value : comparison.values)
    good = CheckDeclaredValue(context, declared->second, TextOf(value), value.span) && good;
  return good;
}

bool CheckComparison(Context& context, const syntax::Comparison& comparison, Sort sort,
                     Reading reading, const std::vector<std::string>& names) {
  const std::string attribute = comparison.key.Text();
  if (std::find(names.begin(), names.end(), attribute) == names.end()) {
    auto& found =
        context.Report(diag::kUnknownAttribute, comparison.key.span, SortWords(sort), attribute);
    found.At("no such attribute");
    SuggestName(found, comparison.key.span, attribute, names, "attributes are");
    return false;
  }
  return sort == Sort::kModels ? CheckModelComparison(context, comparison)
                               : ReadAttribute(context, comparison, sort, reading);
}

bool CheckEach(Context& context, const syntax::Cond& cond, Sort sort, Reading reading,
               const std::vector<std::string>& names) {
  if (cond.kind == syntax::Cond::Kind::kComparison)
    return CheckComparison(context, *cond.comparison, sort, reading, names);
  bool good = true;
  for (const syntax::Cond& operand : cond.operands)
    good = CheckEach(context, operand, sort, reading, names) && good;
  return good;
}

// ---- patterns ----------------------------------------------------------------------------------

using Patterns = std::optional<std::vector<std::string>>;

Patterns PatternsOfComparison(const Context& context, const syntax::Comparison& comparison) {
  if (comparison.op != Operator::kEqual && comparison.op != Operator::kIn) return std::nullopt;
  const std::string_view attribute = comparison.key.first.text;
  std::vector<std::string> patterns;
  for (const std::string& text : TextsOf(comparison)) {
    const std::vector<std::string>* more = nullptr;
    if (attribute == "provider") {
      const catalog::Provider* provider = context.catalog.FindProvider(text);
      if (provider != nullptr) more = &provider->patterns;
    } else if (attribute == "family") {
      const catalog::Family* family = context.catalog.FindFamily(text);
      if (family != nullptr) more = &family->patterns;
    }
    if (more == nullptr) return std::nullopt;
    patterns.insert(patterns.end(), more->begin(), more->end());
  }
  return patterns;
}

std::size_t LongestPattern(const std::vector<std::string>& patterns) {
  std::size_t longest = 0;
  for (const std::string& pattern : patterns) longest = std::max(longest, pattern.size());
  return longest;
}

}  // namespace

bool CheckWhere(Context& context, const syntax::Cond& cond, Sort sort, Span term, Reading reading) {
  if (sort != Sort::kModels && sort != Sort::kAccounts && sort != Sort::kTeams) {
    context.Report(diag::kNoAttributes, cond.span, SortWords(sort))
        .At("cannot be filtered")
        .Also(term, "these");
    return false;
  }
  return CheckEach(context, cond, sort, reading, AttributeNames(context, sort));
}

void CheckAttribute(Context& context, const syntax::Name& name,
                    const std::vector<syntax::Literal>& values, std::string_view of,
                    const std::vector<std::string>& documented) {
  const auto declared = context.attributes.find(std::string(name.text));
  if (declared != context.attributes.end()) {
    declared->second.used = true;
    for (const syntax::Literal& value : values)
      static_cast<void>(CheckDeclaredValue(context, declared->second, value.text, value.span));
    return;
  }
  if (std::find(documented.begin(), documented.end(), name.text) != documented.end()) return;
  std::vector<std::string> known = documented;
  for (const auto& [each, attribute] : context.attributes) known.push_back(each);
  auto& found = context.Report(diag::kAttributeNotDeclared, name.span, name.text, of);
  found.At("not declared");
  const std::string nearest = NearestName(name.text, known);
  if (!nearest.empty()) {
    const std::string question = "did you mean `" + nearest + "`?";
    // Of accounts and teams permissions may depend: that is for people to decide.
    if (documented.empty()) {
      found.Suggest(question);
    } else {
      found.Patch(question, name.span, nearest);
    }
  } else if (!known.empty()) {
    found.Note("known: " + OrList(known, "and"));
  }
  found.Suggest("`attribute " + std::string(name.text) + "` in the organization declares it");
}

void CheckAttributes(Context& context) {
  for (const Sort sort : {Sort::kAccounts, Sort::kTeams}) {
    if (!context.attributes.empty()) {
      ForEachAttribute(context, sort, [&](const syntax::Attribute& attribute) {
        CheckAttribute(context, attribute.name, {attribute.value}, SortWords(sort), {});
      });
      continue;
    }
    std::vector<std::string> read;
    for (const auto& [key, reads] : context.attribute_reads)
      if (key.first == sort) read.push_back(key.second);
    const auto warn = [&](std::string_view what, std::string_view text, Span span,
                          const std::string& nearest, bool widens) {
      auto& found = context.Report(diag::kAttributeUnread, span, what, text);
      found.At("has no effect");
      if (nearest.empty()) return;
      // Where a permission reads it, the right name would grant more: that is for people to decide.
      const std::string question = "did you mean `" + nearest + "`?";
      if (widens) {
        found.Suggest(question);
      } else {
        found.Patch(question, span, nearest);
      }
    };
    ForEachAttribute(context, sort, [&](const syntax::Attribute& attribute) {
      const std::string name(attribute.name.text);
      const auto reads = context.attribute_reads.find({sort, name});
      if (reads == context.attribute_reads.end()) {
        const std::string nearest = NearestName(name, read);
        const bool widens =
            !nearest.empty() && context.attribute_reads[{sort, nearest}].by_permission;
        warn("attribute", name, attribute.name.span, nearest, widens);
        return;
      }
      const std::set<std::string>& values = reads->second.values;
      if (values.count(attribute.value.text) > 0 ||
          attribute.value.kind != syntax::Literal::Kind::kName)
        return;
      const std::string nearest = NearestName(attribute.value.text, {values.begin(), values.end()});
      if (!nearest.empty() && IsNearMiss(attribute.value.text, nearest))
        warn("value", attribute.value.text, attribute.value.span, nearest,
             reads->second.by_permission);
    });
  }
  for (const auto& [name, declared] : context.attributes)
    if (!declared.used && !context.reporter.has_errors())
      context.Report(diag::kUnusedDeclaration, declared.decl->name.span, "attribute", name)
          .At("never used");
}

Tri ModelSatisfies(const Context& context, const syntax::Cond& cond, const catalog::Model& model) {
  return Fold(cond, [&](const syntax::Comparison& comparison) {
    return CompareModel(context, comparison, model);
  });
}

bool AttributesSatisfy(const syntax::Cond& cond, const std::vector<syntax::Attribute>& attributes) {
  return Fold(cond, [&](const syntax::Comparison& comparison) {
           const std::string name = comparison.key.Text();
           bool negated_holds = comparison.op == Operator::kNotEqual;
           for (const syntax::Attribute& attribute : attributes) {
             if (attribute.name.text != name) continue;
             const Tri value = CompareText(comparison, attribute.value.text);
             if (comparison.op == Operator::kNotEqual)
               negated_holds = negated_holds && value == Tri::kYes;
             else if (value == Tri::kYes)
               return Tri::kYes;
           }
           return Of(negated_holds);
         }) == Tri::kYes;
}

std::optional<std::vector<std::string>> PatternsOf(const Context& context,
                                                   const syntax::Cond& cond) {
  switch (cond.kind) {
    case syntax::Cond::Kind::kComparison:
      return PatternsOfComparison(context, *cond.comparison);
    case syntax::Cond::Kind::kNot:
      return std::nullopt;
    case syntax::Cond::Kind::kAnd: {
      Patterns best;
      for (const syntax::Cond& operand : cond.operands) {
        const Patterns patterns = PatternsOf(context, operand);
        if (patterns && (!best || LongestPattern(*patterns) > LongestPattern(*best)))
          best = patterns;
      }
      return best;
    }
    case syntax::Cond::Kind::kOr: {
      std::vector<std::string> all;
      for (const syntax::Cond& operand : cond.operands) {
        const Patterns patterns = PatternsOf(context, operand);
        if (!patterns) return std::nullopt;
        all.insert(all.end(), patterns->begin(), patterns->end());
      }
      return all;
    }
  }
  return std::nullopt;
}

}  // namespace writ::sema
