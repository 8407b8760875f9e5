#include "iam/decide/smt.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "iam/policy/account.h"
#include "iam/policy/pattern.h"
#include "iam/policy/values.h"

namespace writ::decide {
namespace {

using policy::BaseOperator;
using policy::Condition;
using policy::Kind;
using policy::OperatorFamily;
using policy::PolicyDocument;
using policy::SetQualifier;
using policy::Statement;

constexpr std::size_t kMostListed = 4;  // values of a list
constexpr std::size_t kSegments = 6;

// ---- Terms

std::string Literal(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    std::size_t size = 1;
    if (byte >= 0xF0U)
      size = 4;
    else if (byte >= 0xE0U)
      size = 3;
    else if (byte >= 0xC0U)
      size = 2;
    std::uint32_t point = byte;
    if (size > 1) {
      point = byte & (0x7FU >> size);
      for (std::size_t k = 1; k < size && i + k < text.size(); ++k) {
        point = (point << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
      }
    }
    i += size;
    if (point == '"') {
      out += "\"\"";
    } else if (point >= 0x20 && point < 0x7F && point != '\\') {
      out += static_cast<char>(point);
    } else {
      out += fmt::format("\\u{{{:x}}}", point);
    }
  }
  return out + "\"";
}

std::string Joined(std::string_view op, std::string_view neutral,
                   const std::vector<std::string>& terms) {
  if (terms.empty()) return std::string(neutral);
  if (terms.size() == 1) return terms.front();
  return fmt::format("({} {})", op, fmt::join(terms, " "));
}

/// For a comment, which ends with its line.
std::string OneLine(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

std::string And(const std::vector<std::string>& terms) { return Joined("and", "true", terms); }
std::string Or(const std::vector<std::string>& terms) { return Joined("or", "false", terms); }
std::string Not(const std::string& term) { return fmt::format("(not {})", term); }

bool HasWildcards(std::string_view glob) {
  return glob.find(policy::kAnyRun) != glob.npos || glob.find(policy::kAnyOne) != glob.npos;
}

// A regular expression of what a glob matches.
std::string GlobExpression(std::string_view glob) {
  std::vector<std::string> parts;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) parts.push_back(fmt::format("(str.to_re {})", Literal(literal)));
    literal.clear();
  };
  for (const char c : glob) {
    if (c == policy::kAnyRun || c == policy::kAnyOne) {
      flush();
      parts.emplace_back(c == policy::kAnyRun ? "re.all" : "re.allchar");
    } else {
      literal += c;
    }
  }
  flush();
  return Joined("re.++", "(str.to_re \"\")", parts);
}

std::string MatchesGlobTerm(const std::string& term, std::string_view glob) {
  if (glob == std::string_view(&policy::kAnyRun, 1)) return "true";
  if (!HasWildcards(glob)) return fmt::format("(= {} {})", term, Literal(glob));
  return fmt::format("(str.in_re {} {})", term, GlobExpression(glob));
}

// Equality in which ASCII letters have no case.
std::string EqualsIgnoringCase(const std::string& term, std::string_view text) {
  std::vector<std::string> parts;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) parts.push_back(fmt::format("(str.to_re {})", Literal(literal)));
    literal.clear();
  };
  for (const char c : text) {
    const bool is_lower = c >= 'a' && c <= 'z';
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (!is_lower && !is_upper) {
      literal += c;
      continue;
    }
    flush();
    const char lower = is_lower ? c : static_cast<char>(c - 'A' + 'a');
    const char upper = is_upper ? c : static_cast<char>(c - 'a' + 'A');
    parts.push_back(fmt::format("(re.union (str.to_re \"{}\") (str.to_re \"{}\"))", lower, upper));
  }
  flush();
  return fmt::format("(str.in_re {} {})", term, Joined("re.++", "(str.to_re \"\")", parts));
}

// ---- Callers

bool HasPolicies(const policy::Caller& caller) {
  return caller.kind != policy::CallerKind::kAnonymous &&
         caller.kind != policy::CallerKind::kService;
}

enum class Named : std::uint8_t { kNot, kAccount, kRole, kDirect };

// IAM User Guide, "AWS JSON policy elements: Principal".
Named NamedBy(const policy::Principal& principal, const policy::Caller& caller) {
  const bool is_self =
      caller.name == principal.value && caller.kind != policy::CallerKind::kAnonymous;
  const bool is_service = caller.kind == policy::CallerKind::kService;
  switch (principal.type) {
    case policy::PrincipalType::kEveryone:
      return Named::kDirect;
    case policy::PrincipalType::kCanonicalUser:
      return Named::kNot;
    case policy::PrincipalType::kService:
      return is_self && is_service ? Named::kDirect : Named::kNot;
    case policy::PrincipalType::kFederated:
      if (principal.value == "*") {
        return caller.kind == policy::CallerKind::kProvider ? Named::kDirect : Named::kNot;
      }
      return is_self ? Named::kDirect : Named::kNot;
    case policy::PrincipalType::kAws:
      break;
  }
  if (principal.value == "*") return Named::kDirect;
  const auto of_account = [&](std::string_view account) {
    return !account.empty() && account == caller.account ? Named::kAccount : Named::kNot;
  };
  if (policy::IsAccountId(principal.value)) return of_account(principal.value);
  const std::optional<policy::Caller> named = policy::ParseCaller(principal.value);
  if (named && named->kind == policy::CallerKind::kRoot) return of_account(named->account);
  if (named && named->kind == policy::CallerKind::kRole) {
    if (caller.kind != policy::CallerKind::kRoleSession) {
      return is_self ? Named::kRole : Named::kNot;
    }
    const bool is_of_role = caller.account == named->account &&
                            caller.partition == named->partition &&
                            policy::EqualIgnoringCase(caller.role, named->role);
    return is_of_role ? Named::kRole : Named::kNot;
  }
  return is_self && !is_service ? Named::kDirect : Named::kNot;
}

// ---- The question

class Writer {
 public:
  Writer(const Space& left, const Space& right, const catalog::Catalog* catalog)
      : left_(left), right_(right), catalog_(catalog) {}

  support::Result<std::string> Write(std::string_view title) {
    Survey(left_.documents());
    Survey(right_.documents());
    ChooseCallers();
    const std::string allowed_left = Allowed("left", left_);
    const std::string allowed_right = Allowed("right", right_);
    std::string text = fmt::format("; {}\n", OneLine(title));
    text += "; sat: the left side allows a request that the right side does not.\n";
    text += "(set-logic ALL)\n";
    Declare(text);
    text += body_;
    text +=
        fmt::format("(assert {})\n(assert (not {}))\n(check-sat)\n", allowed_left, allowed_right);
    if (!unstated_.empty()) return support::Error{unstated_};
    return text;
  }

 private:
  // Why the question cannot be stated; writing goes on to its end.
  void Leave(std::string reason) {
    if (unstated_.empty()) unstated_ = std::move(reason);
  }

  struct Key {
    std::string name;  // folded
    bool takes_lists = false;
    bool is_read_as_text = false;
    bool is_whole = false;              // its numbers have no fraction
    std::set<OperatorFamily> families;  // but for text and Null
  };

  // ---- What is mentioned

  template <class Visit>
  static void EachDocument(const policy::PolicySet& set, Visit visit) {
    for (const PolicyDocument& one : set.identity) visit(one);
    for (const PolicyDocument& one : set.boundaries) visit(one);
    for (const PolicyDocument& one : set.sessions) visit(one);
    for (const auto& level : set.scps) {
      for (const PolicyDocument& one : level) visit(one);
    }
    for (const auto& level : set.rcps) {
      for (const PolicyDocument& one : level) visit(one);
    }
    if (set.resource) visit(*set.resource);
    for (const PolicyDocument& one : set.vpc_endpoint) visit(one);
  }

  void Survey(const policy::PolicySet& set) {
    has_resource_policy_ |= set.resource.has_value();
    EachDocument(set, [this](const PolicyDocument& document) {
      for (const Statement& statement : document.statements) {
        if (statement.principal) {
          for (const policy::Principal& one : statement.principal->values) Mention(one.value);
        }
        for (const Condition& condition : statement.conditions) Note(condition);
      }
    });
  }

  void Note(const Condition& condition) {
    Key& key = keys_[policy::FoldCase(condition.key)];
    key.name = policy::FoldCase(condition.key);
    key.takes_lists |= condition.op.set != SetQualifier::kNone;
    const OperatorFamily family = policy::FamilyOf(condition.op.base);
    if (family == OperatorFamily::kString) key.is_read_as_text = true;
    if (family == OperatorFamily::kNumeric && catalog_ != nullptr) {
      const auto known = catalog_->FindKey(condition.key);
      key.is_whole = known && known->is_whole;
    }
    if (family != OperatorFamily::kString && family != OperatorFamily::kNull) {
      key.families.insert(family);
    }
    const bool is_mixed =
        key.families.size() > 1 || (key.is_read_as_text && !key.families.empty() &&
                                    !key.families.contains(OperatorFamily::kArn));
    if (is_mixed) Leave(fmt::format("`{}` is read in two ways", condition.key));
    if (key.families.contains(OperatorFamily::kBinary)) {
      Leave("bytes are not stated as texts");
    }
  }

  void Mention(const std::string& name) {
    if (policy::IsAccountId(name)) accounts_.insert(name);
    const std::optional<policy::Caller> caller = policy::ParseCaller(name);
    if (!caller) return;
    mentioned_.insert(name);
    if (caller->account.empty()) return;
    accounts_.emplace(caller->account);
    if (caller->kind == policy::CallerKind::kRole) {
      mentioned_.insert(fmt::format("arn:{}:sts::{}:assumed-role/{}/other", caller->partition,
                                    caller->account, caller->role));
    }
  }

  void ChooseCallers() {
    const Scope& scope = left_.scope();
    if (!scope.principal.empty()) {
      callers_ = {scope.principal};
      return;
    }
    std::set<std::string> names = mentioned_;
    accounts_.insert(scope.callers.accounts.begin(), scope.callers.accounts.end());
    accounts_.insert("100000000001");
    for (const std::string& account : accounts_) {
      names.insert(fmt::format("arn:aws:iam::{}:user/somebody-else", account));
      names.insert(fmt::format("arn:aws:iam::{}:saml-provider/another", account));
    }
    if (has_resource_policy_) {
      names.insert("unnamed.amazonaws.com");
      names.insert("anonymous");
    }
    for (const std::string& name : names) {
      const policy::Caller caller = *policy::ParseCaller(name);
      if (!has_resource_policy_ && !HasPolicies(caller)) continue;
      const auto& in_question = scope.callers.accounts;
      const bool is_listed = std::ranges::find(in_question, caller.account) != in_question.end();
      if (is_listed != scope.callers.is_all_but) callers_.push_back(name);
    }
  }

  // `caller` is one of those for which `holds` is true.
  template <class Holds>
  std::string CallerIs(Holds holds) const {
    std::vector<std::string> terms;
    for (std::size_t i = 0; i < callers_.size(); ++i) {
      if (holds(*policy::ParseCaller(callers_[i]))) {
        terms.push_back(fmt::format("(= caller {})", i));
      }
    }
    if (terms.size() == callers_.size()) return "true";
    return Or(terms);
  }

  void Declare(std::string& text) const {
    text += "; The caller, by number:\n";
    for (std::size_t i = 0; i < callers_.size(); ++i) {
      text += fmt::format(";   {} = {}\n", i, OneLine(callers_[i]));
    }
    text += "(declare-const caller Int)\n";
    text += fmt::format("(assert (and (<= 0 caller) (< caller {})))\n", callers_.size());
    text += "; The action, in lower case, and the segments of the resource's ARN or `*`:\n";
    text += "(declare-const service String)\n(declare-const action String)\n";
    text +=
        "(assert (str.in_re service (re.+ (re.union (re.range \"!\" \")\") (re.range \"+\" "
        "\"9\") (re.range \";\" \">\") (re.range \"@\" \"~\")))))\n";
    text +=
        "(assert (str.in_re action (re.+ (re.union (re.range \"!\" \"9\") (re.range \";\" "
        "\"@\") (re.range \"[\" \"~\")))))\n";
    text += "(declare-const no_resource Bool)\n";
    for (std::size_t i = 0; i < kSegments; ++i) {
      text += fmt::format("(declare-const arn{} String)\n", i);
      if (i + 1 < kSegments) text += fmt::format("(assert (not (str.contains arn{} \":\")))\n", i);
    }
    text += "(assert (= arn0 \"arn\"))\n";
    std::size_t number = 0;
    for (const auto& [name, key] : keys_) DeclareKey(number++, key, text);
  }

  // A key has a state (0 absent, 1 one text, 2 a list) and values; a list has `_size` of them.
  static void DeclareKey(std::size_t number, const Key& key, std::string& text) {
    const std::string id = fmt::format("key{}", number);
    text += fmt::format("; The key {}:\n(declare-const {}_state Int)\n", OneLine(key.name), id);
    text += fmt::format("(assert (and (<= 0 {0}_state) (<= {0}_state {1})))\n", id,
                        key.takes_lists ? 2 : 1);
    if (key.takes_lists) {
      text += fmt::format(
          "(declare-const {0}_size Int)\n(assert (and (<= 1 {0}_size) (<= {0}_size "
          "{1})))\n",
          id, kMostListed);
    }
    for (std::size_t i = 0; i <= (key.takes_lists ? kMostListed : 0); ++i) {
      DeclareValue(fmt::format("{}_{}", id, i), key, text);
    }
  }

  static void DeclareValue(const std::string& value, const Key& key, std::string& text) {
    const auto has = [&key](OperatorFamily family) { return key.families.contains(family); };
    if (has(OperatorFamily::kBool)) {
      text += fmt::format("(declare-const {} Bool)\n", value);
    } else if (has(OperatorFamily::kNumeric) || has(OperatorFamily::kDate)) {
      text += fmt::format("(declare-const {} Real)\n", value);
      if (key.is_whole) text += fmt::format("(assert (is_int {}))\n", value);
    } else if (has(OperatorFamily::kIp)) {
      // An address as a number, and which of the two families it is of.
      text += fmt::format("(declare-const {0} Int)\n(declare-const {0}_v6 Bool)\n", value);
      text += fmt::format(
          "(assert (and (<= 0 {0}) (< {0} (ite {0}_v6 "
          "340282366920938463463374607431768211456 4294967296))))\n",
          value);
    } else if (has(OperatorFamily::kArn)) {
      std::vector<std::string> parts;
      for (std::size_t i = 0; i < kSegments; ++i) {
        text += fmt::format("(declare-const {}_{} String)\n", value, i);
        if (i + 1 < kSegments) {
          text += fmt::format("(assert (not (str.contains {}_{} \":\")))\n", value, i);
        }
        if (i > 0) parts.emplace_back("\":\"");
        parts.push_back(fmt::format("{}_{}", value, i));
      }
      text += fmt::format("(define-fun {} () String (str.++ {}))\n", value, fmt::join(parts, " "));
    } else {
      text += fmt::format("(declare-const {} String)\n", value);
    }
  }

  // ---- Layers

  struct Said {
    std::vector<std::string> allows;  // by statement
    std::vector<std::string> denies;
  };

  void AddLayer(std::string_view side, std::string_view layer,
                const std::vector<PolicyDocument>& documents, Kind kind, bool has_boundary,
                const std::string& exists_for, Said& said) {
    for (std::size_t d = 0; d < documents.size(); ++d) {
      for (std::size_t s = 0; s < documents[d].statements.size(); ++s) {
        const Statement& statement = documents[d].statements[s];
        std::vector<std::string> terms = {exists_for};
        terms.push_back(CallerIs([&](const policy::Caller& caller) {
          return NamedIn(statement, kind, caller, has_boundary) != Named::kNot;
        }));
        terms.push_back(Rest(statement, documents[d].version, kind));
        const std::string name = Define(fmt::format("{}_{}_{}_{}", side, layer, d, s),
                                        Comment(side, layer, d, s, statement), And(terms));
        (statement.effect == policy::Effect::kDeny ? said.denies : said.allows).push_back(name);
      }
    }
  }

  static std::string Comment(std::string_view side, std::string_view layer, std::size_t document,
                             std::size_t statement, const Statement& of) {
    const std::string sid = OneLine(of.sid);
    // A statement that a program was made into may ask two things of one key, which JSON cannot
    // say.
    std::set<std::pair<policy::Operator, std::string>> asked;
    bool is_json = true;
    for (const Condition& condition : of.conditions) {
      is_json &= asked.emplace(condition.op, policy::FoldCase(condition.key)).second;
    }
    PolicyDocument alone;
    alone.version = policy::Version::kNone;
    alone.statements.push_back(of);
    return fmt::format("{}, {} policy {}, statement {}{}: {}", side, layer, document + 1,
                       statement + 1, sid.empty() ? "" : " (" + sid + ")",
                       is_json ? policy::Write(alone, policy::Style::kMinified)
                               : std::string(policy::EffectName(of.effect)));
  }

  std::string Define(std::string name, std::string_view comment, const std::string& term) {
    body_ += fmt::format("; {}\n(define-fun {} () Bool {})\n", comment, name, term);
    return name;
  }

  static Named NamedIn(const Statement& statement, Kind kind, const policy::Caller& caller,
                       bool has_boundary) {
    if (!statement.principal) {
      return kind == Kind::kResource || kind == Kind::kTrust ? Named::kNot : Named::kDirect;
    }
    Named best = Named::kNot;
    for (const policy::Principal& one : statement.principal->values) {
      best = std::max(best, NamedBy(one, caller));
    }
    if (statement.principal->sense == policy::Sense::kListed) return best;
    const bool is_void =
        has_boundary && HasPolicies(caller) && statement.effect == policy::Effect::kDeny;
    return best == Named::kNot || is_void ? Named::kDirect : Named::kNot;
  }

  // Source of the order: IAM User Guide, "Policy evaluation logic" and "Cross-account policy
  // evaluation logic"; docs of decision cases, rules 1 to 5.
  std::string Allowed(std::string_view side, const Space& space) {
    const policy::PolicySet& set = space.documents();
    const bool has_boundary = !set.boundaries.empty();
    const std::string has_policies =
        CallerIs([](const policy::Caller& caller) { return HasPolicies(caller); });
    const std::string is_known = CallerIs(
        [](const policy::Caller& caller) { return caller.kind != policy::CallerKind::kAnonymous; });
    std::vector<std::string> denies;
    const auto layer = [&](std::string_view name, const std::vector<PolicyDocument>& documents,
                           Kind kind, const std::string& exists_for) {
      Said said;
      AddLayer(side, name, documents, kind, has_boundary, exists_for, said);
      denies.insert(denies.end(), said.denies.begin(), said.denies.end());
      return Or(said.allows);
    };
    const std::string identity = layer("identity", set.identity, Kind::kIdentity, has_policies);
    const std::string boundary = layer("boundary", set.boundaries, Kind::kBoundary, has_policies);
    const std::string session = layer("session", set.sessions, Kind::kSession, has_policies);
    const std::string endpoint = layer("endpoint", set.vpc_endpoint, Kind::kVpcEndpoint, "true");
    std::vector<std::string> needed;
    for (std::size_t i = 0; i < set.scps.size(); ++i) {
      needed.push_back(
          Or({Not(is_known), layer(fmt::format("scp{}", i), set.scps[i], Kind::kScp, is_known)}));
    }
    for (std::size_t i = 0; i < set.rcps.size(); ++i) {
      layer(fmt::format("rcp{}", i), set.rcps[i], Kind::kRcp, "true");
    }
    if (!set.vpc_endpoint.empty()) needed.push_back(endpoint);
    std::vector<std::string> direct;
    std::vector<std::string> role;
    std::vector<std::string> account;
    if (set.resource) AddResource(side, *set.resource, has_boundary, denies, direct, role, account);
    std::vector<std::string> limits;
    if (has_boundary) limits.push_back(Or({Not(has_policies), boundary}));
    if (!set.sessions.empty()) limits.push_back(Or({Not(has_policies), session}));
    const std::string within = And(limits);
    const std::string by_identity = And({identity, within});
    std::string granted;
    if (space.scope().accounts == Accounts::kCross) {
      granted =
          fmt::format("(ite {} {} {})", has_policies,
                      And({by_identity, Or({Or(direct), Or(role), Or(account)})}), Or(direct));
    } else {
      granted = fmt::format("(ite {} {} {})", has_policies,
                            Or({Or(direct), by_identity, And({Or(role), within})}), Or(direct));
    }
    needed.push_back(granted);
    needed.push_back(Not(Or(denies)));
    return Define(fmt::format("{}_allowed", side), fmt::format("{}: the decision", side),
                  And(needed));
  }

  void AddResource(std::string_view side, const PolicyDocument& document, bool has_boundary,
                   std::vector<std::string>& denies, std::vector<std::string>& direct,
                   std::vector<std::string>& role, std::vector<std::string>& account) {
    for (std::size_t s = 0; s < document.statements.size(); ++s) {
      const Statement& statement = document.statements[s];
      const std::string rest =
          Define(fmt::format("{}_resource_{}", side, s), Comment(side, "resource", 0, s, statement),
                 Rest(statement, document.version, Kind::kResource));
      const auto names = [&](Named how) {
        return And({CallerIs([&](const policy::Caller& caller) {
                      return NamedIn(statement, Kind::kResource, caller, has_boundary) == how;
                    }),
                    rest});
      };
      if (statement.effect == policy::Effect::kDeny) {
        denies.push_back(And({CallerIs([&](const policy::Caller& caller) {
                                return NamedIn(statement, Kind::kResource, caller, has_boundary) !=
                                       Named::kNot;
                              }),
                              rest}));
        continue;
      }
      direct.push_back(names(Named::kDirect));
      role.push_back(names(Named::kRole));
      account.push_back(names(Named::kAccount));
    }
  }

  // ---- Statements, but for who is named

  std::string Rest(const Statement& statement, policy::Version version, Kind kind) {
    std::vector<std::string> terms = {ActionTerm(statement.action)};
    if (statement.resource) terms.push_back(ResourceTerm(*statement.resource, version, kind));
    for (const Condition& condition : statement.conditions) {
      terms.push_back(ConditionTerm(condition, version));
    }
    return And(terms);
  }

  static std::string Globbed(std::string text) {
    std::ranges::replace(text, '*', policy::kAnyRun);
    std::ranges::replace(text, '?', policy::kAnyOne);
    return text;
  }

  static std::string ActionTerm(const policy::Patterns& patterns) {
    std::vector<std::string> terms;
    for (const std::string& value : patterns.values) {
      if (value == "*") {
        terms.emplace_back("true");
        continue;
      }
      const std::string folded = policy::FoldCase(value);
      const std::size_t colon = folded.find(':');
      if (colon == std::string::npos) continue;
      terms.push_back(And({fmt::format("(= service {})", Literal(folded.substr(0, colon))),
                           MatchesGlobTerm("action", Globbed(folded.substr(colon + 1)))}));
    }
    return patterns.sense == policy::Sense::kListed ? Or(terms) : Not(Or(terms));
  }

  // The text of a pattern without variables.
  std::string TextOf(const std::string& value, policy::Version version,
                     policy::Wildcards wildcards) {
    const policy::Pattern pattern = policy::ParsePattern(value, version, wildcards);
    if (pattern.has_variables()) {
      Leave(fmt::format("`{}` holds a policy variable", value));
    }
    return pattern.literals[0];
  }

  std::string ResourceTerm(const policy::Patterns& patterns, policy::Version version, Kind kind) {
    constexpr policy::Switches kDefaults;
    const bool is_listed = patterns.sense == policy::Sense::kListed;
    std::vector<std::string> terms;
    for (const std::string& value : patterns.values) {
      const std::string glob = TextOf(value, version, policy::Wildcards::kActive);
      if (!is_listed && policy::VoidsNotResource(glob, kDefaults.arn_reading, kind)) return "false";
      const std::optional<std::string> completed =
          policy::CompleteResourceGlob(glob, kDefaults.arn_reading, kDefaults.short_arns, kind);
      if (!completed) continue;
      if (*completed == std::string_view(&policy::kAnyRun, 1)) {
        terms.emplace_back("true");
        continue;
      }
      terms.push_back(And({"(not no_resource)", SegmentsTerm("arn", *completed)}));
    }
    return is_listed ? Or(terms) : Not(Or(terms));
  }

  static std::string SegmentsTerm(const std::string& of, std::string_view glob) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(glob);
    if (!segments) return "false";
    std::vector<std::string> terms;
    for (std::size_t i = 0; i < kSegments; ++i) {
      const std::string term = MatchesGlobTerm(fmt::format("{}{}", of, i), (*segments)[i]);
      if (term != "true") terms.push_back(term);
    }
    return And(terms);
  }

  std::string ConditionTerm(const Condition& condition, policy::Version version) {
    const std::string folded = policy::FoldCase(condition.key);
    const auto at = keys_.find(folded);
    const std::string id = fmt::format("key{}", std::distance(keys_.begin(), at));
    const Key& key = at->second;
    const std::string absent = fmt::format("(= {}_state 0)", id);
    if (condition.op.base == BaseOperator::kNull) {
      std::vector<std::string> terms;
      for (const std::string& value : condition.values) {
        terms.push_back(policy::EqualIgnoringCase(value, "true") ? absent : Not(absent));
      }
      return Or(terms);
    }
    const auto passes = [&](std::size_t index) {
      return ValueTerm(condition, version, fmt::format("{}_{}", id, index));
    };
    const std::string single = passes(0);
    if (condition.op.set == SetQualifier::kNone) {
      const bool if_absent = condition.op.if_exists || policy::IsNegated(condition.op.base);
      return fmt::format("(ite {} {} (and (= {}_state 1) {}))", absent,
                         if_absent ? "true" : "false", id, single);
    }
    const bool is_all = condition.op.set == SetQualifier::kForAllValues;
    std::vector<std::string> values;
    for (std::size_t i = 1; i <= kMostListed; ++i) {
      const std::string in_list = fmt::format("(<= {} {}_size)", i, id);
      values.push_back(is_all ? Or({Not(in_list), passes(i)}) : And({in_list, passes(i)}));
    }
    std::string list = is_all ? And(values) : Or(values);
    std::string one = single;
    if (is_all && key.families.empty()) {
      // A single empty text is a null set.
      one = Or({fmt::format("(= {}_0 \"\")", id), one});
      list = Or({And({fmt::format("(= {}_size 1)", id), fmt::format("(= {}_1 \"\")", id)}), list});
    }
    return fmt::format("(ite {} {} (ite (= {}_state 1) {} {}))", absent, is_all ? "true" : "false",
                       id, one, list);
  }

  // Whether one value passes the operator.
  std::string ValueTerm(const Condition& condition, policy::Version version,
                        const std::string& value) {
    const BaseOperator positive = policy::PositiveOf(condition.op.base);
    std::vector<std::string> terms;
    bool has_unreadable = false;
    for (const std::string& wanted : condition.values) {
      if (std::optional<std::string> term = OneTerm(positive, wanted, version, value)) {
        terms.push_back(*std::move(term));
      } else {
        has_unreadable = true;
      }
    }
    if (!policy::IsNegated(condition.op.base)) return Or(terms);
    return has_unreadable ? "false" : Not(Or(terms));
  }

  // Whether `value` stands to `wanted` as the operator asks; nothing if `wanted` is unreadable.
  std::optional<std::string> OneTerm(BaseOperator positive, const std::string& wanted,
                                     policy::Version version, const std::string& value) {
    switch (policy::FamilyOf(positive)) {
      case OperatorFamily::kString: {
        const bool is_like = positive == BaseOperator::kStringLike;
        const std::string text = TextOf(
            wanted, version, is_like ? policy::Wildcards::kActive : policy::Wildcards::kLiteral);
        if (positive == BaseOperator::kStringEqualsIgnoreCase) {
          return EqualsIgnoringCase(value, text);
        }
        return is_like ? MatchesGlobTerm(value, text)
                       : fmt::format("(= {} {})", value, Literal(text));
      }
      case OperatorFamily::kArn: {
        const std::string glob = TextOf(wanted, version, policy::Wildcards::kActive);
        if (!policy::SplitArn(glob)) return std::nullopt;
        return SegmentsTerm(value + "_", glob);
      }
      case OperatorFamily::kBool: {
        const std::string text = TextOf(wanted, version, policy::Wildcards::kLiteral);
        const std::optional<bool> is_true = policy::ParseBool(text);
        if (!is_true) return "false";
        return *is_true ? value : Not(value);
      }
      case OperatorFamily::kNumeric: {
        const std::optional<policy::Decimal> number = policy::ParseDecimal(wanted);
        if (!number) return std::nullopt;
        const std::string plain =
            fmt::format("{}.{}", number->integer.empty() ? "0" : number->integer,
                        number->fraction.empty() ? "0" : number->fraction);
        return Ordered(positive, value, number->is_negative ? "(- " + plain + ")" : plain);
      }
      case OperatorFamily::kDate: {
        const std::optional<policy::Instant> instant = policy::ParseInstant(wanted);
        if (!instant) return std::nullopt;
        const std::string fraction =
            instant->fraction.empty() ? "0.0" : fmt::format("0.{}", instant->fraction);
        const std::string seconds = instant->seconds < 0
                                        ? fmt::format("(- {}.0)", -instant->seconds)
                                        : fmt::format("{}.0", instant->seconds);
        return Ordered(positive, value, fmt::format("(+ {} {})", seconds, fraction));
      }
      case OperatorFamily::kIp:
        return AddressTerm(wanted, value);
      case OperatorFamily::kBinary:
      case OperatorFamily::kNull:
        break;
    }
    Leave("the operator is not stated");
    return std::nullopt;
  }

  static std::string Ordered(BaseOperator positive, const std::string& value,
                             const std::string& wanted) {
    std::string_view relation = "=";
    switch (positive) {
      case BaseOperator::kNumericLessThan:
      case BaseOperator::kDateLessThan:
        relation = "<";
        break;
      case BaseOperator::kNumericLessThanEquals:
      case BaseOperator::kDateLessThanEquals:
        relation = "<=";
        break;
      case BaseOperator::kNumericGreaterThan:
      case BaseOperator::kDateGreaterThan:
        relation = ">";
        break;
      case BaseOperator::kNumericGreaterThanEquals:
      case BaseOperator::kDateGreaterThanEquals:
        relation = ">=";
        break;
      default:
        break;
    }
    return fmt::format("({} {} {})", relation, value, wanted);
  }

  // Decimal digits of a number given by its bytes.
  static std::string Decimal(std::span<const std::uint8_t> bytes) {
    std::string digits = "0";
    for (const std::uint8_t byte : bytes) {
      unsigned carry = byte;
      for (std::size_t i = digits.size(); i-- > 0;) {
        const unsigned sum = static_cast<unsigned>(digits[i] - '0') * 256U + carry;
        digits[i] = static_cast<char>('0' + sum % 10U);
        carry = sum / 10U;
      }
      for (; carry != 0; carry /= 10U) {
        digits.insert(digits.begin(), static_cast<char>('0' + carry % 10U));
      }
    }
    return digits;
  }

  static std::optional<std::string> AddressTerm(const std::string& wanted,
                                                const std::string& value) {
    const std::optional<policy::IpNetwork> network = policy::ParseIp(wanted);
    if (!network) return std::nullopt;
    const std::size_t size = network->is_v6 ? 16 : 4;
    std::array<std::uint8_t, 16> first = network->bytes;
    std::array<std::uint8_t, 16> last = network->bytes;
    for (std::size_t bit = network->prefix; bit < size * 8; ++bit) {
      const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
      first[bit / 8] = static_cast<std::uint8_t>(first[bit / 8] & ~mask);
      last[bit / 8] = static_cast<std::uint8_t>(last[bit / 8] | mask);
    }
    const std::string family = value + "_v6";
    return fmt::format("(and {} (<= {} {}) (<= {} {}))", network->is_v6 ? family : Not(family),
                       Decimal(std::span(first).first(size)), value, value,
                       Decimal(std::span(last).first(size)));
  }

  const Space& left_;
  const Space& right_;
  const catalog::Catalog* catalog_;  // may be none
  bool has_resource_policy_ = false;
  std::map<std::string, Key> keys_;  // by folded name
  std::set<std::string> accounts_;
  std::set<std::string> mentioned_;
  std::vector<std::string> callers_;
  std::string body_;
  std::string unstated_;
};

}  // namespace

support::Result<std::string> WriteSmt(const Space& left, const Space& right, std::string_view title,
                                      const catalog::Catalog* catalog) {
  return Writer(left, right, catalog).Write(title);
}

}  // namespace writ::decide
