#include "iam/decide/said_alike.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "iam/policy/pattern.h"

namespace writ::decide {
namespace {

using policy::Patterns;
using policy::Sense;
using policy::Statement;

/// A statement of one action and one resource where these are listed, and how it is read.
using Part = std::pair<policy::Version, Statement>;

template <class Value>
void SortOnce(std::vector<Value>& values) {
  std::ranges::sort(values);
  values.erase(std::ranges::unique(values).begin(), values.end());
}

/// What does not change with order, case of names and Sids.
Statement InOrder(Statement statement) {
  statement.sid.clear();
  if (statement.principal) SortOnce(statement.principal->values);
  for (std::string& action : statement.action.values) action = policy::FoldCase(action);
  SortOnce(statement.action.values);
  if (statement.resource) SortOnce(statement.resource->values);
  for (policy::Condition& condition : statement.conditions) {
    condition.key = policy::FoldCase(condition.key);
    SortOnce(condition.values);
  }
  SortOnce(statement.conditions);
  return statement;
}

/// One for each value of a list; the whole where it is one of exceptions.
std::vector<Patterns> OneByOne(const Patterns& patterns) {
  if (patterns.sense == Sense::kAllBut) return {patterns};
  std::vector<Patterns> each;
  for (const std::string& value : patterns.values) each.push_back({Sense::kListed, {value}});
  return each;
}

/// Nothing if there are too many.
std::optional<std::vector<Part>> PartsOf(const Documents& documents) {
  std::vector<Part> parts;
  for (const policy::PolicyDocument& document : documents) {
    for (const Statement& one : document.statements) {
      const Statement whole = InOrder(one);
      const std::vector<Patterns> actions = OneByOne(whole.action);
      std::vector<std::optional<Patterns>> resources;
      if (whole.resource) {
        for (Patterns& resource : OneByOne(*whole.resource)) {
          resources.emplace_back(std::move(resource));
        }
      } else {
        resources.emplace_back();
      }
      if (parts.size() + actions.size() * resources.size() > kMostParts) return std::nullopt;
      for (const Patterns& action : actions) {
        for (const std::optional<Patterns>& resource : resources) {
          Part& part = parts.emplace_back(document.version, whole);
          part.second.action = action;
          part.second.resource = resource;
        }
      }
    }
  }
  SortOnce(parts);
  return parts;
}

}  // namespace

bool AreSaidAlike(const Documents& before, const Documents& after) {
  const std::optional<std::vector<Part>> left = PartsOf(before);
  if (!left) return false;
  const std::optional<std::vector<Part>> right = PartsOf(after);
  return right && *left == *right;
}

}  // namespace writ::decide
