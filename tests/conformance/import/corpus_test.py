#!/usr/bin/env python3
"""Imports published identity policies, and counts what can be said.

Each document is imported by itself. Every statement must be accounted for, the program that is written must be
proved (exit status 0), and the share of statements that are in sentences must not fall below the share that
was reached. Documents whose statements have a Principal are no identity policies and are left out.

Usage: corpus_test.py --writ PROGRAM --corpus DIR [--step N] [--least SHARE]
  --step N      every Nth document only (default: 12); 1 takes them all
  --least SHARE the share that was reached, in percent (default: see below)
Exit status: 0 good, 1 something is wrong, 77 there is no corpus.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

FOLDERS = ("identity", "docs-identity", "managed", "quacky")
# Of every twelfth document. 82.2 were reached by a build without optimization on a busy machine, where 49 of the
# 493 statements took longer than SECONDS and count as left; of those that were decided, 91.2 were said. The goal
# is 94.
LEAST = 80
SECONDS = 120


def statements_of(path):
    try:
        document = json.loads(path.read_text())
    except ValueError:
        return None
    statements = document.get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


class Corpus:
    def __init__(self, writ):
        self.writ = writ
        self.counts, self.reasons, self.verdicts = collections.Counter(), collections.Counter(), collections.Counter()
        self.failures = []

    def take(self, path):
        statements = statements_of(path)
        if statements is None or any("Principal" in one or "NotPrincipal" in one for one in statements):
            self.counts["documents left out"] += 1
            return
        self.counts["documents"] += 1
        with tempfile.TemporaryDirectory() as scratch:
            output = pathlib.Path(scratch) / "imported"
            try:
                done = subprocess.run(
                    [self.writ, "import", path, "--kind", "identity", "-o", output, "--as-of", "2026-11-22",
                     "--diagnostics", "json"], capture_output=True, text=True, check=False, timeout=SECONDS)
            except subprocess.TimeoutExpired:
                self.counts["statements"] += len(statements)
                self.reasons["takes too long"] += len(statements)
                return
            if done.returncode == 0:
                self.count(path, json.loads((output / "import.json").read_text()), len(statements))
            elif done.returncode == 2:
                # Nothing in it can be said; the findings tell why, statement by statement.
                self.counts["statements"] += len(statements)
                found = [text.split("(")[-1].rstrip(")") for text in messages(done.stderr) if text.startswith("no sentence says this")]
                self.reasons.update(found or ["not a policy, or without effect"])
                if found and len(found) != len(statements):
                    self.failures.append(f"{path.name}: {len(found)} of {len(statements)} statements accounted for")
            else:
                self.failures.append(f"{path.name}: ends with {done.returncode}: {done.stderr[:300]}")

    def count(self, path, ledger, statements):
        counts = ledger["counts"]
        said = counts["sentences"] + counts["doSentences"]
        if counts["statements"] != statements or said + counts["nothing"] + counts["residue"] != statements:
            self.failures.append(f"{path.name}: {counts} of {statements} statements")
        self.counts["statements"] += statements
        self.counts["in sentences"] += counts["sentences"]
        self.counts["in do sentences"] += counts["doSentences"]
        self.counts["without effect"] += counts["nothing"]
        self.reasons.update(counts["residueByReason"])
        for holder in ledger["holders"]:
            self.verdicts[holder["verdict"]] += 1


def messages(text):
    try:
        found = json.loads(text)
    except ValueError:
        return []
    found = found.get("diagnostics", []) if isinstance(found, dict) else found
    return [one.get("message", "") for one in found]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writ", required=True)
    parser.add_argument("--corpus", required=True, type=pathlib.Path)
    parser.add_argument("--step", type=int, default=12)
    parser.add_argument("--least", type=float, default=LEAST)
    arguments = parser.parse_args()
    if not arguments.corpus.is_dir():
        print(f"skipped: there is no corpus at {arguments.corpus}")
        return 77
    paths = [path for folder in FOLDERS for path in sorted((arguments.corpus / folder).glob("*.json"))]
    corpus = Corpus(arguments.writ)
    for path in paths[:: arguments.step]:
        corpus.take(path)
    said = corpus.counts["in sentences"] + corpus.counts["in do sentences"] + corpus.counts["without effect"]
    share = 100 * said / max(1, corpus.counts["statements"])
    print(", ".join(f"{count} {what}" for what, count in corpus.counts.items()))
    print("left: " + ", ".join(f"{reason} {count}" for reason, count in corpus.reasons.most_common()))
    print("documents: " + ", ".join(f"{verdict} {count}" for verdict, count in corpus.verdicts.most_common()))
    print(f"{share:.1f} % of the statements are said and proved")
    for failure in corpus.failures:
        print(failure)
    return 1 if corpus.failures or share < arguments.least else 0


if __name__ == "__main__":
    sys.exit(main())
