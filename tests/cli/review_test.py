#!/usr/bin/env python3
"""From `writ init` to a reviewed change, in a scratch git repository.

Usage: review_test.py PATH-OF-WRIT
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import xml.etree.ElementTree

WRIT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "writ"
WIDER = "team builders may invoke nova-lite, nova-pro in us-east-1"


class Review(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.git("init", "--quiet", "--initial-branch=main")
        self.assertEqual(self.writ("init").returncode, 0)

    def run_in(self, *command, **env):
        environment = {**os.environ, "PATH": f"{os.path.dirname(WRIT)}:{os.environ['PATH']}",
                       "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.com",
                       "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.com",
                       "GIT_CONFIG_GLOBAL": "/dev/null", **env}
        return subprocess.run(command, cwd=self.folder, env=environment, text=True,
                              capture_output=True, timeout=300, check=False)

    def git(self, *arguments):
        done = self.run_in("git", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def writ(self, *arguments):
        return self.run_in(WRIT, *arguments)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def build(self):
        self.assertEqual(self.writ("build", "policies", "-o", "out").returncode, 0)

    def change(self, old, new):
        path = self.folder / "policies" / "main.writ"
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new))

    def widen(self):
        self.change("team builders may invoke nova-lite in us-east-1", WIDER)
        tests = self.folder / "policies" / "tests.writ"
        tests.write_text(tests.read_text().replace("except nova-lite", "except nova-lite, nova-pro"))

    def test_the_starter_is_good(self):
        for command in (["check", "policies"], ["fmt", "--check", "policies"],
                        ["test", "policies", "--min-coverage", "50"]):
            done = self.writ(*command)
            self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        self.build()
        base = self.commit()
        done = self.run_in("ci/review", base)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("no change in meaning", (self.folder / "writ-diff.md").read_text())

    def test_init_overwrites_nothing(self):
        self.change("builders@example.com", "mine@example.com")
        done = self.writ("init")
        self.assertEqual(done.returncode, 64)
        self.assertIn("W9305", done.stderr)
        self.assertIn("mine@example.com", (self.folder / "policies" / "main.writ").read_text())

    def test_a_change_that_widens_is_stopped_and_said(self):
        self.build()
        base = self.commit()
        self.widen()
        stale = self.run_in("ci/review", base)
        self.assertEqual(stale.returncode, 1)
        self.assertIn("out/ is not what the program compiles to", stale.stderr)
        self.build()
        stopped = self.run_in("ci/review", base)
        self.assertEqual(stopped.returncode, 1)
        self.assertNotIn("out/ is not", stopped.stderr)
        said = (self.folder / "writ-diff.md").read_text()
        for words in ("Access widened", "nova-pro", "team builders", "no sentence allows it"):
            self.assertIn(words, said)
        self.assertEqual(self.run_in("ci/review", base, WRIT_FAIL_ON="none").returncode, 0)
        self.assertEqual(self.run_in("ci/review", base, WRIT_FAIL_ON="narrowed").returncode, 0)

    def test_a_base_that_is_not_there_stops_the_review(self):
        self.build()
        (self.folder / "writ-diff.md").write_text("of an earlier run")
        self.commit()
        done = self.run_in("ci/review", "0123456789abcdef0123456789abcdef01234567")
        self.assertEqual(done.returncode, 1)
        self.assertIn("is not in this clone", done.stderr)
        self.assertTrue((self.folder / "writ-diff.md").read_text().startswith("### Not reviewed\n\nThe base 0123456789"))

    def test_the_first_program_is_said_to_be_all_new(self):
        self.git("commit", "--quiet", "--no-verify", "--allow-empty", "--message", "before")
        base = self.git("rev-parse", "HEAD")
        self.build()
        self.commit()
        done = self.run_in("ci/review", base)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("all that the program allows is new", (self.folder / "writ-diff.md").read_text())

    def test_findings_and_tests_are_for_machines(self):
        self.build()
        base = self.commit()
        self.change("nova-lite in us-east-1", "nova-lit in us-east-1")
        self.assertEqual(self.run_in("ci/review", base).returncode, 1)
        sarif = json.loads((self.folder / "writ.sarif").read_text())
        self.assertEqual(sarif["runs"][0]["results"][0]["ruleId"], "W2001")
        self.change("nova-lit in us-east-1", "nova-pro in us-east-1")
        self.assertEqual(self.run_in("ci/review", base).returncode, 1)
        suite = xml.etree.ElementTree.parse(self.folder / "writ-tests.xml").getroot()
        failed = [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None]
        self.assertEqual(failed, ["builders call the one model that they need"])

    def test_the_hook_stops_a_commit(self):
        self.git("config", "core.hooksPath", ".githooks")
        self.change("nova-lite in us-east-1", "nova-lit in us-east-1")
        self.git("add", "--all")
        done = self.run_in("git", "commit", "--quiet", "--message", "broken")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("W2001", done.stderr)
        self.assertIn("pre-commit: the policies have errors", done.stderr)
        self.change("nova-lit in us-east-1", "nova-lite  in us-east-1")
        self.git("add", "--all")
        done = self.run_in("git", "commit", "--quiet", "--message", "not in form")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("pre-commit: run `writ fmt policies`", done.stderr)
        self.assertEqual(self.writ("fmt", "policies").returncode, 0)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "in form")

    def tarball(self):
        """A release as tools/package lays it out, with this executable."""
        path = self.folder / "writ.tar.gz"
        with tarfile.open(path, "w:gz") as packed:
            packed.add(WRIT, "writ-0/bin/writ")
        return path.as_uri(), hashlib.sha256(path.read_bytes()).hexdigest()

    def without_writ(self):
        """A PATH with what a runner has, and no writ."""
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        for name in ("sh", "curl", "sha256sum", "tar", "gzip", "mkdir", "rm", "printf"):
            found = shutil.which(name)
            if found:
                (tools / name).symlink_to(found)
        return str(tools)

    def test_install_runs_only_what_has_the_sum(self):
        if shutil.which("curl") is None:
            print("skipped: curl is not installed; ci/install was not run", file=sys.stderr)
            return
        address, digest = self.tarball()
        path = self.without_writ()
        done = self.run_in("ci/install", "there", PATH=path)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("WRIT_TARBALL", done.stderr)
        done = self.run_in("ci/install", "there", PATH=path, WRIT_TARBALL=address, WRIT_SHA256="0" * 64)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("does not have the sum", done.stderr)
        self.assertFalse((self.folder / "there" / "bin").exists())
        self.assertFalse((self.folder / "there" / "writ.tar.gz").exists())
        done = self.run_in("ci/install", "there", PATH=path, WRIT_TARBALL=address, WRIT_SHA256=digest)
        self.assertEqual((done.returncode, done.stdout), (0, "there/bin\n"), done.stderr)
        self.assertIn("writ 0", done.stderr)
        self.assertEqual(self.run_in("ci/install", "there").stdout, "")  # it is on the path

    def gh(self, answer, fails=""):
        """A stand-in for `gh` that notes how it was called; lists `answer` as comments' ids."""
        tools = self.folder / "fake"
        tools.mkdir(exist_ok=True)
        script = tools / "gh"
        script.write_text(f"""#!/bin/sh
printf '%s\\n' "$*" >> "{self.folder}/calls"
case "$*" in
  *--paginate*) {'exit 1' if fails == 'list' else ':'}; printf '%s' '{answer}' ;;
  *) {'exit 1' if fails == 'write' else ':'}; for word in "$@"; do case $word in body=@*) cat "${{word#body=@}}" > "{self.folder}/body" ;; esac; done ;;
esac
""")
        script.chmod(0o755)
        (self.folder / "calls").write_text("")
        return f"{tools}:{os.environ['PATH']}"

    def test_the_review_is_one_comment_that_is_found_again(self):
        (self.folder / "writ-diff.md").write_text("### Access widened\n")
        def comment(path, **more):
            done = self.run_in("ci/comment", "writ-diff.md", "acme/policies", "7", PATH=path, **more)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done, (self.folder / "calls").read_text().splitlines()
        _, calls = comment(self.gh(""))
        self.assertIn("--method POST repos/acme/policies/issues/7/comments", calls[1])
        self.assertEqual((self.folder / "body").read_text(), "<!-- writ review -->\n\n### Access widened\n")
        self.assertIn('startswith("<!-- writ review -->")', calls[0])
        _, calls = comment(self.gh("12\n13\n"))
        self.assertIn("--method PATCH repos/acme/policies/issues/comments/12", calls[1])
        self.assertEqual(len(calls), 2)
        done, _ = comment(self.gh("", fails="write"), GITHUB_STEP_SUMMARY=str(self.folder / "summary"))
        self.assertIn("could not be written as a comment; it is in the summary of this run and in writ-diff.md", done.stderr)
        self.assertEqual((self.folder / "summary").read_text(), "### Access widened\n")
        _, calls = comment(self.gh("", fails="list"))
        self.assertEqual(len(calls), 1)  # an earlier comment may be there: no second one
        (self.folder / "writ-diff.md").write_text("")
        _, calls = comment(self.gh(""))
        self.assertEqual(calls, [])  # nothing to say, nobody asked

    def test_what_a_review_writes_is_not_committed(self):
        self.build()
        self.assertEqual(self.run_in("ci/review", self.commit()).returncode, 0)
        self.assertEqual(self.git("status", "--short"), "")

    def test_revisions_are_never_options_or_commands(self):
        self.commit()
        for hostile in ("--output=stolen:policies", "$(touch stolen):policies", "-h:policies",
                        "HEAD:no-such", "no-such:policies"):
            done = self.writ("diff", "--", hostile, "policies")
            self.assertEqual(done.returncode, 66, hostile + done.stdout + done.stderr)
            self.assertIn("W9001", done.stderr)
        self.assertFalse((self.folder / "stolen").exists())
        self.assertEqual(self.writ("diff", "HEAD:policies", "HEAD:policies/main.writ").returncode, 0)


if __name__ == "__main__":
    unittest.main()
