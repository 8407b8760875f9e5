#include "analysis/access/partial.h"

#include <string>

#include <doctest/doctest.h>

#include "proof/verify/formula.h"

namespace writ::access {
namespace {

using policy::Sense;

const std::string kPattern = "arn:aws:bedrock:us-east-1:222222222222:guardrail/*";

verify::Authorization BoxOf(std::vector<std::string> resources, verify::Condition condition) {
  return {{Sense::kListed, {"bedrock:DeleteGuardrail"}},
          {Sense::kListed, std::move(resources)},
          std::move(condition)};
}

Leaning Covers(const verify::Authorization& box, const PartialRequest& request) {
  const auto prepared = policy::Prepare(request.request);
  REQUIRE(prepared.ok());
  return CompiledBox(box, Truth::kNo).Covers(*prepared, request);
}

PartialRequest Unnamed() {
  PartialRequest request;
  request.request.principal = "arn:aws:iam::222222222222:role/r";
  request.request.action = "bedrock:DeleteGuardrail";
  request.request.resource = StandInFor(kPattern);
  request.resources = kPattern;
  return request;
}

PartialRequest Named() {
  PartialRequest request = Unnamed();
  request.request.resource = "arn:aws:bedrock:us-east-1:222222222222:guardrail/g1";
  request.resources.clear();
  return request;
}

const std::set<std::string> kResource = {std::string(kTheResource)};

TEST_CASE("a resource that is not known is covered by wildcards alone") {
  const auto covers = [](std::string pattern) {
    return Covers(BoxOf({std::move(pattern)}, verify::Always()), Unnamed());
  };
  CHECK(covers("*").truth == Truth::kYes);
  CHECK(covers("arn:aws:bedrock:*:*:guardrail/*").truth == Truth::kYes);
  CHECK(covers("arn:aws:bedrock:*:*:guardrail/g1").truth == Truth::kOpen);
  CHECK(covers("arn:aws:bedrock:*:*:guardrail/g1").on == kResource);
  CHECK(covers("arn:aws:bedrock:*:*:guardrail/g*").truth == Truth::kOpen);
  CHECK(covers("arn:aws:bedrock:us-west-2:*:guardrail/*").truth == Truth::kNo);
  CHECK(covers("arn:aws:bedrock:*:*:guardrail/${aws:PrincipalTag/g}").truth == Truth::kOpen);
  CHECK(Covers(BoxOf({"arn:aws:bedrock:*:*:guardrail/g1"}, verify::Always()), Named()).truth ==
        Truth::kYes);
}

TEST_CASE("resources that are left out") {
  verify::Authorization box = BoxOf({"*"}, verify::Always());
  box.spared = {"arn:aws:bedrock:*:*:guardrail/g1"};
  CHECK(Covers(box, Named()).truth == Truth::kNo);
  CHECK(Covers(box, Unnamed()).truth == Truth::kOpen);
  box.spared = {"arn:aws:bedrock:*:*:guardrail/*"};
  CHECK(Covers(box, Unnamed()).truth == Truth::kNo);
  box.spared = {"arn:aws:s3:::*"};
  CHECK(Covers(box, Unnamed()).truth == Truth::kYes);
}

TEST_CASE("a key that is not known leaves open what depends on it, and nothing else") {
  const verify::Condition is_alice = verify::Among("aws:SourceIdentity", {"alice"});
  const verify::Condition in_vpc = verify::Among("aws:SourceVpc", {"vpc-1"});
  PartialRequest request = Named();
  CHECK(Covers(BoxOf({"*"}, is_alice), request).truth == Truth::kNo);
  request.may_have = [](std::string_view key) { return key == "aws:sourceidentity"; };
  CHECK(Covers(BoxOf({"*"}, is_alice), request).truth == Truth::kOpen);
  CHECK(Covers(BoxOf({"*"}, is_alice), request).on == std::set<std::string>{"aws:sourceidentity"});
  CHECK(Covers(BoxOf({"*"}, verify::Not(is_alice)), request).truth == Truth::kOpen);
  CHECK(Covers(BoxOf({"*"}, verify::And({is_alice, in_vpc})), request).truth == Truth::kNo);
  CHECK(Covers(BoxOf({"*"}, verify::Or({is_alice, verify::Not(in_vpc)})), request).truth ==
        Truth::kYes);
  request.request.context = {{"aws:SourceIdentity", false, {"bob"}}};
  CHECK(Covers(BoxOf({"*"}, is_alice), request).truth == Truth::kNo);
  request.request.context = {{"aws:SourceIdentity", false, {"alice"}}};
  CHECK(Covers(BoxOf({"*"}, is_alice), request).truth == Truth::kYes);
}

TEST_CASE("open parts count for nothing beside one that decides") {
  const Leaning open{Truth::kOpen, {"a"}};
  const Leaning other{Truth::kOpen, {"b"}};
  const Leaning yes{Truth::kYes, {}};
  const Leaning no;
  CHECK(Both(open, no).truth == Truth::kNo);
  CHECK(Both(open, yes).truth == Truth::kOpen);
  CHECK(Both(open, other).on == std::set<std::string>{"a", "b"});
  CHECK(Either(open, yes).truth == Truth::kYes);
  CHECK(Either(open, no).on == std::set<std::string>{"a"});
  CHECK(Either(no, no).truth == Truth::kNo);
}

}  // namespace
}  // namespace writ::access
