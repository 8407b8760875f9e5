#include "program/intent/bindings.h"

#include <doctest/doctest.h>

namespace writ::intent {
namespace {

BoundGuardrail Version(std::uint32_t version, const char* owner = "222222222222") {
  return {std::string("arn:aws:bedrock:us-east-1:") + owner + ":guardrail/abc", version, {}};
}

TEST_CASE("a place without an entry has no binding") {
  Bindings bindings;
  bindings.Bind("pii", "222222222222", "us-east-1", Version(3));
  REQUIRE(bindings.Find("pii", "222222222222", "us-east-1").has_value());
  CHECK(bindings.Find("pii", "222222222222", "us-east-1")->Pinned() ==
        "arn:aws:bedrock:us-east-1:222222222222:guardrail/abc:3");
  CHECK_FALSE(bindings.Find("pii", "222222222222", "us-west-2"));
  CHECK_FALSE(bindings.Find("pii", "333333333333", "us-east-1"));
  CHECK_FALSE(bindings.Find("other", "222222222222", "us-east-1"));
  CHECK(bindings.Regions("pii", "222222222222") == std::vector<std::string>{"us-east-1"});
  CHECK(bindings.Regions("pii", "333333333333").empty());
  CHECK(bindings.Accounts("pii") == std::vector<std::string>{"222222222222"});
  CHECK(bindings.IsBound("pii"));
  CHECK_FALSE(bindings.IsBound("other"));
}

TEST_CASE("a guardrail is shared iff all of its accounts say the same") {
  Bindings bindings;
  CHECK_FALSE(bindings.IsShared("pii"));
  bindings.Bind("pii", "222222222222", "us-east-1", Version(3));
  CHECK(bindings.IsShared("pii"));
  bindings.Bind("pii", "333333333333", "us-east-1", Version(3));
  CHECK(bindings.IsShared("pii"));
  SUBCASE("another version") {
    bindings.Bind("pii", "333333333333", "us-east-1", Version(4));
    CHECK_FALSE(bindings.IsShared("pii"));
  }
  SUBCASE("another owner") {
    bindings.Bind("pii", "333333333333", "us-east-1", Version(3, "333333333333"));
    CHECK_FALSE(bindings.IsShared("pii"));
  }
  SUBCASE("a region that one account lacks") {
    bindings.Bind("pii", "333333333333", "us-west-2", Version(3));
    CHECK_FALSE(bindings.IsShared("pii"));
  }
}

TEST_CASE("the help for a missing binding is the entry to merge") {
  CHECK(
      MissingBindingHelp("pii", "222222222222", {"us-east-1", "us-west-2"}) ==
      R"({"guardrails": {"pii": {"222222222222": {)"
      R"("us-east-1": {"arn": "arn:aws:bedrock:us-east-1:222222222222:guardrail/ID", "version": N}, )"
      R"("us-west-2": {"arn": "arn:aws:bedrock:us-west-2:222222222222:guardrail/ID", "version": N}}}}})");
  CHECK(
      MissingBindingHelp("pii", "222222222222", {}) ==
      R"({"guardrails": {"pii": {"222222222222": {)"
      R"("REGION": {"arn": "arn:aws:bedrock:REGION:222222222222:guardrail/ID", "version": N}}}}})");
}

}  // namespace
}  // namespace writ::intent
