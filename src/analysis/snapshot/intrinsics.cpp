#include "analysis/snapshot/intrinsics.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "analysis/snapshot/snapshot.h"

namespace writ::snapshot {

namespace json = support::json;

namespace {

std::string Hole(std::string_view name) {
  return fmt::format("{}{}{}", kHoleBegin, name, kHoleEnd);
}

// ARNs of resources by type; `{}` is what the resource is called. Source: CloudFormation User
// Guide, return values of the types; Service Authorization Reference (read 2026-11-29).
struct Shape {
  std::string_view type;
  std::string_view attribute;
  std::string_view service;
  bool has_region;
  bool has_account;
  std::string_view rest;
};
constexpr std::array<Shape, 13> kShapes = {{
    {"AWS::S3::Bucket", "Arn", "s3", false, false, "{}"},
    {"AWS::SQS::Queue", "Arn", "sqs", true, true, "{}"},
    {"AWS::SNS::Topic", "TopicArn", "sns", true, true, "{}"},
    {"AWS::Lambda::Function", "Arn", "lambda", true, true, "function:{}"},
    {"AWS::DynamoDB::Table", "Arn", "dynamodb", true, true, "table/{}"},
    {"AWS::KMS::Key", "Arn", "kms", true, true, "key/{}"},
    {"AWS::IAM::Role", "Arn", "iam", false, true, "role/{}"},
    {"AWS::IAM::User", "Arn", "iam", false, true, "user/{}"},
    {"AWS::IAM::Group", "Arn", "iam", false, true, "group/{}"},
    {"AWS::Logs::LogGroup", "Arn", "logs", true, true, "log-group:{}:*"},
    {"AWS::StepFunctions::StateMachine", "Arn", "states", true, true, "stateMachine:{}"},
    {"AWS::Bedrock::Guardrail", "GuardrailArn", "bedrock", true, true, "guardrail/{}"},
    {"AWS::Kinesis::Stream", "Arn", "kinesis", true, true, "stream/{}"},
}};

}  // namespace

std::optional<json::Member> FunctionOf(const json::Value& value) {
  if (!value.is_object() || value.size() != 1) return std::nullopt;
  const json::Member only = *value.members().begin();
  const std::string_view name = only.key.text();
  if (name != "Ref" && !name.starts_with("Fn::")) return std::nullopt;
  return only;
}

Intrinsics::Intrinsics(const Cursor& root, std::string account)
    : root_(root),
      resources_(root.value.Find("Resources")),
      mappings_(root.value.Find("Mappings")),
      conditions_(root.value.Find("Conditions")),
      account_(std::move(account)) {
  if (!conditions_ || !conditions_->is_object()) return;
  for (const json::Member one : conditions_->members()) {
    static_cast<void>(JudgeNamed(one.key.text(), 0));
  }
}

Truth Intrinsics::TruthOf(std::string_view condition) const {
  const auto known = truths_.find(condition);
  return known == truths_.end() ? Truth::kUnknown : known->second;
}

Truth Intrinsics::JudgeNamed(std::string_view name, std::size_t depth) {
  const auto [at, is_new] = truths_.try_emplace(std::string(name), Truth::kUnknown);
  const auto found = conditions_->Find(name);
  // One that depends on itself stays unknown.
  if (is_new && found) at->second = Judge(*found, depth + 1);
  return at->second;
}

// Source: CloudFormation Template Reference, "Condition functions" (the page was not read again).
Truth Intrinsics::Judge(const json::Value& condition, std::size_t depth) {
  constexpr std::size_t kMostDepth = 64;
  if (depth > kMostDepth || !condition.is_object() || condition.size() != 1) return Truth::kUnknown;
  const json::Member only = *condition.members().begin();
  const std::string_view name = only.key.text();
  if (name == "Condition") {
    return only.value.is_string() ? JudgeNamed(only.value.text(), depth) : Truth::kUnknown;
  }
  if (!only.value.is_array() || only.value.size() == 0) return Truth::kUnknown;
  if (name == "Fn::Equals") {
    const auto texts = ListOf(only.value);
    if (!texts || texts->size() != 2) return Truth::kUnknown;
    if ((*texts)[0] == (*texts)[1]) return Truth::kTrue;
    return HasHole((*texts)[0]) || HasHole((*texts)[1]) ? Truth::kUnknown : Truth::kFalse;
  }
  if (name != "Fn::And" && name != "Fn::Or" && name != "Fn::Not") return Truth::kUnknown;
  if (name == "Fn::Not") {
    const Truth truth = Judge(*only.value.elements().begin(), depth + 1);
    if (truth == Truth::kUnknown || only.value.size() != 1) return Truth::kUnknown;
    return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
  }
  // The truth of one part that decides the whole.
  const Truth deciding = name == "Fn::Or" ? Truth::kTrue : Truth::kFalse;
  bool is_unknown = false;
  for (const json::Value part : only.value.elements()) {
    const Truth truth = Judge(part, depth + 1);
    if (truth == deciding) return deciding;
    is_unknown = is_unknown || truth == Truth::kUnknown;
  }
  if (is_unknown) return Truth::kUnknown;
  return deciding == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

std::string Intrinsics::TypeOf(std::string_view resource) const {
  const auto found = resources_ ? resources_->Find(resource) : std::nullopt;
  const auto type = found && found->is_object() ? found->Find("Type") : std::nullopt;
  return type && type->is_string() ? std::string(type->text()) : "";
}

std::optional<std::string> Intrinsics::Ref(std::string_view name) const {
  if (name == "AWS::NoValue") return std::nullopt;
  if (name == "AWS::AccountId" && !account_.empty()) return account_;
  return Hole(name);
}

std::string Intrinsics::Attribute(std::string_view resource, std::string_view attribute) const {
  const std::string type = TypeOf(resource);
  const auto* const shape = std::ranges::find_if(
      kShapes, [&](const Shape& one) { return one.type == type && one.attribute == attribute; });
  if (shape == kShapes.end()) return Hole(fmt::format("{}.{}", resource, attribute));
  const std::string account = account_.empty() ? Hole("AWS::AccountId") : account_;
  return fmt::format("arn:{}:{}:{}:{}:{}", Hole("AWS::Partition"), shape->service,
                     shape->has_region ? Hole("AWS::Region") : "",
                     shape->has_account ? account : "",
                     fmt::format(fmt::runtime(shape->rest), Hole(resource)));
}

std::optional<std::string> Intrinsics::GetAtt(const json::Value& argument) const {
  if (argument.is_string()) {
    const std::string_view text = argument.text();
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    return Attribute(text.substr(0, dot), text.substr(dot + 1));
  }
  if (!argument.is_array() || argument.size() != 2) return std::nullopt;
  std::vector<std::string> parts;
  for (const json::Value part : argument.elements()) {
    if (!part.is_string()) return std::nullopt;
    parts.emplace_back(part.text());
  }
  return Attribute(parts[0], parts[1]);
}

std::optional<std::string> Intrinsics::Sub(const json::Value& argument) const {
  std::string_view text;
  std::optional<json::Value> names;
  if (argument.is_string()) {
    text = argument.text();
  } else if (argument.is_array() && argument.size() == 2) {
    const json::Value first = *argument.elements().begin();
    if (!first.is_string()) return std::nullopt;
    text = first.text();
    names = *++argument.elements().begin();
  } else {
    return std::nullopt;
  }
  std::string made;
  while (!text.empty()) {
    const std::size_t open = text.find("${");
    made += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view name = text.substr(open + 2, close - open - 2);
    text.remove_prefix(close + 1);
    if (name.starts_with('!')) {
      made += fmt::format("${{{}}}", name.substr(1));
      continue;
    }
    std::optional<std::string> value;
    const auto named = names && names->is_object() ? names->Find(name) : std::nullopt;
    if (named) {
      value = TextOf(*named);
    } else if (const std::size_t dot = name.find('.'); dot != std::string_view::npos) {
      value = Attribute(name.substr(0, dot), name.substr(dot + 1));
    } else {
      value = Ref(name);
    }
    if (!value) return std::nullopt;
    made += *value;
  }
  return made;
}

std::optional<std::string> Intrinsics::Join(const json::Value& argument) const {
  if (!argument.is_array() || argument.size() != 2) return std::nullopt;
  const json::Value delimiter = *argument.elements().begin();
  const json::Value list = *++argument.elements().begin();
  if (!delimiter.is_string()) return std::nullopt;
  const auto texts = ListOf(list);
  if (!texts) return std::nullopt;
  return fmt::format("{}", fmt::join(*texts, delimiter.text()));
}

std::optional<std::string> Intrinsics::Select(const json::Value& argument) const {
  if (!argument.is_array() || argument.size() != 2) return std::nullopt;
  const json::Value which = *argument.elements().begin();
  std::size_t index = 0;
  const std::string_view digits = which.text();
  if (digits.empty() || digits.size() > 4 ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  for (const char c : digits) index = index * 10 + static_cast<std::size_t>(c - '0');
  const auto texts = ListOf(*++argument.elements().begin());
  if (!texts || index >= texts->size()) return std::nullopt;
  return (*texts)[index];
}

std::optional<json::Value> Intrinsics::FindInMap(const json::Value& argument) const {
  if (!argument.is_array() || argument.size() != 3) return std::nullopt;
  std::optional<json::Value> at = mappings_;
  for (const json::Value step : argument.elements()) {
    if (!step.is_string() || !at || !at->is_object()) return std::nullopt;
    at = at->Find(step.text());
  }
  return at;
}

std::optional<std::string> Intrinsics::TextOf(const json::Value& value) const {
  if (value.is_string()) {
    const std::string_view text = value.text();
    // Characters that mean holes here may not come from the template.
    if (text.find(kHoleBegin) != std::string_view::npos ||
        text.find(kHoleEnd) != std::string_view::npos) {
      return std::nullopt;
    }
    if (text.find("{{resolve:") != std::string_view::npos) {
      std::string made;
      std::string_view rest = text;
      while (true) {
        const std::size_t open = rest.find("{{resolve:");
        made += rest.substr(0, open);
        if (open == std::string_view::npos) return made;
        const std::size_t close = rest.find("}}", open);
        if (close == std::string_view::npos) return std::nullopt;
        made += Hole(rest.substr(open + 2, close - open - 2));
        rest.remove_prefix(close + 2);
      }
    }
    return std::string(text);
  }
  if (value.kind() == json::Kind::kNumber || value.kind() == json::Kind::kBool) {
    return std::string(value.source());
  }
  const auto function = FunctionOf(value);
  if (!function) return std::nullopt;
  const std::string_view name = function->key.text();
  const json::Value argument = function->value;
  if (name == "Ref") {
    return argument.is_string() ? Ref(argument.text()) : std::nullopt;
  }
  if (name == "Fn::GetAtt") return GetAtt(argument);
  if (name == "Fn::Sub") return Sub(argument);
  if (name == "Fn::Join") return Join(argument);
  if (name == "Fn::Select") return Select(argument);
  if (name == "Fn::ImportValue") {
    const auto imported = TextOf(argument);
    return Hole(imported ? ShowHoles(*imported) : "ImportValue");
  }
  if (name == "Fn::FindInMap") {
    const auto found = FindInMap(argument);
    return found ? TextOf(*found) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> Intrinsics::ListOf(const json::Value& value) const {
  if (value.is_array()) {
    std::vector<std::string> all;
    for (const json::Value element : value.elements()) {
      auto text = TextOf(element);
      if (!text) return std::nullopt;
      all.push_back(*std::move(text));
    }
    return all;
  }
  const auto function = FunctionOf(value);
  if (!function) return std::nullopt;
  if (function->key.text() == "Fn::FindInMap") {
    const auto found = FindInMap(function->value);
    return found ? ListOf(*found) : std::nullopt;
  }
  if (function->key.text() != "Fn::Split" || !function->value.is_array() ||
      function->value.size() != 2) {
    return std::nullopt;
  }
  const json::Value delimiter = *function->value.elements().begin();
  const auto text = TextOf(*++function->value.elements().begin());
  // A hole may hold the delimiter.
  if (!delimiter.is_string() || delimiter.text().empty() || !text || HasHole(*text)) {
    return std::nullopt;
  }
  std::vector<std::string> parts;
  std::string_view rest = *text;
  while (true) {
    const std::size_t at = rest.find(delimiter.text());
    parts.emplace_back(rest.substr(0, at));
    if (at == std::string_view::npos) return parts;
    rest.remove_prefix(at + delimiter.text().size());
  }
}

std::string Intrinsics::ResourceOf(const json::Value& value) const {
  const auto function = FunctionOf(value);
  if (!function) return "";
  std::string name;
  const json::Value argument = function->value;
  if (function->key.text() == "Ref" || function->key.text() == "Fn::GetAtt") {
    if (argument.is_string()) {
      name = argument.text().substr(0, argument.text().find('.'));
    } else if (argument.is_array() && argument.size() > 0) {
      const json::Value first = *argument.elements().begin();
      if (first.is_string()) name = first.text();
    }
  }
  return resources_ && resources_->Find(name) ? name : "";
}

// ---------------------------------------------------------------------------------------- copying

struct Intrinsics::Copying {
  std::string_view source;   // of the text
  std::uint32_t begin = 0;   // of the value that is copied
  std::uint32_t copied = 0;  // up to here in the source
  std::string made;
  std::vector<Splice> splices;
  bool has_holes = false;
  bool is_unresolved = false;

  void Replace(const json::Value& value, const std::string& with) {
    made += source.substr(copied, value.begin() - copied);
    const auto at = static_cast<std::uint32_t>(made.size());
    made += with;
    splices.push_back(
        {at, static_cast<std::uint32_t>(made.size()), value.begin() - begin, value.end() - begin});
    copied = value.end();
  }
};

void Intrinsics::Copy(const json::Value& value, Copying& copying) const {
  if (copying.is_unresolved) return;
  const auto put = [&](const json::Value& where, const std::vector<std::string>& texts,
                       bool is_list) {
    std::string with = is_list ? "[" : "";
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) with += ",";
      json::AppendString(with, texts[i]);
      copying.has_holes = copying.has_holes || HasHole(texts[i]);
    }
    if (is_list) with += "]";
    copying.Replace(where, with);
  };
  if (FunctionOf(value) || value.is_string()) {
    if (const auto text = TextOf(value)) {
      if (!value.is_string() || *text != value.text()) put(value, {*text}, false);
    } else if (const auto list = ListOf(value)) {
      put(value, *list, true);
    } else {
      copying.is_unresolved = true;
    }
    return;
  }
  for (const json::Value element : value.elements()) Copy(element, copying);
  for (const json::Member member : value.members()) Copy(member.value, copying);
}

std::optional<Intrinsics::Resolved> Intrinsics::Resolve(const Cursor& value) const {
  Copying copying;
  copying.source = value.text->view();
  copying.begin = value.value.begin();
  copying.copied = copying.begin;
  Copy(value.value, copying);
  if (copying.is_unresolved) return std::nullopt;
  const TextPtr within = Text::Within(value.text, value.value.begin(), value.value.end());
  if (copying.splices.empty()) return Resolved{within, false};
  copying.made += copying.source.substr(copying.copied, value.value.end() - copying.copied);
  return Resolved{Text::Spliced(within, std::move(copying.made), std::move(copying.splices)),
                  copying.has_holes};
}

}  // namespace writ::snapshot
