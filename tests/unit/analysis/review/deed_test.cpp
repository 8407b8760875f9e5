// Requests in the words of the language.
#include "analysis/review/deed.h"

#include <doctest/doctest.h>

namespace writ::review {
namespace {

const std::string kSonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0";

Naming Names() {
  return {catalog::Catalog::BuiltIn(),
          {{"arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123:3", "pii-safe"}},
          "2026-11-22"};
}

policy::Request Of(const std::string& action, const std::string& resource,
                   std::vector<policy::ContextKey> context = {}) {
  return {"arn:aws:iam::222222222222:role/fraud-app", action, resource, std::nullopt,
          std::move(context)};
}

std::string Text(const policy::Request& request, std::string_view pattern = "") {
  const Naming naming = Names();
  const Deed deed = DoneBy(request, pattern, naming).deed;
  return DeedText(deed, {deed.object}, {deed.region});
}

TEST_CASE("the authorizations of one call through a profile are one deed") {
  const std::string profile =
      "arn:aws:bedrock:us-east-1:222222222222:inference-profile/us." + kSonnet;
  const std::string said = "invoke claude-sonnet-4.5 in us-east-1 routed within us";
  CHECK(Text(Of("bedrock:InvokeModel", profile)) == said);
  CHECK(Text(Of("bedrock:InvokeModel", "arn:aws:bedrock:us-west-2::foundation-model/" + kSonnet,
                {{"bedrock:InferenceProfileArn", false, {profile}}})) == said);
  CHECK(DoneBy(Of("bedrock:InvokeModel", profile), "", Names()).is_route);
}

TEST_CASE("a call names its guardrail, its day and what else it must be") {
  const std::string model = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
  CHECK(Text(Of("bedrock:InvokeModel", model)) == "invoke nova-lite in us-east-1");
  CHECK(Text(Of("bedrock:InvokeModel", model,
                {{"bedrock:GuardrailIdentifier",
                  false,
                  {"arn:aws:bedrock:us-east-1:222222222222:guardrail/abc123:3"}},
                 {"aws:SourceVpc", false, {"vpc-1"}},
                 {"aws:CurrentTime", false, {"2027-03-31T12:00:00Z"}}})) ==
        "invoke nova-lite in us-east-1 with guardrail pii-safe when aws:SourceVpc = vpc-1 on "
        "2027-03-31");
}

TEST_CASE("a pattern is named by what it covers") {
  const std::string model = "arn:aws:bedrock:us-east-1::foundation-model/deepseek.r1-v1:0";
  CHECK(Text(Of("bedrock:InvokeModel", model), "arn:aws:bedrock:*::foundation-model/deepseek.*") ==
        "invoke models from deepseek in us-east-1");
  CHECK(Text(Of("bedrock:InvokeModel", model), "arn:aws:bedrock:*::foundation-model/*") ==
        "invoke any model in us-east-1");
}

TEST_CASE("the other plane, other verbs, and what the language has no verb for") {
  CHECK(Text(Of("bedrock-mantle:CreateInference",
                "arn:aws:bedrock-mantle:us-east-1:222222222222:project/default",
                {{"bedrock-mantle:Model", false, {"openai.gpt-oss-20b"}},
                 {"aws:RequestedRegion", false, {"us-east-1"}}})) ==
        "invoke gpt-oss-20b in us-east-1 through mantle");
  const policy::Request create = Of("bedrock:CreateGuardrail", "*");
  CHECK(DoneBy(create, "", Names()).is_admin);
  CHECK(Text(create) == "do bedrock:CreateGuardrail");
  CHECK(Text(Of("s3:GetObject", "arn:aws:s3:::reports/1")) ==
        "do s3:GetObject on arn:aws:s3:::reports/1");
}

}  // namespace
}  // namespace writ::review
