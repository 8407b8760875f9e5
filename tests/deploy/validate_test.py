#!/usr/bin/env python3
"""Holds every example, in every form, against the validator of the shared material.

The validator knows the schemas of AWS's requests, of CloudFormation's resources and of Terraform's
arguments, and the limits and grammars of policies; nobody of this project wrote it. It lies beside
the project and needs npm for its own packages. Where either is missing the test says so and is
skipped. Programs of which a form leaves a document to the script (W5200) are counted.

Usage: validate_test.py WRIT SOURCE_FOLDER VALIDATOR_FOLDER SCRATCH_FOLDER
Exit status: 0 no errors, 1 errors, 77 skipped.
"""

import pathlib
import shutil
import subprocess
import sys

WRIT, SOURCE, VALIDATOR, SCRATCH = sys.argv[1], *map(pathlib.Path, sys.argv[2:5])
AS_OF = "2026-11-23"
FORMS = "json,cloudformation,terraform"


def skip(why):
    print(f"SKIPPED: nothing was validated: {why}")
    sys.exit(77)


def run(command, **options):
    return subprocess.run([str(word) for word in command], text=True, capture_output=True,
                          check=False, **options)


def set_up():
    """A copy of the validator with its packages; made anew if it changed."""
    if not (VALIDATOR / "validate.mjs").is_file():
        skip("there is no validator beside the project")
    if not (shutil.which("npm") and shutil.which("node")):
        skip("npm is not installed")
    copy = SCRATCH / "validator"
    shutil.copytree(VALIDATOR, copy, dirs_exist_ok=True)
    done = run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save"],
               cwd=copy)
    if done.returncode != 0:
        skip(f"npm cannot install what the validator needs\n{done.stderr}")
    return copy


def programs():
    examples = SOURCE / "examples"
    found = [p for p in sorted(examples.iterdir()) if p.is_dir() and any(p.glob("*.writ"))]
    found += [p for p in sorted((examples / "published").iterdir()) if p.is_dir()]
    return [*found, *(SOURCE / "tests" / "deploy" / name for name in ("program", "settings"))]


def main():
    validator = set_up()
    counts = {"trees": 0, "files": 0, "leave something to the script": 0}
    failures = []
    for program in programs():
        out = SCRATCH / "trees" / program.name
        shutil.rmtree(out, ignore_errors=True)
        built = run([WRIT, "build", program, "-o", out, "--as-of", AS_OF, "--format", FORMS,
                     "--quiet"])
        counts["leave something to the script"] += "W5200" in built.stderr
        if built.returncode != 0:
            failures.append(f"{program.name}: the build ends with {built.returncode}\n{built.stderr}")
            continue
        counts["trees"] += 1
        counts["files"] += sum(1 for p in out.rglob("*") if p.is_file())
        judged = run(["node", "validate.mjs", out.resolve()], cwd=validator)
        if judged.returncode != 0:
            failures.append(f"{program.name}:\n{judged.stdout}")
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    for failure in failures:
        print("FAILED " + failure)
    return 1 if failures or counts["trees"] == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
