#!/usr/bin/env python3
"""Tests of the executable: terminals, exit statuses, help, a hostile disk.

Usage: cli_test.py PATH-OF-WRIT
"""

import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

WRIT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "writ"

# The commands that must exist; each must explain itself.
COMMANDS = ["build", "can", "catalog", "check", "compare", "completion", "diff", "explain", "fmt", "help", "init", "manual", "simulate", "test", "verify", "watch", "who"]


def run(*arguments, cwd=None, env=None, text=True, stdin=subprocess.DEVNULL):
    environment = {**os.environ, **(env or {})}
    return subprocess.run([WRIT, *arguments], cwd=cwd, env=environment, text=text, stdin=stdin,
                          capture_output=True, timeout=120, check=False)


def run_on_terminal(*arguments, cwd, env=None):
    """What a user sees: standard error is a terminal."""
    ours, theirs = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    process = subprocess.Popen([WRIT, *arguments], cwd=cwd, env={**environment, **(env or {})},
                               stdout=subprocess.DEVNULL, stderr=theirs, stdin=subprocess.DEVNULL)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        seen += part
    process.wait()
    os.close(ours)
    return seen.decode()


class Cli(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def put(self, name, content=""):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content)

    def test_version_and_help(self):
        version = run("--version")
        self.assertEqual(version.returncode, 0)
        self.assertRegex(version.stdout, r"^writ \d+\.\d+\.\d+\n$")
        self.assertEqual(version.stderr, "")
        overview = run("--help")
        self.assertEqual(overview.returncode, 0)
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", overview.stdout)
            own = run(command, "--help")
            self.assertEqual(own.returncode, 0, command)
            self.assertIn("Usage: writ " + command, own.stdout)
            for option in ("--diagnostics", "--color", "--quiet", "--verbose", "--as-of",
                           "--catalog", "--allow-unknown"):
                self.assertIn(option, own.stdout, command)

    def test_bad_usage_is_64_and_says_where_help_is(self):
        for arguments in ([], ["chek"], ["lint", "a", "--account", "abc"], ["drift", "--deployed", "a", "--account", "22222222222"],
                          ["check", "--color"], ["check", "--color", "blue"],
                          ["check", "--as-of", "tomorrow"], ["check", "--diagnostics", "xml"],
                          ["explain"], ["--nonsense"]):
            result = run(*arguments)
            self.assertEqual(result.returncode, 64, arguments)
            self.assertEqual(result.stdout, "", arguments)
            self.assertIn("--help", result.stderr, arguments)

    def test_misspelt_commands_and_options_are_named_with_the_nearest(self):
        result = run("chekc")
        self.assertEqual(result.returncode, 64)
        self.assertIn("there is no command `chekc`; did you mean `check`?", result.stderr)
        result = run("check", "--wtach")
        self.assertEqual(result.returncode, 64)
        self.assertIn("`check` has no option `--wtach`; did you mean `--watch`?", result.stderr)

    def test_wrong_command_lines_are_told_in_words_of_our_own(self):
        for arguments, said in (
                (["freeze", "--use", "--keys", "--except", "x", "-o", "x"], "give only one of --use, --sessions-before,"),
                (["freeze", "--except", "x", "-o", "x"], "give one of --use, --sessions-before,"),
                (["report", "--base", "a", "--against", "b"], "give only one of --base, --against"),
                (["report", "--digest", "3"], "`--digest` needs `--check`"),
                (["lint", "--kind", "scpp", "a"], "vpce; did you mean `scp`?"),
                (["completion", "tcsh"], "`tcsh` is none of bash, zsh, fish"),
                (["build", "--output"], "`--output` needs a value: DIR"),
                (["build", "p"], "`--output` is missing"),
                (["lint"], "SNAPSHOT is missing"),
                (["completion", "bash", "zsh"], "unexpected: `zsh`")):
            result = run(*arguments)
            self.assertEqual(result.returncode, 64, arguments)
            self.assertIn(said, result.stderr.splitlines()[0], arguments)

    def test_help_of_a_command_is_that_of_its_option(self):
        for command in COMMANDS:
            self.assertEqual(run("help", command).stdout, run(command, "--help").stdout, command)
        self.assertEqual(run("help").stdout, run("--help").stdout)
        result = run("help", "chekc")
        self.assertEqual((result.returncode, result.stdout), (64, ""))
        self.assertIn("did you mean `check`?", result.stderr)

    def test_help_says_what_must_be_given(self):
        build = run("build", "--help").stdout
        self.assertIn("Usage: writ build -o DIR [OPTION...] [PATH...]\n", build)
        self.assertIn("\n  -o, --output DIR ", build)
        self.assertIn("Usage: writ diff [OPTION...] OLD NEW\n", run("diff", "--help").stdout)
        self.assertIn("(not with --json)", run("diff", "--help").stdout)
        freeze = run("freeze", "--help").stdout
        self.assertIn("(--use | --sessions-before TIME | --model M | ", freeze)
        self.assertIn("\nWhat to stop (exactly one of these):\n  --use ", freeze)
        self.assertLess(freeze.index("What to stop"), freeze.index("Common options:"))
        for command in COMMANDS:
            text = run(command, "--help").stdout
            for notation in ("REQUIRED", "Excludes:", "Needs:", "[OPTIONS]", "Positionals", "[Option Group", "\n\n\n"):
                self.assertNotIn(notation, text, command)

    def test_each_command_has_a_manual_page_that_man_can_set(self):
        pages = self.folder / "man1"
        pages.mkdir()
        result = run("manual", "--output", str(pages))
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        listed = re.findall(r"^  ([a-z]+)(?:, [a-z]+)? {2,}", run("--help").stdout.split("Commands:")[1], re.M)
        self.assertEqual(sorted(path.name for path in pages.iterdir()),
                         sorted(["writ.1"] + [f"writ-{command}.1" for command in listed]))
        for page in sorted(pages.iterdir()):
            text = page.read_text()
            self.assertTrue(text.isascii(), page.name)  # else it depends on how roff is called
            for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS"):
                self.assertIn(f".SH {section}\n", text, page.name)
            if shutil.which("groff") is None:
                continue
            setting = subprocess.run(["groff", "-man", "-ww", "-Tutf8", str(page)], capture_output=True,
                                     text=True, timeout=60, check=False)
            self.assertEqual((setting.returncode, setting.stderr), (0, ""), page.name)
        if shutil.which("groff") is None:
            print("skipped: groff is not installed; manual pages were not set", file=sys.stderr)
        self.assertEqual(run("manual", "build").stdout, (pages / "writ-build.1").read_text())
        self.assertEqual(run("manual").stdout, (pages / "writ.1").read_text())
        self.assertIn("\nwrit build examples/acme \\-o out\n", run("manual", "build").stdout)
        self.assertEqual(run("manual", "buidl").returncode, 64)
        missing = run("manual", "--output", str(self.folder / "file" / "x"))
        self.assertEqual(missing.returncode, 0)  # folders are made
        (self.folder / "full").write_text("")
        result = run("manual", "--output", str(self.folder / "full"))
        self.assertEqual((result.returncode, result.stdout), (66, ""))
        self.assertIn("cannot write", result.stderr)

    def completed(self, *words):
        """What bash offers for the last of the words."""
        script = run("completion", "bash").stdout
        driver = script + """
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _writ; printf '%s\n' "${COMPREPLY[@]}"
"""
        result = subprocess.run(["bash", "-c", driver, "bash", *words], text=True, cwd=self.folder,
                                capture_output=True, timeout=60, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.split()

    def test_bash_completes_commands_options_and_values(self):
        self.assertEqual(self.completed("writ", "comp"), ["compare", "completion"])
        self.assertEqual(self.completed("writ", "check", "--wa"), ["--watch"])
        self.assertEqual(self.completed("writ", "build", "--diagnostics", "s"), ["sarif"])
        self.assertEqual(self.completed("writ", "completion", "z"), ["zsh"])
        self.assertEqual(self.completed("writ", "help", "bui"), ["build"])
        self.assertEqual(self.completed("writ", "minimi"), ["minimise", "minimize"])
        self.assertIn("--version", self.completed("writ", "--"))
        every = self.completed("writ", "")
        for command in COMMANDS:
            self.assertIn(command, every)

    def test_fish_completes_commands_options_and_values(self):
        if shutil.which("fish") is None:
            print("skipped: fish is not installed; its completion was not driven", file=sys.stderr)
            return
        script = self.folder / "writ.fish"
        script.write_text(run("completion", "fish").stdout)
        offers = (("writ comp", ["compare", "completion"]), ("writ check --wa", ["--watch"]),
                  ("writ build --diagnostics s", ["sarif"]), ("writ completion z", ["zsh"]), ("writ help bui", ["build"]))
        asked = "\n".join(f"complete -C '{line}'; echo" for line, _ in offers)
        result = subprocess.run(["fish", "--no-config", "-c", f"source {script}\n{asked}"], cwd=self.folder, text=True,
                                env={**os.environ, "HOME": str(self.folder)}, capture_output=True, timeout=60, check=False)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        answers = [[line.split("\t")[0] for line in part.splitlines() if line] for part in result.stdout.split("\n\n")]
        self.assertEqual(answers[:len(offers)], [offered for _, offered in offers])

    def test_zsh_completes_commands_options_and_values(self):
        """On a terminal, since that is where zsh completes: what `compadd` is given goes to a file."""
        if shutil.which("zsh") is None:
            print("skipped: zsh is not installed; its completion was not driven", file=sys.stderr)
            return
        (self.folder / "_writ").write_text(run("completion", "zsh").stdout)
        (self.folder / ".zshrc").write_text(f"""
PROMPT= ; fpath=({self.folder} $fpath); autoload -Uz compinit; compinit -u -D
compadd() {{
  if [[ " $* " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi
  local -a offered; builtin compadd -O offered "$@"; print -lr -- $offered >> offered; builtin compadd "$@"
}}
zle-line-init() {{ : > ready }}
zle -N zle-line-init
""")
        for line, wanted in (("writ comp", {"compare", "completion"}), ("writ check --wa", {"--watch"}),
                             ("writ build --diagnostics s", {"sarif"}), ("writ completion z", {"zsh"}), ("writ help bui", {"build"})):
            self.assertEqual(self.zsh_offers(line), wanted, line)

    def zsh_offers(self, line):
        """What the editor of lines is given after the line and a tab."""
        for name in ("offered", "ready", "ended"):
            (self.folder / name).unlink(missing_ok=True)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-d", "-i"], {**os.environ, "TERM": "dumb", "HOME": str(self.folder), "ZDOTDIR": str(self.folder)})
        until = time.monotonic() + 60
        while not (self.folder / "ready").exists():
            self.assertLess(time.monotonic(), until, "no prompt")
            time.sleep(0.01)
        # What comes after the tab is read when the completion has been made; it throws the line away.
        os.write(terminal, f"{line}\t\x15: > ended; exit\n".encode())
        try:
            while os.read(terminal, 4096):
                pass
        except OSError:
            pass  # how Linux says that the other side is gone
        os.waitpid(child, 0)
        os.close(terminal)
        self.assertTrue((self.folder / "ended").exists(), line)
        offered = self.folder / "offered"
        return set(offered.read_text().split()) if offered.exists() else set()

    def test_other_shells_take_their_scripts(self):
        for shell, arguments in (("zsh", ["-n"]), ("fish", ["--no-execute"])):
            script = run("completion", shell).stdout
            self.assertIn("writ", script)
            if shutil.which(shell) is None:
                print(f"skipped: {shell} is not installed; its completion was not parsed", file=sys.stderr)
                continue
            path = os.path.join(self.folder, "completion." + shell)
            with open(path, "w", encoding="utf-8") as file:
                file.write(script)
            result = subprocess.run([shell, *arguments, path], capture_output=True, text=True,
                                    timeout=60, check=False)
            self.assertEqual((result.returncode, result.stderr), (0, ""), shell)
        self.assertNotRegex(run("completion", "fish").stdout, r"-l quiet [^\n]* -r")
        self.assertRegex(run("completion", "fish").stdout, r"-l catalog [^\n]* -r")
        self.assertEqual(run("completion", "tcsh").returncode, 64)

    def test_a_terminal_is_told_of_what_takes_long_and_nothing_else_is(self):
        policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
        (self.folder / "old.json").write_text(policy)
        slow = self.folder / "new.json"

        def compare(on_terminal, *options):
            """What is printed to standard error while the second policy is late."""
            os.mkfifo(slow)
            ours, theirs = pty.openpty() if on_terminal else os.pipe()
            with subprocess.Popen([WRIT, "compare", "old.json", "new.json", *options], cwd=self.folder,
                                  stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
                os.close(theirs)
                time.sleep(2.5)
                slow.write_text(policy)
                printed = process.stdout.read()
                said = b""
                try:
                    while piece := os.read(ours, 4096):
                        said += piece
                except OSError:
                    pass  # how Linux says that the other side is gone
            os.close(ours)
            slow.unlink()
            self.assertEqual(process.returncode, 0, said)
            self.assertIn("equivalent", printed)
            return said.decode()

        blank = "\r" + " " * len("writ compare: 2 s") + "\r"
        self.assertRegex(compare(True), rf"^\rwrit compare: 1 s\rwrit compare: 2 s{blank}1 statement compared")
        self.assertNotIn("writ compare:", compare(True, "--quiet"))
        self.assertNotIn("writ compare:", compare(False))

    def test_colors_only_on_a_terminal_that_wants_them(self):
        self.assertNotIn("\x1b", run("check", "none", cwd=self.folder).stderr)
        self.assertIn("\x1b", run("check", "none", "--color", "always", cwd=self.folder).stderr)
        self.assertIn("\x1b", run_on_terminal("check", "none", cwd=self.folder))
        self.assertNotIn("\x1b", run_on_terminal("check", "none", cwd=self.folder,
                                                 env={"NO_COLOR": "1"}))
        self.assertIn("\x1b", run_on_terminal("check", "none", cwd=self.folder,
                                              env={"NO_COLOR": ""}))
        self.assertNotIn("\x1b", run_on_terminal("check", "none", "--color", "never",
                                                 cwd=self.folder))

    def test_the_current_folder_is_the_default(self):
        self.put("a.writ", "let home = us-east-1, us-west-2\n")
        result = run("check", cwd=self.folder)
        self.assertIn("checked 1 file", result.stdout)
        self.assertEqual(run("check", "--quiet", cwd=self.folder).stdout, "")

    def test_questions_of_pairs_are_written_for_solvers(self):
        policy = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"%s","Resource":"*"}}'
        pairs = (("same\\n(exit)", "s3:GetObject", "s3:getobject"), ("b", "s3:GetObject", "s3:*"))
        self.put("pairs.jsonl", "".join(
            '{"id":"%s","left":%s,"right":%s}\n' % (name, policy % left, policy % right)
            for name, left, right in pairs))
        result = run("compare", "--pairs", "pairs.jsonl", "--smt", "out", cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout.count("\n"), 2)
        texts = [path.read_text() for path in sorted((self.folder / "out").iterdir())]
        # Both ways of each; a line break in an id ends no comment.
        self.assertEqual([text.split(", question")[0] for text in texts],
                         ["; writ compare --pairs pairs.jsonl, same (exit)"] * 2 +
                         ["; writ compare --pairs pairs.jsonl, b"] * 2)
        self.assertFalse(any("\n(exit)" in text for text in texts))

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_a_file_without_rights_is_66(self):
        self.put("a.writ")
        (self.folder / "a.writ").chmod(0)
        self.assertEqual(run("check", cwd=self.folder).returncode, 66)

    def test_a_disk_full_of_loops_ends_in_a_diagnostic(self):
        for name, target in (("self", "."), ("up", ".."), ("a", "b"), ("b", "a"), ("c", "c/d")):
            (self.folder / name).symlink_to(target)
        (self.folder / "up").unlink()
        result = run("check", cwd=self.folder)
        self.assertEqual(result.returncode, 0)
        self.assertIn("W9003", result.stderr)
        self.assertIn("W9004", result.stderr)

    def test_hostile_files_end_in_a_diagnostic_soon(self):
        noise = bytes(range(256)) * 4000
        files = {
            "big.writ": b"x" * 100_000_000,
            "noise.writ": noise,
            "nested.writ": b"let a = " + b"(" * 20_000 + b"us-east-1" + b")" * 20_000 + b"\n",
            "conditions.writ": b"nobody may invoke any model when " + b"not " * 20_000 + b"a:b\n",
            "zero.writ": b"\0" * 1000,
        }
        for name, content in files.items():
            self.put(name, content)
            begin = time.monotonic()
            result = run("check", name, cwd=self.folder)
            self.assertEqual(result.returncode, 2, name)
            self.assertIn("error[W", result.stderr, name)
            self.assertLess(len(result.stderr), 200_000, name)
            self.assertLess(time.monotonic() - begin, 60, name)

    def test_a_device_without_end_is_not_read(self):
        (self.folder / "zero.writ").symlink_to("/dev/zero")
        self.assertEqual(run("check", "zero.writ", cwd=self.folder).returncode, 2)

    def test_a_reader_that_goes_away_is_no_crash(self):
        process = subprocess.Popen([WRIT, "explain", "W9001"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdout.close()
        process.stderr.read()
        process.stderr.close()
        self.assertIn(process.wait(), (0, -13))


if __name__ == "__main__":
    unittest.main()
