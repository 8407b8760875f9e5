#!/usr/bin/env python3
"""Checks that every rule of `writ lint` is whole: its row, its page and its golden.

The golden of rule L21 `action` is tests/golden/lint/fail_L21_*.golden. It lints a wrong document,
`wrong.json`, in which the rule finds something, and `right.json`, the nearest right one, in which it
finds nothing. A finding about meaning shows a request; SHOWN lists the rules that must. Actions
that rules list by name are in the catalog.

Usage: tools/check_lint_rules.py [--help]
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RULE = re.compile(r'\{\s*(\d+),\s*"([\w-]+)",\s*Class::k(\w+),\s*Level::k(\w+),\s*Needs::k(\w+),\s*\w+')
# Rules whose findings are about what the document decides.
SHOWN = {40, 41, 45, 48, 50, 51, 52, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 66, 67, 68, 69, 70, 71,
         73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 90, 91, 92, 93, 95, 96, 97, 98, 99, 100, 101}
# Files that list actions by name.
LISTS = ["src/analysis/policy_lint/access_rules.cpp", "stdlib/aws/escalation.json"]


def check(number, name, errors):
    label = f"L{number:02}"
    code = f"W{7600 + number}"
    rows = (ROOT / "src/base/diag/rows/7xxx_policy.def").read_text(encoding="utf-8")
    if f"WRIT_DIAGNOSTIC({7600 + number}," not in rows:
        errors.append(f"{label} {name} has no row {code}")
    found = sorted((ROOT / "tests/golden/lint").glob(f"fail_{label}_*.golden"))
    if len(found) != 1:
        errors.append(f"{label} {name} needs one golden tests/golden/lint/fail_{label}_….golden")
        return
    text = found[0].read_text(encoding="utf-8")
    for part in ("//--- wrong.json", "//--- right.json"):
        if part not in text:
            errors.append(f"{found[0].name} has no {part}")
    stderr = text.partition("//=== stderr")[2]
    hits = re.findall(rf"\[{code}\].*\n\s*--> (\w+)\.json", stderr)
    if "wrong" not in hits:
        errors.append(f"{found[0].name} shows no {code} in wrong.json")
    if "right" in hits:
        errors.append(f"{found[0].name} shows {code} in right.json")
    if number in SHOWN and "request" not in stderr:
        errors.append(f"{found[0].name} shows no request")


def check_actions(errors):
    """Actions that rules name exist: one that does not would be passed over."""
    known = set()
    for name in ("actions.txt", "keys.txt"):
        lines = (ROOT / "stdlib/catalog" / name).read_text(encoding="utf-8").splitlines()
        known |= {line.partition("|")[0] for line in lines}
    for path in LISTS:
        text = (ROOT / path).read_text(encoding="utf-8")
        for action in re.findall(r'"([a-z0-9-]+:[A-Z]\w+)"', text):
            if action not in known:
                errors.append(f"{path}: the catalog has no {action}")


def main():
    if sys.argv[1:]:
        print(__doc__)
        return 0 if sys.argv[1:] == ["--help"] else 64
    errors = []
    rules = []
    for path in sorted((ROOT / "src/analysis/policy_lint").glob("*_rules.cpp")):
        rules += RULE.findall(path.read_text(encoding="utf-8"))
    for number, name, *_ in rules:
        check(int(number), name, errors)
    check_actions(errors)
    if len({number for number, *_ in rules}) != len(rules):
        errors.append("a number is used twice")
    if not rules:
        errors.append("no rule was found in src/analysis/policy_lint")
    print("\n".join(errors) if errors else f"lint: {len(rules)} rules with row and golden")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
