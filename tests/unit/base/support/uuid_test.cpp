#include "base/support/uuid.h"

#include <string>

#include <doctest/doctest.h>

namespace writ::support {

// The expected values are those of Python's uuid.uuid5 in the same namespace.
TEST_CASE("version 5 UUIDs") {
  CHECK(NameUuid("") == "3a632dce-6aee-5b45-9223-0b7c69934317");
  CHECK(NameUuid("a") == "751a7d08-e373-5918-8ed7-681df9412ace");
  CHECK(NameUuid(std::string(200, 'x')) == "ab2ed1c9-0f08-54a6-8820-3e62f23a1f64");
}

}  // namespace writ::support
