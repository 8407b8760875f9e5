// What single calls of the AWS CLI print around one document, and documents alone.
// Shapes: botocore's service models of iam, s3api, sqs, sns, kms, secretsmanager, ecr, lambda, ec2
// and bedrock (read 2026-11-29).
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analysis/snapshot/front_ends.h"
#include "iam/policy/pattern.h"

namespace writ::snapshot {

namespace json = support::json;

std::string AccountOf(std::string_view arn) {
  const auto parts = policy::SplitArn(arn);
  return parts ? std::string((*parts)[4]) : "";
}

PathAndName PathAndNameOf(std::string_view arn) {
  const auto parts = policy::SplitArn(arn);
  const std::string_view rest = parts ? (*parts)[5] : arn;
  const std::size_t first = rest.find('/');
  if (first == std::string_view::npos) return {"", std::string(rest)};
  const std::size_t last = rest.rfind('/');
  return {std::string(rest.substr(first, last - first + 1)), std::string(rest.substr(last + 1))};
}

bool Has(const Cursor& object, std::string_view key) {
  return object.value.is_object() && object.value.Find(key).has_value();
}

policy::Kind GuessKind(std::string_view text) {
  const auto document = policy::Read(text, policy::Kind::kResource);
  if (!document) return policy::Kind::kIdentity;
  const auto& statements = document->statements;
  const bool has_principal =
      std::ranges::any_of(statements, [](const auto& one) { return one.principal.has_value(); });
  if (!has_principal) return policy::Kind::kIdentity;
  const bool is_trust = std::ranges::all_of(statements, [](const policy::Statement& one) {
    return !one.resource && one.action.sense == policy::Sense::kListed &&
           std::ranges::all_of(one.action.values, [](const std::string& action) {
             return policy::FoldCase(action).starts_with("sts:");
           });
  });
  return is_trust ? policy::Kind::kTrust : policy::Kind::kResource;
}

namespace {

// Adds a document alone, of the kind that is asked for, that is known, or that it shows itself.
void AddAlone(const Cursor& value, const Input& input, Builder& builder,
              std::optional<policy::Kind> known, std::string name) {
  Document document;
  document.name = std::move(name);
  // The kind decides nothing about where the document begins, so it may be looked at first.
  const std::optional<policy::Kind> told = input.options.kind ? input.options.kind : known;
  document.kind = told.value_or(policy::Kind::kIdentity);
  const Exported<DocumentId> made = builder.AddDocument(value, std::move(document));
  if (!made.is_known()) return;
  if (!told) builder.GuessKindOf(*made);
  const policy::Kind kind = builder.snapshot().documents[*made].kind;
  if (kind != policy::Kind::kResource && kind != policy::Kind::kTrust) return;
  ResourcePolicy one;
  one.origin = OriginOf(value);
  one.document = made;
  builder.Add(std::move(one));
}

}  // namespace

// --------------------------------------------------------------------------------- single answers

namespace {

// The document in an answer, and what it is.
struct Answer {
  std::optional<Cursor> document;
  std::optional<policy::Kind> kind;
};

Answer AnswerIn(const Cursor& root) {
  const auto object = [&](std::string_view key) {
    auto found = root.Find(key);
    return found && found->value.is_object() ? found : std::nullopt;
  };
  if (const auto version = object("PolicyVersion"))
    return {version->Find("Document"), std::nullopt};
  if (const auto document = root.Find("PolicyDocument")) {
    return {document, policy::Kind::kIdentity};
  }
  if (const auto role = object("Role")) {
    return {role->Find("AssumeRolePolicyDocument"), policy::Kind::kTrust};
  }
  if (const auto attributes = object("Attributes")) {
    return {attributes->Find("Policy"), policy::Kind::kResource};
  }
  for (const std::string_view key : {"ResourcePolicy", "resourcePolicy", "policyText", "Policy"}) {
    const auto found = root.Find(key);
    if (found && found->value.is_string()) return {found, policy::Kind::kResource};
  }
  const auto inline_policy = root.Find("InlinePolicy");
  if (inline_policy && inline_policy->value.is_string()) {
    return {inline_policy, policy::Kind::kIdentity};
  }
  return {};
}

}  // namespace

bool IsSingleAnswer(const Input& input) {
  return !Has(input.root, "Statement") &&
         (AnswerIn(input.root).document || Has(input.root, "VpcEndpoints"));
}

void ReadSingleAnswer(const Input& input, Builder& builder) {
  const Cursor& root = input.root;
  for (const Cursor& one : builder.Elements(root, "VpcEndpoints")) {
    if (!builder.IsObject(one, "VpcEndpoints")) continue;
    // AWS lists endpoints for a while after their deletion. Source: EC2 API reference, VpcEndpoint
    // and State (botocore's service model, read 2026-11-29).
    const std::string state = policy::FoldCase(builder.String(one, "State"));
    if (state == "deleted" || state == "deleting") continue;
    Endpoint endpoint;
    endpoint.key = builder.String(one, "VpcEndpointId");
    endpoint.service = builder.String(one, "ServiceName");
    endpoint.origin = OriginOf(one);
    if (const auto document = one.Find("PolicyDocument")) {
      endpoint.policy = builder.AddDocument(
          *document, {.name = fmt::format("policy of VPC endpoint `{}`", endpoint.key),
                      .holder = endpoint.key,
                      .kind = policy::Kind::kVpcEndpoint});
    }
    builder.Add(std::move(endpoint));
  }
  if (Has(root, "VpcEndpoints")) return;
  const Answer answer = AnswerIn(root);
  std::string name = builder.String(root, "PolicyName");
  if (const auto role = builder.Object(root, "Role")) name = builder.String(*role, "RoleName");
  AddAlone(*answer.document, input, builder, answer.kind, name.empty() ? input.path : name);
}

// ------------------------------------------------------------------------------- documents alone

bool IsBareDocument(const Input& input) {
  const auto is_document = [](const json::Value& value) {
    if (!value.is_object()) return false;
    for (const json::Member member : value.members()) {
      if (policy::EqualIgnoringCase(member.key.text(), "Statement")) return true;
    }
    // `Statment` and the like, beside a Version: a document that does nothing yet.
    const auto version = value.Find("Version");
    return version && version->is_string() &&
           (version->text() == "2012-10-17" || version->text() == "2008-10-17");
  };
  const json::Value root = input.root.value;
  if (!root.is_array()) return is_document(root);
  for (const json::Value element : root.elements()) {
    if (!is_document(element)) return false;
  }
  return root.size() > 0;
}

void ReadBareDocument(const Input& input, Builder& builder) {
  const Cursor& root = input.root;
  if (!root.value.is_array()) return AddAlone(root, input, builder, std::nullopt, input.path);
  std::size_t index = 0;
  for (const Cursor& one : root.Elements()) {
    AddAlone(one, input, builder, std::nullopt, fmt::format("{}[{}]", input.path, index++));
  }
}

// ------------------------------------------------------------------------------------ guardrails

bool IsGuardrail(const Input& input) {
  const Cursor& root = input.root;
  if (Has(root, "guardrailArn") && Has(root, "version")) return true;
  const auto list = root.Find("guardrails");
  if (!list || !list->value.is_array()) return false;
  for (const json::Value one : list->value.elements()) {
    if (!one.is_object() || !one.Find("arn") || !one.Find("version")) return false;
  }
  return true;
}

void ReadGuardrail(const Input& input, Builder& builder) {
  const auto add = [&](const Cursor& one, std::string_view arn_key, bool is_whole) {
    Guardrail made;
    made.arn = builder.String(one, arn_key);
    made.name = builder.String(one, "name");
    made.version = builder.String(one, "version");
    made.key = made.arn + ":" + made.version;
    made.origin = OriginOf(one);
    if (is_whole) made.settings = one.Whole();
    builder.Add(std::move(made));
  };
  const Cursor& root = input.root;
  if (Has(root, "guardrailArn")) return add(root, "guardrailArn", true);
  for (const Cursor& one : builder.Elements(root, "guardrails")) add(one, "arn", false);
  if (const auto token = root.Find("nextToken"); token && token->value.is_string()) {
    builder.AddPage(
        "list-guardrails", false, token->span(),
        fmt::format("aws bedrock list-guardrails --starting-token '{}'", token->value.text()));
  } else {
    builder.AddPage("list-guardrails", true, {}, "");
  }
}

}  // namespace writ::snapshot
