#!/usr/bin/env python3
"""Freezes random organizations in random ways and decides requests under what was written.

What must be refused is read here from the catalog's text, not asked of writ. For each freeze: a
stranger and a member of a team are refused exactly what is frozen in the target, the exception is
refused nothing, and actions that no mode freezes are refused to nobody. It also holds the list of
calls in docs/incident.md that AWS's quarantine policy leaves open to the catalog.

Usage: freeze_test.py --writ WRIT --source DIR [--runs N] [--seed N]
"""

import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

TIME = "2026-11-22T10:00:00Z"
OLD, NEW = "2026-11-22T09:59:59Z", "2026-11-22T10:00:00Z"
# Of other services, or of Bedrock and neither use nor weakening.
UNTOUCHED = ["s3:GetObject", "bedrock:ListFoundationModels", "bedrock:GetGuardrail", "iam:CreateRole",
             "cloudtrail:LookupEvents", "bedrock:CreateAgent", "iam:DeleteServiceSpecificCredential"]
# Of Bedrock, in AWSCompromisedKeyQuarantineV3 (AWS Managed Policy Reference, edited 2026-03-16).
QUARANTINED = {"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream",
               "bedrock:CreateModelInvocationJob"}
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def classified(source):
    """Action → (class, kind, flags, condition) as the catalog's text says."""
    actions = {}
    for line in (source / "stdlib/catalog/bedrock.txt").read_text().splitlines():
        if line.startswith("action "):
            name, *fields = [part.strip() for part in line[len("action "):].split("|")]
            fields = dict(field.split("=", 1) for field in fields)
            actions[name] = (fields["plane"], fields.get("kind", ""),
                             re.split("[ ,]", fields.get("flags", "")), fields.get("when", ""))
    return actions


def program(rng):
    """A random organization: its text, and account → (id, ids of the nodes above it)."""
    accounts = {}
    text = 'import aws.bedrock\norganization acme "o-exampleorgid" {\n  management 111111111111\n'
    for unit in range(rng.randint(2, 4)):
        ou = f"ou-ab12-unit000{unit}"
        text += f'  ou unit{unit} "{ou}" {{\n'
        for number in range(rng.randint(1, 3)):
            name, account = f"account{unit}{number}", f"2222222222{unit}{number}"
            text += f"    account {name} {account}\n"
            accounts[name] = (account, ["root", ou, account], f"unit{unit}")
        text += "  }\n"
    home = rng.choice(sorted(accounts))
    text += f'}}\nteam app {{ in {home} as role "app" }}\nteam ir {{ in acme as role "ir/responder" }}\n'
    text += "team app may invoke nova-lite in us-east-1 routed directly\n"
    text += "team ir may administer logging\n"
    return text, accounts, home


def cases(rng, actions, accounts, home, mode, targets, folder):
    attached = [line.split("\t") for line in (folder / "freeze.tsv").read_text().splitlines()]
    header = {"writCases": 1, "policies": {"allow": ALLOW}}
    for _, path, _ in attached:
        header["policies"][path] = json.loads((folder / path).read_text())
    yield header
    for name, (account, nodes, unit) in accounts.items():
        inside = not targets or name in targets or unit in targets
        levels = [["#allow"] + [f"#{path}" for _, path, target in attached if target == node]
                  for node in nodes]
        for who in ("stranger", "app", "ir/responder"):
            for action in rng.sample(sorted(actions), 25) + UNTOUCHED + ["cloudtrail:StopLogging"]:
                plane, kind, flags, when = actions.get(action, ("", "", [], ""))
                issued = rng.choice([OLD, NEW, None])
                use = plane == "runtime" or "inference" in flags
                key = kind == "api-keys" and plane == "runtime"
                frozen = {"use": use, "sessions-before": use and issued != NEW, "keys": key,
                          "team": use and who == "app" and name == home}[mode]
                weakens = "weakens" in flags or action == "cloudtrail:StopLogging"
                denied = inside and who != "ir/responder" and (frozen or weakens)
                arn = f"arn:aws:iam::{account}:role/{who}"
                context = {"aws:PrincipalArn": arn}
                if issued:
                    context["aws:TokenIssueTime"] = issued
                if when:
                    context.update([when.split("=", 1)])
                yield {"id": f"{mode} {targets} {name} {who} {action} {issued}", "principal": arn,
                       "action": action, "resource": "*", "context": context,
                       "identityPolicies": ["#allow"], "scps": levels,
                       "expected": "explicitDeny" if denied else "allowed"}


def run(writ, rng, actions, folder):
    folder.mkdir()
    text, accounts, home = program(rng)
    mode = rng.choice(["use", "sessions-before", "keys", "team"])
    units = sorted({unit for _, _, unit in accounts.values()})
    targets = rng.choice([[], [rng.choice(units)], [rng.choice(sorted(accounts))],
                          [units[0], sorted(accounts)[-1]]])
    # A target in which the team has nobody is an error (W4013).
    if mode == "team" and targets not in ([], [home], [accounts[home][2]]):
        targets = [home]
    (folder / "p.writ").write_text(text)
    flag = {"use": ["--use"], "keys": ["--keys"], "team": ["--team", "app"],
            "sessions-before": ["--sessions-before", TIME]}[mode]
    subprocess.run([writ, "freeze", *targets, *flag, "--except", "team ir", "-o", folder / "out",
                    "--program", folder / "p.writ", "--as-of", "2026-11-22", "--quiet"], check=True)
    lines = list(cases(rng, actions, accounts, home, mode, targets, folder / "out"))
    done = subprocess.run([writ, "simulate", "--cases", "-", "--check"], text=True,
                          input="\n".join(map(json.dumps, lines)), capture_output=True)
    if done.returncode != 0:
        print(text, done.stdout[-3000:], done.stderr[-2000:])
        sys.exit(1)
    return sum(1 for line in lines[1:] if line["expected"] != "allowed"), len(lines) - 1


def check_page(actions, source):
    left = {name for name, (_, _, flags, _) in actions.items() if "inference" in flags}
    left |= {name for name, (plane, kind, _, _) in actions.items()
             if kind == "api-keys" and plane == "runtime"}
    page = (source / "docs/incident.md").read_text()
    listed = set(re.findall(r"`([\w-]+:\w+)`", page.split("## Beside AWS's quarantine policy")[1]))
    if listed != left - QUARANTINED:
        sys.exit(f"docs/incident.md: not as the catalog: {sorted(listed ^ (left - QUARANTINED))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writ", required=True)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    actions = classified(options.source)
    check_page(actions, options.source)
    denied = asked = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.runs):
            more = run(options.writ, rng, actions, pathlib.Path(folder) / str(number))
            denied, asked = denied + more[0], asked + more[1]
    if denied == 0 or denied == asked:
        sys.exit("the requests do not tell a freeze from nothing")
    print(f"{options.runs} freezes, {asked} requests, {denied} of them refused, as expected")


if __name__ == "__main__":
    main()
