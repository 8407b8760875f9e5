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

// Their resources are in a template of their own.
constexpr std::array<std::string_view, 3> kNested = {
    "AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct"};

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

bool MayGovern(std::string_view type) {
  if (std::ranges::find(kNested, type) != kNested.end()) return true;
  const std::string folded = Folded(type);
  const bool is_of = std::ranges::any_of(
      kPrefixes, [&](std::string_view prefix) { return folded.starts_with(prefix); });
  return is_of && !std::ranges::binary_search(kHarmless, folded);
}

}  // namespace writ::snapshot
