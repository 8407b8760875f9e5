#!/usr/bin/env python3
"""Programs at revisions of git: `writ diff REVISION:PATH PATH` in a scratch repository.

Usage: revisions_test.py PATH-OF-WRIT
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

WRIT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "writ"
ORGANIZATION = """organization acme "o-exampleorgid" {
  account payments 222222222222
}
"""
TEAM = 'team fraud { in payments as role "fraud" }\n'
SENTENCE = "team fraud may invoke nova-lite in us-east-1\n"
SAME = "no change in meaning\n"


class Revisions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.git("init", "--quiet", "--initial-branch=main")

    def run_in(self, *command):
        environment = {**os.environ, "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.com",
                       "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.com",
                       "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ALLOW_PROTOCOL": "file"}
        return subprocess.run(command, cwd=self.folder, env=environment, text=True,
                              capture_output=True, timeout=300, check=False)

    def git(self, *arguments):
        done = self.run_in("git", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def diff(self, old, new="p"):
        return self.run_in(WRIT, "diff", old, new, "--as-of", "2026-11-22")

    def assert_same(self, old, new="p"):
        done = self.diff(old, new)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        self.assertTrue(done.stdout.startswith(SAME), done.stdout)

    def assert_refused(self, old, status, message):
        done = self.diff(old)
        self.assertEqual((done.returncode, done.stdout), (status, ""))
        self.assertIn(message, done.stderr)
        self.assertEqual(done.stderr.count("error["), 1, done.stderr)

    def test_files_in_folders_with_any_names(self):
        self.write("p/organization.writ", ORGANIZATION)
        self.write("p/teams/fraud team.writ", TEAM)
        self.write("p/teams/régions/été.writ", 'let home = us-east-1\n')
        self.write("p/sentences/by line/main.writ", SENTENCE.replace("us-east-1", "home"))
        self.write("p/empty.writ", "")
        self.write("p/README.md", "not a program")
        self.commit()
        self.assert_same("HEAD:p")
        self.assert_same("main:./p/")
        self.write("p/sentences/by line/main.writ", SENTENCE.replace("nova-lite", "nova-pro"))
        done = self.diff("HEAD:p")
        self.assertIn("+ team fraud, in payments: invoke nova-pro in us-east-1", done.stdout)
        self.assertIn("(sentences/by line/main.writ:1:1)", done.stdout)

    def test_imports_are_of_the_revision(self):
        self.write("lib/teams/shared.writ", TEAM)
        self.write("lib/organization.writ", ORGANIZATION)
        self.write("p/main.writ", 'import "../lib/organization.writ"\n'
                   'import "../lib/teams/shared.writ"\n' + SENTENCE)
        base = self.commit()
        self.assert_same(base + ":p")
        self.assert_same(base + ":p/main.writ", "p/main.writ")
        # The import as it was, whatever lies in the work tree now.
        self.write("lib/teams/shared.writ", TEAM.replace('"fraud"', '"fraud-2"'))
        done = self.diff(base + ":p")
        self.assertIn('team fraud (role "fraud-2"), in payments: invoke nova-lite', done.stdout)
        self.assertIn('team fraud (role "fraud"), in payments: invoke nova-lite', done.stdout)

    def test_what_is_not_there(self):
        self.write("p/main.writ", ORGANIZATION + TEAM + SENTENCE)
        self.commit()
        self.assert_refused("no-such:p", 66, "error[W9001]: cannot read `no-such:p`: git knows no "
                            "revision `no-such`")
        self.assert_refused("HEAD:q", 66, "error[W9001]: cannot read `HEAD:q`: no `.writ` file at "
                            "`q` in HEAD")
        self.assert_refused("HEAD:../p", 66, "error[W9001]: cannot read `HEAD:../p`: ")
        self.git("rm", "--quiet", "-r", "--cached", "p")
        self.write("notes.txt", "no program")
        self.git("add", "notes.txt")
        self.git("commit", "--quiet", "--message", "gone")
        self.assert_refused("HEAD:p", 66, "no `.writ` file at `p` in HEAD")
        self.assert_same("HEAD~1:p")

    def test_an_empty_program(self):
        self.write("p/main.writ", "")
        self.commit()
        done = self.diff("HEAD:p")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith(SAME), done.stdout)

    def test_links_are_followed_within_a_revision(self):
        self.write("elsewhere/team.writ", TEAM)
        self.write("elsewhere/more/rest.writ", SENTENCE)
        self.write("p/main.writ", ORGANIZATION)
        os.symlink("../elsewhere/team.writ", self.folder / "p" / "team.writ")
        os.symlink("../elsewhere/more", self.folder / "p" / "more")
        os.symlink("../elsewhere/more", self.folder / "p" / "more-again")
        os.symlink("main.writ", self.folder / "p" / "once.writ")
        base = self.commit()
        self.assert_same(base + ":p")
        self.write("elsewhere/more/rest.writ", "")
        done = self.diff(base + ":p")
        self.assertIn("- team fraud, in payments: invoke nova-lite", done.stdout)
        self.assertIn("(more/rest.writ:1:1)", done.stdout)
        (self.folder / "p" / "team.writ").unlink()
        os.symlink("/etc/hostname", self.folder / "p" / "team.writ")
        self.commit()
        self.assert_refused("HEAD:p", 66, "error[W9001]: cannot read `HEAD:p`: `p/team.writ` is a "
                            "link to `/etc/hostname`, which is no file in HEAD")

    def test_a_submodule_is_no_part_of_a_revision(self):
        other = tempfile.TemporaryDirectory()
        self.addCleanup(other.cleanup)
        run = subprocess.run
        for command in (["init", "--quiet"], ["-c", "user.name=t", "-c", "user.email=t@e", "commit",
                                              "--quiet", "--allow-empty", "--message", "x"]):
            run(["git", "-C", other.name, *command], check=True)
        self.write("p/main.writ", ORGANIZATION + TEAM + SENTENCE)
        self.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.name,
                 "p/sub.writ")
        self.commit()
        self.assert_same("HEAD:p", "p/main.writ")

    def test_outside_of_a_repository(self):
        self.write("p/main.writ", ORGANIZATION + TEAM + SENTENCE)
        (self.folder / ".git").rename(self.folder / "not-git")
        done = self.diff("HEAD:p")
        self.assertEqual((done.returncode, done.stdout), (66, ""))
        self.assertIn("error[W9001]: cannot read `HEAD:p`: ", done.stderr)

    def test_a_catalog_is_the_work_tree_s(self):
        self.write("p/main.writ", ORGANIZATION + TEAM + SENTENCE)
        self.commit()
        self.write("facts.txt", "part models 2026-12-01\nsource by hand\n")
        done = self.run_in(WRIT, "diff", "--as-of", "2026-11-22", "--catalog", "facts.txt",
                           "HEAD:p", "p")
        self.assertEqual(done.returncode, 2)
        self.assertIn("error[W2001]", done.stderr)


if __name__ == "__main__":
    unittest.main()
