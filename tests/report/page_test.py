#!/usr/bin/env python3
"""The page of `writ report --html` is one well-formed document in which nothing of a program is markup.

With Chromium it is loaded as well: the policy of the page stops nothing of its own, and it reads the
same without scripts. Without Chromium that part is skipped, and says so.

Usage: page_test.py PATH-OF-WRIT FOLDER-OF-A-PROGRAM
"""

import base64
import hashlib
import html.parser
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
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

TITLE = "</title></script><script>alert(1)</script>"
OWNER = "'\\\"><img src=x onerror=alert(1)>"
REASON = "</style><b>\u202ereversed\u202c \u2066x\u2069 </script> " + "long " * 2000 + "end"
HOSTILE = f"""\
organization acme "o-exampleorgid" {{
  management 111111111111
  ou prod "ou-ab12-prod0001" {{ account payments 222222222222 }}
}}
team fraud {{ in payments  as role "fraud" }}
use-case UC-1 "{TITLE}" {{
  owner "{OWNER}"
  approved by "& board" on 2026-03-02
  review by 2027-03-01
  risk high
  data pii
}}
team fraud may invoke nova-lite in us-east-1 under UC-1 control "<i>AC-6"
    because "{REASON}"
"""
VOID = {"meta", "br", "input"}


class Page(html.parser.HTMLParser):
    """Elements with their attributes, text, and whatever is not well formed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.wrong, self.elements, self.texts = [], [], [], []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)


def page_of(program):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "report.html"
        made = subprocess.run([WRIT, "report", program, "--html", path, "--as-of", "2026-11-22"],
                              text=True, capture_output=True, timeout=300, check=False)
        assert made.returncode == 0, made.stderr
        return path.read_text(encoding="utf-8")


def hostile_page():
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "main.writ"
        file.write_text(HOSTILE, encoding="utf-8")
        return page_of(file)


class Pages(unittest.TestCase):
    def hold(self, text):
        page = Page(text)
        self.assertEqual(page.wrong, [])
        tags = [tag for tag, _ in page.elements]
        self.assertEqual((tags.count("script"), tags.count("style")), (1, 1))
        self.assertFalse({"img", "iframe", "object", "link", "base", "form", "b", "i"} & set(tags))
        ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
        self.assertEqual(len(ids), len(set(ids)))
        for tag, attrs in page.elements:
            self.assertFalse([name for name in attrs if name.startswith("on") or name == "style"], tag)
            self.assertNotIn("src", attrs)
            if "href" in attrs:
                self.assertTrue(attrs["href"].startswith("#"), attrs)
                self.assertIn(attrs["href"][1:], ids)
        policy = next(attrs["content"] for _, attrs in page.elements if "http-equiv" in attrs)
        self.assertTrue(policy.startswith("default-src 'none';"), policy)
        for tag in ("style", "script"):
            inner = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.S).group(1)
            digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
            self.assertIn(f"{tag}-src 'sha256-{digest}'", policy)
        self.assertNotRegex(text, r"https?:")
        return page

    def test_a_program(self):
        page = self.hold(page_of(PROGRAM))
        text = " ".join(page.texts)
        for words in ("What the proof takes for granted", "team fraud", "claude-sonnet-4.5", "partly"):
            self.assertIn(words, text)

    def test_hostile_names(self):
        page = self.hold(hostile_page())
        text = "".join(page.texts)
        self.assertIn(TITLE, text)
        self.assertIn(OWNER.replace("\\\"", '"'), text)
        self.assertIn("</style><b>U+202Ereversed", text)
        self.assertIn("long end", text)
        self.assertNotRegex(text, "[\u202a-\u202e\u2066-\u2069]")

    def test_in_a_browser(self):
        if CHROMIUM is None:
            print("SKIPPED: no Chromium, so the page was not loaded", file=sys.stderr)
            self.skipTest("no Chromium")
        for text in (page_of(PROGRAM), hostile_page()):
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "report.html"
                path.write_text(text, encoding="utf-8")
                done = subprocess.run(
                    [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
                     "--enable-logging=stderr", f"--user-data-dir={folder}/profile", path.as_uri()],
                    text=True, capture_output=True, timeout=300, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("Content Security Policy", done.stderr)
                self.assertNotIn("CONSOLE", done.stderr)
                self.assertIn('class="scripted"', done.stdout)
                # What the script leaves of the page is what a reader without scripts sees.
                words = [" ".join("".join(Page(each).texts).split()) for each in (text, done.stdout)]
                self.assertEqual(words[0], words[1])


if __name__ == "__main__":
    unittest.main()
