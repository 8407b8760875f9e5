#include "output/lower/widen.h"

#include <string>

#include <doctest/doctest.h>

namespace writ::lower {
namespace {

using Texts = std::vector<std::string>;

Document Saying(Document::Kind kind, policy::Effect effect, policy::Patterns actions) {
  Document document;
  document.kind = kind;
  Sourced& sourced = document.statements.emplace_back();
  sourced.statement.effect = effect;
  sourced.statement.action = std::move(actions);
  return document;
}

Document Denying(Texts actions) {
  return Saying(Document::Kind::kScp, policy::Effect::kDeny,
                {policy::Sense::kListed, std::move(actions)});
}

const Texts& ActionsOf(const Document& document) {
  return document.statements.front().statement.action.values;
}

/// A denied list, widened beside what some other document allows.
Texts Widened(Texts denied, Texts allowed = {"s3:GetObject"}) {
  std::vector<Document> documents{Denying(std::move(denied)),
                                  Saying(Document::Kind::kIdentity, policy::Effect::kAllow,
                                         {policy::Sense::kListed, std::move(allowed)})};
  WidenDenials(documents, catalog::Catalog::BuiltIn());
  return ActionsOf(documents.front());
}

TEST_CASE("a word stands for all cataloged actions that begin with it, if all are denied") {
  CHECK(Widened({"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"}) ==
        Texts{"bedrock:InvokeModel*"});
  // Not InvokeAgent.
  CHECK(Widened({"bedrock:InvokeModel", "bedrock:InvokeFlow"}) ==
        Texts{"bedrock:InvokeModel", "bedrock:InvokeFlow"});
}

TEST_CASE("a list that no wildcard shortens stays, also actions that are not cataloged") {
  CHECK(Widened({"bedrock:InvokeModel"}) == Texts{"bedrock:InvokeModel"});
  CHECK(Widened({"bedrock:NoSuchAction", "bedrock:NoSuchActionEither"}) ==
        Texts{"bedrock:NoSuchAction", "bedrock:NoSuchActionEither"});
}

TEST_CASE("where something is allowed by pattern or by an unknown name, nothing is widened") {
  const Texts exact{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"};
  CHECK(Widened(exact, {"bedrock:Get*"}) == exact);
  CHECK(Widened(exact, {"bedrock:NewerThanTheCatalog"}) == exact);
  CHECK(Widened(exact, {"*"}) == exact);
  CHECK(Widened(exact, {"s3:Get*"}) == Texts{"bedrock:InvokeModel*"});
}

TEST_CASE("what is allowed and what is excepted stays exact") {
  const Texts exact{"bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"};
  std::vector<Document> documents{
      Saying(Document::Kind::kIdentity, policy::Effect::kAllow, {policy::Sense::kListed, exact}),
      Saying(Document::Kind::kScp, policy::Effect::kDeny, {policy::Sense::kAllBut, exact})};
  WidenDenials(documents, catalog::Catalog::BuiltIn());
  CHECK(ActionsOf(documents[0]) == exact);
  CHECK(ActionsOf(documents[1]) == exact);
}

}  // namespace
}  // namespace writ::lower
