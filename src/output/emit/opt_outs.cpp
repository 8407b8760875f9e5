// `opt-out of service-improvement`: AI services opt-out policies. A policy further down wins over
// one above it, service by service, unless that one is locked; `default` stands for every service
// that no policy names, those to come included. So each policy says only what those above it leave
// otherwise.
//
// Source: AWS Organizations User Guide, "AI services opt-out policy syntax and examples" and
// "Understanding management policy inheritance" (c2hans/aws-docs@07f049df, read 2026-11-29).
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/guardrails.h"
#include "base/support/check.h"
#include "base/support/json.h"
#include "output/emit/node_policies.h"
#include "output/emit/settings.h"

namespace writ::emit {
namespace {

using intent::NodeIndex;
using intent::OptOut;
using support::json::Writer;

constexpr std::string_view kDefault = "default";

/// Key of a service, or `default` → whether accounts are opted out.
using Services = std::map<std::string, bool, std::less<>>;

/// What is in force at a node.
struct Inherited {
  Services services;
  const OptOut* locked_by = nullptr;
};

void Lock(Writer& json) {
  json.Key("@@operators_allowed_for_child_policies");
  json.BeginArray();
  json.String("@@none");
  json.EndArray();
}

/// Minified: Organizations counts every character that is sent.
std::string Policy(const Services& services, bool locked) {
  Writer json(support::json::Style::kMinified);
  json.BeginObject();
  json.Key("services");
  json.BeginObject();
  if (locked) Lock(json);
  for (const auto& [service, is_out] : services) {
    json.Key(service);
    json.BeginObject();
    if (locked) Lock(json);
    json.Key("opt_out_policy");
    json.BeginObject();
    if (locked) Lock(json);
    json.Key("@@assign");
    json.String(is_out ? "optOut" : "optIn");
    json.EndObject();
    json.EndObject();
  }
  json.EndObject();
  json.EndObject();
  return json.Take();
}

class Writers {
 public:
  Writers(const intent::Model& model, const catalog::Catalog& catalog, diag::Sink& sink)
      : model_(model), sink_(sink) {
    const catalog::Quota* quota = catalog.FindQuota("ai-opt-out-policy-size");
    WRIT_CHECK(quota != nullptr && quota->value > 0, "the size of opt-out policies");
    limit_ = static_cast<std::size_t>(quota->value);
  }

  Tree Run() {
    // A parent comes before its children.
    const std::vector<intent::Node>& nodes = model_.organization.nodes;
    inherited_.resize(nodes.size());
    for (std::uint32_t at = 0; at < nodes.size(); ++at) {
      if (nodes[at].parent) inherited_[at] = inherited_[nodes[at].parent->value];
      AddAt(NodeIndex{at});
    }
    std::ranges::sort(tree_.artifacts, {}, &Artifact::path);
    std::ranges::sort(tree_.attachments, {}, &Attachment::document);
    return std::move(tree_);
  }

 private:
  [[nodiscard]] const intent::Node& At(NodeIndex node) const {
    return model_.organization.nodes[node.value];
  }

  /// Sentences that name the node itself.
  [[nodiscard]] std::vector<const OptOut*> Own(NodeIndex node) const {
    std::vector<const OptOut*> own;
    for (const OptOut& opt_out : model_.opt_outs) {
      if (std::ranges::find(opt_out.nodes, node) != opt_out.nodes.end()) own.push_back(&opt_out);
    }
    return own;
  }

  /// Sentences about the accounts at the node: those that name it or a node above it.
  [[nodiscard]] std::vector<const OptOut*> About(NodeIndex node) const {
    std::vector<const OptOut*> about;
    for (std::optional<NodeIndex> at = node; at; at = At(*at).parent) {
      const std::vector<const OptOut*> own = Own(*at);
      about.insert(about.end(), own.begin(), own.end());
    }
    return about;
  }

  [[nodiscard]] static const OptOut* Covering(const std::vector<const OptOut*>& about,
                                              const std::string& service) {
    const auto found = std::ranges::find_if(about, [&](const OptOut* one) {
      return !std::ranges::binary_search(one->except, service);
    });
    return found == about.end() ? nullptr : *found;
  }

  /// What policies above say of the service: nothing, if there are none.
  [[nodiscard]] static std::optional<bool> InForce(const Services& services,
                                                   const std::string& service) {
    auto found = services.find(service);
    if (found == services.end()) found = services.find(kDefault);
    return found == services.end() ? std::nullopt : std::optional(found->second);
  }

  void AddAt(NodeIndex node) {
    const std::vector<const OptOut*> own = Own(node);
    if (own.empty()) return;
    const std::vector<const OptOut*> about = About(node);
    Inherited& above = inherited_[node.value];
    Services wanted{{std::string(kDefault), true}};
    for (const OptOut* one : about) {
      for (const std::string& service : one->except) {
        wanted[service] = Covering(about, service) != nullptr;
      }
    }
    WarnCovered(node, own, about);
    Services changed;
    for (const auto& [service, is_out] : wanted) {
      if (InForce(above.services, service) != is_out) changed[service] = is_out;
    }
    const bool locks = std::ranges::any_of(own, [](const OptOut* one) { return one->locked; });
    if (above.locked_by != nullptr) {
      if (!changed.empty()) ReportLocked(node, *own.front(), *above.locked_by, changed);
      return;
    }
    if (changed.empty() && !locks) return;
    // A lock is on what the policy itself says.
    Write(node, own, locks ? wanted : changed, locks);
    for (const auto& [service, is_out] : wanted) above.services[service] = is_out;
    if (locks) above.locked_by = *std::ranges::find_if(own, &OptOut::locked);
  }

  /// An exception without effect, and a sentence that those about nodes above it repeat.
  void WarnCovered(NodeIndex node, const std::vector<const OptOut*>& own,
                   const std::vector<const OptOut*>& about) {
    const std::string where = NameOf(node);
    for (const OptOut* one : own) {
      for (const std::string& service : one->except) {
        const OptOut* other = Covering(about, service);
        if (other == nullptr || !warned_.emplace(one, service).second) continue;
        sink_.Report(diag::kOptOutCovered, one->origin.span, where, "`" + service + "`")
            .At("this exception has no effect")
            .Also(other->origin.span, "covers the service");
      }
    }
    for (const OptOut* one : own) {
      const auto repeats = [&](const OptOut* other) {
        const bool is_first = std::ranges::find(own, other) == own.end() || other < one;
        return other != one && is_first && (other->locked || !one->locked) &&
               std::ranges::includes(one->except, other->except);
      };
      const auto found = std::ranges::find_if(about, repeats);
      const bool has_said = std::ranges::any_of(one->except, [&](const std::string& service) {
        return warned_.contains({one, service});
      });
      if (found == about.end() || has_said || !warned_.emplace(one, "").second) continue;
      sink_.Report(diag::kOptOutCovered, one->origin.span, where, "the same services")
          .At("adds nothing for " + where)
          .Also((*found)->origin.span, "already says so");
    }
  }

  void ReportLocked(NodeIndex node, const OptOut& own, const OptOut& above,
                    const Services& changed) {
    std::vector<std::string> services;
    for (const auto& [service, is_out] : changed) services.push_back("`" + service + "`");
    sink_
        .Report(diag::kOptOutLocked, own.origin.span, PlaceOf(above), NameOf(node),
                fmt::format("{}", fmt::join(services, ", ")))
        .At("says otherwise than the locked policy")
        .Also(above.origin.span, "locks its exceptions, too")
        .Suggest("remove `locked` or the exception there");
  }

  void Write(NodeIndex index, const std::vector<const OptOut*>& own, const Services& services,
             bool locked) {
    const intent::Node& node = At(index);
    std::vector<const intent::Origin*> origins;
    for (const OptOut* one : own) origins.push_back(&one->origin);
    Artifact artifact = NodePolicy(node, "ai-opt-out", Policy(services, locked), limit_, origins);
    if (artifact.characters > limit_) {
      sink_
          .Report(diag::kOptOutPolicyTooLarge, own.front()->origin.span, NameOf(index),
                  artifact.characters, limit_)
          .At("too much for one policy")
          .Suggest(locked ? "name fewer services after `except`, or remove `locked`"
                          : "name fewer services after `except`");
    }
    AddAttached(std::move(artifact), node, model_.organization, tree_);
  }

  [[nodiscard]] std::string NameOf(NodeIndex node) const {
    const bool is_root = At(node).kind == intent::Node::Kind::kRoot;
    return is_root ? "the organization" : "`" + At(node).name + "`";
  }
  [[nodiscard]] std::string PlaceOf(const OptOut& opt_out) const {
    std::vector<std::string> names;
    for (const NodeIndex node : opt_out.nodes) names.push_back(NameOf(node));
    return fmt::format("{}", fmt::join(names, ", "));
  }

  const intent::Model& model_;
  diag::Sink& sink_;
  std::size_t limit_ = 0;
  std::vector<Inherited> inherited_;
  std::set<std::pair<const OptOut*, std::string>> warned_;  ///< and the service; empty: all
  Tree tree_;
};

}  // namespace

Tree OptOutPolicies(const intent::Model& model, const catalog::Catalog& catalog, diag::Sink& sink) {
  if (model.opt_outs.empty()) return {};
  return Writers(model, catalog, sink).Run();
}

}  // namespace writ::emit
