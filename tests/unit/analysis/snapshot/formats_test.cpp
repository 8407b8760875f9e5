// The formats of the AWS CLI and of AWS Config, and that they say the same.
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/diag/codes/policy.h"
#include "unit/analysis/snapshot/reading.h"

namespace writ::snapshot {
namespace {

constexpr std::string_view kDetails = R"({
  "UserDetailList": [{"Path": "/", "UserName": "ann", "UserId": "AIDA1",
    "Arn": "arn:aws:iam::222222222222:user/ann", "GroupList": ["devs"], "AttachedManagedPolicies": []}],
  "GroupDetailList": [{"Path": "/", "GroupName": "devs", "Arn": "arn:aws:iam::222222222222:group/devs",
    "GroupPolicyList": [], "AttachedManagedPolicies": []}],
  "RoleDetailList": [{"Path": "/app/", "RoleName": "fraud-triage",
    "Arn": "arn:aws:iam::222222222222:role/app/fraud-triage",
    "AssumeRolePolicyDocument": "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D",
    "RolePolicyList": [{"PolicyName": "invoke", "PolicyDocument": {"Version": "2012-10-17",
      "Statement": {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}}}],
    "AttachedManagedPolicies": [{"PolicyName": "ro", "PolicyArn": "arn:aws:iam::222222222222:policy/ro"}],
    "PermissionsBoundary": {"PermissionsBoundaryType": "Policy",
      "PermissionsBoundaryArn": "arn:aws:iam::222222222222:policy/fence"},
    "InstanceProfileList": [], "Tags": [{"Key": "team", "Value": "fraud"}]}],
  "Policies": [{"PolicyName": "ro", "Arn": "arn:aws:iam::222222222222:policy/ro",
    "DefaultVersionId": "v2", "AttachmentCount": 1, "PolicyVersionList": [
      {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}},
      {"VersionId": "v2", "IsDefaultVersion": true, "Document": {"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}}]}],
  "IsTruncated": false})";

TEST_CASE("get-account-authorization-details") {
  const ReadFiles read = ReadAll({{"gaad.json", std::string(kDetails)}});
  CHECK(read.codes().empty());
  CHECK(read.snapshot.formats.at(0).format == "get-account-authorization-details");
  CHECK(read.snapshot.Accounts() == std::vector<std::string>{"222222222222"});
  const Principal* role = read.Find("fraud-triage");
  REQUIRE(role != nullptr);
  CHECK(role->path == "/app/");
  CHECK((*role->tags).at("team") == "fraud");
  CHECK(role->inline_policies.is_whole);
  CHECK(read.FirstAction(*role->inline_policies.items.at(0).document) == "\"bedrock:InvokeModel\"");
  // In an encoded string, the place of the very action.
  CHECK(read.FirstAction(*role->trust) == "%22sts%3AAssumeRole%22");
  CHECK(read.snapshot.documents[*role->trust].pointer ==
        "/RoleDetailList/0/AssumeRolePolicyDocument");
  // Only the default version counts.
  const ManagedPolicy* managed = read.snapshot.FindPolicy(role->attached.items.at(0));
  REQUIRE(managed != nullptr);
  CHECK(read.FirstAction(*managed->document) == "\"s3:Get*\"");
  // A boundary that is named and not exported is no boundary that is absent.
  REQUIRE(role->boundary.is_known());
  CHECK((*role->boundary)->name == "fence");
  CHECK(read.snapshot.FindPolicy(**role->boundary) == nullptr);
  // A list that is absent is empty.
  CHECK(read.Find("ann")->inline_policies.is_whole);
  CHECK(read.Find("ann")->groups.items == std::vector<std::string>{"devs"});
  CHECK(read.snapshot.Summary() ==
        "1 account, 1 role, 1 user, 1 group, 1 managed policy, 3 policy documents; not found: "
        "SCPs, RCPs, permission sets, guardrails, VPC endpoints, resource policies");
}

TEST_CASE("a page without its continuation, with it, and accounts that are mixed") {
  const auto page = [](std::string_view truncated, std::string_view role,
                       std::string_view account) {
    return R"({"RoleDetailList":[{"RoleName":")" + std::string(role) +
           R"(","Path":"/","Arn":"arn:aws:iam::)" + std::string(account) + ":role/" +
           std::string(role) + R"("}],"IsTruncated":)" + std::string(truncated) +
           R"(,"Marker":"AAE"})";
  };
  const std::string first = page("true", "a", "111111111111");
  const ReadFiles alone = ReadAll({{"1.json", first}});
  REQUIRE(alone.codes() == std::vector<int>{diag::kSnapshotPageMissing.number});
  CHECK(alone.sink.all()[0].helps.at(0).text.find("--starting-token 'AAE'") != std::string::npos);
  const ReadFiles both =
      ReadAll({{"1.json", first}, {"2.json", page("false", "b", "111111111111")}});
  CHECK(both.codes().empty());
  CHECK(both.snapshot.principals.items.size() == 2);
  // The last page of another account does not complete it.
  const ReadFiles other =
      ReadAll({{"1.json", first}, {"2.json", page("false", "b", "222222222222")}});
  CHECK(other.codes() == std::vector<int>{diag::kSnapshotPageMissing.number});
  const ReadFiles mixed = ReadAll({{"1.json", R"({"RoleDetailList":[
    {"RoleName":"a","Arn":"arn:aws:iam::111111111111:role/a"},
    {"RoleName":"b","Arn":"arn:aws:iam::222222222222:role/b"}]})"}});
  CHECK(mixed.codes() == std::vector<int>{diag::kSnapshotMixedAccounts.number});
}

TEST_CASE("the same twice is one; different content is a conflict") {
  const ReadFiles same =
      ReadAll({{"a.json", std::string(kDetails)}, {"b.json", std::string(kDetails)}});
  CHECK(same.codes().empty());
  CHECK(same.snapshot.principals.items.size() == 3);
  std::string other(kDetails);
  other.replace(other.find("bedrock:InvokeModel"), 19, "bedrock:*");
  const ReadFiles conflict = ReadAll({{"a.json", std::string(kDetails)}, {"b.json", other}});
  CHECK(conflict.codes() == std::vector<int>{diag::kSnapshotConflict.number});
  // Another encoding and another order of members are no difference.
  const ReadFiles encoded = ReadAll(
      {{"a.json", R"({"RoleDetailList":[{"RoleName":"r","Arn":"arn:aws:iam::111111111111:role/r",
         "RolePolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":
         [{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}]}]})"},
       {"b.json", R"({"RoleDetailList":[{"RoleName":"r","Arn":"arn:aws:iam::111111111111:role/r",
         "RolePolicyList":[{"PolicyName":"p","PolicyDocument":
         "%7B%22Statement%22%3A%7B%22Action%22%3A%22s3%3A*%22%2C%22Resource%22%3A%22*%22%2C%22Effect%22%3A%22Allow%22%7D%2C%22Version%22%3A%222012-10-17%22%7D"}]}]})"}});
  CHECK(encoded.codes().empty());
}

TEST_CASE("wrong types, unreadable documents") {
  CHECK(ReadAll({{"a.json", R"({"RoleDetailList":{"RoleName":"r"}})"}}).codes() ==
        std::vector<int>{diag::kSnapshotWrongType.number});
  const ReadFiles bad = ReadAll({{"a.json", R"({"RoleDetailList":[{"RoleName":"r","Arn":"x",
      "AssumeRolePolicyDocument":"see wiki","RolePolicyList":[
      {"PolicyName":"p","PolicyDocument":"%7Bbad%"},{"PolicyName":"q","PolicyDocument":7}]}]})"}});
  CHECK(bad.codes() == std::vector<int>{diag::kSnapshotDocumentUnreadable.number,
                                        diag::kSnapshotDocumentUnreadable.number,
                                        diag::kSnapshotDocumentUnreadable.number});
  CHECK(bad.Find("r")->trust.gap().kind == Gap::Kind::kUnreadable);
}

TEST_CASE("Organizations: the file's name says which question is answered") {
  const ReadFiles read = ReadAll(
      {{"org/describe-organization.json",
        R"({"Organization":{"Id":"o-1","FeatureSet":"ALL","MasterAccountId":"111111111111"}})"},
       {"org/list-roots.json",
        R"({"Roots":[{"Id":"r-ab12","Name":"Root","PolicyTypes":[
          {"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"},
          {"Type":"BEDROCK_POLICY","Status":"PENDING_ENABLE"}]}]})"},
       {"org/children/r-ab12.json",
        R"({"Children":[{"Id":"ou-ab12-1","Type":"ORGANIZATIONAL_UNIT"}]})"},
       {"org/children/ou-ab12-1.json", R"({"Children":[{"Id":"222222222222","Type":"ACCOUNT"}]})"},
       {"org/policies/p-fence1.json",
        R"({"Policy":{"PolicySummary":{"Id":"p-fence1","Arn":"arn:aws:organizations::1:policy/o-1/service_control_policy/p-fence1",
          "Name":"fence","Type":"SERVICE_CONTROL_POLICY","AwsManaged":false},
          "Content":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"s3:Put*\",\"Resource\":\"*\"}]}"}})"},
       {"org/targets/p-fence1.json",
        R"({"Targets":[{"TargetId":"ou-ab12-1","Type":"ORGANIZATIONAL_UNIT"}]})"},
       {"org/list-policies.json",
        R"({"Policies":[{"Id":"p-fence1","Name":"fence","Type":"SERVICE_CONTROL_POLICY","AwsManaged":false}],"NextToken":"n1"})"}});
  // The page is missing; all else is read.
  CHECK(read.codes() == std::vector<int>{diag::kSnapshotPageMissing.number});
  const Organization& organization = read.snapshot.organization;
  CHECK(*organization.id == "o-1");
  REQUIRE(organization.nodes.items.size() == 3);
  for (const OrganizationNode& node : organization.nodes.items) {
    if (node.id == "222222222222") CHECK(*node.parent == "ou-ab12-1");
    if (node.id == "ou-ab12-1") CHECK(*node.parent == "r-ab12");
    if (node.type != NodeType::kRoot) continue;
    CHECK_FALSE(node.parent.is_known());
    CHECK(*node.enabled_types == std::vector<std::string>{"SERVICE_CONTROL_POLICY"});
  }
  REQUIRE(organization.policies.items.size() == 1);
  const OrganizationPolicy& fence = organization.policies.items[0];
  CHECK(fence.targets.items == std::vector<std::string>{"ou-ab12-1"});
  CHECK(read.snapshot.documents[*fence.document].kind == policy::Kind::kScp);
  CHECK(read.FirstAction(*fence.document) == R"(\"s3:Put*\")");
}

TEST_CASE("Identity Center") {
  const ReadFiles read = ReadAll(
      {{"sso/describe.json",
        R"({"PermissionSet":{"Name":"Dev","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-2"}})"},
       {"sso/ps-2/inline.json", R"({"InlinePolicy":""})"},
       {"sso/ps-2/managed.json",
        R"({"AttachedManagedPolicies":[{"Name":"ViewOnlyAccess","Arn":"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"}]})"},
       {"sso/assignments.json",
        R"({"AccountAssignments":[{"AccountId":"222222222222","PermissionSetArn":"arn:aws:sso:::permissionSet/ssoins-1/ps-2","PrincipalType":"GROUP","PrincipalId":"g1"}]})"}});
  CHECK(read.codes().empty());
  REQUIRE(read.snapshot.permission_sets.items.size() == 1);
  const PermissionSet& set = read.snapshot.permission_sets.items[0];
  CHECK(set.name == "Dev");
  // An empty text is the answer where there is none; a boundary was not asked for.
  REQUIRE(set.inline_policy.is_known());
  CHECK_FALSE((*set.inline_policy).has_value());
  CHECK_FALSE(set.boundary.is_known());
  CHECK(read.snapshot.assignments.items.at(0).permission_set == "ps-2");
}

TEST_CASE("AWS Config: texts in texts") {
  const ReadFiles read = ReadAll(
      {{"config.json",
        R"({"Results":["{\"resourceType\":\"AWS::IAM::Role\",\"accountId\":\"222222222222\",\"configuration\":{\"arn\":\"arn:aws:iam::222222222222:role/r\",\"roleName\":\"r\",\"path\":\"/\",\"assumeRolePolicyDocument\":\"%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%22*%22%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D\",\"rolePolicyList\":{}}}",
    "{\"configurationItemStatus\":\"ResourceDeleted\",\"configuration\":{\"roleName\":\"gone\"}}"],"QueryInfo":{}})"}});
  CHECK(read.codes().empty());
  REQUIRE(read.snapshot.principals.items.size() == 1);
  CHECK(read.FirstAction(*read.Find("r")->trust) == "%22sts%3AAssumeRole%22");
  CHECK(read.Find("r")->inline_policies.is_whole);
  CHECK_FALSE(read.Find("r")->attached.is_whole);  // the query did not ask for it
}

TEST_CASE("single answers and documents alone") {
  const ReadFiles read = ReadAll(
      {{"version.json",
        R"({"PolicyVersion":{"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]},"VersionId":"v1"}})"},
       {"bucket.json",
        R"({"Policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"})"},
       {"trust.json",
        R"({"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]})"},
       {"broken.json", R"({"Version":"2012-10-17","Statment":[]})"},
       {"guardrail.json",
        R"({"guardrailArn":"arn:aws:bedrock:us-east-1:222222222222:guardrail/g1","name":"pii","version":"3","topicPolicy":{}})"},
       {"endpoint.json",
        R"({"VpcEndpoints":[{"VpcEndpointId":"vpce-1","ServiceName":"com.amazonaws.us-east-1.bedrock-runtime","PolicyDocument":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}]})"},
       {"list.json", R"({"Users":[]})"}});
  CHECK(read.codes() == std::vector<int>{diag::kSnapshotNotRecognized.number});
  std::vector<policy::Kind> kinds;
  for (const Document& document : read.snapshot.documents) kinds.push_back(document.kind);
  CHECK(kinds == std::vector<policy::Kind>{policy::Kind::kIdentity, policy::Kind::kResource,
                                           policy::Kind::kVpcEndpoint, policy::Kind::kTrust,
                                           policy::Kind::kIdentity});
  REQUIRE(read.snapshot.guardrails.items.size() == 1);
  CHECK(read.snapshot.guardrails.items[0].settings.is_known());
}

TEST_CASE("a folder that is called as an account says whose an export is") {
  const std::string text =
      R"({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "app"}}}})";
  const auto account_of = [&](const std::string& path) {
    ReadOptions options;
    options.account = "111111111111";
    const ReadFiles read = ReadAll({{path, text}}, options);
    REQUIRE(read.Find("app") != nullptr);
    return read.Find("app")->account;
  };
  CHECK(account_of("accounts/222222222222/app.json") == "222222222222");
  CHECK(account_of("222222222222/333333333333/app.json") == "333333333333");
  // Neither a file's name nor another number.
  CHECK(account_of("222222222222.json") == "111111111111");
  CHECK(account_of("2222222222222/app.json") == "111111111111");
}

TEST_CASE("whether all accounts are there") {
  const auto has_all = [](const std::string& path, const std::string& text) {
    return ReadAll({{path, text}}).snapshot.organization.has_all_accounts;
  };
  const std::string listed = R"({"Accounts": [{"Id": "222222222222"}]})";
  CHECK(has_all("list-accounts.json", listed));
  CHECK_FALSE(has_all("accounts-for-parent/ou-1.json", listed));
  CHECK_FALSE(
      has_all("list-accounts.json", R"({"Accounts": [{"Id": "222222222222"}], "NextToken": "x"})"));
  CHECK(has_all("aws/aws/organizations/o-1/accounts.json", R"({"222222222222": {"ou": "r-1"}})"));
}

TEST_CASE("iam-collect lists the policies of a node whole, by ids in any case") {
  const ReadFiles read = ReadAll(
      {{"aws/aws/organizations/o-1/ous.json",
        R"({"r-1": {"scps": ["arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"],
                    "rcps": []}})"},
       {"aws/aws/organizations/o-1/metadata.json",
        R"({"id": "o-1", "rootOu": "r-1", "features": {"SERVICE_CONTROL_POLICY": false}})"}});
  CHECK(read.codes().empty());
  const OrganizationNode& root = read.snapshot.organization.nodes.items.at(0);
  CHECK(root.policies.is_whole);
  CHECK(root.policies.items == std::vector<std::string>{"p-fullawsaccess"});
  REQUIRE(root.enabled_types.is_known());
  CHECK(root.enabled_types->empty());
}

TEST_CASE("the default version of a policy is one") {
  const auto read = [](std::string_view default_id, std::string_view versions) {
    return ReadAll(
               {{"a.json",
                 fmt::format(
                     R"({{"Policies":[{{"PolicyName":"p","Arn":"arn:aws:iam::222222222222:policy/p",
      "DefaultVersionId":"{}","PolicyVersionList":[{}]}}],"IsTruncated":false}})",
                     default_id, versions)}})
        .codes();
  };
  constexpr std::string_view kFirst =
      R"({"VersionId":"v1","IsDefaultVersion":true,"Document":{"Version":"2012-10-17","Statement":[]}})";
  constexpr std::string_view kSecond =
      R"({"VersionId":"v2","IsDefaultVersion":true,"Document":{"Version":"2012-10-17","Statement":[]}})";
  CHECK(read("v1", kFirst).empty());
  CHECK(read("v2", kFirst) == std::vector<int>{diag::kSnapshotConflict.number});
  CHECK(read("v1", fmt::format("{},{}", kFirst, kSecond)) ==
        std::vector<int>{diag::kSnapshotConflict.number});
}

TEST_CASE("an endpoint that is deleted is not there") {
  const ReadFiles read = ReadAll({{"a.json", R"({"VpcEndpoints":[
    {"VpcEndpointId":"vpce-1","State":"deleted","PolicyDocument":"{}"},
    {"VpcEndpointId":"vpce-2","State":"Deleting"},
    {"VpcEndpointId":"vpce-3","State":"available"}]})"}});
  REQUIRE(read.snapshot.endpoints.items.size() == 1);
  CHECK(read.snapshot.endpoints.items[0].key == "vpce-3");
}

}  // namespace
}  // namespace writ::snapshot
