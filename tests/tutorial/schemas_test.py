#!/usr/bin/env python3
"""Validates what Writ writes and accepts against docs/schemas/, and holds that wrong files fail.

Only the keywords that the schemas use are read; another one is an error.

Usage: schemas_test.py --writ WRIT --source DIR
"""

import argparse
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
         "boolean": bool, "null": type(None)}
KNOWN = {"$schema", "$defs", "$ref", "title", "description", "type", "properties", "required",
         "additionalProperties", "patternProperties", "items", "enum", "pattern", "minimum", "oneOf"}


def is_type(value, name):
    if isinstance(value, bool) and name in ("integer", "number"):
        return False
    return isinstance(value, TYPES[name])


def faults(value, schema, root, at="$"):
    """All places where the value does not fit the schema."""
    unknown = schema.keys() - KNOWN
    if unknown:
        raise SystemExit(f"keywords of a schema that this test does not read: {sorted(unknown)}")
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return faults(value, target, root, at)
    found = []
    if "oneOf" in schema:
        fitting = [each for each in schema["oneOf"] if not faults(value, each, root, at)]
        if len(fitting) != 1:
            found.append(f"{at}: fits {len(fitting)} of the alternatives")
    names = schema.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(is_type(value, name) for name in names):
        return found + [f"{at}: not {' or '.join(names)}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at}: {value!r} does not match {schema['pattern']}")
    if "minimum" in schema and isinstance(value, int) and value < schema["minimum"]:
        found.append(f"{at}: {value} is too small")
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            found += faults(item, schema["items"], root, f"{at}[{number}]")
    if isinstance(value, dict):
        found += [f"{at}: no {name}" for name in schema.get("required", []) if name not in value]
        for name, item in value.items():
            more = schema.get("additionalProperties", True)
            if name in schema.get("properties", {}):
                found += faults(item, schema["properties"][name], root, f"{at}.{name}")
            elif any(re.search(each, name) for each in schema.get("patternProperties", {})):
                continue
            elif more is False:
                found.append(f"{at}: {name} is not a member")
            elif isinstance(more, dict):
                found += faults(item, more, root, f"{at}.{name}")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writ", required=True, type=pathlib.Path)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    schemas = {name: json.loads((arguments.source / "docs/schemas" / f"{name}.schema.json").read_text())
               for name in ("manifest", "bindings", "case", "report")}
    wrong = []
    seen = {"manifest": 0, "bindings": 0, "case": 0, "report": 0}

    def check(kind, value, where):
        seen[kind] += 1
        for fault in faults(value, schemas[kind], schemas[kind]):
            wrong.append(f"{where}: {fault}")

    acme = arguments.source / "examples/acme"
    with tempfile.TemporaryDirectory() as folder:
        for name, options in (("all", []), ("first", ["--only", "guardrails"])):
            out = pathlib.Path(folder) / name
            subprocess.run([arguments.writ.resolve(), "build", acme, "-o", out, "--as-of", "2026-11-22",
                            "--format", "json,cloudformation,terraform", *options], check=True,
                           capture_output=True)
            check("manifest", json.loads((out / "manifest.json").read_text()), name)
    report = json.loads(subprocess.run(
        [arguments.writ.resolve(), "report", acme, "--json", "-", "--as-of", "2026-11-22"], check=True,
        capture_output=True).stdout)
    check("report", report, "examples/acme")
    check("bindings", json.loads((acme / "writ.bindings.json").read_text()), "examples/acme")
    page = (arguments.source / "docs/schemas/README.md").read_text()
    lines = re.search(r"```json\n(.*?)```", page, re.S).group(1).splitlines()
    for path in sorted((arguments.source / "tests").rglob("*.jsonl")):
        lines += path.read_text().splitlines()
    for line in filter(None, lines):
        check("case", json.loads(line), line[:60])
    done = subprocess.run([arguments.writ.resolve(), "simulate", "--cases", "-", "--check"],
                          input="\n".join(lines) + "\n", text=True, capture_output=True)
    if done.returncode != 0:
        wrong.append(f"writ simulate does not take the page's case: {done.stdout}{done.stderr}")

    # What is broken must not fit, else the schemas say nothing.
    case = json.loads(lines[0])
    bindings = json.loads((acme / "writ.bindings.json").read_text())
    for kind, value, change in (
            ("case", case, lambda v: v.pop("action")),
            ("case", case, lambda v: v.update(unknown=1)),
            ("case", case, lambda v: v.update(expected="perhaps")),
            ("report", report, lambda v: v.update(schema=2)),
            ("report", report, lambda v: v["matrix"]["cells"][0].update(answer="maybe")),
            ("bindings", bindings, lambda v: v.update(guardrail={})),
            ("bindings", bindings, lambda v: v["guardrails"].update(x={"1": {"us-east-1": {}}}))):
        broken = copy.deepcopy(value)
        change(broken)
        if not faults(broken, schemas[kind], schemas[kind]):
            wrong.append(f"the schema of {kind} accepts {json.dumps(broken)[:100]}")
    print("\n".join(wrong) if wrong else f"schemas: {seen}")
    return 1 if wrong or 0 in seen.values() else 0


if __name__ == "__main__":
    sys.exit(main())
