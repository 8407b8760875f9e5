#!/usr/bin/env python3
"""Whatever is done to a file of a bundle of evidence, `writ report --check` names the file.

Usage: evidence_test.py PATH-OF-WRIT FOLDER-OF-A-PROGRAM
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(2)) if len(sys.argv) > 2 else "."
WRIT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "writ"


def run(*arguments, cwd=None):
    return subprocess.run([WRIT, *map(str, arguments)], cwd=cwd, text=True, capture_output=True,
                          timeout=300, check=False)


class Evidence(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.bundle = pathlib.Path(cls.folder.name) / "evidence"
        made = run("report", PROGRAM, "--evidence", cls.bundle, "--as-of", "2026-11-22")
        assert made.returncode == 0, made.stderr
        cls.digest = re.search(r"digest of the index: ([0-9a-f]{64})\n", made.stdout).group(1)
        cls.paths = sorted(path.relative_to(cls.bundle)
                           for path in cls.bundle.rglob("*") if path.is_file())

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def named(self, result):
        """Files that a check names, in backquotes at the begin of its findings."""
        return set(re.findall(r"^error\[W9307\]: `([^`]*)`", result.stderr, re.M))

    def check(self):
        return run("report", "--check", self.bundle, "--digest", self.digest)

    def test_nothing_changed(self):
        self.assertGreater(len(self.paths), 12)
        result = self.check()
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_one_byte_of_each_file(self):
        for path in self.paths:
            file = self.bundle / path
            bytes_before = file.read_bytes()
            for at in {0, len(bytes_before) // 2, len(bytes_before) - 1}:
                changed = bytearray(bytes_before)
                changed[at] ^= 1
                file.write_bytes(changed)
                result = self.check()
                self.assertEqual((result.returncode, self.named(result)), (1, {str(path)}),
                                 f"{path} at {at}: {result.stderr}")
            file.write_bytes(bytes_before)

    def test_each_file_missing(self):
        for path in self.paths:
            file = self.bundle / path
            bytes_before = file.read_bytes()
            file.unlink()
            result = self.check()
            if str(path) == "index.json":
                self.assertEqual(result.returncode, 2, result.stderr)
            else:
                self.assertEqual((result.returncode, self.named(result)), (1, {str(path)}))
            file.write_bytes(bytes_before)

    def test_files_added(self):
        for name in ("more.txt", "artifacts/iam/more.json", "sources/more.writ"):
            file = self.bundle / name
            file.write_text("")
            result = self.check()
            self.assertEqual((result.returncode, self.named(result)), (1, {name}))
            file.unlink()

    def test_an_index_that_fits_a_changed_file_has_another_digest(self):
        copy = pathlib.Path(self.folder.name) / "copy"
        shutil.copytree(self.bundle, copy)
        made = run("report", PROGRAM, "--evidence", copy, "--as-of", "2026-11-23")
        self.assertEqual(made.returncode, 0, made.stderr)
        unchecked = run("report", "--check", copy)
        self.assertEqual(unchecked.returncode, 0)
        self.assertIn("warning[W9309]", unchecked.stderr)
        result = run("report", "--check", copy, "--digest", self.digest)
        self.assertEqual((result.returncode, self.named(result)), (1, {"index.json"}))

    def test_the_same_inputs_give_the_same_bytes(self):
        again = pathlib.Path(self.folder.name) / "again"
        run("report", PROGRAM, "--evidence", again, "--as-of", "2026-11-22")
        for path in self.paths:
            self.assertEqual((again / path).read_bytes(), (self.bundle / path).read_bytes(), path)


if __name__ == "__main__":
    unittest.main()
