#include "logs/trail/read.h"

#include <zlib.h>

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <fmt/format.h>

#include "base/support/json.h"
#include "logs/trail/gzip.h"

namespace writ::trail {
namespace {

struct Log {
  ReadFile read;
  std::vector<Event> events;
};

Log ReadPieces(std::string_view text, std::size_t piece) {
  Log log;
  const Limits limits;
  EventReader reader({"bedrock.amazonaws.com", "bedrock-mantle.amazonaws.com"}, limits);
  std::size_t at = 0;
  const Bytes bytes = [&] {
    const std::string_view next = text.substr(std::min(at, text.size()), piece);
    at += next.size();
    return next;
  };
  log.read =
      ReadLog(bytes, reader, limits, [&](const Event& event) { log.events.push_back(event); });
  return log;
}

std::string Packed(std::string_view text) {
  z_stream zlib = {};
  REQUIRE(deflateInit2(&zlib, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(text.size() + 1000, '\0');
  zlib.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
  zlib.avail_in = static_cast<unsigned>(text.size());
  zlib.next_out = reinterpret_cast<unsigned char*>(out.data());
  zlib.avail_out = static_cast<unsigned>(out.size());
  REQUIRE(deflate(&zlib, Z_FINISH) == Z_STREAM_END);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

// Synthetic: no real record of Converse was found.
constexpr std::string_view kConverse = R"({
  "eventVersion": "1.11", "eventTime": "2026-11-03T09:10:11Z", "unknownMember": [1, {"a": null}],
  "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::222222222222:assumed-role/fraud/i-1",
    "accountId": "222222222222",
    "sessionContext": {"sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::222222222222:role/app/fraud"},
      "attributes": {"creationDate": "2026-11-03T08:00:00Z", "mfaAuthenticated": "false"},
      "sourceIdentity": "alice"}},
  "eventSource": "bedrock.amazonaws.com", "eventName": "Converse", "awsRegion": "us-east-1",
  "sourceIPAddress": "203.0.113.7", "vpcEndpointId": "vpce-0a", "readOnly": true,
  "requestParameters": {"modelId": "us.amazon.nova-pro-v1:0"}, "responseElements": null,
  "additionalEventData": {"callWithBearerToken": true, "inferenceRegion": "us-west-2"},
  "requestID": "r-1", "eventID": "e-1"})";

TEST_CASE("an event of CloudTrail") {
  const Log log = ReadPieces(kConverse, 64);
  REQUIRE(log.events.size() == 1);
  const Call& call = log.events[0].call;
  CHECK(call.who == Identity{Identity::Kind::kRole, "arn:aws:iam::222222222222:role/app/fraud",
                             "222222222222"});
  CHECK(call.name == "Converse");
  CHECK(call.region == "us-east-1");
  CHECK(call.model == "us.amazon.nova-pro-v1:0");
  CHECK(call.endpoint == "vpce-0a");
  CHECK(call.ip == "203.0.113.7");
  CHECK(call.mfa == "false");
  CHECK(call.source_identity == "alice");
  CHECK(call.issued == "2026-11-03T08:00:00Z");
  CHECK(call.time == "2026-11-03T09:10:11Z");
  CHECK(call.has_bearer_token);
  CHECK(call.has_circumstances);
  CHECK(call.outcome == Outcome::kAllowed);
}

TEST_CASE("packed, in several members, and cut anywhere") {
  const std::string text = fmt::format(R"({{"Records":[{}]}})", kConverse);
  const std::string packed = Packed(text);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, packed.size()}) {
    CHECK(ReadPieces(packed, piece).events.size() == 1);
  }
  CHECK(ReadPieces(packed + Packed(kConverse), 50).events.size() == 2);
  const Log cut = ReadPieces(std::string_view(packed).substr(0, packed.size() - 9), 50);
  REQUIRE(cut.read.fault);
  CHECK(cut.read.fault->message == "the gzip data ends too early");
  std::string damaged = packed;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  CHECK(ReadPieces(damaged, 50).read.fault);
  CHECK(IsGzip(packed));
}

TEST_CASE("lookup-events puts each event into a string") {
  std::string escaped;
  support::json::AppendString(escaped, kConverse);
  const Log log = ReadPieces(
      fmt::format(R"({{"Events": [{{"EventId": "e-1", "CloudTrailEvent": {}}}]}})", escaped), 999);
  REQUIRE(log.events.size() == 1);
  CHECK(log.events[0].id == ReadPieces(kConverse, 999).events[0].id);
}

TEST_CASE("an invocation log, whose bodies are passed over") {
  const std::string record =
      R"({"timestamp": "2026-11-03T09:10:11Z", "accountId": "222222222222", "region": "us-east-1",
      "identity": {"arn": "arn:aws:sts::222222222222:assumed-role/fraud/i-1"}, "requestId": "r-1",
      "operation": "Converse", "modelId": "us.amazon.nova-pro-v1:0", "schemaType": "ModelInvocationLog",
      "schemaVersion": "1.0", "input": {"inputBodyJson": {"modelId": "other", "eventSource": "x"}}})";
  const Log log = ReadPieces(record, 999);

  REQUIRE(log.events.size() == 1);
  CHECK(log.events[0].call.who.kind == Identity::Kind::kSession);
  CHECK(log.events[0].call.model == "us.amazon.nova-pro-v1:0");
  CHECK_FALSE(log.events[0].call.has_circumstances);
  // The same call as CloudTrail has.
  CHECK(log.events[0].id == ReadPieces(kConverse, 999).events[0].id);
}

TEST_CASE("records that are of others, unknown or broken are counted") {
  const Log log = ReadPieces(
      R"([{"eventSource":"s3.amazonaws.com","eventName":"GetObject"},
          {"eventSource":"bedrock.amazonaws.com","eventName":"InvokeModel"},
          {"a":1}, {"eventSource":"bedrock.amazonaws.com","eventName":nothing}])",
      999);
  CHECK(log.read.counts.records == 4);
  CHECK(log.read.counts.events == 1);
  CHECK(log.read.counts.unknown == 1);
  CHECK(log.read.counts.unreadable == 1);
  CHECK(log.read.unreadable);
  CHECK_FALSE(log.read.fault);
}

TEST_CASE("who an ARN names") {
  using Kind = Identity::Kind;
  CHECK(IdentityOf("arn:aws:iam::1:role/a/b").kind == Kind::kRole);
  CHECK(IdentityOf("arn:aws:iam::1:user/b").kind == Kind::kUser);
  CHECK(IdentityOf("arn:aws:iam::1:root").kind == Kind::kRoot);
  CHECK(IdentityOf("arn:aws:sts::1:federated-user/b").kind == Kind::kFederated);
  CHECK(IdentityOf("arn:aws:sts::1:assumed-role/b/s/t").arn == "arn:aws:sts::1:assumed-role/b");
  CHECK(IdentityOf("arn:aws:sts::1:assumed-role/b").arn == "arn:aws:sts::1:assumed-role/b");
  CHECK(IdentityOf("").kind == Kind::kUnknown);
  CHECK(IdentityOf("arn:aws:iam::1").kind == Kind::kUnknown);
}

TEST_CASE("denials and other failures") {
  const auto outcome = [](std::string_view rest) {
    const Log log = ReadPieces(
        fmt::format(R"({{"eventSource":"bedrock.amazonaws.com","eventName":"InvokeModel",{}}})",
                    rest),
        999);
    REQUIRE(log.events.size() == 1);
    return log.events[0].call.outcome;
  };
  CHECK(outcome(R"("errorCode":null)") == Outcome::kAllowed);
  CHECK(outcome(R"("errorCode":"AccessDenied")") == Outcome::kDenied);
  CHECK(
      outcome(
          R"("errorCode":"AccessDeniedException","errorMessage":"User: x is not authorized to perform: y")") ==
      Outcome::kDenied);
  CHECK(
      outcome(
          R"("errorCode":"AccessDeniedException","errorMessage":"You don't have access to the model")") ==
      Outcome::kFailed);
  CHECK(outcome(R"("errorCode":"ThrottlingException")") == Outcome::kFailed);
}

TEST_CASE("times as logs have them") {
  CHECK(NormalTime("2026-11-01T08:00:00Z") == "2026-11-01T08:00:00Z");
  CHECK(NormalTime("20261101T080000Z") == "2026-11-01T08:00:00Z");
  CHECK(NormalTime("2025-03-26 16:43:57.000000000") == "2025-03-26T16:43:57Z");
  CHECK(NormalTime("").empty());
  CHECK(NormalTime("Nov 1, 2026").empty());
  CHECK(NormalTime("2026-11-01").empty());
}

}  // namespace
}  // namespace writ::trail
