#!/usr/bin/env python3
"""Checks that every diagnostic has a page and a test, and every page a diagnostic.

A test is a golden file whose expectations show the code, or a unit test that names it (W2001 or
kUnknownName). Codes that cannot be tested stand in tests/untested_diagnostics.txt, one a line with
the reason: `W9006 needs 200,000 files`. An exemption that is not needed is an error too.

Usage: tools/check_diagnostics.py [--help]
"""

import re
import sys

from diagnostics_table import ROOT, rows

SECTIONS = ["## What", "## Example", "## Fix", "## Why"]


def tests_text():
    text = []
    for pattern in ("tests/**/*.golden", "tests/**/*.cpp"):
        text += [p.read_text(encoding="utf-8", errors="replace") for p in ROOT.glob(pattern)]
    return "\n".join(text)


def exemptions(errors):
    reasons = {}
    for line in (ROOT / "tests" / "untested_diagnostics.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        code, _, reason = line.partition(" ")
        if not reason.strip():
            errors.append(f"tests/untested_diagnostics.txt: {code} has no reason")
        reasons[code] = reason
    return reasons


def check_page(row, errors):
    path = ROOT / "docs" / "diagnostics" / f"{row.code}.md"
    if not path.exists():
        errors.append(f"{row.code} {row.name} has no page docs/diagnostics/{row.code}.md")
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].startswith(f"# {row.code}: "):
        errors.append(f"{path.name}: the first line must be `# {row.code}: title`")
    headings = [line for line in lines if line.startswith("## ")]
    if headings != SECTIONS:
        errors.append(f"{path.name}: sections must be {', '.join(SECTIONS)}")


def main():
    if sys.argv[1:]:
        print(__doc__)
        return 0 if sys.argv[1:] == ["--help"] else 64
    errors = []
    tests = tests_text()
    exempt = exemptions(errors)
    table = rows()
    for row in table:
        check_page(row, errors)
        tested = re.search(rf"\b{row.code}\b|\bk{row.name}\b", tests) is not None
        if tested == (row.code in exempt):
            errors.append(f"{row.code} is tested: take it out of tests/untested_diagnostics.txt"
                          if tested else f"{row.code} {row.name} is in no golden and no unit test")
    codes = {row.code for row in table}
    for page in sorted((ROOT / "docs" / "diagnostics").glob("W*.md")):
        if page.stem not in codes:
            errors.append(f"docs/diagnostics/{page.name} has no row")
    for code in sorted(exempt.keys() - codes):
        errors.append(f"tests/untested_diagnostics.txt: {code} has no row")
    if len({row.number for row in table}) != len(table):
        errors.append("a number is used twice")
    print("\n".join(errors) if errors else f"diagnostics: {len(table)} rows with page and test")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
