#!/usr/bin/env python3
"""Every model by every way: does the compiler grant what the facts imply, and nothing else?

For each model of the facts, each region that the facts name for it (and two that they do not) and
each of {directly, within each scope, globally}, one sentence is compiled. What must come out is
computed here from models.json alone: this program shares no code and no data with the compiler.

* offered: the authorizations of BEDROCK-FACTS b.2 are granted for both invoke actions, and the
  document grants none besides (by resource, and by requests just outside);
* not offered: W4001, naming exactly the routes that there are from that region;
* not known: W4004, and still exactly the legs that are known;
* past its end of life: W4005; the same model is asked again as of the day before.

usage: routes_test.py --writ PROGRAM --facts models.json
Exit status: 0 good, 1 the compiler differs, 77 skipped because there are no facts.
"""
import argparse
import collections
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

AS_OF = "2026-11-22"
ACCOUNT = "222222222222"
BATCH = 250  # sentences in one program: with two findings each, the 500 that the compiler shows
ACTIONS = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
KEY = "bedrock:InferenceProfileArn"
HEAD = f"""organization o "o-exampleorgid" {{ partition PARTITION management 111111111111 account a {ACCOUNT} }}
"""

Case = collections.namedtuple("Case", "model region route")
Expected = collections.namedtuple("Expected", "verdict destinations inferred")


# ---- what the facts imply ------------------------------------------------------------------------


def profile_of(model, scope):
    return next((p for p in model["inferenceProfiles"] or [] if p["scope"] == scope), None)


def expected(model, region, route):
    """yes, no or unknown, and for a geographic route its destinations (None: not known)."""
    if route == "directly":
        if model["endpoints"] is not None and "bedrock-runtime" not in model["endpoints"]:
            return Expected("no", None, False)
        regions = model["inRegionOnDemand"]
        if regions is not None and region in regions:
            return Expected("yes", None, False)
        unclear = regions is None or region in (model["inRegionEndpointAmbiguous"] or [])
        return Expected("unknown" if unclear else "no", None, False)
    profile = profile_of(model, route)
    if profile is None:
        return Expected("no", None, False)
    sources = profile["sourceRegions"]
    if sources is None:
        return Expected("unknown", None, False)
    if region not in sources:
        return Expected("no", None, False)
    if route == "global":
        return Expected("yes", None, False)
    observed = (profile.get("routes") or {}).get(region)
    if observed is not None:
        return Expected("yes", observed, False)
    inferred = (profile.get("routesInferred") or {}).get(region)
    return Expected("yes", inferred or profile.get("destinationRegionsInferred"), True)


def regions_of(model):
    regions = set(model["inRegionOnDemand"] or [])
    regions |= set(model["inRegionMantle"] or []) | set(model["inRegionEndpointAmbiguous"] or [])
    for profile in model["inferenceProfiles"] or []:
        regions |= set(profile["sourceRegions"] or [])
    return regions


def on_mantle(model, region):
    return region in (model["inRegionMantle"] or [])


def words(route):
    if route in ("directly",):
        return "routed directly"
    return "routed globally" if route == "global" else "routed within " + route


def ways_from(model, region):
    """The routes that the facts say there are from a region."""
    routes = ["directly"] + [p["scope"] for p in model["inferenceProfiles"] or []]
    ways = {words(r) for r in routes if expected(model, region, r).verdict == "yes"}
    return ways | ({"through mantle"} if on_mantle(model, region) else set())


def partition(region):
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def legs(case, found):
    """(action, resource, context) of each authorization that AWS checks (BEDROCK-FACTS b.2)."""
    arn = f"arn:{partition(case.region)}:bedrock:"
    model_id = case.model["modelId"]
    here = {"aws:RequestedRegion": case.region}
    foundation = lambda region: f"{arn}{region}::foundation-model/{model_id}"
    result = []
    called = foundation(case.region)
    if case.route == "directly":
        result.append((called, here))
    else:
        called = f"{arn}{case.region}:{ACCOUNT}:inference-profile/{case.route}.{model_id}"
        result.append((called, here))
        reached = {case.region} | set(found.destinations or [])
        for region in reached:
            result.append((foundation(region), {"aws:RequestedRegion": region, KEY: called}))
        if case.route == "global":
            result.append((foundation(""), {"aws:RequestedRegion": "unspecified", KEY: called}))
    both = [(action, *leg) for leg in result for action in ACTIONS]
    if model_id.startswith("openai."):
        # Responses and Chat Completions are also authorized on the account's project.
        project = f"{arn}{case.region}:{ACCOUNT}:project/default"
        both.append((ACTIONS[0], project, {**here, "bedrock:ModelArn": called}))
    return both


def outside(case, wanted):
    """Requests just outside: the same resources by another way."""
    arn = f"arn:{partition(case.region)}:bedrock:"
    other = f"{arn}{case.region}:{ACCOUNT}:inference-profile/zz.{case.model['modelId']}"
    result = []
    for action, resource, context in wanted:
        if "foundation-model/" not in resource:
            continue
        if case.route == "directly":
            result.append((action, resource, {**context, KEY: other}))
            continue
        bare = {k: v for k, v in context.items() if k != KEY}
        result.append((action, resource, bare))
        result.append((action, resource, {**context, KEY: other}))
    return result


# ---- reading a policy, by the few operators that may be in it ------------------------------------


def as_list(value):
    return value if isinstance(value, list) else [value]


def allows(document, action, resource, context):
    for statement in as_list(document["Statement"]):
        assert statement["Effect"] == "Allow", statement
        if action not in as_list(statement["Action"]):
            continue
        if resource not in as_list(statement["Resource"]):
            continue
        if all(
            holds(operator, key, as_list(values), context)
            for operator, tests in statement.get("Condition", {}).items()
            for key, values in tests.items()
        ):
            return True
    return False


def holds(operator, key, values, context):
    if operator == "Null":
        return (values == ["true"]) == (key not in context)
    assert operator == "StringEquals", operator
    return context.get(key) in values


def granted(document):
    return {
        (action, resource)
        for statement in as_list(document["Statement"])
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


# ---- running the compiler ------------------------------------------------------------------------


class Compiler:
    def __init__(self, program):
        self.program = program
        self.sentences = 0

    def sources(self, cases):
        lines = []
        for number, case in enumerate(cases):
            route = "" if case.route == "directly" else " " + words(case.route)
            lines.append(
                f'role "r{number}" in a may invoke "{case.model["modelId"]}" '
                f"in {case.region}{route}\n"
            )
        self.sentences += len(lines)
        where = partition(cases[0].region) if cases else "aws"
        return HEAD.replace("PARTITION", where) + "".join(lines)

    def run(self, arguments, folder):
        done = subprocess.run(
            [self.program, *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 2):
            sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[:2000]}")
        return done

    def findings(self, cases, as_of):
        """Diagnostics of each case."""
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "table.writ").write_text(self.sources(cases))
            done = self.run(
                ["check", "table.writ", "--as-of", as_of, "--diagnostics", "json"], folder
            )
        result = [[] for _ in cases]
        for each in json.loads(done.stderr or '{"diagnostics": []}')["diagnostics"]:
            if "line" not in each:
                sys.exit(f"a finding about no sentence: {each['code']} {each['message']}")
            result[each["line"] - 2].append(each)
        return result

    def documents(self, cases, as_of):
        if not cases:
            return []
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "table.writ").write_text(self.sources(cases))
            done = self.run(["build", "table.writ", "-o", "out", "--as-of", as_of], folder)
            if done.returncode != 0:
                sys.exit("accepted sentences do not build:\n" + done.stderr[:2000])
            read = lambda n: json.loads(
                pathlib.Path(folder, "out", "iam", "a", f"role-r{n}.identity.json").read_text()
            )
            return [read(n) for n in range(len(cases))]


# ---- comparing -----------------------------------------------------------------------------------


class Table:
    def __init__(self, compiler):
        self.compiler = compiler
        self.counts = collections.Counter()
        self.differences = []

    def differ(self, case, what):
        self.differences.append(
            f"{case.model['modelId']} in {case.region} {words(case.route)}: {what}"
        )

    def check(self, cases, as_of):
        # An organization lies in one partition.
        for where in ("aws", "aws-us-gov"):
            there = [case for case in cases if partition(case.region) == where]
            for first in range(0, len(there), BATCH):
                self.check_batch(there[first : first + BATCH], as_of)

    def check_batch(self, cases, as_of):
        accepted = []
        for case, found in zip(cases, self.compiler.findings(cases, as_of)):
            self.counts["sentences"] += 1
            if self.check_findings(case, found, as_of):
                accepted.append(case)
        for case, document in zip(accepted, self.compiler.documents(accepted, as_of)):
            self.check_document(case, document)

    def check_findings(self, case, found, as_of):
        """True if the sentence was accepted and should have been."""
        want = expected(case.model, case.region, case.route)
        codes = {each["code"] for each in found}
        life = case.model["lifecycle"]
        ended = bool(life["eolDate"]) and life["eolDate"] < as_of
        due = set()
        if ended:
            due.add("W4005")
        elif life["status"] == "LEGACY":
            due.add("W4006")
        if want.verdict == "no":
            due.add("W4001")
        elif want.verdict == "unknown":
            due.add("W4004")
        elif want.inferred:
            due.add("W4022")
        if codes != due:
            self.differ(case, f"expected {sorted(due)}, got {sorted(codes)}")
            return False
        self.counts.update(due)
        self.counts["diagnosed" if due else "plain"] += 1
        if want.verdict == "no":
            self.check_ways(case, next(d for d in found if d["code"] == "W4001"))
        return not ended and want.verdict != "no"

    def check_ways(self, case, diagnostic):
        """The error must say which routes there are."""
        notes = diagnostic["notes"]
        offered = {
            match.group(1)
            for match in (re.fullmatch(r"available: (.*) in `[^`]*`", note) for note in notes)
            if match
        }
        ways = ways_from(case.model, case.region)
        if offered != ways:
            self.differ(case, f"says that there are {sorted(offered)}, there are {sorted(ways)}")
        elsewhere = sorted(r for r in regions_of(case.model) if ways_from(case.model, r))
        says = any(note.startswith("available elsewhere:") for note in notes)
        if not ways and says != bool(elsewhere):
            self.differ(case, "is wrong about being offered elsewhere")

    def check_document(self, case, document):
        want = expected(case.model, case.region, case.route)
        wanted = legs(case, want)
        for action, resource, context in wanted:
            self.counts["legs"] += 1
            if not allows(document, action, resource, context):
                self.differ(case, f"does not grant {action} on {resource}")
        more = granted(document) - {(action, resource) for action, resource, _ in wanted}
        for action, resource in sorted(more):
            self.differ(case, f"grants {action} on {resource} besides")
        for action, resource, context in outside(case, wanted):
            self.counts["requests outside"] += 1
            if allows(document, action, resource, context):
                self.differ(case, f"grants {action} on {resource} with {context}")


def table_of(models, scopes, all_regions):
    for model in models:
        mine = regions_of(model)
        others = [r for r in all_regions if r not in mine][:2]
        for region in sorted(mine) + others:
            for route in ["directly", *scopes]:
                yield Case(model, region, route)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writ", required=True)
    parser.add_argument("--facts", required=True)
    arguments = parser.parse_args()
    if not os.path.exists(arguments.facts):
        print(f"SKIPPED: there are no facts at {arguments.facts}; nothing was compared")
        return 77

    models = json.loads(pathlib.Path(arguments.facts).read_text())["models"]
    all_regions = sorted(set().union(*(regions_of(model) for model in models)))
    scopes = sorted({p["scope"] for m in models for p in m["inferenceProfiles"] or []})
    table = Table(Compiler(os.path.abspath(arguments.writ)))
    table.check(list(table_of(models, scopes, all_regions)), AS_OF)

    ended = [m for m in models if (m["lifecycle"]["eolDate"] or AS_OF) < AS_OF]
    if ended:
        first = datetime.date.fromisoformat(min(m["lifecycle"]["eolDate"] for m in ended))
        earlier = (first - datetime.timedelta(days=1)).isoformat()
        table.check(list(table_of(ended, scopes, all_regions)), earlier)

    print(f"{len(models)} models, {len(all_regions)} regions, scopes {' '.join(scopes)}")
    for name, count in sorted(table.counts.items()):
        print(f"{count:8} {name}")
    print(f"{len(table.differences):8} differences")
    for difference in table.differences[:40]:
        print("  " + difference)
    return 1 if table.differences or not table.counts["legs"] else 0


if __name__ == "__main__":
    sys.exit(main())
