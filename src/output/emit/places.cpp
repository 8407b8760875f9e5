#include "output/emit/places.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace writ::emit {
namespace {

/// IAM User Guide, "IAM and AWS STS quotas", names of IAM (read 2026-11-22); `/` divides the path.
bool IsOfRoleName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("+=,.@-_/").find(c) != std::string_view::npos;
}

}  // namespace

std::string AtPlace(std::string text, const intent::Account& account, std::string_view region) {
  for (const auto& [word, value] :
       {std::pair<std::string_view, std::string_view>("{account}", account.id),
        std::pair<std::string_view, std::string_view>("{region}", region)}) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
      text.replace(at, word.size(), value);
      at += value.size();
    }
  }
  return text;
}

std::optional<std::string> RoleArn(const std::string& role, const intent::Account& account,
                                   std::string_view partition) {
  const std::string own = fmt::format("arn:{}:iam::{}:role/", partition, account.id);
  std::string_view path = role;
  if (role.starts_with("arn:")) {
    if (!role.starts_with(own)) return std::nullopt;
    path.remove_prefix(own.size());
  }
  if (path.empty() || !std::ranges::all_of(path, IsOfRoleName)) return std::nullopt;
  return own + std::string(path);
}

}  // namespace writ::emit
