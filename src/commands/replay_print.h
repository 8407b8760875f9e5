// A replay as text, Markdown and JSON.
#pragma once

#include <iosfwd>

#include "commands/log_files.h"
#include "facts/catalog/catalog.h"
#include "logs/replay/replay.h"

namespace writ::commands {

struct ReplayReport {
  const replay::Report& report;
  const LogCounts& counts;
  const catalog::Catalog& catalog;
  bool has_old = false;  ///< two programs were compared
};

void PrintReplayText(const ReplayReport& replay, std::ostream& out);
void PrintReplayMarkdown(const ReplayReport& replay, std::ostream& out);
void PrintReplayJson(const ReplayReport& replay, std::ostream& out);

}  // namespace writ::commands
