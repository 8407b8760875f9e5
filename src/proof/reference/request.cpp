#include "proof/reference/request.h"

#include <algorithm>

#include <vector>

#include "iam/policy/document.h"

namespace writ::reference {

bool Glob(std::string_view pattern, std::string_view text) {
  // What stands before the first wildcard is the beginning of the text; most patterns end there.
  const std::string_view literal = pattern.substr(0, pattern.find_first_of("*?"));
  if (!text.starts_with(literal)) return false;
  pattern.remove_prefix(literal.size());
  text.remove_prefix(literal.size());
  if (pattern.empty()) return text.empty();
  // matches[i]: whether the pattern read so far is matched by the first i characters.
  std::vector<char> matches(text.size() + 1, 0);
  matches[0] = 1;
  for (const char c : pattern) {
    if (c == '*') {
      for (std::size_t i = 1; i <= text.size(); ++i) matches[i] |= matches[i - 1];
      continue;
    }
    for (std::size_t i = text.size(); i > 0; --i) {
      matches[i] = c == '?' || c == text[i - 1] ? matches[i - 1] : 0;
    }
    matches[0] = 0;
  }
  return matches[text.size()] != 0;
}

namespace {

std::optional<std::array<std::string, 6>> Split(std::string_view text) {
  std::array<std::string, 6> parts;
  for (std::size_t i = 0; i < 5; ++i) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts.at(i) = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  parts[5] = text;
  return parts;
}

}  // namespace

std::optional<Arn> ParseArn(std::string_view text) {
  auto parts = Split(text);
  if (!parts || (*parts)[0] != "arn") return std::nullopt;
  return Arn{(*parts)[1], (*parts)[2], (*parts)[3], (*parts)[4], (*parts)[5]};
}

bool ArnGlob(std::string_view pattern, std::string_view text) {
  const auto wanted = Split(pattern);
  const auto given = Split(text);
  if (!wanted || !given) return false;
  for (std::size_t i = 0; i < 6; ++i) {
    if (!Glob(wanted->at(i), given->at(i))) return false;
  }
  return true;
}

const policy::ContextKey* Asked::Find(std::string_view key) const {
  for (const policy::ContextKey& one : request.context) {
    if (!policy::EqualIgnoringCase(one.name, key)) continue;
    // A null set is as good as no key.
    return one.is_list && one.values.empty() ? nullptr : &one;
  }
  return nullptr;
}

std::optional<std::string> Asked::Value(std::string_view key) const {
  const policy::ContextKey* found = Find(key);
  if (found == nullptr || found->is_list) return std::nullopt;
  return found->values.front();
}

bool Asked::Is(std::string_view action) const {
  return policy::EqualIgnoringCase(action, request.action);
}

bool Asked::IsLike(std::string_view pattern) const {
  return Glob(policy::FoldCase(pattern), policy::FoldCase(request.action));
}

Asked TakeApart(const policy::Request& request) {
  Asked asked{request, {}, {}, ParseArn(request.resource), {}, {}, {}};
  const std::string action = policy::FoldCase(request.action);
  const std::size_t colon = action.find(':');
  asked.service = action.substr(0, colon);
  if (colon != std::string::npos) asked.name = action.substr(colon + 1);
  asked.caller_arn = asked.Value("aws:PrincipalArn").value_or(request.principal);
  if (const auto arn = ParseArn(asked.caller_arn)) {
    asked.partition = arn->partition;
    asked.account = arn->account;
  } else {
    asked.caller_arn.clear();
  }
  return asked;
}

std::optional<std::string> After(const Asked& asked, std::string_view type) {
  if (!asked.resource) return std::nullopt;
  const std::string& rest = asked.resource->rest;
  if (rest.size() <= type.size() || !rest.starts_with(type) || rest[type.size()] != '/') {
    return std::nullopt;
  }
  return rest.substr(type.size() + 1);
}

void AddAlwaysSent(policy::Request& request) {
  const auto put = [&request](const char* name, std::string value) {
    const bool is_there = std::ranges::any_of(request.context, [name](const auto& key) {
      return policy::EqualIgnoringCase(key.name, name);
    });
    if (!is_there) request.context.push_back({name, false, {std::move(value)}});
  };
  const std::string& who = request.principal;
  const std::string name = who.substr(who.rfind('/') + 1);
  const bool is_user = who.find(":user/") != std::string::npos;
  const bool is_federated = who.find(":federated-user/") != std::string::npos;
  const std::string account = TakeApart(request).account;
  if (is_user) {
    put("aws:PrincipalType", "User");
    put("aws:userid", "AIDACKCEVSQ6C2EXAMPLE");
    put("aws:username", name);
  } else if (is_federated) {
    put("aws:PrincipalType", "FederatedUser");
    put("aws:userid", account + ":" + name);
  } else if (who.ends_with(":root")) {
    put("aws:PrincipalType", "Account");
    put("aws:userid", account);
  } else {
    put("aws:PrincipalType", "AssumedRole");
    put("aws:userid", "AROACKCEVSQ6C2EXAMPLE:" + name);
  }
  put("aws:PrincipalIsAWSService", "false");
  put("aws:SecureTransport", "true");
  put("aws:ViaAWSService", "false");
  // One time in two keys: who asks for one of them is asked by that alone.
  const bool tells_time = std::ranges::any_of(request.context, [](const auto& key) {
    return policy::EqualIgnoringCase(key.name, "aws:CurrentTime") ||
           policy::EqualIgnoringCase(key.name, "aws:EpochTime");
  });
  if (tells_time) return;
  put("aws:CurrentTime", "2026-11-29T12:00:00Z");
  put("aws:EpochTime", "1795953600");
}

}  // namespace writ::reference
