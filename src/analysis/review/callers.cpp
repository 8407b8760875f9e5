#include "analysis/review/callers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "facts/catalog/catalog.h"
#include "iam/decide/reads.h"
#include "iam/decide/space.h"
#include "iam/policy/pattern.h"

namespace writ::review {
namespace {

constexpr std::string_view kKey = "aws:PrincipalArn";
constexpr std::string_view kUserName = "aws:username";
/// No name of a principal has a colon. Source: IAM User Guide, "IAM and AWS STS quotas", names of
/// users and roles, read 2026-11-29.
const std::string kNoPrincipal = "arn:*:*:*:*:*:*";
/// Classes of one caller that are told apart; more is not decided.
constexpr std::size_t kMostClasses = 64;

bool IsWild(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

bool Matches(const std::string& pattern, const std::string& arn) {
  return catalog::MatchesPattern(pattern, arn);
}

bool MayMeet(const std::string& a, const std::string& b) {
  return policy::MayOverlap(policy::FoldCase(a), policy::FoldCase(b));
}

/// Whether `outer` matches all that `inner` matches. "yes" is certain: a wildcard of `inner` is a
/// character that only a wildcard at least as wide takes.
bool Covers(std::string_view outer, std::string_view inner) {
  std::size_t o = 0;
  std::size_t i = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (i < inner.size()) {
    const bool fits = o < outer.size() && outer[o] != '*' &&
                      (outer[o] == '?' ? inner[i] != '*' : outer[o] == inner[i] && inner[i] != '?');
    if (fits) {
      ++o;
      ++i;
    } else if (o < outer.size() && outer[o] == '*') {
      star = o++;
      taken = i;
    } else if (star != std::string_view::npos) {
      o = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  while (o < outer.size() && outer[o] == '*') ++o;
  return o == outer.size();
}

/// An ARN like `like`, of the account, that the pattern matches as far as its name goes.
std::string Instance(const std::string& pattern, const std::string& like) {
  std::string arn(like.substr(0, like.size() - NameIn(like).size()));
  // Roles of a permission set lie right below the service's folder or in one of a region.
  constexpr std::string_view kSetRole = "sso.amazonaws.com";
  for (const char c : NameIn(pattern)) {
    if (c == '*') {
      if (!arn.ends_with(kSetRole)) arn += "example";
    } else {
      arn += c == '?' ? 'x' : c;
    }
  }
  return arn;
}

/// `role "x*"`, `permission-set "Admin"`.
std::string NameOf(const std::string& pattern) {
  std::string_view tail = NameIn(pattern);
  constexpr std::string_view kSet = "AWSReservedSSO_";
  if (const std::size_t at = tail.find(kSet); at != std::string_view::npos) {
    const std::string_view name = tail.substr(at + kSet.size());
    return fmt::format("permission-set \"{}\"", name.substr(0, name.rfind('_')));
  }
  if (tail == "role/*") return "roles";
  if (tail == "user/*") return "users";
  if (tail == "federated-user/*") return "federated users";
  if (tail.starts_with("role/")) return fmt::format("role \"{}\"", tail.substr(5));
  if (tail.starts_with("user/")) return fmt::format("user \"{}\"", tail.substr(5));
  if (tail.starts_with("federated-user/")) {
    return fmt::format("federated user \"{}\"", tail.substr(15));
  }
  return tail == "root" ? "the root user" : fmt::format("principal `{}`", pattern);
}

policy::Condition Like(bool is_negated, std::vector<std::string> patterns) {
  using Base = policy::BaseOperator;
  return {
      {policy::SetQualifier::kNone, is_negated ? Base::kStringNotLike : Base::kStringLike, false},
      std::string(kKey),
      std::move(patterns)};
}

policy::Statement Of(policy::Effect effect, std::vector<policy::Condition> conditions) {
  policy::Statement statement;
  statement.effect = effect;
  statement.action.values = {"sts:GetCallerIdentity"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  statement.conditions = std::move(conditions);
  return statement;
}

class Finder {
 public:
  Finder(const std::vector<std::string>& base, const std::set<std::string>& tests,
         const std::vector<std::string>& excluded)
      : base_(base), excluded_(excluded) {
    excluded_.push_back(kNoPrincipal);
    std::set<std::string> here;
    for (const std::string& test : tests) {
      if (auto as_met = Here(test)) here.insert(*std::move(as_met));
    }
    for (const std::string& test : here) {
      const bool meets =
          std::ranges::any_of(base, [&](const std::string& one) { return MayMeet(test, one); });
      const bool covers =
          std::ranges::all_of(base, [&](const std::string& one) { return Covers(test, one); });
      if (meets && !covers) tests_.push_back(test);
    }
  }

  CallerClasses Run(const std::string& example) {
    Add(example);
    for (const std::string& test : tests_) Add(Instance(test, example));
    if (!tests_.empty() || excluded_.size() > 1) {
      while (std::optional<std::string> other = FindOther()) Add(*std::move(other));
    }
    for (auto& [signature, arn] : found_) {
      found_classes_.classes.push_back({arn, NamesOf(signature)});
    }
    return std::move(found_classes_);
  }

 private:
  using Signature = std::vector<bool>;

  /// The test as ARNs of the account meet it: ARNs are compared part by part, and a `*` before the
  /// name takes no part of the name. Nothing if it is for other accounts.
  [[nodiscard]] std::optional<std::string> Here(const std::string& test) const {
    const std::string_view name = NameIn(test);
    if (name.empty()) return test;
    const std::string& one = base_.front();
    const std::string head = one.substr(0, one.size() - NameIn(one).size());
    if (!MayMeet(test.substr(0, test.size() - name.size()), head)) return std::nullopt;
    return head + std::string(name);
  }

  void Add(const std::string& arn) {
    const auto matches = [&](const std::string& pattern) { return Matches(pattern, arn); };
    if (std::ranges::none_of(base_, matches) || std::ranges::any_of(excluded_, matches)) return;
    Signature signature;
    for (const std::string& test : tests_) signature.push_back(Matches(test, arn));
    found_.try_emplace(std::move(signature), arn);
  }

  /// An ARN of no class that is known, if there is one.
  std::optional<std::string> FindOther() {
    if (std::ranges::none_of(base_, IsWild)) return std::nullopt;
    policy::PolicyDocument document;
    document.statements.push_back(Of(policy::Effect::kAllow, {Like(false, base_)}));
    document.statements.push_back(Of(policy::Effect::kDeny, {Like(false, excluded_)}));
    for (const auto& [signature, arn] : found_) {
      std::vector<policy::Condition> conditions;
      std::vector<std::string> others;
      for (std::size_t i = 0; i < signature.size(); ++i) {
        if (signature[i]) {
          conditions.push_back(Like(false, {tests_[i]}));
        } else {
          others.push_back(tests_[i]);
        }
      }
      if (!others.empty()) conditions.push_back(Like(true, std::move(others)));
      document.statements.push_back(Of(policy::Effect::kDeny, std::move(conditions)));
    }
    policy::PolicySet set;
    set.identity.push_back(std::move(document));
    const decide::Answer answer = decide::FindAllowed(decide::Space(std::move(set)));
    if (std::holds_alternative<decide::Proved>(answer)) return std::nullopt;
    const auto* found = std::get_if<decide::Refuted>(&answer);
    if (found == nullptr || found_.size() >= kMostClasses) {
      found_classes_.is_complete = false;
      return std::nullopt;
    }
    for (const policy::ContextKey& key : found->witness.request.context) {
      const std::size_t before = found_.size();
      if (!policy::EqualIgnoringCase(key.name, kKey) || key.values.size() != 1) continue;
      Add(key.values.front());
      if (found_.size() > before) return key.values.front();
    }
    found_classes_.is_complete = false;
    return std::nullopt;
  }

  /// The narrowest of the tests that it passes.
  [[nodiscard]] std::vector<std::string> NamesOf(const Signature& signature) const {
    std::vector<std::string> passed;
    for (std::size_t i = 0; i < signature.size(); ++i) {
      if (signature[i]) passed.push_back(tests_[i]);
    }
    std::set<std::string> names;
    for (const std::string& test : passed) {
      const bool is_wider = std::ranges::any_of(passed, [&](const std::string& other) {
        return other != test && Covers(test, other) && !Covers(other, test);
      });
      if (!is_wider) names.insert(NameOf(test));
    }
    return {names.begin(), names.end()};
  }

  const std::vector<std::string>& base_;
  std::vector<std::string> excluded_;
  std::vector<std::string> tests_;          ///< that tell ARNs of `base` apart
  std::map<Signature, std::string> found_;  ///< none passed comes first
  CallerClasses found_classes_;
};

/// IAM keeps the path /aws-reserved/ to itself, and IAM Identity Center makes roles right below
/// sso.amazonaws.com/ or below a region there: `sso.amazonaws.com*/` is these two. Source: IAM
/// Identity Center User Guide, "Referencing permission sets in resource policies, Amazon EKS
/// cluster config maps, and AWS KMS key policies", read 2026-11-22.
void AddTest(const std::string& pattern, std::set<std::string>& tests) {
  constexpr std::string_view kEither = "role/aws-reserved/sso.amazonaws.com*/";
  const std::size_t at = pattern.find(kEither);
  if (at == std::string::npos) {
    tests.insert(pattern);
    return;
  }
  const std::size_t star = at + kEither.size() - 2;
  for (const char* path : {"", "/*"}) tests.insert(std::string(pattern).replace(star, 1, path));
}

/// The kind of a principal, which tests of other keys than its ARN tell. Source: IAM User Guide,
/// "AWS global condition context keys", aws:PrincipalType, aws:userid and aws:username, read
/// 2026-11-30.
void AddKinds(std::set<std::string>& tests) {
  tests.insert({"arn:*:iam::*:role/*", "arn:*:iam::*:user/*", "arn:*:iam::*:root",
                "arn:*:sts::*:federated-user/*"});
}

/// Whether the condition compares aws:username as AddTests does: letter by letter, with texts.
bool TellsNames(const policy::Condition& condition) {
  using Base = policy::BaseOperator;
  const Base base = condition.op.base;
  if (base == Base::kNull) return true;
  const Base positive = policy::PositiveOf(base);
  return (positive == Base::kStringEquals || positive == Base::kStringLike) &&
         std::ranges::none_of(condition.values, [](const std::string& value) {
           return value.find("${") != std::string::npos;
         });
}

/// Each statement of the documents that may be in force for callers of the account.
void ForStatements(const World& world, std::size_t place, const auto& see) {
  const auto all = [&](std::size_t document) {
    std::ranges::for_each(world.documents[document].document.statements, see);
  };
  for (const std::size_t scp : world.places[place].scps) all(scp);
  for (const Holding& holding : world.holdings) {
    if (!holding.place || *holding.place == place) all(holding.document);
  }
}

/// What a condition tells of the ARN of whoever calls.
void AddTests(const policy::Condition& condition, std::set<std::string>& tests) {
  const auto is = [&](std::string_view key) {
    return policy::EqualIgnoringCase(condition.key, key);
  };
  const bool is_name = is(kUserName);
  if (is_name || is("aws:PrincipalType") || is("aws:userid")) AddKinds(tests);
  if (condition.op.base == policy::BaseOperator::kNull || (!is_name && !is(kKey))) return;
  for (const std::string& value : condition.values) {
    if (value.find("${") != std::string::npos) continue;
    if (!is_name) {
      AddTest(value, tests);
      continue;
    }
    // Below any path, or none.
    for (const char* path : {"", "*/"})
      tests.insert(fmt::format("arn:*:iam::*:user/{}{}", path, value));
  }
}

}  // namespace

void AddArnTests(const World& world, std::size_t place, std::set<std::string>& tests) {
  ForStatements(world, place, [&](const policy::Statement& statement) {
    for (const policy::Condition& condition : statement.conditions) AddTests(condition, tests);
  });
}

bool ReadsTypes(const World& world, std::size_t place) {
  bool is_read = false;
  ForStatements(world, place, [&](const policy::Statement& statement) {
    is_read = is_read || decide::Reads(statement, "aws:PrincipalType");
  });
  return is_read;
}

NamesRead HowNamesAreRead(const World& world, std::size_t place) {
  NamesRead read = NamesRead::kNot;
  const auto has_variable = [](const std::string& text) {
    return policy::FoldCase(text).find("${aws:username") != std::string::npos;
  };
  ForStatements(world, place, [&](const policy::Statement& statement) {
    if (statement.resource && std::ranges::any_of(statement.resource->values, has_variable)) {
      read = NamesRead::kFreely;
    }
    for (const policy::Condition& condition : statement.conditions) {
      const bool is_name = policy::EqualIgnoringCase(condition.key, kUserName);
      const bool is_free = (is_name && !TellsNames(condition)) ||
                           std::ranges::any_of(condition.values, has_variable);
      if (is_free) read = NamesRead::kFreely;
      if (is_name && read == NamesRead::kNot) read = NamesRead::kAsArns;
    }
  });
  return read;
}

std::string ClassText(const CallerClass& one) {
  if (one.names.size() < 2) return one.names.empty() ? "" : one.names.front();
  const std::string kind = one.names.front().substr(0, one.names.front().find(' '));
  std::vector<std::string> patterns;
  for (const std::string& name : one.names) {
    if (!name.starts_with(kind + " \"")) return fmt::format("{}", fmt::join(one.names, " and "));
    patterns.push_back(name.substr(kind.size() + 1));
  }
  return fmt::format("{}s that match {} {}", kind, patterns.size() == 2 ? "both" : "all of",
                     fmt::join(patterns, patterns.size() == 2 ? " and " : ", "));
}

CallerClasses ClassesOf(const std::vector<std::string>& base, const std::string& example,
                        const std::set<std::string>& tests,
                        const std::vector<std::string>& excluded) {
  return Finder(base, tests, excluded).Run(example);
}

}  // namespace writ::review
