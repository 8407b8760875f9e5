// What comparisons answer, construct by construct. Witnesses were confirmed by the evaluator before
// they are returned (a failure ends the test program), so the relation is what is left to check.
#include <string>

#include <doctest/doctest.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/space.h"
#include "support.h"

namespace writ::decide {
namespace {

using policy::Kind;

const std::string kAll = R"({"Effect":"Allow","Action":"*","Resource":"*"})";

std::string Allow(const std::string& rest) {
  return R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":)" + rest + "}";
}
std::string Deny(const std::string& rest) {
  return R"({"Effect":"Deny","Action":"s3:GetObject","Resource":"*","Condition":)" + rest + "}";
}

TEST_CASE("actions") {
  const auto relation = [](const std::string& left, const std::string& right) {
    const auto statement = [](const std::string& actions) {
      return R"({"Effect":"Allow",)" + actions + R"(,"Resource":"*"})";
    };
    return CompareStatements(statement(left), statement(right)).relation;
  };
  CHECK(relation(R"("Action":"s3:GetObject")", R"("Action":"S3:getobject")") ==
        Relation::kEquivalent);
  CHECK(relation(R"("Action":["s3:Get*","s3:GetObject"])", R"("Action":"s3:Get*")") ==
        Relation::kEquivalent);
  CHECK(relation(R"("Action":"s3:Get*")", R"("Action":"s3:GetObject")") == Relation::kNarrower);
  CHECK(relation(R"("Action":"s3:GetObject")", R"("Action":"s3:*")") == Relation::kBroader);
  CHECK(relation(R"("Action":"s3:Get*")", R"("Action":"s3:*Object")") == Relation::kIncomparable);
  CHECK(relation(R"("Action":"*")", R"("NotAction":"s3:GetObject")") == Relation::kNarrower);
  CHECK(relation(R"("NotAction":["iam:*"])", R"("NotAction":["iam:*","s3:*"])") ==
        Relation::kNarrower);
}

TEST_CASE("elements are told apart whatever they are spelled with") {
  const auto relation = [](const std::string& left, const std::string& right) {
    const auto statement = [](const std::string& actions) {
      return R"({"Effect":"Allow",)" + actions + R"(,"Resource":"*"})";
    };
    return CompareStatements(statement(left), statement(left) + "," + statement(right)).relation;
  };
  // Neither sign nor line break nor comma makes one list of elements another.
  CHECK(relation(R"("Action":"!s3:getobject")", R"("NotAction":"s3:getobject")") ==
        Relation::kBroader);
  CHECK(relation(R"("NotAction":"!s3:getobject")", R"("Action":"s3:getobject")") ==
        Relation::kEquivalent);
  CHECK(relation(R"("NotAction":"s3:getobject\n")", R"("NotAction":"s3:getobject")") ==
        Relation::kEquivalent);
  CHECK(relation(R"("Action":"s3:a\ns3:b")", R"("Action":["s3:a","s3:b"])") == Relation::kBroader);
  CHECK(relation(R"("Action":"s3:a,s3:b")", R"("Action":["s3:a","s3:b"])") == Relation::kBroader);
  const auto with = [](const std::string& condition) {
    return CompareStatements(Allow(R"({"StringEquals":{"k:x":["a","b"]}})"), Allow(condition))
        .relation;
  };
  CHECK(with(R"({"StringEquals":{"k:x":"a\nb"}})") == Relation::kIncomparable);
  CHECK(with(R"({"StringEquals":{"k:x":"a, b"}})") == Relation::kIncomparable);
  CHECK(with(R"({"StringEquals":{"k:x":["b","a","b"]}})") == Relation::kEquivalent);
}

TEST_CASE("an action without a name names nothing") {
  const auto allow = [](const std::string& actions) {
    return R"({"Effect":"Allow","Action":)" + actions + R"(,"Resource":"*"})";
  };
  CHECK(CompareStatements(allow(R"("s3:a")"), allow(R"(["s3:a","s3:"])")).relation ==
        Relation::kEquivalent);
}

TEST_CASE("a variable is told from its text, its default and another's") {
  const auto relation = [](const std::string& left, const std::string& right) {
    return CompareStatements(Allow(R"({"StringEquals":{"k:x":")" + left + R"("}})"),
                             Allow(R"({"StringEquals":{"k:x":")" + right + R"("}})"))
        .relation;
  };
  CHECK(relation("${k:y}", "${k:y}") == Relation::kEquivalent);
  CHECK(relation("${k:y}", "k:y") == Relation::kIncomparable);
  CHECK(relation("${k:y}", "${$}{k:y}") == Relation::kIncomparable);
  CHECK(relation("${k:y}", "${k:y, ''}") != Relation::kEquivalent);
  CHECK(relation("${k:y, 'a'}", "${k:y, 'b'}") != Relation::kEquivalent);
  CHECK(relation("${k:y, '\\n'}", "${k:y}") != Relation::kEquivalent);
}

TEST_CASE("a cataloged action is preferred in a witness") {
  const auto statement = [](const std::string& actions) {
    return Statements(R"({"Effect":"Allow","Action":)" + actions + R"(,"Resource":"*"})");
  };
  Options options;
  options.catalog = &catalog::Catalog::BuiltIn();
  const Comparison found = Compare(Space::Of(statement(R"("s3:GetObject")"), Kind::kIdentity),
                                   Space::Of(statement(R"("s3:*")"), Kind::kIdentity), options);
  REQUIRE(found.gained);
  const std::string& action = found.gained->request.action;
  CHECK(options.catalog->FindAction("s3", action.substr(3)).has_value());
}

TEST_CASE("denies win, wherever they are") {
  CHECK(CompareStatements(kAll, kAll + R"(,{"Effect":"Deny","Action":"s3:*","Resource":"*"})")
            .relation == Relation::kNarrower);
  CHECK(CompareStatements(kAll + R"(,{"Effect":"Deny","Action":"s3:*","Resource":"*"})",
                          R"({"Effect":"Allow","NotAction":"s3:*","Resource":"*"})")
            .relation == Relation::kEquivalent);
}

TEST_CASE("resources") {
  const auto relation = [](const std::string& left, const std::string& right) {
    const auto statement = [](const std::string& resources) {
      return R"({"Effect":"Allow","Action":"s3:GetObject",)" + resources + "}";
    };
    return CompareStatements(statement(left), statement(right)).relation;
  };
  CHECK(relation(R"("Resource":"arn:aws:s3:::b/*")",
                 R"("Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b/x"])") == Relation::kEquivalent);
  CHECK(relation(R"("Resource":"arn:aws:s3:::b/*")", R"("Resource":"arn:aws:s3:::b*")") ==
        Relation::kBroader);
  CHECK(relation(R"("Resource":"arn:aws:s3:::*")", R"("Resource":"*")") == Relation::kBroader);
  // Only the request for no resource tells these apart.
  CHECK(relation(R"("Resource":"arn:*:*:*:*:*")", R"("Resource":"*")") == Relation::kBroader);
  CHECK(relation(R"("Resource":"arn:aws:s3*")", R"("Resource":"arn:aws:s3*:*:*:*")") ==
        Relation::kEquivalent);
  CHECK(relation(R"("NotResource":"arn:aws:s3:::b/*")", R"("NotResource":"arn:aws:s3:::b/x")") ==
        Relation::kBroader);
  CHECK(relation(R"("Resource":["arn:aws:s3:::a","arn:aws:s3:::?b"])",
                 R"("Resource":"arn:aws:s3:::*")") == Relation::kBroader);
}

TEST_CASE("texts and absent keys") {
  const auto relation = [](const std::string& left, const std::string& right) {
    return CompareStatements(left, right).relation;
  };
  const std::string in_eu = R"({"StringEquals":{"aws:RequestedRegion":"eu-west-1"}})";
  const std::string not_eu = R"({"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}})";
  const std::string all = R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"})";
  CHECK(relation(Allow(in_eu), all + "," + Deny(not_eu)) == Relation::kEquivalent);
  // A key that is absent satisfies IfExists and negated operators.
  const std::string if_exists = R"({"StringEqualsIfExists":{"aws:RequestedRegion":"eu-west-1"}})";
  CHECK(relation(Allow(in_eu), Allow(if_exists)) == Relation::kBroader);
  CHECK(relation(Allow(if_exists),
                 Allow(in_eu) + "," + Allow(R"({"Null":{"aws:RequestedRegion":"true"}})")) ==
        Relation::kEquivalent);
  CHECK(relation(Allow(R"({"StringLike":{"k":"a*"}})"),
                 Allow(R"({"StringLike":{"K":["a","a?*"]}})")) == Relation::kEquivalent);
  CHECK(relation(Allow(R"({"StringEqualsIgnoreCase":{"k":"ab"}})"),
                 Allow(R"({"StringEquals":{"k":["ab","AB","Ab","aB"]}})")) ==
        Relation::kEquivalent);
  CHECK(relation(Allow(R"({"StringEqualsIgnoreCase":{"k":"ab"}})"),
                 Allow(R"({"StringEquals":{"k":["ab","AB","Ab"]}})")) == Relation::kNarrower);
  CHECK(relation(Allow(R"({"StringLike":{"k":"*"}})"), Allow(R"({"Null":{"k":"false"}})")) ==
        Relation::kEquivalent);
}

TEST_CASE("numbers, dates, addresses, Booleans, bytes") {
  const auto relation = [](const std::string& left, const std::string& right) {
    return CompareStatements(Allow(left), Allow(right)).relation;
  };
  CHECK(relation(R"({"NumericLessThan":{"k":"5"}})", R"({"NumericLessThan":{"k":"5.0"}})") ==
        Relation::kEquivalent);
  CHECK(relation(R"({"NumericLessThan":{"k":"5"}})", R"({"NumericLessThanEquals":{"k":"5"}})") ==
        Relation::kBroader);
  CHECK(relation(R"({"DateLessThan":{"k":"2026-01-01T00:00:00Z"}})",
                 R"({"DateLessThan":{"k":"1767225600"}})") == Relation::kEquivalent);
  CHECK(relation(R"({"IpAddress":{"k":["0.0.0.0/1","128.0.0.0/1"]}})",
                 R"({"IpAddress":{"k":"0.0.0.0/0"}})") == Relation::kEquivalent);
  CHECK(relation(R"({"IpAddress":{"k":"10.0.0.0/8"}})", R"({"IpAddress":{"k":"160.0.0.0/8"}})") ==
        Relation::kIncomparable);
  CHECK(relation(R"({"IpAddress":{"k":"2001:db8::1"}})",
                 R"({"IpAddress":{"k":"2001:0db8:0:0:0:0:0:1/128"}})") == Relation::kEquivalent);
  CHECK(relation(R"({"Bool":{"k":"true"}})", R"({"Bool":{"k":"True"}})") == Relation::kEquivalent);
  // Of a key that nothing is known of, any text may be sent.
  CHECK(relation(R"({"Bool":{"k":["true","false"]}})", R"({"Null":{"k":"false"}})") ==
        Relation::kBroader);
  CHECK(relation(R"({"BinaryEquals":{"k":"QQ=="}})", R"({"BinaryEquals":{"k":"Qg=="}})") ==
        Relation::kIncomparable);
}

TEST_CASE("an operator and the denial of its opposite") {
  const std::string all = R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"})";
  const auto condition = [](const std::string& op, const std::string& key,
                            const std::string& value) {
    return R"({")" + op + R"(":{")" + key + R"(":")" + value + R"("}})";
  };
  // What the operator cannot read passes neither, so they are opposites where the catalog says
  // that every value is of their kind, and only there.
  const auto is_same = [&](const std::string& key, const std::string& one,
                           const std::string& opposite, const std::string& value) {
    return Compare(Space::Of(Statements(Allow(condition(one, key, value))), Kind::kIdentity),
                   Space::Of(Statements(all + "," + Deny(condition(opposite, key, value))),
                             Kind::kIdentity),
                   {.catalog = &catalog::Catalog::BuiltIn()})
               .relation == Relation::kEquivalent;
  };
  CHECK(is_same("aws:SourceIp", "IpAddress", "NotIpAddress", "10.0.0.0/8"));
  CHECK(is_same("aws:PrincipalArn", "ArnLike", "ArnNotLike", "arn:aws:iam::*:role/a*"));
  CHECK(is_same("apigateway:Request/Priority", "NumericEquals", "NumericNotEquals", "3"));
  CHECK_FALSE(is_same("k", "IpAddress", "NotIpAddress", "10.0.0.0/8"));
  CHECK_FALSE(is_same("k", "ArnLike", "ArnNotLike", "arn:aws:iam::*:role/a*"));
  CHECK_FALSE(is_same("k", "NumericEquals", "NumericNotEquals", "3"));
}

TEST_CASE("set operators") {
  const auto relation = [](const std::string& left, const std::string& right) {
    return CompareStatements(Allow(left), Allow(right)).relation;
  };
  CHECK(relation(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}})",
                 R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["a"]}})") == Relation::kNarrower);
  CHECK(relation(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}})",
                 R"({"ForAnyValue:StringEquals":{"aws:TagKeys":["a"]}})") ==
        Relation::kIncomparable);
  // Not all values are in the set: some value is not.
  CHECK(CompareStatements(
            kAll + "," + Deny(R"({"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a","b"]}})"),
            R"({"Effect":"Allow","NotAction":"s3:GetObject","Resource":"*"},)" +
                Allow(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}})"))
            .relation != Relation::kEquivalent);
  // The exception is the list of one empty text, a null set to ForAllValues.
  CHECK(CompareStatements(
            kAll + "," + Deny(R"({"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a","b",""]}})"),
            R"({"Effect":"Allow","NotAction":"s3:GetObject","Resource":"*"},)" +
                Allow(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","b",""]}})"))
            .relation == Relation::kEquivalent);
}

TEST_CASE("one key under several operators") {
  CHECK(CompareStatements(Allow(R"({"StringLike":{"k":"a*"},"StringNotEquals":{"k":"ab"}})"),
                          Allow(R"({"StringLike":{"k":"a*"},"StringNotLike":{"k":"ab"}})"))
            .relation == Relation::kEquivalent);
  CHECK(CompareStatements(Allow(R"({"Bool":{"k":"true"},"StringEquals":{"k":"true"}})"),
                          Allow(R"({"Bool":{"k":"true"}})"))
            .relation == Relation::kBroader);
  const Comparison mixed =
      CompareStatements(Allow(R"({"NumericLessThan":{"k":"5"},"StringLike":{"k":"1*"}})"),
                        Allow(R"({"NumericLessThan":{"k":"5"},"StringLike":{"k":"1?*"}})"));
  CHECK(mixed.relation == Relation::kUndecided);
  REQUIRE_FALSE(mixed.obstacles.empty());
  CHECK(mixed.obstacles[0].Describe() ==
        "`k` in statement 1 of the first identity policy is compared both as text with wildcards "
        "and as a number, date or address");
}

TEST_CASE("variables") {
  const auto statement = [](const std::string& resource) {
    return R"({"Effect":"Allow","Action":"s3:GetObject","Resource":")" + resource + R"("})";
  };
  const std::string home = statement("arn:aws:s3:::b/${aws:username}/*");
  CHECK(CompareStatements(home, home).relation == Relation::kEquivalent);
  CHECK(CompareStatements(home, statement("arn:aws:s3:::b/*")).relation == Relation::kBroader);
  CHECK(CompareStatements(home, statement("arn:aws:s3:::b/${aws:userid}/*")).relation ==
        Relation::kIncomparable);
  CHECK(CompareStatements(home, statement("arn:aws:s3:::b/alice/*")).relation ==
        Relation::kIncomparable);
  CHECK(CompareStatements(home, home + "," + statement("arn:aws:s3:::c")).relation ==
        Relation::kBroader);
  // In old versions the same is plain text.
  const std::string text =
      R"({"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${x}"}})";
  CHECK(Compare(Space::Of(Document(text), Kind::kIdentity),
                Space::Of(Statements(statement("arn:aws:s3:::b/${x}")), Kind::kIdentity))
            .relation == Relation::kIncomparable);
}

TEST_CASE("variables in exceptions: by ARN, before the resource part") {
  const auto except = [](const std::string& arn) {
    return kAll +
           R"(,{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"ArnNotLike":{)" +
           R"("aws:PrincipalArn":")" + arn + R"("}}})";
  };
  const std::string role = "arn:aws:iam::${aws:PrincipalAccount}:role/admin";
  CHECK(CompareStatements(except(role), except(role)).relation == Relation::kEquivalent);
  CHECK(CompareStatements(except(role), kAll).relation == Relation::kBroader);
  // What may be no ARN at all is like nothing but itself.
  CHECK(CompareStatements(except("${aws:PrincipalArn}"), except("${aws:PrincipalArn}")).relation ==
        Relation::kEquivalent);
}

TEST_CASE("variables whose patterns contain each other, whatever the value") {
  const auto relation = [](const std::string& left, const std::string& right) {
    return CompareStatements(Allow(left), Allow(right)).relation;
  };
  const std::string any = R"({"StringLike":{"k":"*${aws:username}"}})";
  const std::string some = R"({"StringLike":{"k":"team/${aws:username}"}})";
  CHECK(relation(some, any) == Relation::kBroader);
  CHECK(relation(any, some) == Relation::kNarrower);
  CHECK(relation(R"({"ArnLike":{"k":"arn:aws:ec2:*:*:instance/${ec2:InstanceId}"}})",
                 R"({"StringLike":{"k":"*${ec2:InstanceId}"}})") == Relation::kBroader);
  // One letter is not any text; two keys are not one.
  CHECK(relation(some, R"({"StringLike":{"k":"team/?"}})") == Relation::kIncomparable);
  CHECK(relation(some, R"({"StringLike":{"k":"*${aws:userid}"}})") == Relation::kIncomparable);
  CHECK(relation(R"({"StringLike":{"k":"${aws:username}${aws:userid}"}})", any) ==
        Relation::kIncomparable);
}

TEST_CASE("every provider is not one provider") {
  const auto statement = [](const std::string& name) {
    return R"({"Effect":"Allow","Principal":{"Federated":")" + name +
           R"("},"Action":"sts:AssumeRoleWithSAML","Resource":"*"})";
  };
  const std::string one = statement("arn:aws:iam::111122223333:saml-provider/one");
  CHECK(CompareStatements(one, statement("*"), Kind::kResource).relation == Relation::kBroader);
  CHECK(CompareStatements(one + "," + statement("*"), statement("*"), Kind::kResource).relation ==
        Relation::kEquivalent);
}

TEST_CASE("SCPs and RCPs are compared beside full access") {
  CHECK(CompareStatements(kAll, kAll, Kind::kScp).relation == Relation::kEquivalent);
  CHECK(CompareStatements(kAll, R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})", Kind::kScp)
            .relation == Relation::kNarrower);
  const std::string deny = R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"})";
  const std::string allow = R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"})";
  CHECK(CompareStatements(allow, deny, Kind::kRcp).relation == Relation::kNarrower);
  CHECK(CompareStatements(allow + "," + deny, deny, Kind::kRcp).relation == Relation::kEquivalent);
}

TEST_CASE("principals of resource policies") {
  const auto relation = [](const std::string& left, const std::string& right) {
    const auto statement = [](const std::string& principal) {
      return R"({"Effect":"Allow",)" + principal + R"(,"Action":"s3:GetObject","Resource":"*"})";
    };
    return CompareStatements(statement(left), statement(right), Kind::kResource).relation;
  };
  const std::string role = R"("Principal":{"AWS":"arn:aws:iam::111122223333:role/a"})";
  const std::string session = R"("Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/a/s"})";
  CHECK(relation(R"("Principal":"*")", R"("Principal":{"AWS":"*"})") == Relation::kEquivalent);
  CHECK(relation(role, R"("Principal":"*")") == Relation::kBroader);
  CHECK(relation(session, role) == Relation::kBroader);
  // An account delegates; without identity policies nothing comes of it.
  CHECK(relation(R"("Principal":{"AWS":"111122223333"})",
                 R"("Principal":{"Service":"ec2.amazonaws.com"})") == Relation::kBroader);
  CHECK(relation(R"("Principal":{"AWS":"111122223333"})",
                 R"("Principal":{"AWS":"444455556666"})") == Relation::kEquivalent);
  CHECK(relation(R"("Principal":{"CanonicalUser":"abc"})", role) == Relation::kBroader);
}

TEST_CASE("layers restrict each other") {
  policy::PolicySet layered;
  layered.identity.push_back(Statements(kAll));
  layered.boundaries.push_back(
      Statements(R"({"Effect":"Allow","Action":["s3:*","ec2:*"],"Resource":"*"})"));
  layered.scps.push_back({Statements(kAll)});
  layered.scps.push_back(
      {Statements(R"({"Effect":"Allow","Action":["s3:*","iam:*"],"Resource":"*"})")});
  const Space s3 = Space::Of(Statements(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})"),
                             Kind::kIdentity);
  CHECK(Compare(Space(layered), s3).relation == Relation::kEquivalent);

  // A resource policy that names the role is within the boundary, one for everyone is not.
  policy::PolicySet granted = layered;
  granted.scps.clear();
  granted.identity.clear();
  granted.resource =
      Statements(R"({"Effect":"Allow","Principal":"*","Action":"iam:*","Resource":"*"})");
  CHECK(std::holds_alternative<Refuted>(IsWithin(Space(granted), s3)));
  const Scope cross{Accounts::kCross, "arn:aws:iam::111122223333:role/a"};
  CHECK(std::holds_alternative<Proved>(FindAllowed(Space(granted, cross))));
}

TEST_CASE("the difference as disjoint boxes") {
  const Difference difference = Enumerate(
      Space::Of(
          Statements(
              R"({"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","ec2:*"],"Resource":"*"})"),
          Kind::kIdentity),
      Space::Of(Statements(R"({"Effect":"Allow","Action":"ec2:Run*","Resource":"*"})"),
                Kind::kIdentity),
      10);
  CHECK(difference.is_complete);
  REQUIRE(difference.boxes.size() == 2);
  const Edge& ec2 = difference.boxes[0].edges[0];
  CHECK(ec2.within == std::vector<std::vector<std::string>>{{"ec2:*"}});
  CHECK(ec2.outside == std::vector<std::string>{"ec2:Run*"});
  const Edge& s3 = difference.boxes[1].edges[0];
  CHECK(s3.within == std::vector<std::vector<std::string>>{{"s3:GetObject", "s3:PutObject"}});
}

TEST_CASE("a question that is too big is not answered") {
  Options options;
  options.budget = 2000;
  const auto statement = [](const std::string& value) {
    return Statements(Allow(R"({"StringLike":{"k":")" + value + R"("}})"));
  };
  const std::string hard = "*a" + std::string(40, '?');
  const Comparison found = Compare(Space::Of(statement(hard), Kind::kIdentity),
                                   Space::Of(statement(hard + "b"), Kind::kIdentity), options);
  CHECK(found.relation == Relation::kUndecided);
  REQUIRE_FALSE(found.obstacles.empty());
  CHECK(found.obstacles[0].kind == Obstacle::Kind::kBudget);
}

}  // namespace
}  // namespace writ::decide
