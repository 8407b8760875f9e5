// What the front ends of all formats fill: parts are added one by one, and a part that is added
// twice is one part, or a conflict.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/snapshot/read.h"
#include "analysis/snapshot/snapshot.h"
#include "base/diag/diag.h"

namespace writ::snapshot {

class Builder {
 public:
  Builder(diag::Sink& sink, const Limits& limits) : sink_(sink), limits_(limits) {}

  /// The document that a value holds: an object, or a string with JSON, percent-encoded or not.
  /// A string without characters but white space holds none (kNotExported). Reports W7508, W7510.
  [[nodiscard]] Exported<DocumentId> AddDocument(const Cursor& value, Document document);
  /// Sets the kind of a document alone from what it holds.
  void GuessKindOf(DocumentId document);
  /// A document whose text is made.
  [[nodiscard]] Exported<DocumentId> AddMade(source::Span where, Document document);
  /// What an object says of an inline policy of `holder`, in the members of these names.
  [[nodiscard]] InlinePolicy ReadInlinePolicy(const Cursor& object, std::string_view name_key,
                                              std::string_view document_key,
                                              const std::string& holder);

  // Each merges with the part of the same key, or reports W7507.
  void Add(Principal principal);
  void Add(ManagedPolicy managed);
  void Add(OrganizationNode node);
  void Add(OrganizationPolicy one);
  void Add(PermissionSet set);
  void Add(Assignment assignment);
  void Add(Guardrail guardrail);
  void Add(Endpoint endpoint);
  void Add(ResourcePolicy one);
  void Add(Unread one) { made_.unread.push_back(std::move(one)); }
  /// The export lists all accounts of the organization.
  void HasAllAccounts() { made_.organization.has_all_accounts = true; }
  void SetOrganization(const Cursor& at, std::string id, std::string management_account);

  /// A page of what one call answers. `call` tells answers of different questions apart.
  void AddPage(const std::string& call, bool is_last, source::Span where, std::string next_command);

  // Members by name; what is absent or null is empty. W7505 for another type.
  [[nodiscard]] std::optional<Cursor> Array(const Cursor& object, std::string_view key);
  [[nodiscard]] std::optional<Cursor> Object(const Cursor& object, std::string_view key);
  [[nodiscard]] std::string String(const Cursor& object, std::string_view key);
  /// The elements of such an array.
  [[nodiscard]] std::vector<Cursor> Elements(const Cursor& object, std::string_view key);
  /// Those that are strings; W7505 for others.
  [[nodiscard]] std::vector<std::string> Strings(const Cursor& object, std::string_view key);
  /// Whether the value is an object; W7505 if not.
  [[nodiscard]] bool IsObject(const Cursor& value, std::string_view what);
  [[nodiscard]] bool IsString(const Cursor& value, std::string_view what);

  [[nodiscard]] diag::Sink& sink() { return sink_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] const Snapshot& snapshot() const { return made_; }

  /// Reports W7506 for pages that are missing, and gives what was read.
  [[nodiscard]] Snapshot Finish();

 private:
  template <class Part>
  Part* Known(Listing<Part>& all, std::string_view table, const std::string& key, Part& part);
  void Conflict(source::Span second, source::Span first, std::string_view what);
  [[nodiscard]] bool IsSame(DocumentId a, DocumentId b) const;
  template <class T>
  [[nodiscard]] bool Merge(Exported<T>& into, const Exported<T>& from) const;
  template <class T>
  [[nodiscard]] bool Merge(Listing<T>& into, const Listing<T>& from) const;
  [[nodiscard]] bool Merge(Listing<InlinePolicy>& into, const Listing<InlinePolicy>& from) const;
  [[nodiscard]] bool MergeDocument(Exported<DocumentId>& into,
                                   const Exported<DocumentId>& from) const;

  void NameByArn();

  struct Pages {
    std::size_t last = 0;
    std::size_t others = 0;
    source::Span where;  ///< the first that is not the last
    std::string next_command;
  };
  diag::Sink& sink_;
  const Limits& limits_;
  Snapshot made_;
  std::map<std::pair<std::string, std::string>, std::size_t> index_;
  std::map<std::string, Pages> pages_;
  source::Span organization_at_;
  bool is_full_ = false;
};

}  // namespace writ::snapshot
