// What `watch …` becomes: EventBridge rules with their targets, selectors of data events for a
// trail, and a query of the trail's bucket for Athena.
#pragma once

#include <vector>

#include "base/diag/diag.h"
#include "output/emit/tree.h"
#include "program/intent/model.h"

namespace writ::emit {

/// monitoring/<name>[-N].<region>.events.PutRule.json, a rule of each account in the manifest, and
/// the PutTargets of the rule: one file where all accounts have the same, else one an account with
/// its name before the region. <name>.athena.sql is the query of the same events;
/// trail.cloudtrail.AdvancedEventSelectors.json what a trail must select, to be merged into what it
/// selects already.
///
/// Reports a topic in another region than the events (W8122), a role of another account (W8121), a
/// place watched twice (W8124), a pattern that no split makes fit (W8128), a watch without events
/// (W8130), and warns of what is not seen (W8125), seen only with data events (W8126) or not
/// delivered without a role (W8127).
[[nodiscard]] std::vector<Artifact> MonitoringRequests(const intent::Model& model,
                                                       const catalog::Catalog& catalog,
                                                       diag::Sink& sink);

}  // namespace writ::emit
