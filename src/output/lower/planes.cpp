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

/// Prefixes whose keys of the same name a `bedrock:` key stands for.
std::vector<std::string> TwinPrefixes(const library::Library& library) {
  return {library.PrefixOf("mantle"), library.PrefixOf("claude-platform"), "sagemaker"};
}

/// `bedrock:ServiceTier` with another prefix; empty if there is no such key.
std::string TwinOf(const Context& context, const std::string& key, const std::string& prefix) {
  const std::string& bedrock = context.input.library.PrefixOf("bedrock");
  if (!IsOf(bedrock, key)) return {};
  std::string twin = prefix + key.substr(bedrock.size());
  return context.input.catalog.FindKey(twin) ? twin : std::string();
}

/// The actions that have the prefix, and those that have not.
struct Divided {
  Patterns own;
  Patterns others;
};

support::Result<Divided> Divide(const Patterns& actions, const std::string& prefix) {
  const std::string all = prefix + ":*";
  if (actions.sense == Sense::kAllBut || actions.values == std::vector<std::string>{"*"}) {
    std::vector<std::string> except;
    if (actions.sense == Sense::kAllBut) except = actions.values;
    if (std::ranges::any_of(except, [&](const auto& name) { return IsOf(prefix, name); })) {
      return support::Error{fmt::format(
          "a condition on a key of both planes cannot leave out single actions of {}", prefix)};
    }
    except.push_back(all);
    std::ranges::sort(except);
    return Divided{Listed({all}), {Sense::kAllBut, std::move(except)}};
  }
  Divided divided{Listed({}), Listed({})};
  for (const std::string& name : actions.values) {
    (IsOf(prefix, name) ? divided.own : divided.others).values.push_back(name);
  }
  return divided;
}

}  // namespace

support::Result<std::vector<Statement>> ByPlane(const Context& context, Statement statement) {
  std::vector<Statement> parts;
  for (const std::string& prefix : TwinPrefixes(context.input.library)) {
    Block twins;
    bool has_twin = false;
    Conjoined joined = Conjoined::kDone;
    for (policy::Condition condition : statement.conditions) {
      if (std::string twin = TwinOf(context, condition.key, prefix); !twin.empty()) {
        condition.key = std::move(twin);
        has_twin = true;
      }
      if (joined == Conjoined::kDone) joined = Conjoin(twins, std::move(condition));
    }
    if (!has_twin) continue;
    support::Result<Divided> divided = Divide(statement.action, prefix);
    if (!divided) return divided.error();
    if (divided->own.values.empty()) continue;
    if (joined != Conjoined::kDone) {
      return support::Error{"the keys of both planes are asked for at once"};
    }
    parts.push_back(statement);
    parts.back().action = std::move(divided->own);
    parts.back().conditions = std::move(twins);
    statement.action = std::move(divided->others);
  }
  if (!statement.action.values.empty()) parts.insert(parts.begin(), std::move(statement));
  return parts;
}

}  // namespace writ::lower
