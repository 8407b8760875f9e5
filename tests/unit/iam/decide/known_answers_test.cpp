// Which questions are one up to numbers, and that those have one answer.
#include "iam/decide/known_answers.h"

#include <array>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "iam/decide/shape.h"
#include "support.h"

namespace writ::decide {
namespace {

using policy::BaseOperator;

Space Of(const std::string& statements) {
  return Space::Of(Statements(statements), policy::Kind::kIdentity);
}

/// Whether both statements are one up to numbers, beside the same on the right.
bool AreOne(const std::string& one, const std::string& other) {
  return ShapeOfQuestion(Of(one), Of(one)) == ShapeOfQuestion(Of(other), Of(other));
}

std::string On(std::string_view resource) {
  return fmt::format(R"({{"Effect":"Allow","Action":"s3:GetObject","Resource":["{}"]}})", resource);
}

std::string When(std::string_view condition, std::string_view action = "s3:GetObject") {
  return fmt::format(R"({{"Effect":"Allow","Action":"{}","Resource":"*","Condition":{{{}}}}})",
                     action, condition);
}

}  // namespace

TEST_CASE("numbers in names of things, callers and tags are exchanged") {
  CHECK(AreOne(On("arn:aws:s3:::acme-12/*"), On("arn:aws:s3:::acme-45/*")));
  CHECK(AreOne(When(R"("StringEquals":{"aws:SourceVpc":"vpc-0a12"})"),
               When(R"("StringEquals":{"aws:SourceVpc":"vpc-0a45"})")));
  CHECK(AreOne(When(R"("ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/team-0012-*"})"),
               When(R"("ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/team-0045-*"})")));
}

TEST_CASE("a number that counts stands for itself") {
  CHECK_FALSE(AreOne(When(R"("Bool":{"k:bool":"true"})", "s3:Get12"),
                     When(R"("Bool":{"k:bool":"true"})", "s3:Get45")));
  CHECK_FALSE(AreOne(When(R"("StringEquals":{"aws:PrincipalTag/t12":"a"})"),
                     When(R"("StringEquals":{"aws:PrincipalTag/t45":"a"})")));
  CHECK_FALSE(AreOne(When(R"("NumericLessThan":{"k:number":"12"})"),
                     When(R"("NumericLessThan":{"k:number":"45"})")));
  CHECK_FALSE(AreOne(When(R"("IpAddress":{"aws:SourceIp":"10.12.0.0/16"})"),
                     When(R"("IpAddress":{"aws:SourceIp":"10.45.0.0/16"})")));
  CHECK_FALSE(AreOne(When(R"("DateLessThan":{"aws:CurrentTime":"2027-01-12T00:00:00Z"})"),
                     When(R"("DateLessThan":{"aws:CurrentTime":"2027-01-15T00:00:00Z"})")));
  // The number is compared with 30 elsewhere.
  const std::string below = R"("NumericLessThan":{"k:number":"30"})";
  CHECK_FALSE(AreOne(When(R"("StringEquals":{"K:Number":"12"},)" + below),
                     When(R"("StringEquals":{"K:Number":"45"},)" + below)));
}

TEST_CASE("a number that a wildcard could cut stands for itself") {
  CHECK_FALSE(AreOne(On("arn:aws:s3:::acme-12*"), On("arn:aws:s3:::acme-45*")));
  CHECK_FALSE(AreOne(On("arn:aws:s3:::acme-?12"), On("arn:aws:s3:::acme-?45")));
  CHECK_FALSE(AreOne(On(R"(arn:aws:s3:::acme-12","arn:aws:s3:::acme-1*)"),
                     On(R"(arn:aws:s3:::acme-45","arn:aws:s3:::acme-1*)")));
  // No number with the digits beside the wildcard in it is left.
  CHECK(AreOne(On(R"(arn:aws:s3:::acme-22","arn:aws:s3:::acme-1*)"),
               On(R"(arn:aws:s3:::acme-45","arn:aws:s3:::acme-1*)")));
  CHECK_FALSE(AreOne(On("arn:aws:s3:::${aws:PrincipalTag/a}-12"),
                     On("arn:aws:s3:::${aws:PrincipalTag/a}-45")));
}

TEST_CASE("numbers are exchanged one for one, for some of the same length") {
  CHECK_FALSE(AreOne(On("arn:aws:s3:::acme-12/*"), On("arn:aws:s3:::acme-123/*")));
  CHECK_FALSE(AreOne(On(R"(arn:aws:s3:::a12","arn:aws:s3:::b12)"),
                     On(R"(arn:aws:s3:::a12","arn:aws:s3:::b45)")));
  CHECK(AreOne(On(R"(arn:aws:s3:::a12","arn:aws:s3:::b45)"),
               On(R"(arn:aws:s3:::a45","arn:aws:s3:::b12)")));
  // The same number on both sides of a question, and another.
  CHECK(ShapeOfQuestion(Of(On("arn:aws:s3:::a12")), Of(On("arn:aws:s3:::a12"))) !=
        ShapeOfQuestion(Of(On("arn:aws:s3:::a12")), Of(On("arn:aws:s3:::a45"))));
}

TEST_CASE("the order of alternatives does not count") {
  const auto lists = [](std::string_view one, std::string_view other) {
    return fmt::format("{},{}", On(one), On(other));
  };
  // The first two of three are in the second list, then the last two.
  CHECK(AreOne(lists(R"(arn:aws:s3:::a12","arn:aws:s3:::a45","arn:aws:s3:::a67)",
                     R"(arn:aws:s3:::b12","arn:aws:s3:::b45)"),
               lists(R"(arn:aws:s3:::a12","arn:aws:s3:::a45","arn:aws:s3:::a67)",
                     R"(arn:aws:s3:::b45","arn:aws:s3:::b67)")));
  CHECK_FALSE(AreOne(lists(R"(arn:aws:s3:::a12","arn:aws:s3:::a45","arn:aws:s3:::a67)",
                           R"(arn:aws:s3:::b12","arn:aws:s3:::b45)"),
                     lists(R"(arn:aws:s3:::a12","arn:aws:s3:::a45","arn:aws:s3:::a67)",
                           R"(arn:aws:s3:::b12","arn:aws:s3:::b89)")));
}

TEST_CASE("the shape of a document keeps the order of its texts") {
  const auto shape = [](const std::string& resources) {
    return ShapeOfDocument(Statements(On(resources)));
  };
  const DocumentShape one = shape(R"(arn:aws:s3:::a-5/*","arn:aws:s3:::a-52/*)");
  CHECK(one.numbers == std::vector<std::string>{"5", "52"});
  const DocumentShape same = shape(R"(arn:aws:s3:::a-6/*","arn:aws:s3:::a-67/*)");
  CHECK(one.print == same.print);
  // Another order, a number that is no longer the beginning of the other, a number that counts.
  CHECK(one.print != shape(R"(arn:aws:s3:::a-6/*","arn:aws:s3:::a-52/*)").print);
  CHECK(one.print != shape(R"(arn:aws:s3:::a-4/*","arn:aws:s3:::a-52/*)").print);
  CHECK(one.print != shape(R"(arn:aws:s3:::a-5*","arn:aws:s3:::a-52/*)").print);
  policy::PolicyDocument document = Statements(On(R"(arn:aws:s3:::a-52/*","arn:aws:s3:::5a52)"));
  Renumber(document, one.numbers, same.numbers);
  CHECK(document == Statements(On(R"(arn:aws:s3:::a-67/*","arn:aws:s3:::6a67)")));
}

TEST_CASE("an answer is kept for all questions that are one") {
  KnownAnswers known({});
  const Space narrow = Of(On("arn:aws:s3:::acme-12/a"));
  const Space wide = Of(On("arn:aws:s3:::acme-12/*"));
  CHECK(std::holds_alternative<Proved>(known.IsWithin(narrow, wide)));
  CHECK(known.Decide(Of(On("arn:aws:s3:::acme-45/a")), Of(On("arn:aws:s3:::acme-45/*"))) == true);
  CHECK(known.Decide(wide, narrow) == false);
  // A request is that of the question, whatever is known of others.
  const Answer other =
      known.IsWithin(Of(On("arn:aws:s3:::acme-45/*")), Of(On("arn:aws:s3:::acme-45/a")));
  REQUIRE(std::holds_alternative<Refuted>(other));
  CHECK(std::get<Refuted>(other).witness.request.resource.find("acme-45/") != std::string::npos);
  CHECK(known.Decide(Of(On("arn:aws:s3:::acme-45/a")), Of(On("arn:aws:s3:::acme-46/*"))) == false);
}

namespace {

/// Random documents with numbers in every place.
class Numbered {
 public:
  explicit Numbered(unsigned seed) : random_(seed) {}

  policy::PolicySet Documents() {
    policy::PolicySet set;
    policy::PolicyDocument& document = set.identity.emplace_back();
    for (std::size_t i = 1 + Below(3); i > 0; --i) document.statements.push_back(Statement());
    return set;
  }

  std::size_t Below(std::size_t limit) { return random_() % limit; }

 private:
  std::string Number() {
    static constexpr std::array<const char*, 5> kNumbers = {"1", "2", "11", "12", "21"};
    return kNumbers[Below(kNumbers.size())];
  }

  std::string Filled(const char* text) {
    std::string filled;
    for (const char* c = text; *c != '\0'; ++c) {
      filled += *c == '#' ? Number() : std::string(1, *c);
    }
    return filled;
  }

  policy::Statement Statement() {
    static constexpr std::array<const char*, 6> kResources = {
        "arn:aws:s3:::a#",  "arn:aws:s3:::a-#", "arn:aws:s3:::*#",
        "arn:aws:s3:::a#*", "arn:aws:s3:::?-*", "*"};
    policy::Statement statement;
    statement.effect = Below(3) == 0 ? policy::Effect::kDeny : policy::Effect::kAllow;
    statement.action.values = {Below(8) == 0 ? Filled("s#:Get") : "s3:Get"};
    statement.resource = policy::Patterns{};
    statement.resource->sense = Below(5) == 0 ? policy::Sense::kAllBut : policy::Sense::kListed;
    for (std::size_t i = 1 + Below(2); i > 0; --i) {
      statement.resource->values.push_back(Filled(kResources[Below(kResources.size())]));
    }
    if (Below(2) == 0) return statement;
    policy::Condition condition;
    condition.key = Below(6) == 0 ? Filled("k:#") : "k:text";
    condition.op.base = Below(2) == 0 ? BaseOperator::kStringLike : BaseOperator::kStringNotLike;
    condition.values = {Filled(Below(3) == 0 ? "#*" : "#")};
    if (Below(5) == 0) {
      condition.op.base = BaseOperator::kNumericLessThan;
      condition.values = {Number()};
    }
    statement.conditions = {std::move(condition)};
    return statement;
  }

  std::mt19937 random_;
};

/// The document with each number replaced everywhere.
policy::PolicySet Exchanged(const policy::PolicySet& set,
                            const std::map<std::string, std::string>& by) {
  std::string text = policy::Write(set.identity.front(), policy::Style::kMinified);
  const std::string version = R"("2012-10-17")";
  std::string exchanged;
  const std::size_t start = text.find(version) + version.size();
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end == i || i < start) {
      exchanged += text[i++];
      continue;
    }
    const auto found = by.find(text.substr(i, end - i));
    exchanged += found == by.end() ? text.substr(i, end - i) : found->second;
    i = end;
  }
  policy::PolicySet other;
  other.identity = {Document(exchanged)};
  return other;
}

}  // namespace

TEST_CASE("questions that are one have one answer") {
  constexpr int kRounds = 3000;
  Numbered draw(7);
  int ones = 0;
  int others = 0;
  std::map<std::size_t, int> answers;
  for (int round = 0; round < kRounds; ++round) {
    const policy::PolicySet left = draw.Documents();
    const policy::PolicySet right = draw.Documents();
    std::map<std::string, std::string> by{{"1", "2"}, {"2", "1"}};
    if (draw.Below(2) == 0) by = {{"11", "12"}, {"12", "21"}, {"21", "11"}};
    const Space left_other(Exchanged(left, by));
    const Space right_other(Exchanged(right, by));
    if (ShapeOfQuestion(Space(left), Space(right)) != ShapeOfQuestion(left_other, right_other)) {
      ++others;
      continue;
    }
    ++ones;
    const Answer answer = IsWithin(Space(left), Space(right));
    const Answer other = IsWithin(left_other, right_other);
    ++answers[answer.index()];
    CAPTURE(policy::Write(left.identity.front(), policy::Style::kMinified));
    CAPTURE(policy::Write(right.identity.front(), policy::Style::kMinified));
    REQUIRE(answer.index() == other.index());
  }
  // Neither all nor none are one, and both answers are among them.
  CHECK(ones > kRounds / 10);
  CHECK(others > kRounds / 10);
  CHECK(answers[0] > 50);
  CHECK(answers[1] > 50);
}

}  // namespace writ::decide
