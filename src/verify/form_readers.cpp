// Sources of the shapes: CloudFormation resource schemas AWS::IAM::ManagedPolicy, AWS::IAM::Role,
// AWS::SSO::PermissionSet, AWS::Organizations::Policy and AWS::Bedrock::Guardrail(Version),
// "Fn::Sub" in the CloudFormation User Guide; Terraform provider schema hashicorp/aws 6.66.0,
// "Strings and templates" in the Terraform language documentation (all read by 2026-11-23).
#include "verify/form_readers.h"

#include <array>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace writ::verify {
namespace {

namespace json = support::json;

std::string TextOf(const json::Value& object, std::string_view key) {
  const std::optional<json::Value> found = object.Find(key);
  return found && found->is_string() ? std::string(found->text()) : std::string();
}

/// A type of resource that holds a policy.
struct Holder {
  std::string_view type;
  std::string_view name;
  std::string_view document;
  std::string_view kind;
};

/// Replaces references in one text.
class Resolver {
 public:
  virtual ~Resolver() = default;
  /// What the reference between `${` and `}` stands for; nothing if that is not known.
  [[nodiscard]] virtual std::optional<std::string> Find(std::string_view reference) const = 0;
};

/// Text with references: `opening` begins one, `escaped` stands for the opening itself.
struct Syntax {
  std::string_view escaped;
  std::string_view opening = "${";
};

std::string Resolve(std::string_view text, const Syntax& syntax, const Resolver& resolver,
                    std::string& wrong) {
  std::string resolved;
  while (!text.empty()) {
    if (text.starts_with(syntax.escaped)) {
      resolved += syntax.opening;
      text.remove_prefix(syntax.escaped.size());
      continue;
    }
    if (!text.starts_with(syntax.opening)) {
      resolved += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find('}');
    const std::string_view reference = text.substr(
        syntax.opening.size(), end == std::string_view::npos ? end : end - syntax.opening.size());
    const std::optional<std::string> value = resolver.Find(reference);
    if (!value || end == std::string_view::npos) {
      wrong = fmt::format("`{}` refers to nothing that is known", reference);
      return resolved;
    }
    resolved += *value;
    text.remove_prefix(end + 1);
  }
  return resolved;
}

std::optional<std::string> Bound(const Owner& owner, const std::string& guardrail,
                                 const std::string& region, bool version) {
  const auto bound = owner.bindings.Find(guardrail, owner.account_id, region);
  if (!bound) return std::nullopt;
  return version ? std::to_string(bound->version) : bound->arn;
}

// ---- CloudFormation ----------------------------------------------------------------------------

class Template : public Resolver {
 public:
  Template(const json::Value& root, const Owner& owner) : root_(root), owner_(owner) {}

  std::vector<Deployed> Run() {
    static constexpr std::array<Holder, 4> kHolders = {{
        {"AWS::IAM::ManagedPolicy", "ManagedPolicyName", "PolicyDocument", "identity"},
        {"AWS::SSO::PermissionSet", "Name", "InlinePolicy", "permission-set"},
        {"AWS::Organizations::Policy", "Name", "Content", "scp"},
        {"AWS::IAM::Role", "RoleName", "AssumeRolePolicyDocument", "trust"},
    }};
    std::vector<Deployed> all;
    const auto resources = root_.Find("Resources");
    if (!resources) return all;
    for (const json::Member member : resources->members()) {
      const auto properties = member.value.Find("Properties");
      for (const Holder& holder : kHolders) {
        if (!properties || TextOf(member.value, "Type") != holder.type) continue;
        const auto document = properties->Find(holder.document);
        const bool is_other =
            holder.kind == "scp" && TextOf(*properties, "Type") != "SERVICE_CONTROL_POLICY";
        if (!document || is_other) continue;
        region_ = RegionOf(TextOf(member.value, "Condition"));
        Deployed& deployed = all.emplace_back();
        deployed.kind = holder.kind;
        deployed.name = TextOf(*properties, holder.name);
        json::Writer writer(json::Style::kMinified);
        Copy(writer, *document, deployed.wrong);
        deployed.text = writer.Take();
      }
    }
    return all;
  }

  [[nodiscard]] std::optional<std::string> Find(std::string_view reference) const override {
    const std::size_t dot = reference.find('.');
    const auto resources = root_.Find("Resources");
    if (dot == std::string_view::npos || !resources) return std::nullopt;
    const std::string_view part = reference.substr(dot + 1);
    auto resource = resources->Find(reference.substr(0, dot));
    const bool is_version = part == "Version";
    if (is_version && resource) resource = GuardrailOf(*resources, *resource);
    if (!resource || (!is_version && part != "GuardrailArn")) return std::nullopt;
    if (TextOf(*resource, "Type") != "AWS::Bedrock::Guardrail") return std::nullopt;
    const auto properties = resource->Find("Properties");
    if (!properties) return std::nullopt;
    return Bound(owner_, TextOf(*properties, "Name"), region_, is_version);
  }

 private:
  /// The guardrail that a version is of.
  static std::optional<json::Value> GuardrailOf(const json::Value& resources,
                                                const json::Value& version) {
    if (TextOf(version, "Type") != "AWS::Bedrock::GuardrailVersion") return std::nullopt;
    const auto properties = version.Find("Properties");
    const auto id = properties ? properties->Find("GuardrailIdentifier") : std::nullopt;
    const auto path = id ? id->Find("Fn::GetAtt") : std::nullopt;
    if (!path || path->size() != 2) return std::nullopt;
    return resources.Find((*path->elements().begin()).text());
  }

  /// The region of a condition that asks for one: {"Fn::Equals": [{"Ref": "AWS::Region"}, R]}.
  [[nodiscard]] std::string RegionOf(const std::string& condition) const {
    const auto conditions = root_.Find("Conditions");
    const auto found = conditions ? conditions->Find(condition) : std::nullopt;
    const auto equals = found ? found->Find("Fn::Equals") : std::nullopt;
    if (!equals || equals->size() != 2) return "";
    std::string region;
    bool is_region = false;
    for (const json::Value side : equals->elements()) {
      if (side.is_string()) region = side.text();
      is_region = is_region || TextOf(side, "Ref") == "AWS::Region";
    }
    return is_region ? region : "";
  }

  /// Recursion is as deep as the value, which the reader limits.
  void Copy(json::Writer& writer, const json::Value& value, std::string& wrong) const {
    if (value.is_object()) {
      const std::optional<json::Value> text = value.Find("Fn::Sub");
      if (text && value.size() == 1 && text->is_string()) {
        writer.String(Resolve(text->text(), {"${!"}, *this, wrong));
        return;
      }
      writer.BeginObject();
      for (const json::Member member : value.members()) {
        const std::string_view key = member.key.text();
        if (key == "Ref" || key.starts_with("Fn::")) wrong = fmt::format("`{}` is not known", key);
        writer.Key(key);
        Copy(writer, member.value, wrong);
      }
      writer.EndObject();
    } else if (value.is_array()) {
      writer.BeginArray();
      for (const json::Value element : value.elements()) Copy(writer, element, wrong);
      writer.EndArray();
    } else {
      writer.Raw(value.source());
    }
  }

  json::Value root_;
  const Owner& owner_;
  std::string region_;  ///< in which the resource at hand is made
};

// ---- Terraform ---------------------------------------------------------------------------------

class Terraform : public Resolver {
 public:
  Terraform(const json::Value& root, const Owner& owner) : root_(root), owner_(owner) {}

  std::vector<Deployed> Run() {
    static constexpr std::array<Holder, 4> kHolders = {{
        {"aws_iam_policy", "name", "policy", "identity"},
        {"aws_ssoadmin_permission_set_inline_policy", "", "inline_policy", "permission-set"},
        {"aws_organizations_policy", "name", "content", "scp"},
        {"aws_iam_role", "name", "assume_role_policy", "trust"},
    }};
    std::vector<Deployed> all;
    const auto resources = root_.Find("resource");
    for (const Holder& holder : kHolders) {
      const auto labels = resources ? resources->Find(holder.type) : std::nullopt;
      if (!labels) continue;
      for (const json::Member member : labels->members()) {
        const bool is_other =
            holder.kind == "scp" && TextOf(member.value, "type") != "SERVICE_CONTROL_POLICY";
        if (is_other) continue;
        Deployed& deployed = all.emplace_back();
        deployed.kind = holder.kind;
        deployed.name =
            holder.name.empty() ? SetOf(member.value) : TextOf(member.value, holder.name);
        deployed.text =
            Resolve(TextOf(member.value, holder.document), {"$${"}, *this, deployed.wrong);
        Unescape(deployed.text, deployed.wrong);
      }
    }
    return all;
  }

  [[nodiscard]] std::optional<std::string> Find(std::string_view reference) const override {
    const auto [type, label, attribute] = Parts(reference);
    std::string guardrail(label);
    const bool is_version = type == "aws_bedrock_guardrail_version" && attribute == "version";
    if (is_version) {
      const auto version = Resource(type, label);
      if (!version) return std::nullopt;
      std::string arn = TextOf(*version, "guardrail_arn");
      if (!arn.starts_with("${") || !arn.ends_with("}")) return std::nullopt;
      arn = arn.substr(2, arn.size() - 3);
      guardrail = std::get<1>(Parts(arn));
    } else if (type != "aws_bedrock_guardrail" || attribute != "guardrail_arn") {
      return std::nullopt;
    }
    const auto resource = Resource("aws_bedrock_guardrail", guardrail);
    if (!resource) return std::nullopt;
    return Bound(owner_, TextOf(*resource, "name"), TextOf(*resource, "region"), is_version);
  }

 private:
  /// "type.label.attribute".
  static std::tuple<std::string_view, std::string_view, std::string_view> Parts(
      std::string_view reference) {
    const std::size_t first = reference.find('.');
    const std::size_t last = reference.rfind('.');
    if (first == std::string_view::npos || first == last) return {};
    return {reference.substr(0, first), reference.substr(first + 1, last - first - 1),
            reference.substr(last + 1)};
  }

  [[nodiscard]] std::optional<json::Value> Resource(std::string_view type,
                                                    std::string_view label) const {
    const auto resources = root_.Find("resource");
    const auto labels = resources ? resources->Find(type) : std::nullopt;
    return labels ? labels->Find(label) : std::nullopt;
  }

  /// The name of the permission set that an inline policy is of.
  [[nodiscard]] std::string SetOf(const json::Value& inline_policy) const {
    std::string arn = TextOf(inline_policy, "permission_set_arn");
    if (!arn.starts_with("${") || !arn.ends_with("}")) return "";
    arn = arn.substr(2, arn.size() - 3);
    const auto [type, label, attribute] = Parts(arn);
    const auto set = Resource(type, label);
    return set && attribute == "arn" ? TextOf(*set, "name") : "";
  }

  /// `%%{` is `%{`, which by itself begins a directive.
  static void Unescape(std::string& text, std::string& wrong) {
    for (std::size_t at = text.find("%{"); at != std::string::npos; at = text.find("%{", at + 1)) {
      if (at == 0 || text[at - 1] != '%') {
        wrong = "`%{` begins a directive";
        return;
      }
      text.erase(--at, 1);
    }
  }

  json::Value root_;
  const Owner& owner_;
};

}  // namespace

std::vector<Deployed> ReadTemplate(const json::Value& root, const Owner& owner) {
  return Template(root, owner).Run();
}

std::vector<Deployed> ReadTerraform(const json::Value& root, const Owner& owner) {
  return Terraform(root, owner).Run();
}

}  // namespace writ::verify
