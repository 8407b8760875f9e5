#!/usr/bin/env python3
"""Measures `writ drift` of many principals: generates a program of ACCOUNTS accounts with teams, and
exports of PRINCIPALS users and roles, of which a tenth differ from the program in ways of their own.

Usage: measure.py --writ PATH [--accounts 200] [--principals 10000] [--drifted 0.1] [--keep DIR]
"""

import argparse
import json
import pathlib
import resource
import subprocess
import tempfile
import time


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value))


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def program(accounts, teams):
    lines = ["import aws.bedrock", "", 'organization acme "o-exampleorgid" {', "  management 100000000000"]
    for unit in range(10):
        lines.append(f'  ou unit{unit} "ou-ab12-unit{unit:04}" {{')
        lines += [f"    account a{one} {200000000000 + one}" for one in range(unit, accounts, 10)]
        lines.append("  }")
    lines += ["}", ""]
    lines += [f'team t{one} {{ in acme as role "team{one}-*" }}' for one in range(teams)]
    models = ["nova-pro", "nova-lite", "nova-micro"]
    lines += [f'team t{one} may invoke {models[one % 3]} in us-east-1 routed directly because "work"' for one in range(teams)]
    lines += ["nobody may invoke models from deepseek", "nobody except team t0 may administer guardrails", ""]
    return "\n".join(lines)


def export(folder, built, accounts, principals, teams, drifted):
    each = principals // accounts
    made = 0
    for account in range(accounts):
        number = 200000000000 + account
        roles = []
        for one in range(each):
            made += 1
            is_bound = one % 2 == 0
            name = f"team{one // 2 % teams}-{one}" if is_bound else f"role{one}"
            inline = []
            if is_bound:
                path = built / f"iam/a{account}/t{one // 2 % teams}.identity.json"
                inline.append({"PolicyName": "models", "PolicyDocument": json.loads(path.read_text())})
            resources = [f"arn:aws:s3:::{name}-{number}-{part}/*" for part in range(3)]
            inline.append({"PolicyName": "files", "PolicyDocument": document(
                {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": resources})})
            if int(made * drifted) > int((made - 1) * drifted):
                inline.append({"PolicyName": "tmp", "PolicyDocument": document(
                    {"Effect": "Allow", "Action": "bedrock:InvokeModel",
                     "Resource": f"arn:aws:bedrock:*::foundation-model/vendor{made}.*"})})
            roles.append({"Path": "/", "RoleName": name, "Arn": f"arn:aws:iam::{number}:role/{name}",
                          "AssumeRolePolicyDocument": document({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
                                                                "Action": "sts:AssumeRole"}),
                          "RolePolicyList": inline, "AttachedManagedPolicies": []})
        write(folder / f"{number}.json", {"RoleDetailList": roles, "UserDetailList": [], "GroupDetailList": [],
                                          "Policies": [], "IsTruncated": False})
    organization = folder / "organization"
    write(organization / "list-roots.json", {"Roots": [{"Id": "r-ab12", "PolicyTypes": [
        {"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}]})
    units = [f"ou-ab12-unit{unit:04}" for unit in range(10)]
    write(organization / "children/r-ab12.json", {"Children": [{"Id": one, "Type": "ORGANIZATIONAL_UNIT"} for one in units]
                                                  + [{"Id": "100000000000", "Type": "ACCOUNT"}]})
    for unit, key in enumerate(units):
        write(organization / f"children/{key}.json", {"Children": [
            {"Id": str(200000000000 + one), "Type": "ACCOUNT"} for one in range(unit, accounts, 10)]})
    manifest = json.loads((built / "manifest.json").read_text())
    for index, attachment in enumerate(one for one in manifest["attachments"] if one["document"].startswith("organization/")):
        key = f"p-{index:08}"
        target = "r-ab12" if attachment["to"] == "root" else attachment["id"]
        write(organization / f"describe/{key}.json", {"Policy": {"PolicySummary": {
            "Id": key, "Name": key, "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": False},
            "Content": (built / attachment["document"]).read_text()}})
        write(organization / f"targets/{key}.json", {"Targets": [{"TargetId": target}]})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writ", required=True, type=pathlib.Path)
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--principals", type=int, default=10000)
    parser.add_argument("--drifted", type=float, default=0.1)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    writ = options.writ.resolve()
    teams = 10
    with tempfile.TemporaryDirectory() as temporary:
        work = options.keep or pathlib.Path(temporary)
        write(work / "program/main.writ", program(options.accounts, teams))
        built = work / "built"
        subprocess.run([writ, "build", work / "program", "-o", built, "--quiet", "--as-of", "2026-11-29"], check=True,
                       stderr=subprocess.DEVNULL)
        export(work / "export", built, options.accounts, options.principals, teams, options.drifted)
        size = sum(one.stat().st_size for one in (work / "export").rglob("*.json"))
        began = time.monotonic()
        result = subprocess.run([writ, "drift", work / "program", "--deployed", work / "export", "--json", "--as-of",
                                 "2026-11-29"], capture_output=True, text=True, check=False)
        seconds = time.monotonic() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        if result.returncode not in (0, 1):
            print(result.stderr)
            return result.returncode
        report = json.loads(result.stdout)
        verdicts = {}
        for one in report["findings"]:
            key = f"{one['relation']} {one['kind']}"
            verdicts[key] = verdicts.get(key, 0) + 1
        print(f"{seconds:.2f} s, {peak:.0f} MB at most, {size / 1e6:.1f} MB of exports: {report['compared']}; {verdicts}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
