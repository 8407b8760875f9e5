// The compiler broken on purpose: legs and verbs of the library changed as a careless edit would,
// and lowered documents changed as a careless pass would. The proof must notice every one.
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>

#include "mutation/program.h"

namespace writ::mutation {
namespace {

std::string LibraryText(const char* name) {
  std::ifstream file(std::string(WRIT_REPOSITORY) + "/stdlib/aws/" + name, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Break {
  const char* what;
  const char* text;
  const char* instead;
};

// Of bedrock.json; the first place that has the text.
constexpr Break kBreaks[] = {
    {"the destinations of a profile are forgotten",
     R"("resources": ["arn:{partition}:bedrock:{destination}::foundation-model/{model}"])",
     R"("resources": ["arn:{partition}:bedrock:{region}::foundation-model/{model}"])"},
    {"the profile's own leg is forgotten", R"({"route": "within", "via": "nothing",)",
     R"({"route": "within", "via": "profile",)"},
    {"the region-less leg of global routing is forgotten",
     R"("resources": ["arn:{partition}:bedrock:::foundation-model/{model}"],
         "conditions": {"StringEquals")",
     R"("resources": ["arn:{partition}:bedrock:{region}::foundation-model/{model}"],
         "conditions": {"StringEquals")"},
    {"direct calls are not kept from profiles",
     R"("conditions": {"Null": {"bedrock:InferenceProfileArn": ["true"]}},)", ""},
    {"a leg does not carry the guardrail",
     R"("conditions": {"StringEquals": {"aws:RequestedRegion": ["unspecified"]},
                        "Arn": {"bedrock:InferenceProfileArn": ["{profile-arn}"]}},
         "carries": ["guardrail"]})",
     R"("conditions": {"StringEquals": {"aws:RequestedRegion": ["unspecified"]},
                        "Arn": {"bedrock:InferenceProfileArn": ["{profile-arn}"]}}})"},
    {"the region-less leg is granted in any region",
     R"("conditions": {"StringEquals": {"aws:RequestedRegion": ["unspecified"]},)",
     R"("conditions": {)"},
    {"streaming is not granted",
     R"("actions": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
         "resources": ["arn:{partition}:bedrock:{region}::foundation-model/{model}"],)",
     R"("actions": ["bedrock:InvokeModel"],
         "resources": ["arn:{partition}:bedrock:{region}::foundation-model/{model}"],)"},
    {"the model is not asked for on mantle",
     R"("conditions": {"StringEquals": {"bedrock-mantle:Model": ["{model}"]}})", R"("via": "")"},
    {"applying the guardrail is not granted",
     R"({"actions": ["bedrock:ApplyGuardrail"], "resources")",
     R"({"actions": ["bedrock:GetGuardrail"], "resources")"},
    {"a prohibition forgets batch", R"("actions": ["bedrock:CreateModelInvocationJob"],
         "resources": ["arn:{partition}:bedrock:*::foundation-model/{model}", "arn:{partition}:bedrock:::foundation-model/{model}"],)",
     R"("actions": ["bedrock:InvokeModel"],
         "resources": ["arn:{partition}:bedrock:*::foundation-model/{model}", "arn:{partition}:bedrock:::foundation-model/{model}"],)"},
    {"a prohibition forgets mantle", R"("actions": ["bedrock-mantle:CreateInference"],
         "resources": ["*"], "model-key")",
     R"("actions": ["bedrock-mantle:CountTokens"],
         "resources": ["*"], "model-key")"},
    {"customizing a forbidden model is not forbidden",
     R"("actions": ["bedrock:CreateModelCustomizationJob", "bedrock:CreateProvisionedModelThroughput",)",
     R"("actions": ["bedrock:CreateProvisionedModelThroughput",)"},
    {"making a profile of a forbidden model is not forbidden",
     R"("actions": ["bedrock:CreateInferenceProfile"],)",
     R"("actions": ["bedrock:GetInferenceProfile"],)"},
    {"API keys work on the other plane",
     R"("forbid": [{"actions": ["bedrock:CallWithBearerToken", "bedrock-mantle:CallWithBearerToken",)",
     R"("forbid": [{"actions": ["bedrock:CallWithBearerToken",)"},
    {"querying grants another action", R"("permit": [{"actions": ["bedrock:Retrieve"])",
     R"("permit": [{"actions": ["bedrock:RetrieveAndGenerate"])"},
    {"the region of a call is looked for in the wrong place",
     R"("called-in": "arn:{partition}:bedrock:{region}:*:*")",
     R"("called-in": "arn:{partition}:bedrock:*:{region}:*")"},
};

library::Library Broken(const Break& one) {
  std::string text = LibraryText("bedrock.json");
  const std::size_t at = text.find(one.text);
  REQUIRE_MESSAGE(at != std::string::npos, one.what);
  text.replace(at, std::string(one.text).size(), one.instead);
  auto library = library::Library::Parse(
      {{"bedrock.json", text}, {"identity-center.json", LibraryText("identity-center.json")}});
  REQUIRE_MESSAGE(library.ok(), one.what);
  return *std::move(library);
}

TEST_CASE("the library as it is gives what the verifier reads") {
  Understood understood;
  const verify::Proof proof = ProofOf(understood, Lowered(understood, library::Library::BuiltIn()));
  std::string differences;
  for (const verify::Difference& difference : proof.differences) {
    // The other requests of the tree are not made here.
    if (difference.kind == verify::Difference::Kind::kText) continue;
    differences += difference.who + ": " + difference.program + "\n";
  }
  CHECK(differences.empty());
  CHECK(proof.given_up.empty());
}

TEST_CASE("every break of verbs and legs is noticed, with a request") {
  Understood understood;
  std::size_t noticed = 0;
  for (const Break& one : kBreaks) {
    CAPTURE(std::string(one.what));
    const verify::Proof proof = ProofOf(understood, Lowered(understood, Broken(one)));
    bool has_request = false;
    for (const verify::Difference& difference : proof.differences) {
      has_request = has_request || difference.request.has_value();
    }
    CHECK(has_request);
    noticed += has_request ? 1 : 0;
  }
  std::cout << "compiler broken in " << std::size(kBreaks) << " ways, " << noticed << " noticed\n";
}

}  // namespace
}  // namespace writ::mutation
