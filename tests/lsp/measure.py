#!/usr/bin/env python3
"""Edits a program in `writ lsp` at random, compares with a server that gets each text anew, and says
how long answers took and how much memory the server held.

Usage: measure.py WRIT FILE [EDITS [SEED]]

FILE is a program of one file. Each edit inserts, deletes or replaces a few characters, some of them
outside ASCII; every twentieth puts the first text back. After each, findings and outline must be
those of the other server; after each fiftieth, the codes those of `writ check` as well. Then hover and completion are asked for somewhere. Times are from the
message to the answer; findings come after a pause of 150 ms in which nothing is typed, which is
taken off. Status 1 for a difference.
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

from client import Client, uri

PIECES = ["team ", "fraud", "{", "}", '"', "\n", "😀", " may", " invoke ", "ß", ",", "//", " in ", "nova-lite", "until 2027-01-01"]
PAUSE = 0.150
HOLD = 20  # edits until the first text is put back
CHECKED = 50  # edits until `writ check` is asked too


class Text:
    def __init__(self, text):
        self.lines = text.split("\n")

    def edit(self, chance):
        """Changes the text; the same as a change of the protocol, in units of UTF-16."""
        line = chance.randrange(len(self.lines))
        raw = self.lines[line].encode("utf-16-le")
        units = len(raw) // 2
        begin = chance.randint(0, units)
        end = min(units, begin + chance.choice([0, 0, 1, 4]))
        text = chance.choice(PIECES)

        def cut(at):
            return raw[:2 * at].decode("utf-16-le", "ignore")

        head, tail = cut(begin), self.lines[line][len(cut(end)):]
        self.lines[line:line + 1] = (head + text + tail).split("\n")
        return {"range": {"start": {"line": line, "character": begin}, "end": {"line": line, "character": end}}, "text": text}

    def whole(self):
        return "\n".join(self.lines)


def percentile(times, part):
    times = sorted(times)
    return 1000 * times[min(len(times) - 1, int(len(times) * part))]


def memory(process):
    """The most that the process held, in MB."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def timed(action):
    begin = time.monotonic()
    result = action()
    return time.monotonic() - begin, result


def codes_of_check(writ, text):
    """Of a program in one file; without what is proved, which a server does when a file is saved."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "program.writ"
        file.write_text(text)
        run = subprocess.run([writ, "check", str(file), "--as-of", "2026-11-22", "--diagnostics", "json"],
                             text=True, capture_output=True, check=False)
    return [one["code"] for one in json.loads(run.stderr)["diagnostics"] if not one["code"].startswith("W6")]


def main():
    writ, file = sys.argv[1], pathlib.Path(sys.argv[2]).absolute()
    edits = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    chance = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    first = file.read_text()
    edited, anew = Client(writ, file.parent), Client(writ, file.parent)
    times = {"findings": [], "hover": [], "completion": []}
    edited.open(file)
    edited.diagnostics(file)
    anew.open(file)
    anew.diagnostics(file)
    text = Text(first)
    for step in range(edits):
        if step % HOLD == HOLD - 1:
            text = Text(first)
            change = {"text": first}
        else:
            change = text.edit(chance)

        def edit(change=change):
            edited.change(file, [change])
            anew.change(file, [{"text": text.whole()}])  # both wait for the pause
            return edited.diagnostics(file)

        took, findings = timed(edit)
        times["findings"].append(took - PAUSE)
        expected = anew.diagnostics(file)
        is_same = findings == expected and edited.of("documentSymbol", file) == anew.of("documentSymbol", file)
        if is_same and step % CHECKED == CHECKED - 1:
            is_same = [one["code"] for one in findings] == codes_of_check(writ, text.whole())
        if not is_same:
            print(json.dumps({"edit": step, "text": text.whole(), "edited": findings, "anew": expected}, indent=1))
            return 1
        line = chance.randrange(len(text.lines))
        at = chance.randint(0, len(text.lines[line]))
        for method in ("hover", "completion"):
            took, _ = timed(lambda method=method: edited.at(method, file, line, at))
            times[method].append(took)
    print(f"{edits} edits of {len(first.splitlines())} lines: findings and outline are those of the text opened anew")
    for what, some in times.items():
        print(f"{what:12} half within {percentile(some, 0.5):6.1f} ms, 99 % within {percentile(some, 0.99):6.1f} ms")
    print(f"memory       {memory(edited.process):.0f} MB")
    return edited.end()


if __name__ == "__main__":
    sys.exit(main())
