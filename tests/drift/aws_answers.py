#!/usr/bin/env python3
"""Answers calls of the AWS CLI that only read, from exports of get-account-authorization-details and
others that lie in $ANSWERS (as drift_test.py writes them), for the account $ACCOUNT. Any other call
fails.
"""

import json
import os
import pathlib
import sys

FOLDER = pathlib.Path(os.environ["ANSWERS"])
ACCOUNT = os.environ["ACCOUNT"]


def read(path):
    return json.loads((FOLDER / path).read_text())


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def children(kind):
    path = f"organization/children/{option('--parent-id')}.json"
    found = read(path)["Children"] if (FOLDER / path).exists() else []
    return [one for one in found if one["Type"] == kind]


def permission_set():
    return "identity-center/" + option("--permission-set-arn").split("/")[-1]


def guardrails():
    return [read(one.relative_to(FOLDER)) for one in sorted((FOLDER / "guardrails").glob("*.json"))
            if f":{ACCOUNT}:" in one.read_text()]


def policies():
    wanted = option("--filter")
    found = [read(one.relative_to(FOLDER))["Policy"]["PolicySummary"]
             for one in sorted((FOLDER / "organization/describe").glob("*.json"))]
    return {"Policies": [one for one in found if one["Type"] == wanted]}


def no_boundary():
    sys.exit("An error occurred (ResourceNotFoundException) when calling the GetPermissionsBoundaryForPermissionSet operation")


def answer(service, call):
    organization = {
        "describe-organization": lambda: read("organization/describe-organization.json"),
        "list-roots": lambda: read("organization/list-roots.json"),
        "list-accounts": lambda: read("organization/list-accounts.json"),
        "list-organizational-units-for-parent": lambda: {
            "OrganizationalUnits": [{"Id": one["Id"], "Name": one["Id"]} for one in children("ORGANIZATIONAL_UNIT")]},
        "list-children": lambda: {"Children": children(option("--child-type"))},
        "list-policies": policies,
        "describe-policy": lambda: read(f"organization/describe/{option('--policy-id')}.json"),
        "list-targets-for-policy": lambda: read(f"organization/targets/{option('--policy-id')}.json"),
    }
    center = {
        "list-instances": lambda: "arn:aws:sso:::instance/ssoins-0123456789abcdef",
        "list-permission-sets": lambda: "\t".join(
            read(one.relative_to(FOLDER) / "describe.json")["PermissionSet"]["PermissionSetArn"]
            for one in sorted((FOLDER / "identity-center").iterdir())),
        "describe-permission-set": lambda: read(permission_set() + "/describe.json"),
        "get-inline-policy-for-permission-set": lambda: read(permission_set() + "/inline-policy.json"),
        "list-managed-policies-in-permission-set": lambda: {"AttachedManagedPolicies": []},
        "get-permissions-boundary-for-permission-set": no_boundary,
        "list-customer-managed-policy-references-in-permission-set": lambda: {"CustomerManagedPolicyReferences": []},
    }
    bedrock = {
        "list-guardrails": lambda: "\t".join(
            [one["version"] for one in guardrails()] if "--guardrail-identifier" in sys.argv
            else sorted({one["guardrailArn"] for one in guardrails()})),
        "get-guardrail": lambda: next(one for one in guardrails() if one["version"] == option("--guardrail-version")),
    }
    calls = {
        "organizations": organization,
        "sso-admin": center,
        "bedrock": bedrock,
        "sts": {"get-caller-identity": lambda: ACCOUNT},
        "iam": {"get-account-authorization-details": lambda: read(f"{ACCOUNT}.json")},
        "ec2": {"describe-vpc-endpoints": lambda: read("endpoints.json") if ACCOUNT == "222222222222" else {"VpcEndpoints": []}},
    }
    return calls[service][call]()


if __name__ == "__main__":
    if "--output" not in sys.argv and os.environ.get("AWS_DEFAULT_OUTPUT") != "json":
        sys.exit("the answer would be a table, if the profile says so")
    answered = answer(sys.argv[1], sys.argv[2])
    print(answered if isinstance(answered, str) else json.dumps(answered))
