#include "logs/trail/read_event.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "base/support/fingerprint.h"

namespace writ::trail {
namespace {

using support::json::Value;

constexpr std::string_view kSourceKey = "\"eventSource\"";
constexpr std::string_view kInvocationLog = "\"ModelInvocationLog\"";
constexpr std::string_view kBedrock = "bedrock.amazonaws.com";

/// CloudTrail User Guide, "CloudTrail record contents"; IAM User Guide, "Troubleshoot access denied
/// error messages"; EC2 has a code of its own (read 2026-11-29).
constexpr std::array<std::string_view, 5> kDenials = {"AccessDenied", "AccessDeniedException",
                                                      "Client.UnauthorizedOperation",
                                                      "UnauthorizedOperation", "VpceAccessDenied"};

/// Where the text begins at or after `from`, found in steps of its length: most of a trail is
/// looked at by nothing else.
class Search {
 public:
  explicit Search(std::string_view text) : searcher_(text.begin(), text.end()) {}
  [[nodiscard]] std::size_t In(std::string_view record, std::size_t from = 0) const {
    const auto begin = record.begin() + static_cast<std::ptrdiff_t>(from);
    const auto found = std::search(begin, record.end(), searcher_);
    return found == record.end() ? std::string_view::npos
                                 : static_cast<std::size_t>(found - record.begin());
  }

 private:
  std::boyer_moore_horspool_searcher<std::string_view::const_iterator> searcher_;
};

std::optional<Value> At(const std::optional<Value>& value, std::string_view key) {
  return value && value->is_object() ? value->Find(key) : std::nullopt;
}

/// The text of a string member; empty if there is none.
std::string_view TextAt(const std::optional<Value>& value, std::string_view key) {
  const std::optional<Value> found = At(value, key);
  return found && found->is_string() ? found->text() : std::string_view();
}

/// A flag, written as true or "true".
bool IsSet(const std::optional<Value>& value, std::string_view key) {
  const std::optional<Value> found = At(value, key);
  return found && (found->is_true() || (found->is_string() && found->text() == "true"));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

Outcome OutcomeOf(std::string_view code, std::string_view message) {
  if (code.empty()) return Outcome::kAllowed;
  if (std::ranges::find(kDenials, code) == kDenials.end()) return Outcome::kFailed;
  // The same codes stand for a model that is not subscribed to, or an account that may not.
  const bool is_of_policies = message.empty() || message == "Access Denied" ||
                              message.find("not authorized") != std::string_view::npos;
  return is_of_policies ? Outcome::kDenied : Outcome::kFailed;
}

std::uint64_t IdOf(support::FingerprintBuilder key) { return key.Take().Hash(); }

/// Calls that both logs have.
bool IsInvocation(std::string_view name) {
  return name == "InvokeModel" || name == "InvokeModelWithResponseStream" || name == "Converse" ||
         name == "ConverseStream";
}

void SetId(std::string_view source, std::string_view request, std::string_view id, Event& event) {
  const bool by_request = source == kBedrock && IsInvocation(event.call.name) && !request.empty();
  event.has_id = by_request || !id.empty();
  if (!event.has_id) return;
  event.id = by_request ? IdOf(std::move(support::FingerprintBuilder("request").Text(request).Text(
                              event.call.name)))
                        : IdOf(std::move(support::FingerprintBuilder("event").Text(id)));
}

Identity ReadIdentity(const std::optional<Value>& identity) {
  const std::string_view type = TextAt(identity, "type");
  const std::string_view arn = TextAt(identity, "arn");
  const std::optional<Value> session = At(identity, "sessionContext");
  const std::optional<Value> issuer = At(session, "sessionIssuer");
  if (type == "AWSService") {
    return {Identity::Kind::kService, std::string(TextAt(identity, "invokedBy")), "", ""};
  }
  if (type == "IdentityCenterUser") {
    return {Identity::Kind::kIdentityCenter, std::string(arn),
            std::string(TextAt(identity, "accountId")), ""};
  }
  // The session's own ARN has the name of its role without its path.
  Identity read = IdentityOf(arn);
  if (read.kind == Identity::Kind::kSession || read.kind == Identity::Kind::kUnknown) {
    Identity of_issuer = IdentityOf(TextAt(issuer, "arn"));
    if (of_issuer.kind == Identity::Kind::kRole) read = std::move(of_issuer);
  }
  // Its own ARN does not tell whose rights it has.
  if (read.kind == Identity::Kind::kFederated) {
    Identity of_issuer = IdentityOf(TextAt(issuer, "arn"));
    if (of_issuer.kind == Identity::Kind::kUser) read.user = std::move(of_issuer.arn);
  }
  if (read.kind == Identity::Kind::kUnknown && type == "Root") {
    read.kind = Identity::Kind::kRoot;
    read.arn = fmt::format("arn:aws:iam::{}:root", TextAt(identity, "accountId"));
  }
  if (read.account.empty()) read.account = std::string(TextAt(identity, "accountId"));
  return read;
}

}  // namespace

std::string_view Name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAllowed:
      return "allowed";
    case Outcome::kDenied:
      return "denied";
    case Outcome::kFailed:
      return "failed";
  }
  return "";
}

Identity IdentityOf(std::string_view arn) {
  std::array<std::string_view, 6> parts;
  std::string_view rest = arn;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = i + 1 < parts.size() ? rest.find(':') : rest.size();
    if (end == std::string_view::npos) return {Identity::Kind::kUnknown, std::string(arn), "", ""};
    parts[i] = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  const auto& [scheme, partition, service, region, account, name] = parts;
  using Kind = Identity::Kind;
  Kind kind = Kind::kUnknown;
  if (scheme == "arn" && service == "iam") {
    kind = name == "root"              ? Kind::kRoot
           : name.starts_with("role/") ? Kind::kRole
           : name.starts_with("user/") ? Kind::kUser
                                       : Kind::kUnknown;
  } else if (scheme == "arn" && service == "sts") {
    kind = name.starts_with("assumed-role/")     ? Kind::kSession
           : name.starts_with("federated-user/") ? Kind::kFederated
                                                 : Kind::kUnknown;
  }
  if (kind != Kind::kSession) return {kind, std::string(arn), std::string(account), ""};
  // The name of a session tells nothing that a policy of its role could ask for by name.
  const std::size_t role = name.find('/') + 1;
  const std::size_t slash = name.find('/', role);
  const std::size_t length =
      slash == std::string_view::npos ? arn.size() : arn.size() - (name.size() - slash);
  return {kind, std::string(arn.substr(0, length)), std::string(account), ""};
}

std::string NormalTime(std::string_view text) {
  std::string digits;
  for (const char c : text.substr(0, text.find('.'))) {
    if (IsDigit(c)) {
      digits.push_back(c);
    } else if (c != '-' && c != ':' && c != 'T' && c != ' ' && c != 'Z') {
      return "";
    }
  }
  if (digits.size() != std::string_view("YYYYMMDDhhmmss").size()) return "";
  const std::string_view d = digits;
  return fmt::format("{}-{}-{}T{}:{}:{}Z", d.substr(0, 4), d.substr(4, 2), d.substr(6, 2),
                     d.substr(8, 2), d.substr(10, 2), d.substr(12, 2));
}

EventReader::EventReader(std::vector<std::string> sources, const Limits& limits)
    : sources_(std::move(sources)) {
  limits_.bytes = limits.record_bytes;
  limits_.depth = limits.depth;
  limits_.duplicate_keys = support::json::DuplicateKeys::kRecord;
  std::ranges::sort(sources_);
}

bool EventReader::IsAsked(std::string_view source) const {
  return std::ranges::binary_search(sources_, source, std::less<>());
}

/// False if the record names a source, and none that is asked about: most records of a trail are of
/// other services and need not be read. A key that is written with escapes is not found here and
/// the record is read.
bool EventReader::MayMatter(std::string_view record) const {
  static const Search source_key(kSourceKey);
  static const Search invocation_log(kInvocationLog);
  std::size_t at = source_key.In(record);
  if (at == std::string_view::npos) return true;
  for (; at != std::string_view::npos; at = source_key.In(record, at)) {
    at += kSourceKey.size();
    const std::size_t begin = record.find('"', at);
    if (begin == std::string_view::npos) return true;
    const std::size_t end = record.find('"', begin + 1);
    if (end == std::string_view::npos) return true;
    const std::string_view source = record.substr(begin + 1, end - begin - 1);
    if (IsAsked(source) || source.find('\\') != std::string_view::npos) return true;
  }
  // A prompt may hold the key as well.
  return invocation_log.In(record) != std::string_view::npos;
}

EventReader::Result EventReader::Read(std::string_view record, Event& event) {
  if (!MayMatter(record)) return Result::kOther;
  if (document_.Read(record, limits_)) return Result::kUnreadable;
  const Value root = document_.root();
  const std::string_view inner = TextAt(root, "CloudTrailEvent");
  if (!inner.empty()) {
    inner_text_ = inner;
    if (!MayMatter(inner_text_)) return Result::kOther;
    if (inner_.Read(inner_text_, limits_)) return Result::kUnreadable;
    return ReadTrail(inner_.root(), event);
  }
  if (TextAt(root, "schemaType") == "ModelInvocationLog") return ReadInvocation(root, event);
  return ReadTrail(root, event);
}

namespace {

/// The account that owns what was asked for, if it is not the caller's: that of the resources, else
/// the one in whose trail the event is. Source: AWS CloudTrail User Guide, "CloudTrail record
/// contents", `resources` and `recipientAccountId`, which differ from the caller's account in calls
/// across accounts; read 2026-12-01.
std::string OwnerIn(const std::optional<Value>& root, std::string_view caller) {
  std::string owner;
  if (const std::optional<Value> resources = At(root, "resources")) {
    for (const Value one : resources->elements()) {
      const std::string_view account = TextAt(one, "accountId");
      if (!account.empty() && owner.empty()) owner = account;
    }
  }
  if (owner.empty()) owner = TextAt(root, "recipientAccountId");
  return owner == caller ? std::string() : owner;
}

}  // namespace

EventReader::Result EventReader::ReadTrail(const Value& record, Event& event) const {
  const std::optional<Value> root = record;
  const std::string_view source = TextAt(root, "eventSource");
  const std::string_view name = TextAt(root, "eventName");
  if (source.empty() || name.empty()) return Result::kUnknown;
  if (!IsAsked(source)) return Result::kOther;
  const std::optional<Value> identity = At(root, "userIdentity");
  const std::optional<Value> parameters = At(root, "requestParameters");
  const std::optional<Value> more = At(root, "additionalEventData");
  const std::optional<Value> session = At(identity, "sessionContext");
  const std::optional<Value> attributes = At(session, "attributes");
  Call& call = event.call;
  call.who = ReadIdentity(identity);
  call.source = source;
  call.name = name;
  call.region = TextAt(root, "awsRegion");
  call.model = TextAt(parameters, "modelId");
  if (call.model.empty()) call.model = TextAt(parameters, "model");
  call.resources.clear();
  if (const std::optional<Value> resources = At(root, "resources")) {
    for (const Value one : resources->elements()) {
      const std::string_view arn = TextAt(one, "ARN");
      if (!arn.empty()) call.resources.emplace_back(arn);
    }
    std::ranges::sort(call.resources);
  }
  call.owner = OwnerIn(root, call.who.account);
  call.endpoint = TextAt(root, "vpcEndpointId");
  call.invoked_by = TextAt(identity, "invokedBy");
  call.mfa = TextAt(attributes, "mfaAuthenticated");
  call.source_identity = TextAt(session, "sourceIdentity");
  call.ip = TextAt(root, "sourceIPAddress");
  call.issued = NormalTime(TextAt(attributes, "creationDate"));
  call.time = NormalTime(TextAt(root, "eventTime"));
  call.has_bearer_token =
      IsSet(more, "callWithBearerToken") || IsSet(parameters, "callWithBearerToken");
  call.has_circumstances = true;
  call.outcome = OutcomeOf(TextAt(root, "errorCode"), TextAt(root, "errorMessage"));
  SetId(source, TextAt(root, "requestID"), TextAt(root, "eventID"), event);
  return Result::kEvent;
}

EventReader::Result EventReader::ReadInvocation(const Value& record, Event& event) const {
  const std::optional<Value> root = record;
  const std::string_view name = TextAt(root, "operation");
  if (name.empty()) return Result::kUnknown;
  if (!IsAsked(kBedrock)) return Result::kOther;
  event = {};
  Call& call = event.call;
  call.who = IdentityOf(TextAt(At(root, "identity"), "arn"));
  if (call.who.account.empty()) call.who.account = TextAt(root, "accountId");
  call.source = kBedrock;
  call.name = name;
  call.has_circumstances = false;
  call.region = TextAt(root, "region");
  call.model = TextAt(root, "modelId");
  call.time = NormalTime(TextAt(root, "timestamp"));
  call.outcome = OutcomeOf(TextAt(root, "errorCode"), "");
  SetId(kBedrock, TextAt(root, "requestId"), "", event);
  return Result::kEvent;
}

}  // namespace writ::trail
