#!/usr/bin/env python3
"""Holds policies of gateways to Cedar's own validator and evaluator.

Runs the test binary for random programs with calls and what the sentences say of each, then
cedar_check.mjs with Node. Status 77, with the reason, where Node or the packages are not there:
  npm install --prefix build/cedar @cedar-policy/cedar-wasm@4.13.0 @cedar-policy/mcp-schema-generator-wasm@0.6.0
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PACKAGES = ["@cedar-policy/cedar-wasm", "@cedar-policy/mcp-schema-generator-wasm"]


def skip(reason):
    print(f"SKIPPED: {reason}\n{__doc__.strip().splitlines()[-1].strip()}")
    sys.exit(77)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--test", required=True, help="the test binary")
    parser.add_argument("--modules", required=True, help="folder node_modules with the packages")
    options = parser.parse_args()
    modules = pathlib.Path(os.environ.get("WRIT_CEDAR_MODULES", options.modules))
    node = shutil.which("node")
    if node is None:
        skip("node is not installed")
    for package in PACKAGES:
        if not (modules / package).is_dir():
            skip(f"{package} is not in {modules}")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([options.test, "-tc=policies of gateways*"], check=True,
                       env=dict(os.environ, WRIT_GATEWAY_CASES=folder))
        check = pathlib.Path(__file__).with_name("cedar_check.mjs")
        sys.exit(subprocess.run([node, str(check), str(modules.resolve()), folder]).returncode)


if __name__ == "__main__":
    main()
