// A report of drift as text, Markdown and JSON: the same findings, requests and places in each.
#pragma once

#include <iosfwd>
#include <map>
#include <string>

#include "analysis/drift/drift.h"
#include "analysis/review/deed.h"
#include "base/source/source.h"

namespace writ::commands {

struct DriftReport {
  const drift::Report& report;
  const source::SourceMap& sources;              ///< of the exports
  std::map<std::string, std::string> sentences;  ///< place → its words
  review::Naming naming;
  std::string summary;  ///< of the snapshot
};

void PrintDriftText(const DriftReport& drift, std::ostream& out);
void PrintDriftMarkdown(const DriftReport& drift, std::ostream& out);
void PrintDriftJson(const DriftReport& drift, std::ostream& out);

}  // namespace writ::commands
