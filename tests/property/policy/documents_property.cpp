// Documents of every shape: reading what was written gives the same document; layers and order do
// not matter where AWS says so. Seeded; the seed and the document are printed on failure.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::policy {
namespace {

constexpr unsigned kSeed = 20261122;
constexpr int kDocuments = 3000;

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  PolicyDocument Document() {
    PolicyDocument document;
    document.version = Pick<Version>({Version::kNone, Version::k2008, Version::k2012});
    if (Chance(3)) document.id = Text();
    for (std::size_t i = Below(4); i > 0; --i) document.statements.push_back(OneStatement());
    return document;
  }

  Request OneRequest() {
    Request request;
    request.principal = Pick<std::string>({"arn:aws:iam::111122223333:user/u", "anonymous",
                                           "arn:aws:sts::111122223333:assumed-role/app/s"});
    request.action = Pick<std::string>({"s3:GetObject", "s3:Put", "ec2:Run"});
    request.resource =
        Pick<std::string>({"*", "arn:aws:s3:::b/k", "arn:aws:ec2:r:111122223333:i/1"});
    for (const std::string key : {"a:x", "a:y"}) {
      if (Chance(2)) request.context.push_back({key, false, {Value()}});
    }
    return request;
  }

  std::size_t Below(std::size_t bound) { return random_() % bound; }

 private:
  bool Chance(std::size_t one_in) { return Below(one_in) == 0; }
  template <class T>
  T Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }
  std::string Text() {
    return Pick<std::string>(
        {"a", "\"", "\\n\n", "\xC3\xA4\xF0\x9F\x98\x80", "x y", "\x01\x7f", "/~"});
  }
  std::string Value() { return Pick<std::string>({"a", "ab", "b", "1", "true", "", "10.0.0.1"}); }

  std::vector<std::string> Some(const std::vector<std::string>& from) {
    std::vector<std::string> some(1 + Below(3));
    for (std::string& one : some) one = Pick(from);
    return some;
  }
  Sense OneSense() { return Chance(4) ? Sense::kAllBut : Sense::kListed; }

  Statement OneStatement() {
    Statement statement;
    if (Chance(3)) statement.sid = Text();
    statement.effect = Chance(2) ? Effect::kDeny : Effect::kAllow;
    if (Chance(2)) statement.principal = SomePrincipals();
    statement.action = {OneSense(), Some({"*", "s3:*", "s3:Get*", "EC2:run", "s3:P?t"})};
    if (!Chance(5)) {
      statement.resource =
          Patterns{OneSense(),
                   Some({"*", "arn:aws:s3:::b/*", "arn:aws:s3:::${a:x}", "arn:aws:ec2:*:*:i/?"})};
    }
    for (std::size_t i = Below(3); i > 0; --i) AddCondition(statement);
    std::ranges::stable_sort(statement.conditions, {}, &Condition::op);
    return statement;
  }

  Principals SomePrincipals() {
    Principals principals;
    principals.sense = OneSense();
    if (Chance(3)) {
      principals.values = {Principal{}};
      return principals;
    }
    for (std::size_t i = 1 + Below(3); i > 0; --i) {
      principals.values.push_back({static_cast<PrincipalType>(1 + Below(4)),
                                   Pick<std::string>({"*", "111122223333", "x.y"})});
    }
    std::ranges::stable_sort(principals.values, {}, &Principal::type);
    return principals;
  }

  void AddCondition(Statement& statement) {
    Condition condition;
    condition.op.base = static_cast<BaseOperator>(Below(kBaseOperatorCount));
    const bool is_null = condition.op.base == BaseOperator::kNull;
    if (!is_null) condition.op.set = static_cast<SetQualifier>(Below(3));
    if (!is_null) condition.op.if_exists = Chance(3);
    condition.key = Pick<std::string>({"a:x", "A:Y", "b/\"z"});
    condition.values =
        is_null ? std::vector<std::string>{"true"} : Some({"a", "a*", "1", "${a:x}", ""});
    const bool is_known = std::ranges::any_of(statement.conditions, [&](const Condition& other) {
      return other.op == condition.op && EqualIgnoringCase(other.key, condition.key);
    });
    if (!is_known) statement.conditions.push_back(std::move(condition));
  }

  std::mt19937 random_;
};

Decision DecideBy(const Request& request, const std::vector<PolicyDocument>& documents) {
  PolicySet policies;
  policies.identity = documents;
  const auto decision = Evaluate(request, policies);
  REQUIRE(decision.ok());
  return *decision;
}

TEST_CASE("reading what was written gives the same document") {
  Maker maker(kSeed);
  for (int i = 0; i < kDocuments; ++i) {
    const PolicyDocument document = maker.Document();
    for (const Style style : {Style::kMinified, Style::kPretty}) {
      const std::string text = Write(document, style);
      CAPTURE(kSeed);
      CAPTURE(text);
      const auto read = Read(text, Kind::kResource);
      REQUIRE(read.ok());
      REQUIRE(*read == document);
    }
  }
}

TEST_CASE("a document decides the same shuffled, and split over several policies") {
  Maker maker(kSeed + 1);
  std::mt19937 random(kSeed);
  for (int i = 0; i < kDocuments; ++i) {
    const PolicyDocument document = maker.Document();
    PolicyDocument shuffled = document;
    std::shuffle(shuffled.statements.begin(), shuffled.statements.end(), random);
    std::vector<PolicyDocument> split;
    for (const Statement& statement : document.statements) {
      split.push_back({document.version, "", {statement}});
    }
    for (int r = 0; r < 5; ++r) {
      const Request request = maker.OneRequest();
      const Verdict verdict = DecideBy(request, {document}).verdict;
      CAPTURE(Write(document, Style::kMinified));
      REQUIRE(DecideBy(request, {shuffled}).verdict == verdict);
      REQUIRE(DecideBy(request, split).verdict == verdict);
    }
  }
}

TEST_CASE("a Deny more never allows more, an Allow more never denies more") {
  Maker maker(kSeed + 2);
  for (int i = 0; i < kDocuments; ++i) {
    PolicyDocument document = maker.Document();
    if (document.statements.empty()) continue;
    PolicyDocument less = document;
    less.statements.pop_back();
    const bool is_deny = document.statements.back().effect == Effect::kDeny;
    for (int r = 0; r < 5; ++r) {
      const Request request = maker.OneRequest();
      const bool with = DecideBy(request, {document}).is_allowed();
      const bool without = DecideBy(request, {less}).is_allowed();
      CAPTURE(Write(document, Style::kMinified));
      REQUIRE((is_deny ? !with || without : with || !without));
    }
  }
}

TEST_CASE("statements and verdicts agree") {
  Maker maker(kSeed + 3);
  for (int i = 0; i < kDocuments; ++i) {
    const PolicyDocument document = maker.Document();
    const CompiledPolicy compiled(document, Kind::kIdentity);
    CompiledSet set;
    set.identity = {&compiled};
    const Request request = maker.OneRequest();
    const auto prepared = Prepare(request);
    REQUIRE(prepared.ok());
    const Decision quick = Evaluate(*prepared, set);
    const Decision full = Evaluate(*prepared, set, {}, Explain::kStatements);
    REQUIRE(quick.verdict == full.verdict);
    REQUIRE(quick.layers == full.layers);
    REQUIRE(quick.blocked_by == full.blocked_by);
    for (const StatementRef& found : full.statements) {
      REQUIRE(StatementApplies(compiled, found.statement, *prepared));
    }
  }
}

}  // namespace
}  // namespace writ::policy
