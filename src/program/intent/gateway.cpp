#include "program/intent/gateway.h"

#include <algorithm>

namespace writ::intent {

std::string EngineName(const Gateway& gateway) {
  constexpr std::size_t kOfName = 24;
  constexpr std::size_t kOfId = 10;
  std::string name = "writ_" + gateway.name.substr(0, kOfName) + "_" +
                     gateway.arn.substr(gateway.arn.size() - std::min(kOfId, gateway.arn.size()));
  std::ranges::replace_if(
      name,
      [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
      },
      '_');
  return name;
}

}  // namespace writ::intent
