// The authorizations that one call of a log asked for, as far as the log tells them.
//
// CloudTrail does not record the context of a request (User Guide, "CloudTrail record contents"),
// so that most condition keys are unknown; what an event tells of them is put into the request, and
// the rest may be there or not. Which authorizations a call to a model needs is the library's data,
// which event is which action the catalog's.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/access/partial.h"
#include "facts/catalog/catalog.h"
#include "facts/library/library.h"
#include "logs/trail/classes.h"
#include "logs/trail/event.h"
#include "program/intent/model.h"

namespace writ::replay {

struct Facts {
  const intent::Model& model;
  const catalog::Catalog& catalog;
  const library::Library& library;
};

/// The prefixes of the services of which a program says all that its principals may do.
[[nodiscard]] std::set<std::string> AiServices(const Facts& facts);

/// The eventSource of every service that the program's sentences can be about: those of AI, and
/// those of its `do` sentences and verbs.
[[nodiscard]] std::vector<std::string> SourcesOf(const Facts& facts);

/// What tells calls apart under this program.
[[nodiscard]] trail::Detail DetailOf(const intent::Model& model);
/// The same for two programs at once.
[[nodiscard]] trail::Detail Both(const trail::Detail& one, const trail::Detail& other);

struct Rebuilt {
  /// Each must be granted. Without caller: Access::As adds it. Some may be missing, if `cannot`
  /// says why.
  std::vector<access::PartialRequest> legs;
  /// Asked for by one interface to the model and not by another; the log does not tell which.
  std::vector<access::PartialRequest> perhaps;
  std::string cannot;  ///< why not all are known; empty: they are
};

/// `facts` outlive the legs.
[[nodiscard]] Rebuilt Rebuild(const trail::Call& call, const Facts& facts);

/// The id of the model that was called, in the catalog's spelling of ids; empty if the log does not
/// tell, or the catalog does not know the inference profile.
[[nodiscard]] std::string ModelOf(const trail::Call& call, const catalog::Catalog& catalog);

/// By which route the model was called; nothing where ModelOf has no model.
[[nodiscard]] std::optional<intent::Route> RouteOf(const trail::Call& call,
                                                   const catalog::Catalog& catalog);

/// The name of the IAM action of an event, "bedrock:InvokeModel"; empty if it is none that the
/// catalog knows.
[[nodiscard]] std::string ActionOf(const trail::Call& call, const catalog::Catalog& catalog);

}  // namespace writ::replay
