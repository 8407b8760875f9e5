#include "proof/reference/guards.h"

#include <algorithm>

#include "proof/reference/reading.h"

namespace writ::reference {

Guards::Guards(const Program& program, const Deployed& deployed, policy::Kind kind)
    : program_(program), kind_(kind) {
  for (const Document& document : deployed.documents) {
    if (document.kind != kind) continue;
    const policy::CompiledPolicy& compiled =
        compiled_.emplace_back(document.document(), kind, kReading);
    for (const Attachment& attachment : deployed.attachments) {
      if (attachment.path != document.path) continue;
      at_[attachment.to == "root" ? "root" : attachment.id].push_back(&compiled);
    }
  }
  // Full access is attached to every node: what we attach only refuses.
  if (kind == policy::Kind::kScp) compiled_.emplace_back(Everything(), kind, kReading);
  everything_.emplace(Everything(), policy::Kind::kIdentity, kReading);
}

bool Guards::Refuse(const policy::Request& request, intent::AccountIndex account) const {
  policy::CompiledSet set;
  set.identity.push_back(&*everything_);
  const auto& nodes = program_.model.organization.nodes;
  std::optional<intent::NodeIndex> node = program_.model.organization.accounts[account.value].node;
  for (; node; node = nodes[node->value].parent) {
    const intent::Node& one = nodes[node->value];
    const auto found = at_.find(one.kind == intent::Node::Kind::kRoot ? "root" : one.id);
    if (found == at_.end()) continue;
    if (kind_ == policy::Kind::kRcp) {
      set.rcps.push_back(found->second);
      continue;
    }
    set.scps.push_back(found->second);
    set.scps.back().push_back(&compiled_.back());
  }
  const auto prepared = policy::Prepare(request);
  return prepared.ok() && !policy::Evaluate(*prepared, set, kReading).is_allowed();
}

bool IsTold(const Deployed& deployed) {
  return std::ranges::all_of(deployed.attachments, [](const Attachment& attachment) {
    return attachment.to != "ou" || !attachment.id.empty();
  });
}

}  // namespace writ::reference
