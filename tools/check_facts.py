#!/usr/bin/env python3
"""Checks docs/bedrock-facts.md: every numbered fact has a row, and what a row names exists.

Takes no arguments. Exit status: 0 good, 1 something is missing.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "bedrock-facts.md"
SHORT = {
    "routes": "tests/conformance/routes/routes_test.py",
    "nonsense": "tests/nonsense/programs.txt",
}
FOLDERS = ("examples/published", "tests/facts")
FACTS = [f"{section}.{number}" for section, last in (("0", 10), ("a", 5), ("b", 7), ("c", 8), ("d", 3))
         for number in range(1, last + 1)]


def is_there(name):
    if name in SHORT:
        return (ROOT / SHORT[name]).is_file()
    if "/" in name:
        return (ROOT / name).is_file()
    return any((ROOT / folder / name / "requests.json").is_file() for folder in FOLDERS)


def main():
    wrong = []
    seen = set()
    named = set()
    nonsense = (ROOT / SHORT["nonsense"]).read_text()
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| ") or len(cells) != 3 or not re.match(r"[0a-d]\.\d", cells[0]):
            continue
        seen.add(cells[0].split()[0])
        names = re.findall(r"`([^`]+)`", cells[2])
        if not names and not cells[2].startswith("Not ours: "):
            wrong.append(f"{cells[0]}: neither a test nor a reason")
        for name in names:
            named.add(name)
            if not is_there(name):
                wrong.append(f"{cells[0]}: there is no test `{name}`")
        for code in re.findall(r"W\d{4}", cells[2]):
            if code not in nonsense:
                wrong.append(f"{cells[0]}: the nonsense programs have no {code}")
    wrong += [f"fact {fact} is not on the page" for fact in FACTS if fact not in seen]
    for message in wrong:
        print(f"{PAGE.relative_to(ROOT)}: {message}")
    print(f"facts: {len(seen)} of {len(FACTS)} with {len(named)} tests")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
