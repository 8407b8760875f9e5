#include "proof/reference/artifacts.h"

#include <algorithm>

#include "iam/policy/document.h"
#include "proof/reference/reading.h"
#include "proof/reference/request.h"

namespace writ::reference {

Artifacts::Artifacts(const Deployed& deployed, const intent::Organization& organization)
    : organization_(organization), everything_(Everything(), policy::Kind::kIdentity, kReading) {
  std::map<std::string_view, std::vector<const Attachment*>> attached;
  for (const Attachment& attachment : deployed.attachments) {
    attached[attachment.path].push_back(&attachment);
  }
  for (const Document& document : deployed.documents) {
    documents_.push_back(std::make_unique<Compiled>(Compiled{&document}));
    const Compiled* compiled = documents_.back().get();
    for (const Attachment* one : attached[document.path]) {
      const Attachment& attachment = *one;
      if (document.kind == policy::Kind::kScp) {
        levels_[attachment.to == "root" ? "root" : attachment.id].push_back(compiled);
      } else if (document.kind == policy::Kind::kTrust) {
        trust_[document.folder + "/" + attachment.id] = compiled;
      } else if (document.kind == policy::Kind::kIdentity) {
        const bool is_set = attachment.to == "permission-set";
        held_[is_set ? "" : document.folder].push_back({compiled, attachment.to, attachment.id});
      }
    }
  }
}

const policy::CompiledPolicy& Artifacts::Compiled::policy() const {
  if (!compiled) compiled.emplace(document->document(), document->kind, kReading);
  return *compiled;
}

std::vector<const Artifacts::Held*> Artifacts::HeldBy(const Caller& caller) const {
  const auto& accounts = organization_.accounts;
  const auto account = std::ranges::find(accounts, caller.account, &intent::Account::id);
  std::vector<const Held*> all;
  for (const std::string& folder :
       {account == accounts.end() ? std::string() : account->name, std::string()}) {
    const auto found = held_.find(folder);
    if (found == held_.end()) continue;
    for (const Held& held : found->second) {
      if (IsHeld(held, caller)) all.push_back(&held);
    }
    if (folder.empty()) break;
  }
  return all;
}

bool Artifacts::IsHeld(const Held& held, const Caller& caller) const {
  if (held.to == "permission-set") {
    return Glob("aws-reserved/sso.amazonaws.com/*AWSReservedSSO_" + held.id + "_????????????????",
                caller.role);
  }
  const auto& accounts = organization_.accounts;
  const auto account = std::ranges::find(accounts, caller.account, &intent::Account::id);
  if (account == accounts.end() || account->name != held.document->document->folder) return false;
  if (held.id.starts_with("tag:")) {
    return "tag:" + caller.was_tagged == held.id && (held.to == "user") == caller.role.empty();
  }
  if (held.to == "user") {
    const std::string& user = caller.session_of.empty() ? caller.user : caller.session_of;
    return !user.empty() && user == held.id;
  }
  return !caller.role.empty() && Glob(held.id, caller.role);
}

policy::CompiledSet Artifacts::Scps(const Caller& caller) const {
  policy::CompiledSet set;
  if (!caller.is_bound) return set;
  const auto& accounts = organization_.accounts;
  const auto account = std::ranges::find(accounts, caller.account, &intent::Account::id);
  std::vector<std::string> path;
  for (auto node = caller.unit ? caller.unit : account->node; node;
       node = organization_.nodes.at(node->value).parent) {
    const intent::Node& one = organization_.nodes.at(node->value);
    path.push_back(one.kind == intent::Node::Kind::kRoot ? "root" : one.id);
  }
  if (path.empty() || path.front() != caller.account) path.insert(path.begin(), caller.account);
  if (path.back() != "root") path.push_back("root");
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    std::vector<const policy::CompiledPolicy*> level = {&everything_};
    if (const auto found = levels_.find(*at); found != levels_.end()) {
      for (const Compiled* compiled : found->second) level.push_back(&compiled->policy());
    }
    set.scps.push_back(std::move(level));
  }
  return set;
}

bool Artifacts::Decide(const policy::Request& request, const policy::CompiledSet& policies) const {
  const auto prepared = policy::Prepare(request);
  return prepared.ok() && policy::Evaluate(*prepared, policies, kReading).is_allowed();
}

bool Artifacts::Allows(const Caller& caller, const policy::Request& request) const {
  policy::CompiledSet set = Scps(caller);
  for (const Held* held : HeldBy(caller)) set.identity.push_back(&held->document->policy());
  if (caller.arn.empty()) {
    // A service passes by the role's trust policy alone.
    for (const intent::Account& account : organization_.accounts) {
      const std::size_t role = request.resource.find(":role/");
      if (role == std::string::npos || request.resource.find(account.id) == std::string::npos) {
        continue;
      }
      // A role's name is its own in an account, whatever its path.
      const std::string name = request.resource.substr(request.resource.rfind('/') + 1);
      const auto found = trust_.find(account.name + "/" + name);
      if (found != trust_.end()) set.resource = &found->second->policy();
    }
  }
  policy::Request asked = request;
  // A guardrail that is shared is the owner's to share; whether it is, is asked elsewhere.
  if (request.action == "bedrock:ApplyGuardrail") {
    asked.resource_account = caller.account;
  }
  return Decide(asked, set);
}

bool Artifacts::AllowsHolderOfAnything(const Caller& caller, const policy::Request& request) const {
  policy::CompiledSet set = Scps(caller);
  set.identity.push_back(&everything_);
  policy::Request own = request;
  own.resource_account = caller.account;
  return Decide(own, set);
}

std::vector<std::string> Artifacts::PathsFor(const Caller& caller) const {
  std::vector<std::string> paths;
  for (const Held* held : HeldBy(caller)) paths.push_back(held->document->document->path);
  return paths;
}

}  // namespace writ::reference
