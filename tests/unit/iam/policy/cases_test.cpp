#include "iam/policy/cases.h"

#include <ctime>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace writ::policy {
namespace {

std::string Run(const std::string& text, CaseOptions options = {}) {
  std::istringstream in(text);
  std::ostringstream out;
  const CaseSummary summary = RunCases(in, out, options);
  CHECK(!summary.is_cut_short);
  return out.str();
}

std::string Case(std::string_view id, std::string_view more = "") {
  return fmt::format(
      R"({{"id":"{}","principal":"arn:aws:iam::111122223333:user/u","action":"s3:Get","resource":"*"{}}})",
      id, more);
}
std::string Result(std::string_view id, std::string_view decision) {
  return fmt::format("{{\"id\":\"{}\",\"decision\":\"{}\",\"detail\":{{}}}}\n", id, decision);
}

TEST_CASE("line breaks of both kinds, blank lines, a last line without break") {
  CHECK(Run("\r\n\n  \n" + Case("a") + "\r\n" + Case("b")) ==
        Result("a", "implicitDeny") + Result("b", "implicitDeny"));
  CHECK(Run("").empty());
  CHECK(Run("\n\n").empty());
}

TEST_CASE("results come in the order of the lines on any number of threads") {
  std::string text;
  const std::string allow = R"(,"identityPolicies":["#p"])";
  for (int i = 0; i < 3000; ++i) {
    if (i % 700 == 0) {
      text += fmt::format(
          R"({{"writCases":1,"policies":{{"p":{{"Statement":{{"Effect":"{}","Action":"*","Resource":"*"}}}}}}}})",
          i % 1400 == 0 ? "Allow" : "Deny");
      text += '\n';
    }
    text += Case(fmt::format("c{}", i), i % 3 == 0 ? std::string_view() : std::string_view(allow)) +
            '\n';
  }
  const std::string one = Run(text, {.threads = 1});
  CHECK(one == Run(text, {.threads = 2}));
  CHECK(one == Run(text, {.threads = 7}));
  CHECK(one.find(Result("c1", "allowed")) == one.find("{\"id\":\"c1\""));
  CHECK(one.find("{\"id\":\"c701\",\"decision\":\"explicitDeny\"") != std::string::npos);
}

TEST_CASE("a header is one however its key is written") {
  CHECK(Run(R"({"\u0077ritCases":1,"policies":{"p":{"Statement":[]}}})"
            "\n" +
            Case("a", R"(,"identityPolicies":["#p"])")) == Result("a", "implicitDeny"));
}

TEST_CASE("a wrong header yields one error; its policies are not taken") {
  for (const std::string header :
       {R"({"writCases":1,"policies":[]})", R"({"writCases":1,"policies":{"p":1}})",
        R"({"writCases":1,"extra":1})", R"({"writCases":1,"policies":{},"policies":{}})"}) {
    CAPTURE(header);
    const std::string out = Run(header + "\n" + Case("a", R"(,"identityPolicies":["#p"])"));
    CHECK(out.starts_with(R"({"id":"line:1","decision":"error")"));
    CHECK(out.find("unknownPolicyRef") != std::string::npos);
  }
}

TEST_CASE("a policy of a header is judged where it is used") {
  const std::string header =
      R"({"writCases":1,"policies":{"bad":{"Statement":[{"Effect":"Allow","Action":"*"}]},)"
      R"("twice":{"Statement":[],"Id":"a","Id":"b"}}})"
      "\n";
  CHECK(Run(header + Case("a")) == Result("a", "implicitDeny"));
  CHECK(Run(header + Case("a", R"(,"identityPolicies":["#bad"])")).find("invalidPolicy") !=
        std::string::npos);
  // Without Resource it is good for a resource's policy.
  CHECK(Run(header + Case("a", R"(,"resourcePolicy":"#bad")")) == Result("a", "implicitDeny"));
  CHECK(Run(header + Case("a", R"(,"identityPolicies":["#twice"])")).find("invalidPolicy") !=
        std::string::npos);
}

TEST_CASE("a line has a limit, and reading goes on behind it") {
  const std::string pad(kMaxCaseBytes, ' ');
  const std::string at_limit = Case("fits") + pad.substr(Case("fits").size());
  REQUIRE(at_limit.size() == kMaxCaseBytes);
  CHECK(Run(at_limit + "\n" + Case("b")) ==
        Result("fits", "implicitDeny") + Result("b", "implicitDeny"));
  const std::string out = Run(at_limit + " \n" + Case("b"));
  CHECK(out.starts_with(R"({"id":"line:1","decision":"error","detail":{"code":"badJson")"));
  CHECK(out.ends_with(Result("b", "implicitDeny")));
  const std::string longer = Run(at_limit + pad + pad + "\n" + Case("b"));
  CHECK(longer == out);
}

TEST_CASE("the accounts of caller and resource") {
  const std::string allow =
      R"(,"identityPolicies":[{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}])";
  CHECK(Run(Case("a", allow)) == Result("a", "allowed"));
  CHECK(Run(Case("a", allow + R"(,"principalAccount":"111122223333")")) == Result("a", "allowed"));
  CHECK(Run(Case("a", allow + R"(,"resourceAccount":"444455556666")")) ==
        Result("a", "implicitDeny"));
  CHECK(Run(Case("a", R"(,"principalAccount":111122223333)")).find("principalAccountMismatch") !=
        std::string::npos);
}

TEST_CASE("hostile cases end quickly") {
  std::string statements;
  for (int i = 0; i < 10000; ++i) {
    statements += fmt::format(
        R"({}{{"Effect":"Deny","Action":"s3:Put{}","Resource":"arn:aws:s3:::*a*b*c{}*"}})",
        i > 0 ? "," : "", i, i);
  }
  std::string globs = R"("arn:aws:s3:::)";
  for (int i = 0; i < 1000; ++i) globs += "*a";
  globs += "b\"";
  const std::string document = fmt::format(
      R"({{"Statement":[{},{{"Effect":"Deny","Action":"*","Resource":{}}}]}})", statements, globs);
  REQUIRE(document.size() > 700'000);
  std::string keys;
  for (int i = 0; i < 100000; ++i) keys += fmt::format("\"k{}\":\"v\",", i);
  const std::string line = fmt::format(
      R"({{"id":"a","principal":"arn:aws:iam::111122223333:user/u","action":"s3:PutX","resource":)"
      R"("arn:aws:s3:::{}","context":{{{}"z":"1"}},"identityPolicies":[{}]}})",
      std::string(4000, 'a'), keys, document);
  const std::clock_t begin = std::clock();
  CHECK(Run(line) == Result("a", "implicitDeny"));
  CHECK((std::clock() - begin) / CLOCKS_PER_SEC < 5);
}

}  // namespace
}  // namespace writ::policy
