"""Packages of the npm registry, fetched by its own client and unpacked. Nothing of them is run."""

import json
import pathlib
import re
import subprocess
import tarfile

PINS = pathlib.Path(__file__).parent / "sources.json"
SECONDS = 300


def npm(arguments, folder):
    done = subprocess.run(["npm", *arguments], cwd=folder, text=True, capture_output=True,
                          check=False, timeout=SECONDS)
    return done.stdout.strip() if done.returncode == 0 else None


def pins():
    return json.loads(PINS.read_text(encoding="ascii"))


def newest(name, folder):
    """The version that the registry calls the latest, or None where it cannot be asked."""
    return npm(["view", name, "version"], folder)


def fetch(name, version, folder):
    """The unpacked package, or None where it cannot be had."""
    answer = npm(["pack", f"{name}@{version}", "--silent", "--ignore-scripts"], folder)
    if not answer:
        return None
    unpacked = folder / re.sub(r"\W+", "-", f"{name}-{version}")
    with tarfile.open(folder / answer.splitlines()[-1]) as archive:
        archive.extractall(unpacked, filter="data")
    return unpacked / "package"


def enum(package, name):
    """The values of an enumeration of an AWS SDK package, sorted; empty if it has none such."""
    text = (package / "dist-types" / "models" / "enums.d.ts").read_text(encoding="utf-8")
    found = re.search(rf"export declare const {name}: \{{(.*?)\}};", text, re.DOTALL)
    return sorted(re.findall(r'readonly \w+: "([^"]+)"', found[1])) if found else []


def pin(chosen):
    PINS.write_text(json.dumps(chosen, indent=2, sort_keys=True) + "\n", encoding="ascii")
