#include "iam/decide/space.h"

#include <utility>

#include <fmt/format.h>

namespace writ::decide {
namespace {

policy::PolicyDocument FullAccess() {
  policy::Statement statement;
  statement.effect = policy::Effect::kAllow;
  statement.action.values = {"*"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  policy::PolicyDocument document;
  document.statements.push_back(std::move(statement));
  return document;
}

policy::PolicyDocument Joined(std::vector<policy::PolicyDocument> documents) {
  policy::PolicyDocument all;
  for (policy::PolicyDocument& document : documents) {
    all.version = document.version;
    all.statements.insert(all.statements.end(),
                          std::make_move_iterator(document.statements.begin()),
                          std::make_move_iterator(document.statements.end()));
  }
  return all;
}

}  // namespace

Space::Space(policy::PolicySet documents, Scope scope)
    : data_(std::make_shared<const Data>(Data{std::move(documents), std::move(scope)})) {}

Space Space::Of(policy::PolicyDocument document, policy::Kind kind) {
  std::vector<policy::PolicyDocument> documents;
  documents.push_back(std::move(document));
  return Of(std::move(documents), kind);
}

Space Space::Of(std::vector<policy::PolicyDocument> documents, policy::Kind kind) {
  policy::PolicySet set;
  switch (kind) {
    case policy::Kind::kIdentity:
      set.identity = std::move(documents);
      return Space(std::move(set));
    case policy::Kind::kResource:
    case policy::Kind::kTrust:
      set.resource = Joined(std::move(documents));
      return Space(std::move(set));
    case policy::Kind::kScp:
      set.scps.push_back(std::move(documents));
      break;
    case policy::Kind::kRcp:
      set.rcps.push_back(std::move(documents));
      break;
    case policy::Kind::kBoundary:
      set.boundaries = std::move(documents);
      break;
    case policy::Kind::kSession:
      set.sessions = std::move(documents);
      break;
    case policy::Kind::kVpcEndpoint:
      set.vpc_endpoint = std::move(documents);
      break;
  }
  set.identity.push_back(FullAccess());
  return Space(std::move(set));
}

std::string_view RelationName(Relation relation) {
  switch (relation) {
    case Relation::kEquivalent:
      return "equivalent";
    case Relation::kNarrower:
      return "narrower";
    case Relation::kBroader:
      return "broader";
    case Relation::kIncomparable:
      return "incomparable";
    case Relation::kUndecided:
      return "undecided";
  }
  return "";
}

std::string Obstacle::Describe() const {
  std::string where;
  if (statement) {
    where =
        fmt::format(" in statement {}{} of the {} {} policy", statement->statement + 1,
                    sid.empty() ? "" : fmt::format(" ({})", sid),
                    side == Side::kLeft ? "first" : "second", policy::LayerName(statement->layer));
  }
  switch (kind) {
    case Kind::kBudget:
      return construct.empty()
                 ? "the comparison takes more work than it is given"
                 : fmt::format("the comparison takes more work than it is given: {}", construct);
    case Kind::kVariable:
      return fmt::format("`{}`{} relates two parts of a request in a way that is not followed",
                         construct, where);
    case Kind::kMixedOperators:
      return fmt::format(
          "`{}`{} is compared both as text with wildcards and as a number, date or address",
          construct, where);
    case Kind::kTooManyLayers:
      return fmt::format("{} are more than are looked at", construct);
    case Kind::kReplay:
      return fmt::format("internal error: the evaluator does not confirm {}", construct);
  }
  return "";
}

}  // namespace writ::decide
