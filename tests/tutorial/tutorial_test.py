#!/usr/bin/env python3
"""Follows a page of the documentation as a reader would, and compares every output.

The page's fenced blocks are taken in order, in an empty folder:

  ```writ policies/teams.writ    the text becomes the file (so do `json PATH` and `diff`, below)
  ```console                     lines that begin with `$ ` are commands for the shell; the lines
                                 after each are its whole output, standard error included
  ```console exit 1              the last command of the block ends with this status
  ```diff policies/teams.writ    lines with `-` are replaced by those with `+` in the file

A line `[...]` stands for any number of lines, times (`31.4 ms`) are any time. The day is DAY.

Usage: tutorial_test.py --writ WRIT PAGE... [--update]
  --update  write the outputs that there are into the page (blocks with `[...]` stay as they are)
"""

import argparse
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile

DAY = "2026-11-22"
ELISION = "[...]"


@dataclasses.dataclass
class Block:
    line: int  # of the opening fence, from 0
    words: list
    lines: list


def blocks(text):
    found = []
    current = None
    for number, line in enumerate(text.splitlines()):
        if current is None and line.startswith("```"):
            current = Block(number, line[3:].split(), [])
        elif current is not None and line == "```":
            found.append(current)
            current = None
        elif current is not None:
            current.lines.append(line)
    if current is not None:
        raise SystemExit(f"line {current.line + 1}: a fence that is not closed")
    return found


def commands(lines):
    """Pairs of a command (with its continuation lines) and the output that the page shows."""
    pairs = []
    for line in lines:
        if line.startswith("$ "):
            pairs.append(([line[2:]], []))
        elif pairs and not pairs[-1][1] and pairs[-1][0][-1].endswith("\\"):
            pairs[-1][0].append(line)
        elif pairs:
            pairs[-1][1].append(line)
        else:
            raise SystemExit(f"output without a command: {line}")
    return pairs


def comparable(line):
    return re.sub(r"\b\d+(\.\d+)? (ms|s)\b", "TIME", line.rstrip())


def matches(shown, printed):
    """Whether the lines are the same, `[...]` standing for any number of lines."""
    pieces = "\n".join(comparable(line) for line in shown).split(ELISION)
    pattern = ".*".join(re.escape(piece) for piece in pieces)
    text = "\n".join(comparable(line) for line in printed)
    return re.fullmatch(pattern, text, re.S) is not None


def edited(text, lines):
    """The file's text with each run of `-` lines replaced by the run of `+` lines after it."""
    old, new = [], []

    def flush():
        nonlocal text, old, new
        if old or new:
            before = "".join(line + "\n" for line in old)
            if not old or text.count(before) != 1:
                raise SystemExit(f"the file has not once: {before!r}")
            text = text.replace(before, "".join(line + "\n" for line in new))
        old, new = [], []

    for line in lines:
        if line.startswith("-"):
            if new:
                flush()
            old.append(line[1:])
        elif line.startswith("+"):
            new.append(line[1:])
        else:
            flush()
    flush()
    return text


class Reader:
    def __init__(self, writ, folder):
        self.folder = folder / "work"
        self.folder.mkdir()
        tools = folder / "bin"
        tools.mkdir()
        wrapper = tools / "writ"
        wrapper.write_text(f'#!/bin/sh\nexec "{writ}" "$@" --as-of {DAY}\n')
        wrapper.chmod(0o755)
        self.environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", NO_COLOR="1",
                                HOME=str(folder), GIT_CONFIG_NOSYSTEM="1")
        for role in ("AUTHOR", "COMMITTER"):
            self.environment[f"GIT_{role}_NAME"] = "Reader"
            self.environment[f"GIT_{role}_EMAIL"] = "reader@example.com"
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
            self.environment.pop(name, None)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, command):
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.returncode, done.stdout.decode("utf-8").splitlines()


def follow(page, writ, update):
    """Returns the page's differences as texts, and the page with what was printed."""
    text = page.read_text(encoding="utf-8")
    wrong = []
    ran = 0
    new_lines = text.splitlines()
    shift = 0
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(writ, pathlib.Path(folder))
        for block in blocks(text):
            kind = block.words[0] if block.words else ""
            if kind in ("writ", "json") and len(block.words) == 2:
                reader.write(block.words[1], "\n".join(block.lines) + "\n")
            elif kind == "diff" and len(block.words) == 2:
                path = reader.folder / block.words[1]
                path.write_text(edited(path.read_text(encoding="utf-8"), block.lines), encoding="utf-8")
            elif kind == "console":
                wanted = int(block.words[2]) if block.words[1:2] == ["exit"] else 0
                result = []
                status = 0
                for command, shown in commands(block.lines):
                    ran += 1
                    status, printed = reader.run("\n".join(command))
                    result += ["$ " + command[0]] + command[1:]
                    same = matches(shown, printed)
                    result += shown if same or ELISION in shown else printed
                    if not same and (not update or ELISION in shown):
                        wrong.append(f"{page}:{block.line + 1}: `{command[0]}` printed\n"
                                     + "\n".join("  | " + line for line in printed))
                if status != wanted:
                    wrong.append(f"{page}:{block.line + 1}: exit status {status}, not {wanted}")
                start = block.line + 1 + shift
                new_lines[start:start + len(block.lines)] = result
                shift += len(result) - len(block.lines)
    if ran == 0:
        wrong.append(f"{page}: no command was run")
    return wrong, "\n".join(new_lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writ", required=True, type=pathlib.Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    wrong = []
    for page in arguments.pages:
        differences, text = follow(page, arguments.writ.resolve(), arguments.update)
        wrong += differences
        if arguments.update:
            page.write_text(text, encoding="utf-8")
    print("\n".join(wrong) if wrong else f"{len(arguments.pages)} page(s): every output is as shown")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
