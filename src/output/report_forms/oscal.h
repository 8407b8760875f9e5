// A report in OSCAL 1.2.1: what a program says of controls, for tools that exchange assessments.
//
// A build shows design only, and only a part of any control: requirements are `partial`,
// observations carry their class, and a finding is about an objective of this project's own, the
// part of the control that the sentences state, never about the control. Controls without evidence
// are in no document but the catalog of their pack.
//
// Source: JSON schemas of OSCAL 1.2.1 (NIST, public domain), read 2026-11-29. UUIDs are made from
// names, so the same input gives the same bytes; the only time is midnight UTC of the report's day.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "facts/compliance/packs.h"

namespace writ::report_forms {

/// component-definition.json, assessment-results.json where a control has evidence,
/// plan-of-action-and-milestones.json where there are waivers, and catalog-PACK.json for each
/// imported pack. `manifest` is the manifest of the tree that the report is about.
[[nodiscard]] std::map<std::string, std::string> Oscal(
    const report::Report& report, const std::vector<std::shared_ptr<const compliance::Pack>>& packs,
    const std::string& manifest);

/// Why `files`, all that is in a folder, are not such documents that may be replaced; nothing if
/// they are.
[[nodiscard]] std::optional<std::string> WhyNotOscalOfOurs(
    const std::map<std::string, std::string>& files);

}  // namespace writ::report_forms
