#!/usr/bin/env python3
"""Checks that layers include and link only what lies below them, and third-party headers have one
owner.

The table BELOW is the one place that states the order; docs/architecture.md explains it. Every
include is resolved as the compiler does it (beside the file, then from src/), however it is
spelled. Each layer is a static library whose LINKS may name only what the table allows. It also
finds `try` outside the files that may stop exceptions.

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
    "compliance": "support catalog",
    "evaluation": "support",
    "recording": "support",
    "tools": "support",
    "policy": "support source diag",
    # Policies of AgentCore gateways; knows nothing of the language.
    "cedar": "support",
    "decide": "support source diag catalog policy",
    "intent": "support source diag tools",
    "sema": "support source diag syntax catalog compliance library tools intent",
    "lower": "support source diag tools intent catalog library policy cedar",
    "minimise": "support catalog policy decide",
    "emit": "support source diag intent catalog recording policy lower",
    # A reading of its own, held against all others: shares nothing with any of them.
    "reference": "support source tools intent catalog policy cedar",
    # These share no code with lower, minimise and emit, nor the verbs' data: a checker that reuses
    # what it checks proves nothing.
    "deployed": "support source intent catalog recording policy decide",
    "verify": "support source diag tools intent catalog policy cedar decide deployed",
    # What is said of a program's sentences beside one another.
    "lint": "support source diag intent catalog policy decide deployed verify",
    # What is asked about a program: its sentences as proofs read them.
    "access": "support source diag intent catalog library policy decide deployed verify",
    "review": "support source diag catalog library policy decide intent lower deployed verify access",
    # What a program comes to, for people, as one value; and the formats that are made of it alone.
    "report": "support source diag syntax catalog compliance library policy decide intent deployed verify access review",
    "report_forms": "support compliance report",
    # Exports of what is deployed, in all their formats, as one value.
    "snapshot": "support source diag policy",
    "policy_lint": "support source diag catalog policy decide snapshot",
    # What is deployed, held against a program: the proofs' readers on one side, exports on the other.
    "drift": "support source intent catalog policy decide deployed snapshot",
    # Exports as the draft of a program.
    "imports": "support source diag syntax parse format catalog policy snapshot",
    # Logs of calls to AWS as events.
    "trail": "support",
    # What a program says of them.
    "replay": "support intent catalog library policy decide deployed verify access trail",
    # The only layer that touches the world: files, git, the process.
    "host": "support diag",
    "compiler": "support source diag syntax parse catalog compliance evaluation library tools policy decide intent sema lower minimise"
                " emit reference deployed verify lint access review host",
    # The library for other programs: include/writ/writ.h.
    "api": "support source diag catalog policy decide minimise verify intent host compiler",
    "commands": "support source diag syntax parse format catalog compliance evaluation library policy cedar decide intent"
                " sema lower minimise emit reference deployed verify lint access review snapshot policy_lint drift imports"
                " report report_forms trail replay host compiler",
    # The language server: a program as an editor shows it.
    "lsp": "support source diag syntax parse format catalog library intent policy sema lower host compiler",
    "cli": "support diag host commands lsp",
}

# Third-party headers and who may include them; fmt may be anywhere.
OWNERS = {
    "antlr4": ["src/language/parse/antlr_bridge.cpp", "src/language/parse/antlr_shim/"],
    "CLI/": ["src/cli/"],
    "nlohmann/": ["src/lsp/"],
    "zlib.h": ["src/logs/trail/gzip.cpp"],
}

# Files where an exception of a library may be stopped.
MAY_CATCH = ["src/language/parse/antlr_bridge.cpp", "src/cli/cli.cpp"]

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)
LINKS = re.compile(r"writ_layer\((\w+)(.*?)\)", re.S)
ROOT = pathlib.Path("src")


def layer_of(path):
    """The layer that holds the file: the deepest folder of its path that the table names."""
    for folder in path.relative_to(ROOT).parents:
        if folder.name in BELOW:
            return folder.name
    return path.relative_to(ROOT).parts[0]


def included_file(path, name):
    """The file of src/ that `#include "name"` in `path` opens, or None."""
    for base in (path.parent, ROOT):
        found = pathlib.Path(os.path.normpath(base / name))
        if found.is_file() and ROOT in found.parents:
            return found
    return None


def check_file(path, errors):
    text = path.read_text(encoding="utf-8")
    layer = layer_of(path)
    if layer not in BELOW:
        errors.append(f"{path}: layer `{layer}` is not in the table of {sys.argv[0]}")
        return
    allowed = {layer, *BELOW[layer].split()}
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        quoted, named = match.group(1), match.group(1) or match.group(2)
        found = included_file(path, quoted) if quoted else None
        if found and layer_of(found) not in allowed:
            errors.append(f"{path}:{line}: {layer} may not include {layer_of(found)} ({named})")
        for prefix, owners in OWNERS.items():
            owned = any(str(path).startswith(owner) for owner in owners)
            if prefix in named and not owned:
                errors.append(f"{path}:{line}: only {', '.join(owners)} may include {named}")
    if str(path) not in MAY_CATCH and re.search(r"^\s*(?:\} )?try \{", text, re.M):
        errors.append(f"{path}: only {', '.join(MAY_CATCH)} may stop exceptions")


def check_links(path, errors):
    """LINKS of a layer's CMakeLists.txt against the table."""
    for layer, body in LINKS.findall(path.read_text(encoding="utf-8")):
        allowed = set(BELOW.get(layer, "").split())
        for linked in re.findall(r"\bwrit_(\w+)", body):
            if linked in BELOW and linked not in allowed:
                errors.append(f"{path}: {layer} may not link {linked}")


def main():
    if sys.argv[1:]:
        print(__doc__)
        return 0 if sys.argv[1:] == ["--help"] else 64
    root = pathlib.Path(__file__).resolve().parent.parent
    os.chdir(root)
    errors = []
    files = [p for p in sorted(ROOT.rglob("*")) if p.suffix in (".h", ".cpp")]
    for path in files:
        check_file(path, errors)
    for path in sorted(ROOT.rglob("CMakeLists.txt")):
        check_links(path, errors)
    for layer, below in BELOW.items():
        for lower in below.split():
            if list(BELOW).index(lower) > list(BELOW).index(layer):
                errors.append(f"the table is not in order: {layer} names {lower} above it")
    print("\n".join(errors) if errors else f"layers: {len(files)} files in order")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
