#include "program/intent/find.h"

#include <cstdint>

namespace writ::intent {

std::optional<AccountIndex> FindAccount(const Organization& organization, std::string_view id) {
  for (std::uint32_t i = 0; i < organization.accounts.size(); ++i) {
    if (organization.accounts[i].id == id) return AccountIndex{i};
  }
  return std::nullopt;
}

}  // namespace writ::intent
