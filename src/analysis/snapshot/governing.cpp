#include "analysis/snapshot/governing.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace writ::snapshot {
namespace {

constexpr std::array<std::string_view, 5> kPrefixes = {"bedrock", "iam", "organizations", "sso",
                                                       "serverless"};

// They hold no policy, attach none and put nobody in a group: credentials and profiles of a
// principal have its rights. Sorted.
constexpr std::array<std::string_view, 58> kHarmless = {
    "bedrockagent",
    "bedrockagentagent",
    "bedrockagentagentactiongroup",
    "bedrockagentagentalias",
    "bedrockagentagentcollaborator",
    "bedrockagentagentknowledgebaseassociation",
    "bedrockagentalias",
    "bedrockagentdatasource",
    "bedrockagentflow",
    "bedrockagentflowalias",
    "bedrockagentknowledgebase",
    "bedrockagentprompt",
    "bedrockapplicationinferenceprofile",
    "bedrockautomatedreasoningpolicy",
    "bedrockautomatedreasoningpolicyversion",
    "bedrockblueprint",
    "bedrockcustommodel",
    "bedrockdataautomationproject",
    "bedrockdatasource",
    "bedrockflow",
    "bedrockflowalias",
    "bedrockflowversion",
    "bedrockguardrailversion",
    "bedrockinferenceprofile",
    "bedrockintelligentpromptrouter",
    "bedrockknowledgebase",
    "bedrockmodelinvocationloggingconfiguration",
    "bedrockprompt",
    "bedrockpromptversion",
    "bedrockprovisionedmodelthroughput",
    "iamaccesskey",
    "iamaccountalias",
    "iamaccountpasswordpolicy",
    "iaminstanceprofile",
    "iamoidcprovider",
    "iamopenidconnectprovider",
    "iamorganizationsfeatures",
    "iamoutboundwebidentityfederation",
    "iamsamlprovider",
    "iamsecuritytokenservicepreferences",
    "iamservercertificate",
    "iamservicelinkedrole",
    "iamservicespecificcredential",
    "iamsigningcertificate",
    "iamuserloginprofile",
    "iamusersshkey",
    "iamvirtualmfadevice",
    "organizationsdelegatedadministrator",
    "serverlessapi",
    "serverlesshttpapi",
    "serverlesslayerversion",
    "serverlesssimpletable",
    "ssoapplication",
    "ssoapplicationaccessscope",
    "ssoapplicationassignment",
    "ssoapplicationassignmentconfiguration",
    "ssoinstance",
    "ssotrustedtokenissuer",
};
static_assert(std::ranges::is_sorted(kHarmless));

// They make resources of any type, of a template of their own, by a call or by code. Sorted.
constexpr std::array<std::string_view, 7> kMakers = {
    "cloudcontrolapiresource",
    "cloudformationcustomresource",
    "cloudformationstack",
    "cloudformationstackinstances",
    "cloudformationstackset",
    "cloudformationstacksetinstance",
    "servicecatalogcloudformationprovisionedproduct",
};
static_assert(std::ranges::is_sorted(kMakers));

// What the two spellings have in common: "aws_iam_user_policy", "AWS::IAM::UserPolicy" →
// "iamuserpolicy". Empty: neither is of AWS.
std::string Folded(std::string_view type) {
  for (const std::string_view prefix : {"AWS::", "awscc_", "aws_"}) {
    if (!type.starts_with(prefix)) continue;
    std::string folded;
    for (const char c : type.substr(prefix.size())) {
      if (c != '_' && c != ':') {
        folded += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      }
    }
    if (folded.starts_with("ssoadmin")) folded.erase(3, 5);
    return folded;
  }
  return "";
}

}  // namespace

bool MakesOthers(std::string_view type) {
  if (type.starts_with("Custom::") || type.ends_with("::MODULE")) return true;
  const std::string folded = Folded(type);
  return folded == "servicecatalogprovisionedproduct" || folded.starts_with("serverless") ||
         std::ranges::binary_search(kMakers, folded);
}

bool MayGovern(std::string_view type) {
  const std::string folded = Folded(type);
  if (!folded.starts_with("serverless") && MakesOthers(type)) return true;
  const bool is_of = std::ranges::any_of(
      kPrefixes, [&](std::string_view prefix) { return folded.starts_with(prefix); });
  return is_of && !std::ranges::binary_search(kHarmless, folded);
}

}  // namespace writ::snapshot
