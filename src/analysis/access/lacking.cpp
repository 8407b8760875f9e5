#include "analysis/access/lacking.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace writ::access {
namespace {

using policy::Condition;
using policy::Statement;

bool Applies(Statement statement, const policy::PreparedRequest& request) {
  statement.effect = policy::Effect::kAllow;
  statement.principal.reset();
  policy::PolicyDocument document;
  document.statements.push_back(std::move(statement));
  return policy::StatementApplies({document, policy::Kind::kIdentity}, 0, request);
}

std::string TextOf(const Condition& condition) {
  const std::string values = fmt::format("{}", fmt::join(condition.values, " or "));
  using Base = policy::BaseOperator;
  switch (condition.op.base) {
    case Base::kNull:
      return fmt::format("{} {}", condition.key, values == "true" ? "absent" : "present");
    case Base::kStringEquals:
    case Base::kArnEquals:
    case Base::kBool:
    case Base::kNumericEquals:
      return fmt::format("{} = {}", condition.key, values);
    case Base::kStringLike:
    case Base::kArnLike:
      return fmt::format("{} like {}", condition.key, values);
    default:
      return fmt::format("{} {} {}", condition.key, policy::OperatorName(condition.op), values);
  }
}

}  // namespace

std::optional<std::vector<std::string>> Lacking(const Statement& statement,
                                                const policy::PreparedRequest& request) {
  Statement part = statement;
  part.conditions.clear();
  if (!Applies(part, request)) return std::nullopt;
  std::vector<std::string> lacking;
  for (const Condition& condition : statement.conditions) {
    part.conditions = {condition};
    if (!Applies(part, request)) lacking.push_back(TextOf(condition));
  }
  return lacking;
}

}  // namespace writ::access
