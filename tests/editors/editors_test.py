#!/usr/bin/env python3
"""The Visual Studio Code extension: its grammar is that of the lexer, its snippets are sentences of
the language, and what its manifest promises is in its code.

Usage: editors_test.py --writ PATH --source FOLDER
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

OPTIONS = None


class Extension(unittest.TestCase):
    def setUp(self):
        self.folder = OPTIONS.source / "editors" / "vscode"
        self.manifest = json.loads((self.folder / "package.json").read_text())
        self.code = (self.folder / "src" / "extension.ts").read_text()

    def test_the_grammar_is_current(self):
        result = subprocess.run([str(OPTIONS.source / "tools" / "update_textmate"), "--check"], text=True, capture_output=True, check=False)
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_each_snippet_is_in_canonical_form_as_it_is_offered(self):
        snippets = json.loads((self.folder / "snippets" / "writ.json").read_text())
        self.assertGreater(len(snippets), 5)
        for name, snippet in snippets.items():
            text = "\n".join(snippet["body"]) + "\n"
            text = re.sub(r"\$\{\d+\|([^,|]+)[^}]*\}", r"\1", text)
            text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text)
            self.assertNotIn("$", text, name)
            result = subprocess.run([OPTIONS.writ, "fmt", "-"], input=text, text=True, capture_output=True, check=False)
            self.assertEqual((result.returncode, result.stderr, result.stdout), (0, "", text), name)

    def test_commands_and_settings_are_those_of_the_code(self):
        contributes = self.manifest["contributes"]
        promised = {one["command"] for one in contributes["commands"]}
        registered = set(re.findall(r'command\("(writ\.\w+)"', self.code))
        self.assertEqual(promised, registered)
        settings = set(contributes["configuration"]["properties"])
        read = {"writ." + name for name in re.findall(r'getConfiguration\("writ"\)\.get<string>\("(\w+)"\)', self.code)}
        self.assertEqual(settings - {"writ.trace.server"}, read)  # that one is the client library's
        for step in contributes["walkthroughs"][0]["steps"]:
            self.assertTrue((self.folder / step["media"]["markdown"]).exists(), step["id"])
            for used in re.findall(r"command:(writ\.\w+)", step["description"]):
                self.assertIn(used, promised)

    def test_commands_of_the_code_are_commands_of_writ(self):
        overview = subprocess.run([OPTIONS.writ, "--help"], text=True, capture_output=True, check=True).stdout
        for name in re.findall(r'\["(\w+)", ', self.code) + ["lsp"]:
            self.assertIn(f"\n  {name} ", overview)

    def test_tokens_have_their_scopes_in_the_engine_of_the_editor(self):
        if shutil.which("node") is None or not (self.folder / "node_modules" / "vscode-textmate").exists():
            print("skipped: `npm install` was not run in editors/vscode; the grammar was not tried", file=sys.stderr)
            return
        result = subprocess.run(["node", "test/grammar.test.js"], cwd=self.folder, text=True, capture_output=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--writ", required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=sys.argv[:1])
