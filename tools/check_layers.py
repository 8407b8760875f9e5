#!/usr/bin/env python3
"""Checks that layers include only what lies below them, and third-party headers have one owner.

The table BELOW is the one place that states the order; docs/architecture.md explains it. Each
layer is also a static library that links no more than this, so a call against the order fails to
link in the layer's unit test; this check finds headers too. It also finds `try` outside the files
that may stop exceptions.

Usage: tools/check_layers.py [--help]
"""

import os
import pathlib
import re
import sys

# A layer may include itself and the layers named here, and nothing else.
BELOW = {
    "support": "",
    "source": "support",
    "diag": "support source",
    "syntax": "support source diag",
    "parse": "support source diag syntax",
    "format": "support source diag syntax parse",
    "catalog": "support",
    "library": "support catalog",
    "policy": "support source diag",
    "decide": "support source diag catalog policy",
    "intent": "support source diag",
    "sema": "support source diag syntax catalog library intent",
    "lower": "support source diag intent catalog library policy",
    "minimise": "support catalog policy decide",
    "emit": "support source diag intent catalog policy lower",
    # A reading of its own, held against all others: shares nothing with any of them.
    "reference": "support source intent catalog policy",
    # Shares no code with lower and minimise, nor the verbs' data: a checker that reuses what it
    # checks proves nothing.
    "verify": "support source diag intent catalog policy decide",
    # What is asked about a program: its sentences as proofs read them.
    "access": "support source diag intent catalog library policy decide verify",
    "review": "support source diag catalog library policy decide intent lower verify access",
    "import": "support source diag policy",
    "driver": "support source diag syntax parse format catalog library policy decide intent sema lower"
              " minimise emit reference verify access review import",
    "cli": "support diag driver",
    "lsp": "support source diag syntax parse catalog library intent sema driver",
}

# Third-party headers and who may include them; fmt may be anywhere.
OWNERS = {
    "antlr4": ["src/parse/antlr_bridge.cpp", "src/parse/antlr_shim/"],
    "CLI/": ["src/cli/"],
}

# Files where an exception of a library may be stopped.
MAY_CATCH = ["src/parse/antlr_bridge.cpp", "src/cli/cli.cpp"]

INCLUDE = re.compile(r'^\s*#include\s+(?:"(?:writ/)?([a-z]+)/[^"]+"|[<"]([^">]+)[">])', re.M)


def layer_of(path):
    parts = path.parts
    return parts[2] if parts[0] == "include" else parts[1]


def check_file(path, errors):
    text = path.read_text(encoding="utf-8")
    layer = layer_of(path)
    if layer not in BELOW:
        errors.append(f"{path}: layer `{layer}` is not in the table of {sys.argv[0]}")
        return
    allowed = {layer, *BELOW[layer].split()}
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(1) if match.group(1) else match.start(2)) + 1
        included, other = match.groups()
        if included in BELOW and included not in allowed:
            errors.append(f"{path}:{line}: {layer} may not include {included}")
        for prefix, owners in OWNERS.items():
            named = other or match.group(0)
            owned = any(str(path).startswith(owner) for owner in owners)
            if prefix in named and not owned:
                errors.append(f"{path}:{line}: only {', '.join(owners)} may include {named}")
    if str(path) not in MAY_CATCH and re.search(r"^\s*(?:\} )?try \{", text, re.M):
        errors.append(f"{path}: only {', '.join(MAY_CATCH)} may stop exceptions")


def main():
    if sys.argv[1:]:
        print(__doc__)
        return 0 if sys.argv[1:] == ["--help"] else 64
    root = pathlib.Path(__file__).resolve().parent.parent
    os.chdir(root)
    errors = []
    files = [p for top in ("include/writ", "src") for p in sorted(pathlib.Path(top).rglob("*"))
             if p.suffix in (".h", ".cpp")]
    for path in files:
        check_file(path, errors)
    for layer, below in BELOW.items():
        for lower in below.split():
            if list(BELOW).index(lower) > list(BELOW).index(layer):
                errors.append(f"the table is not in order: {layer} names {lower} above it")
    print("\n".join(errors) if errors else f"layers: {len(files)} files in order")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
