// Reading one case after the other. Policies are compiled once per text: files of cases repeat
// them, so a memo by text and kind saves most of the work.
#include "iam/policy/cases.h"

#include <algorithm>
#include <map>
#include <span>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"
#include "iam/policy/account.h"

namespace writ::policy {
namespace {

namespace json = support::json;
using json::Member;
using json::Value;

constexpr std::string_view kHeaderKey = "writCases";
constexpr std::int64_t kVersion = 1;
constexpr std::array<std::string_view, 13> kCodeNames = {
    "badJson",      "unsupportedVersion", "unknownField",
    "missingField", "badPrincipal",       "principalAccountMismatch",
    "badAction",    "badResource",        "badContext",
    "badPolicy",    "badPolicyRef",       "unknownPolicyRef",
    "invalidPolicy"};

// Bytes of policy text after which the memo is emptied.
constexpr std::size_t kMemoBytes = std::size_t{32} << 20U;

CaseError ErrorAt(CaseErrorCode code, Value where, std::string message) {
  return {code, std::move(message), where.Pointer()};
}

CaseErrorCode CodeOf(RequestErrorCode code) {
  switch (code) {
    case RequestErrorCode::kBadPrincipal:
      return CaseErrorCode::kBadPrincipal;
    case RequestErrorCode::kBadAction:
      return CaseErrorCode::kBadAction;
    case RequestErrorCode::kBadResource:
      return CaseErrorCode::kBadResource;
    case RequestErrorCode::kBadContext:
      return CaseErrorCode::kBadContext;
  }
  return CaseErrorCode::kBadJson;
}

bool IsBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

// A policy text, read and compiled for one kind, or why it is none.
struct Compiled {
  std::optional<CompiledPolicy> policy;
  std::vector<std::string> sids;
  std::optional<PolicyError> error;
};

// Statements of these kinds must name their resource; resource-based ones need not.
bool NeedsResource(Kind kind) {
  return kind == Kind::kIdentity || kind == Kind::kBoundary || kind == Kind::kSession ||
         kind == Kind::kScp;
}

Compiled Compile(Value document, Kind kind, const Switches& switches) {
  Compiled compiled;
  const auto read = ReadValue(document, kind);
  if (!read) {
    compiled.error = read.error().front();
    return compiled;
  }
  for (std::size_t i = 0; i < read->statements.size(); ++i) {
    const Statement& statement = read->statements[i];
    compiled.sids.push_back(statement.sid);
    if (!statement.resource && NeedsResource(kind)) {
      compiled.error =
          PolicyError{PolicyErrorCode::kMissingElement, 0, fmt::format("/Statement/{}", i),
                      "the statement has no Resource or NotResource"};
      return compiled;
    }
  }
  compiled.policy.emplace(*read, kind, switches);
  return compiled;
}

struct MemoKey {
  Kind kind;
  std::string text;
  bool operator==(const MemoKey&) const = default;
};
struct MemoView {
  Kind kind;
  std::string_view text;
};
struct MemoHash {
  using is_transparent = void;
  static std::size_t Mix(Kind kind, std::string_view text) {
    return std::hash<std::string_view>{}(text)*31 + static_cast<std::size_t>(kind);
  }
  std::size_t operator()(const MemoKey& key) const { return Mix(key.kind, key.text); }
  std::size_t operator()(const MemoView& key) const { return Mix(key.kind, key.text); }
};
struct MemoEqual {
  using is_transparent = void;
  bool operator()(const MemoKey& a, const MemoKey& b) const { return a == b; }
  bool operator()(const MemoView& a, const MemoKey& b) const {
    return a.kind == b.kind && a.text == b.text;
  }
  bool operator()(const MemoKey& a, const MemoView& b) const { return (*this)(b, a); }
};

// A policy of a case: what it is called and where it was compiled.
struct Attached {
  std::string_view name;  // empty: called by its place
  const Compiled* compiled = nullptr;
};

}  // namespace

struct CaseHeaders::Impl {
  // Texts of documents; a replaced one gets a new text, so that memos by text stay right.
  std::map<std::string, std::string, std::less<>> policies;
  bool is_supported = true;
};

CaseHeaders::CaseHeaders() : impl_(std::make_unique<Impl>()) {}
CaseHeaders::~CaseHeaders() = default;
CaseHeaders::CaseHeaders(CaseHeaders&&) noexcept = default;
CaseHeaders& CaseHeaders::operator=(CaseHeaders&&) noexcept = default;

struct CaseReader::Impl {
  explicit Impl(const CaseOptions& o) : options(o) {}

  CaseOptions options;
  json::Document document;
  json::Document header_policy;
  PreparedRequest request;
  CompiledSet set;
  std::array<std::vector<std::vector<Attached>>, kLayerCount> attached;
  std::unordered_map<MemoKey, std::unique_ptr<Compiled>, MemoHash, MemoEqual> memo;
  std::size_t memo_bytes = 0;

  // The fields of a case; which of them are policies decides what a duplicate key in them is.
  struct Fields {
    std::optional<Value> id, principal, principal_account, action, resource, resource_account,
        context, identity, boundaries, sessions, scps, rcps, resource_policy, vpc_endpoint,
        expected;
    std::optional<Value> ignored;

    std::optional<Value>* Slot(std::string_view key) {
      struct Name {
        std::string_view key;
        std::optional<Value> Fields::*slot;
      };
      static constexpr std::array<Name, 18> kNames = {{
          {"id", &Fields::id},
          {"principal", &Fields::principal},
          {"principalAccount", &Fields::principal_account},
          {"action", &Fields::action},
          {"resource", &Fields::resource},
          {"resourceAccount", &Fields::resource_account},
          {"context", &Fields::context},
          {"identityPolicies", &Fields::identity},
          {"permissionBoundaries", &Fields::boundaries},
          {"sessionPolicies", &Fields::sessions},
          {"scps", &Fields::scps},
          {"rcps", &Fields::rcps},
          {"resourcePolicy", &Fields::resource_policy},
          {"vpcEndpointPolicies", &Fields::vpc_endpoint},
          {"expected", &Fields::expected},
          {"tags", &Fields::ignored},
          {"note", &Fields::ignored},
          {"source", &Fields::ignored},
      }};
      for (const Name& name : kNames) {
        if (name.key == key) return &(this->*name.slot);
      }
      return key.starts_with("x-") ? &ignored : nullptr;
    }
  };

  using Failure = std::optional<CaseError>;

  void Answer(const CaseHeaders::Impl& headers, CaseAnswer& answer) {
    Fields fields;
    answer.error = ReadFields(answer, fields);
    if (!answer.error && !headers.is_supported) {
      answer.error = CaseError{CaseErrorCode::kUnsupportedVersion,
                               "a header before this case has a version that is not known", ""};
    }
    if (!answer.error) answer.error = ReadRequest(fields);
    if (!answer.error) answer.error = ReadPolicies(headers, fields);
    if (answer.error) return;
    const Explain explain = options.with_layers ? Explain::kStatements : Explain::kVerdicts;
    answer.decision = Evaluate(request, set, options.switches, explain);
    for (const StatementRef& found : answer.decision.statements) {
      answer.statements.push_back(NameStatement(found));
    }
  }

  // Id and `expected` first, so that an error result carries them too.
  Failure ReadFields(CaseAnswer& answer, Fields& fields) {
    const Value root = document.root();
    if (!root.is_object()) {
      return CaseError{CaseErrorCode::kBadJson,
                       fmt::format("a case is an object, not {}", json::Describe(root.kind())), ""};
    }
    Failure failure;
    for (const Member member : root.members()) {
      std::optional<Value>* slot = fields.Slot(member.key.text());
      if (slot != nullptr) {
        *slot = member.value;
      } else if (!failure) {
        failure = ErrorAt(CaseErrorCode::kUnknownField, member.key,
                          fmt::format("a case has no field `{}`", member.key.text()));
      }
    }
    if (fields.id && fields.id->is_string()) answer.id = fields.id->text();
    if (const Failure bad = ReadExpected(fields, answer)) return bad;
    if (fields.id && !fields.id->is_string()) {
      return ErrorAt(CaseErrorCode::kBadJson, *fields.id, "`id` is a string");
    }
    if (const Failure twice = CheckDuplicates(fields)) return twice;
    if (failure) return failure;
    for (const auto& [field, name] :
         {std::pair(fields.principal, "principal"), std::pair(fields.action, "action"),
          std::pair(fields.resource, "resource")}) {
      if (!field) {
        return CaseError{CaseErrorCode::kMissingField, fmt::format("a case needs `{}`", name), ""};
      }
    }
    return std::nullopt;
  }

  static Failure ReadExpected(const Fields& fields, CaseAnswer& answer) {
    if (!fields.expected) return std::nullopt;
    std::optional<Value> decision = fields.expected;
    if (decision->is_object()) decision = decision->Find("decision");
    if (!decision || !decision->is_string()) {
      return ErrorAt(CaseErrorCode::kBadJson, *fields.expected,
                     "`expected` is a decision, or an object with `decision`");
    }
    answer.expected = std::string(decision->text());
    return std::nullopt;
  }

  // A key given twice is an error of the part it stands in.
  [[nodiscard]] Failure CheckDuplicates(const Fields& fields) const {
    for (const json::Duplicate& found : document.duplicates()) {
      const auto is_in = [&](const std::optional<Value>& field) {
        return field && field->begin() < found.second.begin() && found.second.end() < field->end();
      };
      const auto policies = {fields.identity,    fields.boundaries, fields.sessions,
                             fields.scps,        fields.rcps,       fields.resource_policy,
                             fields.vpc_endpoint};
      const CaseErrorCode code = is_in(fields.context) ? CaseErrorCode::kBadContext
                                 : std::ranges::any_of(policies, is_in)
                                     ? CaseErrorCode::kInvalidPolicy
                                     : CaseErrorCode::kBadJson;
      return ErrorAt(code, found.second,
                     fmt::format("the key `{}` is given twice", found.second.text()));
    }
    return std::nullopt;
  }

  Failure ReadRequest(const Fields& fields) {
    request.Clear();
    const auto check = [](Value where, std::optional<RequestError> error) -> Failure {
      if (!error) return std::nullopt;
      return ErrorAt(CodeOf(error->code), where, std::move(error->message));
    };
    const auto text = [](Value value) { return value.is_string() ? value.text() : ""; };
    if (Failure bad = check(*fields.principal, request.SetPrincipal(text(*fields.principal)))) {
      return bad;
    }
    if (Failure bad = check(*fields.action, request.SetAction(text(*fields.action)))) return bad;
    if (Failure bad = check(*fields.resource, request.SetResource(text(*fields.resource)))) {
      return bad;
    }
    if (Failure bad = ReadAccounts(fields)) return bad;
    return fields.context ? ReadContext(*fields.context) : std::nullopt;
  }

  Failure ReadAccounts(const Fields& fields) {
    if (const std::optional<Value> given = fields.principal_account) {
      const std::string_view own = request.caller().account;
      if (!given->is_string() || given->text() != own || own.empty()) {
        return ErrorAt(CaseErrorCode::kPrincipalAccountMismatch, *given,
                       own.empty() ? std::string("this caller has no account")
                                   : fmt::format("the account of the principal is {}", own));
      }
    }
    if (const std::optional<Value> given = fields.resource_account) {
      if (!given->is_string() || !IsAccountId(given->text())) {
        return ErrorAt(CaseErrorCode::kBadResource, *given, "`resourceAccount` is twelve digits");
      }
      request.SetResourceAccount(given->text());
    }
    return std::nullopt;
  }

  Failure ReadContext(Value context) {
    if (!context.is_object()) {
      return ErrorAt(CaseErrorCode::kBadContext, context,
                     fmt::format("`context` is an object, not {}", json::Describe(context.kind())));
    }
    const auto is_scalar = [](Value value) {
      return value.is_string() || value.kind() == json::Kind::kNumber ||
             value.kind() == json::Kind::kBool;
    };
    for (const Member member : context.members()) {
      const Value value = member.value;
      request.BeginKey(member.key.text(), value.is_array());
      bool is_good = value.is_array() || is_scalar(value);
      if (is_scalar(value)) request.AddValue(value.text());
      for (const Value element : value.elements()) {
        is_good &= is_scalar(element);
        request.AddValue(element.text());
      }
      if (!is_good) {
        return ErrorAt(CaseErrorCode::kBadContext, value,
                       "a context key has a string or an array of strings; leave it out if absent");
      }
    }
    if (std::optional<RequestError> error = request.Finish()) {
      return ErrorAt(CaseErrorCode::kBadContext, context, std::move(error->message));
    }
    return std::nullopt;
  }

  Failure ReadPolicies(const CaseHeaders::Impl& headers, const Fields& fields) {
    set.Clear();
    for (auto& levels : attached) levels.clear();
    if (memo_bytes > kMemoBytes) {
      memo.clear();
      memo_bytes = 0;
    }
    if (Failure bad = ReadFlat(headers, fields.identity, Layer::kIdentity, Kind::kIdentity)) {
      return bad;
    }
    if (Failure bad = ReadFlat(headers, fields.boundaries, Layer::kBoundary, Kind::kBoundary)) {
      return bad;
    }
    if (Failure bad = ReadFlat(headers, fields.sessions, Layer::kSession, Kind::kSession)) {
      return bad;
    }
    if (Failure bad =
            ReadFlat(headers, fields.vpc_endpoint, Layer::kVpcEndpoint, Kind::kVpcEndpoint)) {
      return bad;
    }
    if (Failure bad = ReadLevels(headers, fields.scps, Layer::kScp, Kind::kScp)) return bad;
    if (Failure bad = ReadLevels(headers, fields.rcps, Layer::kRcp, Kind::kRcp)) return bad;
    if (fields.resource_policy) {
      auto& levels = attached[static_cast<std::size_t>(Layer::kResource)];
      levels.emplace_back();
      if (Failure bad = ReadPolicy(headers, *fields.resource_policy, Kind::kResource, levels[0])) {
        return bad;
      }
    }
    FillSet();
    return std::nullopt;
  }

  Failure ReadFlat(const CaseHeaders::Impl& headers, const std::optional<Value>& field, Layer layer,
                   Kind kind) {
    if (!field) return std::nullopt;
    auto& levels = attached[static_cast<std::size_t>(layer)];
    return ReadLevel(headers, *field, kind, levels.emplace_back());
  }

  Failure ReadLevels(const CaseHeaders::Impl& headers, const std::optional<Value>& field,
                     Layer layer, Kind kind) {
    if (!field) return std::nullopt;
    if (!field->is_array()) {
      return ErrorAt(CaseErrorCode::kBadPolicy, *field, "an array of levels is wanted here");
    }
    auto& levels = attached[static_cast<std::size_t>(layer)];
    for (const Value level : field->elements()) {
      if (Failure bad = ReadLevel(headers, level, kind, levels.emplace_back())) return bad;
    }
    return std::nullopt;
  }

  Failure ReadLevel(const CaseHeaders::Impl& headers, Value level, Kind kind,
                    std::vector<Attached>& out) {
    if (!level.is_array()) {
      return ErrorAt(CaseErrorCode::kBadPolicy, level, "an array of policies is wanted here");
    }
    for (const Value policy : level.elements()) {
      if (Failure bad = ReadPolicy(headers, policy, kind, out)) return bad;
    }
    return std::nullopt;
  }

  // A document, {"name", "document"}, or "#NAME".
  Failure ReadPolicy(const CaseHeaders::Impl& headers, Value policy, Kind kind,
                     std::vector<Attached>& out) {
    if (policy.is_string()) return ReadReference(headers, policy, kind, out);
    if (!policy.is_object()) {
      return ErrorAt(
          CaseErrorCode::kBadPolicy, policy,
          fmt::format("a policy is an object or \"#NAME\", not {}", json::Describe(policy.kind())));
    }
    if (policy.Find("Statement")) return Attach({}, policy, kind, out);
    const std::optional<Value> inner = policy.Find("document");
    const std::optional<Value> name = policy.Find("name");
    const std::size_t known = (inner ? 1U : 0U) + (name ? 1U : 0U);
    if (!inner || known != policy.size() || (name && !name->is_string())) {
      return ErrorAt(CaseErrorCode::kBadPolicy, policy,
                     "a policy is a document with `Statement`, or has `name` and `document`");
    }
    if (!inner->is_object() || !inner->Find("Statement")) {
      return ErrorAt(CaseErrorCode::kBadPolicy, *inner, "a document has `Statement`");
    }
    return Attach(name ? name->text() : std::string_view(), *inner, kind, out);
  }

  Failure ReadReference(const CaseHeaders::Impl& headers, Value reference, Kind kind,
                        std::vector<Attached>& out) {
    const std::string_view text = reference.text();
    if (text.size() < 2 || text.front() != '#') {
      return ErrorAt(CaseErrorCode::kBadPolicyRef, reference,
                     "a policy of a header is named \"#NAME\"");
    }
    const auto named = headers.policies.find(text.substr(1));
    if (named == headers.policies.end()) {
      return ErrorAt(CaseErrorCode::kUnknownPolicyRef, reference,
                     fmt::format("no header before this case has a policy `{}`", text.substr(1)));
    }
    const Compiled* compiled = Recall(named->second, kind);
    if (compiled == nullptr) {
      // The header was read as JSON before, so this cannot fail.
      if (header_policy.Read(named->second, {.duplicate_keys = json::DuplicateKeys::kRecord})) {
        return ErrorAt(CaseErrorCode::kBadPolicyRef, reference, "the policy is no JSON");
      }
      compiled = Remember(named->second, kind, header_policy);
    }
    return AttachCompiled(named->first, *compiled, reference, out);
  }

  Failure Attach(std::string_view name, Value policy, Kind kind, std::vector<Attached>& out) {
    const Compiled* compiled = Recall(policy.source(), kind);
    if (compiled == nullptr)
      compiled = Store(policy.source(), kind, Compile(policy, kind, options.switches));
    return AttachCompiled(name, *compiled, policy, out);
  }

  Failure AttachCompiled(std::string_view name, const Compiled& compiled, Value where,
                         std::vector<Attached>& out) {
    if (compiled.error) {
      CaseError error{CaseErrorCode::kInvalidPolicy, compiled.error->message, where.Pointer()};
      // Within a header's policy there is no place in this line to point at.
      if (!where.is_string()) error.path += compiled.error->path;
      return error;
    }
    out.push_back({name, &compiled});
    return std::nullopt;
  }

  const Compiled* Recall(std::string_view text, Kind kind) const {
    const auto found = memo.find(MemoView{kind, text});
    return found == memo.end() ? nullptr : found->second.get();
  }
  const Compiled* Remember(std::string_view text, Kind kind, const json::Document& read) {
    Compiled compiled;
    if (const std::vector<json::Duplicate> twice = read.duplicates(); !twice.empty()) {
      compiled.error =
          PolicyError{PolicyErrorCode::kDuplicateKey, twice[0].second.begin(), "",
                      fmt::format("the key `{}` is given twice", twice[0].second.text())};
    } else {
      compiled = Compile(read.root(), kind, options.switches);
    }
    return Store(text, kind, std::move(compiled));
  }
  const Compiled* Store(std::string_view text, Kind kind, Compiled compiled) {
    memo_bytes += text.size();
    auto stored = std::make_unique<Compiled>(std::move(compiled));
    const Compiled* result = stored.get();
    memo.emplace(MemoKey{kind, std::string(text)}, std::move(stored));
    return result;
  }

  void FillSet() {
    const auto levels = [&](Layer layer) -> const std::vector<std::vector<Attached>>& {
      return attached[static_cast<std::size_t>(layer)];
    };
    const auto fill = [](std::span<const Attached> from, std::vector<const CompiledPolicy*>& to) {
      for (const Attached& one : from) to.push_back(&*one.compiled->policy);
    };
    const auto flat = [&](Layer layer, std::vector<const CompiledPolicy*>& to) {
      for (const auto& level : levels(layer)) fill(level, to);
    };
    flat(Layer::kIdentity, set.identity);
    flat(Layer::kBoundary, set.boundaries);
    flat(Layer::kSession, set.sessions);
    flat(Layer::kVpcEndpoint, set.vpc_endpoint);
    for (const auto& level : levels(Layer::kScp)) fill(level, set.scps.emplace_back());
    for (const auto& level : levels(Layer::kRcp)) fill(level, set.rcps.emplace_back());
    for (const auto& level : levels(Layer::kResource)) {
      for (const Attached& one : level) set.resource = &*one.compiled->policy;
    }
  }

  [[nodiscard]] CaseStatement NameStatement(const StatementRef& found) const {
    const Attached& policy =
        attached[static_cast<std::size_t>(found.layer)][found.level][found.policy];
    return {found.layer, policy.name.empty() ? PlaceName(found) : std::string(policy.name),
            found.statement, policy.compiled->sids[found.statement], found.effect};
  }
  static std::string PlaceName(const StatementRef& found) {
    switch (found.layer) {
      case Layer::kIdentity:
        return fmt::format("identityPolicies[{}]", found.policy);
      case Layer::kBoundary:
        return fmt::format("permissionBoundaries[{}]", found.policy);
      case Layer::kRcp:
        return fmt::format("rcps[{}][{}]", found.level, found.policy);
      case Layer::kResource:
        return "resourcePolicy";
      case Layer::kScp:
        return fmt::format("scps[{}][{}]", found.level, found.policy);
      case Layer::kSession:
        return fmt::format("sessionPolicies[{}]", found.policy);
      case Layer::kVpcEndpoint:
        return fmt::format("vpcEndpointPolicies[{}]", found.policy);
    }
    return {};
  }

  // A header that is wrong itself yields an error; one of another version is refused with the cases
  // after it.
  Failure ReadHeader(CaseHeaders::Impl& headers) const {
    const Value root = document.root();
    if (root.Find(kHeaderKey)->AsInteger() != kVersion) {
      headers.is_supported = false;
      return std::nullopt;
    }
    if (const auto twice = document.duplicates();
        !twice.empty() && !twice[0].second.Pointer().starts_with("/policies/")) {
      return ErrorAt(CaseErrorCode::kBadJson, twice[0].second,
                     fmt::format("the key `{}` is given twice", twice[0].second.text()));
    }
    for (const Member member : root.members()) {
      const std::string_view key = member.key.text();
      if (key != kHeaderKey && key != "policies" && !key.starts_with("x-")) {
        return ErrorAt(CaseErrorCode::kUnknownField, member.key,
                       fmt::format("a header has no field `{}`", key));
      }
    }
    const std::optional<Value> policies = root.Find("policies");
    if (!policies) return std::nullopt;
    if (!policies->is_object()) {
      return ErrorAt(CaseErrorCode::kBadPolicy, *policies, "`policies` is an object of documents");
    }
    for (const Member policy : policies->members()) {
      if (!policy.value.is_object() || !policy.value.Find("Statement")) {
        return ErrorAt(CaseErrorCode::kBadPolicy, policy.value, "a document has `Statement`");
      }
    }
    for (const Member policy : policies->members()) {
      headers.policies.insert_or_assign(std::string(policy.key.text()),
                                        std::string(policy.value.source()));
    }
    return std::nullopt;
  }

  // Reads the line as JSON; the answer has an error if that failed.
  CaseAnswer Begin(std::string_view line, std::size_t number) {
    CaseAnswer answer;
    answer.id = fmt::format("line:{}", number);
    const json::Limits limits{.bytes = kMaxCaseBytes,
                              .duplicate_keys = json::DuplicateKeys::kRecord};
    if (std::optional<json::Error> error = document.Read(line, limits)) {
      answer.error = CaseError{CaseErrorCode::kBadJson,
                               fmt::format("{} (byte {})", error->message, error->offset), ""};
    }
    return answer;
  }
};

CaseReader::CaseReader(const CaseOptions& options) : impl_(std::make_unique<Impl>(options)) {}
CaseReader::~CaseReader() = default;
CaseReader::CaseReader(CaseReader&&) noexcept = default;
CaseReader& CaseReader::operator=(CaseReader&&) noexcept = default;

bool CaseReader::MayBeHeader(std::string_view line) {
  // The key may be written with escapes.
  return line.find(kHeaderKey) != line.npos || line.find("\\u") != line.npos;
}

std::optional<CaseAnswer> CaseReader::Answer(std::string_view line, std::size_t number,
                                             CaseHeaders& headers) {
  if (IsBlank(line)) return std::nullopt;
  CaseAnswer answer = impl_->Begin(line, number);
  if (answer.error) return answer;
  const Value root = impl_->document.root();
  if (root.is_object() && root.Find(kHeaderKey)) {
    answer.error = impl_->ReadHeader(*headers.impl_);
    if (!answer.error) return std::nullopt;
    return answer;
  }
  impl_->Answer(*headers.impl_, answer);
  return answer;
}

std::optional<CaseAnswer> CaseReader::Answer(std::string_view line, std::size_t number,
                                             const CaseHeaders& headers) {
  if (IsBlank(line)) return std::nullopt;
  CaseAnswer answer = impl_->Begin(line, number);
  if (!answer.error) impl_->Answer(*headers.impl_, answer);
  return answer;
}

std::string_view CodeName(CaseErrorCode code) { return kCodeNames[static_cast<std::size_t>(code)]; }

std::string_view CaseAnswer::decision_name() const {
  return error ? "error" : VerdictName(decision.verdict);
}

}  // namespace writ::policy
