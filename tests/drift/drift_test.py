#!/usr/bin/env python3
"""What a build makes is deployed in four forms, without AWS, and changed in many ways: `writ drift`
must see no drift in what was only deployed, and of each change exactly its verdict, in every form
that can hold it.

Forms: get-account-authorization-details with Organizations and Identity Center answers, an
iam-collect store, a Terraform state, CloudFormation templates. Guardrails are get-guardrail answers
in all of them.

Usage: drift_test.py --writ PATH --source DIR [--only NAME] [--keep DIR]
"""

import argparse
import concurrent.futures
import copy
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

PAYMENTS, CLAIMS, SANDBOX = "222222222222", "333333333333", "444444444444"
MANAGEMENT = "111111111111"
ROOT, PROD, DEV = "r-ab12", "ou-ab12-prod0001", "ou-ab12-dev00001"
GUARDRAIL = "arn:aws:bedrock:us-east-1:222222222222:guardrail/a1b2c3d4e5f6"
EC2_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


class Principal:
    def __init__(self, kind, account, path, name):
        self.kind, self.account, self.path, self.name = kind, account, path, name
        self.inline, self.attached, self.groups = {}, [], []
        self.boundary, self.trust = None, copy.deepcopy(EC2_TRUST)

    @property
    def arn(self):
        return f"arn:aws:iam::{self.account}:{self.kind}{self.path}{self.name}"


class World:
    """What is deployed."""

    def __init__(self, built):
        read = lambda path: json.loads((built / path).read_text())
        fraud = Principal("role", PAYMENTS, "/app/", "fraud-triage")
        fraud.inline["models"] = read("iam/payments/fraud.identity.json")
        triage = Principal("user", CLAIMS, "/", "triage")
        triage.inline["models"] = read("iam/claims/triage.identity.json")
        idle = Principal("role", SANDBOX, "/", "batch")
        idle.inline["files"] = document(allow("s3:GetObject"))
        auditor = Principal("role", MANAGEMENT, "/", "auditor")
        agent = Principal("role", PAYMENTS, "/", "agent")
        agent.trust = read("trust/payments/agent.trust.json")
        self.principals = [fraud, triage, idle, auditor, agent]
        self.endpoint = read("endpoints/private.vpce.json")  # None: not in the export
        self.managed = {}  # ARN → document, or None: not in the export
        self.versions = {}  # ARN → older documents
        self.parents = {PROD: ROOT, DEV: ROOT, PAYMENTS: PROD, CLAIMS: PROD, SANDBOX: DEV, MANAGEMENT: ROOT}
        self.enabled = ["SERVICE_CONTROL_POLICY"]
        everywhere = [ROOT, PROD, DEV, PAYMENTS, CLAIMS, SANDBOX, MANAGEMENT]
        self.scps = {
            "p-FullAWSAccess": ("FullAWSAccess", document(allow("*")), everywhere),
            "p-prod0001": ("prod", read("organization/prod.scp.json"), [PROD]),
            "p-claims01": ("claims", read("organization/claims.scp.json"), [CLAIMS]),
            "p-root0001": ("root", read("organization/root.scp.json"), [ROOT]),
        }
        self.sets = {"PlatformAdmin": read("permission-sets/PlatformAdmin.permission-set.json")}
        self.request = read("guardrails/pii-safe.bedrock.CreateGuardrail.json")
        self.guardrails = {"3": copy.deepcopy(self.request), "DRAFT": copy.deepcopy(self.request)}
        self.conditions = {}  # of resources of templates, by logical id
        self.resources = {}  # more of Terraform or CloudFormation, by type: one, or a list in Terraform
        self.transform = None  # of templates
        self.has_set_boundaries = True  # the export says that permission sets have none
        self.endpoint_state = "available"
        self.is_encoded = False
        self.has_next_page = False

    def get(self, name):
        return next(one for one in self.principals if one.name == name)

    def add(self, kind, account, name, path="/", **inline):
        one = Principal(kind, account, path, name)
        one.inline = inline
        self.principals.append(one)
        return one

    def accounts(self):
        return sorted({one.account for one in self.principals} | {MANAGEMENT})


ENDPOINT = "vpce-0123456789abcdef0"

# ---- forms


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1))


def get_guardrail(request, version):
    """As GetGuardrail answers: other names than CreateGuardrail's."""
    drop = lambda config: {
        {"filtersConfig": "filters", "piiEntitiesConfig": "piiEntities", "topicsConfig": "topics",
         "wordsConfig": "words", "managedWordListsConfig": "managedWordLists",
         "regexesConfig": "regexes", "tierConfig": "tier"}.get(key, key): value
        for key, value in config.items()
    }
    answer = {"guardrailArn": GUARDRAIL, "guardrailId": "a1b2c3d4e5f6", "version": version, "status": "READY"}
    for key, value in request.items():
        if key == "clientRequestToken":
            continue
        answer[key[: -len("Config")] if key.endswith("Config") else key] = (
            drop(value) if isinstance(value, dict) else value
        )
    return answer


def write_guardrails(world, folder):
    for version, request in world.guardrails.items():
        write(folder / "guardrails" / f"a1-{version}.json", get_guardrail(request, version))


def write_endpoint(world, folder):
    if world.endpoint is not None:
        write(folder / "endpoints.json", {"VpcEndpoints": [
            {"VpcEndpointId": ENDPOINT, "ServiceName": "com.amazonaws.us-east-1.bedrock-runtime",
             "State": world.endpoint_state, "PolicyDocument": json.dumps(world.endpoint)}]})


def write_gaad(world, folder):
    write_endpoint(world, folder)

    def text(value):
        return urllib.parse.quote(json.dumps(value)) if world.is_encoded else value

    for account in world.accounts():
        answer = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [],
                  "IsTruncated": world.has_next_page}
        for one in world.principals:
            if one.account != account:
                continue
            kind = one.kind.capitalize()
            entry = {"Path": one.path, f"{kind}Name": one.name, "Arn": one.arn,
                     f"{kind}PolicyList": [{"PolicyName": name, "PolicyDocument": text(policy)}
                                           for name, policy in one.inline.items()],
                     "AttachedManagedPolicies": [{"PolicyName": arn.split("/")[-1], "PolicyArn": arn}
                                                 for arn in one.attached]}
            if one.kind == "role":
                if one.trust is not None:
                    entry["AssumeRolePolicyDocument"] = text(one.trust)
            if one.kind == "user":
                entry["GroupList"] = one.groups
            if one.boundary:
                entry["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy",
                                                "PermissionsBoundaryArn": one.boundary}
            answer[f"{kind}DetailList"].append(entry)
        used = {arn for one in world.principals if one.account == account
                for arn in one.attached + [one.boundary] if arn}
        for arn in sorted(used):
            if world.managed.get(arn) is None:
                continue
            versions = [{"Document": text(old), "VersionId": f"v{index + 1}", "IsDefaultVersion": False}
                        for index, old in enumerate(world.versions.get(arn, []))]
            default = f"v{len(versions) + 1}"
            versions.append({"Document": text(world.managed[arn]), "VersionId": default, "IsDefaultVersion": True})
            answer["Policies"].append({"PolicyName": arn.split("/")[-1], "Arn": arn,
                                       "DefaultVersionId": default, "PolicyVersionList": versions})
        write(folder / f"{account}.json", answer)
    organization = folder / "organization"
    write(organization / "describe-organization.json",
          {"Organization": {"Id": "o-exampleorgid", "FeatureSet": "ALL", "MasterAccountId": MANAGEMENT}})
    write(organization / "list-roots.json",
          {"Roots": [{"Id": ROOT, "Name": "Root",
                      "PolicyTypes": [{"Type": name, "Status": "ENABLED"} for name in world.enabled]}]})
    for parent in sorted(set(world.parents.values())):
        children = [{"Id": child, "Type": "ACCOUNT" if child.isdigit() else "ORGANIZATIONAL_UNIT"}
                    for child, above in world.parents.items() if above == parent]
        write(organization / "children" / f"{parent}.json", {"Children": children})
    write(organization / "list-accounts.json",
          {"Accounts": [{"Id": one, "Name": one} for one in sorted(world.parents) if one.isdigit()]})
    for key, (name, policy, targets) in world.scps.items():
        summary = {"Id": key, "Arn": f"arn:aws:organizations::{MANAGEMENT}:policy/o-exampleorgid/service_control_policy/{key}",
                   "Name": name, "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": key == "p-FullAWSAccess"}
        write(organization / "describe" / f"{key}.json",
              {"Policy": {"PolicySummary": summary, "Content": json.dumps(policy)}})
        write(organization / "targets" / f"{key}.json",
              {"Targets": [{"TargetId": one, "Type": "ACCOUNT"} for one in targets]})
    for index, (name, policy) in enumerate(sorted(world.sets.items())):
        key = f"ps-{index:016x}"
        center = folder / "identity-center" / key
        arn = f"arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/{key}"
        write(center / "describe.json", {"PermissionSet": {"Name": name, "PermissionSetArn": arn}})
        write(center / "inline-policy.json", {"InlinePolicy": json.dumps(policy) if policy else ""})
        if world.has_set_boundaries:
            write(center / "boundary.json", {"PermissionsBoundary": {}})
    return []


def write_collect(world, folder):
    root = folder / "aws" / "aws"
    if world.endpoint is not None:
        at = root / "accounts" / PAYMENTS / "ec2" / "us-east-1" / "vpc-endpoint" / ENDPOINT
        write(at / "metadata.json", {"serviceName": "com.amazonaws.us-east-1.bedrock-runtime"})
        write(at / "endpoint-policy.json", world.endpoint)

    def name_of(text):
        return urllib.parse.quote(text.strip("/"), safe="").lower()

    for one in world.principals:
        if one.kind == "group":
            at = root / "accounts" / one.account / "iam" / "group" / name_of(one.path + one.name)
        else:
            at = root / "accounts" / one.account / "iam" / one.kind / name_of(one.path + one.name)
        metadata = {"arn": one.arn, "name": one.name, "path": one.path}
        if one.boundary:
            metadata["permissionBoundary"] = one.boundary
        write(at / "metadata.json", metadata)
        if one.inline:
            write(at / "inline-policies.json", [{"PolicyName": name, "PolicyDocument": policy}
                                                for name, policy in one.inline.items()])
        if one.attached:
            write(at / "managed-policies.json", one.attached)
        if one.kind == "role":
            write(at / "trust-policy.json", one.trust)
        if one.groups:
            write(at / "groups.json", [f"arn:aws:iam::{one.account}:group/{group}" for group in one.groups])
    for arn, policy in world.managed.items():
        if policy is None:
            continue
        owner = arn.split(":")[4]
        base = root / "accounts" / (PAYMENTS if owner == "aws" else owner) / "iam"
        at = (base / "aws" / "policy" if owner == "aws" else base / "policy") / name_of(arn.split("/", 1)[1])
        write(at / "metadata.json", {"arn": arn, "name": arn.split("/")[-1]})
        write(at / "current-policy.json", policy)
    organization = root / "organizations" / "o-exampleorgid"
    write(organization / "metadata.json",
          {"id": "o-exampleorgid", "rootOu": ROOT, "rootAccountId": MANAGEMENT,
           "features": {"SERVICE_CONTROL_POLICY": "SERVICE_CONTROL_POLICY" in world.enabled}})

    def scps(node):
        return [f"arn:aws:organizations::{MANAGEMENT}:policy/o-exampleorgid/service_control_policy/{key}"
                for key, (_, _, targets) in world.scps.items() if node in targets]

    units = {ROOT: {"scps": scps(ROOT), "rcps": []}}
    accounts = {}
    for node, parent in world.parents.items():
        if node.isdigit():
            accounts[node] = {"ou": parent, "scps": scps(node), "rcps": []}
        else:
            units[node] = {"parent": parent, "scps": scps(node), "rcps": []}
    write(organization / "ous.json", units)
    write(organization / "accounts.json", accounts)
    for key, (name, policy, _) in world.scps.items():
        at = organization / "scps" / key.lower()
        write(at / "metadata.json", {"arn": f"arn:aws:organizations::aws:policy/service_control_policy/{key}", "name": name})
        write(at / "policy.json", policy)
    for name, policy in world.sets.items():
        at = root / "accounts" / MANAGEMENT / "sso" / "permissionset" / name.lower()
        write(at / "metadata.json", {"name": name})
        if policy:
            write(at / "inlinepolicy.json", policy)
    return []


def write_terraform(world, folder):
    resources = []

    def add(kind, name, values):
        resources.append({"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name,
                          "values": values})

    def label(*parts):
        return "_".join("".join(c if c.isalnum() else "_" for c in part) for part in parts)

    if world.endpoint is not None:
        add("aws_vpc_endpoint", "private", {"id": ENDPOINT, "service_name": "com.amazonaws.us-east-1.bedrock-runtime",
                                            "policy": json.dumps(world.endpoint)})
    for arn, policy in world.managed.items():
        if policy is not None and ":aws:policy" not in arn:
            add("aws_iam_policy", label(arn), {"arn": arn, "name": arn.split("/")[-1], "policy": json.dumps(policy)})
    for one in world.principals:
        name = label(one.account, one.kind, one.name)
        values = {"arn": one.arn, "name": one.name, "path": one.path, "permissions_boundary": one.boundary}
        if one.kind == "role":
            values["assume_role_policy"] = json.dumps(one.trust)
        add(f"aws_iam_{one.kind}", name, values)
        for key, policy in one.inline.items():
            add(f"aws_iam_{one.kind}_policy", label(name, key),
                {"name": key, one.kind: one.name, "policy": json.dumps(policy)})
        for arn in one.attached:
            add(f"aws_iam_{one.kind}_policy_attachment", label(name, arn), {one.kind: one.name, "policy_arn": arn})
        if one.groups:
            add("aws_iam_user_group_membership", name, {"user": one.name, "groups": one.groups})
    for key, (name, policy, targets) in world.scps.items():
        if key == "p-FullAWSAccess":
            continue
        add("aws_organizations_policy", label(key), {"id": key, "name": name, "content": json.dumps(policy),
                                                     "type": "SERVICE_CONTROL_POLICY"})
        for target in targets:
            add("aws_organizations_policy_attachment", label(key, target), {"policy_id": key, "target_id": target})
    for name, policy in world.sets.items():
        arn = f"arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/{label(name)}"
        add("aws_ssoadmin_permission_set", label(name), {"arn": arn, "name": name})
        if policy:
            add("aws_ssoadmin_permission_set_inline_policy", label(name),
                {"permission_set_arn": arn, "inline_policy": json.dumps(policy)})
    for kind, values in world.resources.items():
        for index, one in enumerate(values if isinstance(values, list) else [values]):
            add(kind, f"more{index}", one)
    write(folder / "state.json", {"format_version": "1.0", "terraform_version": "1.9.0",
                                  "values": {"root_module": {"resources": resources}}})
    return []


CONDITIONS = {
    "Always": {"Fn::Or": [{"Condition": "Maybe"}, {"Fn::Not": [{"Condition": "Never"}]}]},
    "Maybe": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
    "Never": {"Fn::And": [{"Condition": "Maybe"}, {"Fn::Equals": ["a", "b"]}]},
    "Itself": {"Fn::Not": [{"Condition": "Itself"}]},
}


def write_cloudformation(world, folder):
    write_endpoint(world, folder)  # a template does not know the endpoint's id
    for account in world.accounts():
        resources = {}

        def label(*parts):
            return "".join(c for part in parts for c in part.title() if c.isalnum())

        own = [one for one in world.principals if one.account == account]
        for arn, policy in world.managed.items():
            if policy is not None and f":{account}:" in arn:
                resources[label(arn)] = {"Type": "AWS::IAM::ManagedPolicy",
                                         "Properties": {"ManagedPolicyName": arn.split("/")[-1], "PolicyDocument": policy}}

        def reference(arn):
            return {"Ref": label(arn)} if label(arn) in resources else arn

        for one in own:
            properties = {f"{one.kind.capitalize()}Name": one.name, "Path": one.path}
            if one.inline:
                properties["Policies"] = [{"PolicyName": name, "PolicyDocument": policy}
                                          for name, policy in one.inline.items()]
            if one.attached:
                properties["ManagedPolicyArns"] = [reference(arn) for arn in one.attached]
            if one.boundary:
                properties["PermissionsBoundary"] = reference(one.boundary)
            if one.kind == "role":
                properties["AssumeRolePolicyDocument"] = one.trust
            if one.groups:
                names = {other.name for other in own if other.kind == "group"}
                properties["Groups"] = [{"Ref": label("group", name)} if name in names else name for name in one.groups]
            resources[label(one.kind, one.name)] = {"Type": f"AWS::IAM::{one.kind.capitalize()}", "Properties": properties}
        if account == MANAGEMENT:
            for key, (name, policy, targets) in world.scps.items():
                if key != "p-FullAWSAccess":
                    resources[label("scp", key)] = {"Type": "AWS::Organizations::Policy",
                                                    "Properties": {"Name": name, "Type": "SERVICE_CONTROL_POLICY",
                                                                   "Content": policy, "TargetIds": targets}}
            for name, policy in world.sets.items():
                properties = {"Name": name, "InstanceArn": "arn:aws:sso:::instance/ssoins-0123456789abcdef"}
                if policy:
                    properties["InlinePolicy"] = policy
                resources[label("set", name)] = {"Type": "AWS::SSO::PermissionSet", "Properties": properties}
        for name, condition in world.conditions.items():
            if name in resources:
                resources[name]["Condition"] = condition
        if account == PAYMENTS:
            for kind, properties in world.resources.items():
                resources["More" + kind.split("::")[-1]] = {"Type": kind, "Properties": properties}
        if resources:
            template = {"AWSTemplateFormatVersion": "2010-09-09", "Parameters": {"Stage": {"Type": "String"}},
                        "Conditions": CONDITIONS, "Resources": resources}
            if world.transform and account == PAYMENTS:
                template["Transform"] = world.transform
            write(folder / "accounts" / account / "stack.template.json", template)
    return []


FORMS = {"gaad": write_gaad, "collect": write_collect, "terraform": write_terraform,
         "cloudformation": write_cloudformation}
LISTING = ("gaad", "collect")  # those that say what is not there

# ---- changes
#
# Each changes a world and says which verdicts it must give: a set of (verdict, kind of target).

CHANGES = []


def change(expected, forms=tuple(FORMS), **by_form):
    def take(function):
        CHANGES.append((function.__name__, function, expected, forms, by_form))
        return function

    return take


WIDER, NARROWER = {("wider", "principal")}, {("narrower", "principal")}
UNKNOWN = {("undetermined", "principal")}
NONE = set()
FENCE = f"arn:aws:iam::{PAYMENTS}:policy/fence"
BEDROCK = "arn:aws:iam::aws:policy/AmazonBedrockFullAccess"
PRO = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"
LITE = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"


@change(NONE)
def nothing(world):
    pass


@change(WIDER)
def another_model(world):
    world.get("fraud-triage").inline["tmp"] = document(allow("bedrock:InvokeModel", LITE))


@change(WIDER)
def resource_to_star(world):
    world.get("fraud-triage").inline["models"]["Statement"][1]["Resource"] = "*"


@change(WIDER)
def guardrail_condition_dropped(world):
    del world.get("fraud-triage").inline["models"]["Statement"][1]["Condition"]["StringEquals"]


@change(WIDER)
def profile_condition_dropped(world):
    del world.get("triage").inline["models"]["Statement"][0]["Condition"]


@change(WIDER)
def action_wildcard(world):
    world.get("triage").inline["models"]["Statement"][0]["Action"] = "bedrock:Invoke*"


@change(WIDER, forms=("gaad", "collect"))
def managed_by_aws_attached(world):
    world.managed[BEDROCK] = document(allow("bedrock:*"))
    world.get("fraud-triage").attached.append(BEDROCK)


@change(WIDER)
def customer_managed_attached(world):
    arn = f"arn:aws:iam::{PAYMENTS}:policy/more"
    world.managed[arn] = document(allow("bedrock:*"))
    world.get("fraud-triage").attached.append(arn)


@change(NONE)
def managed_instead_of_inline(world):
    one = world.get("fraud-triage")
    arn = f"arn:aws:iam::{PAYMENTS}:policy/models"
    world.managed[arn] = one.inline.pop("models")
    one.attached.append(arn)


@change(NONE)
def another_service(world):
    world.get("fraud-triage").inline["files"] = document(allow("s3:*"))


@change(NARROWER)
def statement_dropped(world):
    world.get("fraud-triage").inline["models"]["Statement"].pop()


@change(NARROWER)
def action_dropped(world):
    world.get("triage").inline["models"]["Statement"][0]["Action"] = "bedrock:InvokeModel"


@change(NARROWER)
def denied_beside(world):
    world.get("triage").inline["no"] = document(deny("bedrock:InvokeModelWithResponseStream"))


@change({("other", "principal")})
def another_model_instead(world):
    world.get("triage").inline["models"]["Statement"][0]["Resource"] = PRO


@change({("missing", "principal")})
def nothing_attached(world):
    world.get("fraud-triage").inline = {}


@change(NARROWER)
def boundary_narrows(world):
    world.managed[FENCE] = document(allow("bedrock:ApplyGuardrail"))
    world.get("fraud-triage").boundary = FENCE


@change(NONE)
def boundary_of_everything(world):
    world.managed[FENCE] = document(allow("*"))
    world.get("fraud-triage").boundary = FENCE


@change(UNKNOWN)
def boundary_not_exported(world):
    world.managed[FENCE] = None
    world.get("fraud-triage").boundary = FENCE


@change(UNKNOWN)
def attached_not_exported(world):
    world.get("fraud-triage").attached.append("arn:aws:iam::aws:policy/ReadOnlyAccess")


@change(WIDER, forms=("gaad",))
def wrong_default_version(world):
    one = world.get("fraud-triage")
    arn = f"arn:aws:iam::{PAYMENTS}:policy/models"
    world.versions[arn] = [one.inline.pop("models")]
    world.managed[arn] = document(allow("bedrock:*"))
    one.attached.append(arn)


@change(NONE)
def split_over_documents(world):
    one = world.get("fraud-triage")
    first, *rest = one.inline["models"]["Statement"]
    one.inline = {"a": document(*rest), "b": document(first)}


@change(NONE)
def written_otherwise(world):
    statement = world.get("triage").inline["models"]["Statement"][0]
    statement["Sid"] = "Another"
    statement["Action"] = sorted((one.upper().replace("BEDROCK", "Bedrock") for one in statement["Action"]), reverse=True)
    statement["Resource"] = [statement["Resource"]]


@change(NONE, forms=("gaad",))
def percent_encoded(world):
    world.is_encoded = True


@change(WIDER)
def through_a_group(world):
    world.add("group", CLAIMS, "builders", all=document(allow("bedrock:*")))
    world.get("triage").groups = ["builders"]


@change(UNKNOWN, forms=("gaad", "collect", "terraform"))
def group_not_exported(world):
    world.get("triage").groups = ["builders"]


@change({("unmanaged", "principal")})
def unmanaged_role(world):
    world.add("role", SANDBOX, "old-notebook", all=document(allow("bedrock:InvokeModel")))


@change({("unmanaged", "principal")})
def unmanaged_user(world):
    world.add("user", CLAIMS, "bob", one=document(allow("bedrock:InvokeModel", PRO)))


@change({("unmanaged", "principal")})
def unmanaged_administrator(world):
    world.add("role", PAYMENTS, "admin", all=document(allow("*")))


def unmanaged_by(name, statement):
    def add_holder(world):
        world.add("role", SANDBOX, "holder", all=document(statement))

    add_holder.__name__ = f"unmanaged_by_{name}"
    change(UNKNOWN)(add_holder)


# AWS does not say whether these match anything.
unmanaged_by("any_service", allow("*:*"))
unmanaged_by("two_stars", allow("**"))
unmanaged_by("question_mark", allow("?*"))
unmanaged_by("half_a_service", allow("b*:*"))
unmanaged_by("short_resource", allow("bedrock:InvokeModel", "*/*"))


@change(NONE)
def unmanaged_of_another_service(world):
    world.add("role", SANDBOX, "etl", all=document(allow(["s3:*", "glue:*"])))


@change(NONE)
def unmanaged_within_boundary(world):
    arn = f"arn:aws:iam::{SANDBOX}:policy/files"
    world.managed[arn] = document(allow("s3:*"))
    world.add("role", SANDBOX, "fenced", all=document(allow("*"))).boundary = arn


@change(NONE)
def unmanaged_below_scp(world):
    world.add("role", PAYMENTS, "seek",
              one=document(allow("bedrock:InvokeModel", "arn:aws:bedrock:*::foundation-model/deepseek.*")))


@change(UNKNOWN)
def unmanaged_not_exported(world):
    world.add("role", SANDBOX, "reader").attached = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]


@change(NONE)
def service_linked(world):
    world.add("role", SANDBOX, "AWSServiceRoleForBedrock", "/aws-service-role/bedrock.amazonaws.com/",
              all=document(allow("bedrock:*")))


@change({("missing", "principal")}, terraform=UNKNOWN, cloudformation=UNKNOWN)
def role_gone(world):
    world.principals.remove(world.get("fraud-triage"))
    world.add("role", PAYMENTS, "other", files=document(allow("s3:*")))


@change(UNKNOWN)
def account_not_exported(world):
    world.principals.remove(world.get("triage"))


def with_condition(name, resource, condition, expected):
    def set_condition(world):
        world.conditions[resource] = condition

    set_condition.__name__ = name
    change(expected, forms=("cloudformation",))(set_condition)


with_condition("scp_always", "ScpPProd0001", "Always", NONE)
with_condition("scp_never", "ScpPProd0001", "Never", {("missing", "node")})
with_condition("scp_by_parameter", "ScpPProd0001", "Maybe", {("undetermined", "node")})
with_condition("scp_by_itself", "ScpPProd0001", "Itself", {("undetermined", "node")})
with_condition("scp_by_unknown_condition", "ScpPProd0001", "Other", {("undetermined", "node")})
with_condition("role_never", "RoleFraudTriage", "Never", UNKNOWN)
with_condition("role_by_parameter", "RoleFraudTriage", "Maybe", {("undetermined", "trust"), ("undetermined", "principal")})
with_condition("role_of_nobody_by_parameter", "RoleBatch", "Maybe", UNKNOWN)
with_condition("agent_by_parameter", "RoleAgent", "Maybe", {("undetermined", "trust"), ("undetermined", "principal")})
with_condition("permission_set_by_parameter", "SetPlatformadmin", "Maybe", {("undetermined", "permissionSet")})


@change({("wider", "trust")})
def foreign_account_trusted(world):
    world.get("fraud-triage").trust["Statement"][0]["Principal"] = {"AWS": "arn:aws:iam::999999999999:root"}


@change({("wider", "trust")})
def everyone_trusted(world):
    world.get("fraud-triage").trust["Statement"][0]["Principal"] = "*"


@change({("undetermined", "trust")})
def everyone_trusted_by_any_service(world):
    statement = world.get("fraud-triage").trust["Statement"][0]
    statement["Principal"], statement["Action"] = "*", "*:*"


def federated(name, expected, provider, **condition):
    def trust_provider(world):
        statement = world.get("fraud-triage").trust["Statement"][0]
        statement.update(Principal={"Federated": provider}, Action="sts:AssumeRoleWithWebIdentity")
        if condition:
            statement["Condition"] = condition

    trust_provider.__name__ = f"federated_{name}"
    change(expected, forms=("gaad",))(trust_provider)


GITHUB = "token.actions.githubusercontent.com"
OURS = f"arn:aws:iam::{PAYMENTS}:"
WIDER_TRUST = {("wider", "trust")}
federated("public", WIDER_TRUST, "www.amazon.com")
federated("cognito", WIDER_TRUST, "cognito-identity.amazonaws.com")
federated("cognito_pool", NONE, "cognito-identity.amazonaws.com",
          StringEquals={"cognito-identity.amazonaws.com:aud": "us-east-1:12345678-dc46-4aff-9f24-0d6ac4d7b5ad"})
federated("foreign_saml", WIDER_TRUST, "arn:aws:iam::999999999999:saml-provider/other")
federated("own_saml", NONE, f"{OURS}saml-provider/staff")
federated("own_oidc", WIDER_TRUST, f"{OURS}oidc-provider/{GITHUB}")
federated("audience_of_all", WIDER_TRUST, f"{OURS}oidc-provider/{GITHUB}", StringEquals={f"{GITHUB}:aud": "sts.amazonaws.com"})
federated("every_subject", WIDER_TRUST, f"{OURS}oidc-provider/{GITHUB}", StringLike={f"{GITHUB}:sub": "repo:*"})
federated("if_exists", WIDER_TRUST, f"{OURS}oidc-provider/{GITHUB}", StringLikeIfExists={f"{GITHUB}:sub": "repo:acme/*"})
federated("subjects", NONE, f"{OURS}oidc-provider/{GITHUB}", StringLike={f"{GITHUB}:sub": "repo:acme/*"})


@change({("undetermined", "trust")}, forms=("gaad",))
def trust_not_exported(world):
    world.get("fraud-triage").trust = None


@change({("undetermined", "guardrail")})
def guardrail_version_not_exported(world):
    del world.guardrails["3"]


@change(NONE)
def organization_trusted(world):
    statement = world.get("fraud-triage").trust["Statement"][0]
    statement["Principal"] = {"AWS": "*"}
    statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}


def targets(world, key):
    return world.scps[key][2]


@change({("missing", "node")})
def scp_detached(world):
    targets(world, "p-prod0001").remove(PROD)


@change({("wider", "node")})
def scp_statement_gone(world):
    world.scps["p-prod0001"][1]["Statement"] = world.scps["p-prod0001"][1]["Statement"][:1]


@change({("wider", "node")})
def scp_with_another_exemption(world):
    for statement in world.scps["p-claims01"][1]["Statement"]:
        statement.setdefault("Condition", {}).setdefault("ArnNotLike", {})["aws:PrincipalArn"] = "arn:aws:iam::*:role/break-glass"


@change({("narrower", "node")})
def scp_refuses_more(world):
    world.scps["p-prod0001"][1]["Statement"].append(deny("bedrock:InvokeModel", PRO))


@change(NONE)
def scp_of_another_service(world):
    world.scps["p-files001"] = ("files", document(deny("s3:DeleteBucket")), [DEV])


@change({("extra", "node")})
def scp_of_somebody_else(world):
    world.scps["p-more0001"] = ("more", document(deny("bedrock:InvokeModel")), [DEV])


@change(NONE)
def scp_split(world):
    first, *rest = world.scps["p-root0001"][1]["Statement"] + [deny("s3:DeleteBucket")]
    world.scps["p-root0001"] = ("root", document(first), [ROOT])
    world.scps["p-root0002"] = ("root 2", document(*rest), [ROOT])


@change({("wider", "node")}, forms=LISTING)
def scp_moved_to_accounts(world):
    targets(world, "p-prod0001")[:] = [PAYMENTS, CLAIMS]


@change({("narrower", "node")}, forms=LISTING)
def full_access_detached(world):
    targets(world, "p-FullAWSAccess").remove(CLAIMS)


@change({("missing", "node")}, forms=LISTING)
def policy_type_disabled(world):
    world.enabled = []


@change({("wider", "account")}, forms=LISTING)
def account_moved(world):
    world.parents[PAYMENTS] = DEV


def accounts_below(**parents):
    """Accounts of a state, by the names of the program; the others are where it says."""
    where = {PAYMENTS: PROD, CLAIMS: PROD, SANDBOX: DEV}
    where.update({globals()[name.upper()]: parent for name, parent in parents.items()})
    return [{"id": account, "name": account, "parent_id": parent} for account, parent in where.items()]


@change(NONE, forms=("terraform",))
def accounts_where_the_program_says(world):
    world.resources["aws_organizations_account"] = accounts_below()


@change({("wider", "account")}, forms=("terraform",))
def account_moved_without_the_organization(world):
    world.resources["aws_organizations_account"] = accounts_below(payments=DEV)


@change({("narrower", "account")}, forms=("terraform",))
def account_moved_below_more(world):
    world.resources["aws_organizations_account"] = accounts_below(sandbox=PROD)


@change({("wider", "account")}, forms=("terraform",))
def account_moved_to_the_root(world):
    world.resources["aws_organizations_account"] = accounts_below(payments=ROOT)


@change({("wider", "account")}, forms=("terraform",))
def account_moved_below_an_ou_of_the_program(world):
    world.resources["aws_organizations_account"] = accounts_below(payments="ou-ab12-new00001")
    world.resources["aws_organizations_organizational_unit"] = {
        "id": "ou-ab12-new00001", "name": "new", "parent_id": DEV}


@change({("undetermined", "account")}, forms=("terraform",))
def account_moved_below_an_ou_that_nothing_places(world):
    world.resources["aws_organizations_account"] = accounts_below(payments="ou-ab12-new00001")


@change({("unmanaged", "account")}, forms=LISTING)
def account_joined(world):
    world.parents["555555555555"] = DEV
    targets(world, "p-FullAWSAccess").append("555555555555")


@change({("missing", "account")}, forms=LISTING)
def account_left(world):
    del world.parents[SANDBOX]


@change({("wider", "permissionSet")})
def permission_set_widened(world):
    world.sets["PlatformAdmin"]["Statement"].append(allow("bedrock:InvokeModel"))


@change({("missing", "permissionSet")})
def permission_set_emptied(world):
    world.sets["PlatformAdmin"] = None


@change({("unmanaged", "permissionSet")})
def permission_set_unmanaged(world):
    world.sets["Builders"] = document(allow("bedrock:*"))


@change(WIDER)
def permission_set_not_provisioned(world):
    old = copy.deepcopy(world.sets["PlatformAdmin"])
    old["Statement"].append(allow("bedrock:InvokeModel"))
    world.add("role", PAYMENTS, "AWSReservedSSO_PlatformAdmin_0123456789abcdef",
              "/aws-reserved/sso.amazonaws.com/", inline=old)


@change({("wider", "guardrail")})
def guardrail_weaker(world):
    for one in ("3", "DRAFT"):
        world.guardrails[one]["sensitiveInformationPolicyConfig"]["piiEntitiesConfig"].pop()


@change({("wider", "guardrail")})
def guardrail_not_published(world):
    world.guardrails["3"]["contentPolicyConfig"]["filtersConfig"][0]["inputStrength"] = "LOW"


@change({("wider", "guardrail")})
def guardrail_of_images_only(world):
    world.guardrails["3"]["contentPolicyConfig"]["filtersConfig"][0]["outputModalities"] = ["IMAGE"]


@change({("narrower", "guardrail")})
def guardrail_of_images_besides(world):
    world.guardrails["3"]["contentPolicyConfig"]["filtersConfig"][0]["inputModalities"] = ["TEXT", "IMAGE"]


@change({("narrower", "guardrail")})
def guardrail_stronger(world):
    world.guardrails["3"]["wordPolicyConfig"] = {"wordsConfig": [{"text": "secret"}]}


@change({("undetermined", "guardrail")})
def guardrail_not_exported(world):
    world.guardrails = {}


@change({("wider", "trust")})
def agent_trusts_any_caller(world):
    del world.get("agent").trust["Statement"][0]["Condition"]


@change({("undetermined", "trust")})
def agent_trusts_everyone_by_any_service(world):
    world.get("agent").trust["Statement"].append({"Effect": "Allow", "Principal": "*", "Action": "*:*"})


@change({("narrower", "trust")})
def agent_trusts_with_another_condition(world):
    world.get("agent").trust["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalOrgID"] = "o-exampleorgid"


@change({("missing", "trust")}, terraform={("undetermined", "trust")}, cloudformation={("undetermined", "trust")})
def agent_gone(world):
    world.principals.remove(world.get("agent"))


@change({("wider", "endpoint")})
def endpoint_open(world):
    del world.endpoint["Statement"][0]["Condition"]


@change({("undetermined", "endpoint")})
def endpoint_open_by_any_service(world):
    world.endpoint["Statement"].append({"Effect": "Allow", "Principal": "*", "Action": "*:*", "Resource": "*"})


@change({("narrower", "endpoint")})
def endpoint_refuses(world):
    world.endpoint["Statement"].append({"Effect": "Deny", "Principal": "*", "Action": "bedrock:InvokeModel", "Resource": "*"})


@change({("undetermined", "endpoint")})
def endpoint_not_exported(world):
    world.endpoint = None


@change({("undetermined", "endpoint")}, forms=("gaad", "cloudformation"))
def endpoint_deleted(world):
    world.endpoint_state = "Deleted"


@change({("undetermined", "permissionSet")}, forms=("gaad",))
def boundary_of_permission_set_not_exported(world):
    world.has_set_boundaries = False


@change({("other", "guardrail")})
def guardrail_says_something_else(world):
    world.guardrails["3"]["blockedInputMessaging"] = "No."


# What is not read is never passed over.


@change(WIDER, forms=("terraform",))
def through_members_of_a_group(world):
    world.add("group", CLAIMS, "builders", all=document(allow("bedrock:*")))
    world.resources["aws_iam_group_membership"] = {"group": "builders", "users": ["triage"]}


@change(WIDER, forms=("terraform",))
def attached_and_nothing_else(world):
    arn = f"arn:aws:iam::{PAYMENTS}:policy/more"
    world.managed[arn] = document(allow("bedrock:*"))
    world.resources["aws_iam_role_policy_attachments_exclusive"] = {"role_name": "fraud-triage", "policy_arns": [arn]}


@change(UNKNOWN, forms=("terraform",))
def inline_and_nothing_else(world):
    world.resources["aws_iam_role_policies_exclusive"] = {"role_name": "fraud-triage", "policy_names": ["models", "more"]}


@change({("narrower", "permissionSet")}, forms=("terraform",))
def boundary_of_permission_set(world):
    arn = "arn:aws:iam::aws:policy/Fence"
    world.managed[arn] = document(allow("s3:*"))
    world.resources["aws_iam_policy"] = {"arn": arn, "name": "Fence", "policy": json.dumps(document(allow("s3:*")))}
    world.resources["aws_ssoadmin_permissions_boundary_attachment"] = {
        "permission_set_arn": "arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/PlatformAdmin",
        "permissions_boundary": [{"managed_policy_arn": arn}]}


def not_read(name, expected, form, kind, properties):
    def add_resource(world):
        world.resources[kind] = properties

    add_resource.__name__ = name
    change(expected, forms=(form,))(add_resource)


UNREAD = {("undetermined", "resource")}
not_read("role_of_cloud_control", UNREAD, "terraform", "awscc_iam_role", {"role_name": "more"})
not_read("policy_of_cloud_control", UNREAD, "terraform", "awscc_iam_managed_policy", {"managed_policy_name": "more"})
not_read("unheard_of_iam", UNREAD, "terraform", "aws_iam_unheard_of", {})
not_read("enforcement_in_terraform", UNREAD, "terraform", "awscc_bedrock_enforced_guardrail_configuration", {})
not_read("access_key", NONE, "terraform", "aws_iam_access_key", {"user": "triage"})
not_read("bucket", NONE, "terraform", "aws_s3_bucket", {"bucket": "b"})
not_read("serverless_function", UNREAD, "cloudformation", "AWS::Serverless::Function", {"Handler": "a.b"})
not_read("serverless_function_with_role", NONE, "cloudformation", "AWS::Serverless::Function",
         {"Handler": "a.b", "Role": f"arn:aws:iam::{PAYMENTS}:role/batch"})
not_read("nested_stack", UNREAD, "cloudformation", "AWS::CloudFormation::Stack", {"TemplateURL": "https://s3.amazonaws.com/b/t"})
not_read("unheard_of_iam_in_template", UNREAD, "cloudformation", "AWS::IAM::UnheardOf", {})
not_read("instance_profile", NONE, "cloudformation", "AWS::IAM::InstanceProfile", {"Roles": ["batch"]})


@change(UNREAD, forms=("cloudformation",))
def macro_over_the_template(world):
    world.transform = ["AWS::Serverless-2016-10-31", "Company::AddRoles"]


@change(NONE, forms=("cloudformation",))
def transform_of_aws(world):
    world.transform = "AWS::Serverless-2016-10-31"


# ---- running


def run(writ, source, folder, work):
    result = subprocess.run(
        [writ, "drift", source / "tests/drift/program", "--deployed", folder, "--json", "--as-of", "2026-11-29"],
        capture_output=True, text=True, cwd=work, check=False)
    if result.returncode not in (0, 1):
        return None, f"exit {result.returncode}: {result.stderr}"
    return json.loads(result.stdout), ""


def check(writ, source, built, work, change_made, form):
    """What is wrong with the report on one change in one form; empty if nothing is."""
    name, function, expected, _, by_form = change_made
    world = World(built)
    function(world)
    folder = work / f"{name}-{form}"
    FORMS[form](world, folder)
    write_guardrails(world, folder)
    report, problem = run(writ, source, folder, work)
    if report is None:
        return f"{name} in {form}: {problem}"
    wanted = by_form.get(form, expected)
    found = {(one["relation"], one["kind"]) for one in report["findings"]}
    if found == wanted and len(report["findings"]) == len(wanted):
        return ""
    lines = [f"{name} in {form}: expected {sorted(wanted)}, found:"]
    lines += [f"   {one['relation']} {one['kind']} {one['account']} {one['target']}: {one['what']} {one['notes']}"
              for one in report["findings"]]
    return "\n".join(lines)


def test_export_script(writ, source, built, work):
    """What `--how-to-export` prints exports all that is compared, by calls that only read. Needs jq."""
    if shutil.which("jq") is None:
        return []
    world = World(built)
    answers, tools, out = work / "answers", work / "bin", work / "exported"
    write_gaad(world, answers)
    write_guardrails(world, answers)
    tools.mkdir()
    (tools / "aws").symlink_to(source / "tests/drift/aws_answers.py")
    script = work / "export.sh"
    script.write_text(subprocess.run([writ, "drift", "--how-to-export"], capture_output=True, text=True, check=True).stdout)
    # What bash has since 4.0, and macOS therefore not.
    newer = re.compile(r"mapfile|readarray|declare -A|local -n|\[@\]|\$\{\w+(,,|\^\^)|&>>|\|&")
    wrong = [f"export.sh needs bash 4: {line}" for line in script.read_text().splitlines()
             if newer.search(line) and not line.startswith("#")]
    runs = [("organization", MANAGEMENT)] + [("account", one) for one in world.accounts()]
    for what, account in runs:
        environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "ANSWERS": str(answers),
                       "ACCOUNT": account, "OUT": str(out)}
        result = subprocess.run(["bash", script, what], capture_output=True, text=True, env=environment, check=False)
        if result.returncode != 0:
            wrong.append(f"export.sh {what} in {account}: {result.stderr}")
    report, problem = run(writ, source, out, work)
    if report is None or report["findings"] or report["assumed"]:
        wrong.append(f"what export.sh exported: {problem or report['findings'] or report['assumed']}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writ", required=True, type=pathlib.Path)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    writ, source = options.writ.resolve(), options.source.resolve()
    failures = 0
    with tempfile.TemporaryDirectory() as temporary:
        work = options.keep or pathlib.Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        built = work / "built"
        subprocess.run([writ, "build", source / "tests/drift/program", "-o", built, "--quiet",
                        "--as-of", "2026-11-29"], check=True)
        jobs = [(one, form) for one in CHANGES if options.only in ("", one[0]) for form in one[3]]
        count = len(jobs)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for wrong in pool.map(lambda job: check(writ, source, built, work, *job), jobs):
                if wrong:
                    failures += 1
                    print(wrong)
        for wrong in [] if options.only else test_export_script(writ, source, built, work):
            failures += 1
            print(wrong)
    print(f"{count} deployments of {len(CHANGES)} changes, {failures} wrong")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main())
