#!/usr/bin/env python3
"""Every cell of the access matrix is what `writ can` answers.

Usage: matrix_test.py PATH-OF-WRIT
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

WRIT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "writ"
DAY = ["--as-of", "2026-11-22"]

# Principals with and without a team, grants by verb and by action, planes, routes, an account that
# refuses what another grants, and a model that nobody may call.
PROGRAM = """\
organization acme "o-exampleorgid" {
  management 111111111111
  ou work "ou-ab12-workload" { account one 222222222222  account two 333333333333 }
}
team coders { in one, two  as role "coders-*" }
team makers { in one  as role "makers", user "maker" }
team watchers { in two  as permission-set Watch }
team coders may invoke nova-lite in us-east-1
team coders may invoke nova-lite in us-east-1, us-west-2 routed within us
team makers may invoke nova-pro, nova-micro
team makers may invoke gpt-oss-20b in us-east-1 through mantle
role "batch" in one may do bedrock:InvokeModel on "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-*"
nobody in two may invoke any model in us-west-2
nobody may invoke models from deepseek
nobody may invoke mistral-7b-instruct waive W4040 until 2027-01-31 by "a@b.example" because "known"
"""


class Matrix(unittest.TestCase):
    def report(self, folder):
        result = subprocess.run([WRIT, "report", ".", "--json", "-", *DAY], cwd=folder, text=True,
                                capture_output=True, timeout=300, check=False)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        return json.loads(result.stdout)

    def can(self, question, folder):
        result = subprocess.run([WRIT, "can", question, ".", "--json", *DAY], cwd=folder, text=True,
                                capture_output=True, timeout=300, check=False)
        self.assertIn(result.returncode, (0, 1), question + "\n" + result.stderr)
        return json.loads(result.stdout)

    def hold(self, text):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "main.writ").write_text(text, encoding="utf-8")
            matrix = self.report(folder)["matrix"]
            self.assertTrue(matrix["decided"])
            answers = set()
            for cell in matrix["cells"]:
                who = matrix["principals"][cell["principal"]]
                what = matrix["models"][cell["model"]]
                where = matrix["accounts"][cell["account"]]
                for route in cell["routes"]:
                    question = f"{who} invoke {what} in {where} {route['way']}"
                    told = self.can(question, folder)
                    self.assertEqual(told["answer"], route["answer"], question)
                    answers.add(route["answer"])
                    granted = {one.get("what", "") for one in told["granted"]}
                    for region in route["regions"] + route["regionsInPart"]:
                        by_region = self.can(f"{who} invoke {what} in {where} in {region} {route['way']}",
                                             folder)
                        whole = region in route["regions"]
                        self.assertEqual(by_region["answer"], "yes" if whole else "partly", question)
                    if route["answer"] == "no":
                        self.assertEqual(granted, set(), question)
            return answers

    def test_cells_are_what_can_answers(self):
        self.assertEqual(self.hold(PROGRAM), {"yes", "partly", "no"})


if __name__ == "__main__":
    unittest.main()
