#!/usr/bin/env python3
"""What a document that does not fit says of its sentences is true: without the sentence, the document
is shorter by just as much.

Usage: savings_test.py PATH-OF-WRIT
"""

import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

WRIT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "writ"

HEADER = """\
organization acme "o-exampleorgid" {
  management 111111111111
  ou work "ou-ab12-workload" { account one 222222222222  account two 333333333333 }
}
"""


def of_a_permission_set(seed):
    """Sentences of a team whose permission set is too long: statements are shared or not."""
    random.seed(seed)
    actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectTagging"]
    lines = [HEADER, "team wf { in one  as permission-set Wf }\n"]
    for i in range(165):
        some = ", ".join(sorted(random.sample(actions, random.choice([1, 1, 2]))))
        name = "x" * random.randint(1, 40)
        lines.append(f'team wf may do {some} on "arn:aws:s3:::bucket-{i}-{name}/*"\n')
    return "".join(lines)


def of_an_organization(seed):
    """Prohibitions at the root that need more documents than there are slots."""
    random.seed(seed)
    lines = [HEADER]
    for i in range(170):
        names = [f"arn:aws:s3:::bucket-{i}-{n}-{'y' * random.randint(10, 60)}/*" for n in range(7)]
        listed = ", ".join(f'"{name}"' for name in names)
        lines.append(f"nobody may do s3:GetObject on {listed} when aws:SourceVpc = \"vpc-{i:08d}\"\n")
    return "".join(lines)


class Savings(unittest.TestCase):
    def build(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "main.writ"
            path.write_text(text, encoding="utf-8")
            result = subprocess.run([WRIT, "build", "main.writ", "--quiet", "-o", "out"], cwd=folder,
                                    text=True, capture_output=True, timeout=300, check=False)
            return result.returncode, result.stderr

    def sizes(self, stderr):
        """Characters by document, as the findings say them."""
        return {name: int(size.replace(",", "")) for name, size in re.findall(
            r"error\[W500[23]\]: .*?`([^`]+)` (?:does|do) not fit: ([\d,]+) of", stderr)}

    def hold(self, make, least):
        checked = 0
        for seed in range(1):
            text = make(seed)
            status, stderr = self.build(text)
            self.assertEqual(status, 2, stderr)
            before = self.sizes(stderr)
            self.assertEqual(len(before), 1, stderr)
            cuts = re.findall(r"removing the sentence at main\.writ:(\d+):1 saves ([\d,]+) characters",
                              stderr)
            self.assertTrue(cuts, stderr)
            for line, saves in cuts[:2]:
                lines = text.splitlines(keepends=True)
                del lines[int(line) - 1]
                _, again = self.build("".join(lines))
                after = self.sizes(again)
                self.assertEqual(after.keys(), before.keys(), "a cut that makes it fit shows no size")
                (name, size), = before.items()
                self.assertEqual(size - after[name], int(saves.replace(",", "")), f"{seed}:{line}")
                checked += 1
        self.assertGreaterEqual(checked, least)

    def test_of_a_permission_set(self):
        self.hold(of_a_permission_set, 2)

    def test_of_the_documents_of_a_node(self):
        self.hold(of_an_organization, 2)


if __name__ == "__main__":
    unittest.main()
