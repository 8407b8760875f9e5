#include "attachment_limits.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/support/check.h"
#include "iam/policy/pattern.h"

namespace writ::emit {
namespace {

/// Documents that are shown as what could be done without.
constexpr std::size_t kShownCuts = 3;

std::string Glob(std::string text) {
  std::ranges::replace(text, '*', policy::kAnyRun);
  std::ranges::replace(text, '?', policy::kAnyOne);
  return text;
}

/// Whether every principal that `narrow` names is one that `wide` names.
bool Includes(const std::string& wide, const std::string& narrow) {
  if (wide == narrow) return true;
  const bool are_tags = wide.starts_with("tag:") || narrow.starts_with("tag:");
  const std::string glob = Glob(wide);
  // `?` would take the byte of a `*` for one character.
  if (are_tags || glob.find(policy::kAnyOne) != std::string::npos) return false;
  return policy::MatchesGlob(glob, Glob(narrow));
}

/// Principals of one account, "role" or "user", by name or pattern.
using Place = std::pair<std::string, std::string>;
using Documents = std::vector<const Artifact*>;
using Holders = std::map<std::string, Documents>;

std::map<Place, Holders> HoldersOf(const Tree& tree) {
  std::map<std::string_view, const Artifact*> by_path;
  for (const Artifact& artifact : tree.artifacts) {
    if (artifact.kind == "identity") by_path.emplace(artifact.path, &artifact);
  }
  std::map<Place, Holders> holders;
  for (const Attachment& attachment : tree.attachments) {
    const auto found = by_path.find(attachment.document);
    if (found == by_path.end() || found->second->targets.empty()) continue;
    holders[{found->second->targets.front(), attachment.to}][attachment.id].push_back(
        found->second);
  }
  return holders;
}

void Report(const Place& place, const std::string& id, Documents documents, std::size_t limit,
            diag::Sink& sink) {
  diag::Diagnostic& found = sink.Report(diag::kTooManyPolicies, {}, place.second, id, place.first,
                                        documents.size(), limit);
  std::ranges::stable_sort(documents, {}, &Artifact::characters);
  if (documents.size() > kShownCuts) documents.resize(kShownCuts);
  for (const Artifact* document : documents) {
    std::set<std::string> from;
    for (const StatementEntry& statement : *document->statements) {
      from.insert(statement.from.begin(), statement.from.end());
    }
    found.Suggest(
        fmt::format("without `{}` it is one fewer: {} characters, from the sentences at {}",
                    document->path, document->characters, fmt::join(from, ", ")));
  }
}

}  // namespace

void CheckAttachmentLimits(const Tree& tree, const catalog::Catalog& catalog, diag::Sink& sink) {
  for (const auto& [place, holders] : HoldersOf(tree)) {
    const catalog::Quota* quota = catalog.FindQuota(
        place.second == "user" ? "managed-policies-per-user" : "managed-policies-per-role");
    WRIT_CHECK(quota != nullptr && quota->value > 0, place.second);
    const auto limit = static_cast<std::size_t>(quota->value);
    std::set<Documents> reported;
    for (const auto& [id, own] : holders) {
      Documents documents;
      for (const auto& [other, theirs] : holders) {
        if (!Includes(other, id)) continue;
        documents.insert(documents.end(), theirs.begin(), theirs.end());
      }
      if (documents.size() <= limit || !reported.insert(documents).second) continue;
      Report(place, id, std::move(documents), limit, sink);
    }
  }
}

}  // namespace writ::emit
