#!/usr/bin/env python3
"""The page docs/published-lint.md: each of its commands prints what the page shows.

A story is a policy (a block marked `json`) and a block that begins with `$ writ lint policy.json …`. The command is
run on the policy; every line that follows it must be among what it prints, in that order, and it must end with 1.

usage: published_lint_test.py --writ PROGRAM --page FILE
Exit status: 0 good, 1 something differs.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

AS_OF = "2026-11-22"
STORIES = 10
STORY = re.compile(r"^```json\n(?P<policy>.*?)^```\n```\n\$ writ (?P<command>lint policy\.json[^\n]*)\n(?P<shown>.*?)^```$", re.S | re.M)


def wrong_with(story, writ):
    with tempfile.TemporaryDirectory() as scratch:
        pathlib.Path(scratch, "policy.json").write_text(story["policy"])
        done = subprocess.run([writ, *story["command"].split(), "--as-of", AS_OF], cwd=scratch, capture_output=True, text=True, check=False)
    if done.returncode != 1:
        return f"ends with {done.returncode}: {done.stderr}"
    printed = iter(done.stderr.splitlines())
    for line in story["shown"].splitlines():
        if line not in printed:  # takes what is before it, too: the order counts
            return f"does not print `{line}`:\n{done.stderr}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writ", required=True, type=pathlib.Path)
    parser.add_argument("--page", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    stories = [match.groupdict() for match in STORY.finditer(arguments.page.read_text())]
    failures = [f"{len(stories)} stories, not {STORIES}"] if len(stories) != STORIES else []
    for story in stories:
        wrong = wrong_with(story, arguments.writ.resolve())
        if wrong:
            failures.append(f"writ {story['command']}: {wrong}")
    for failure in failures:
        print(failure)
    print(f"{len(stories)} stories, {len(failures)} wrong")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
