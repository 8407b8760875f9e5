#!/usr/bin/env python3
"""The published policies, said in sentences: do the artifacts decide what docs/published.md tells?

Each folder of examples/published holds a program, its artifacts (out/) and requests.json: requests
with what the published policy decides and what ours does. This test
* builds each program and compares it with out/, byte for byte (--update writes it anew);
* decides every request under the artifacts with `writ simulate`;
* decides it under the published policy too, where a collection of them lies beside the project,
  so that no story is told of a policy that does not behave so. Without one, it says so.

usage: published_test.py --writ PROGRAM --examples FOLDER [--corpus FOLDER] [--update]
Folders without published policies (tests/facts) are decided the same way; their requests have no
`published` member. `findings` in requests.json are the codes of what the build warns of, sorted.

Exit status: 0 good, 1 something differs.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

AS_OF = "2026-11-22"
FULL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
VERDICTS = {"allowed": "allowed", "explicitDeny": "refused", "implicitDeny": "refused"}


class Checker:
    def __init__(self, arguments):
        self.writ = arguments.writ
        self.corpus = pathlib.Path(arguments.corpus) if arguments.corpus else None
        self.update = arguments.update
        self.failures = []
        self.counts = dict.fromkeys(
            ("programs", "requests", "published verdicts", "mended", "made small by hand"), 0)

    def fail(self, what):
        self.failures.append(what)

    def build(self, folder):
        """Builds anew and compares, or with --update copies; apply.sh, the same text for every
        program but for its last lines, is left out, and so is its line in the manifest."""
        with tempfile.TemporaryDirectory() as scratch:
            out = pathlib.Path(scratch) / "out"
            done = subprocess.run(
                [self.writ, "build", folder, "-o", out, "--as-of", AS_OF],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                self.fail(f"{folder.name}: build ended with {done.returncode}\n{done.stderr}")
                return
            # What a prohibition leaves open, or takes along, is told with the requests.
            told = json.loads((folder / "requests.json").read_text()).get("findings", [])
            found = sorted(re.findall(r"^(?:error|warning)\[(W\d+)\]", done.stderr, re.M))
            if found != told:
                self.fail(f"{folder.name}: finds {found}, told are {told}\n{done.stderr}")
            built = {p.relative_to(out): p.read_text() for p in out.rglob("*") if p.is_file()}
        del built[pathlib.Path("apply.sh")]
        manifest = json.loads(built[pathlib.Path("manifest.json")])
        manifest["documents"] = [d for d in manifest["documents"] if d["path"] != "apply.sh"]
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        built[pathlib.Path("manifest.json")] = text
        there = folder / "out"
        if self.update:
            shutil.rmtree(there, ignore_errors=True)
            for path, text in built.items():
                (there / path).parent.mkdir(parents=True, exist_ok=True)
                (there / path).write_text(text)
        known = {p.relative_to(there): p.read_text() for p in there.rglob("*") if p.is_file()}
        for path in sorted(set(built) | set(known)):
            if built.get(path) != known.get(path):
                self.fail(f"{folder.name}: out/{path} differs from what is built")

    def compare_size(self, folder, path, policy):
        """Made small by hand, the published policy is no smaller than ours is about what it names."""
        ours = json.loads((folder / "out" / path).read_text())
        named = {r for statement in policy["Statement"] for r in resources_of(statement)}
        for statement in ours["Statement"]:
            kept = [r for r in resources_of(statement) if r in named]
            if not kept:
                self.fail(f"{folder.name}: a statement is about nothing that is published")
            statement["Resource"] = kept[0] if len(kept) == 1 else kept
        sizes = [len(json.dumps(d, separators=(",", ":"))) for d in (ours, policy)]
        statements = [len(d["Statement"]) for d in (ours, policy)]
        self.counts["made small by hand"] += 1
        if sizes[0] > sizes[1] or statements[0] > statements[1]:
            self.fail(f"{folder.name}: {sizes[0]} characters, published {sizes[1]}")

    def published(self, folder):
        """The published policy, about our account; None without a collection."""
        if self.corpus is None:
            return None
        found = sorted(self.corpus.glob(folder.name[:2] + "-*.json"))
        if not found:
            return None
        return json.loads(found[0].read_text().replace("111122223333", "222222222222"))

    def decide(self, cases):
        done = subprocess.run(
            [self.writ, "simulate", "--cases", "-"],
            input="".join(json.dumps(case) + "\n" for case in cases),
            capture_output=True,
            text=True,
            check=False,
        )
        results = [json.loads(line) for line in done.stdout.splitlines()]
        if len(results) != len(cases) or any(r["decision"] == "error" for r in results):
            sys.exit(f"simulate cannot decide:\n{done.stdout}\n{done.stderr}")
        return [VERDICTS[result["decision"]] for result in results]

    def check_folder(self, folder):
        self.counts["programs"] += 1
        self.build(folder)
        told = json.loads((folder / "requests.json").read_text())
        for shown in told.get("shows", []):
            value = json.loads((folder / "out" / shown["file"]).read_text())
            for step in shown["at"].split("/")[1:]:
                value = value[step]
            if value != shown["is"]:
                self.fail(f"{folder.name}: {shown['at']} is {value}")
        requests = told["requests"]
        if not requests and not told.get("shows"):
            self.fail(f"{folder.name}: tells nothing")
        ours = self.decide([our_case(folder, request) for request in requests])
        policy = self.published(folder)
        theirs = [None] * len(requests)
        if policy is not None and told["published"]:
            theirs = self.decide(
                [published_case(told["published"], policy, request) for request in requests]
            )
        if policy is not None and "document" in told:
            self.compare_size(folder, told["document"], policy)
        for request, our, their in zip(requests, ours, theirs):
            self.counts["requests"] += 1
            where = f"{folder.name}: {request['says']}"
            if our != request["ours"]:
                self.fail(f"{where}: ours is {our}")
            if request["ours"] != request.get("published", request["ours"]):
                self.counts["mended"] += 1
            if their is not None:
                self.counts["published verdicts"] += 1
                if their != request["published"]:
                    self.fail(f"{where}: the published policy says {their}")


def resources_of(statement):
    found = statement["Resource"]
    return [found] if isinstance(found, str) else found


def base_case(request):
    context = dict(request["context"])
    if request["who"].startswith("arn:"):
        context.setdefault("aws:PrincipalArn", request["who"])
        context.setdefault("aws:PrincipalAccount", request["who"].split(":")[4])
    return {
        "principal": request["who"],
        "action": request["action"],
        "resource": request["resource"],
        "context": context,
    }


def everything_else(request):
    """What the caller holds besides the documents in question."""
    return [FULL] if request.get("alsoHolds") or not request.get("holds") else []


def our_case(folder, request):
    case = base_case(request)
    if "resourcePolicy" in request:
        policy = json.loads((folder / "out" / request["resourcePolicy"]).read_text())
        return {**case, "resourcePolicy": policy}
    held = [sorted((folder / "out").glob(pattern)) for pattern in request.get("holds", [])]
    if not all(held):
        sys.exit(f"{folder.name}: there is no document {request['holds']}")
    case["identityPolicies"] = [json.loads(p.read_text()) for paths in held for p in paths]
    case["identityPolicies"] += everything_else(request)
    scps = sorted((folder / "out").glob("organization/*.scp.json"))
    if scps and request.get("ofOrganization", True):
        case["scps"] = [[FULL, *(json.loads(path.read_text()) for path in scps)]]
    endpoints = sorted((folder / "out").glob("endpoints/*.vpce.json"))
    if "aws:SourceVpce" in request["context"]:
        case["vpcEndpointPolicies"] = [json.loads(path.read_text()) for path in endpoints]
    return case


def published_case(kind, policy, request):
    case = base_case(request)
    if kind == "resource":
        return {**case, "resourcePolicy": policy}
    case["identityPolicies"] = everything_else(request)
    if request.get("publishedHolder", True):
        if kind == "scp":
            case["scps"] = [[FULL, policy]]
        elif kind == "identity":
            case["identityPolicies"] = case["identityPolicies"] + [policy]
        elif kind == "endpoint":
            case["vpcEndpointPolicies"] = [policy]
    return case


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writ", required=True)
    parser.add_argument("--examples", required=True)
    parser.add_argument("--corpus")
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    checker = Checker(arguments)
    for folder in sorted(p for p in pathlib.Path(arguments.examples).iterdir() if p.is_dir()):
        checker.check_folder(folder)
    if checker.corpus is not None and not checker.corpus.is_dir():
        print(f"NOT COMPARED with published policies: there are none at {checker.corpus}")
    print(", ".join(f"{count} {name}" for name, count in checker.counts.items()))
    for failure in checker.failures:
        print("FAILED " + failure)
    return 1 if checker.failures or not checker.counts["requests"] else 0


if __name__ == "__main__":
    sys.exit(main())
