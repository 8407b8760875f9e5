#!/usr/bin/env python3
"""The documents of `writ report --oscal` are valid OSCAL, and claim no more than is proved.

The schemas and their validator (Node.js with ajv) are not part of the project: without them that part is
skipped, and says so.

Usage: oscal_test.py PATH-OF-WRIT FOLDER-OF-A-PROGRAM FOLDER-OF-THE-VALIDATOR SCRATCH-FOLDER
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SCRATCH = pathlib.Path(sys.argv.pop(4) if len(sys.argv) > 4 else "none").absolute()
VALIDATOR = pathlib.Path(sys.argv.pop(3) if len(sys.argv) > 3 else "none").absolute()
PROGRAM = os.path.abspath(sys.argv.pop(2)) if len(sys.argv) > 2 else "."
WRIT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "writ"
NODE = shutil.which("node")


def set_up_validator():
    """A copy of the validator with its packages, or None."""
    if not (NODE and shutil.which("npm") and (VALIDATOR / "validate.mjs").is_file()):
        return None
    copy = SCRATCH / "oscal-validator"
    shutil.copytree(VALIDATOR, copy, dirs_exist_ok=True)
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save"],
                          cwd=copy, capture_output=True, check=False)
    return copy / "validate.mjs" if done.returncode == 0 else None


GOVERNED = """\
import compliance.hipaa
import compliance.nist-800-53
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 }
}
team fraud { in payments  as role "fraud" }
use-case UC-1 "Fraud" {
  owner "fraud@acme.example"
  approved by "AI board" on 2026-03-02
  review by 2027-03-01
  risk high
  data pii
}
team fraud may invoke nova-lite in us-east-1 under UC-1 control "164.312(a)(1)", "AC-6", "RA-3"
nobody may invoke models from deepseek control "ac-3"
    waive W4040 until 2027-01-31 by "security@acme.example" because "  no other AI service is enabled "
"""
UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")


def walk(value):
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    for child in children:
        yield from walk(child)


class Oscal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(cls.folder.name)
        (root / "main.writ").write_text(GOVERNED, encoding="utf-8")
        cls.files = []
        for name, program in (("governed", root / "main.writ"), ("plain", PROGRAM)):
            for place in (name, name + "-again"):
                made = subprocess.run([WRIT, "report", program, "--oscal", root / place, "--as-of",
                                       "2026-11-22"], text=True, capture_output=True, check=False)
                assert made.returncode == 0, made.stderr
            cls.files += sorted((root / name).iterdir())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def load(self, name):
        return json.loads((pathlib.Path(self.folder.name) / "governed" / name).read_text())

    def test_the_same_input_gives_the_same_bytes(self):
        for file in self.files:
            again = file.parent.with_name(file.parent.name + "-again") / file.name
            self.assertEqual(file.read_bytes(), again.read_bytes(), file)

    def test_which_documents(self):
        names = {file.name for file in self.files if file.parent.name == "governed"}
        self.assertEqual(names, {"component-definition.json", "assessment-results.json",
                                 "plan-of-action-and-milestones.json", "catalog-hipaa.json",
                                 "catalog-nist-800-53.json"})

    def test_no_control_is_no_assessment(self):
        names = {file.name for file in self.files if file.parent.name == "plain"}
        self.assertEqual(names, {"component-definition.json", "plan-of-action-and-milestones.json"})

    def test_uuids_are_made_from_names(self):
        for file in self.files:
            for value in walk(json.loads(file.read_text())):
                if isinstance(value, dict) and "uuid" in value:
                    self.assertRegex(value["uuid"], UUID)

    def test_nothing_is_more_than_a_part(self):
        component = self.load("component-definition.json")["component-definition"]["components"][0]
        requirements = [one for each in component["control-implementations"]
                        for one in each["implemented-requirements"]]
        self.assertEqual({one["control-id"] for one in requirements},
                         {"hipaa-164.312.a.1", "ac-6", "ra-3", "ac-3"})
        for one in requirements:
            status = [prop["value"] for prop in one["props"] if prop["name"] == "implementation-status"]
            self.assertEqual(status, ["partial"])

    def test_what_is_stated_has_an_observation_and_no_finding(self):
        result = self.load("assessment-results.json")["assessment-results"]["results"][0]
        classes = {}
        for one in result["observations"]:
            props = {prop["name"]: prop["value"] for prop in one["props"]}
            classes.setdefault(props["control"], set()).add(props["evidence-class"])
            self.assertEqual(one["methods"], ["TEST" if props["evidence-class"] == "proved" else "EXAMINE"])
        self.assertEqual(classes["RA-3"], {"stated"})
        found = {one["target"]["target-id"] for one in result["findings"]}
        self.assertEqual(found, {f"{token}_obj.writ-design"
                                 for token in ("hipaa-164.312.a.1", "ac-6", "ac-3")})

    def test_schemas(self):
        validator = set_up_validator()
        if validator is None:
            print("SKIPPED: no validator of OSCAL, so the schemas were not checked", file=sys.stderr)
            self.skipTest("no validator of OSCAL")
        done = subprocess.run([NODE, validator, *self.files], text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        broken = pathlib.Path(self.folder.name) / "broken.json"
        broken.write_text(self.files[0].read_text().replace('"title"', '"titel"', 1))
        done = subprocess.run([NODE, validator, broken], text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 1, "the validator accepts what is wrong")


if __name__ == "__main__":
    unittest.main()
