#!/usr/bin/env python3
"""Runs the workflow that `writ init` writes as GitHub would: on scratch repositories, with the
events of a push, of pull requests and of a fork, and a stand-in for what lies on GitHub's side.

The stand-in runs `uses: ./…`, `run`, `if`, `with` and `env` as GitHub documents them, evaluates the
expressions that the workflow has (another one is an error), knows the two actions of others that
are named, and keeps comments behind a `gh` that can be read only.

Usage: workflow_test.py PATH-OF-WRIT SOURCE
"""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError:
    print("skipped: PyYAML is not installed (Debian: python3-yaml); the workflow was not run", file=sys.stderr)
    sys.exit(0)

WRIT, SOURCE = os.path.abspath(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1))
OLD, NEW = "team builders may invoke nova-lite in us-east-1", "team builders may invoke nova-lite, nova-pro in us-east-1"
MARKER = "<!-- writ review -->"

GH = """#!{python}
import json, os, sys
store, arguments = "{store}", sys.argv[1:]
comments = json.load(open(store))
if arguments[0] != "api" or os.environ.get("GH_TOKEN") != "token":
    sys.exit(4)
if "--paginate" in arguments:
    marker = arguments[arguments.index("--jq") + 1].split('startswith("')[1].split('")')[0]
    print("\\n".join(str(one["id"]) for one in comments if one["body"].startswith(marker)))
    sys.exit(0)
if {read_only}:
    sys.exit("Resource not accessible by integration")
path = next(one for one in arguments if one.startswith("repos/"))
body = open(next(one for one in arguments if one.startswith("body=@"))[6:]).read()
if len(body) > 65536:
    sys.exit("Body is too long")
if arguments[arguments.index("--method") + 1] == "POST":
    assert path == "repos/acme/policies/issues/7/comments", path
    comments.append({{"id": 100 + len(comments), "by": "bot", "body": body}})
else:
    one = next(one for one in comments if path == f"repos/acme/policies/issues/comments/{{one['id']}}")
    if one["by"] != "bot":
        sys.exit("Must have admin rights to Repository.")
    one["body"] = body
json.dump(comments, open(store, "w"))
"""


class Expression:
    """What stands between `${{` and `}}`: names, texts, `!`, `==`, `!=`, `&&`, `||` and functions."""

    TOKEN = re.compile(r"\s*(&&|\|\||==|!=|!|\(|\)|,|'(?:[^']|'')*'|[\w.*-]+)")

    def __init__(self, text, contexts, functions):
        self.tokens, at = [], 0
        while text[at:].strip():
            found = self.TOKEN.match(text, at)
            if found is None:
                raise AssertionError(f"an expression that is not known here: {text}")
            self.tokens.append(found.group(1))
            at = found.end()
        self.contexts, self.functions = contexts, functions

    def value(self):
        value = self.either()
        if self.tokens:
            raise AssertionError(f"left over: {self.tokens}")
        return value

    def take(self, *wanted):
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in wanted else None

    def either(self):
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value or other
        return value

    def both(self):
        value = self.equal()
        while self.take("&&"):
            other = self.equal()
            value = value and other
        return value

    def equal(self):
        value = self.one()
        while operator := self.take("==", "!="):
            other = self.one()
            same = value == other or (not value and not other and type(value) is not type(other) and "" not in (value, other))
            value = same if operator == "==" else not same
        return value

    def one(self):
        if self.take("!"):
            return not self.one()
        if self.take("("):
            value = self.either()
            self.tokens.remove(")")
            return value
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token in ("true", "false"):
            return token == "true"
        if self.take("("):
            arguments = []
            while not self.take(")"):
                arguments.append(self.either())
                self.take(",")
            return self.functions[token](*arguments)
        return self.named(token)

    def named(self, path):
        first, *rest = path.split(".")
        value = self.contexts[first]
        for part in rest:
            if part == "*":
                value = list(value or ())
            elif isinstance(value, list):
                value = [one.get(part) for one in value]
            else:
                value = value.get(part) if isinstance(value, dict) else None
        return value


class Runner:
    """One run of a job in a clone."""

    def __init__(self, clone, event_name, event, variables, path):
        self.clone, self.failed, self.uploads, self.printed = clone, False, [], ""
        self.summary, self.paths = clone.parent / "summary", clone.parent / "paths"
        self.temporary = clone.parent / "temporary"
        self.temporary.mkdir(exist_ok=True)
        for file in (self.summary, self.paths):
            file.write_text("")
        self.path = path
        self.contexts = {
            "github": {"event": event, "event_name": event_name, "token": "token", "repository": "acme/policies",
                       "server_url": "https://github.com", "sha": "0" * 40},
            "vars": variables, "inputs": {}}

    def evaluate(self, text, contexts):
        functions = {"always": lambda: True, "success": lambda: not self.failed, "failure": lambda: self.failed,
                     "contains": lambda where, what: what in (where or ()),
                     "hashFiles": lambda name: "digest" if (self.clone / name).exists() else ""}
        return Expression(text, contexts, functions).value()

    def text(self, value, contexts):
        whole = re.fullmatch(r"\$\{\{(.*?)\}\}", str(value))
        shown = lambda one: "" if one is None else str(one).lower() if isinstance(one, bool) else str(one)
        if whole:
            return shown(self.evaluate(whole.group(1), contexts))
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: shown(self.evaluate(found.group(1), contexts)), str(value))

    def job(self):
        workflow = yaml.safe_load((self.clone / ".github/workflows/writ.yml").read_text())
        self.steps(workflow["jobs"]["review"]["steps"], self.contexts)
        return not self.failed

    def steps(self, steps, contexts):
        for step in steps:
            condition = str(step.get("if", "success()"))
            if "always()" not in condition and self.failed:
                continue
            if not self.evaluate(condition, contexts):
                continue
            before = self.failed
            self.step(step, contexts)
            if step.get("continue-on-error"):
                self.failed = before

    def step(self, step, contexts):
        given = {name: self.text(value, contexts) for name, value in step.get("with", {}).items()}
        uses = step.get("uses", "")
        if uses.startswith("./"):
            action = yaml.safe_load((self.clone / uses / "action.yml").read_text())
            unknown = set(given) - set(action["inputs"])
            if unknown:
                raise AssertionError(f"{uses} has no input {unknown}")
            inputs = {name: given.get(name, self.text(one.get("default", ""), {"github": contexts["github"]}))
                      for name, one in action["inputs"].items()}
            # An action sees no variables and no environment of the job.
            self.steps(action["runs"]["steps"], {"github": contexts["github"], "inputs": inputs})
        elif uses.startswith("github/codeql-action/upload-sarif@"):
            self.uploads.append(json.loads((self.clone / given["sarif_file"]).read_text()))
        elif uses.startswith("actions/checkout@"):
            if given.get("fetch-depth") != "0":
                raise AssertionError("the base must be in the clone")
        elif uses:
            raise AssertionError(f"an action that is not known here: {uses}")
        else:
            self.run(step, contexts)

    def run(self, step, contexts):
        added = [line for line in self.paths.read_text().splitlines() if line]
        environment = {"PATH": ":".join([*reversed(added), self.path]), "HOME": str(self.clone.parent), "CI": "true",
                       "GITHUB_PATH": str(self.paths), "GITHUB_STEP_SUMMARY": str(self.summary), "GITHUB_REPOSITORY": "acme/policies",
                       "RUNNER_TEMP": str(self.temporary), "GIT_CONFIG_GLOBAL": "/dev/null",
                       **{name: self.text(value, contexts) for name, value in step.get("env", {}).items()}}
        done = subprocess.run(["sh", "-e", "-c", step["run"]], cwd=self.clone, env=environment, text=True, capture_output=True,
                              timeout=300, check=False)
        self.printed += done.stdout + done.stderr
        self.failed = self.failed or done.returncode != 0


class Workflow(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.clone = self.folder / "clone"
        self.git("init", "--quiet", "--initial-branch=main", str(self.clone), where=self.folder)
        subprocess.run([WRIT, "init"], cwd=self.clone, check=True, capture_output=True)
        self.store = self.folder / "comments"
        self.store.write_text("[]")
        self.build()
        self.base = self.commit()

    def git(self, *arguments, where=None):
        environment = {**os.environ, "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.com", "GIT_COMMITTER_NAME": "t",
                       "GIT_COMMITTER_EMAIL": "t@example.com", "GIT_CONFIG_GLOBAL": "/dev/null"}
        return subprocess.run(["git", *arguments], cwd=where or self.clone, env=environment, text=True, capture_output=True,
                              check=True).stdout.strip()

    def build(self):
        subprocess.run([WRIT, "build", "policies", "-o", "out"], cwd=self.clone, check=True, capture_output=True)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def change(self, name, old, new):
        path = self.clone / "policies" / name
        self.assertIn(old, path.read_text())
        path.write_text(path.read_text().replace(old, new))

    def widen(self):
        self.change("main.writ", OLD, NEW)
        self.change("tests.writ", "except nova-lite", "except nova-lite, nova-pro")
        self.build()
        return self.commit()

    def path(self, read_only, has_writ=True):
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        gh = tools / "gh"
        gh.write_text(GH.format(python=sys.executable, store=self.store, read_only=read_only))
        gh.chmod(gh.stat().st_mode | stat.S_IXUSR)
        if has_writ:
            return f"{tools}:{os.path.dirname(WRIT)}:{os.environ['PATH']}"
        for name in ("sh", "curl", "git", "sha256sum", "tar", "gzip", "mkdir", "rm", "cat", "mktemp", "head", "sed", "wc", "tee", "python3"):
            found = shutil.which(name)
            if found and not (tools / name).exists():
                (tools / name).symlink_to(found)
        return str(tools)

    def pull_request(self, labels=(), is_fork=False, variables=None, has_writ=True):
        head = self.git("rev-parse", "HEAD")
        event = {"pull_request": {"number": 7, "base": {"sha": self.base}, "head": {"sha": head, "repo": {"fork": is_fork}},
                                  "labels": [{"name": name} for name in labels]}}
        runner = Runner(self.clone, "pull_request", event, variables or {}, self.path(is_fork, has_writ))
        return runner.job(), runner

    def comments(self):
        return json.loads(self.store.read_text())

    def test_the_first_run_is_green_and_says_nothing(self):
        runner = Runner(self.clone, "push", {}, {}, self.path(False))
        self.assertTrue(runner.job(), runner.printed)
        self.assertEqual((self.comments(), len(runner.uploads)), ([], 1))

    def test_a_widened_change_is_stopped_with_a_comment_that_is_found_again(self):
        quoted = [{"id": 1, "by": "someone", "body": f"> {MARKER}"}, {"id": 2, "by": "someone", "body": f"{MARKER} mine"}]
        self.store.write_text(json.dumps(quoted))
        head = self.widen()
        good, runner = self.pull_request()
        self.assertFalse(good)
        self.assertEqual(self.comments()[:2], quoted)
        body = self.comments()[2]["body"]
        self.assertTrue(body.startswith(f"{MARKER}\n\n## What this change means\n\n**1 team gains"), body[:200])
        for words in ("### Access widened", "nova-pro", f"https://github.com/acme/policies/blob/{head}/policies/main.writ#L"):
            self.assertIn(words, body)
        self.assertIn("Access widened", runner.summary.read_text())
        # Somebody approves: the same comment, and the run is green.
        good, runner = self.pull_request(labels=["other", "access-approved"])
        self.assertTrue(good, runner.printed)
        self.assertEqual([one["id"] for one in self.comments()], [1, 2, 102])
        # The change is taken back: the comment no longer says that it is there.
        self.git("revert", "--no-edit", "HEAD")
        good, runner = self.pull_request()
        self.assertTrue(good, runner.printed)
        self.assertEqual(len(self.comments()), 3)
        self.assertIn("no change in meaning", self.comments()[2]["body"].lower())

    def test_a_program_with_errors_takes_back_what_the_comment_said(self):
        self.widen()
        self.pull_request()
        self.change("main.writ", "nova-pro", "nova-por")
        self.commit()
        good, runner = self.pull_request()
        self.assertFalse(good)
        self.assertEqual(runner.uploads[0]["runs"][0]["results"][0]["ruleId"], "W2001")
        self.assertEqual(len(self.comments()), 1)
        self.assertIn("### Not reviewed", self.comments()[0]["body"])
        self.assertNotIn("widened", self.comments()[0]["body"])

    def test_a_run_for_a_fork_says_it_in_its_summary(self):
        self.widen()
        good, runner = self.pull_request(is_fork=True)
        self.assertFalse(good)  # for the change, not for the comment
        self.assertEqual((self.comments(), runner.uploads), ([], []))
        self.assertIn("could not be written as a comment; it is in the summary of this run", runner.printed)
        self.assertIn("Access widened", runner.summary.read_text())
        self.git("revert", "--no-edit", "HEAD")
        good, runner = self.pull_request(is_fork=True)
        self.assertTrue(good, runner.printed)

    def test_a_long_review_is_cut_in_the_comment_and_whole_in_the_summary(self):
        (self.clone / "writ-diff.md").write_text("### Access widened\n" + "- one more ß\n" * 10000)
        runner = Runner(self.clone, "pull_request", {}, {}, self.path(False))
        runner.run({"run": "ci/comment writ-diff.md acme/policies 7", "env": {"GH_TOKEN": "token"}}, runner.contexts)
        self.assertFalse(runner.failed, runner.printed)
        body = self.comments()[0]["body"]
        self.assertLess(len(body), 65536)
        self.assertTrue(body.endswith("- one more ß\n\n**This is not all:** the whole review is in the summary of the run.\n"), body[-200:])
        self.assertEqual(runner.summary.read_text().count("one more"), 10000)

    def test_without_a_release_it_says_what_to_do(self):
        good, runner = self.pull_request(has_writ=False)
        self.assertFalse(good)
        self.assertIn("ci/release", runner.printed)
        self.assertEqual(self.comments(), [])

    def test_a_release_is_pinned_by_variables_or_by_a_file(self):
        if shutil.which("curl") is None:
            print("skipped: curl is not installed; ci/install was not run", file=sys.stderr)
            return
        tarball, pinned = self.folder / "writ.tar.gz", self.folder / "pinned" / "bin"
        pinned.mkdir(parents=True)
        shutil.copy(WRIT, pinned / "writ")
        subprocess.run(["tar", "-czf", str(tarball), "-C", str(self.folder), "pinned"], check=True)
        digest = subprocess.run(["sha256sum", str(tarball)], text=True, capture_output=True, check=True).stdout.split()[0]
        good, runner = self.pull_request(has_writ=False, variables={"WRIT_TARBALL": tarball.as_uri(), "WRIT_SHA256": digest})
        self.assertTrue(good, runner.printed)
        (self.clone / "ci/release").write_text(f"{tarball.as_uri()} {digest}")
        self.base = self.commit()
        good, runner = self.pull_request(has_writ=False)
        self.assertTrue(good, runner.printed)
        (self.clone / "ci/release").write_text(f"{tarball.as_uri()} {'0' * 64}\n")
        good, runner = self.pull_request(has_writ=False)
        self.assertFalse(good)
        self.assertIn("was deleted and not run", runner.printed)

    def test_the_job_of_the_page_for_gitlab_runs(self):
        page = (SOURCE / "docs/reviewing-changes.md").read_text()
        job = yaml.safe_load(re.search(r"```yaml\n(.*?)```", page, re.S).group(1))["writ"]
        lines = [line for line in job["before_script"] + job["script"] if not line.startswith("apt-get")]
        environment = {"PATH": self.path(False), "HOME": str(self.folder), "GIT_CONFIG_GLOBAL": "/dev/null",
                       "CI_PROJECT_DIR": str(self.clone), "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.base}
        run = lambda: subprocess.run(["sh", "-e", "-c", "\n".join(lines)], cwd=self.clone, env=environment, text=True,
                                     capture_output=True, check=False)
        done = run()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.widen()
        self.assertEqual(run().returncode, 1)
        for name in [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]:
            self.assertTrue((self.clone / name).exists(), name)


if __name__ == "__main__":
    unittest.main()
