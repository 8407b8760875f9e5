// Pairs in, result lines out.
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "base/support/json.h"
#include "iam/decide/pairs.h"

namespace writ::decide {
namespace {

struct Outcome {
  PairSummary summary;
  std::vector<std::string> lines;  // without "microseconds"
};

Outcome RunText(const std::string& text, PairOptions options = {}) {
  std::istringstream in(text);
  std::ostringstream out;
  Outcome outcome;
  outcome.summary = RunPairs(in, out, options);
  std::istringstream results(out.str());
  for (std::string line; std::getline(results, line);) {
    const std::size_t at = line.find(",\"microseconds\":");
    REQUIRE(at != line.npos);
    outcome.lines.push_back(line.substr(0, at) + "}");
  }
  return outcome;
}

std::string Pair(const std::string& id, const std::string& left, const std::string& right) {
  const auto document = [](const std::string& action) {
    return R"({"Statement":{"Effect":"Allow","Action":")" + action + R"(","Resource":"*"}})";
  };
  return R"({"id":")" + id + R"(","left":)" + document(left) + R"(,"right":)" + document(right) +
         "}\n";
}

TEST_CASE("each line has its result, in the order of the lines") {
  const Outcome outcome =
      RunText(Pair("a", "s3:*", "s3:*") + "\r\n" + Pair("b", "s3:Get*", "s3:*") + "nonsense\n" +
              R"({"kind":"user","left":{},"right":{}})" + "\n");
  CHECK(outcome.summary.answered == 2);
  CHECK(outcome.summary.errors == 2);
  CHECK(outcome.summary.undecided == 0);
  REQUIRE(outcome.lines.size() == 4);
  CHECK(outcome.lines[0] ==
        R"({"id":"a","relation":"equivalent","gained":null,"lost":null,"exact":true})");
  CHECK(outcome.lines[1].starts_with(R"({"id":"b","relation":"broader","gained":{"principal":)"));
  CHECK(outcome.lines[2].starts_with(R"({"id":"line:4","relation":"error","gained":null)"));
  CHECK(outcome.lines[3].find("`kind` is identity, scp, rcp, resource, trust") !=
        std::string::npos);
}

TEST_CASE("a relation that depends on the reading of a pair comes with the other one") {
  const std::string some = R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"})";
  const std::string odd = R"({"Effect":"Allow","Action":"s3:PutObject","Resource":"*foo"})";
  const Outcome outcome = RunText(R"({"id":"a","left":{"Statement":[)" + some +
                                  R"(]},"right":{"Statement":[)" + some + "," + odd + "]}}\n");
  REQUIRE(outcome.lines.size() == 1);
  support::json::Document document;
  REQUIRE(!document.Read(outcome.lines[0]));
  const auto other = document.root().Find("otherReading");
  REQUIRE(other);
  CHECK(document.root().Find("relation")->text() != other->Find("relation")->text());
  CHECK(other->Find("gained").has_value());
  CHECK(other->Find("lost").has_value());
}

TEST_CASE("whoever watches the questions is told of each pair before its own, in order") {
  std::string seen;
  const std::function<void(std::string_view)> on_pair = [&](std::string_view id) {
    seen += id;
    seen += ':';
  };
  const std::function<void(const Space&, const Space&)> on_question =
      [&](const Space&, const Space&) { seen += '?'; };
  PairOptions options;
  options.threads = 4;
  options.on_pair = &on_pair;
  options.questions.questions.on_question = &on_question;
  RunText(Pair("a", "s3:*", "s3:*") + Pair("b", "s3:Get*", "s3:*") + Pair("c", "s3:*", "ec2:*"),
          options);
  const std::size_t b = seen.find("b:");
  const std::size_t c = seen.find("c:");
  CHECK(seen.starts_with("a:?"));
  CHECK(b < c);
  CHECK(seen.substr(b, 3) == "b:?");
  CHECK(seen.substr(c, 3) == "c:?");
}

TEST_CASE("what is no pair is said exactly") {
  const auto error_of = [](const std::string& line) {
    const Outcome outcome = RunText(line);
    REQUIRE(outcome.lines.size() == 1);
    support::json::Document document;
    REQUIRE(!document.Read(outcome.lines[0]));
    return std::string(document.root().Find("error")->text());
  };
  CHECK(error_of("[]") == "a pair is an object");
  CHECK(error_of(R"({"id":1})") == "`id` is a string");
  CHECK(error_of(R"({"left":{"Statement":[]}})") == "`right` is missing");
  CHECK(error_of(R"({"rigth":{}})") == "`rigth` is no member of a pair");
  CHECK(error_of(R"({"Kind":"scp"})") == "`Kind` is no member of a pair");
  CHECK(error_of(R"({"left":{},"left":{}})").find("twice") != std::string::npos);
  const std::string all =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
  CHECK(RunText(R"({"kind":"identity","left":[)" + all + R"(],"right":)" + all + "}")
            .lines[0]
            .find("equivalent") != std::string::npos);
  CHECK(RunText(R"({"kind":"scp","expected":1,"left":[)" + all + "," + all + R"(],"right":)" + all +
                "}")
            .lines[0]
            .find("equivalent") != std::string::npos);
}

TEST_CASE("pairs that name no kind are of the kind that is asked for") {
  const std::string line =
      R"({"left":[],"right":[{"Version":"2012-10-17","Statement":{"Effect":"Allow",)"
      R"("Action":"*","Resource":"*"}}]})";
  CHECK(RunText(line).lines[0].find("scps") == std::string::npos);
  CHECK(RunText(line, {.kind = policy::Kind::kScp}).lines[0].find("broader") != std::string::npos);
}

TEST_CASE("documents that AWS would refuse are no pair, unless they are taken as they are read") {
  const std::string line =
      R"({"left":{"Statement":{"Effect":"Allow","Action":"s3:a b","Resource":"*"}},)"
      R"("right":{"Statement":[]}})";
  const Outcome refused = RunText(line);
  CHECK(refused.summary.errors == 1);
  CHECK(refused.lines[0].find("left/Statement/Action: AWS would refuse this document: `s3:a b`") !=
        std::string::npos);
  CHECK(RunText(line, {.is_as_read = true}).summary.answered == 1);
}

TEST_CASE("results do not depend on the number of threads") {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += Pair(std::to_string(i), i % 3 == 0 ? "s3:Get*" : "s3:*", i % 2 == 0 ? "s3:*" : "*");
  }
  const Outcome one = RunText(text);
  const Outcome three = RunText(text, {.threads = 3});
  CHECK(one.lines == three.lines);
  CHECK(one.summary.answered == 200);
}

TEST_CASE("a line without an answer names the reason, and the others are answered") {
  const std::string mixed =
      R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"k":"5"},"StringLike":{"k":"*1"}}})";
  const Outcome outcome =
      RunText(R"({"id":"m","left":{"Statement":)" + mixed + R"(},"right":{"Statement":[]}})" +
              "\n" + Pair("b", "s3:Get*", "s3:*"));
  CHECK(outcome.summary.answered == 1);
  CHECK(outcome.summary.undecided == 1);
  CHECK(outcome.summary.failures == 0);
  CHECK(outcome.lines[0].find(R"("relation":"undecided")") != std::string::npos);
  CHECK(outcome.lines[0].find(R"("exact":false,"unsupported":["`k` in statement 1)") !=
        std::string::npos);
}

}  // namespace
}  // namespace writ::decide
