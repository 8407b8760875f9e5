#include "program/intent/label.h"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace writ::intent {

std::string LabelOf(const Principal& principal) {
  using Kind = Principal::Kind;
  switch (principal.kind) {
    case Kind::kRole:
      return fmt::format("role \"{}\"", principal.value);
    case Kind::kUser:
      return fmt::format("user \"{}\"", principal.value);
    case Kind::kPermissionSet:
      return fmt::format("permission-set \"{}\"", principal.value);
    case Kind::kTag:
      return fmt::format("tag {} = \"{}\"", principal.tag_key, principal.value);
    case Kind::kService:
      return fmt::format("service \"{}\"", principal.value);
  }
  return "";
}

std::string LabelOf(const Holder& holder) {
  if (!holder.team.empty()) return "team " + holder.team;
  std::vector<std::string> words;
  for (const Principal& principal : holder.principals) words.push_back(LabelOf(principal));
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace writ::intent
