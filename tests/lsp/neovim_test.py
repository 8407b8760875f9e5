#!/usr/bin/env python3
"""Neovim as a client of `writ lsp`; skipped, and said so, where Neovim is not installed.

Usage: neovim_test.py WRIT
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PROGRAM = """organization acme "o-exampleorgid" {
     management 111111111111 account payments 222222222222 }
team fraud { in payments as role "fraud-*" }
team froud may invoke nova-lite in us-east-1 because "😀"
"""


def main():
    if shutil.which("nvim") is None:
        print("SKIPPED: Neovim is not installed, so it was not driven against the server")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "main.writ"
        program.write_text(PROGRAM)
        run = subprocess.run(
            ["nvim", "--headless", "-u", "NONE", "-c",
             "luafile " + str(pathlib.Path(__file__).with_name("neovim_test.lua"))],
            env={**os.environ, "WRIT_BINARY": sys.argv[1], "WRIT_PROGRAM": str(program),
                 "XDG_STATE_HOME": folder, "XDG_DATA_HOME": folder, "XDG_CACHE_HOME": folder},
            timeout=240)
        return run.returncode


if __name__ == "__main__":
    sys.exit(main())
