#include "program/sema/conditions.h"

#include <algorithm>
#include <array>
#include <functional>

#include <fmt/format.h>

#include "base/diag/codes/names.h"
#include "base/diag/codes/types.h"
#include "base/support/date.h"
#include "facts/catalog/table.h"
#include "language/syntax/meaning.h"
#include "program/sema/absence.h"
#include "program/sema/near.h"
#include "program/sema/partition.h"

namespace writ::sema {
namespace {

using intent::Condition;
using intent::Test;
using Operator = syntax::Comparison::Operator;

constexpr std::string_view kBedrock = "bedrock:";
constexpr std::string_view kMantle = "bedrock-mantle:";
constexpr std::string_view kClaudePlatform = "aws-external-anthropic:";

bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

Test::Type TypeOf(catalog::KeyType type) {
  switch (type) {
    case catalog::KeyType::kString:
      return Test::Type::kString;
    case catalog::KeyType::kArn:
      return Test::Type::kArn;
    case catalog::KeyType::kBool:
      return Test::Type::kBool;
    case catalog::KeyType::kNumeric:
      return Test::Type::kNumeric;
    case catalog::KeyType::kDate:
      return Test::Type::kDate;
    case catalog::KeyType::kIpAddress:
      return Test::Type::kIp;
    case catalog::KeyType::kBinary:
      return Test::Type::kBinary;
  }
  return Test::Type::kString;
}

std::string_view TypeWords(Test::Type type) {
  switch (type) {
    case Test::Type::kString:
      return "text";
    case Test::Type::kArn:
      return "an ARN";
    case Test::Type::kNumeric:
      return "a number";
    case Test::Type::kDate:
      return "a date";
    case Test::Type::kBool:
      return "`true` or `false`";
    case Test::Type::kIp:
      return "an IP address or CIDR range";
    case Test::Type::kBinary:
      return "base64 text";
  }
  return "a value";
}

// ---- the key -----------------------------------------------------------------------------------

/// Keys on which the authorizations of one call differ, and what says the same for the whole call.
struct LegKey {
  std::string_view key;
  std::string_view instead;
};
constexpr std::array<LegKey, 3> kLegKeys{{
    {"aws:requestedregion", "`in REGION` says where the call is made"},
    {"bedrock:inferenceprofilearn",
     "`routed within …` or `via profile …` says how it is processed"},
    {"aws:resourcetag", "`via profile …` binds the call to your own profiles"},
}};
/// Keys about the owner of a resource. Foundation models belong to AWS.
/// Source: Bedrock User Guide, batch-inference-permissions (read 2026-10).
constexpr std::array<std::string_view, 3> kOwnerKeys{"aws:resourceaccount", "aws:resourceorgid",
                                                     "aws:resourceorgpaths"};

/// Reports keys that cannot be used on verbs for models. True if reported.
bool RefuseOnModelVerb(Context& context, const syntax::Key& key, const std::string& text) {
  const std::string name = catalog::LowerCase(text);
  for (const LegKey& leg : kLegKeys) {
    if (!StartsWith(name, leg.key)) continue;
    context.Report(diag::kLegKey, key.span, text)
        .At("differs between the requests that AWS authorizes in one call")
        .Suggest(std::string(leg.instead));
    return true;
  }
  if (std::find(kOwnerKeys.begin(), kOwnerKeys.end(), name) == kOwnerKeys.end()) return false;
  context.Report(diag::kOwnerKey, key.span, text).At("foundation models are owned by AWS");
  return true;
}

/// Keys of the owner's account and its tags: resources of AWS have neither.
bool IsAboutOwner(std::string_view key) {
  const std::string name = catalog::LowerCase(key);
  return StartsWith(name, "aws:resourcetag") ||
         std::find(kOwnerKeys.begin(), kOwnerKeys.end(), name) != kOwnerKeys.end();
}

std::optional<catalog::Key> ReportUnknownKey(Context& context, const syntax::Key& key,
                                             const std::string& text) {
  if (const catalog::Correction* correction = context.catalog.CorrectKey(text)) {
    auto& found = context.Report(diag::kUnknownKey, key.span, text);
    found.At("no such key").Note(correction->why);
    if (correction->right.size() == 1)
      found.Patch("write `" + correction->right[0] + "`", key.span, correction->right[0]);
    return std::nullopt;
  }
  std::vector<std::string> near = context.catalog.SuggestKeys(text);
  if (!key.second)
    for (std::string& each : context.catalog.SuggestKeys("aws:" + text)) near.push_back(each);
  // The catalog's word for a tag is no key: `s3:ExistingObjectTag/<key>`, `…/${TagKey}`.
  for (std::string& each : near) {
    const std::size_t place = each.find_first_of("<$");
    if (place == std::string::npos) continue;
    each.resize(place);
    if (key.tag) {
      each += key.tag->text;
    } else if (!each.empty() && each.back() == '/') {
      each.pop_back();
    }
  }
  const bool slip = !near.empty() && (!key.second || IsNearMiss(text, near[0]));
  if (slip || !key.second) {
    auto& found = context.Report(diag::kUnknownKey, key.span, text);
    found.At(key.second ? "no such key" : "a key needs its service prefix");
    found.Note("catalog of " + context.catalog.date());
    if (!near.empty()) found.Patch("did you mean `" + near[0] + "`?", key.span, near[0]);
    return std::nullopt;
  }
  auto& found =
      context.Report(diag::kNotInCatalog, key.span, "condition key", text, context.catalog.date());
  found.At("newer than the catalog?");
  if (!context.options.allow_unknown) {
    found.Suggest("`--allow-unknown` accepts it as written");
    return std::nullopt;
  }
  found.As(diag::Severity::kWarning).Note("used as a single-valued string");
  return catalog::Key{text, catalog::KeyType::kString, false, false};
}

/// The catalog's spelling with what the source has in the place of `${TagKey}`.
std::string Spelled(const catalog::Key& key, const syntax::Key& written) {
  const std::size_t at = key.name.find("${");
  if (at == std::string::npos) return key.name;
  return key.name.substr(0, at) + written.Text().substr(at);
}

bool IsKnownBy(Context& context, const catalog::Action& action, const std::string& key) {
  std::string name = key;
  if (action.service == "bedrock-mantle" && StartsWith(key, kBedrock))
    name = std::string(kMantle) + key.substr(kBedrock.size());
  const auto [at, is_new] = context.known_keys.try_emplace({action.FullName(), name}, false);
  if (is_new) at->second = context.catalog.Carries(action, name) != catalog::Carriage::kNo;
  return at->second;
}

/// A `when` on a key without twin there would say nothing of Claude Platform.
bool CheckClaudePlatform(Context& context, const syntax::Key& key, const std::string& text,
                         const ConditionPlace& place) {
  if (place.on_claude_platform && StartsWith(text, kBedrock) &&
      !context.catalog.FindKey(std::string(kClaudePlatform) + text.substr(kBedrock.size()))) {
    context.Report(diag::kNoTwinKey, key.span, text, "aws-external-anthropic")
        .At("not sent on Claude Platform")
        .Suggest(
            "to narrow the sentence to the planes that have the key, add `through bedrock, "
            "mantle`");
    return false;
  }
  return true;
}

/// A `bedrock:` key in a sentence that covers both planes stands for its twin, if there is one.
bool CheckPlanes(Context& context, const syntax::Key& key, const std::string& text,
                 const ConditionPlace& place) {
  const std::vector<catalog::Action>& actions = *place.actions;
  const auto has = [&](std::string_view service) {
    return std::any_of(actions.begin(), actions.end(),
                       [&](const catalog::Action& action) { return action.service == service; });
  };
  if (place.may_lack_twins || !has("bedrock") || !has("bedrock-mantle")) {
    return CheckClaudePlatform(context, key, text, place);
  }
  const bool bedrock = StartsWith(text, kBedrock);
  const bool mantle = StartsWith(text, kMantle);
  if (!bedrock && !mantle) return true;
  const std::string twin = bedrock ? std::string(kMantle) + text.substr(kBedrock.size())
                                   : std::string(kBedrock) + text.substr(kMantle.size());
  if (bedrock && context.catalog.FindKey(twin)) {
    return CheckClaudePlatform(context, key, text, place);
  }
  const std::string plane = bedrock ? "bedrock" : "mantle";
  context.Report(diag::kNoTwinKey, key.span, text, bedrock ? "bedrock-mantle" : "bedrock")
      .At("not sent on the other plane")
      .Suggest("`through " + plane + "` narrows the sentence to the plane that has it");
  return false;
}

bool CheckCarried(Context& context, const syntax::Key& key, const std::string& text,
                  ConditionPlace& place) {
  if (place.actions == nullptr || place.actions->empty()) return true;
  std::vector<std::string> without;
  for (const catalog::Action& action : *place.actions)
    if (!IsKnownBy(context, action, text)) without.push_back(action.FullName());
  if (without.empty()) return CheckPlanes(context, key, text, place);
  const bool none = without.size() == place.actions->size();
  const bool permission = place.reading == Reading::kPermission;
  if (!none && !permission) return CheckPlanes(context, key, text, place);
  if (none && !permission && place.may_waive) {
    place.waiver_used = true;
    return true;
  }
  constexpr std::size_t kNamed = 3;
  const std::string named =
      OrList({without.begin(),
              without.begin() + static_cast<std::ptrdiff_t>(std::min(without.size(), kNamed))},
             "and") +
      (without.size() > kNamed ? " and " + std::to_string(without.size() - kNamed) + " more" : "");
  if (!none && place.one_by_one) {
    context.Report(diag::kKeyPartlyCarried, key.span, text, without.size())
        .At("these actions are not granted")
        .Note("actions without it: " + named);
    return true;
  }
  auto& found = context.Report(diag::kKeyNotCarried, key.span, text, named);
  found.At(permission ? "never sent, so nothing would be granted"
                      : "never sent, so nothing would be denied");
  found.Note("catalog of " + context.catalog.date());
  if (place.model_verb && catalog::LowerCase(text) == "bedrock:modelarn")
    found.Suggest("to select a model, name it after the verb");
  if (!permission)
    found.Suggest(
        "`waive key-not-carried until DATE by \"…\" because \"…\"` if the catalog is wrong");
  return false;
}

std::optional<catalog::Key> ResolveKey(Context& context, const syntax::Key& key,
                                       ConditionPlace& place) {
  const std::string text = key.Text();
  if (place.model_verb && RefuseOnModelVerb(context, key, text)) return std::nullopt;
  if (place.aws_owned && IsAboutOwner(text)) {
    context.Report(diag::kOwnerKey, key.span, text).At("foundation models are owned by AWS");
    return std::nullopt;
  }
  std::optional<catalog::Key> found = context.catalog.FindKey(text);
  if (!found) return ReportUnknownKey(context, key, text);
  if (!CheckCarried(context, key, Spelled(*found, key), place)) return std::nullopt;
  return found;
}

// ---- the values --------------------------------------------------------------------------------

bool IsNumber(std::string_view text) {
  bool digit = false;
  bool dot = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      digit = true;
    } else if (text[i] == '.' && !dot) {
      dot = true;
    } else if (!(text[i] == '-' && i == 0)) {
      return false;
    }
  }
  return digit;
}

bool IsAddress4(std::string_view text) {
  int parts = 0;
  while (!text.empty()) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || part.size() > 3) return false;
    int value = 0;
    for (const char c : part) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    if (value > 255) return false;
    ++parts;
    if (dot == text.size()) break;
    text.remove_prefix(dot + 1);
  }
  return parts == 4;
}

bool IsAddress6(std::string_view text) {
  const auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
  };
  return text.find(':') != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), is_hex) &&
         text.find(":::") == std::string_view::npos;
}

/// The value in the form that the type's comparisons use; nothing if it does not fit.
std::optional<std::string> FitValue(const syntax::Literal& literal, Test::Type type) {
  const std::string& text = literal.text;
  switch (type) {
    case Test::Type::kNumeric:
      if (!IsNumber(text)) return std::nullopt;
      return text;
    case Test::Type::kDate: {
      if (support::ParseDate(text)) return text + "T00:00:00Z";
      const bool full = text.size() >= 20 && support::ParseDate(text.substr(0, 10)) &&
                        text[10] == 'T' && text.back() == 'Z';
      if (full || IsNumber(text)) return text;
      return std::nullopt;
    }
    case Test::Type::kBool:
      if (text != "true" && text != "false") return std::nullopt;
      return text;
    case Test::Type::kIp:
      if (!IsIpRange(text)) return std::nullopt;
      return text;
    case Test::Type::kArn:
      if (!StartsWith(text, "arn:") && !StartsWith(text, "${") && text != "*") return std::nullopt;
      return text;
    case Test::Type::kString:
    case Test::Type::kBinary:
      return text;
  }
  return std::nullopt;
}

bool HasWildcard(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    // ${*} and ${?} are the characters themselves.
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      i = std::min(text.find('}', i), text.size());
      continue;
    }
    if (text[i] == '*' || text[i] == '?') return true;
  }
  return false;
}

bool OperatorFits(Operator op, Test::Type type, bool multi_valued) {
  switch (op) {
    case Operator::kPresent:
      return true;
    case Operator::kEqual:
    case Operator::kNotEqual:
      return !multi_valued;
    case Operator::kIncludes:
      return multi_valued;
    case Operator::kIn:
      return true;
    case Operator::kLike:
      return !multi_valued && (type == Test::Type::kString || type == Test::Type::kArn);
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
      return !multi_valued && (type == Test::Type::kNumeric || type == Test::Type::kDate);
  }
  return false;
}

/// Whether a literal of the comparison is a pattern, which only `like` takes.
bool HasPattern(const syntax::Comparison& comparison) {
  return std::ranges::any_of(comparison.values, [](const syntax::Value& value) {
    const auto* literal = std::get_if<syntax::Literal>(&value.form);
    return literal != nullptr && HasWildcard(literal->text);
  });
}

void ReportOperator(Context& context, const syntax::Comparison& comparison, const Test& test) {
  const std::string_view op = syntax::OperatorText(comparison.op);
  if (test.multi_valued) {
    auto& found = context.Report(diag::kMultiValuedKey, comparison.op_span, test.key, op);
    found.At("ambiguous for several values");
    if (HasPattern(comparison)) {
      found.Suggest(
          "list the values without wildcards: `includes` and `in [...]` compare literally");
      return;
    }
    if (comparison.op == Operator::kEqual || comparison.op == Operator::kLike)
      found.Patch("for at least one value, write `includes`", comparison.op_span, "includes");
    found.Suggest("for all values, write `in [...]`");
    return;
  }
  auto& found =
      context.Report(diag::kKeyOperator, comparison.op_span, op, test.key, TypeWords(test.type));
  found.At("does not fit this key");
  if (comparison.op == Operator::kIncludes)
    found.Patch("the key is single-valued: write `=`", comparison.op_span, "=");
}

/// An ARN operator compares six parts: a pattern with fewer matches nothing. (CASES-DOUBTS: a bad
/// value in a policy makes the comparison false.)
bool CheckArnForm(Context& context, const syntax::Comparison& comparison,
                  const syntax::Literal& literal, const std::string& value) {
  constexpr std::ptrdiff_t kColons = 5;
  const bool is_variable = StartsWith(value, "${") && value.find('}') + 1 == value.size();
  const std::ptrdiff_t colons = std::count(value.begin(), value.end(), ':');
  if (is_variable || (StartsWith(value, "${") && colons == 0)) return true;
  if (colons >= kColons) return CheckArnPartition(context, value, literal.span);
  auto& found = context.Report(diag::kShortArn, literal.span, colons + 1);
  found.At("matches no ARN");
  const std::string key = comparison.key.Text();
  if (value == "*") {
    found.Patch("to test that the key is present, write the key alone",
                source::Join(comparison.key.span, literal.span), key);
  } else {
    std::string whole = value;
    for (std::ptrdiff_t i = colons; i < kColons; ++i) whole += ":*";
    found.Suggest("with all six parts: `\"" + whole + "\"`");
  }
  return false;
}

/// A literal of the comparison into the test. False if reported.
bool AddLiteral(Context& context, const syntax::Comparison& comparison,
                const syntax::Literal& literal, Test& test) {
  const std::optional<std::string> value = FitValue(literal, test.type);
  if (!value) {
    context.Report(diag::kKeyValue, literal.span, test.key, TypeWords(test.type), literal.text)
        .At("not " + std::string(TypeWords(test.type)));
    return false;
  }
  const bool literal_text = test.type == Test::Type::kString || test.type == Test::Type::kArn;
  if (literal_text && comparison.op != Operator::kLike && HasWildcard(*value)) {
    auto& found =
        context.Report(diag::kWildcardInEquals, literal.span, syntax::OperatorText(comparison.op));
    found.At("a wildcard");
    if (comparison.op == Operator::kEqual) found.Patch("write `like`", comparison.op_span, "like");
    return false;
  }
  if (value->find("${") != std::string::npos) {
    if (!literal_text) {
      context.Report(diag::kVariableHere, literal.span, test.key).At("not a string comparison");
      return false;
    }
    test.variable = CheckVariables(context, *value, literal.span) || test.variable;
  }
  if (test.type == Test::Type::kArn && !CheckArnForm(context, comparison, literal, *value))
    return false;
  if (catalog::LowerCase(test.key) == "aws:requestedregion") {
    const catalog::Region* region = context.catalog.FindRegion(*value);
    if (region != nullptr && !CheckRegion(context, *region, literal.span)) return false;
  }
  test.values.push_back(*value);
  return true;
}

bool AddKeyValue(Context& context, const syntax::Key& key, Test& test) {
  const std::string text = key.Text();
  const std::optional<catalog::Key> found = context.catalog.FindKey(text);
  if (!found) {
    static_cast<void>(ReportUnknownKey(context, key, text));
    return false;
  }
  if (test.type != Test::Type::kString && test.type != Test::Type::kArn) {
    context.Report(diag::kVariableHere, key.span, test.key).At("not a string comparison");
    return false;
  }
  test.values.push_back("${" + Spelled(*found, key) + "}");
  test.variable = true;
  return true;
}

Test::Operator TestOperator(Operator op) {
  switch (op) {
    case Operator::kPresent:
      return Test::Operator::kPresent;
    case Operator::kEqual:
    case Operator::kNotEqual:
      return Test::Operator::kEqual;
    case Operator::kLess:
      return Test::Operator::kLess;
    case Operator::kLessEqual:
      return Test::Operator::kLessEqual;
    case Operator::kGreater:
      return Test::Operator::kGreater;
    case Operator::kGreaterEqual:
      return Test::Operator::kGreaterEqual;
    case Operator::kLike:
      return Test::Operator::kLike;
    case Operator::kIncludes:
      return Test::Operator::kIncludes;
    case Operator::kIn:
      return Test::Operator::kIn;
  }
  return Test::Operator::kPresent;
}

/// A guardrail that a condition names must be one numbered version: DRAFT can be weakened by anyone
/// who may update it. Source: Bedrock User Guide, guardrails-permissions-id.
void CheckPinned(Context& context, const syntax::Comparison& comparison, const Test& test) {
  if (catalog::LowerCase(test.key) != "bedrock:guardrailidentifier") return;
  for (std::size_t i = 0; i < test.values.size(); ++i) {
    const std::string& value = test.values[i];
    const std::size_t at = value.find(":guardrail/");
    if (at == std::string::npos) continue;
    const std::size_t colon = value.find(':', at + 1);
    const std::string version = colon == std::string::npos ? "" : value.substr(colon + 1);
    if (!version.empty() && version != "DRAFT" && version != "*") continue;
    context.Report(diag::kUnpinnedGuardrail, comparison.values[i].span)
        .At("no version number")
        .Suggest("use `with guardrail NAME`, which pins the version in writ.bindings.json");
  }
}

Condition BuildComparison(Context& context, const syntax::Comparison& comparison,
                          ConditionPlace& place) {
  const std::optional<catalog::Key> key = ResolveKey(context, comparison.key, place);
  if (!key) return {};
  Test test;
  test.key = Spelled(*key, comparison.key);
  test.type = TypeOf(key->type);
  test.multi_valued = key->multi_valued;
  test.op = TestOperator(comparison.op);
  if (!OperatorFits(comparison.op, test.type, test.multi_valued)) {
    ReportOperator(context, comparison, test);
    return {};
  }
  for (const syntax::Value& value : comparison.values) {
    const bool good =
        std::holds_alternative<syntax::Key>(value.form)
            ? AddKeyValue(context, std::get<syntax::Key>(value.form), test)
            : AddLiteral(context, comparison, std::get<syntax::Literal>(value.form), test);
    if (!good) return {};
  }
  CheckPinned(context, comparison, test);
  std::sort(test.values.begin(), test.values.end());
  test.values.erase(std::unique(test.values.begin(), test.values.end()), test.values.end());
  Condition result;
  result.kind = Condition::Kind::kTest;
  result.test = std::move(test);
  if (comparison.op == Operator::kNotEqual) return Negation(std::move(result));
  return result;
}

// ---- absent keys -------------------------------------------------------------------------------

std::string TextOf(const Context& context, Span span) {
  return SentenceText(context.sources.text(span));
}

bool IsPresence(const Formula& literal) {
  return literal.leaf->comparison->op == Operator::kPresent;
}

/// The key as the language writes it: in quotes where a colon stands within its name.
std::string InSource(const std::string& key) {
  const std::size_t name = key.find(':') + 1;
  const std::size_t end = std::min(key.find('/'), key.size());
  if (name == 0 || key.substr(name, end - name).find(':') == std::string::npos) return key;
  return fmt::format("{}\"{}\"{}", key.substr(0, name), key.substr(name, end - name),
                     key.substr(end));
}

void PatchPermission(Context& context, diag::Diagnostic& found, const Formula& literal,
                     const std::string& key, bool is_bool) {
  const Span leaf = literal.leaf->span;
  if (IsPresence(literal)) {
    if (is_bool && literal.inside_negation &&
        literal.clause->cond->kind == syntax::Cond::Kind::kNot)
      found.Patch("write `" + key + " = false`", literal.clause->cond->span, key + " = false");
    return;
  }
  const std::string words = "`" + key + " and …`";
  if (!literal.inside_negation) {
    found.Patch("write " + words, leaf, key + " and " + TextOf(context, leaf));
    return;
  }
  if (literal.clause->kind != Clause::Kind::kWhen) {
    found.Patch(
        "add `when " + key + "`",
        Span{literal.clause->span.file, literal.clause->span.begin, literal.clause->span.begin},
        "when " + key + " ");
    return;
  }
  const syntax::Cond& whole = *literal.clause->cond;
  const std::string text = TextOf(context, whole.span);
  const bool brackets = whole.kind == syntax::Cond::Kind::kOr;
  found.Patch("write " + words, whole.span, key + " and " + (brackets ? "(" + text + ")" : text));
}

/// The key as the comparison writes it, and what a request without it makes of the comparison.
struct Absent {
  std::string key;
  std::string so;
};
Absent AbsentIn(const Formula& literal, std::string_view key, std::string_view truth) {
  const syntax::Comparison& comparison = *literal.leaf->comparison;
  const std::string own = comparison.key.Text();
  if (catalog::LowerCase(own) == catalog::LowerCase(key))
    return {own, std::string(truth) + " when the key is absent"};
  for (const syntax::Value& value : comparison.values) {
    std::vector<std::string> names;
    if (const auto* other = std::get_if<syntax::Key>(&value.form)) {
      names = {other->Text()};
    } else {
      names = VariablesWithoutDefault(std::get<syntax::Literal>(value.form).text);
    }
    for (const std::string& name : names) {
      if (catalog::LowerCase(name) != catalog::LowerCase(key)) continue;
      return {name, "without it `${" + name + "}` has no value, and this is " + std::string(truth)};
    }
  }
  return {std::string(key), std::string(truth) + " when the key is absent"};
}

void ReportPermission(Context& context, const Formula& literal, const std::string& absent) {
  const auto& [key, so] = AbsentIn(literal, absent, "true");
  const std::optional<catalog::Key> known = context.catalog.FindKey(key);
  auto& found = context.Report(diag::kAbsentKeySatisfies, literal.leaf->span, key);
  found.At(so);
  PatchPermission(context, found, literal, InSource(key),
                  known && known->type == catalog::KeyType::kBool);
}

/// All places of the key whose comparisons an absent key turns: each of them has to be patched.
void CollectNegative(const Formula& formula, const std::string& key,
                     std::vector<const Formula*>& found) {
  if (formula.kind == Formula::Kind::kLiteral && formula.negative && IsAbout(formula, key) &&
      !IsPresence(formula))
    found.push_back(&formula);
  for (const Formula& operand : formula.operands) CollectNegative(operand, key, found);
}

void ReportProhibition(Context& context, const Formula& literal, const Formula& formula,
                       const std::string& absent) {
  const auto& [key, so] = AbsentIn(literal, absent, "false");
  auto& found = context.Report(diag::kAbsentKeyEscapes, literal.leaf->span, key);
  found.At(so);
  std::vector<const Formula*> places;
  CollectNegative(formula, absent, places);
  diag::Help help{"also catch requests without the key", {}};
  for (const Formula* place : places) {
    const std::string comparison = TextOf(context, place->leaf->span);
    const std::string spelt = InSource(key);
    help.edits.push_back({place->leaf->span, place->inside_negation
                                                 ? "(" + spelt + " and " + comparison + ")"
                                                 : "(not " + spelt + " or " + comparison + ")"});
  }
  if (!help.edits.empty()) found.helps.push_back(std::move(help));
}

}  // namespace

bool IsIpRange(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const bool is_4 = IsAddress4(address);
  if (!is_4 && !IsAddress6(address)) return false;
  if (slash == std::string_view::npos) return true;
  const std::string_view width = text.substr(slash + 1);
  if (width.empty() || width.size() > 3) return false;
  int bits = 0;
  for (const char c : width) {
    if (c < '0' || c > '9') return false;
    bits = bits * 10 + (c - '0');
  }
  return bits <= (is_4 ? 32 : 128);
}

bool SpeaksOfPresence(const std::vector<Clause>& clauses, std::string_view key) {
  const std::function<bool(const syntax::Cond&)> speaks = [&](const syntax::Cond& cond) {
    if (cond.comparison)
      return cond.comparison->op == Operator::kPresent &&
             catalog::LowerCase(cond.comparison->key.Text()) == catalog::LowerCase(key);
    return std::any_of(cond.operands.begin(), cond.operands.end(), speaks);
  };
  return std::any_of(clauses.begin(), clauses.end(),
                     [&](const Clause& clause) { return speaks(*clause.cond); });
}

bool CheckLiteral(Context& context, std::string_view text, Span span, bool may_have_wildcards) {
  if (text.find("${") != std::string_view::npos) {
    context.Report(diag::kVariableOutside, span)
        .At("AWS would substitute a value of the request here")
        .Note("policy variables are allowed in `on` and in comparisons");
    return false;
  }
  if (may_have_wildcards || text.find_first_of("*?") == std::string_view::npos) return true;
  context.Report(diag::kWildcardOutside, span, text)
      .At("AWS would treat this as a pattern")
      .Note("wildcards are allowed in `role`, `like` and `on`");
  return false;
}

bool CheckVariables(Context& context, const std::string& text, Span span) {
  bool any = false;
  for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 1)) {
    const std::size_t end = text.find('}', at);
    const std::string name =
        end == std::string::npos ? text.substr(at + 2) : text.substr(at + 2, end - at - 2);
    if (name == "*" || name == "?" || name == "$") continue;
    any = true;
    // `${key, 'default'}` gives a value for an absent key.
    const std::string key = name.substr(0, name.find(','));
    if (end != std::string::npos && context.catalog.FindKey(key)) continue;
    auto& found = context.Report(diag::kUnknownVariable, span, key);
    found.At(end == std::string::npos ? "`}` is missing" : "no such key");
    SuggestName(found, span, key, {}, "");
  }
  return any;
}

Condition Both(Condition one, Condition other) {
  if (one.always()) return other;
  if (other.always()) return one;
  Condition result;
  result.kind = Condition::Kind::kAll;
  for (Condition* part : {&one, &other}) {
    if (part->kind == Condition::Kind::kAll) {
      for (Condition& operand : part->operands) result.operands.push_back(std::move(operand));
    } else {
      result.operands.push_back(std::move(*part));
    }
  }
  return result;
}

Condition Negation(Condition condition) {
  if (condition.kind == Condition::Kind::kNot) {
    Condition inner = std::move(condition.operands[0]);
    return inner;
  }
  Condition result;
  result.kind = Condition::Kind::kNot;
  result.operands.push_back(std::move(condition));
  return result;
}

Condition BuildCondition(Context& context, const syntax::Cond& cond, ConditionPlace& place) {
  switch (cond.kind) {
    case syntax::Cond::Kind::kComparison:
      return BuildComparison(context, *cond.comparison, place);
    case syntax::Cond::Kind::kNot:
      return Negation(BuildCondition(context, cond.operands[0], place));
    case syntax::Cond::Kind::kAnd:
    case syntax::Cond::Kind::kOr: {
      Condition result;
      result.kind =
          cond.kind == syntax::Cond::Kind::kAnd ? Condition::Kind::kAll : Condition::Kind::kAny;
      for (const syntax::Cond& operand : cond.operands)
        result.operands.push_back(BuildCondition(context, operand, place));
      return result;
    }
  }
  return {};
}

namespace {

/// `not key`, where the key's absence is what is asked for.
bool IsAbsence(const Context& context, const syntax::Cond& cond) {
  if (cond.kind != syntax::Cond::Kind::kNot) return false;
  const syntax::Cond& inner = cond.operands[0];
  if (inner.kind != syntax::Cond::Kind::kComparison) return false;
  if (inner.comparison->op != Operator::kPresent) return false;
  const std::optional<catalog::Key> known = context.catalog.FindKey(inner.comparison->key.Text());
  return !known || known->type != catalog::KeyType::kBool;
}

/// `when not a and not b` in a prohibition: whoever sends one of the keys passes. Mostly `or` was
/// meant; `not (a or b)` says it so that it cannot be misread.
void WarnConjoinedAbsences(Context& context, const syntax::Cond& cond) {
  if (cond.kind != syntax::Cond::Kind::kAnd) {
    if (cond.kind != syntax::Cond::Kind::kOr) return;
    for (const syntax::Cond& operand : cond.operands) WarnConjoinedAbsences(context, operand);
    return;
  }
  std::vector<const syntax::Cond*> absences;
  for (const syntax::Cond& operand : cond.operands) {
    if (IsAbsence(context, operand)) absences.push_back(&operand);
  }
  if (absences.size() < 2) return;
  std::vector<std::string> keys;
  for (const syntax::Cond* absence : absences) {
    keys.push_back(absence->operands[0].comparison->key.Text());
  }
  const Span span{cond.span.file, absences.front()->span.begin, absences.back()->span.end};
  auto& found = context.Report(diag::kAbsencesConjoined, span, OrList(keys, "and"));
  found.At("a request that has one of them is not denied");
  if (absences.size() < cond.operands.size()) {
    found.Suggest("to deny requests that lack any of them, write `(not … or not …)`");
    return;
  }
  diag::Help help{"to deny requests that lack any of them, write `or`", {}};
  for (std::size_t i = 1; i < absences.size(); ++i) {
    help.edits.push_back(
        {{cond.span.file, absences[i - 1]->span.end, absences[i]->span.begin}, " or "});
  }
  found.helps.push_back(std::move(help));
  found.Patch("to deny only requests that lack all of them, write `not (… or …)`", span,
              fmt::format("not ({})", fmt::join(keys, " or ")));
}

}  // namespace

namespace {

/// Whether the formula lets requests without the key pass in so many words, by `not key`. Of a
/// Boolean, that is "not true" and not "not sent".
bool SaysAbsence(const Context& context, const Formula& formula, const std::string& key) {
  if (formula.kind != Formula::Kind::kLiteral) {
    return std::ranges::any_of(formula.operands, [&](const Formula& operand) {
      return SaysAbsence(context, operand, key);
    });
  }
  if (!formula.negative || !IsPresence(formula) || formula.key != key) return false;
  const std::optional<catalog::Key> known = context.catalog.FindKey(key);
  return !known || known->type != catalog::KeyType::kBool;
}

}  // namespace

void CheckAbsentKeys(Context& context, const std::vector<Clause>& clauses, Reading reading) {
  if (clauses.empty()) return;
  if (reading == Reading::kProhibition) {
    for (const Clause& clause : clauses) {
      if (clause.kind == Clause::Kind::kWhen) WarnConjoinedAbsences(context, *clause.cond);
    }
  }
  Formula formula = WhenItApplies(clauses);
  if (reading == Reading::kProhibition) formula = Negated(std::move(formula));
  for (const std::string& key : KeysOf(formula)) {
    const bool is_present =
        reading == Reading::kPermission ? IsAlwaysPresent(key) : IsPresentOfMembers(key);
    if (is_present) continue;
    const Formula* literal = HoldsByAbsence(formula, key);
    if (literal == nullptr) continue;
    if (reading == Reading::kPermission) {
      if (!SaysAbsence(context, formula, key)) ReportPermission(context, *literal, key);
    } else if (!IsPresence(*literal)) {
      // A bare key speaks of its absence in so many words.
      ReportProhibition(context, *literal, formula, key);
    }
  }
}

}  // namespace writ::sema
