#!/usr/bin/env python3
"""Makes the site of the documentation and reads its pages as a browser would: each link leads
somewhere, each page is reached from the first, and nothing is loaded from elsewhere.

Usage: site_test.py --source FOLDER
"""

import argparse
import html.parser
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

OPTIONS = None
VOID = {"meta", "link", "br", "hr", "img"}


class Reader(html.parser.HTMLParser):
    """Links, anchors, and whether each element is closed."""

    def __init__(self):
        super().__init__()
        self.links, self.loaded, self.anchors, self.open, self.wrong, self.text = [], [], set(), [], [], ""

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in attributes:
            if attributes["id"] in self.anchors:
                self.wrong.append(f"two anchors {attributes['id']}")
            self.anchors.add(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if tag in ("script", "iframe"):
            self.wrong.append(tag)
        self.loaded += [attributes[name] for name in ("src",) if name in attributes] + ([attributes["href"]] if tag == "link" else [])

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data):
        self.text += data


def make(source, output):
    return subprocess.run([str(OPTIONS.source / "tools/make_site"), "--source", str(source), "--output", str(output)],
                          text=True, capture_output=True, check=False)


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.site = cls.folder / "site"
        made = make(OPTIONS.source, cls.site)
        if "markdown-it-py is not installed" in made.stderr:
            print("skipped: markdown-it-py is not installed; the site was not made", file=sys.stderr)
            raise unittest.SkipTest(made.stderr)
        if made.returncode != 0:
            raise AssertionError(made.stdout + made.stderr)
        cls.pages = {}
        for path in cls.site.rglob("*.html"):
            reader = cls.pages[path] = Reader()
            reader.feed(path.read_text(encoding="utf-8"))

    def target(self, page, link):
        """(page, anchor) of a link within the site; None of one to another site."""
        address = urllib.parse.urlsplit(link)
        if address.scheme:
            return None
        path = page if not address.path else pathlib.Path(os.path.normpath(page.parent / urllib.parse.unquote(address.path)))
        return path, urllib.parse.unquote(address.fragment)

    def test_each_text_of_the_documentation_is_a_page(self):
        texts = list((OPTIONS.source / "docs").rglob("*.md"))
        self.assertGreater(len(texts), 100)
        for text in texts:
            name = text.relative_to(OPTIONS.source)
            page = self.site / (name.with_name("index.html") if name.name == "README.md" else name.with_suffix(".html"))
            self.assertIn(page, self.pages)
            heading = text.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").replace("`", "")
            self.assertIn(heading, self.pages[page].text)

    def test_elements_are_closed_and_nothing_is_loaded_from_elsewhere(self):
        for path, page in self.pages.items():
            self.assertEqual((page.wrong, page.open), ([], []), path)
            self.assertEqual([one for one in page.loaded if urllib.parse.urlsplit(one).scheme], [], path)
            for one in page.loaded:
                self.assertTrue(self.target(path, one)[0].is_file(), (path, one))

    def test_each_link_leads_to_a_page_and_a_place_in_it(self):
        for path, page in self.pages.items():
            for link in page.links:
                found = self.target(path, link)
                if found is None:
                    continue
                self.assertIn(found[0], self.pages, (path, link))
                if found[1]:
                    self.assertIn(found[1], self.pages[found[0]].anchors, (path, link))

    def test_each_page_is_reached_from_the_first(self):
        reached, waiting = set(), [self.site / "index.html"]
        while waiting:
            page = waiting.pop()
            if page in reached:
                continue
            reached.add(page)
            waiting += [found[0] for found in (self.target(page, link) for link in self.pages[page].links) if found]
        self.assertEqual(set(self.pages) - reached, set())

    def test_the_pages_to_begin_with_are_one_step_away_from_any(self):
        for name in ("docs/index.html", "docs/reference/verb-query.html", "docs/diagnostics/W4001.html"):
            page = self.site / name
            near = {found[0] for found in (self.target(page, link) for link in self.pages[page].links) if found}
            for wanted in ("docs/tutorial.html", "docs/reference/index.html", "docs/published.html", "docs/installing.html"):
                self.assertIn(self.site / wanted, near, name)

    def test_a_second_run_gives_the_same(self):
        again = self.folder / "again"
        self.assertEqual(make(OPTIONS.source, again).returncode, 0)
        self.assertEqual(make(OPTIONS.source, again).returncode, 0)  # over the first
        bytes_of = lambda folder: {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.assertEqual(bytes_of(again), bytes_of(self.site))

    def copy(self, name, text):
        """A clone of what a site needs, with a text of its own."""
        source = self.folder / "clones" / name
        (source / "docs").mkdir(parents=True)
        for one in ("tools/site", "editors/vscode/syntaxes"):
            shutil.copytree(OPTIONS.source / one, source / one)
        (source / "README.md").write_text("# First\n\n[docs](docs/README.md)\n")
        (source / "docs/README.md").write_text("# Contents\n\n## Start\n[page](page.md)\n")
        (source / "docs/page.md").write_text(text)
        return source

    def test_links_that_lead_nowhere_are_named(self):
        source = self.copy("broken", "# Page\n\n## Part\n[a](none.md) [b](#part) [c](#other) [d](../../outside.md) "
                                     "[e](javascript:alert) [f](README.md#start) [g](README.md#end)\n")
        output = self.folder / "broken"
        made = make(source, output)
        self.assertEqual(made.returncode, 1)
        for wrong in ("none.md: there is no such file", "docs/page.md#other: there is no such heading",
                      "outside.md: there is no such file", "docs/README.md#end: there is no such heading"):
            self.assertIn(wrong, made.stderr)
        self.assertIn("4 links lead nowhere; nothing was written", made.stderr)  # e is text to Markdown
        self.assertFalse(output.exists())

    def test_what_a_text_says_is_text(self):
        source = self.copy("hostile", '# <script>alert(1)</script>\n\n<img src="https://elsewhere/x">\n\n```writ\n</code><script>\n```\n')
        output = self.folder / "hostile"
        made = make(source, output)
        self.assertEqual(made.returncode, 0, made.stderr)
        page = (output / "docs/page.html").read_text(encoding="utf-8")
        self.assertNotIn("<script", page)
        self.assertNotIn("<img", page)

    def test_headings_of_one_name_have_two_anchors(self):
        source = self.copy("twice", "# Page\n\n## `a b`, c\n\n## `a b`, c\n\n[one](#a-b-c) [two](#a-b-c-1)\n")
        made = make(source, self.folder / "twice")
        self.assertEqual(made.returncode, 0, made.stderr)

    def test_a_folder_with_other_files_is_not_touched(self):
        other = self.folder / "other"
        other.mkdir()
        (other / "mine").write_text("x")
        made = make(OPTIONS.source, other)
        self.assertNotEqual(made.returncode, 0)
        self.assertIn("nothing was changed", made.stderr)
        self.assertEqual([path.name for path in other.iterdir()], ["mine"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=pathlib.Path, required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=sys.argv[:1])
