// The tools of one target of an AgentCore gateway, as an MCP server lists them (`tools/list`), with
// the types that the gateway's policy engine gives to their arguments.
//
// Source: Bedrock AgentCore Developer Guide, "Policy schema constraints" (copy of 2026-09): string
// String, integer Long, boolean Bool, number decimal, object record of at most 64 levels, array
// Set, a property that is not required optional. What the page does not say stays unknown:
// `enum`, `format`, several types, references, objects of any properties, names that are no
// identifiers. Nothing can be said of an argument of unknown type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/result.h"

namespace writ::tools {

struct Field;

struct Type {
  enum class Kind : std::uint8_t { kString, kLong, kDecimal, kBool, kSet, kRecord, kUnknown };
  Kind kind = Kind::kUnknown;
  std::vector<Field> fields;  ///< of a record, by name
  std::vector<Type> element;  ///< of a set: one
  std::string why;            ///< of an unknown type: what makes it so

  /// The field of a record; nullptr if it has none of that name.
  [[nodiscard]] const Field* Find(std::string_view name) const;
};

struct Field {
  std::string name;
  bool is_required = false;
  Type type;
};

struct Tool {
  std::string name;
  Type input;  ///< a record, or unknown
};

/// Tools by name.
struct Manifest {
  std::vector<Tool> tools;

  [[nodiscard]] const Tool* Find(std::string_view name) const;
};

/// Why a file is no list of tools.
struct Fault {
  std::size_t offset = 0;  ///< bytes
  std::string message;
};

struct Limits {
  std::size_t bytes = std::size_t{4} << 20U;
  std::size_t tools = 1000;
  std::size_t levels = 64;  ///< of records within each other, which is the service's limit
};

/// Reads `{"tools": […]}`, the whole answer of a server with that under `result`, or the list
/// alone. Linear in the text but for the names of one list (n log n).
[[nodiscard]] support::Result<Manifest, Fault> Read(std::string_view text,
                                                    const Limits& limits = {});

/// "a string", "a whole number", "a set of strings": for messages.
[[nodiscard]] std::string Describe(const Type& type);

}  // namespace writ::tools
