#include "logs/trail/read_classes.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "logs/trail/read.h"
#include "logs/trail/sql.h"

namespace writ::trail {
namespace {

const std::vector<std::string> kSources = {"bedrock.amazonaws.com"};
constexpr Detail kAll = {true, true, true, true, true, true};

struct Result {
  std::vector<Class> classes;
  std::string wrong;
};

Result Rows(std::string_view text, const Detail& detail = kAll, const Limits& limits = {}) {
  EventReader reader(kSources, limits);
  Classes classes(detail, limits);
  const auto read = ReadClasses(text, reader, limits, classes);
  if (!read.ok()) return {{}, fmt::format("{}: {}", read.error().row, read.error().message)};
  return {classes.Take(), read->uncounted == 0 ? "" : "uncounted"};
}

std::vector<Class> Events(std::string_view text, const Detail& detail) {
  EventReader reader(kSources, {});
  Classes classes(detail, {});
  bool is_read = false;
  (void)ReadLog([&] { return std::exchange(is_read, true) ? std::string_view() : text; }, reader,
                {}, [&](const Event& event) { CHECK(classes.Add(event.call)); });
  return classes.Take();
}

std::string Names() {
  std::vector<std::string_view> names;
  for (const Column& column : Columns()) names.push_back(column.name);
  return fmt::format("{}", fmt::join(names, ","));
}

const std::string kRow =
    R"("AssumedRole","arn:aws:sts::222222222222:assumed-role/fraud","arn:aws:iam::222222222222:role/app/fraud",)"
    R"("222222222222",,"bedrock.amazonaws.com","Converse","us-east-1","us.amazon.nova-pro-v1:0","arn:a arn:b","333333333333","vpce-1",)"
    R"(true,"AccessDeniedException","not authorized","2026-11-03","203.0.113.7","true","2026-11-03T08:00:00Z","alice",1,)"
    R"("2026-11-03T09:10:11Z","2026-11-03T09:10:11Z")";

TEST_CASE("a row gives the class that its events give") {
  const std::string event = R"({"eventSource":"bedrock.amazonaws.com","eventName":"Converse",
    "awsRegion":"us-east-1","vpcEndpointId":"vpce-1","sourceIPAddress":"203.0.113.7",
    "eventTime":"2026-11-03T09:10:11Z","errorCode":"AccessDeniedException",
    "errorMessage":"User: arn:aws:sts::222222222222:assumed-role/fraud/i-1 is not authorized to perform: x",
    "userIdentity":{"type":"AssumedRole","accountId":"222222222222",
      "arn":"arn:aws:sts::222222222222:assumed-role/fraud/i-1",
      "sessionContext":{"sourceIdentity":"alice","sessionIssuer":{"arn":"arn:aws:iam::222222222222:role/app/fraud"},
        "attributes":{"mfaAuthenticated":"true","creationDate":"2026-11-03T08:00:00Z"}}},
    "requestParameters":{"modelId":"us.amazon.nova-pro-v1:0"},
    "additionalEventData":{"callWithBearerToken":true},"recipientAccountId":"333333333333","resources":[{"ARN":"arn:b"},{"ARN":"arn:a"}]})";
  for (const Detail& detail : {kAll, Detail{}}) {
    const Result rows = Rows(fmt::format("{}\n{}\r\n", Names(), kRow), detail);
    CHECK(rows.wrong.empty());
    CHECK(rows.classes == Events(event, detail));
  }
}

TEST_CASE("rows as JSON objects") {
  const std::string row =
      R"({"source":"bedrock.amazonaws.com","event":"Converse","model":null,"calls":7,"last_call":"2026-11-03T09:10:11Z"})";
  for (const std::string& text : {row, fmt::format("[{}]", row), fmt::format("{0}\n{0}", row)}) {
    const Result rows = Rows(text);
    REQUIRE(rows.classes.size() == 1);
    CHECK(rows.classes[0].count % 7 == 0);
    CHECK(rows.classes[0].last == "2026-11-03T09:10:11Z");
  }
}

TEST_CASE("what is no result of the query is said") {
  CHECK(Rows("").wrong == "0: there is no column `identity`");
  CHECK(Rows("a,b\n1,2\n").wrong == "0: there is no column `identity`");
  CHECK(Rows(Names() + "\n1,2\n").wrong == "1: the row has 2 fields, and there are 23 columns");
  std::string row = kRow;
  row.replace(row.find(",1,"), 3, ",x,");
  CHECK(Rows(fmt::format("{}\n{}\n{}\n", Names(), kRow, row)).wrong ==
        "2: `calls` is no number: `x`");
  CHECK(Rows("[{").wrong == "0: the text ends within a record or a list of them");
  CHECK(Rows(R"({"calls":1})").wrong == "1: the row names no event");
}

TEST_CASE("rows count against the limit of classes") {
  Limits limits;
  limits.classes = 1;
  const std::string row = R"({"source":"bedrock.amazonaws.com","event":"A","calls":1})";
  const std::string other = R"({"source":"bedrock.amazonaws.com","event":"B","calls":1})";
  CHECK(Rows(row + row, {}, limits).wrong.empty());
  CHECK(Rows(row + other, {}, limits).wrong == "uncounted");
}

TEST_CASE("the query has the columns that are asked for, and groups by all but the totals") {
  SqlQuestion question;
  question.sources = kSources;
  question.since = "2026-11-01";
  const std::string few = SqlOf(question);
  CHECK(few.find(" AS day") == std::string::npos);
  CHECK(few.find("GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14;") != std::string::npos);
  question.detail = kAll;
  question.engine = Engine::kLake;
  const std::string all = SqlOf(question);
  for (const Column& column : Columns())
    CHECK(all.find(fmt::format(" AS {}", column.name)) != std::string::npos);
  CHECK(all.find("17, 18, 19, 20\n") != std::string::npos);
}

}  // namespace
}  // namespace writ::trail
