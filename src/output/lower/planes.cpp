#include "planes.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "conditions.h"

namespace writ::lower {
namespace {

using policy::Patterns;
using policy::Sense;
using policy::Statement;

bool IsOf(const std::string& prefix, std::string_view name) {
  return name.size() > prefix.size() && name[prefix.size()] == ':' &&
         policy::EqualIgnoringCase(name.substr(0, prefix.size()), prefix);
}

/// `bedrock:ServiceTier` on the other plane; empty if it has no such key.
std::string TwinOf(const Context& context, const std::string& key) {
  const std::string& bedrock = context.input.library.PrefixOf("bedrock");
  if (!IsOf(bedrock, key)) return {};
  std::string twin = context.input.library.PrefixOf("mantle") + key.substr(bedrock.size());
  return context.input.catalog.FindKey(twin) ? twin : std::string();
}

/// The actions that are on the other plane, and those that are not.
struct Divided {
  Patterns mantle;
  Patterns others;
};

support::Result<Divided> Divide(const Patterns& actions, const std::string& mantle) {
  const std::string all = mantle + ":*";
  if (actions.sense == Sense::kAllBut || actions.values == std::vector<std::string>{"*"}) {
    std::vector<std::string> except;
    if (actions.sense == Sense::kAllBut) except = actions.values;
    if (std::ranges::any_of(except, [&](const auto& name) { return IsOf(mantle, name); })) {
      return support::Error{fmt::format(
          "a condition on a key of both planes cannot leave out single actions of {}", mantle)};
    }
    except.push_back(all);
    std::ranges::sort(except);
    return Divided{Listed({all}), {Sense::kAllBut, std::move(except)}};
  }
  Divided divided{Listed({}), Listed({})};
  for (const std::string& name : actions.values) {
    (IsOf(mantle, name) ? divided.mantle : divided.others).values.push_back(name);
  }
  return divided;
}

}  // namespace

support::Result<std::vector<Statement>> ByPlane(const Context& context, Statement statement) {
  Block twins;
  bool has_twin = false;
  for (policy::Condition condition : statement.conditions) {
    if (std::string twin = TwinOf(context, condition.key); !twin.empty()) {
      condition.key = std::move(twin);
      has_twin = true;
    }
    if (Conjoin(twins, std::move(condition)) != Conjoined::kDone) {
      return support::Error{"the keys of both planes are asked for at once"};
    }
  }
  if (!has_twin) return std::vector<Statement>{std::move(statement)};
  support::Result<Divided> divided =
      Divide(statement.action, context.input.library.PrefixOf("mantle"));
  if (!divided) return divided.error();
  std::vector<Statement> statements;
  if (!divided->others.values.empty()) {
    statements.push_back(statement);
    statements.back().action = std::move(divided->others);
  }
  if (!divided->mantle.values.empty()) {
    statements.push_back(std::move(statement));
    statements.back().action = std::move(divided->mantle);
    statements.back().conditions = std::move(twins);
  }
  return statements;
}

}  // namespace writ::lower
