#!/usr/bin/env python3
"""Imports what the examples build, and builds what was imported.

Each program's artifacts are written as an account's and an organization's exports would show them: roles, users and
permission sets by account, SCPs by node. What `writ import` makes of the exports must build, and the
documents of each principal, and the SCPs that bind each account, must be equivalent to those of the
example, with what was left in residue. What no sentence says is counted and listed.

Usage: round_trip_test.py --writ PROGRAM --source DIR [NAME...]
Exit status: 0 good, 1 something differs.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

AS_OF = "2026-11-22"
TOKEN = re.compile(r'//[^\n]*|"(?:[^"\\]|\\.)*"|[{}]|[^\s{}"]+')
SUFFIX = "_0123456789abcdef"


class Organization:
    """The accounts and units of a program, read off its organization block."""

    def __init__(self, text):
        self.accounts, self.units, self.parents, self.management, self.id = {}, {}, {}, None, "o-exampleorgid"
        start = re.search(r"^organization\b", text, re.M)
        if start:
            tokens = [t for t in TOKEN.findall(text[start.end():]) if not t.startswith("//")]
            self.read(tokens)

    def read(self, tokens):
        self.name = tokens.pop(0)
        if tokens[0].startswith('"'):
            self.id = tokens.pop(0).strip('"')
        assert tokens.pop(0) == "{"
        self.below("root", tokens)

    def below(self, parent, tokens):
        while (word := tokens.pop(0)) != "}":
            if word == "ou":
                name = tokens.pop(0)
                identifier = tokens.pop(0).strip('"') if tokens[0].startswith('"') else f"ou-ab12-{len(self.units):08}"
                assert tokens.pop(0) == "{"
                self.units[name] = identifier
                self.parents[identifier] = parent
                self.below(identifier, tokens)
            elif word == "account":
                name, number = tokens.pop(0), tokens.pop(0)
                self.accounts[name] = number
                self.parents[number] = parent
                if tokens[0] == "{":
                    while tokens.pop(0) != "}":
                        pass
            elif word == "management":
                name = tokens.pop(0)
                number = name if name.isdigit() else tokens.pop(0)
                self.accounts["management" if name.isdigit() else name] = number
                self.management = number

    def above(self, number):
        """The account, its units and the root."""
        path = [number]
        while path[-1] != "root":
            path.append(self.parents.get(path[-1], "root"))
        return path


class Tree:
    """What a build attaches to whom."""

    def __init__(self, folder, organization):
        manifest = json.loads((folder / "manifest.json").read_text())
        self.documents, self.holders, self.nodes = {}, {}, {}
        units = set(organization.units.values())
        for attachment in manifest["attachments"]:
            path, to, identifier = attachment["document"], attachment["to"], attachment["id"]
            self.documents[path] = json.loads((folder / path).read_text())
            if path.endswith(".scp.json"):
                node = identifier if to == "account" or identifier in units else "root"
                if to == "ou" and identifier not in units:
                    node = organization.units.get(identifier, "root")
                if to == "account":
                    node = organization.accounts.get(identifier, identifier)
                self.nodes.setdefault(node, []).append(path)
            elif path.startswith("iam/") and to in ("role", "user"):
                account = organization.accounts[path.split("/")[1]]
                self.holders.setdefault((account, to, identifier.replace("*", "example")), []).append(path)
            elif path.startswith("permission-sets/"):
                for name, number in organization.accounts.items():
                    key = (number, "role", f"aws-reserved/sso.amazonaws.com/AWSReservedSSO_{identifier}{SUFFIX}")
                    self.holders.setdefault(key, []).append(path)

    def scps_of(self, organization, number):
        paths = {path for node in organization.above(number) for path in self.nodes.get(node, [])}
        return [self.documents[path] for path in sorted(paths)]


def exports(tree, organization, folder):
    """The tree as the AWS CLI would show it."""
    root = {"Id": "r-ab12", "Arn": "arn:aws:organizations::111111111111:root/o-exampleorgid/r-ab12", "Name": "Root",
            "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}
    write(folder, "list-roots.json", {"Roots": [root]})
    write(folder, "organization.json", {"Organization": {"Id": organization.id, "FeatureSet": "ALL",
                                                             "MasterAccountId": organization.management or "999999999999"}})
    arn = "arn:aws:organizations::111111111111:{}/o-exampleorgid/{}"
    accounts = [{"Id": number, "Arn": arn.format("account", number), "Name": name, "Status": "ACTIVE"}
                for name, number in sorted(organization.accounts.items())]
    write(folder, "accounts.json", {"Accounts": accounts})
    by_parent = {}
    for name, identifier in organization.units.items():
        unit = {"Id": identifier, "Arn": arn.format("ou", identifier), "Name": name}
        by_parent.setdefault(organization.parents[identifier], []).append(unit)
    for parent, units in by_parent.items():
        write(folder, f"children/{'r-ab12' if parent == 'root' else parent}.json", {"OrganizationalUnits": units})
    for number in organization.accounts.values():
        parent = organization.parents.get(number, "root")
        kind = "ROOT" if parent == "root" else "ORGANIZATIONAL_UNIT"
        write(folder, f"parents/{number}.json", {"Parents": [{"Id": "r-ab12" if parent == "root" else parent, "Type": kind}]})
    scps = sorted({path for paths in tree.nodes.values() for path in paths})
    for i, path in enumerate(scps):
        identifier = f"p-{i:08}"
        summary = {"Id": identifier, "Arn": arn.format("policy", f"service_control_policy/{identifier}"), "Name": f"scp{i}",
                   "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": False}
        write(folder, f"policies/{identifier}.json",
              {"Policy": {"PolicySummary": summary, "Content": json.dumps(tree.documents[path])}})
        targets = [{"TargetId": "r-ab12" if node == "root" else node, "Name": node,
                    "Type": "ROOT" if node == "root" else "ACCOUNT" if node.isdigit() else "ORGANIZATIONAL_UNIT"}
                   for node, paths in tree.nodes.items() if path in paths]
        write(folder, f"targets/{identifier}.json", {"Targets": targets})
    for number in sorted({account for account, _, _ in tree.holders}):
        roles, users = [], []
        for (account, to, name), paths in sorted(tree.holders.items()):
            if account != number:
                continue
            path, _, short = ("/" + name).rpartition("/")
            inline = [{"PolicyName": pathlib.Path(p).name.replace(".json", ""), "PolicyDocument": tree.documents[p]} for p in paths]
            common = {"Path": path + "/", "Arn": f"arn:aws:iam::{number}:{to}/{name}", "AttachedManagedPolicies": []}
            if to == "role":
                roles.append({**common, "RoleName": short, "RolePolicyList": inline})
            else:
                users.append({**common, "UserName": short, "UserPolicyList": inline, "GroupList": []})
        write(folder, f"iam-{number}.json", {"RoleDetailList": roles, "UserDetailList": users, "GroupDetailList": [],
                                             "Policies": [], "IsTruncated": False})


def others_than(account):
    """Denies callers of other accounts: the document of a permission set may name those it is for."""
    return {"Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*",
                           "Condition": {"StringNotEquals": {"aws:PrincipalAccount": account}}}]}


def write(folder, name, value):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


class Trip:
    def __init__(self, writ):
        self.writ = writ
        self.failures = []
        self.counts = {}

    def run(self, *arguments, given=None):
        return subprocess.run([self.writ, *map(str, arguments), "--as-of", AS_OF], capture_output=True, text=True,
                              check=False, input=given)

    def fail(self, name, what):
        self.failures.append(f"{name}: {what}")

    def relations(self, pairs, *options):
        lines = "\n".join(json.dumps({"id": str(i), "kind": kind, "left": left, "right": right})
                          for i, (_, kind, left, right) in enumerate(pairs))
        done = self.run("compare", "--as-read", *options, "--pairs", "-", given=lines)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def compare(self, name, pairs):
        """For all requests, and where these differ for those that AWS can send: that takes longer."""
        pairs = [pair for pair in pairs if pair[2] != pair[3]]
        open_pairs = [pair for pair, answer in zip(pairs, self.relations(pairs)) if answer["relation"] != "equivalent"]
        for pair, answer in zip(open_pairs, self.relations(open_pairs, "--world")):
            if answer["relation"] != "equivalent":
                self.fail(name, f"{pair[0]}: {answer['relation']}: {json.dumps(answer)[:300]}")

    def trip(self, program, scratch):
        name = program.parent.name if program.is_file() else program.name
        built = self.run("build", program, "-o", scratch / "out")
        if built.returncode != 0:
            return self.fail(name, f"build: {built.stderr[:300]}")
        sources = [program] if program.is_file() else sorted(program.rglob("*.writ"))
        organization = Organization("\n".join(path.read_text() for path in sources))
        tree = Tree(scratch / "out", organization)
        if not tree.holders and not tree.nodes:
            print(f"{name}: builds nothing that is imported")
            return None
        exports(tree, organization, scratch / "export")
        done = self.run("import", scratch / "export", "-o", scratch / "imported")
        if done.returncode != 0:
            return self.fail(name, f"import ends with {done.returncode}: {done.stderr[:400]}")
        ledger = json.loads((scratch / "imported" / "import.json").read_text())
        for key, count in ledger["counts"].items():
            if key != "residueByReason":
                self.counts[key] = self.counts.get(key, 0) + count
        for reason, count in ledger["counts"]["residueByReason"].items():
            print(f"{name}: {count} left, {reason}")
        again = self.run("build", scratch / "imported", "-o", scratch / "again")
        if again.returncode != 0:
            return self.fail(name, f"the import does not build: {again.stderr[:300]}")
        theirs = Organization((scratch / "imported" / "organization.writ").read_text())
        other = Tree(scratch / "again", theirs)
        residue = [json.loads(path.read_text()) for path in sorted((scratch / "imported").glob("residue/*.json"))]
        pairs = []
        for key, paths in sorted(tree.holders.items()):
            left = [tree.documents[path] for path in paths]
            right = [other.documents[path] for path in other.holders.get(key, [])]
            both = [*residue, others_than(key[0])]
            pairs.append((" ".join(key), "identity", left + both, right + both))
        for number in sorted(set(organization.accounts.values()) - {organization.management}):
            pairs.append((f"SCPs of {number}", "identity", tree.scps_of(organization, number) + residue,
                          other.scps_of(theirs, number) + residue))
        self.compare(name, pairs)
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writ", required=True)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    examples = arguments.source / "examples"
    programs = [examples / "acme", examples / "starter" / "policies", *sorted((examples / "published").glob("*/policy.writ"))]
    trip = Trip(arguments.writ)
    done = 0
    for program in programs:
        name = program.parent.name if program.is_file() else program.name
        if arguments.names and name not in arguments.names:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            trip.trip(program, pathlib.Path(scratch))
        done += 1
    print(f"{done} programs, {trip.counts}")
    for failure in trip.failures:
        print(failure)
    return 1 if trip.failures or not done else 0


if __name__ == "__main__":
    sys.exit(main())
