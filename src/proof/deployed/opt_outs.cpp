#include "proof/deployed/opt_outs.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"
#include "proof/deployed/attachments.h"
#include "proof/deployed/said.h"

namespace writ::deployed {
namespace {

namespace json = support::json;
using intent::NodeIndex;
using intent::OptOut;

constexpr std::string_view kFile = ".ai-opt-out.json";
/// Every service that a policy does not name.
constexpr std::string_view kOthers = "default";
constexpr std::string_view kLock = "@@operators_allowed_for_child_policies";

/// Whether nothing may be changed below; a lock that leaves some operators is none of ours.
bool TakeLock(Members& members, std::vector<std::string>& wrong) {
  const std::vector<std::string> allowed = members.Texts(kLock);
  if (allowed.empty()) return false;
  if (allowed == std::vector<std::string>{"@@none"}) return true;
  wrong.push_back(fmt::format("it allows {} below it", fmt::join(allowed, ", ")));
  return false;
}

/// What is in force at a node: policies further down win, where they may.
struct InForce {
  std::map<std::string, OptOutPolicy::Service> services;
  bool is_locked = false;

  [[nodiscard]] bool IsOut(const std::string& service) const {
    auto found = services.find(service);
    if (found == services.end()) found = services.find(std::string(kOthers));
    // AWS uses content where no policy says that it may not.
    return found != services.end() && found->second.is_out;
  }
  /// Whether a policy below could change something.
  [[nodiscard]] bool IsOpen() const {
    return !is_locked ||
           std::ranges::any_of(services, [](const auto& one) { return !one.second.is_locked; });
  }
  [[nodiscard]] bool HasLocks() const {
    return is_locked ||
           std::ranges::any_of(services, [](const auto& one) { return one.second.is_locked; });
  }
};

class Comparer {
 public:
  Comparer(const Program& facts, const Tree& tree, std::set<std::string>& read)
      : facts_(facts), tree_(tree), read_(read) {}

  std::vector<Mismatch> Run() {
    ReadPolicies();
    for (const catalog::OptOutService& service : facts_.catalog.opt_out_services()) {
      if (service.why_not.empty()) names_.insert(service.key);
    }
    for (const OptOut& opt_out : model().opt_outs) {
      names_.insert(opt_out.except.begin(), opt_out.except.end());
    }
    names_.insert(std::string(kOthers));
    // A parent comes before its children.
    in_force_.resize(nodes().size());
    for (std::uint32_t at = 0; at < nodes().size(); ++at) Inherit(NodeIndex{at});
    for (std::uint32_t at = 0; at < nodes().size(); ++at) CompareAt(NodeIndex{at});
    for (std::uint32_t at = 0; at < organization().accounts.size(); ++at) {
      CompareAccount(intent::AccountIndex{at});
    }
    return std::move(differences_);
  }

 private:
  [[nodiscard]] const intent::Model& model() const { return facts_.model; }
  [[nodiscard]] const intent::Organization& organization() const { return model().organization; }
  [[nodiscard]] const std::vector<intent::Node>& nodes() const { return organization().nodes; }

  void Tell(std::string path, std::string what, const intent::Origin* origin = nullptr) {
    differences_.push_back({std::move(path), std::move(what), origin});
  }

  void ReadPolicies() {
    for (const Attachment& attachment : tree_.attachments) {
      if (!attachment.path.ends_with(kFile)) continue;
      const auto bytes = tree_.others.find(attachment.path);
      read_.insert(attachment.path);
      if (bytes == tree_.others.end()) {
        Tell(attachment.path, "the manifest attaches it, and it is not there");
        continue;
      }
      const std::optional<std::size_t> node = NodeOf(organization(), tree_, attachment);
      if (!node) {
        Tell(attachment.path, fmt::format("it is attached to {} `{}`, which is not of the program",
                                          attachment.to, attachment.id));
        continue;
      }
      OptOutPolicy policy = ReadOptOutPolicy(bytes->second);
      for (const std::string& wrong : policy.wrong) Tell(attachment.path, wrong);
      for (const auto& [service, setting] : policy.services) names_.insert(service);
      const auto [at, is_new] = policies_.try_emplace(
          static_cast<std::uint32_t>(*node), std::pair(attachment.path, std::move(policy)));
      if (!is_new)
        Tell(attachment.path, fmt::format("`{}` is attached there too", at->second.first));
    }
    for (const auto& [path, bytes] : tree_.others) {
      if (!path.ends_with(kFile) || read_.contains(path)) continue;
      read_.insert(path);
      Tell(path, "nothing says what it is attached to");
    }
  }

  void Inherit(NodeIndex index) {
    InForce& here = in_force_[index.value];
    const std::optional<NodeIndex> parent = nodes()[index.value].parent;
    if (parent) here = in_force_[parent->value];
    const auto own = policies_.find(index.value);
    if (own == policies_.end()) return;
    const auto& [path, policy] = own->second;
    const InForce above = here;
    for (const auto& [service, setting] : policy.services) {
      const auto known = above.services.find(service);
      const bool is_kept =
          known == above.services.end() ? above.is_locked : known->second.is_locked;
      if (is_kept) {
        Tell(path,
             fmt::format("a policy above it does not let it say anything of {}", InWords(service)));
        continue;
      }
      here.services[service] = setting;
    }
    here.is_locked = here.is_locked || policy.is_locked;
  }

  static std::string InWords(const std::string& service) {
    return service == kOthers ? "services that no policy names" : "`" + service + "`";
  }

  [[nodiscard]] bool IsBelow(NodeIndex index, const std::vector<NodeIndex>& named) const {
    for (std::optional<NodeIndex> at = index; at; at = nodes()[at->value].parent) {
      if (std::ranges::find(named, *at) != named.end()) return true;
    }
    return false;
  }

  /// The sentence that opts accounts out of a service, of those that `is_about` them.
  template <class IsAbout>
  [[nodiscard]] const OptOut* Says(const std::string& service, const IsAbout& is_about) const {
    for (const OptOut& one : model().opt_outs) {
      const bool is_excepted = std::ranges::find(one.except, service) != one.except.end();
      if (!is_excepted && is_about(one)) return &one;
    }
    return nullptr;
  }

  template <class IsAbout>
  void Compare(NodeIndex index, const std::string& who, const IsAbout& is_about) {
    const InForce& here = in_force_[index.value];
    const std::string path = PathAt(index);
    std::vector<std::string> missing;
    std::vector<std::string> added;
    const OptOut* sentence = nullptr;
    for (const std::string& service : names_) {
      const OptOut* wanted = Says(service, is_about);
      if ((wanted != nullptr) == here.IsOut(service)) continue;
      (wanted != nullptr ? missing : added).push_back(InWords(service));
      if (wanted != nullptr) sentence = wanted;
    }
    if (!missing.empty()) {
      Tell(path,
           fmt::format("{} {} not opted out of {}, and the program says so", who,
                       IsMany(who) ? "are" : "is", Few(missing)),
           &sentence->origin);
    }
    if (!added.empty()) {
      Tell(path, fmt::format("{} {} opted out of {}, and no sentence says so", who,
                             IsMany(who) ? "are" : "is", Few(added)));
    }
  }
  static bool IsMany(std::string_view who) { return who.starts_with("accounts"); }
  static std::string Few(const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 5;
    if (names.size() <= kShown) return fmt::format("{}", fmt::join(names, ", "));
    const std::vector<std::string> first(names.begin(), names.begin() + kShown);
    return fmt::format("{} and {} more", fmt::join(first, ", "), names.size() - kShown);
  }

  /// Accounts that join there later, and what may be changed below.
  void CompareAt(NodeIndex index) {
    const intent::Node& node = nodes()[index.value];
    const auto is_about = [&](const OptOut& one) { return IsBelow(index, one.nodes); };
    if (node.kind != intent::Node::Kind::kAccount) {
      Compare(index, fmt::format("accounts that join {}", node.name), is_about);
    }
    const InForce& here = in_force_[index.value];
    const auto locks = std::ranges::find_if(
        model().opt_outs, [&](const OptOut& one) { return one.locked && is_about(one); });
    if (locks != model().opt_outs.end() && here.IsOpen()) {
      Tell(PathAt(index),
           fmt::format("policies below {} may change what is opted out of, and the program says "
                       "`locked`",
                       node.name),
           &locks->origin);
    }
    if (locks == model().opt_outs.end() && here.HasLocks()) {
      Tell(PathAt(index),
           fmt::format("policies below {} may not change it, and no sentence says `locked`",
                       node.name));
    }
  }

  void CompareAccount(intent::AccountIndex index) {
    const intent::Account& account = organization().accounts[index.value];
    Compare(account.node, fmt::format("account {}", account.name), [&](const OptOut& one) {
      return std::ranges::find(one.accounts, index) != one.accounts.end();
    });
  }

  /// The nearest policy at or above the node; empty if there is none.
  [[nodiscard]] std::string PathAt(NodeIndex index) const {
    for (std::optional<NodeIndex> at = index; at; at = nodes()[at->value].parent) {
      const auto found = policies_.find(at->value);
      if (found != policies_.end()) return found->second.first;
    }
    return "";
  }

  const Program& facts_;
  const Tree& tree_;
  std::set<std::string>& read_;
  std::map<std::uint32_t, std::pair<std::string, OptOutPolicy>> policies_;  ///< by node
  std::vector<InForce> in_force_;                                           ///< by node
  std::set<std::string> names_;  ///< of services that are compared
  std::vector<Mismatch> differences_;
};

/// One service, once.
OptOutPolicy::Service ReadService(Members& service, const std::string& name,
                                  std::vector<std::string>& wrong) {
  OptOutPolicy::Service setting;
  setting.is_locked = TakeLock(service, wrong);
  std::optional<Members> policy = service.Object("opt_out_policy");
  const std::string value = policy ? policy->Text("@@assign", "") : "";
  if (value != "optOut" && value != "optIn") {
    wrong.push_back(fmt::format("it assigns `{}` to `{}`, not `optOut` or `optIn`", value, name));
  }
  setting.is_out = value == "optOut";
  if (policy) {
    const bool is_locked = TakeLock(*policy, wrong);
    if (is_locked != setting.is_locked) {
      wrong.push_back(fmt::format("it locks `{}` or its setting, and not both", name));
    }
    policy->Finish();
  }
  service.Finish();
  return setting;
}

}  // namespace

OptOutPolicy ReadOptOutPolicy(std::string_view bytes) {
  OptOutPolicy policy;
  const auto document = json::Parse(bytes);
  if (!document) {
    policy.wrong.push_back("it is no JSON: " + document.error().message);
    return policy;
  }
  Said said;
  Members members(document->root(), said);
  std::optional<Members> services = members.Object("services");
  members.Finish();
  if (!services) {
    policy.wrong.emplace_back("it has no `/services`");
    return policy;
  }
  policy.is_locked = TakeLock(*services, policy.wrong);
  for (const std::string& name : services->Names()) {
    if (name == kLock) continue;
    if (std::optional<Members> service = services->Object(name)) {
      policy.services[name] = ReadService(*service, name, policy.wrong);
    }
  }
  policy.wrong.insert(policy.wrong.end(), said.wrong().begin(), said.wrong().end());
  return policy;
}

std::vector<Mismatch> CompareOptOuts(const Program& facts, const Tree& tree,
                                     std::set<std::string>& read) {
  return Comparer(facts, tree, read).Run();
}

}  // namespace writ::deployed
