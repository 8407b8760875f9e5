#include "proof/reference/callers.h"

#include <algorithm>

#include <fmt/format.h>

#include "proof/reference/request.h"

namespace writ::reference {
namespace {

using intent::Principal;

/// A name of the pattern.
std::string Example(std::string pattern, Random& random) {
  std::string name;
  for (const char c : pattern) {
    if (c == '*') {
      const bool is_empty = random.Once(3) && !name.empty() && name.back() != '/';
      name += is_empty ? "" : random.Once(2) ? "x7" : "ops-main";
    } else {
      name += c == '?' ? 'q' : c;
    }
  }
  return name;
}

class Maker {
 public:
  Maker(const intent::Model& model, std::string partition, const std::vector<std::string>& joining,
        Random& random)
      : model_(model), partition_(std::move(partition)), random_(random) {
    for (const std::string& id : joining) AddJoining(id);
    for (const intent::Prohibition& one : model.prohibitions) FindJoining(one.when);
  }

  std::vector<Caller> Make() {
    for (const intent::Team& team : model_.teams) Add(team.principals);
    const auto add_all = [&](const std::vector<intent::Holder>& holders) {
      for (const intent::Holder& holder : holders) {
        if (holder.team.empty()) Add(holder.principals);
      }
    };
    for (const intent::Permission& one : model_.permissions) add_all(one.holders);
    for (const intent::Prohibition& one : model_.prohibitions) {
      add_all(one.bound.included);
      add_all(one.bound.excepted);
    }
    for (const intent::Account& account : model_.organization.accounts) {
      AddRole(account, "nobody-knows");
      if (random_.Once(3)) AddRoot(account);
      if (random_.Once(3)) AddFederated(account, "guest");
      if (random_.Once(4)) AddRole(account, "aws-service-role/x.amazonaws.com/AWSServiceRoleForX");
    }
    AddNewcomers();
    return std::move(callers_);
  }

 private:
  /// Accounts of which conditions speak and that the program does not have.
  void FindJoining(const intent::Condition& condition) {
    for (const intent::Condition& one : condition.operands) FindJoining(one);
    const std::string& key = condition.test.key;
    if (key != "aws:PrincipalAccount" && key != "aws:PrincipalArn") return;
    for (const std::string& value : condition.test.values) AddJoining(AccountNamedBy(value));
  }

  void AddJoining(const std::string& id) {
    const bool is_known = std::ranges::any_of(
        model_.organization.accounts, [&](const intent::Account& one) { return one.id == id; });
    if (!id.empty() && !is_known) joining_.push_back(id);
  }

  /// Accounts that joined since: the same principals in an OU, or right below the root.
  void AddNewcomers() {
    const auto& nodes = model_.organization.nodes;
    std::vector<Caller> known = callers_;
    for (std::uint32_t i = 0; i < nodes.size() && !known.empty(); ++i) {
      if (nodes[i].kind == intent::Node::Kind::kAccount) continue;
      for (int each = 0; each < 2; ++each) {
        const Caller& like = random_.Of(known);
        // Documents that go by account are not attached there yet.
        if (like.role.empty() || !like.was_tagged.empty()) continue;
        intent::Account joined;
        joined.id = fmt::format("55555555555{}", i % 10);
        if (!joining_.empty() && !random_.Once(3)) joined.id = random_.Of(joining_);
        AddRole(joined, like.role);
        callers_.back().unit = intent::NodeIndex{i};
        if (random_.Once(3)) callers_.back().new_unit = "ou-ab12-new00001";
      }
    }
  }

  void Add(const std::vector<Principal>& principals) {
    // Every team in every account would be more callers than a sample has requests.
    constexpr std::size_t kMost = 4000;
    const std::size_t one_in =
        std::max<std::size_t>(1, model_.teams.size() * model_.organization.accounts.size() / kMost);
    for (const intent::Account& account : model_.organization.accounts) {
      if (one_in > 1 && !random_.Once(one_in)) continue;
      for (const Principal& principal : principals) AddNamed(account, principal);
    }
  }

  void AddNamed(const intent::Account& account, const Principal& principal) {
    switch (principal.kind) {
      case Principal::Kind::kRole: {
        const std::string name = Example(principal.value, random_);
        AddRole(account, name);
        if (random_.Once(3)) AddRole(account, random_.Once(2) ? name + "x" : "team/" + name);
        return;
      }
      case Principal::Kind::kUser:
        AddUser(account, principal.value);
        if (random_.Once(3)) AddUser(account, principal.value + "x");
        return;
      case Principal::Kind::kPermissionSet: {
        const std::string_view region = random_.Once(2) ? "" : "eu-west-1/";
        AddRole(account, fmt::format("aws-reserved/sso.amazonaws.com/{}AWSReservedSSO_{}_"
                                     "0123456789abcdef",
                                     region, principal.value));
        return;
      }
      case Principal::Kind::kTag: {
        const std::string tag = principal.tag_key + "=" + principal.value;
        AddRole(account, "tagged", tag, principal.value);
        AddRole(account, "tagged-before", tag, principal.value + "x");
        AddTaggedUser(account, "tagged", principal);
        return;
      }
      case Principal::Kind::kService:
        if (callers_.empty() || callers_.back().principal != principal.value) {
          callers_.push_back({principal.value, "", "", "", "", {}, "", false});
        }
        return;
    }
  }

  void AddRole(const intent::Account& account, const std::string& name, std::string was_tagged = "",
               std::string tag_value = "") {
    Caller caller;
    caller.arn = fmt::format("arn:{}:iam::{}:role/{}", partition_, account.id, name);
    caller.account = account.id;
    caller.role = name;
    const std::string last = name.substr(name.rfind('/') + 1);
    caller.principal = random_.Once(2) ? caller.arn
                                       : fmt::format("arn:{}:sts::{}:assumed-role/{}/session",
                                                     partition_, account.id, last);
    if (!was_tagged.empty()) {
      caller.tags.emplace_back(was_tagged.substr(0, was_tagged.find('=')), tag_value);
    }
    caller.was_tagged = std::move(was_tagged);
    caller.is_bound = !account.management && !name.starts_with("aws-service-role/");
    callers_.push_back(std::move(caller));
  }

  void AddUser(const intent::Account& account, const std::string& name) {
    const std::string arn = fmt::format("arn:{}:iam::{}:user/{}", partition_, account.id, name);
    callers_.push_back({arn, arn, account.id, "", name, {}, "", !account.management});
    if (!random_.Once(3)) return;
    AddFederated(account, name.substr(name.rfind('/') + 1));
    callers_.back().session_of = name;
  }

  void AddTaggedUser(const intent::Account& account, const std::string& name,
                     const Principal& tag) {
    const std::string arn = fmt::format("arn:{}:iam::{}:user/{}", partition_, account.id, name);
    callers_.push_back({arn,
                        arn,
                        account.id,
                        "",
                        name,
                        {{tag.tag_key, tag.value}},
                        tag.tag_key + "=" + tag.value,
                        !account.management});
  }

  void AddRoot(const intent::Account& account) {
    const std::string arn = fmt::format("arn:{}:iam::{}:root", partition_, account.id);
    callers_.push_back({arn, arn, account.id, "", "", {}, "", !account.management});
  }

  /// aws:PrincipalArn of its session is the session's. Source: IAM User Guide, "AWS global
  /// condition context keys", read 2026-11-22.
  void AddFederated(const intent::Account& account, std::string_view name) {
    const std::string arn =
        fmt::format("arn:{}:sts::{}:federated-user/{}", partition_, account.id, name);
    callers_.push_back({arn, arn, account.id, "", "", {}, "", !account.management});
  }

  const intent::Model& model_;
  std::string partition_;
  Random& random_;
  std::vector<std::string> joining_;  ///< ids of accounts that documents or sentences speak of
  std::vector<Caller> callers_;
};

}  // namespace

std::vector<Caller> CallersOf(const intent::Model& model, const std::string& partition,
                              const std::vector<std::string>& joining, Random& random) {
  return Maker(model, partition, joining, random).Make();
}

std::string AccountNamedBy(std::string_view text) {
  constexpr std::size_t kDigits = 12;
  const std::optional<Arn> arn = ParseArn(text);
  std::string id;
  for (const char c : arn ? std::string_view(arn->account) : text) {
    id += c == '?' ? '7' : c;
  }
  if (const std::size_t run = id.find('*'); run != std::string::npos && run > 0) {
    const std::string after = id.substr(run + 1);
    if (run + after.size() > kDigits) return "";
    id = id.substr(0, run) + std::string(kDigits - run - after.size(), '7') + after;
  }
  const bool is_id =
      id.size() == kDigits && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
  return is_id ? id : "";
}

}  // namespace writ::reference
