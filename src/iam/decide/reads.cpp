#include "iam/decide/reads.h"

#include <string>

namespace writ::decide {
namespace {

bool Mentions(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find("${"); at != std::string_view::npos;
       at = text.find("${", at + 1)) {
    if (policy::EqualIgnoringCase(text.substr(at + 2, key.size()), key)) return true;
  }
  return false;
}

}  // namespace

bool HoldsVariable(const policy::Statement& statement, std::string_view key) {
  const auto mentions = [key](const std::string& text) { return Mentions(text, key); };
  return (statement.resource && std::ranges::any_of(statement.resource->values, mentions)) ||
         std::ranges::any_of(statement.conditions, [&](const policy::Condition& condition) {
           return std::ranges::any_of(condition.values, mentions);
         });
}

bool Reads(const policy::Statement& statement, std::string_view key) {
  const auto tests = [&](const policy::Condition& condition) {
    return policy::EqualIgnoringCase(std::string_view(condition.key).substr(0, key.size()), key);
  };
  return std::ranges::any_of(statement.conditions, tests) || HoldsVariable(statement, key);
}

}  // namespace writ::decide
