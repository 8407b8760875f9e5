#include "logs/trail/splitter.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace writ::trail {
namespace {

struct Split {
  std::vector<std::string> records;
  std::optional<Fault> fault;
};

Split SplitBy(std::size_t piece, std::string_view text, const Limits& limits = {}) {
  Split split;
  Splitter splitter(limits);
  for (std::size_t at = 0; at < text.size() && !split.fault; at += piece) {
    split.fault =
        splitter.Feed(text.substr(at, piece), [&](std::string_view record, std::uint64_t offset) {
          CHECK(text.substr(offset, record.size()) == record);
          split.records.emplace_back(record);
        });
  }
  if (!split.fault) split.fault = splitter.Finish();
  return split;
}

using Texts = std::vector<std::string>;

TEST_CASE("records of every form, however the text is cut") {
  struct Form {
    std::string_view text;
    Texts records;
  };
  const std::vector<Form> forms = {
      {R"({"Records":[{"a":1},{"b":"]}\"{"}]})", {R"({"a":1})", R"({"b":"]}\"{"})"}},
      {R"( {"NextToken": "x[", "Events": [ {"a":{"Records":[{}]}} , {} ], "More": [{"c":1}] } )",
       {R"({"a":{"Records":[{}]}})", "{}"}},
      {R"([{"a":"\\"},{"b":"\\\""}])", {R"({"a":"\\"})", R"({"b":"\\\""})"}},
      {"{\"a\":1}\n{\"Records\":2}\r\n", {R"({"a":1})", R"({"Records":2})"}},
      {R"({"Records":[]})", {}},
      {R"({"Records":[{"a":1}],"Events":[{"b":2}]}{"c":3})",
       {R"({"a":1})", R"({"b":2})", R"({"c":3})"}},
      {"\xef\xbb\xbf[{}]", {"{}"}},
      {"", {}},
  };
  for (const Form& form : forms) {
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{999}}) {
      CAPTURE(form.text);
      CAPTURE(piece);
      const Split split = SplitBy(piece, form.text);
      CHECK(!split.fault);
      CHECK(split.records == form.records);
    }
  }
}

TEST_CASE("what is no log is named with its place, and what came before it counts") {
  const Split cut = SplitBy(5, R"({"Records":[{"a":1},{"b":)");
  CHECK(cut.records == Texts{R"({"a":1})"});
  REQUIRE(cut.fault);
  CHECK(cut.fault->message == "the text ends within a record or a list of them");
  const Split wrong = SplitBy(5, R"([{"a":1}, 7])");
  CHECK(wrong.records.size() == 1);
  REQUIRE(wrong.fault);
  CHECK(wrong.fault->offset == 10);
  CHECK(SplitBy(9, "eventVersion,useridentity\n").fault);
  CHECK(SplitBy(9, "[{]}").fault);
  CHECK(SplitBy(9, "}").fault);
  CHECK(SplitBy(9, "[[{}]]").fault);
  CHECK(SplitBy(9, "{},{}").fault);
  CHECK(SplitBy(9, R"({"a":"x)").fault);
  CHECK(SplitBy(1, "\xef\xbb").fault);
}

TEST_CASE("limits hold at n and stop at n + 1") {
  Limits limits;
  limits.record_bytes = 9;
  CHECK(!SplitBy(100, R"([{"a":"x"}])", limits).fault);
  CHECK(SplitBy(100, R"([{"a":"xy"}])", limits).fault);
  CHECK(SplitBy(1, R"([{"a":"xy"}])", limits).fault);
  // A string beside the records.
  limits.record_bytes = 12;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}}) {
    CHECK(!SplitBy(piece, R"({"Events":[],"a":"1234567890"})", limits).fault);
    CHECK(SplitBy(piece, R"({"Events":[],"a":"12345678901"})", limits).fault);
  }
  limits = {};
  limits.depth = 3;
  CHECK(!SplitBy(100, "[{\"a\":[]}]", limits).fault);
  CHECK(SplitBy(100, "[{\"a\":[[]]}]", limits).fault);
}

}  // namespace
}  // namespace writ::trail
