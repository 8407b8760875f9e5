// The query that counts classes of calls where the logs are: for trails that are too large to move.
//
// Source: Athena User Guide, "Create a table for CloudTrail logs in Athena using partition
// projection"; CloudTrail User Guide, "CloudTrail Lake SQL constraints" and "Event schemas" (read
// 2026-11-29). That an organization's trail is read by two more projected columns, account and
// region, is inferred from the layout of the bucket.
#pragma once

#include <string>
#include <vector>

#include "logs/trail/classes.h"

namespace writ::trail {

enum class Engine : std::uint8_t { kAthena, kLake };

struct SqlQuestion {
  Engine engine = Engine::kAthena;
  std::vector<std::string> sources;  ///< eventSource
  Detail detail;
  std::string since;                  ///< YYYY-MM-DD
  std::string organization;           ///< its id; empty: a trail of one account
  std::vector<std::string> accounts;  ///< numbers
  std::vector<std::string> regions;
};

/// The statement that makes the table (Athena only), and the query, whose columns are kColumns.
[[nodiscard]] std::string SqlOf(const SqlQuestion& question);

/// Columns of the result. Those that a program does not ask for are left out of the query.
struct Column {
  std::string_view name;
  bool Detail::*asked = nullptr;  ///< none: always there
};
[[nodiscard]] const std::vector<Column>& Columns();

}  // namespace writ::trail
