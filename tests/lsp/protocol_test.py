#!/usr/bin/env python3
"""Runs node/protocol_test.js where its library is installed. Usage: protocol_test.py WRIT"""

import pathlib
import shutil
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent / "node"

if shutil.which("node") is None or not (FOLDER / "node_modules").exists():
    print("skipped: `npm install` was not run in tests/lsp/node; the protocol's library did not speak to the server", file=sys.stderr)
    sys.exit(0)
sys.exit(subprocess.run(["node", "protocol_test.js", str(pathlib.Path(sys.argv[1]).resolve())], cwd=FOLDER, timeout=120, check=False).returncode)
