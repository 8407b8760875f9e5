#!/usr/bin/env python3
"""Runs every `writ …` command that a message, a page, the documentation or --help prints.

A command runs as it is printed, in a folder with a program, its tree and what else it names; only
the placeholders of people (DIR, FILE, PATH, CODE, …) become something that is there. It must not
end with 64 (bad usage) or 70 (internal error): what is shown can be typed. A session of a terminal
that shows its files with `cat` must print what it shows.
"""

import argparse
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

PROGRAM = """organization acme "o-exampleorgid" { account payments 222222222222 }
team fraud { in payments as role "fraud" }
guardrail g { filter hate high say "a" on input say "b" on output }
team fraud may invoke nova-lite in us-east-1
test "calls" { allow team fraud invoke nova-lite in us-east-1 }
"""
# Words that stand for something of the reader's.
STANDS_FOR = {
    "DIR": "program", "PATH": "program", "PATH…": "program", "[PATH…]": "program", "PROGRAM": "program",
    "policies": "program", "examples/acme": "program", "FILE": "policy.json", "FILE.json": "tree/iam/payments/fraud.identity.json",
    "POLICY.json": "policy.json", "OLD": "policy.json", "NEW": "policy.json", "CODE": "W2001",
    "old.json": "policy.json", "new.json": "policy.json", "PAIRS": "pairs.jsonl",
    "out/organization/prod.scp.json#S3": "tree/iam/payments/fraud.identity.json#S1",
}
REQUEST = """{"principal": "arn:aws:iam::222222222222:role/fraud", "action": "bedrock:InvokeModel",
"resource": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
"context": {"aws:RequestedRegion": "us-east-1"}}
"""
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
# Words that no command line can hold: the text speaks of a form of the command.
FORMS = ("…", "|", "TOPIC", "WORDS", "COMMAND", "[", "<", "NAME", "…'")


def texts(repository):
    """(where it is printed, text) of all that can print a command."""
    for pattern in ("src/**/*.cpp", "docs/diagnostics/*.md", "docs/*.md", "README.md"):
        for path in sorted(glob.glob(os.path.join(repository, pattern), recursive=True)):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            if path.endswith(".cpp"):
                text = re.sub(r"//[^\n]*", "", text)
                text = re.sub(r'"\s*\n\s*"', "", text).replace('\\"', '"')
            yield os.path.relpath(path, repository), text


def sessions(text):
    """[(command, what it prints)] of each indented block of commands."""
    for block in re.findall(r"(?:^    [^\n]*\n|^\n(?=    ))+", text, re.M):
        lines = [line[4:] for line in block.split("\n")]
        session = []
        for line in lines:
            if line.startswith("$ "):
                session.append((line[2:], []))
            elif session:
                session[-1][1].append(line)
        if session:
            yield [(command, "\n".join(shown).strip("\n")) for command, shown in session]


def replay(writ, where, session, failures):
    """Runs a session that shows its files; how many of its commands were run."""
    if not session[0][0].startswith("cat "):
        return 0
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for command, shown in session:
            words = shlex.split(command)
            if words[0] == "cat":
                with open(os.path.join(folder, words[1]), "w", encoding="utf-8") as file:
                    file.write(shown + "\n")
                continue
            run = subprocess.run([writ, *words[1:]], cwd=folder, capture_output=True, text=True,
                                 timeout=300, stdin=subprocess.DEVNULL)
            count += 1
            if words[0] != "writ" or run.stdout.strip("\n") != shown:
                failures.append(f"{where}: `{command}` prints\n{run.stdout}{run.stderr}")
    return count


def commands(repository):
    seen = set()
    for where, text in texts(repository):
        for found in re.finditer(r"`writ ([a-z]+(?: [^`\n]*)?)`|^(?:    )?\$ writ ([a-z][^\n]*)$", text,
                                 re.M):
            line = found.group(1) or found.group(2)
            if line in seen:
                continue
            seen.add(line)
            yield where, line


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writ", required=True)
    parser.add_argument("--repository", required=True)
    parser.add_argument("--at-least", type=int, default=1, help="commands that must be run")
    options = parser.parse_args()
    writ = os.path.abspath(options.writ)
    run_count, failures = 0, []
    known = subprocess.run([writ, "--help"], capture_output=True, text=True, timeout=60).stdout
    for where, line in commands(options.repository):
        try:
            words = shlex.split(line)
        except ValueError:
            continue
        if len(words) < 2 or not re.search(rf"^ +{re.escape(words[0])}\b", known, re.M):
            continue  # the name of a command, or one that is yet to come
        stands_for = dict(STANDS_FOR)
        if words[0] == "diff":
            stands_for.update({"OLD": "program", "NEW": "program", "origin/main:policies": "program"})
        if "--pairs" in words:
            stands_for["FILE"] = "pairs.jsonl"
        # What is written has a folder of its own.
        words = ["fresh" if before in ("-o", "--output", "--smt") else stands_for.get(word, word)
                 for before, word in zip(["", *words], words)]
        if any(form in word for word in words for form in FORMS):
            continue
        with tempfile.TemporaryDirectory() as folder:
            os.makedirs(os.path.join(folder, "program"))
            for place in (folder, os.path.join(folder, "program")):
                with open(os.path.join(place, "main.writ"), "w", encoding="utf-8") as file:
                    file.write(PROGRAM)
            with open(os.path.join(folder, "policy.json"), "w", encoding="utf-8") as file:
                file.write(POLICY)
            with open(os.path.join(folder, "pairs.jsonl"), "w", encoding="utf-8") as file:
                file.write('{"id":"a","left":%s,"right":%s}\n' % (POLICY, POLICY))
            with open(os.path.join(folder, "denied.json"), "w", encoding="utf-8") as file:
                file.write(REQUEST)
            subprocess.run([writ, "build", "program", "-o", "tree", "--quiet"], cwd=folder,
                           capture_output=True, timeout=120)
            # A folder of examples that is named as such is in the repository.
            for word in words:
                if word.startswith("examples/") and os.path.isdir(os.path.join(options.repository, word)):
                    shutil.copytree(os.path.join(options.repository, word), os.path.join(folder, word))
            run = subprocess.run([writ, *words], cwd=folder, capture_output=True, timeout=300,
                                 stdin=subprocess.DEVNULL)
            run_count += 1
            page = re.search(r"W\d{4}", where)
            if page and f"[{page.group()}]".encode() in run.stderr:
                continue  # the page shows what is refused
            if run.returncode in (64, 70):
                failures.append(f"{where}: `writ {line}` ends with {run.returncode}: "
                                f"{run.stderr.decode()[:300]}")
    for where, text in texts(options.repository):
        if where.endswith(".md"):
            run_count += sum(replay(writ, where, one, failures) for one in sessions(text))
    for failure in failures:
        print(failure)
    print(f"{run_count} commands run, {len(failures)} failures")
    if run_count < options.at_least:
        print(f"fewer than the {options.at_least} commands that there must be")
        return 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
