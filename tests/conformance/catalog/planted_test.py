#!/usr/bin/env python3
"""Changes planted in the catalog: does `writ catalog diff` say what each does to a program?

The built-in parts are the catalog before. Each case changes one fact, and its class is stated here
by hand: it follows from the program below and from what the fact is about. A lock file of the
program, accepted before, must then stop the program exactly where its documents change or it is
wrong: a newer catalog changes no document in silence, and stops nobody without a reason.

usage: planted_test.py --writ PROGRAM --catalog FOLDER
Exit status: 0 good, 1 a change is told wrongly.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

AS_OF = "2026-11-22"
PROGRAM = """import aws.bedrock

organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 }
}
team fraud    { in payments  as role "fraud-app" }
team research { in payments  as role "research" }
team platform { in payments  as role "platform" }

team fraud may invoke nova-micro in us-east-1 routed within us
team research may invoke models from minimax in us-east-1
team platform may administer agentcore-payments
nobody in prod may invoke models from deepseek
nobody in prod may use kiro
"""


class Catalog:
    """The parts by name, as lines; what was changed is written with a later date."""

    def __init__(self, folder):
        self.folder = folder
        self.parts = {}

    def lines(self, part):
        if part not in self.parts:
            lines = (self.folder / f"{part}.txt").read_text(encoding="utf-8").splitlines()
            lines[0] = re.sub(r"\d{4}-\d\d-\d\d$", "2026-11-30", lines[0])
            self.parts[part] = lines
        return self.parts[part]

    def insert(self, part, line):
        """Into a table: before the first key that is greater."""
        lines = self.lines(part)
        key = line.split("|")[0].lower()
        at = next((i for i, other in enumerate(lines)
                   if "|" in other and " | " not in other and i > 0 and not other.startswith(("part ", "source "))
                   and other.split("|")[0].lower() > key), len(lines))
        lines.insert(at, line)

    def append(self, part, *more):
        self.lines(part).extend(more)

    def replace(self, part, start, old, new):
        """In the one line that starts so."""
        lines = self.lines(part)
        found = [i for i, line in enumerate(lines) if line.strip().startswith(start)]
        assert len(found) == 1, (part, start, found)
        assert old in lines[found[0]], (start, old)
        lines[found[0]] = lines[found[0]].replace(old, new)

    def remove(self, part, start):
        lines = self.lines(part)
        found = [i for i, line in enumerate(lines) if line.strip().startswith(start)]
        assert len(found) == 1, (part, start, found)
        del lines[found[0]]

    def text(self):
        return "".join("\n".join(lines) + "\n" for lines in self.parts.values())


def remove_model(catalog, name):
    lines = catalog.lines("models")
    begin = next(i for i, line in enumerate(lines) if line.startswith(f"model {name} "))
    end = next(i for i in range(begin + 1, len(lines)) if not lines[i].startswith(" "))
    del lines[begin:end]


PAYMENT = "bedrock-agentcore:CreatePaymentManager"


def plant_payment_action(catalog):
    catalog.insert("actions", "bedrock-agentcore:FreezePaymentManager|W|payment-manager!||")
    catalog.append("bedrock", "action bedrock-agentcore:FreezePaymentManager | plane=admin | kind=agentcore-payments")


# name, class, change
CASES = [
    ("an action of another service", "unaffected",
     lambda c: c.insert("actions", "s3:GetSomethingNew|R|||")),
    ("a model of a provider that no sentence names", "unaffected",
     lambda c: c.append("models", "model palm-9 | title=Palm 9 | provider=google | family=gemma | version=9 | stems=google.palm-9",
                        "  id google.palm-9-v1:0 | runtime=yes | status=active | output=text | in-region=us-east-1")),
    ("a condition key", "unaffected", lambda c: c.insert("keys", "s3:SomethingNew|String|")),
    ("a model of a permitted provider", "widens",
     lambda c: c.append("models", "model minimax-m9 | title=MiniMax M9 | provider=minimax | family=minimax | version=9 | stems=minimax.minimax-m9",
                        "  id minimax.minimax-m9 | runtime=yes | mantle=no | status=active | output=text | in-region=us-east-1")),
    ("an action of a permitted kind", "widens", plant_payment_action),
    ("a destination of a permitted route", "widens",
     lambda c: replace_route(c, "us-east-1,us-east-2,us-west-2", "us-east-1,us-east-2,us-west-1,us-west-2")),
    ("a destination less", "narrows",
     lambda c: replace_route(c, "us-east-1,us-east-2,us-west-2", "us-east-1,us-east-2")),
    ("a model of a permitted provider at its end", "narrows",
     lambda c: c.replace("models", "id minimax.minimax-m2.1 ", "status=active", "status=legacy")),
    ("an action of a permitted kind less", "narrows",
     lambda c: c.remove("bedrock", f"action {PAYMENT} ")),
    ("another action that has a model run", "narrows",
     lambda c: (c.insert("actions", "bedrock:InvokeSomethingNew|W|foundation-model!||"),
                c.append("bedrock", "action bedrock:InvokeSomethingNew | plane=runtime | flags=inference"))),
    ("a service split off from a forbidden one", "narrows",
     lambda c: c.insert("services", "codewhisperer-agents|Amazon CodeWhisperer Agents|")),
    ("another prefix of a forbidden provider's ids", "narrows",
     lambda c: c.replace("models", "provider deepseek ", "prefixes=deepseek", "prefixes=deepseek,deepseekai")),
    ("a permitted model gone", "breaks", lambda c: remove_model(c, "nova-micro")),
    ("a smaller limit of documents", "breaks",
     lambda c: c.replace("quotas", "quota scp-size ", "value=10240", "value=60")),
]


def replace_route(catalog, old, new):
    lines = catalog.lines("models")
    at = next(i for i, line in enumerate(lines) if line.strip().startswith("profile us.amazon.nova-micro-v1:0"))
    assert f"> {old}" in lines[at + 1]
    lines[at + 1] = lines[at + 1].replace(f"> {old}", f"> {new}")


def run(writ, folder, *words):
    return subprocess.run([writ, *words, "--as-of", AS_OF], cwd=folder, capture_output=True, text=True, check=False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writ", required=True, type=pathlib.Path)
    parser.add_argument("--catalog", required=True, type=pathlib.Path)
    options = parser.parse_args()
    writ = options.writ.resolve()
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "p").mkdir()
        (folder / "p" / "main.writ").write_text(PROGRAM, encoding="utf-8")
        accepted = run(writ, folder, "catalog", "accept", "p")
        if accepted.returncode != 0:
            print(accepted.stderr)
            return 1
        for title, expected, change in CASES:
            catalog = Catalog(options.catalog.resolve())
            change(catalog)
            (folder / "next.txt").write_text(catalog.text(), encoding="utf-8")
            told = run(writ, folder, "catalog", "diff", "built-in", "next.txt", "p", "--json", "--fail-on",
                       "any" if expected == "unaffected" else expected)
            if told.returncode not in (0, 1):
                wrong.append(f"{title}: status {told.returncode}: {told.stderr.strip()}")
                continue
            answer = json.loads(told.stdout)
            if not answer["facts"]:
                wrong.append(f"{title}: no fact differs")
            [program] = answer["programs"]
            if program["class"] != expected:
                wrong.append(f"{title}: {expected} told as {json.dumps(program, indent=2)}")
            if told.returncode != (0 if expected == "unaffected" else 1):
                wrong.append(f"{title}: --fail-on ends with {told.returncode}")
            checked = run(writ, folder, "check", "p", "--catalog", "next.txt")
            is_stopped = checked.returncode == 2
            has_code = re.search(r"W92\d\d", checked.stderr) is not None
            if expected == "unaffected" and is_stopped:
                wrong.append(f"{title}: the lock file stops the program: {checked.stderr}")
            if expected != "unaffected" and not is_stopped:
                wrong.append(f"{title}: the lock file lets the change pass")
            if expected in ("widens", "narrows", "size") and not has_code:
                wrong.append(f"{title}: stopped for another reason: {checked.stderr}")
    for line in wrong:
        print(line)
    print(f"{len(CASES)} planted changes, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
