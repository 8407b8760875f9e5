"""What is inside a package, as CycloneDX 1.6 and SPDX 2.3: the libraries that are compiled in, with
the versions of the machine that built it, and the catalog of AWS facts as data with its date,
because verdicts depend on it."""

import hashlib
import subprocess
import uuid

# Debian package -> (name, SPDX license, only in the executable with all libraries inside)
COMPONENTS = {
    "libantlr4-runtime-dev": ("antlr4-runtime", "BSD-3-Clause", False),
    "libcli11-dev": ("CLI11", "BSD-3-Clause", False),
    "libfmt-dev": ("fmt", "MIT", False),
    "nlohmann-json3-dev": ("nlohmann-json", "MIT", False),
    "zlib1g-dev": ("zlib", "Zlib", False),
    "libstdc++-12-dev": ("libstdc++", "GPL-3.0-or-later WITH GCC-exception-3.1", True),
    "libc6-dev": ("glibc", "LGPL-2.1-or-later", True),
}


def installed(package):
    """(source package, version) as the package manager tells them; None where it does not."""
    result = subprocess.run(["dpkg-query", "-W", "-f", "${source:Package} ${Version}", package],
                            capture_output=True, text=True, check=False)
    return tuple(result.stdout.split()) if result.returncode == 0 and result.stdout else None


def libraries():
    for package, (name, license_id, _) in COMPONENTS.items():
        found = installed(package)
        if found is None:
            raise SystemExit(f"package: {package} is not installed, so its version is not known")
        source, version = found
        yield {"name": name, "version": version, "license": license_id,
               "purl": f"pkg:deb/debian/{source}@{version.replace('+', '%2B')}?arch=source"}


def cyclonedx(version, catalog_date, epoch_text, binary_sha256):
    root = {"type": "application", "bom-ref": "writ", "name": "writ", "version": version,
            "hashes": [{"alg": "SHA-256", "content": binary_sha256}]}
    components = [{"type": "library", "bom-ref": one["purl"], "name": one["name"], "version": one["version"],
                   "licenses": [license_of(one["license"])], "purl": one["purl"]} for one in libraries()]
    components.append({"type": "data", "bom-ref": "writ-catalog", "name": "writ-catalog", "version": catalog_date,
                       "description": "Facts about AWS that verdicts depend on: models, regions, actions, condition keys, quotas. "
                                      "`writ catalog` prints each with its source."})
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"writ:{version}:{catalog_date}:{binary_sha256}")
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", "version": 1,
            "metadata": {"timestamp": epoch_text, "component": root}, "components": components,
            "dependencies": [{"ref": "writ", "dependsOn": [one["bom-ref"] for one in components]}]}


def license_of(expression):
    return {"license": {"id": expression}} if " " not in expression else {"expression": expression}


def spdx(version, catalog_date, epoch_text, binary_sha256):
    def identifier(name):
        return "SPDXRef-" + "".join(c if c.isalnum() or c in ".-" else "-" for c in name)

    packages = [{"SPDXID": "SPDXRef-writ", "name": "writ", "versionInfo": version, "downloadLocation": "NOASSERTION",
                 "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION",
                 "copyrightText": "NOASSERTION", "primaryPackagePurpose": "APPLICATION",
                 "checksums": [{"algorithm": "SHA256", "checksumValue": binary_sha256}]}]
    for one in libraries():
        packages.append({"SPDXID": identifier(one["name"]), "name": one["name"], "versionInfo": one["version"],
                         "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
                         "licenseDeclared": one["license"], "copyrightText": "NOASSERTION", "primaryPackagePurpose": "LIBRARY",
                         "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                           "referenceLocator": one["purl"]}]})
    packages.append({"SPDXID": "SPDXRef-writ-catalog", "name": "writ-catalog", "versionInfo": catalog_date,
                     "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
                     "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
                     "comment": "Facts about AWS that verdicts depend on; data, not code."})
    digest = hashlib.sha256(f"{version}:{catalog_date}:{binary_sha256}".encode()).hexdigest()
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"writ-{version}",
            "documentNamespace": f"urn:writ:sbom:{digest}",
            "creationInfo": {"created": epoch_text, "creators": ["Tool: writ-package"]}, "packages": packages,
            "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                               "relatedSpdxElement": "SPDXRef-writ"}] +
                             [{"spdxElementId": "SPDXRef-writ", "relationshipType": "CONTAINS",
                               "relatedSpdxElement": one["SPDXID"]} for one in packages[1:]]}
