#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/space.h"
#include "iam/minimise/minimise.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"
#include "writ/writ.h"

namespace writ {
namespace {

policy::Kind KindOf(PolicyKind kind) {
  switch (kind) {
    case PolicyKind::kIdentity:
      return policy::Kind::kIdentity;
    case PolicyKind::kBoundary:
      return policy::Kind::kBoundary;
    case PolicyKind::kSession:
      return policy::Kind::kSession;
    case PolicyKind::kScp:
      return policy::Kind::kScp;
    case PolicyKind::kRcp:
      return policy::Kind::kRcp;
    case PolicyKind::kResource:
      return policy::Kind::kResource;
    case PolicyKind::kTrust:
      return policy::Kind::kTrust;
    case PolicyKind::kVpcEndpoint:
      return policy::Kind::kVpcEndpoint;
  }
  return policy::Kind::kIdentity;
}

/// Reads documents and keeps what is wrong with them.
class Reader {
 public:
  explicit Reader(std::vector<Fault>& faults) : faults_(faults) {}

  std::optional<policy::PolicyDocument> One(const std::string& text, policy::Kind kind,
                                            const std::string& where) {
    auto document = policy::Read(text, kind);
    if (document.ok()) return *std::move(document);
    for (const policy::PolicyError& error : document.error()) {
      faults_.push_back({where, error.offset, error.message});
    }
    return std::nullopt;
  }

  std::vector<policy::PolicyDocument> All(const std::vector<std::string>& texts, policy::Kind kind,
                                          const std::string& where) {
    std::vector<policy::PolicyDocument> documents;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      auto document = One(texts[i], kind, fmt::format("{}[{}]", where, i));
      if (document) documents.push_back(*std::move(document));
    }
    return documents;
  }

  std::vector<std::vector<policy::PolicyDocument>> Levels(
      const std::vector<std::vector<std::string>>& levels, policy::Kind kind,
      const std::string& where) {
    std::vector<std::vector<policy::PolicyDocument>> documents;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      documents.push_back(All(levels[i], kind, fmt::format("{}[{}]", where, i)));
    }
    return documents;
  }

 private:
  std::vector<Fault>& faults_;
};

policy::Request Inner(const Request& request) {
  policy::Request inner;
  inner.principal = request.principal;
  inner.action = request.action;
  inner.resource = request.resource;
  inner.resource_account = request.resource_account;
  for (const ContextKey& key : request.context) {
    inner.context.push_back({key.name, key.is_list, key.values});
  }
  return inner;
}

std::optional<Request> Outer(const std::optional<decide::Witness>& witness) {
  if (!witness) return std::nullopt;
  const policy::Request& inner = witness->request;
  Request request{inner.principal, inner.action, inner.resource, inner.resource_account, {}};
  for (const policy::ContextKey& key : inner.context) {
    request.context.push_back({key.name, key.values, key.is_list});
  }
  return request;
}

Comparison::Relation RelationOf(decide::Relation relation) {
  switch (relation) {
    case decide::Relation::kEquivalent:
      return Comparison::Relation::kEquivalent;
    case decide::Relation::kNarrower:
      return Comparison::Relation::kNarrower;
    case decide::Relation::kBroader:
      return Comparison::Relation::kBroader;
    case decide::Relation::kIncomparable:
      return Comparison::Relation::kIncomparable;
    case decide::Relation::kUndecided:
      return Comparison::Relation::kUndecided;
  }
  return Comparison::Relation::kUndecided;
}

}  // namespace

Decision Decide(const Policies& policies, const Request& request) {
  Decision decision;
  Reader reader(decision.faults);
  policy::PolicySet set;
  set.identity = reader.All(policies.identity, policy::Kind::kIdentity, "identity");
  set.boundaries = reader.All(policies.boundaries, policy::Kind::kBoundary, "boundaries");
  set.sessions = reader.All(policies.sessions, policy::Kind::kSession, "sessions");
  set.scps = reader.Levels(policies.scps, policy::Kind::kScp, "scps");
  set.rcps = reader.Levels(policies.rcps, policy::Kind::kRcp, "rcps");
  if (policies.resource) {
    set.resource = reader.One(*policies.resource, policy::Kind::kResource, "resource");
  }
  set.vpc_endpoint = reader.All(policies.vpc_endpoint, policy::Kind::kVpcEndpoint, "vpc_endpoint");
  for (const ContextKey& key : request.context) {
    if (key.is_list || key.values.size() == 1) continue;
    decision.faults.push_back(
        {"request", 0,
         fmt::format("{} is no list and has {} values", key.name, key.values.size())});
  }
  const auto decided = policy::Evaluate(Inner(request), set);
  if (!decided.ok()) decision.faults.push_back({"request", 0, decided.error().message});
  if (!decision.faults.empty()) return decision;
  switch (decided->verdict) {
    case policy::Verdict::kAllowed:
      decision.verdict = Decision::Verdict::kAllowed;
      break;
    case policy::Verdict::kExplicitDeny:
      decision.verdict = Decision::Verdict::kExplicitDeny;
      break;
    case policy::Verdict::kImplicitDeny:
      decision.verdict = Decision::Verdict::kImplicitDeny;
      break;
  }
  return decision;
}

Comparison Compare(const std::vector<std::string>& old_documents,
                   const std::vector<std::string>& new_documents, PolicyKind kind) {
  Comparison comparison;
  Reader reader(comparison.faults);
  const policy::Kind inner = KindOf(kind);
  auto before = reader.All(old_documents, inner, "old");
  auto after = reader.All(new_documents, inner, "new");
  if (!comparison.faults.empty()) return comparison;
  decide::Options options;
  options.catalog = &catalog::Catalog::BuiltIn();
  const decide::ReadingsComparison readings =
      decide::CompareReadings(decide::Space::Of(std::move(before), inner),
                              decide::Space::Of(std::move(after), inner), options);
  const decide::Comparison& found = readings.comparison;
  if (readings.other) comparison.otherwise = RelationOf(readings.other->comparison.relation);
  comparison.relation = RelationOf(found.relation);
  comparison.gained = Outer(found.gained);
  comparison.lost = Outer(found.lost);
  for (const decide::Obstacle& obstacle : found.obstacles) {
    comparison.obstacles.push_back(obstacle.Describe());
  }
  return comparison;
}

Minimised Minimise(const std::string& document, PolicyKind kind) {
  Minimised minimised;
  minimised.document = document;
  Reader reader(minimised.faults);
  const policy::Kind inner = KindOf(kind);
  const auto read = reader.One(document, inner, "document");
  if (!read) return minimised;
  minimise::Options options;
  options.catalog = &catalog::Catalog::BuiltIn();
  const minimise::Result result = minimise::Minimise(*read, inner, options);
  minimised.steps = result.rewrites;
  minimised.obstacles = result.obstacles;
  if (result.verdict == minimise::Verdict::kUndecided) return minimised;
  minimised.document = policy::Write(result.document, policy::Style::kMinified);
  minimised.is_equivalent = true;
  minimised.is_smallest = result.quality == minimise::Quality::kSmallest;
  return minimised;
}

}  // namespace writ
