#!/usr/bin/env python3
"""Runs every `writ …` command that a message, a page, the documentation or --help prints.

A command runs as it is printed, in a folder with a program, its tree and what else it names; only
the placeholders of people (DIR, FILE, PATH, CODE, …) become something that is there. It must not
end with 64 (bad usage) or 70 (internal error): what is shown can be typed.
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
}
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


def commands(repository):
    seen = set()
    for where, text in texts(repository):
        for found in re.finditer(r"`writ ([a-z]+(?: [^`\n]*)?)`", text):
            line = found.group(1)
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
            stands_for.update({"OLD": "program", "NEW": "program"})
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
    for failure in failures:
        print(failure)
    print(f"{run_count} commands run, {len(failures)} failures")
    if run_count < options.at_least:
        print(f"fewer than the {options.at_least} commands that there must be")
        return 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
