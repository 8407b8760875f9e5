#!/usr/bin/env python3
"""Nonsense programs: each is refused with the intended codes; none is accepted, none crashes.

usage: nonsense_test.py --writ PROGRAM --programs FILE --at-least N
FILE has one program a line: `[build] CODE… | what is added to the program below`.
Exit status: 0 good, 1 something else came out or there are fewer than N programs.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = """organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 { data = phi } }
  account sandbox 333333333333
}
team fraud { in payments, sandbox  as role "fraud" }
guardrail safe { filter hate high  say "no" on input  say "no" on output }
endpoint private { vpce "vpce-0a1b2c3d4e5f60718"  in payments }
let home = us-east-1, us-west-2
"""


def errors_of(writ, command, text):
    """(exit status, the codes of errors); a status of a crash is negative."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "main.writ").write_text(PROGRAM + text + "\n")
        arguments = [writ, command, "main.writ", "--as-of", "2026-11-22", "--diagnostics", "json"]
        if command == "build":
            arguments += ["-o", "out"]
        done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 2:
        return done.returncode, set()
    found = json.loads(done.stderr)["diagnostics"]
    return 2, {each["code"] for each in found if each["severity"] == "error"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writ", required=True)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--at-least", type=int, required=True)
    arguments = parser.parse_args()

    writ = str(pathlib.Path(arguments.writ).resolve())
    status, codes = errors_of(writ, "check", "")
    if status not in (0, 2) or codes:
        sys.exit(f"the program that all begin with is wrong itself: {status} {codes}")
    seen = collections.Counter()
    failures = []
    for line in pathlib.Path(arguments.programs).read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        head, text = line.split(" | ", 1)
        words = head.split()
        command = "build" if words[0] == "build" else "check"
        wanted = {word for word in words if word != "build"}
        status, codes = errors_of(writ, command, text)
        seen.update(wanted)
        if status != 2 or codes != wanted:
            failures.append(f"{text}: exit {status} with {sorted(codes)}, not {sorted(wanted)}")
        seen["programs"] += 1
    programs = seen.pop("programs")
    print(f"{programs} programs, {len(seen)} different codes, {len(failures)} differences")
    for failure in failures:
        print("  " + failure)
    if programs < arguments.at_least:
        print(f"there are fewer than {arguments.at_least} programs")
        return 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
