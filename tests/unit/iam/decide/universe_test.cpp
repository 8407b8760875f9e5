// What there is to tell policies apart by: every value that AWS can send, whoever reads the key.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/space.h"
#include "support.h"

namespace writ::decide {
namespace {

using policy::Kind;

std::string Allow(const std::string& conditions) {
  return R"({"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{)" + conditions + "}}";
}
std::string Deny(const std::string& conditions) {
  return R"({"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{)" + conditions + "}}";
}
const std::string kAll = R"({"Effect":"Allow","Action":"*","Resource":"*"})";

Relation Cataloged(const std::string& left, const std::string& right,
                   const policy::Switches& switches = {}) {
  return Compare(Space::Of(Statements(left), Kind::kIdentity),
                 Space::Of(Statements(right), Kind::kIdentity),
                 {.catalog = &catalog::Catalog::BuiltIn(), .switches = switches})
      .relation;
}
Relation Plain(const std::string& left, const std::string& right) {
  return CompareStatements(left, right).relation;
}

TEST_CASE("a text in no set stands beside the empty one where all of several values are asked") {
  // Each reader of a key beside each other that every text passes but the one it names.
  const std::vector<std::string> readers = {R"("StringNotEquals":{"k:x":"a"})",
                                            R"("StringNotLike":{"k:x":"a*"})",
                                            R"("StringNotEqualsIfExists":{"k:x":"a"})",
                                            R"("StringNotEqualsIgnoreCase":{"k:x":"a"})",
                                            R"("ForAnyValue:StringNotEquals":{"k:x":"a"})",
                                            R"("Null":{"k:x":"false"})"};
  for (const std::string& reader : readers) {
    CAPTURE(reader);
    const std::string plain = kAll + "," + Deny(reader);
    const std::string hollow =
        kAll + "," + Deny(reader + R"(,"ForAllValues:StringEquals":{"k:x":"a"})");
    CHECK(Plain(plain, hollow) == Relation::kBroader);
    const std::string like =
        kAll + "," + Deny(reader + R"(,"ForAllValues:StringLike":{"k:x":"a*"})");
    CHECK(Plain(plain, like) == Relation::kBroader);
  }
}

TEST_CASE("numbers of a key are whole where the catalog says so, and any elsewhere") {
  const auto allow = [](const std::string& op, const std::string& key, const std::string& value) {
    return Allow("\"" + op + "\":{\"" + key + "\":\"" + value + "\"}");
  };
  for (const std::string key : {"sts:DurationSeconds", "s3:max-keys"}) {
    CHECK(Cataloged(allow("NumericLessThan", key, "11"),
                    allow("NumericLessThanEquals", key, "10")) == Relation::kEquivalent);
    CHECK(Cataloged(allow("NumericLessThan", key, "10.5"),
                    allow("NumericLessThanEquals", key, "10")) == Relation::kEquivalent);
    CHECK(Cataloged(allow("NumericGreaterThan", key, "-1.5"),
                    allow("NumericGreaterThanEquals", key, "-1")) == Relation::kEquivalent);
    CHECK(Cataloged(allow("NumericNotEquals", key, "10.5"), Allow("")) == Relation::kEquivalent);
    CHECK(Cataloged(allow("NumericLessThan", key, "12"),
                    allow("NumericLessThanEquals", key, "10")) == Relation::kNarrower);
    // What is near numbers that are too long is not looked for among whole ones.
    CHECK(Cataloged(allow("NumericLessThan", key, "10000000000000001"),
                    allow("NumericLessThanEquals", key, "10000000000000000")) ==
          Relation::kNarrower);
    // As text, a whole number can still be written in another way.
    CHECK(Cataloged(allow("NumericEquals", key, "10"), allow("StringEquals", key, "10")) ==
          Relation::kNarrower);
  }
  for (const std::string key : {"k:x", "aws:MultiFactorAuthAge", "autoscaling:SpotPrice"}) {
    CHECK(Cataloged(allow("NumericLessThan", key, "11"),
                    allow("NumericLessThanEquals", key, "10")) == Relation::kNarrower);
  }
}

TEST_CASE("a text of another kind than an operator reads is sent where the key's type allows it") {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {R"("StringNotEquals":{"k:x":"5"})", R"("NumericNotEquals":{"k:x":"5"})"},
      {R"("StringNotEquals":{"k:x":"2026-01-01T00:00:00Z"})",
       R"("DateNotEquals":{"k:x":"2026-01-01T00:00:00Z"})"},
      {R"("StringNotEquals":{"k:x":"10.0.0.1"})", R"("NotIpAddress":{"k:x":"10.0.0.1"})"},
      {R"("StringNotLike":{"k:x":"arn:a:b:c:d:e"})", R"("ArnNotLike":{"k:x":"arn:a:b:c:d:e"})"}};
  for (const auto& [as_text, as_value] : pairs) {
    CAPTURE(as_value);
    CHECK(Plain(Allow(as_text), Allow(as_value)) != Relation::kEquivalent);
    CHECK(Plain(Allow(as_text + "," + as_value), Allow(as_text)) == Relation::kBroader);
  }
  // AWS sends nothing but ARNs in a key that the catalog calls one.
  CHECK(Cataloged(Allow(R"("StringNotEquals":{"aws:PrincipalArn":"arn:aws:iam::1:role/a"})"),
                  Allow(R"("ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::1:role/a"})")) ==
        Relation::kEquivalent);
}

TEST_CASE("a key that the catalog calls multivalued has lists whoever reads it") {
  const std::string present = Allow(R"("Null":{"aws:TagKeys":"false"})");
  const std::string like = Allow(R"("StringLike":{"aws:TagKeys":"*"})");
  CHECK(Cataloged(like, present) == Relation::kBroader);
  CHECK(Cataloged(present, Allow(R"("StringNotEquals":{"aws:TagKeys":"\u0001"})")) !=
        Relation::kEquivalent);
  policy::Switches some;
  some.do_plain_operators_read_lists = true;
  CHECK(Cataloged(like, present, some) == Relation::kEquivalent);
  // Whether a key is read as a set does not depend on whether that statement can apply.
  const std::string list_or_absent =
      R"({"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringLikeIfExists":{"k:x":"*"}}})";
  const std::string nowhere =
      R"({"Effect":"Allow","Action":"s3:*","NotResource":"*","Condition":{"ForAnyValue:StringLike":{"k:x":"a"}}})";
  CHECK(Plain(kAll + "," + list_or_absent + "," + nowhere,
              R"({"Effect":"Allow","NotAction":"s3:*","Resource":"*"},)" + nowhere) ==
        Relation::kNarrower);
  // A key of one value has none, and of a key that nobody knows nothing is known.
  CHECK(Cataloged(Allow(R"("StringLike":{"aws:SourceVpce":"*"})"),
                  Allow(R"("Null":{"aws:SourceVpce":"false"})")) == Relation::kEquivalent);
  CHECK(Plain(Allow(R"("StringLike":{"k:x":"*"})"), Allow(R"("Null":{"k:x":"false"})")) ==
        Relation::kEquivalent);
}

TEST_CASE("one key is read as number, date, address and Boolean") {
  const auto relation = [](const std::string& left, const std::string& right) {
    return Plain(Allow(left), Allow(right));
  };
  // Four digits are a number and a year; other numbers are seconds.
  CHECK(relation(R"("NumericEquals":{"k:x":"2026"},"DateEquals":{"k:x":"2026"})",
                 R"("NumericEquals":{"k:x":"2026"})") == Relation::kBroader);
  CHECK(relation(R"("NumericEquals":{"k:x":"1767225600"},"DateEquals":{"k:x":"2026"})",
                 R"("NumericEquals":{"k:x":"1767225600"})") == Relation::kEquivalent);
  CHECK(relation(R"("NumericLessThan":{"k:x":"5"},"DateGreaterThan":{"k:x":"2026"})",
                 R"("StringEquals":{"k:x":"a"},"StringNotEquals":{"k:x":"a"})") ==
        Relation::kEquivalent);
  CHECK(relation(R"("NumericLessThan":{"k:x":"2030"},"DateGreaterThan":{"k:x":"2026"})",
                 R"("StringEquals":{"k:x":"a"},"StringNotEquals":{"k:x":"a"})") ==
        Relation::kNarrower);
  CHECK(relation(R"("Bool":{"k:x":"true"},"NumericGreaterThan":{"k:x":"0"})",
                 R"("StringEquals":{"k:x":"a"},"StringNotEquals":{"k:x":"a"})") ==
        Relation::kEquivalent);
  CHECK(relation(R"("Bool":{"k:x":"true"},"StringLike":{"k:x":"T*"})",
                 R"("StringEquals":{"k:x":["TRUE","True"]})") == Relation::kNarrower);
}

TEST_CASE("an ARN is neither a Boolean nor a date") {
  const std::string arn = R"("ArnLike":{"k:x":"arn:aws:iam::1:role/*"})";
  const std::string boolean = R"("ForAllValues:Bool":{"k:x":"false"})";
  const std::string date = R"("DateLessThan":{"k:x":"2026"})";
  const std::string nothing = R"("StringEquals":{"k:y":"a"},"StringNotEquals":{"k:y":"a"})";
  CHECK(Plain(Allow(arn + "," + boolean + "," + date), Allow(nothing)) == Relation::kEquivalent);
  CHECK(Plain(Allow(arn + "," + date), Allow(nothing)) == Relation::kEquivalent);
  CHECK(Plain(Allow(arn), Allow(arn + "," + date)) == Relation::kNarrower);
}

TEST_CASE("a variable may have no value") {
  const auto not_resource = [](const std::string& resource) {
    return R"({"Effect":"Allow","Action":"s3:*","NotResource":")" + resource + R"("})";
  };
  const auto deny = [](const std::string& element) {
    return R"({"Effect":"Deny","Action":"s3:*",)" + element + "}";
  };
  const std::string own = "arn:aws:s3:::home/${aws:username}/*";
  // While there is no name, the Deny does not apply, and the other Allow lists nothing.
  CHECK(Cataloged(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"},)" +
                      deny(R"("NotResource":")" + own + R"(")"),
                  R"({"Effect":"Allow","Action":"s3:*","Resource":")" + own + R"("})") !=
        Relation::kEquivalent);
  policy::Switches applies;
  applies.does_null_not_resource_apply = true;
  CHECK(Cataloged(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"},)" +
                      deny(R"("NotResource":")" + own + R"(")"),
                  R"({"Effect":"Allow","Action":"s3:*","Resource":")" + own + R"("})",
                  applies) == Relation::kEquivalent);
  CHECK(Cataloged(not_resource(own), not_resource(own)) == Relation::kEquivalent);
  // Never an internal error, whatever the reading.
  for (const policy::Switches& switches : {policy::Switches{}, applies}) {
    const Comparison found =
        Compare(Space::Of(Statements(kAll), Kind::kIdentity),
                Space::Of(Statements(not_resource(own)), Kind::kIdentity), {.switches = switches});
    CHECK(found.relation == Relation::kNarrower);
  }
  // A default is a value.
  const std::string with_default = "arn:aws:s3:::home/${aws:username, 'x'}/*";
  CHECK(Cataloged(not_resource(with_default), not_resource(with_default)) == Relation::kEquivalent);
}

}  // namespace
}  // namespace writ::decide
