#!/usr/bin/env python3
"""Makes the packages from a build folder and uses each where nothing else is installed: the same
program must come to the same bytes from all of them.

Usage: packages_test.py --source FOLDER --build FOLDER
"""

import argparse
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest

EPOCH = "1764460800"
OPTIONS = None
HANDSHAKE = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}})


def skipped(why):
    print(f"skipped: {why}", file=sys.stderr)


def framed(text):
    return f"Content-Length: {len(text)}\r\n\r\n{text}".encode()


class Packages(unittest.TestCase):
    """One set of packages for all tests: making them takes most of the time."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.dist = cls.folder / "dist"
        cls.printed = cls.make(cls.dist)
        cls.expected = cls.tree_of([str(OPTIONS.build / "writ")], cls.folder / "expected")

    @classmethod
    def make(cls, output, **more):
        result = subprocess.run([str(OPTIONS.source / "tools" / "package"), "--build", str(OPTIONS.build), "--output", str(output)],
                                env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **more}, text=True, capture_output=True, check=False)
        if result.returncode != 0:
            raise AssertionError(result.stdout + result.stderr)
        return result.stdout

    @classmethod
    def tree_of(cls, command, folder, inside=None):
        """init, check, build and the handshake of the server; the digest of each artifact. `inside`
        is the folder's name for the command, where that is another."""
        name = inside or str(folder)

        def call(*arguments, given=b""):
            result = subprocess.run([*command, *arguments], input=given, capture_output=True, timeout=120, check=False)
            if result.returncode != 0:
                raise AssertionError(f"{command} {arguments}: {result.returncode} {result.stdout} {result.stderr}")
            return result.stdout

        version = call("--version").decode()
        if not version.startswith("writ "):
            raise AssertionError(version)
        folder.mkdir(parents=True, exist_ok=True)
        call("init", f"{name}/program")
        call("check", f"{name}/program/policies", "--as-of", "2026-11-30")
        call("build", f"{name}/program/policies", "-o", f"{name}/out", "--as-of", "2026-11-30")
        last = framed('{"jsonrpc":"2.0","id":2,"method":"shutdown"}') + framed('{"jsonrpc":"2.0","method":"exit"}')
        answer = call("lsp", given=framed(HANDSHAKE) + last)
        if b'"capabilities"' not in answer:
            raise AssertionError(answer)
        out = folder / "out"
        return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.rglob("*")) if path.is_file()}

    def one(self, pattern):
        found = list(self.dist.glob(pattern))
        self.assertEqual(len(found), 1, pattern)
        return found[0]

    def test_the_build_is_not_empty(self):
        self.assertGreater(len(self.expected), 3)

    def in_empty_root(self, root, command):
        """With no other file in reach: no library, no shell."""
        if os.geteuid() != 0:
            skipped("not root: packages were used without a root of their own")
            return self.tree_of([str(root / command)], root / "work")
        return self.tree_of(["chroot", str(root), "/" + command], root / "work", "/work")

    def test_the_tarball_runs_where_nothing_else_is(self):
        root = self.folder / "tarball"
        with tarfile.open(self.one("writ-*-linux-x86_64.tar.gz")) as packed:
            names = packed.getnames()
            packed.extractall(root)
        top = names[0].split("/")[0]
        for name in ("bin/writ", "share/man/man1/writ.1", "share/man/man1/writ-build.1", "share/doc/writ/copyright",
                     "share/doc/writ/third-party.txt", "share/doc/writ/sbom.cdx.json", "share/bash-completion/completions/writ"):
            self.assertIn(f"{top}/{name}", names)
        self.assertEqual(self.in_empty_root(root, f"{top}/bin/writ"), self.expected)

    def test_the_debian_package_installs_and_leaves_nothing(self):
        if not list(self.dist.glob("*.deb")):
            self.assertIn("not made: the Debian package", self.printed)
            return skipped("the Debian package was not made")
        package = self.one("writ_*_amd64.deb")
        root = self.folder / "debian"
        subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)
        self.assertEqual(self.tree_of([str(root / "usr/bin/writ")], self.folder / "debian-work"), self.expected)
        fields = subprocess.run(["dpkg-deb", "-f", str(package), "Depends"], text=True, capture_output=True, check=True).stdout
        self.assertIn("libc6", fields)
        self.assertIn("libmimalloc", fields)
        outside = [path for path in root.rglob("*") if path.is_file() and not str(path.relative_to(root)).startswith(("usr/bin/", "usr/share/"))]
        self.assertEqual(outside, [])  # what is there only is what dpkg removes
        scripts = subprocess.run(["dpkg-deb", "-I", str(package)], text=True, capture_output=True, check=True).stdout
        self.assertNotIn("postinst", scripts)
        if shutil.which("lintian") is None:
            return skipped("lintian is not installed")
        result = subprocess.run(["lintian", str(package)], text=True, capture_output=True, check=False)
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_the_pair_for_npm_installs_without_network_and_scripts(self):
        if shutil.which("npm") is None:
            return skipped("npm is not installed")
        root = self.folder / "npm"
        root.mkdir()
        (root / "package.json").write_text('{"name": "x", "version": "1.0.0"}')
        pair = [str(self.one("writ-cli-linux-x64-*.tgz")), str(self.one("writ-cli-[0-9]*.tgz"))]
        subprocess.run(["npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", *pair], cwd=root, capture_output=True, check=True)
        shim = root / "node_modules" / ".bin" / "writ"
        self.assertEqual(self.tree_of([str(shim)], self.folder / "npm-work"), self.expected)
        self.assertEqual(subprocess.run([str(shim), "chekc"], capture_output=True, check=False).returncode, 64)
        shutil.rmtree(root / "node_modules" / "@writ" / "cli-linux-x64")
        result = subprocess.run([str(shim), "--version"], text=True, capture_output=True, check=False)
        self.assertEqual((result.returncode, result.stdout), (70, ""))
        self.assertIn("@writ/cli-linux-x64 is not installed", result.stderr)

    def test_the_image_holds_the_executable_and_nothing_else(self):
        if not list(self.dist.glob("*-oci.tar")):
            self.assertIn("not made: the container image", self.printed)
            return skipped("the container image was not made")
        with tarfile.open(self.one("*-oci.tar")) as packed:
            def blob(descriptor):
                return packed.extractfile("blobs/" + descriptor["digest"].replace(":", "/")).read()
            manifest = json.loads(blob(json.load(packed.extractfile("index.json"))["manifests"][0]))
            config = json.loads(blob(manifest["config"]))
            self.assertEqual(config["config"]["Entrypoint"], ["/writ"])
            self.assertEqual(config["config"]["User"], "65532")
            root = self.folder / "image"
            for layer in manifest["layers"]:
                with tarfile.open(fileobj=io.BytesIO(blob(layer))) as files:
                    files.extractall(root)
        self.assertEqual([str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()], ["writ"])
        return self.assertEqual(self.in_empty_root(root, "writ"), self.expected)

    def test_the_documentation_is_a_site(self):
        if not list(self.dist.glob("*-docs.tar.gz")):
            self.assertIn("not made: the documentation", self.printed)
            return skipped("the documentation was not made into a site")
        with tarfile.open(self.one("*-docs.tar.gz")) as packed:
            names = {name.split("/", 1)[1] for name in packed.getnames()}
        return self.assertLessEqual({"index.html", "style.css", "docs/tutorial.html", "docs/reference/index.html"}, names)

    def test_the_bills_name_the_catalog_and_each_library(self):
        binary = hashlib.sha256((OPTIONS.build / "static" / "writ.stripped").read_bytes()).hexdigest()
        cyclonedx = json.loads((self.dist / "sbom.cdx.json").read_text())
        names = {one["name"]: one for one in cyclonedx["components"]}
        self.assertEqual(set(names), {"antlr4-runtime", "CLI11", "fmt", "nlohmann-json", "libstdc++", "glibc", "zlib", "writ-catalog"})
        self.assertEqual(cyclonedx["metadata"]["component"]["hashes"][0]["content"], binary)
        self.assertRegex(names["writ-catalog"]["version"], r"^\d{4}-\d\d-\d\d$")
        spdx = json.loads((self.dist / "sbom.spdx.json").read_text())
        self.assertEqual({one["name"] for one in spdx["packages"]}, set(names) | {"writ"})

    def validate(self, *bills):
        return subprocess.run(["node", str(pathlib.Path(__file__).parent / "bills" / "validate.js"), *map(str, bills)],
                              text=True, capture_output=True, check=False)

    def test_the_bills_are_valid(self):
        if shutil.which("node") is None or not (pathlib.Path(__file__).parent / "bills" / "node_modules").exists():
            return skipped("`npm install` was not run in tests/packages/bills; the bills of materials were not validated")
        bills = [self.dist / "sbom.cdx.json", self.dist / "sbom.spdx.json"]
        result = self.validate(*bills)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        for bill, right, wrong in ((0, '"type": "data"', '"type": "facts"'), (0, '"id": "MIT"', '"id": "mit-like"'),
                                   (1, "SPDXRef-DOCUMENT", "DOCUMENT"), (1, '"licenseDeclared": "MIT"', '"licenseDeclared": "M I T"')):
            broken = self.folder / "broken.json"
            text = bills[bill].read_text()
            self.assertIn(right, text)
            broken.write_text(text.replace(right, wrong))
            result = self.validate(*[broken if at == bill else path for at, path in enumerate(bills)])
            self.assertEqual(result.returncode, 1, wrong)
        return None

    def test_sums_are_right_and_a_second_run_gives_the_same(self):
        sums = (self.dist / "SHA256SUMS").read_text()
        listed = {}
        for line in sums.splitlines():
            digest, name = line.split("  ")
            self.assertEqual(hashlib.sha256((self.dist / name).read_bytes()).hexdigest(), digest)
            listed[name] = digest
        self.assertEqual(set(listed) | {"SHA256SUMS"}, {path.name for path in self.dist.iterdir()})
        again = self.folder / "again"
        self.make(again)
        self.assertEqual((again / "SHA256SUMS").read_text(), sums)

    def test_a_folder_with_other_files_is_not_touched(self):
        other = self.folder / "other"
        other.mkdir()
        (other / "mine").write_text("x")
        with self.assertRaises(AssertionError):
            self.make(other)
        self.assertEqual([path.name for path in other.iterdir()], ["mine"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=sys.argv[:1])
