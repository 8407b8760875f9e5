// Requests: who calls, what for, and the context, checked and folded once.
#include <algorithm>

#include <fmt/format.h>

#include "iam/policy/account.h"
#include "iam/policy/evaluate.h"

namespace writ::policy {
namespace {

// Removes `prefix`; whether something is left behind it.
bool Consume(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix) || text.size() == prefix.size()) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "service.amazonaws.com" and other host names.
bool IsService(std::string_view text) {
  const bool has_form = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
  return has_form && text.find('.') != text.npos && text.front() != '.' && text.back() != '.';
}

std::optional<CallerKind> KindOfIam(std::string_view rest, Caller& caller) {
  if (rest == "root") return CallerKind::kRoot;
  if (Consume(rest, "user/")) return CallerKind::kUser;
  if (Consume(rest, "saml-provider/") || Consume(rest, "oidc-provider/")) {
    return CallerKind::kProvider;
  }
  if (!Consume(rest, "role/") || rest.ends_with('/')) return std::nullopt;
  caller.role = rest.substr(rest.rfind('/') + 1);  // all of it if there is no path
  return CallerKind::kRole;
}

std::optional<CallerKind> KindOfSts(std::string_view rest, Caller& caller) {
  if (Consume(rest, "federated-user/")) return CallerKind::kFederatedUser;
  if (!Consume(rest, "assumed-role/")) return std::nullopt;
  const std::size_t slash = rest.find('/');
  if (slash == rest.npos || slash == 0 || slash + 1 == rest.size()) return std::nullopt;
  caller.role = rest.substr(0, slash);
  return CallerKind::kRoleSession;
}

}  // namespace

std::optional<Caller> ParseCaller(std::string_view principal) {
  Caller caller;
  caller.name = principal;
  if (principal == "anonymous") return caller;
  const std::optional<ArnSegments> arn = SplitArn(principal);
  if (!arn) {
    caller.kind = CallerKind::kService;
    return !principal.empty() && IsService(principal) ? std::optional(caller) : std::nullopt;
  }
  const auto& [scheme, partition, service, region, account, rest] = *arn;
  if (scheme != "arn" || partition.empty() || !region.empty() || !IsAccountId(account)) {
    return std::nullopt;
  }
  caller.partition = partition;
  caller.account = account;
  const std::optional<CallerKind> kind = service == "iam"   ? KindOfIam(rest, caller)
                                         : service == "sts" ? KindOfSts(rest, caller)
                                                            : std::nullopt;
  if (!kind) return std::nullopt;
  caller.kind = *kind;
  return caller;
}

std::uint32_t HashKeyName(std::string_view folded_name) {
  // FNV-1a, 32 bits.
  std::uint32_t hash = 2166136261U;
  for (const char c : folded_name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

void PreparedRequest::Clear() {
  caller_ = Caller{};
  action_.clear();
  action_colon_ = 0;
  resource_ = {};
  segments_.reset();
  resource_account_.reset();
  folded_.clear();
  keys_.clear();
  values_.clear();
}

std::optional<RequestError> PreparedRequest::SetPrincipal(std::string_view principal) {
  const std::optional<Caller> caller = ParseCaller(principal);
  if (!caller) {
    return RequestError{
        RequestErrorCode::kBadPrincipal,
        fmt::format(
            "`{}` is no caller: name an IAM user, role, assumed-role or federated-user ARN, "
            "a service such as lambda.amazonaws.com, or anonymous",
            principal)};
  }
  caller_ = *caller;
  return std::nullopt;
}

std::optional<RequestError> PreparedRequest::SetAction(std::string_view action) {
  const std::size_t colon = action.find(':');
  const bool is_good = colon != action.npos && colon > 0 && colon + 1 < action.size() &&
                       action.find(':', colon + 1) == action.npos &&
                       std::ranges::none_of(action, [](char c) {
                         return c == '*' || c == '?' || static_cast<unsigned char>(c) <= ' ';
                       });
  if (!is_good) {
    return RequestError{
        RequestErrorCode::kBadAction,
        fmt::format("`{}` is no action: name one as service:Name, without wildcards", action)};
  }
  action_.assign(action);
  std::ranges::transform(action_, action_.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  action_colon_ = colon;
  return std::nullopt;
}

std::optional<RequestError> PreparedRequest::SetResource(std::string_view resource) {
  resource_ = resource;
  segments_ = SplitArn(resource);
  if (resource != "*" && (!segments_ || (*segments_)[0] != "arn")) {
    return RequestError{
        RequestErrorCode::kBadResource,
        fmt::format("`{}` is no resource: name an ARN of six parts, or * for an action without one",
                    resource)};
  }
  return std::nullopt;
}

void PreparedRequest::BeginKey(std::string_view name, bool is_list) {
  Key key{};
  key.name_at = static_cast<std::uint32_t>(folded_.size());
  key.name_size = static_cast<std::uint32_t>(name.size());
  key.first_value = static_cast<std::uint32_t>(values_.size());
  key.is_list = is_list;
  folded_.resize(folded_.size() + name.size());
  std::ranges::transform(name, folded_.begin() + key.name_at, [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  key.hash = HashKeyName(std::string_view(folded_).substr(key.name_at));
  keys_.push_back(key);
}

void PreparedRequest::AddValue(std::string_view value) {
  values_.push_back(value);
  ++keys_.back().value_count;
}

std::optional<RequestError> PreparedRequest::Finish() {
  const auto name = [this](const Key& key) {
    return std::string_view(folded_).substr(key.name_at, key.name_size);
  };
  std::ranges::sort(keys_, [&](const Key& a, const Key& b) {
    return a.hash != b.hash ? a.hash < b.hash : name(a) < name(b);
  });
  const auto twice = std::ranges::adjacent_find(
      keys_, [&](const Key& a, const Key& b) { return a.hash == b.hash && name(a) == name(b); });
  if (twice != keys_.end()) {
    return RequestError{
        RequestErrorCode::kBadContext,
        fmt::format("the context key `{}` is given twice (case does not matter)", name(*twice))};
  }
  return std::nullopt;
}

const PreparedRequest::Key* PreparedRequest::Find(std::uint32_t hash,
                                                  std::string_view folded_name) const {
  auto key = std::ranges::lower_bound(keys_, hash, {}, &Key::hash);
  for (; key != keys_.end() && key->hash == hash; ++key) {
    if (std::string_view(folded_).substr(key->name_at, key->name_size) == folded_name) return &*key;
  }
  return nullptr;
}

std::string_view PreparedRequest::action_service() const {
  return std::string_view(action_).substr(0, action_colon_);
}

std::string_view PreparedRequest::action_name() const {
  return std::string_view(action_).substr(action_colon_ + 1);
}

std::string_view PreparedRequest::resource_account() const {
  if (resource_account_) return *resource_account_;
  constexpr std::size_t kAccountSegment = 4;
  if (segments_ && !(*segments_)[kAccountSegment].empty()) return (*segments_)[kAccountSegment];
  return caller_.account;
}

support::Result<PreparedRequest, RequestError> Prepare(const Request& request) {
  PreparedRequest prepared;
  if (auto error = prepared.SetPrincipal(request.principal)) return *error;
  if (auto error = prepared.SetAction(request.action)) return *error;
  if (auto error = prepared.SetResource(request.resource)) return *error;
  if (request.resource_account) prepared.SetResourceAccount(*request.resource_account);
  for (const ContextKey& key : request.context) {
    if (!key.is_list && key.values.size() != 1) {
      return RequestError{
          RequestErrorCode::kBadContext,
          fmt::format("the context key `{}` is no list and needs one value", key.name)};
    }
    prepared.BeginKey(key.name, key.is_list);
    for (const std::string& value : key.values) prepared.AddValue(value);
  }
  if (auto error = prepared.Finish()) return *error;
  return prepared;
}

}  // namespace writ::policy
