// What the tests of comparisons share: documents from JSON, and both answers in one line.
#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "iam/decide/space.h"
#include "iam/policy/document.h"

namespace writ::decide {

inline policy::PolicyDocument Document(std::string_view json,
                                       policy::Kind kind = policy::Kind::kIdentity) {
  const auto read = policy::Read(json, kind);
  REQUIRE_MESSAGE(read.ok(), json);
  return *read;
}

/// A document of version 2012-10-17 with these statements.
inline policy::PolicyDocument Statements(const std::string& statements) {
  return Document(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}");
}

inline Comparison CompareStatements(const std::string& left, const std::string& right,
                                    policy::Kind kind = policy::Kind::kIdentity) {
  return Compare(Space::Of(Statements(left), kind), Space::Of(Statements(right), kind));
}

}  // namespace writ::decide
