// A CloudFormation template, evaluated as AWS does: in every region that it could be deployed to,
// once with names given for its list parameters and once without. What no region makes, two make,
// or names make is then seen for what it is, however the conditions are written.
//
// Sources: CloudFormation User Guide, "Intrinsic function reference", "Parameters", "DeletionPolicy
// attribute"; resource schemas AWS::IAM::ManagedPolicy, AWS::IAM::Role, AWS::SSO::PermissionSet,
// AWS::Organizations::Policy, AWS::Bedrock::Guardrail, AWS::Bedrock::GuardrailVersion,
// AWS::Bedrock::ResourcePolicy, AWS::Bedrock::EnforcedGuardrailConfiguration (all read by
// 2026-11-23).
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/json_members.h"
#include "proof/deployed/form.h"

namespace writ::deployed {
namespace {

namespace json = support::json;

/// Conditions that refer to one another may not be nested deeper.
constexpr int kMaxDepth = 50;
/// What begins a name that a parameter gives; no name of AWS has the character.
constexpr char kTold = '?';

/// A type of resource that holds a policy.
struct Holder {
  std::string_view type;
  std::string_view name;
  std::string_view document;
  std::string_view kind;
  std::array<std::string_view, 3> others;  ///< further properties that it may have
};

constexpr std::array<Holder, 4> kHolders = {{
    {"AWS::IAM::ManagedPolicy",
     "ManagedPolicyName",
     "PolicyDocument",
     "identity",
     {"Roles", "Users", "Description"}},
    {"AWS::SSO::PermissionSet",
     "Name",
     "InlinePolicy",
     "permission-set",
     {"InstanceArn", "Description", ""}},
    {"AWS::Organizations::Policy", "Name", "Content", "scp", {"Type", "TargetIds", "Description"}},
    {"AWS::IAM::Role", "RoleName", "AssumeRolePolicyDocument", "trust", {"Description", "", ""}},
}};

constexpr std::string_view kGuardrail = "AWS::Bedrock::Guardrail";
constexpr std::string_view kVersion = "AWS::Bedrock::GuardrailVersion";
constexpr std::string_view kSharing = "AWS::Bedrock::ResourcePolicy";
constexpr std::string_view kEnforcement = "AWS::Bedrock::EnforcedGuardrailConfiguration";
constexpr std::string_view kRule = "AWS::Events::Rule";

/// Values of the patterns that a parameter may ask for, and what they are.
constexpr std::string_view kRootPattern = "r-[0-9a-z]{4,32}";
constexpr std::string_view kUnitPattern = "ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}";
constexpr std::string_view kInstancePattern =
    "arn:aws[a-zA-Z-]*:sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}";

struct Parameter {
  bool is_list = false;
  std::string pattern;
  std::string says;
};

/// What a stack is made with.
struct Deployment {
  std::string region;
  bool has_names = true;  ///< for list parameters
};

class Template {
 public:
  Template(const json::Value& root, const Owner& owner) : owner_(owner) {
    for (const json::Member section : root.members()) {
      const std::string_view key = section.key.text();
      if (key == "AWSTemplateFormatVersion" && section.value.text() != "2010-09-09") {
        Wrong("it is of another version of templates");
      }
      if (key == "Parameters") ReadParameters(section.value);
      if (key == "Conditions") Collect(section.value, conditions_);
      if (key == "Resources") Collect(section.value, resources_);
      if (key == "Outputs") Collect(section.value, outputs_);
      static constexpr std::array<std::string_view, 6> kSections = {"AWSTemplateFormatVersion",
                                                                    "Description",
                                                                    "Parameters",
                                                                    "Conditions",
                                                                    "Resources",
                                                                    "Outputs"};
      if (std::ranges::find(kSections, key) == kSections.end()) {
        Wrong(fmt::format("its section `{}` is not understood", key));
      }
    }
  }

  Form Run() {
    for (const auto& [id, resource] : resources_) CheckAttributes(id, resource);
    for (const auto& [id, output] : outputs_) CheckOutput(id, output);
    for (const std::string& region : Regions()) Deploy(region);
    std::ranges::sort(form_.wrong);
    form_.wrong.erase(std::unique(form_.wrong.begin(), form_.wrong.end()), form_.wrong.end());
    return std::move(form_);
  }

 private:
  using Members = std::map<std::string, json::Value, std::less<>>;

  static void Collect(const json::Value& object, Members& members) {
    for (const json::Member member : object.members()) {
      members.emplace(member.key.text(), member.value);
    }
  }

  void Wrong(std::string what) { form_.wrong.push_back(std::move(what)); }

  // ---- parameters

  void ReadParameters(const json::Value& all) {
    for (const json::Member member : all.members()) {
      const std::string name(member.key.text());
      Parameter& parameter = parameters_[name];
      parameter.is_list = json::TextMember(member.value, "Type") == "CommaDelimitedList";
      parameter.pattern = json::TextMember(member.value, "AllowedPattern");
      parameter.says = json::TextMember(member.value, "Description");
      for (const json::Member part : member.value.members()) {
        const std::string_view key = part.key.text();
        const bool is_known = key == "Type" || key == "Description" || key == "Default" ||
                              (key == "AllowedPattern" && !parameter.is_list);
        if (!is_known) Wrong(fmt::format("its parameter `{}` has `{}`", name, key));
      }
      const auto left_out = member.value.Find("Default");
      const bool is_open = left_out && left_out->is_string() && left_out->text().empty();
      const bool is_text = json::TextMember(member.value, "Type") == "String";
      if (!parameter.is_list && !is_text) Wrong(fmt::format("its parameter `{}` is no text", name));
      if (parameter.is_list ? !is_open : left_out.has_value()) {
        Wrong(fmt::format("its parameter `{}` {}", name,
                          parameter.is_list ? "is not empty by default" : "has a default"));
      }
    }
  }

  /// Names, or an identifier, that whoever deploys gives.
  [[nodiscard]] std::string ValueOf(const std::string& name) const {
    const Parameter& parameter = parameters_.at(name);
    if (!parameter.is_list) return Quoted(kTold + name);
    if (!deployment_.has_names) return R"([""])";
    return fmt::format("[{},{}]", Quoted(kTold + name + "?1"), Quoted(kTold + name + "?2"));
  }

  // ---- where

  /// Texts within conditions: regions are among them, and a text that is none does no harm.
  static void AddTexts(const json::Value& value, std::set<std::string>& texts) {
    if (value.is_string()) texts.emplace(value.text());
    for (const json::Value element : value.elements()) AddTexts(element, texts);
    for (const json::Member member : value.members()) AddTexts(member.value, texts);
  }

  [[nodiscard]] std::vector<std::string> Regions() const {
    std::set<std::string> regions = owner_.regions;
    std::set<std::string> texts;
    for (const auto& [name, condition] : conditions_) AddTexts(condition, texts);
    for (const std::string& text : texts) {
      if (!text.empty() && !conditions_.contains(text) && !parameters_.contains(text)) {
        regions.insert(text);
      }
    }
    // A stack without settings may be made anywhere.
    if (owner_.regions.empty()) regions.insert("");
    return {regions.begin(), regions.end()};
  }

  /// One region with and without names. Where the tree has no region, each must make the same.
  void Deploy(const std::string& region) {
    deployment_ = {region, true};
    Form made = Make();
    deployment_.has_names = false;
    const Form bare = parameters_.empty() ? made : Make();
    Told(bare, made);
    const bool is_for_tree =
        owner_.regions.empty() ? region.empty() : owner_.regions.contains(region);
    if (is_for_tree) {
      std::ranges::move(made.policies, std::back_inserter(form_.policies));
      std::ranges::move(made.settings, std::back_inserter(form_.settings));
      std::ranges::move(made.wrong, std::back_inserter(form_.wrong));
    } else if (!owner_.regions.empty() && (!made.policies.empty() || !made.settings.empty())) {
      Wrong(fmt::format("it makes something in {}, where the tree has nothing", region));
    } else if (owner_.regions.empty() && made.policies.size() != form_.policies.size()) {
      Wrong(fmt::format("what it makes in {} is not what it makes elsewhere", region));
    }
  }

  /// Names that are there only if they are given are told; all others are there without.
  void Told(const Form& bare, Form& made) {
    made.wrong.insert(made.wrong.end(), bare.wrong.begin(), bare.wrong.end());
    if (bare.policies.size() != made.policies.size() ||
        bare.settings.size() != made.settings.size()) {
      return Wrong("what it makes depends on the names that its parameters give");
    }
    for (std::size_t i = 0; i < made.policies.size(); ++i) {
      Deployed& policy = made.policies[i];
      std::set<Held> holders;
      std::set<Held> known;
      for (const Held& held : policy.holders) {
        if (held.id.empty() || held.id.front() != kTold) {
          known.insert(held);
          holders.insert(held);
          continue;
        }
        const std::string name = held.id.substr(1, held.id.find(kTold, 1) - 1);
        const auto parameter = parameters_.find(name);
        const bool is_whole = parameter != parameters_.end() &&
                              (!parameter->second.is_list ||
                               (policy.holders.contains({held.to, fmt::format("?{}?1", name)}) &&
                                policy.holders.contains({held.to, fmt::format("?{}?2", name)})));
        if (!is_whole) {
          policy.wrong = fmt::format("part of the names of parameter `{}` is left out", name);
          continue;
        }
        Held told{held.to, name, true, parameter->second.says};
        if (!parameter->second.is_list) {
          told.to = KindOf(parameter->second);
          known.insert(held);
        }
        holders.insert(std::move(told));
      }
      if (policy.wrong.empty()) policy.wrong = bare.policies[i].wrong;
      if (bare.policies[i].holders != known) {
        policy.wrong = "what it is attached to depends on the names that parameters give";
      }
      policy.holders = std::move(holders);
    }
  }

  static std::string KindOf(const Parameter& parameter) {
    if (parameter.pattern == kRootPattern) return "root";
    return parameter.pattern == kUnitPattern ? "ou" : "none";
  }

  // ---- conditions

  [[nodiscard]] bool Holds(std::string_view name, int depth = 0) {
    if (name.empty()) return true;
    const auto found = conditions_.find(name);
    if (found == conditions_.end() || depth > kMaxDepth) {
      Wrong(fmt::format("its condition `{}` is not known", name));
      return false;
    }
    return Decide(found->second, depth + 1);
  }

  [[nodiscard]] bool Decide(const json::Value& condition, int depth) {
    const bool is_call = condition.is_object() && condition.size() == 1;
    const json::Value value = is_call ? (*condition.members().begin()).value : condition;
    const std::string_view key = is_call ? (*condition.members().begin()).key.text() : "";
    if (depth > kMaxDepth) {
      Wrong("its conditions are nested too deep");
      return false;
    }
    if (key == "Condition") return Holds(value.text(), depth);
    if (key == "Fn::Equals" && value.size() == 2) return AreEqual(value);
    bool any = false;
    bool all = true;
    for (const json::Value element : value.elements()) {
      const bool holds = Decide(element, depth + 1);
      any = any || holds;
      all = all && holds;
    }
    if (key == "Fn::And") return all;
    if (key == "Fn::Or") return any;
    if (key == "Fn::Not" && value.size() == 1) return !all;
    Wrong("one of its conditions is not understood");
    return false;
  }

  static bool Asks(const json::Value& value) {
    return value.source().find("\"Ref\"") != std::string_view::npos;
  }

  /// Of names that are given only whether there are any may be asked.
  [[nodiscard]] bool AreEqual(const json::Value& sides) {
    std::vector<std::string> texts;
    bool is_of_names = false;
    for (const json::Value side : sides.elements()) {
      texts.push_back(Text(side));
      is_of_names = is_of_names || (Asks(side) && texts.back() != deployment_.region);
    }
    const bool asks_any = texts[0].empty() || texts[1].empty();
    if (is_of_names && !asks_any) Wrong("one of its conditions compares names that are given");
    return texts[0] == texts[1];
  }

  // ---- values

  /// JSON with everything resolved; nothing for AWS::NoValue. Recursion is as deep as the value,
  /// which the reader limits.
  std::optional<std::string> Evaluate(const json::Value& value) {
    if (value.is_array()) {
      std::string all;
      for (const json::Value element : value.elements()) {
        if (const auto one = Evaluate(element)) all += (all.empty() ? "" : ",") + *one;
      }
      return "[" + all + "]";
    }
    if (!value.is_object()) return std::string(value.source());
    if (value.size() == 1) {
      const json::Member only = *value.members().begin();
      const std::string_view key = only.key.text();
      if (key == "Ref" || key.starts_with("Fn::")) return Call(key, only.value);
    }
    std::string all;
    for (const json::Member member : value.members()) {
      const std::string_view key = member.key.text();
      if (key == "Ref" || key.starts_with("Fn::")) {
        unknown_ = fmt::format("`{}` is not alone in its object", key);
      }
      const auto one = Evaluate(member.value);
      if (!one) continue;
      all += fmt::format("{}{}:{}", all.empty() ? "" : ",", member.key.source(), *one);
    }
    return "{" + all + "}";
  }

  std::optional<std::string> Call(std::string_view function, const json::Value& argument) {
    std::vector<json::Value> arguments;
    for (const json::Value one : argument.elements()) arguments.push_back(one);
    if (function == "Ref") return Reference(std::string(argument.text()));
    if (function == "Fn::Sub" && argument.is_string()) return Quoted(Substitute(argument.text()));
    if (function == "Fn::GetAtt" && arguments.size() == 2) {
      return Quoted(Attribute(fmt::format("{}.{}", arguments[0].text(), arguments[1].text())));
    }
    if (function == "Fn::If" && arguments.size() == 3) {
      return Evaluate(Holds(arguments[0].text()) ? arguments[1] : arguments[2]);
    }
    if (function == "Fn::Join" && arguments.size() == 2) {
      return Quoted(fmt::format("{}", fmt::join(List(arguments[1]), arguments[0].text())));
    }
    if (function == "Fn::Split" && arguments.size() == 2 && !arguments[0].text().empty()) {
      return Divided(Text(arguments[1]), arguments[0].text());
    }
    unknown_ = fmt::format("`{}` is not understood", function);
    return Quoted("");
  }

  static std::string Divided(std::string_view text, std::string_view at) {
    std::string all;
    while (true) {
      const std::size_t end = text.find(at);
      all += (all.empty() ? "" : ",") + Quoted(text.substr(0, end));
      if (end == std::string_view::npos) return "[" + all + "]";
      text.remove_prefix(end + at.size());
    }
  }

  std::string Text(const json::Value& value) {
    const std::string resolved = Evaluate(value).value_or("");
    const auto document = json::Parse(resolved);
    return document ? std::string(document->root().text()) : "";
  }

  std::vector<std::string> List(const json::Value& value) {
    std::vector<std::string> texts;
    const std::string resolved = Evaluate(value).value_or("[]");
    const auto document = json::Parse(resolved);
    if (!document || !document->root().is_array()) return texts;
    for (const json::Value element : document->root().elements())
      texts.emplace_back(element.text());
    return texts;
  }

  std::optional<std::string> Reference(const std::string& name) {
    if (name == "AWS::NoValue") return std::nullopt;
    if (parameters_.contains(name)) return ValueOf(name);
    if (name == "AWS::Region") return Quoted(deployment_.region);
    if (name == "AWS::AccountId") return Quoted(owner_.account_id);
    if (name == "AWS::Partition") return Quoted(owner_.facts.partition());
    const auto resource = resources_.find(name);
    // A reference to a role is its name; one to a guardrail its ARN.
    if (resource != resources_.end() &&
        json::TextMember(resource->second, "Type") == "AWS::IAM::Role") {
      const auto properties = resource->second.Find("Properties");
      return Quoted(properties ? json::TextMember(*properties, "RoleName") : "");
    }
    return Quoted(Attribute(name + ".GuardrailArn"));
  }

  /// "Resource.Attribute" of a guardrail or a version that is made there.
  std::string Attribute(const std::string& reference) {
    const std::size_t dot = reference.find('.');
    const std::string_view part = std::string_view(reference).substr(dot + 1);
    const auto resource = resources_.find(reference.substr(0, dot));
    const bool is_version = part == "Version";
    const auto guardrail = resource == resources_.end() ? std::nullopt
                           : is_version                 ? GuardrailOf(resource->second)
                                                        : std::optional(resource->second);
    std::optional<std::string> value;
    if (guardrail && json::TextMember(*guardrail, "Type") == kGuardrail &&
        Holds(json::TextMember(resource->second, "Condition"))) {
      const auto properties = guardrail->Find("Properties");
      const std::string name = properties ? json::TextMember(*properties, "Name") : "";
      value = owner_.Bound(name, deployment_.region, is_version);
      const bool is_id = part == "GuardrailId";
      if (value && is_id) value = value->substr(value->rfind('/') + 1);
      if (!is_version && !is_id && part != "GuardrailArn") value.reset();
    }
    if (!value) unknown_ = fmt::format("`{}` refers to nothing that is known", reference);
    return value.value_or("");
  }

  /// The guardrail that a version is of.
  [[nodiscard]] std::optional<json::Value> GuardrailOf(const json::Value& version) const {
    if (json::TextMember(version, "Type") != kVersion) return std::nullopt;
    const auto properties = version.Find("Properties");
    const auto id = properties ? properties->Find("GuardrailIdentifier") : std::nullopt;
    const auto path = id ? id->Find("Fn::GetAtt") : std::nullopt;
    if (!path || path->size() != 2) return std::nullopt;
    const auto found = resources_.find((*path->elements().begin()).text());
    if (found == resources_.end()) return std::nullopt;
    return found->second;
  }

  std::string Substitute(std::string_view text) {
    std::string resolved;
    while (!text.empty()) {
      const std::size_t at = text.find("${");
      resolved += text.substr(0, at);
      if (at == std::string_view::npos) break;
      text.remove_prefix(at + 2);
      const std::size_t end = text.find('}');
      if (end == std::string_view::npos) {
        unknown_ = "a text ends within a reference";
        break;
      }
      const std::string name(text.substr(0, end));
      text.remove_prefix(end + 1);
      if (name.starts_with("!")) {
        resolved += "${" + name.substr(1) + "}";
      } else if (name.find('.') != std::string::npos) {
        resolved += Attribute(name);
      } else {
        const std::string value = Reference(name).value_or("");
        const auto document = json::Parse(value);
        if (!document || !document->root().is_string())
          unknown_ = fmt::format("`{}` is no text", name);
        if (document) resolved += document->root().text();
      }
    }
    return resolved;
  }

  // ---- resources

  /// What is said of outputs beside their values.
  void CheckOutput(const std::string& id, const json::Value& output) {
    std::string wrong;
    OnlyThese(output, std::array<std::string_view, 3>{"Description", "Condition", "Value"}, wrong);
    if (!wrong.empty()) Wrong(fmt::format("in its output `{}` {}", id, wrong));
  }

  /// What is said of a resource beside its properties, the same everywhere.
  void CheckAttributes(const std::string& id, const json::Value& resource) {
    for (const json::Member member : resource.members()) {
      const std::string_view key = member.key.text();
      static constexpr std::array<std::string_view, 6> kAttributes = {
          "Type", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Properties"};
      if (std::ranges::find(kAttributes, key) == kAttributes.end()) {
        Wrong(fmt::format("its resource `{}` has `{}`", id, key));
      }
    }
    const std::string type = json::TextMember(resource, "Type");
    const bool is_kept = IsKept(resource);
    const bool may_be_kept = type == kGuardrail || type == kVersion;
    const bool says = resource.Find("DeletionPolicy") || resource.Find("UpdateReplacePolicy");
    if (says && !(may_be_kept && is_kept)) {
      Wrong(fmt::format("its resource `{}` is not kept, or removed, as it must be", id));
    }
    for (const std::string& other : Waits(resource)) {
      if (!resources_.contains(other)) {
        Wrong(fmt::format("its resource `{}` depends on `{}`, which it does not make", id, other));
      }
    }
  }

  static bool IsKept(const json::Value& resource) {
    return json::TextMember(resource, "DeletionPolicy") == "Retain" &&
           json::TextMember(resource, "UpdateReplacePolicy") == "Retain";
  }

  static std::set<std::string> Waits(const json::Value& resource) {
    std::set<std::string> others;
    const auto depends = resource.Find("DependsOn");
    if (!depends) return others;
    if (depends->is_string()) others.emplace(depends->text());
    for (const json::Value one : depends->elements()) others.emplace(one.text());
    return others;
  }

  /// All that one stack makes.
  Form Make() {
    Form made;
    std::swap(made, form_);
    roles_.clear();
    for (const auto& [name, condition] : conditions_) static_cast<void>(Decide(condition, 0));
    for (const auto& [id, resource] : resources_) {
      const auto properties = resource.Find("Properties");
      if (json::TextMember(resource, "Type") != "AWS::IAM::Role" || !properties) continue;
      roles_.emplace(json::TextMember(*properties, "RoleName"), id);
    }
    for (const auto& [id, resource] : resources_) {
      if (!Holds(json::TextMember(resource, "Condition"))) continue;
      unknown_.clear();
      const auto properties = resource.Find("Properties");
      const std::string resolved = properties ? Evaluate(*properties).value_or("{}") : "{}";
      const auto document = json::Parse(resolved);
      if (document) Resource(id, resource, document->root());
    }
    Outputs();
    std::swap(made, form_);
    return made;
  }

  void Resource(const std::string& id, const json::Value& resource, const json::Value& properties) {
    const std::string type = json::TextMember(resource, "Type");
    for (const Holder& holder : kHolders) {
      if (type == holder.type) return Policy(holder, id, resource, properties);
    }
    if (type == kRule) return Rule(properties);
    Setting setting;
    setting.region = deployment_.region;
    setting.is_kept = IsKept(resource);
    setting.wrong = unknown_;
    if (type == kGuardrail) {
      setting.guardrail = json::TextMember(properties, "Name");
      setting.request = AsRequest(properties, Spelling::kCloudFormation, setting.wrong);
    } else if (type == kVersion) {
      setting.kind = Setting::Kind::kVersion;
      setting.guardrail = Pinned(properties, "GuardrailIdentifier");
      setting.request = json::TextMember(properties, "Description");
      Only(properties, {"GuardrailIdentifier", "Description"}, setting.wrong);
    } else if (type == kSharing) {
      setting.kind = Setting::Kind::kSharing;
      setting.is_kept = true;
      setting.guardrail = Pinned(properties, "ResourceArn");
      const auto document = properties.Find("PolicyDocument");
      setting.request =
          Sharing(json::TextMember(properties, "ResourceArn"), document ? document->source() : "");
      Only(properties, {"ResourceArn", "PolicyDocument"}, setting.wrong);
    } else if (type == kEnforcement) {
      setting.kind = Setting::Kind::kEnforcement;
      setting.is_kept = true;
      setting.request =
          fmt::format(R"({{"guardrailInferenceConfig":{}}})",
                      AsRequest(properties, Spelling::kCloudFormation, setting.wrong));
    } else {
      return Wrong(fmt::format("its resource `{}` of type `{}` is nothing of the tree", id, type));
    }
    form_.settings.push_back(std::move(setting));
  }

  /// A rule with its targets: two requests of the API.
  void Rule(const json::Value& properties) {
    Setting rule;
    rule.kind = Setting::Kind::kRule;
    rule.region = deployment_.region;
    rule.guardrail = json::TextMember(properties, "Name");
    rule.wrong = unknown_;
    OnlyThese(
        properties,
        std::array<std::string_view, 5>{"Name", "Description", "EventPattern", "State", "Targets"},
        rule.wrong);
    const auto pattern = properties.Find("EventPattern");
    rule.request = RuleRequest(rule.guardrail, pattern ? pattern->source() : "",
                               json::TextMember(properties, "State"));
    Setting targets = rule;
    targets.kind = Setting::Kind::kTargets;
    const auto list = properties.Find("Targets");
    targets.request = TargetsRequest(rule.guardrail, list ? list->source() : "[]");
    form_.settings.push_back(std::move(rule));
    form_.settings.push_back(std::move(targets));
  }

  /// The guardrail that a resource is of.
  [[nodiscard]] std::string Pinned(const json::Value& properties, std::string_view key) const {
    return owner_.GuardrailOf(json::TextMember(properties, key), deployment_.region);
  }

  template <typename Names>
  static void OnlyThese(const json::Value& properties, const Names& names, std::string& wrong) {
    for (const json::Member member : properties.members()) {
      if (std::ranges::find(names, member.key.text()) != std::ranges::end(names)) continue;
      wrong = fmt::format("`{}` is nothing that the program asks for", member.key.text());
    }
  }
  static void Only(const json::Value& properties, std::array<std::string_view, 2> names,
                   std::string& wrong) {
    OnlyThese(properties, names, wrong);
  }

  void Policy(const Holder& holder, const std::string& id, const json::Value& resource,
              const json::Value& properties) {
    Deployed deployed;
    deployed.kind = holder.kind;
    deployed.name = json::TextMember(properties, holder.name);
    deployed.region = deployment_.region;
    deployed.wrong = unknown_;
    const auto document = properties.Find(holder.document);
    deployed.text = document ? std::string(document->source()) : "";
    std::vector<std::string_view> names(holder.others.begin(), holder.others.end());
    names.push_back(holder.name);
    names.push_back(holder.document);
    OnlyThese(properties, names, deployed.wrong);
    if (holder.kind == "scp" && json::TextMember(properties, "Type") == "BEDROCK_POLICY") {
      deployed.kind = "bedrock-policy";
    } else if (holder.kind == "scp" &&
               json::TextMember(properties, "Type") == "AISERVICES_OPT_OUT_POLICY") {
      deployed.kind = "ai-opt-out";
    } else if (holder.kind == "scp" &&
               json::TextMember(properties, "Type") == "RESOURCE_CONTROL_POLICY") {
      deployed.kind = "rcp";
    } else if (holder.kind == "scp" &&
               json::TextMember(properties, "Type") != "SERVICE_CONTROL_POLICY") {
      deployed.wrong = fmt::format("the type is `{}`", json::TextMember(properties, "Type"));
    }
    Holders(properties, deployed);
    const std::set<std::string> waits = Waits(resource);
    for (const Held& held : deployed.holders) {
      const auto role = roles_.find(held.id);
      if (holder.kind != "identity" || held.to != "role" || role == roles_.end()) continue;
      if (!waits.contains(role->second)) {
        Wrong(fmt::format("its resource `{}` does not wait for the role `{}`", id, held.id));
      }
    }
    form_.policies.push_back(std::move(deployed));
  }

  void Holders(const json::Value& properties, Deployed& deployed) const {
    const auto each = [&](std::string_view key, auto add) {
      const auto list = properties.Find(key);
      if (!list) return;
      if (!list->is_array()) deployed.wrong = fmt::format("`{}` is no list", key);
      for (const json::Value one : list->elements()) {
        if (!deployed.holders.insert(add(std::string(one.text()))).second) {
          deployed.wrong = fmt::format("`{}` is attached to twice", one.text());
        }
      }
    };
    each("Roles", [](std::string name) { return Held{"role", std::move(name)}; });
    each("Users", [](std::string name) { return Held{"user", std::move(name)}; });
    each("TargetIds", [](const std::string& id) { return TargetOf(id); });
    if (deployed.kind == "trust") deployed.holders.insert({"role", deployed.name});
    if (deployed.kind != "permission-set") return;
    deployed.holders.insert({"permission-set", deployed.name});
    const std::string instance = json::TextMember(properties, "InstanceArn");
    const auto parameter = parameters_.find(instance.empty() ? instance : instance.substr(1));
    if (instance.empty() || instance.front() != kTold || parameter == parameters_.end() ||
        parameter->second.pattern != kInstancePattern) {
      deployed.wrong = "its instance of Identity Center is not the one that is given";
    }
  }

  // ---- outputs

  /// Every guardrail's ARN and version are told, to be bound, and not another's under its name.
  void Outputs() {
    std::map<std::string, std::string> values;  ///< what it says of itself → value
    for (const auto& [name, output] : outputs_) {
      const auto value = output.Find("Value");
      if (!value) Wrong(fmt::format("its output `{}` has no value", name));
      if (!value || !Holds(json::TextMember(output, "Condition"))) continue;
      unknown_.clear();
      values[json::TextMember(output, "Description")] = Text(*value);
      if (!unknown_.empty()) Wrong(fmt::format("in its output `{}` {}", name, unknown_));
    }
    for (const Setting& setting : form_.settings) {
      if (setting.kind != Setting::Kind::kGuardrail) continue;
      for (const bool version : {false, true}) {
        const std::string what =
            fmt::format("{} of guardrail {}", version ? "version" : "arn", setting.guardrail);
        const auto bound = owner_.Bound(setting.guardrail, deployment_.region, version);
        const auto told = std::ranges::find_if(
            values, [&](const auto& entry) { return HasPhrase(entry.first, what); });
        if (told == values.end() || told->second != bound) {
          form_.wrong.push_back(fmt::format("its outputs do not tell the {}", what));
        }
      }
    }
  }

  const Owner& owner_;
  Members conditions_;
  Members resources_;
  Members outputs_;
  std::map<std::string, Parameter> parameters_;
  std::map<std::string, std::string> roles_;  ///< that the stack makes: name → resource
  Deployment deployment_;
  std::string unknown_;  ///< a reference of the resource at hand that cannot be resolved
  Form form_;
};

}  // namespace

Form ReadTemplate(const json::Value& root, const Owner& owner) {
  return Template(root, owner).Run();
}

}  // namespace writ::deployed
