// Validates bills of materials. Usage: node validate.js CYCLONEDX SPDX
//
// The CycloneDX one by the schema of its version, which the library of that project carries. No
// package of npm carries the schema of SPDX 2.3, so of that one the license expressions are read by
// the reader of npm itself, and what the specification requires (chapters 6, 7 and 11) is asked here.
// Prints what is wrong, one a line; status 1 then.
"use strict";
const fs = require("fs");
const { Spec, Validation } = require("@cyclonedx/cyclonedx-library");
const expression = require("spdx-expression-parse");

const wrong = [];
const expect = (holds, words) => {
  if (!holds) wrong.push(words);
};

function license(text, where) {
  if (text === "NOASSERTION" || text === "NONE") return;
  try {
    expression(text);
  } catch (error) {
    wrong.push(`${where}: ${text}: ${error.message}`);
  }
}

async function cyclonedx(text) {
  const bill = JSON.parse(text);
  for (const error of (await new Validation.JsonStrictValidator(Spec.Version[`v${bill.specVersion.replace(".", "dot")}`]).validate(text)) || []) {
    wrong.push(`CycloneDX ${error.instancePath}: ${error.message}`);
  }
  const refs = bill.components.map((one) => one["bom-ref"]).concat(bill.metadata.component["bom-ref"]);
  expect(new Set(refs).size === refs.length, "CycloneDX: two components of one bom-ref");
  for (const one of bill.dependencies) {
    for (const ref of [one.ref, ...one.dependsOn]) expect(refs.includes(ref), `CycloneDX: nothing has the bom-ref ${ref}`);
  }
  for (const one of bill.components) {
    for (const each of one.licenses || []) license(each.expression || each.license.id, one.name);
  }
}

const ID = /^SPDXRef-[A-Za-z0-9.-]+$/;

function spdx(text) {
  const bill = JSON.parse(text);
  expect(bill.spdxVersion === "SPDX-2.3", "SPDX 6.1: version");
  expect(bill.dataLicense === "CC0-1.0", "SPDX 6.2: license of the data");
  expect(bill.SPDXID === "SPDXRef-DOCUMENT", "SPDX 6.3: identifier of the document");
  expect(typeof bill.name === "string" && bill.name !== "", "SPDX 6.4: name");
  expect(/^[a-z][a-z0-9+.-]*:[^#\s]+$/.test(bill.documentNamespace), "SPDX 6.5: namespace: a URI without #");
  expect(bill.creationInfo.creators.length > 0 && bill.creationInfo.creators.every((one) => /^(Tool|Person|Organization): \S/.test(one)), "SPDX 6.8: creators");
  expect(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(bill.creationInfo.created), "SPDX 6.9: created");
  const ids = new Set(["SPDXRef-DOCUMENT"]);
  for (const one of bill.packages) {
    expect(typeof one.name === "string" && one.name !== "", "SPDX 7.1: a package without name");
    expect(ID.test(one.SPDXID) && !ids.has(one.SPDXID), `SPDX 7.2: ${one.SPDXID}`);
    ids.add(one.SPDXID);
    expect(/^(NONE|NOASSERTION|\w+:.+)$/.test(one.downloadLocation), `SPDX 7.7: ${one.name}`);
    expect(one.filesAnalyzed === false && !("packageVerificationCode" in one), `SPDX 7.8, 7.9: ${one.name}`);
    for (const sum of one.checksums || []) expect(sum.algorithm === "SHA256" && /^[0-9a-f]{64}$/.test(sum.checksumValue), `SPDX 7.10: ${one.name}`);
    for (const each of ["licenseConcluded", "licenseDeclared"]) license(one[each], one.name);
    for (const each of one.externalRefs || []) {
      expect(each.referenceCategory === "PACKAGE-MANAGER" && each.referenceType === "purl" && each.referenceLocator.startsWith("pkg:"), `SPDX 7.21: ${one.name}`);
    }
  }
  const described = bill.relationships.some((one) => one.spdxElementId === "SPDXRef-DOCUMENT" && one.relationshipType === "DESCRIBES");
  expect(described, "SPDX 11.1: nothing says what the document describes");
  for (const one of bill.relationships) {
    expect(ids.has(one.spdxElementId) && ids.has(one.relatedSpdxElement), `SPDX 11.1: ${one.spdxElementId} or ${one.relatedSpdxElement} is not in the document`);
  }
}

(async () => {
  const [first, second] = process.argv.slice(2).map((path) => fs.readFileSync(path, "utf8"));
  await cyclonedx(first);
  spdx(second);
  if (wrong.length > 0) {
    console.log(wrong.join("\n"));
    process.exit(1);
  }
})();
