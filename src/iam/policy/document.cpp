// Reading, writing and counting of policy documents. The reader goes on after an error, so that a
// person sees all of them; a document with errors is never returned.
#include "iam/policy/document.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/nearest.h"

namespace writ::policy {
namespace {

namespace json = support::json;
using json::Member;
using json::Value;

constexpr std::array<std::string_view, 8> kKindNames = {
    "identity", "scp", "rcp", "resource", "vpcEndpoint", "boundary", "session", "trust"};
constexpr std::array<std::string_view, 5> kTypeNames = {"*", "AWS", "Service", "Federated",
                                                        "CanonicalUser"};
constexpr std::array<std::string_view, 10> kCodeNames = {
    "badJson",        "duplicateKey",        "wrongType",         "unknownElement",
    "missingElement", "conflictingElements", "prohibitedElement", "emptyList",
    "badValue",       "unknownOperator"};
constexpr std::string_view kVersion2008 = "2008-10-17";
constexpr std::string_view kVersion2012 = "2012-10-17";

// Whether principals are given in the document; in all other kinds the attachment says who is
// meant.
bool NamesPrincipals(Kind kind) {
  return kind == Kind::kResource || kind == Kind::kTrust || kind == Kind::kVpcEndpoint ||
         kind == Kind::kRcp;
}

// "; did you mean `Statement`?", or nothing.
std::string NearName(std::string_view word, std::span<const std::string_view> names) {
  const std::vector<std::string> near = support::Nearest(word, names, 1);
  return near.empty() ? "" : fmt::format("; did you mean `{}`?", near.front());
}

// With what stands before and after a misspelt name of an operator, which may be right.
std::string NearOperator(std::string_view word) {
  // `Null` is spelt right and takes neither: another operator is not what was meant.
  if (FoldCase(word).find("null") != std::string::npos) return {};
  std::vector<std::string> names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(BaseOperator::kNull); ++i) {
    const auto base = static_cast<BaseOperator>(i);
    for (const SetQualifier set :
         {SetQualifier::kNone, SetQualifier::kForAllValues, SetQualifier::kForAnyValue}) {
      for (const bool if_exists : {false, true}) {
        const bool is_plain = set == SetQualifier::kNone && !if_exists;
        if (base == BaseOperator::kNull && !is_plain) continue;
        names.push_back(OperatorName({set, base, if_exists}));
      }
    }
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  return NearName(word, views);
}

constexpr std::array<std::string_view, 3> kDocumentElements = {"Version", "Id", "Statement"};
constexpr std::array<std::string_view, 9> kStatementElements = {
    "Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
    "NotAction", "Resource", "NotResource", "Condition"};

bool IsWildcardFree(std::string_view text) { return text.find_first_of("*?") == text.npos; }

// "*" or "service:Name" with wildcards in the name. `*:*` stands for every action in documents that
// AWS has accepted, though the page allows no wildcard in the service.
// Source: IAM User Guide, "IAM JSON policy elements: Action" (read 2026-11-22).
bool IsActionForm(std::string_view text) {
  if (text == "*" || text == "*:*") return true;
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return std::ranges::all_of(text.substr(0, colon),
                             [&](char c) { return is_word(c) || c == '-'; }) &&
         std::ranges::all_of(text.substr(colon + 1),
                             [&](char c) { return is_word(c) || c == '*' || c == '?'; });
}

// IAM User Guide, "AWS JSON policy elements: Principal": a wildcard stands alone or not at all
// (read 2026-11-22). Access Analyzer reports UNSUPPORTED_WILDCARD_IN_PRINCIPAL.
bool IsPrincipalForm(const Principal& principal) {
  return principal.type != PrincipalType::kAws || principal.value == "*" ||
         IsWildcardFree(principal.value);
}

bool IsResourceForm(std::string_view text) {
  return text.starts_with("arn:") || !IsWildcardFree(text) || text.find("${") != text.npos;
}

// Text of a document as a message shows it: line breaks and the like as JSON writes them.
std::string InOneLine(std::string_view text) {
  json::Writer writer(json::Style::kMinified);
  writer.String(text);
  const std::string quoted = writer.Take();
  std::string line;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    const bool is_escaped_mark =
        quoted[i] == '\\' && (quoted[i + 1] == '"' || quoted[i + 1] == '\\');
    if (is_escaped_mark) ++i;
    line += quoted[i];
  }
  return line;
}

class DocumentReader {
 public:
  DocumentReader(Value root, Kind kind, Demand demand, DocumentPlaces* places)
      : root_(root), kind_(kind), demand_(demand), places_(places) {}

  PolicyDocument Run() {
    PolicyDocument document;
    document.version = Version::kNone;
    if (!root_.is_object()) {
      Fail(root_, PolicyErrorCode::kWrongType,
           fmt::format("a policy document is an object, not {}", json::Describe(root_.kind())));
      return document;
    }
    if (places_ != nullptr) places_->document = PlaceOf(root_);
    bool has_statement = false;
    for (const Member member : root_.members()) {
      const std::string_view key = member.key.text();
      if (key == "Version") {
        ReadVersion(member.value, document);
      } else if (key == "Id") {
        document.id = ReadString(member.value, "Id");
      } else if (key == "Statement") {
        has_statement = true;
        ReadStatements(member.value, document);
      } else {
        Fail(
            member.key, PolicyErrorCode::kUnknownElement,
            fmt::format("a policy document has no element `{}`; it has Version, Id and Statement{}",
                        key, NearName(key, kDocumentElements)));
      }
    }
    if (!has_statement) {
      Fail(root_, PolicyErrorCode::kMissingElement, "the document has no Statement");
    }
    if (IsStrict()) {
      CheckVersion(document);
      CheckSids();
    }
    return document;
  }

  PolicyErrors TakeErrors() { return std::move(errors_); }

 private:
  [[nodiscard]] bool IsStrict() const { return demand_ == Demand::kAsCreated; }

  void Fail(Value where, PolicyErrorCode code, std::string message) {
    if (errors_.size() >= kMaxPolicyErrors) return;
    errors_.push_back(
        {code, where.begin(), where.Pointer().substr(root_.Pointer().size()), std::move(message)});
  }

  static Place PlaceOf(Value value) { return {value.begin(), value.end()}; }

  std::string ReadString(Value value, std::string_view element) {
    if (value.is_string()) return std::string(value.text());
    Fail(value, PolicyErrorCode::kWrongType,
         fmt::format("{} is a string, not {}", element, json::Describe(value.kind())));
    return {};
  }

  void ReadVersion(Value value, PolicyDocument& document) {
    const std::string text = ReadString(value, "Version");
    if (text == kVersion2012) {
      document.version = Version::k2012;
    } else if (text == kVersion2008) {
      document.version = Version::k2008;
    } else if (value.is_string()) {
      Fail(
          value, PolicyErrorCode::kBadValue,
          fmt::format("Version is \"{}\" or \"{}\", not \"{}\"", kVersion2012, kVersion2008, text));
    }
  }

  void ReadStatements(Value value, PolicyDocument& document) {
    if (value.is_object()) {
      ReadStatement(value, document);
    } else if (value.is_array()) {
      document.statements.reserve(value.size());
      for (const Value element : value.elements()) ReadStatement(element, document);
    } else {
      Fail(value, PolicyErrorCode::kWrongType,
           fmt::format("Statement is an object or an array of objects, not {}",
                       json::Describe(value.kind())));
    }
  }

  // The elements of one statement as found; reading them in a fixed order comes after.
  struct Elements {
    std::optional<Member> sid;
    std::optional<Member> effect;
    std::optional<Member> principal;
    std::optional<Member> not_principal;
    std::optional<Member> action;
    std::optional<Member> not_action;
    std::optional<Member> resource;
    std::optional<Member> not_resource;
    std::optional<Member> condition;

    std::optional<Member>* Slot(std::string_view key) {
      if (key == "Sid") return &sid;
      if (key == "Effect") return &effect;
      if (key == "Action") return &action;
      if (key == "Resource") return &resource;
      if (key == "Condition") return &condition;
      if (key == "Principal") return &principal;
      if (key == "NotAction") return &not_action;
      if (key == "NotResource") return &not_resource;
      if (key == "NotPrincipal") return &not_principal;
      return nullptr;
    }
  };

  void ReadStatement(Value value, PolicyDocument& document) {
    if (!value.is_object()) {
      Fail(value, PolicyErrorCode::kWrongType,
           fmt::format("a statement is an object, not {}", json::Describe(value.kind())));
      return;
    }
    Elements found;
    for (const Member member : value.members()) {
      if (std::optional<Member>* slot = found.Slot(member.key.text())) {
        *slot = member;
      } else {
        Fail(member.key, PolicyErrorCode::kUnknownElement,
             fmt::format("a statement has no element `{}`{}", member.key.text(),
                         NearName(member.key.text(), kStatementElements)));
      }
    }
    Statement& statement = document.statements.emplace_back();
    StatementPlaces* places = nullptr;
    if (places_ != nullptr) {
      places = &places_->statements.emplace_back();
      places->statement = PlaceOf(value);
    }
    if (found.sid) {
      statement.sid = ReadString(found.sid->value, "Sid");
      if (!statement.sid.empty()) sids_.push_back(found.sid->value);
      if (places != nullptr) places->sid = PlaceOf(found.sid->value);
    }
    ReadEffect(value, found, statement, places);
    ReadPrincipals(value, found, statement, places);
    ReadActions(value, found, statement, places);
    ReadResources(value, found, statement, places);
    if (found.condition) ReadConditions(found.condition->value, statement, places);
    if (IsStrict() && kind_ == Kind::kRcp) CheckRcp(value, statement);
  }

  void ReadEffect(Value value, const Elements& found, Statement& statement,
                  StatementPlaces* places) {
    if (!found.effect) {
      Fail(value, PolicyErrorCode::kMissingElement, "the statement has no Effect");
      return;
    }
    const Value effect = found.effect->value;
    if (places != nullptr) places->effect = PlaceOf(effect);
    const std::string text = ReadString(effect, "Effect");
    if (text == "Deny") {
      statement.effect = Effect::kDeny;
    } else if (text != "Allow" && effect.is_string()) {
      Fail(effect, PolicyErrorCode::kBadValue,
           fmt::format("Effect is \"Allow\" or \"Deny\", not \"{}\"", text));
    }
  }

  // The one of an element and its Not form that is there. Both is an error.
  std::optional<Member> One(const std::optional<Member>& listed,
                            const std::optional<Member>& all_but) {
    if (listed && all_but) {
      const Value second = listed->key.begin() < all_but->key.begin() ? all_but->key : listed->key;
      Fail(second, PolicyErrorCode::kConflictingElements,
           fmt::format("a statement has either {} or {}, not both", listed->key.text(),
                       all_but->key.text()));
    }
    return listed ? listed : all_but;
  }

  void ReadActions(Value value, const Elements& found, Statement& statement,
                   StatementPlaces* places) {
    const std::optional<Member> action = One(found.action, found.not_action);
    if (!action) {
      Fail(value, PolicyErrorCode::kMissingElement, "the statement has no Action or NotAction");
      return;
    }
    statement.action.sense = found.action ? Sense::kListed : Sense::kAllBut;
    ReadList(*action, statement.action.values, places != nullptr ? &places->actions : nullptr);
    if (places != nullptr) places->action = PlaceOf(action->value);
    if (!IsStrict()) return;
    ForEachString(action->value, [&](Value element) {
      if (!IsActionForm(element.text())) {
        Fail(element, PolicyErrorCode::kBadValue,
             fmt::format("`{}` is no action: it is `*` or `service:Name`, with wildcards in the "
                         "name only",
                         InOneLine(element.text())));
      }
    });
  }

  void ReadResources(Value value, const Elements& found, Statement& statement,
                     StatementPlaces* places) {
    const std::optional<Member> resource = One(found.resource, found.not_resource);
    if (!resource) {
      // IAM User Guide, "Policies and permissions": required unless the policy is resource-based.
      if (IsStrict() && kind_ != Kind::kResource && kind_ != Kind::kTrust) {
        Fail(value, PolicyErrorCode::kMissingElement,
             "the statement has no Resource or NotResource");
      }
      return;
    }
    if (IsStrict() && kind_ == Kind::kTrust) {
      Fail(resource->key, PolicyErrorCode::kProhibitedElement,
           fmt::format("a trust policy has no {}: the resource is the role itself",
                       resource->key.text()));
    }
    Patterns& patterns = statement.resource.emplace();
    patterns.sense = found.resource ? Sense::kListed : Sense::kAllBut;
    ReadList(*resource, patterns.values, places != nullptr ? &places->resources : nullptr);
    if (places != nullptr) places->resource = PlaceOf(resource->value);
    if (!IsStrict()) return;
    ForEachString(resource->value, [&](Value element) {
      if (!IsResourceForm(element.text())) {
        Fail(element, PolicyErrorCode::kBadValue,
             fmt::format("`{}` is no resource: it is an ARN or `*`", InOneLine(element.text())));
      }
    });
  }

  template <class Visit>
  static void ForEachString(Value value, Visit visit) {
    if (value.is_string()) visit(value);
    for (const Value element : value.elements()) {
      if (element.is_string()) visit(element);
    }
  }

  // A string or a list of strings, at least one.
  void ReadList(const Member& member, std::vector<std::string>& out, std::vector<Place>* places) {
    const Value value = member.value;
    const auto add = [&](Value element) {
      if (!element.is_string()) {
        Fail(element, PolicyErrorCode::kWrongType,
             fmt::format("{} holds strings, not {}", member.key.text(),
                         json::Describe(element.kind())));
      } else if (element.text().empty()) {
        Fail(element, PolicyErrorCode::kBadValue,
             fmt::format("{} holds an empty string", member.key.text()));
      } else {
        out.emplace_back(element.text());
        if (places != nullptr) places->push_back(PlaceOf(element));
      }
    };
    if (!value.is_array()) {
      add(value);
      return;
    }
    if (value.size() == 0) {
      Fail(value, PolicyErrorCode::kEmptyList,
           fmt::format("{} is an empty list", member.key.text()));
    }
    out.reserve(value.size());
    for (const Value element : value.elements()) add(element);
  }

  void ReadPrincipals(Value value, const Elements& found, Statement& statement,
                      StatementPlaces* places) {
    const std::optional<Member> principal = One(found.principal, found.not_principal);
    if (IsStrict() && NamesPrincipals(kind_) != principal.has_value()) {
      if (principal) {
        Fail(principal->key, PolicyErrorCode::kProhibitedElement,
             fmt::format("{} stands only in policies of resources, endpoints and trust",
                         principal->key.text()));
      } else {
        Fail(value, PolicyErrorCode::kMissingElement, "the statement has no Principal");
      }
    }
    if (!principal) return;
    Principals& principals = statement.principal.emplace();
    principals.sense = found.principal ? Sense::kListed : Sense::kAllBut;
    if (places != nullptr) places->principal = PlaceOf(principal->value);
    std::vector<std::pair<Principal, Place>> read;
    if (principal->value.is_object()) {
      ReadPrincipalMap(*principal, read);
    } else if (principal->value.is_string() && principal->value.text() == "*") {
      read.emplace_back(Principal{}, PlaceOf(principal->value));
    } else {
      Fail(principal->value, PolicyErrorCode::kWrongType,
           fmt::format("{} is \"*\" or an object such as {{\"AWS\": \"...\"}}",
                       principal->key.text()));
    }
    if (IsStrict()) CheckPrincipals(*principal, read);
    std::ranges::stable_sort(read, {}, [](const auto& entry) { return entry.first.type; });
    principals.values.reserve(read.size());
    for (auto& [one, place] : read) {
      principals.values.push_back(std::move(one));
      if (places != nullptr) places->principals.push_back(place);
    }
  }

  void CheckPrincipals(const Member& principal,
                       const std::vector<std::pair<Principal, Place>>& read) {
    // Access Analyzer reports ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL.
    if (kind_ == Kind::kTrust && principal.key.text() == "NotPrincipal") {
      Fail(principal.key, PolicyErrorCode::kProhibitedElement,
           "a trust policy has no NotPrincipal");
    }
    for (const auto& [one, place] : read) {
      if (IsPrincipalForm(one)) continue;
      Fail(principal.value, PolicyErrorCode::kBadValue,
           fmt::format("`{}` is no principal: a wildcard stands for everyone or not at all",
                       InOneLine(one.value)));
    }
  }

  void ReadPrincipalMap(const Member& principal, std::vector<std::pair<Principal, Place>>& out) {
    if (principal.value.size() == 0) {
      Fail(principal.value, PolicyErrorCode::kEmptyList,
           fmt::format("{} names nobody", principal.key.text()));
    }
    for (const Member entry : principal.value.members()) {
      const auto* const name =
          std::find(kTypeNames.begin() + 1, kTypeNames.end(), entry.key.text());
      if (name == kTypeNames.end()) {
        Fail(
            entry.key, PolicyErrorCode::kUnknownElement,
            fmt::format("there is no kind of principal `{}`; there are AWS, Service, Federated and "
                        "CanonicalUser",
                        entry.key.text()));
        continue;
      }
      std::vector<std::string> values;
      std::vector<Place> value_places;
      ReadList(entry, values, &value_places);
      for (std::size_t i = 0; i < values.size(); ++i) {
        out.emplace_back(
            Principal{static_cast<PrincipalType>(name - kTypeNames.begin()), std::move(values[i])},
            value_places[i]);
      }
    }
  }

  void ReadConditions(Value value, Statement& statement, StatementPlaces* places) {
    if (!value.is_object()) {
      Fail(value, PolicyErrorCode::kWrongType,
           fmt::format("Condition is an object, not {}", json::Describe(value.kind())));
      return;
    }
    keys_.clear();
    for (const Member entry : value.members()) {
      const std::optional<Operator> op = ParseOperator(entry.key.text());
      if (!op) {
        Fail(entry.key, PolicyErrorCode::kUnknownOperator,
             fmt::format("there is no condition operator `{}`{}", entry.key.text(),
                         NearOperator(entry.key.text())));
        continue;
      }
      if (!entry.value.is_object()) {
        Fail(entry.value, PolicyErrorCode::kWrongType,
             fmt::format("{} holds an object of keys and values, not {}", entry.key.text(),
                         json::Describe(entry.value.kind())));
        continue;
      }
      for (const Member pair : entry.value.members()) ReadCondition(*op, pair, statement, places);
    }
  }

  void ReadCondition(const Operator& op, const Member& pair, Statement& statement,
                     StatementPlaces* places) {
    const std::string_view key = pair.key.text();
    if (key.empty()) {
      Fail(pair.key, PolicyErrorCode::kBadValue, "a condition key has no name");
      return;
    }
    const bool is_repeated = !keys_.emplace(op, FoldCase(key)).second;
    if (is_repeated) {
      Fail(
          pair.key, PolicyErrorCode::kDuplicateKey,
          fmt::format("{} has the key `{}` already (case does not matter)", OperatorName(op), key));
      return;
    }
    Condition condition{op, std::string(key), {}};
    const auto add = [&](Value element) { AddConditionValue(pair, element, condition); };
    if (pair.value.is_array()) {
      if (pair.value.size() == 0) {
        Fail(pair.value, PolicyErrorCode::kEmptyList, fmt::format("`{}` has no values", key));
      }
      condition.values.reserve(pair.value.size());
      for (const Value element : pair.value.elements()) add(element);
    } else {
      add(pair.value);
    }
    statement.conditions.push_back(std::move(condition));
    if (places != nullptr) places->conditions.push_back({pair.key.begin(), pair.value.end()});
  }

  // Numbers and booleans stand for their text, as AWS reads them.
  void AddConditionValue(const Member& pair, Value element, Condition& condition) {
    switch (element.kind()) {
      case json::Kind::kString:
      case json::Kind::kNumber:
      case json::Kind::kBool:
        break;
      case json::Kind::kNull:
      case json::Kind::kArray:
      case json::Kind::kObject:
        Fail(element, PolicyErrorCode::kWrongType,
             fmt::format("`{}` holds strings, not {}", pair.key.text(),
                         json::Describe(element.kind())));
        return;
    }
    const std::string_view text = element.text();
    if (condition.op.base == BaseOperator::kNull && !EqualIgnoringCase(text, "true") &&
        !EqualIgnoringCase(text, "false")) {
      Fail(element, PolicyErrorCode::kBadValue,
           fmt::format("Null asks for \"true\" or \"false\", not \"{}\"", text));
      return;
    }
    condition.values.emplace_back(text);
  }

  // Organizations demands a Version; elsewhere a document without one is read as of 2008.
  // Source: Organizations User Guide, "SCP syntax" and "RCP syntax" (read 2026-11-22).
  void CheckVersion(const PolicyDocument& document) {
    const bool needs_version = kind_ == Kind::kScp || kind_ == Kind::kRcp;
    if (!needs_version || document.version != Version::kNone || root_.Find("Version")) return;
    Fail(root_, PolicyErrorCode::kMissingElement,
         fmt::format("the document has no Version, which {} needs",
                     kind_ == Kind::kScp ? "an SCP" : "an RCP"));
  }

  // Organizations User Guide, "Resource control policies (RCPs)", syntax (read 2026-11-22).
  void CheckRcp(Value value, const Statement& statement) {
    const auto prohibit = [&](bool is_wrong, std::string_view what) {
      if (is_wrong) Fail(value, PolicyErrorCode::kProhibitedElement, std::string(what));
    };
    const bool is_everyone = statement.principal && statement.principal->sense == Sense::kListed &&
                             statement.principal->values.size() == 1 &&
                             statement.principal->values[0].type == PrincipalType::kEveryone;
    prohibit(statement.principal && !is_everyone, "an RCP has \"Principal\": \"*\" and no other");
    prohibit(statement.action.sense == Sense::kAllBut, "an RCP has no NotAction");
    if (statement.effect == Effect::kAllow) {
      const std::optional<Value> all = root_.Find("Statement");
      const bool is_alone = !all || !all->is_array() || all->size() == 1;
      prohibit(!(is_alone && statement.action.values == std::vector<std::string>{"*"} &&
                 statement.resource && *statement.resource == Patterns{Sense::kListed, {"*"}} &&
                 statement.conditions.empty()),
               "an RCP only denies; the one Allow is that of RCPFullAWSAccess");
    } else {
      const auto names_no_service = [](const std::string& action) {
        return action == "*" || action.starts_with("*:");
      };
      prohibit(std::ranges::any_of(statement.action.values, names_no_service),
               "an RCP names the service of each action; `*` alone is not allowed");
    }
  }

  // IAM and Organizations refuse Sids of other characters and repeated ones; S3 and others are more
  // liberal. Source: IAM User Guide, "IAM JSON policy elements: Sid" (read 2026-11-22).
  void CheckSids() {
    if (kind_ == Kind::kResource || kind_ == Kind::kVpcEndpoint) return;
    for (const Value sid : sids_) {
      const bool is_word = std::ranges::all_of(sid.text(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      });
      if (!is_word) {
        Fail(sid, PolicyErrorCode::kBadValue,
             fmt::format("the Sid `{}` has characters other than A-Z, a-z and 0-9",
                         InOneLine(sid.text())));
      }
    }
    std::ranges::stable_sort(sids_, {}, [](Value sid) { return sid.text(); });
    for (std::size_t i = 1; i < sids_.size(); ++i) {
      if (sids_[i].text() == sids_[i - 1].text()) {
        Fail(sids_[i], PolicyErrorCode::kDuplicateKey,
             fmt::format("another statement has the Sid `{}` already", sids_[i].text()));
      }
    }
  }

  Value root_;
  Kind kind_;
  Demand demand_;
  DocumentPlaces* places_;
  std::vector<Value> sids_;
  std::set<std::pair<Operator, std::string>> keys_;  // of the conditions read, folded
  PolicyErrors errors_;
};

support::Result<PlacedDocument, PolicyErrors> ReadText(std::string_view text, Kind kind,
                                                       Demand demand, bool with_places) {
  json::Document parsed;
  if (const std::optional<json::Error> error = parsed.Read(text, {.bytes = kMaxPolicyBytes})) {
    const PolicyErrorCode code = error->code == json::ErrorCode::kDuplicateKey
                                     ? PolicyErrorCode::kDuplicateKey
                                     : PolicyErrorCode::kBadJson;
    std::string message = error->message;
    if (error->other_offset) message += fmt::format("; first at byte {}", *error->other_offset);
    return PolicyErrors{{code, error->offset, "", std::move(message)}};
  }
  PlacedDocument placed;
  DocumentReader reader(parsed.root(), kind, demand, with_places ? &placed.places : nullptr);
  placed.document = reader.Run();
  if (PolicyErrors errors = reader.TakeErrors(); !errors.empty()) return errors;
  return placed;
}

void WriteList(json::Writer& out, const std::vector<std::string>& values) {
  if (values.size() == 1) {
    out.String(values.front());
    return;
  }
  out.BeginArray();
  for (const std::string& value : values) out.String(value);
  out.EndArray();
}

void WritePrincipals(json::Writer& out, const Principals& principals) {
  out.Key(principals.sense == Sense::kListed ? "Principal" : "NotPrincipal");
  const auto is_everyone = [](const Principal& one) {
    return one.type == PrincipalType::kEveryone;
  };
  if (!principals.values.empty() && std::ranges::all_of(principals.values, is_everyone)) {
    out.String("*");
    return;
  }
  out.BeginObject();
  for (std::size_t type = 1; type < kTypeNames.size(); ++type) {
    std::vector<std::string> values;
    for (const Principal& one : principals.values) {
      // A "*" beside others has no bare form; as an AWS principal it means the same.
      const PrincipalType written = is_everyone(one) ? PrincipalType::kAws : one.type;
      if (static_cast<std::size_t>(written) == type) values.push_back(one.value);
    }
    if (values.empty()) continue;
    out.Key(kTypeNames[type]);
    WriteList(out, values);
  }
  out.EndObject();
}

// Conditions of one operator together, operators in the order in which they come first.
void WriteConditions(json::Writer& out, const std::vector<Condition>& conditions) {
  std::vector<Operator> operators;  // there are some hundred at most
  std::set<std::pair<Operator, std::string>> keys;
  for (const Condition& condition : conditions) {
    if (std::ranges::find(operators, condition.op) == operators.end()) {
      operators.push_back(condition.op);
    }
    WRIT_CHECK(keys.emplace(condition.op, FoldCase(condition.key)).second,
               "an operator has a key once in a statement");
  }
  out.Key("Condition");
  out.BeginObject();
  for (const Operator& op : operators) {
    out.Key(OperatorName(op));
    out.BeginObject();
    for (const Condition& condition : conditions) {
      if (condition.op != op) continue;
      out.Key(condition.key);
      WriteList(out, condition.values);
    }
    out.EndObject();
  }
  out.EndObject();
}

void WriteStatement(json::Writer& out, const Statement& statement) {
  out.BeginObject();
  if (!statement.sid.empty()) {
    out.Key("Sid");
    out.String(statement.sid);
  }
  out.Key("Effect");
  out.String(EffectName(statement.effect));
  if (statement.principal) WritePrincipals(out, *statement.principal);
  out.Key(statement.action.sense == Sense::kListed ? "Action" : "NotAction");
  WriteList(out, statement.action.values);
  if (statement.resource) {
    out.Key(statement.resource->sense == Sense::kListed ? "Resource" : "NotResource");
    WriteList(out, statement.resource->values);
  }
  if (!statement.conditions.empty()) WriteConditions(out, statement.conditions);
  out.EndObject();
}

}  // namespace

std::string_view CodeName(PolicyErrorCode code) {
  return kCodeNames[static_cast<std::size_t>(code)];
}
std::string_view KindName(Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }
std::string_view EffectName(Effect effect) { return effect == Effect::kAllow ? "Allow" : "Deny"; }
std::string_view TypeName(PrincipalType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

support::Result<PolicyDocument, PolicyErrors> Read(std::string_view json, Kind kind,
                                                   Demand demand) {
  support::Result<PlacedDocument, PolicyErrors> read = ReadText(json, kind, demand, false);
  if (!read) return read.error();
  return std::move(read->document);
}

support::Result<PlacedDocument, PolicyErrors> ReadPlaced(std::string_view json, Kind kind,
                                                         Demand demand) {
  return ReadText(json, kind, demand, true);
}

support::Result<PolicyDocument, PolicyErrors> ReadValue(const Value& value, Kind kind,
                                                        Demand demand) {
  DocumentReader reader(value, kind, demand, nullptr);
  PolicyDocument document = reader.Run();
  if (PolicyErrors errors = reader.TakeErrors(); !errors.empty()) return errors;
  return document;
}

std::string Write(const PolicyDocument& document, Style style) {
  json::Writer out(style);
  out.BeginObject();
  if (document.version != Version::kNone) {
    out.Key("Version");
    out.String(document.version == Version::k2012 ? kVersion2012 : kVersion2008);
  }
  if (!document.id.empty()) {
    out.Key("Id");
    out.String(document.id);
  }
  out.Key("Statement");
  out.BeginArray();
  for (const Statement& statement : document.statements) WriteStatement(out, statement);
  out.EndArray();
  out.EndObject();
  return out.Take();
}

std::size_t CountCharacters(std::string_view text, Kind kind) {
  const bool counts_space =
      kind != Kind::kIdentity && kind != Kind::kBoundary && kind != Kind::kTrust;
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) continue;  // goes on with a code point
    const bool is_space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!is_space || in_string || counts_space) ++count;
    if (c == '"') {
      in_string = !in_string;
    } else if (c == '\\' && in_string && i + 1 < text.size()) {
      ++i;  // an escaped character cannot end the string
      ++count;
    }
  }
  return count;
}

}  // namespace writ::policy
