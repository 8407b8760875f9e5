// `writ.lock`: what each model name of a program meant when somebody last accepted it. A newer
// catalog may give a name other ids, regions or routes; a permission would then silently become
// another one. So the meaning is recorded, and a difference is an error until it is accepted.
//
// The file is text, one record a line like the catalog's own parts, because people review it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/result.h"
#include "facts/catalog/catalog.h"

namespace writ::catalog {

/// An id as a name meant it: where it could be called, and by which routes.
struct LockedId {
  std::string id;
  std::optional<std::vector<std::string>> in_region;
  std::optional<std::vector<std::string>> mantle_regions;
  std::vector<InferenceProfile> profiles;  ///< by scope
};

/// A name: of a model, family or provider, or `latest FAMILY`.
struct LockedName {
  std::string name;
  std::vector<std::string> patterns;  ///< what a prohibition of the name covers
  std::vector<LockedId> ids;          ///< what a permission of the name covers, by id
};

/// A sentence, and what all facts that its meaning was made of came to.
struct LockedSentence {
  std::string sentence;  ///< its words with single spaces
  std::string digest;    ///< SHA-256, hexadecimal
};

struct Lock {
  std::string catalog_date;
  std::vector<LockedName> names;  ///< by name
  /// Sorted: names of the program's own sets. They stay its own when a newer catalog brings
  /// something of that name.
  std::vector<std::string> own;
  /// Of the catalog, sorted: "models:2026-11-22", with ":" and the digest if it is not built in.
  std::vector<std::string> parts = {};
  std::vector<LockedSentence> sentences = {};  ///< by sentence, each once
};

/// The catalog's parts with their dates and digests, as Lock::parts has them: with the same ones,
/// sentences that were not edited mean the same.
[[nodiscard]] std::vector<std::string> PartDates(const Catalog& catalog);

/// One difference between what a name meant and what it would mean now.
struct LockChange {
  std::string name;
  std::string what;  ///< in words: "in-region: eu-west-2 added to `amazon.nova-lite-v1:0`"
};

/// What `names` mean in `catalog` (a family or provider: its members that are active on the
/// catalog's date). Names that it does not have are left out.
[[nodiscard]] Lock MakeLock(const Catalog& catalog, std::span<const std::string> names,
                            std::vector<std::string> own = {});

/// The file's bytes; the same lock gives the same bytes.
[[nodiscard]] std::string WriteLock(const Lock& lock);
[[nodiscard]] support::Result<Lock, Fault> ReadLock(std::string_view text);

/// How those of `names` that `lock` has would change their meaning with `catalog`, in the order of
/// names. Names that the lock lacks mean what the catalog says and are no change.
[[nodiscard]] std::vector<LockChange> LockChanges(const Lock& lock, const Catalog& catalog,
                                                  std::span<const std::string> names);

}  // namespace writ::catalog
