// Terraform, CloudFormation and iam-collect.
#include <string>

#include <doctest/doctest.h>

#include "base/diag/codes/policy.h"
#include "unit/analysis/snapshot/reading.h"

namespace writ::snapshot {
namespace {

constexpr std::string_view kPolicy =
    R"("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}")";

TEST_CASE("a plan: links through the configuration, module by module") {
  const ReadFiles read = ReadAll(
      {{"plan.json", R"({"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[
    {"address":"module.app[\"a.b\"].aws_iam_role.r","mode":"managed","type":"aws_iam_role","name":"r",
     "change":{"actions":["create"],"after":{"name":"app","path":"/","assume_role_policy":)" +
                         std::string(kPolicy) + R"(},"after_unknown":{"arn":true}}},
    {"address":"module.app[\"a.b\"].module.rights.aws_iam_role_policy.p","mode":"managed","type":"aws_iam_role_policy","name":"p",
     "change":{"actions":["create"],"after":{"name":"rights","policy":)" +
                         std::string(kPolicy) + R"(},"after_unknown":{"role":true}}},
    {"address":"aws_iam_role_policy.late","mode":"managed","type":"aws_iam_role_policy","name":"late",
     "change":{"actions":["create"],"after":{"name":"late"},"after_unknown":{"role":true,"policy":true}}},
    {"address":"aws_iam_role.gone","mode":"managed","type":"aws_iam_role","name":"gone",
     "change":{"actions":["delete"],"before":{"name":"gone"},"after":null}},
    {"address":"data.aws_iam_policy_document.d","mode":"data","type":"aws_iam_policy_document","name":"d",
     "change":{"actions":["read"],"after":{}}}],
   "configuration":{"root_module":{"resources":[
      {"address":"aws_iam_role_policy.late","expressions":{"role":{"references":["module.app[\"a.b\"].role_id","module.app"]}}}],
     "module_calls":{"app":{"module":{
       "outputs":{"role_id":{"expression":{"references":["aws_iam_role.r.id","aws_iam_role.r"]}}},
       "resources":[],
       "module_calls":{"rights":{"expressions":{"role":{"references":["aws_iam_role.r.name","aws_iam_role.r"]}},
         "module":{"resources":[{"address":"aws_iam_role_policy.p","expressions":{"role":{"references":["var.role"]}}}]}}}}}}}}})"}});
  CHECK(read.codes() == std::vector<int>{diag::kSnapshotUnresolved.number});
  REQUIRE(read.snapshot.principals.items.size() == 1);
  const Principal* role = read.Find("app");
  REQUIRE(role != nullptr);
  CHECK(role->arn.empty());
  CHECK(role->key == "module.app[\"a.b\"].aws_iam_role.r");
  REQUIRE(role->inline_policies.items.size() == 2);
  CHECK_FALSE(role->inline_policies.is_whole);
  for (const InlinePolicy& policy : role->inline_policies.items) {
    if (policy.name == "rights") CHECK(read.FirstAction(*policy.document) == R"(\"s3:*\")");
    if (policy.name == "late") CHECK(policy.document.gap().kind == Gap::Kind::kAfterApply);
  }
}

TEST_CASE("a state: modules, attachments, organization, permission sets") {
  const ReadFiles read =
      ReadAll({{"state.json",
                R"({"format_version":"1.0","terraform_version":"1.9.0","values":{"root_module":{
    "resources":[
     {"address":"aws_iam_policy.p","mode":"managed","type":"aws_iam_policy","values":{"arn":"arn:aws:iam::222222222222:policy/p","name":"p","policy":)" +
                    std::string(kPolicy) + R"(}},
     {"address":"aws_organizations_policy.s","mode":"managed","type":"aws_organizations_policy","values":{"id":"p-1","name":"s","type":"SERVICE_CONTROL_POLICY","content":)" +
                    std::string(kPolicy) + R"(}},
     {"address":"aws_organizations_policy_attachment.s","mode":"managed","type":"aws_organizations_policy_attachment","values":{"policy_id":"p-1","target_id":"ou-1"}},
     {"address":"aws_sqs_queue_policy.q","mode":"managed","type":"aws_sqs_queue_policy","values":{"policy":)" +
                    std::string(kPolicy) + R"(}}],
    "child_modules":[{"resources":[
     {"address":"module.m.aws_iam_role.r","mode":"managed","type":"aws_iam_role","values":{"arn":"arn:aws:iam::222222222222:role/r","name":"r","permissions_boundary":"arn:aws:iam::222222222222:policy/p","inline_policy":[{"name":"","policy":""}]}},
     {"address":"module.m.aws_iam_role_policy_attachment.a","mode":"managed","type":"aws_iam_role_policy_attachment","values":{"role":"r","policy_arn":"arn:aws:iam::222222222222:policy/p"}}]}]}}})"}});
  CHECK(read.codes().empty());
  const Principal* role = read.Find("r");
  REQUIRE(role != nullptr);
  CHECK(role->account == "222222222222");
  CHECK(role->inline_policies.items.empty());
  REQUIRE(role->attached.items.size() == 1);
  CHECK(read.snapshot.FindPolicy(role->attached.items[0]) != nullptr);
  CHECK((*role->boundary)->name == "p");
  CHECK(read.snapshot.organization.policies.items.at(0).targets.items ==
        std::vector<std::string>{"ou-1"});
  CHECK(read.snapshot.resource_policies.items.size() == 1);
}

TEST_CASE("a plan: what a resource is about and is not known yet is not passed over") {
  const ReadFiles read = ReadAll(
      {{"plan.json", R"({"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[
    {"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","name":"r",
     "change":{"actions":["create"],"after":{"name":"app"},"after_unknown":{"arn":true,"managed_policy_arns":true}}},
    {"address":"aws_iam_role.s","mode":"managed","type":"aws_iam_role","name":"s",
     "change":{"actions":["create"],"after":{"name":"s","managed_policy_arns":["arn:aws:iam::aws:policy/P",null]},
               "after_unknown":{"managed_policy_arns":[false,true]}}},
    {"address":"aws_iam_role.t","mode":"managed","type":"aws_iam_role","name":"t",
     "change":{"actions":["create"],"after":{"name":"t","inline_policy":[{"name":"x"}]},
               "after_unknown":{"inline_policy":[{"policy":true}]}}},
    {"address":"aws_iam_role_policy.p","mode":"managed","type":"aws_iam_role_policy","name":"p",
     "change":{"actions":["create"],"after":{"name":"rights","policy":)" +
                         std::string(kPolicy) + R"(},"after_unknown":{"role":true}}},
    {"address":"aws_iam_group_membership.m","mode":"managed","type":"aws_iam_group_membership","name":"m",
     "change":{"actions":["create"],"after":{"group":"g","users":["a",null]},"after_unknown":{"users":[false,true]}}},
    {"address":"aws_organizations_policy_attachment.a","mode":"managed","type":"aws_organizations_policy_attachment","name":"a",
     "change":{"actions":["create"],"after":{"policy_id":"p-1"},"after_unknown":{"target_id":true}}}]})"}});
  std::vector<std::string> names;
  for (const Unread& one : read.snapshot.unread) {
    CHECK(one.reason == Unread::Reason::kAfterApply);
    names.push_back(one.name);
  }
  CHECK(names == std::vector<std::string>{"aws_iam_role.s", "aws_iam_role.t",
                                          "aws_iam_role_policy.p", "aws_iam_group_membership.m",
                                          "aws_organizations_policy_attachment.a"});
}

TEST_CASE("a state: the organization, its units and accounts") {
  const ReadFiles read = ReadAll(
      {{"state.json",
        R"({"format_version":"1.0","terraform_version":"1.9.0","values":{"root_module":{"resources":[
     {"address":"aws_organizations_organization.o","mode":"managed","type":"aws_organizations_organization","values":{"id":"o-1","master_account_id":"111111111111",
       "roots":[{"id":"r-1","name":"Root","policy_types":[{"type":"SERVICE_CONTROL_POLICY","status":"ENABLED"},{"type":"TAG_POLICY","status":"PENDING_ENABLE"}]}]}},
     {"address":"aws_organizations_organizational_unit.u","mode":"managed","type":"aws_organizations_organizational_unit","values":{"id":"ou-1-a","name":"prod","parent_id":"r-1"}},
     {"address":"aws_organizations_account.a","mode":"managed","type":"aws_organizations_account","values":{"id":"222222222222","name":"pay","parent_id":"ou-1-a"}}]}}})"}});
  CHECK(read.codes().empty());
  CHECK(read.snapshot.unread.empty());
  const Organization& organization = read.snapshot.organization;
  CHECK(*organization.id == "o-1");
  CHECK(*organization.management_account == "111111111111");
  REQUIRE(organization.nodes.items.size() == 3);
  CHECK(*organization.nodes.items[0].enabled_types ==
        std::vector<std::string>{"SERVICE_CONTROL_POLICY"});
  CHECK(*organization.nodes.items[1].parent == "r-1");
  CHECK(*organization.nodes.items[2].parent == "ou-1-a");
}

TEST_CASE("a template: targets, transforms and functions that are not known are not passed over") {
  const ReadFiles read = ReadAll(
      {{"t.json",
        R"({"AWSTemplateFormatVersion":"2010-09-09","Transform":["AWS::LanguageExtensions","Mine"],"Resources":{
    "Fn::ForEach::Roles":["N",["a"],{}],
    "Unit":{"Type":"AWS::Organizations::OrganizationalUnit","Properties":{"Name":"u","ParentId":"r-1"}},
    "Scp":{"Type":"AWS::Organizations::Policy","Properties":{"Name":"s","Type":"SERVICE_CONTROL_POLICY","TargetIds":[{"Ref":"Unit"}],
      "Content":{"Version":"2012-10-17","Statement":[]}}},
    "Role":{"Type":"AWS::IAM::Role","Properties":{"Fn::Transform":{"Name":"AWS::Include"}}}}})"}});
  std::vector<std::string> names;
  for (const Unread& one : read.snapshot.unread) names.push_back(one.name);
  CHECK(names == std::vector<std::string>{"t.json#Mine", "t.json#Fn::ForEach::Roles", "t.json#Unit",
                                          "t.json#Scp", "t.json#Role"});
}

TEST_CASE("a format of another version is refused") {
  CHECK(ReadAll({{"a.json", R"({"format_version":"2.0","terraform_version":"2.0.0","values":{}})"}})
            .codes() == std::vector<int>{diag::kSnapshotFormatVersion.number});
  CHECK(ReadAll({{"a.tfstate", R"({"version":3,"terraform_version":"0.11.0","resources":[]})"}})
            .codes() == std::vector<int>{diag::kSnapshotFormatVersion.number});
}

TEST_CASE("a state file") {
  const ReadFiles read =
      ReadAll({{"terraform.tfstate", R"({"version":4,"terraform_version":"1.9.0","resources":[
    {"mode":"managed","type":"aws_iam_role","name":"r","module":"module.m","instances":[
      {"index_key":"a","attributes":{"arn":"arn:aws:iam::222222222222:role/ra","name":"ra","assume_role_policy":)" +
                                         std::string(kPolicy) + R"(}}]}]})"}});
  CHECK(read.codes().empty());
  CHECK(read.Find("ra")->trust.is_known());
}

TEST_CASE("a template: functions become texts with holes, and nothing is guessed") {
  const ReadFiles read = ReadAll(
      {{"t.json",
        R"({"AWSTemplateFormatVersion":"2010-09-09","Mappings":{"M":{"a":{"b":"s3:GetObject"}}},
   "Resources":{
    "Queue":{"Type":"AWS::SQS::Queue"},
    "Role":{"Type":"AWS::IAM::Role","Properties":{"RoleName":{"Fn::Sub":"${Stage}-app"},
      "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}}},
    "Rights":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"rights","Roles":[{"Ref":"Role"}],"PolicyDocument":{"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":{"Fn::FindInMap":["M","a","b"]},"Resource":[{"Fn::GetAtt":["Queue","Arn"]},{"Fn::Join":["",["arn:aws:s3:::",{"Ref":"Bucket"},"/*"]]},{"Fn::Sub":"arn:aws:s3:::x/${!aws:username}/*"}]}]}}},
    "Maybe":{"Type":"AWS::IAM::ManagedPolicy","Properties":{"PolicyDocument":{"Version":"2012-10-17","Statement":[{"Fn::If":["Prod",{"Effect":"Allow","Action":"*","Resource":"*"},{"Ref":"AWS::NoValue"}]}]}}}}})"}});
  CHECK(read.codes() == std::vector<int>{diag::kSnapshotUnresolved.number});
  REQUIRE(read.snapshot.principals.items.size() == 1);
  const Principal& role = read.snapshot.principals.items[0];
  CHECK(ShowHoles(role.name) == "<Stage>-app");
  REQUIRE(role.inline_policies.items.size() == 1);
  const Document& rights = read.snapshot.documents[*role.inline_policies.items[0].document];
  CHECK(rights.has_holes);
  const auto document = rights.Read(policy::Demand::kGrammar);
  REQUIRE(document.ok());
  const policy::Statement& statement = document->document.statements.at(0);
  CHECK(statement.action.values == std::vector<std::string>{"s3:GetObject"});
  CHECK(ShowHoles(statement.resource->values[0]) ==
        "arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:<Queue>");
  CHECK(ShowHoles(statement.resource->values[1]) == "arn:aws:s3:::<Bucket>/*");
  CHECK(statement.resource->values[2] == "arn:aws:s3:::x/${aws:username}/*");
  CHECK(read.sources.text(rights.SpanOf(document->places.statements[0].resources[0])) ==
        R"({"Fn::GetAtt":["Queue","Arn"]})");
  CHECK(read.snapshot.managed_policies.items.at(0).document.gap().kind == Gap::Kind::kUnresolved);
  // Characters that mean holes here may not come from the template.
  const ReadFiles hostile = ReadAll(
      {{"t.json",
        R"({"Resources":{"P":{"Type":"AWS::IAM::ManagedPolicy","Properties":{"PolicyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"\ue000x\ue001"}]}}}}})"}});
  CHECK(hostile.codes() == std::vector<int>{diag::kSnapshotUnresolved.number});
}

TEST_CASE("a template in YAML is refused with the way to JSON") {
  const ReadFiles read =
      ReadAll({{"t.json", "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A: 1\n"}});
  CHECK(read.codes() == std::vector<int>{diag::kSnapshotYaml.number});
}

TEST_CASE("iam-collect: files of one folder are one principal, that of its ARN") {
  const std::string base = "store/aws/aws/accounts/222222222222/iam/role/app%2fr/";
  const std::vector<std::pair<std::string, std::string>> files = {
      {base + "metadata.json",
       R"({"arn":"arn:aws:iam::222222222222:role/app/r","name":"r","path":"/app/"})"},
      {base + "inline-policies.json",
       R"([{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}])"},
      {base + "managed-policies.json", R"(["arn:aws:iam::aws:policy/ReadOnlyAccess"])"},
      {"store/aws/aws/organizations/o-1/scps/p-1/policy.json",
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]})"},
      {"store/aws/aws/organizations/o-1/ous.json",
       R"({"r-1":{"scps":["arn:aws:organizations::1:policy/o-1/service_control_policy/p-1"]},"ou-1":{"parent":"r-1","scps":[]}})"}};
  const ReadFiles read = ReadAll(files);
  CHECK(read.codes().empty());
  REQUIRE(read.snapshot.principals.items.size() == 1);
  const Principal& role = read.snapshot.principals.items[0];
  CHECK(role.key == "arn:aws:iam::222222222222:role/app/r");
  CHECK(read.snapshot.documents[*role.inline_policies.items.at(0).document].holder == role.arn);
  CHECK((*role.boundary).has_value() == false);
  CHECK(read.snapshot.organization.policies.items.at(0).type == "SERVICE_CONTROL_POLICY");
  // Mixed with the account's own export, it is the same role.
  auto mixed = files;
  mixed.emplace_back(
      "gaad.json",
      R"({"RoleDetailList":[{"RoleName":"r","Path":"/app/","Arn":"arn:aws:iam::222222222222:role/app/r",
    "RolePolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}],
    "AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}]}]})");
  const ReadFiles both = ReadAll(mixed);
  CHECK(both.codes().empty());
  CHECK(both.snapshot.principals.items.size() == 1);
}

}  // namespace
}  // namespace writ::snapshot
