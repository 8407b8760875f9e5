#!/usr/bin/env python3
"""Applies every patch that a golden test or the page of a diagnostic shows.

The patched program must be read without a syntax error, must have lost that finding, must have no
error that the program did not have, and must grant nothing that the program did not grant: `writ
diff --fail-on widened` where both programs are good.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

DAY = "2026-11-22"


def applies_guardrail(change, _):
    request = change["request"]
    return request["action"] == "bedrock:ApplyGuardrail" and ":guardrail/" in request["resource"]


def calls_what_takes_no_guardrail(change, without):
    request = change["request"]
    # A duty to use a guardrail stands in each account beside that account's guardrail: which of its
    # statements also bind accounts to come depends on what the accounts of today have in common.
    if all(account.startswith("accounts that join ") for account in change["accounts"]):
        return True
    name = request["resource"].rsplit("/", 1)[-1]
    return request["action"].startswith("bedrock:Invoke") and name in without


# What comes with a patch, and nothing beside it: a call that names a guardrail is refused unless its
# caller may apply it, so naming the guardrail that a duty demands comes with that right; models that
# cannot carry a guardrail are left out of a duty, as the language reference says.
COMES_WITH = {"W6080": applies_guardrail, "W4016": calls_what_takes_no_guardrail}

# One finding lists all that is missing, and each of its patches adds one thing.
SAYS_SEVERAL = {"W4100"}


def inputs_of(text):
    """The files of a golden, by name; what comes after the first //=== is expected output."""
    files, name = {}, None
    for line in text.split("\n"):
        if line.startswith("//=== "):
            break
        if line.startswith("//--- "):
            name = line[len("//--- "):].strip()
            files[name] = []
        elif name is not None:
            files[name].append(line)
    return {name: "\n".join(lines).rstrip("\n") + "\n" for name, lines in files.items()}


def flags_of(words):
    """What of a command line changes how the program is judged."""
    flags, rest = [], iter(words)
    for word in rest:
        if word == "--allow-unknown":
            flags.append(word)
        elif word in ("--as-of", "--catalog"):
            flags += [word, next(rest, "")]
    if "--as-of" not in flags:
        flags += ["--as-of", DAY]
    return flags


def goldens(repository):
    """(name, files, arguments after `writ check`) of each golden that checks a program of its own."""
    folder = os.path.join(repository, "tests", "golden")
    for place, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if not name.endswith(".golden"):
                continue
            with open(os.path.join(place, name), encoding="utf-8", errors="surrogateescape") as file:
                text = file.read()
            if "+" not in text or "\nhelp: " not in text or "// LOAD:" in text:
                continue
            files = inputs_of(text)
            run = re.search(r"^// RUN: writ (check|build|test|verify)\b(.*)$", text, re.M)
            if not run or not files:
                continue
            words = run.group(2).split()
            paths = [w for w in words if w in files or any(f.startswith(w + "/") for f in files)]
            yield f"{os.path.basename(place)}/{name}", files, paths[:1] or ["."], flags_of(words)


def pages(repository):
    folder = os.path.join(repository, "docs", "diagnostics")
    for name in sorted(os.listdir(folder)):
        if not re.fullmatch(r"W\d{4}\.md", name):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = file.read()
        block = re.search(r"## Example\n.*?```writ(?: build)?\n(.*?)```", text, re.S)
        if not block:
            continue
        body = block.group(1)
        files = inputs_of(body) if "//--- " in body else {"main.writ": body}
        yield name, files, ["."], ["--as-of", DAY]


def bindings_for(files):
    """A binding of each guardrail that the program declares, wherever it may be asked for."""
    text = "\n".join(text for name, text in files.items() if name.endswith(".writ"))
    names = sorted(set(re.findall(r"^\s*guardrail ([\w.-]+)(?: extends [\w.-]+)? *\{", text, re.M)))
    accounts = sorted(set(re.findall(r"\b\d{12}\b", text)))
    regions = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1"]
    if not names or not accounts:
        return ""
    return json.dumps({"guardrails": {name: {account: {region: {
        "arn": f"arn:aws:bedrock:{region}:{account}:guardrail/{'abcdefgh'[number % 8]}", "version": 1}
        for region in regions} for account in accounts} for number, name in enumerate(names)}})


class Tester:
    def __init__(self, writ):
        self.writ = writ
        self.applied = 0
        self.came_with = 0
        models = subprocess.run([writ, "catalog", "models", "--json"], capture_output=True, check=True)
        self.without_guardrail = {
            model_id for model in json.loads(models.stdout)["rows"] for model_id in model["ids"]
            if "embedding" in (model["output"] or []) or "rerank" in model["name"]}
        self.failures = []

    def findings(self, folder, paths, flags):
        run = subprocess.run(
            [self.writ, "check", "--quiet", "--diagnostics", "json", *flags, *paths],
            cwd=folder, capture_output=True, timeout=120)
        if run.returncode in (64, 66, 70) or not run.stderr.strip():
            return None
        try:
            return json.loads(run.stderr)["diagnostics"]
        except ValueError:
            return None

    def write(self, folder, files):
        for name, text in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
                file.write(text)

    def try_all(self, name, files, paths, flags):
        with tempfile.TemporaryDirectory() as folder:
            bindings = bindings_for(files)
            if bindings and not any(n.endswith("writ.bindings.json") for n in files):
                files = {**files, "writ.bindings.json": bindings}
            self.write(os.path.join(folder, "old"), files)
            before = self.findings(os.path.join(folder, "old"), paths, flags)
            for number, finding in enumerate(before or []):
                for turn, help_ in enumerate(finding.get("help", [])):
                    if help_.get("edits"):
                        self.try_one(name, files, paths, flags, before, finding, help_,
                                     os.path.join(folder, f"new-{number}-{turn}"), folder)

    def try_one(self, name, files, paths, flags, before, finding, help_, place, folder):
        patched = {n: t.encode("utf-8", "surrogateescape") for n, t in files.items()}
        for edit in sorted(help_["edits"], key=lambda e: -e["offset"]):
            if edit["file"] not in patched:
                return
            text = patched[edit["file"]]
            end = edit["offset"] + edit["length"]
            patched[edit["file"]] = (text[:edit["offset"]] +
                                     edit["replacement"].encode("utf-8", "surrogateescape") +
                                     text[end:])
        self.applied += 1
        self.write(place, {n: t.decode("utf-8", "surrogateescape") for n, t in patched.items()})
        after = self.findings(place, paths, flags)
        where = f"{name}: {finding['code']} {finding['message']}: {help_['message']}"
        if after is None:
            self.failures.append(f"{where}: the patched program was not judged")
            return
        def is_it(other):
            return other["code"] == finding["code"] and other["message"] == finding["message"]

        if any("\n" in edit["replacement"] for edit in help_["edits"]):
            gone = sum(map(is_it, after)) < sum(map(is_it, before))
        else:
            gone = not any(is_it(f) and f.get("line") == finding.get("line") and
                           f.get("column") == finding.get("column") for f in after)
        if not gone:
            self.failures.append(f"{where}: the finding is still there")
        syntax = lambda found: sum(f["code"].startswith("W1") for f in found)
        if syntax(after) > syntax(before) or (finding["code"][1] != "1" and syntax(after)):
            self.failures.append(f"{where}: the patched program does not parse")
        # What does not parse or has no meaning hides errors that the patch does not make.
        hides = finding["code"][1] in "12"
        told = {(f["code"], f["message"]) for f in before}
        for f in after:
            is_new = (f["code"], f["message"]) not in told
            is_rest = f["code"] == finding["code"] and f["code"] in SAYS_SEVERAL
            if f["severity"] == "error" and is_new and not hides and not is_rest:
                self.failures.append(f"{where}: leads to {f['code']} {f['message']}")
        errors = lambda found: any(f["severity"] == "error" for f in found)
        if errors(before) or errors(after):
            return
        run = subprocess.run(
            [self.writ, "diff", os.path.join(folder, "old"), place, "--json", "--fail-on", "widened",
             *flags], capture_output=True, timeout=300)
        if run.returncode == 0:
            return
        comes_with = COMES_WITH.get(finding["code"])
        if run.returncode == 1 and comes_with is not None:
            said = json.loads(run.stdout)
            gained = [c for c in said["changes"] if c["direction"] == "gained"]
            notes = [n for part in ("guardrails", "deployment", "facts") for n in said[part]]
            if gained and not notes and all(comes_with(c, self.without_guardrail) for c in gained):
                self.came_with += 1
                return
        self.failures.append(f"{where}: grants more (status {run.returncode})\n"
                             f"{run.stdout.decode()[:600]}{run.stderr.decode()[:600]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writ", required=True)
    parser.add_argument("--repository", required=True)
    parser.add_argument("--at-least", type=int, default=1, help="patches that must be found")
    options = parser.parse_args()
    tester = Tester(os.path.abspath(options.writ))
    for case in [*goldens(options.repository), *pages(options.repository)]:
        tester.try_all(*case)
    for failure in tester.failures:
        print(failure)
    print(f"{tester.applied} patches applied, {tester.came_with} of them with what must come with "
          f"them, {len(tester.failures)} failures")
    if tester.applied < options.at_least:
        print(f"fewer than the {options.at_least} patches that there must be")
        return 1
    return 1 if tester.failures else 0


if __name__ == "__main__":
    sys.exit(main())
