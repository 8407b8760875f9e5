#!/usr/bin/env python3
"""Runs the small cases of the shared material and judges each by its right answer.

Every folder holds an input and, in EXPECT.md, a block of commands. They run as they stand in a copy of
the folder, with `writ` in PATH, OUT an empty folder and SOURCE the checkout. What must come out is
written down here, by folder; a folder without an entry fails, and so does an entry without a folder.

Usage: cases_test.py --writ PATH --cases DIR --source DIR [NAME...]
Exit status: 0 good, 1 something is wrong, 77 there is no folder of cases.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

CHECKS = {}


def right(name):
    """Registers what must hold of the folder `name`."""

    def register(function):
        assert name not in CHECKS, name
        CHECKS[name] = function
        return function

    return register


class Wrong(Exception):
    """The answer is not the right one."""


class Run:
    """One command and what came out of it."""

    def __init__(self, command, status, out, err, seconds):
        self.command, self.status, self.out, self.err, self.seconds = command, status, out, err, seconds

    @property
    def text(self):
        return self.out + self.err

    def exits(self, *statuses):
        if self.status not in statuses:
            raise Wrong(f"`{self.command}` exits with {self.status}, not {'/'.join(map(str, statuses))}: {self.text.strip()[:300]}")
        return self

    def says(self, *patterns):
        for pattern in patterns:
            if not re.search(pattern, self.text, re.S):
                raise Wrong(f"`{self.command}` does not say /{pattern}/: {self.text.strip()[:400]}")
        return self

    def silent(self, *patterns):
        for pattern in patterns:
            if re.search(pattern, self.text, re.S):
                raise Wrong(f"`{self.command}` says /{pattern}/: {self.text.strip()[:400]}")
        return self


class Case:
    """A folder in its copy: its commands as they ran, and more that a check wants to run."""

    def __init__(self, folder, work, writ, source):
        self.folder = work / "case"
        shutil.copytree(folder, self.folder)
        self.folder.chmod(0o755)
        for path in self.folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        self.out = work / "out"
        self.out.mkdir()
        self.environment = dict(os.environ, PATH=f"{writ.parent}:{os.environ['PATH']}", OUT=str(self.out),
                                SOURCE=str(source), LC_ALL="C.UTF-8")
        self.runs = [self.run(command) for command in commands_of(folder / "EXPECT.md")]
        for run in self.runs:
            if run.status == 70:
                raise Wrong(f"`{run.command}` ends with an internal error: {run.text.strip()[:300]}")

    def __getitem__(self, index):
        return self.runs[index]

    def run(self, command, stdin=""):
        started = time.monotonic()
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, input=stdin, text=True,
                              capture_output=True, timeout=240, check=False)
        return Run(command, done.returncode, done.stdout, done.stderr, time.monotonic() - started)

    def json(self, path):
        return json.loads((self.out / path).read_text())

    def text(self, path):
        file = self.out / path
        if not file.exists():
            raise Wrong(f"{path} was not written; there are {sorted(str(p.relative_to(self.out)) for p in self.out.rglob('*.json'))}")
        return file.read_text()

    def decides(self, expected, request, *, identity=None, scps=None):
        """Asks the evaluator what documents decide of one request; `scps` are paths of one level each."""
        full = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        case = {"id": "x", **request,
                "identityPolicies": [self.json(path) for path in identity] if identity else [full]}
        if scps:
            case["scps"] = [[full]] + [[full, self.json(path)] for path in scps]
        answer = self.run("writ simulate --cases -", json.dumps(case) + "\n")
        decision = json.loads(answer.out.splitlines()[0])["decision"]
        if (decision == "allowed") != (expected == "allowed"):
            raise Wrong(f"{request['action']} on {request['resource']} is {decision}, not {expected}, by {identity or scps}")


def commands_of(page):
    """The commands of the page's first `sh` block; a here-document belongs to its command."""
    block = re.search(r"^```sh\n(.*?)^```", page.read_text(), re.S | re.M).group(1)
    commands, lines = [], iter(block.splitlines())
    for line in lines:
        command = re.sub(r"\s+# today:.*$", "", line)
        if not command.strip() or command.lstrip().startswith("#"):
            continue
        mark = re.search(r"<<'?(\w+)'?$", command)
        if mark:
            for more in lines:
                command += "\n" + more
                if more == mark.group(1):
                    break
        commands.append(command)
    return commands


def request(principal, action, resource, **context):
    """A case of one request; `__` in a key stands for a colon."""
    return {"principal": principal, "action": action, "resource": resource,
            "context": {key.replace("__", ":"): value for key, value in context.items()}}


ROLE = "arn:aws:iam::222222222222:role/somebody"


# ---- keys that are not injective ----------------------------------------------------------------


@right("action-text-not-injective")
def _(c):
    for run in c.runs:
        run.exits(2).says(r"error\[W\d{4}\]")
    for old, new, relation in [("old", "new", "broader"), ("two", "joined", "narrower"), ("two", "denied", "equivalent")]:
        c.run(f"writ compare --as-read {old}.json {new}.json").exits(0 if relation == "equivalent" else 1).says(relation)


@right("edited-action-proved")
def _(c):
    c[2].exits(1, 2).silent("^proved")


@right("proof-shared-by-ambiguous-key")
def _(c):
    c[2].exits(1).silent("^proved")


# ---- values that the universe leaves out ----------------------------------------------------------


@right("scalar-beside-forallvalues")
def _(c):
    answer = json.loads(c[0].exits(1).out)
    assert_equal(answer["relation"], "broader")
    region = {k.lower(): v for k, v in answer["gained"]["context"].items()}["aws:requestedregion"]
    if region in ("us-east-1", "us-west-2", "", []):
        raise Wrong(f"the region of the request is {region}")
    c[1].exits(0).says("Real|StringNotEquals")


@right("hollow-duty-proved")
def _(c):
    c[3].exits(1)
    c[4].exits(1).says("widened")


@right("lists-left-out")
def _(c):
    c[0].exits(0)
    c[2].exits(1, 2).silent("^proved")


@right("diff-one-arn-per-caller")
def _(c):
    c[0].exits(1).says("nova-pro", "a-special", "claims", r"x\*", "widened")


# ---- questions that skip principals ---------------------------------------------------------------


@right("diff-ungranted-exemption")
def _(c):
    c[0].exits(1).says("break-glass", "nova-lite", "widened")


@right("management-account-skipped")
def _(c):
    c[0].exits(1).says(r"W6010.*W6010", "management account")
    c[1].exits(1)
    c[2].exits(0).says("mgmt")
    c[3].exits(0).says("team a in mgmt")
    c[4].exits(1).says("[Pp]artly", "mgmt")
    c[5].exits(0).says("granted|allowed")


@right("question-about-management-account")
def _(c):
    c[0].exits(0).says("team platform in mgmt")
    c[1].exits(0).says("team platform in .*mgmt|mgmt.*team platform")


@right("who-misses-some-holders")
def _(c):
    c[0].exits(0).says("team a in payments", "mgmt")
    c[1].exits(0).says("role bg in payments|bg")


@right("can-yes-though-some-refused")
def _(c):
    c[0].exits(1).says("[Pp]artly", "a-special")
    c[1].exits(1)
    c[2].exits(1)


@right("can-some-for-all")
def _(c):
    c[0].exits(1).says("[Pp]artly", "team b")
    c[1].exits(1).silent("^yes")
    c[2].exits(2)
    c[3].exits(1).silent("^yes")


@right("session-of-role-with-path")
def _(c):
    for run in c.runs:
        run.says("team coders").silent("anyone else")
    c[0].says("(?m)^(granted|allowed)")
    c[1].silent("(?m)^(granted|allowed)")
    c[2].says("(?m)^(granted|allowed)")


# ---- both readings share a misreading ---------------------------------------------------------------


@right("exception-reopens-global-leg")
def _(c):
    c[0].exits(0)
    c[2].exits(0)
    for tree in "tp":
        scp = [f"{tree}/organization/prod.scp.json"]
        # The region-less leg of a model that is not excepted is refused in each.
        leg = request(ROLE, "bedrock:InvokeModel", "arn:aws:bedrock:::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
                      aws__RequestedRegion="unspecified",
                      **{"bedrock:InferenceProfileArn": "arn:aws:bedrock:us-east-1:222222222222:inference-profile/global.anthropic.claude-sonnet-4-5-20250929-v1:0"})
        c.decides("denied", leg, scps=scp)
        here = request(ROLE, "bedrock:InvokeModel", "arn:aws:bedrock:us-east-1::foundation-model/mistral.mistral-large-2402-v1:0",
                       aws__RequestedRegion="us-east-1")
        c.decides("allowed", here, scps=scp)
    nova = request(ROLE, "bedrock:InvokeModel", "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
                   aws__RequestedRegion="eu-west-1")
    c.decides("allowed", nova, scps=["t/organization/prod.scp.json"])
    c.decides("denied", nova, scps=["p/organization/prod.scp.json"])


@right("trust-role-in-other-account")
def _(c):
    c[0].exits(0)
    assert_equal(trust_files(c, "e"), ["payments/agent.trust.json"])
    if c[1].status != 2:
        c[1].exits(0)
        assert_equal(trust_files(c, "o"), ["claims/agent.trust.json"])


def trust_files(c, tree):
    return sorted(str(path.relative_to(c.out / tree / "trust")) for path in (c.out / tree / "trust").rglob("*.json"))


@right("trust-for-foreign-account-proved")
def _(c):
    c[2].exits(1, 2).says("999999999999").silent("^proved")


@right("allow-by-odd-pattern-proved")
def _(c):
    c[5].exits(1, 2).silent("^proved")
    c[6].exits(1, 2).silent("no change")
    c[7].exits(1, 2).silent("^proved")


@right("short-arn-in-arn-comparison")
def _(c):
    c[0].exits(2).says(r"error\[W\d{4}\]", "main.writ:12:7")
    c[1].exits(2)


@right("permission-set-grants-elsewhere")
def _(c):
    c[0].exits(0)
    document = c.text("t/permission-sets/SandboxUser.permission-set.json")
    if "aws:PrincipalAccount" not in document and "aws:PrincipalOrgPaths" not in document:
        raise Wrong("the document names no account")
    c[2].exits(1).says("widened", "claims", "nova-lite")


@right("tag-team-without-condition")
def _(c):
    c[0].exits(0)
    for statement in statements(c.json("t/iam/payments/contractors.identity.json")):
        assert_equal(statement["Condition"]["StringEquals"]["aws:PrincipalTag/employment"], "contractor")


def statements(document):
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


@right("source-of-anything")
def _(c):
    for run in c.runs:
        run.exits(2).says(r"error\[W3050\]")


@right("policy-variable-in-role-name")
def _(c):
    c[0].exits(2).says(r"error\[W\d{4}\]")


@right("wildcard-model-id-allowed")
def _(c):
    c[0].exits(2).says(r"error\[W\d{4}\]")
    c[1].exits(2)
    for text in ("*", "amazon.nova-lite-v1:?", "newco.model-${aws:username}-v9:0"):
        program = (c.folder / "main.writ").read_text().replace("anthropic.*", text)
        (c.folder / "main.writ").write_text(program)
        c.run("writ check . --allow-unknown").exits(2)


@right("plane-narrowing-drops-ways")
def _(c):
    c[0].exits(0)
    c[1].exits(0)
    for action in ("CreateProvisionedModelThroughput", "CreateModelCustomizationJob", "CreateInferenceProfile"):
        resource = "arn:aws:bedrock:us-east-1::foundation-model/deepseek.r1-v1:0"
        call = request(ROLE, f"bedrock:{action}", resource, aws__RequestedRegion="us-east-1")
        c.decides("denied", call, scps=["w/organization/prod.scp.json"])
        c.decides("denied", call, scps=["t/organization/prod.scp.json"])


@right("inference-actions-left-open")
def _(c):
    c[0].exits(0)
    for action in ("CreateEvaluationJob", "InvokeInlineAgent", "OptimizePrompt"):
        call = request(ROLE, f"bedrock:{action}", "*", aws__RequestedRegion="us-east-1")
        c.decides("denied", call, scps=["t/organization/root.scp.json"])
    c[0].says("SageMaker|sagemaker")


@right("duty-forbids-other-ways")
def _(c):
    c[0].exits(0).says("no change in meaning")


@right("any-guardrail-is-the-bound-ones")
def _(c):
    scps = sorted(str(path.relative_to(c.out)) for path in (c.out / "t/organization").glob("*.scp.json"))
    for account, arn in [("222222222222", "arn:aws:bedrock:us-east-1:222222222222:guardrail/other"),
                         ("333333333333", "arn:aws:bedrock:eu-west-1:333333333333:guardrail/another"),
                         ("333333333333", "arn:aws:bedrock:us-east-1:333333333333:guardrail-profile/us.guardrail.v1:0")]:
        call = request(f"arn:aws:iam::{account}:role/r", "bedrock:ApplyGuardrail", arn, aws__RequestedRegion=arn.split(":")[3])
        c.decides("denied", call, scps=scps)


@right("quoted-id-of-one-plane")
def _(c):
    c[0].exits(0)
    for resource in ("arn:aws:bedrock:us-west-2::foundation-model/openai.gpt-oss-120b-1:0",
                     "arn:aws:bedrock:us-west-2::foundation-model/openai.gpt-oss-120b"):
        c.decides("denied", request(ROLE, "bedrock:InvokeModel", resource, aws__RequestedRegion="us-west-2"),
                  scps=["t/organization/root.scp.json"])


# ---- lowered to nothing -----------------------------------------------------------------------------


@right("service-invoke-lowered-to-nothing")
def _(c):
    c[0].exits(2).says(r"error\[W\d{4}\]", "main.writ:10:")
    c[1].exits(2)


@right("subscribe-product-not-known")
def _(c):
    c[0].exits(0)
    call = request(ROLE, "aws-marketplace:Subscribe", "*", **{"aws-marketplace:ProductId": ["prod-anything"]})
    c.decides("denied", call, scps=["d/organization/root.scp.json"])
    c[1].exits(1).says("W6010", "management account")
    c[2].exits(0)
    c.decides("denied", call, scps=["a/organization/root.scp.json"])


@right("subscribe-permission-crashes")
def _(c):
    c[0].exits(2).says(r"error\[W\d{4}\]")
    c[1].exits(2)
    c.run("writ can 'team a subscribe-to models from amazon' .").exits(2)


@right("apply-without-binding-dropped")
def _(c):
    c[0].exits(2, 0).says(r"(warning|error)\[W\d{4}\]")
    if c[0].status == 0 and not list((c.out / "t/organization").glob("*.scp.json")):
        raise Wrong("a build that forbids nothing ends with 0")


@right("plane-dropped-in-permission")
def _(c):
    c[0].exits(0)
    document = c.text("t/iam/payments/t.identity.json")
    if "bedrock-mantle:CallWithBearerToken" not in document:
        raise Wrong(document)


# ---- partition --------------------------------------------------------------------------------------


@right("partition-of-first-region")
def _(c):
    c[0].exits(2).says("us-west-2|us-gov-west-1", "aws-us-gov|partition")


@right("prohibitions-in-one-partition")
def _(c):
    # The assert of the program reaches the management account too, so it is refuted there.
    program = c.folder / "main.writ"
    c.run("writ check .").exits(1).says("W6010", "management account")
    narrowed = program.read_text().replace("assert everyone except", "assert everyone in work except")
    program.write_text(narrowed)
    c.run("writ check .").exits(0)
    c.run("rm -rf $OUT/t; writ build . -o $OUT/t").exits(0)
    scp = c.text("t/organization/root.scp.json")
    if "aws-us-gov" not in scp or "arn:aws:" in scp:
        raise Wrong(scp[:300])
    c.run('writ can "everyone in work except team app invoke claude-sonnet-4.5 in us-gov-west-1 routed within us-gov" .').exits(1).says("(?m)^no")


# ---- vacuous answers --------------------------------------------------------------------------------


@right("compare-deny-only")
def _(c):
    for run in c.runs:
        run.exits(1).says("incomparable")
    c.run("writ compare a.json b.json --alone").exits(0).says("equivalent")


@right("compare-delegation")
def _(c):
    for run, relation in zip(c.runs, ["broader", "incomparable", "broader"]):
        run.exits(1).says(relation)
    c.run("writ compare mfa.json nomfa.json").exits(1).says("broader")
    c.run("writ compare mfa.json mfa.json").exits(0).says("equivalent")


@right("build-of-nothing-empties-tree")
def _(c):
    c[0].exits(0)
    c[1].exits(2).says(r"\.writ")
    assert_equal(c[2].out.strip(), "1")


@right("diff-of-folders-that-are-nothing")
def _(c):
    c[0].exits(2, 66).says("writ compare").silent("no change")


@right("apply-script-unread")
def _(c):
    c[3].exits(1, 2).says(r"apply\.sh").silent("^proved")
    c[4].exits(1, 2).says(r"apply\.sh")


@right("tree-attachment-change-unseen")
def _(c):
    c[3].exits(1).says("widened", "narrowed")


@right("organization-ids-change-unseen")
def _(c):
    c[0].exits(1).says("ou-ab12-")


@right("documents-aws-refuses-proved")
def _(c):
    c[4].exits(1, 2).says("Principal").silent("^proved")
    c[5].exits(1, 2).says("Sid").silent("^proved")


# ---- incomplete reports -----------------------------------------------------------------------------


@right("diff-do-anything-one-line")
def _(c):
    for run in c.runs:
        run.exits(1).says("do anything", "eu-west-2").silent("example/example")


@right("diff-placeholder-in-sentence")
def _(c):
    c[0].exits(1).says("deepseek").silent("within example", "from eu-central-1, eu-west-1, us-east-1 routed")


@right("diff-date-one-day")
def _(c):
    c[0].exits(0).says("2027-01-01", "2027-06-30").silent("on 2027-06-30")


@right("witness-printed-otherwise")
def _(c):
    c[0].exits(1).silent(r"aws:TagKeys\s*= \[\]", r'\[""\]')
    c[0].says(r"aws:TagKeys\s*= \[(costcenter|stack)")
    answer = json.loads(c[1].exits(1).out)
    for side in ("gained", "lost"):
        for value in answer[side]["context"].values():
            if value in ("", [""], []):
                raise Wrong(f"{side}: {answer[side]}")


@right("reason-instead-of-sentence")
def _(c):
    c[2].exits(0).says("team a may invoke nova-lite in us-east-1.*answers customers")
    c[3].exits(0).says("team a may invoke nova-lite in us-east-1")


# ---- commands that disagree ---------------------------------------------------------------------------


@right("other-account-two-verdicts")
def _(c):
    c[0].exits(1).says("W6010", "222222222222", r"warning\[W\d{4}\]")
    c[1].exits(1)
    c[2].exits(0).silent("(?m)^(granted|allowed)")
    c[3].exits(1).says("(?m)^no")


# ---- rules and warnings that are missing ----------------------------------------------------------------


@right("guardrail-profile-unshared")
def _(c):
    if c[0].status == 2:
        c[0].says(r"guardrail-profile|guardrail profile")
        return
    c[0].exits(0)
    sharing = [path.read_text() for path in (c.out / "t").rglob("*PutResourcePolicy*")]
    if not any("guardrail-profile/us.guardrail.v1:0" in text for text in sharing):
        raise Wrong("the profile is shared with nobody")


@right("endpoint-duty-breaks-services")
def _(c):
    c[0].exits(0).says(r"warning\[W\d{4}\]", "service")


@right("ownership-key-in-do")
def _(c):
    c[0].exits(2).says("W3027")
    c[1].exits(2).says("W3027")


@right("batch-availability")
def _(c):
    c[0].exits(2).says(r"error\[W\d{4}\]", "claude-sonnet-4.5", "af-south-1")


@right("list-checked-by-some")
def _(c):
    c[0].exits(2).says("W3038", "Retrieve")
    c[1].exits(2).says("W3038")
    c[2].exits(2).says("W3038")


@right("misspelt-account-attribute")
def _(c):
    c[0].exits(0).says(r"warning\[W\d{4}\]", "did you mean .?data")


@right("checks-only-in-build")
def _(c):
    c[0].exits(2).says("W8110")
    c[1].exits(2).says("W8110")


@right("provider-ban-other-service")
def _(c):
    c[0].exits(0).says("SageMaker|sagemaker")
    scp = ["t/organization/root.scp.json"]
    for action in ("CreateInference", "CreateBatchInference", "CallWithBearerToken"):
        c.decides("denied", request(ROLE, f"aws-external-anthropic:{action}",
                                    "arn:aws:aws-external-anthropic:us-east-1:222222222222:workspace/wrkspc_1",
                                    aws__RequestedRegion="us-east-1"), scps=scp)
    for prefix in ("bedrock", "bedrock-mantle", "sagemaker"):
        c.decides("denied", request(ROLE, f"{prefix}:CallWithBearerToken", "*", aws__RequestedRegion="us-east-1"), scps=scp)


@right("absent-variable-unsaid")
def _(c):
    c[0].exits(0).says(r"warning\[W3025\]", "PrincipalTag/dept")


# ---- grows with accounts or sentences ---------------------------------------------------------------------


@right("exemption-grows-with-accounts")
def _(c):
    c[2].exits(0)
    c[3].exits(0)
    small, large = (len(c.text(f"{tree}/organization/root.scp.json")) for tree in ("t12", "t60"))
    if large > small + 64:
        raise Wrong(f"{small} characters for 12 accounts, {large} for 60")


@right("starter-in-thirteen-accounts")
def _(c):
    c[2].exits(0)
    c[3].exits(0)
    c.run("python3 make.py 60 > $OUT/60.writ && writ build $OUT/60.writ -o $OUT/t60").exits(0)
    small, large = (len(c.text(f"{tree}/permission-sets/PlatformAdmin.permission-set.json")) for tree in ("t13", "t60"))
    if large > small + 64:
        raise Wrong(f"{small} characters for 13 accounts, {large} for 60")


@right("quadratic-prohibitions")
def _(c):
    c[2].exits(0)
    c[3].exits(0)
    hundred, four_hundred = (float(re.search(r"(?m)^user (\S+)$", run.err).group(1)) for run in c.runs[2:])
    # Linear would be four times; six leaves room for the clock's grain, sixteen is every one against every other.
    if four_hundred > 6 * hundred + 0.2:
        raise Wrong(f"{hundred} s of processor time for 100 sentences, {four_hundred} s for 400")


@right("dead-statement-in-scp")
def _(c):
    c[0].exits(0)
    if "InferenceProfileArn" in c.text("t/organization/root.scp.json"):
        raise Wrong("a condition on a key that no action of the statement carries")


# ---- suggestions, internal errors, documented ways --------------------------------------------------------


@right("patch-after-except")
def _(c):
    c[0].exits(2).says("W3043")
    assert_equal(len(re.findall(r"error\[W3043\]", c[0].text)), 1)
    patched = apply_patches(c, "main.writ")
    (c.folder / "main.writ").write_text(patched)
    c.run("writ check main.writ").exits(0).silent("W3043", "error")


def apply_patches(c, file):
    """The text of `file` with the first patch of each finding applied, as the JSON findings offer it."""
    found = json.loads(c.run(f"writ check {file} --quiet --diagnostics json").err)["diagnostics"]
    patches = [next((help for help in finding.get("help", []) if help.get("edits")), None) for finding in found]
    edits = {(edit["offset"], edit["length"], edit["replacement"]) for patch in patches if patch for edit in patch["edits"]}
    if not edits:
        raise Wrong("no patch is offered")
    data = (c.folder / file).read_bytes()
    for offset, length, text in sorted(edits, reverse=True):
        data = data[:offset] + text.encode() + data[offset + length:]
    return data.decode()


@right("can-suggests-refused-sentence")
def _(c):
    c[0].exits(1).says("(?m)^no", "may not invoke any model routed globally").silent("everyone in work may invoke")


@right("quota-cut-false")
def _(c):
    c[1].exits(2).says("W5002", r"10,240", r"p\.writ:\d+:\d+")
    c[1].silent("saves 10460 characters", "saves 10,460 characters")


@right("patch-with-placeholder")
def _(c):
    c[0].exits(0).silent("<key>")


@right("catalog-concatenation-refused")
def _(c):
    c[1].exits(0)


@right("internal-error-exception-in-region")
def _(c):
    c[0].exits(0, 2)
    c[1].exits(0, 2).silent("W6001")


@right("internal-error-variable-in-notresource")
def _(c):
    c[0].exits(1).says("narrower")


@right("internal-error-exception-routed")
def _(c):
    c[0].exits(0)


@right("internal-error-region-and-plane")
def _(c):
    c[0].exits(0)


@right("internal-error-openai-via-profile")
def _(c):
    c[0].exits(0, 2)


@right("names-of-the-catalogue-reserved")
def _(c):
    c[0].exits(0).silent("W2003")


@right("wrong-question-answered-no")
def _(c):
    c[0].exits(2).says("W3037")


@right("command-in-note-fails")
def _(c):
    c[0].exits(2).says("writ build --only guardrails -o")
    command = re.search(r"writ build --only guardrails[^`'\"\n]*", c[0].text).group(0).replace("DIR", "$OUT/g")
    c.run(command).exits(0)


# ---- wording ----------------------------------------------------------------------------------------------


@right("duty-without-guardrail")
def _(c):
    c[0].exits(0, 2).says("with guardrail pii").silent("blocks part of this permission")


@right("beginners-slips")
def _(c):
    for run, patch in zip(c.runs, ["team fraud", "may not", r"nova-lite, nova-micro|`,`|a comma|\bcomma", r"us-east-1", "2026-12-31", "email"]):
        run.exits(2).says(patch)
    c[1].silent("missing 'satisfy'")
    c[3].silent("accepts it as written").says("quotes|without|`us-east-1`")
    c[5].silent("mac-address")


def assert_equal(found, wanted):
    if found != wanted:
        raise Wrong(f"{found!r}, not {wanted!r}")


def judge(folder, writ, source):
    """None if the folder's answers are right, else what is wrong."""
    check = CHECKS.get(folder.name)
    if check is None:
        return "no right answer is written down for it"
    with tempfile.TemporaryDirectory() as work:
        try:
            check(Case(folder, pathlib.Path(work), writ, source))
        except Wrong as wrong:
            return str(wrong)
        except subprocess.TimeoutExpired as late:
            return f"`{late.cmd[-1]}` does not end"
        except (KeyError, IndexError, TypeError, ValueError, OSError, AttributeError) as broken:
            return f"{type(broken).__name__}: {broken}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writ", type=pathlib.Path, required=True)
    parser.add_argument("--cases", type=pathlib.Path, required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if not options.cases.is_dir():
        print(f"SKIPPED: there is no folder of cases at {options.cases}")
        return 77
    folders = sorted(path for path in options.cases.iterdir() if path.is_dir())
    if options.names:
        folders = [path for path in folders if path.name in options.names]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        writ, source = options.writ.resolve(), options.source.resolve()
        answers = list(pool.map(lambda folder: judge(folder, writ, source), folders))
    wrong, missing = 0, 0
    for folder, answer in zip(folders, answers):
        if answer is not None:
            wrong += 1
            print(f"WRONG {folder.name}: {answer}")
    if not options.names:
        for name in sorted(set(CHECKS) - {folder.name for folder in folders}):
            missing += 1
            print(f"MISSING {name}: there is no such folder")
    print(f"{len(folders)} cases, {len(folders) - wrong} right, {wrong} wrong")
    return 1 if wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main())
