// Where accounts are, as far as an export says.
#include <string>

#include <doctest/doctest.h>

#include "analysis/drift/deployed_side.h"

namespace writ::drift {
namespace {

constexpr std::string_view kAccount = "222222222222";

// An account below so many OUs.
snapshot::Snapshot Below(std::size_t units) {
  snapshot::Snapshot snapshot;
  const auto add = [&](std::string id, snapshot::NodeType type, std::string parent) {
    snapshot::OrganizationNode node;
    node.id = std::move(id);
    node.type = type;
    if (!parent.empty()) node.parent = std::move(parent);
    snapshot.organization.nodes.items.push_back(std::move(node));
  };
  add("r-1", snapshot::NodeType::kRoot, "");
  std::string parent = "r-1";
  for (std::size_t i = 0; i < units; ++i) {
    const std::string id = "ou-" + std::to_string(i);
    add(id, snapshot::NodeType::kUnit, parent);
    parent = id;
  }
  add(std::string(kAccount), snapshot::NodeType::kAccount, parent);
  return snapshot;
}

std::size_t LengthOf(const snapshot::Snapshot& snapshot) {
  const Universe universe = Universe::OfModels();
  Papers papers(universe, snapshot);
  const auto path = DeployedSide(snapshot, papers).PathTo(std::string(kAccount));
  return path ? path->size() : 0;
}

TEST_CASE("the path from the root to an account") {
  CHECK(LengthOf(Below(0)) == 2);
  CHECK(LengthOf(Below(5)) == 7);
}

TEST_CASE("levels, at the limit and one beyond it") {
  CHECK(LengthOf(Below(15)) == 17);
  CHECK(LengthOf(Below(16)) == 0);
}

TEST_CASE("a parent that is not in the export, and a loop") {
  snapshot::Snapshot snapshot = Below(2);
  snapshot.organization.nodes.items[1].parent = snapshot::Gap{};
  CHECK(LengthOf(snapshot) == 0);
  snapshot.organization.nodes.items[1].parent = std::string("ou-1");
  CHECK(LengthOf(snapshot) == 0);
}

}  // namespace
}  // namespace writ::drift
