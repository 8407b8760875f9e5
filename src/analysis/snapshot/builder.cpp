#include "analysis/snapshot/builder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analysis/snapshot/front_ends.h"
#include "base/diag/codes/policy.h"

namespace writ::snapshot {

namespace json = support::json;

Exported<DocumentId> Builder::AddDocument(const Cursor& value, Document document) {
  if (document.pointer.empty()) document.pointer = value.pointer;
  if (value.value.is_object()) {
    document.text = Text::Within(value.text, value.value.begin(), value.value.end());
    return AddMade(value.span(), std::move(document));
  }
  const auto unreadable = [&]() -> Exported<DocumentId> {
    sink_.Report(diag::kSnapshotDocumentUnreadable, value.span());
    return Gap{Gap::Kind::kUnreadable, value.span()};
  };
  if (!value.value.is_string()) return unreadable();
  TextPtr text = Text::OfString(value.text, value.value);
  const auto first = [&] { return text->view().find_first_not_of(" \t\r\n"); };
  std::size_t at = first();
  if (at == std::string_view::npos) return Gap{};
  // A text that begins with `{` is never decoded: a resource may hold `%2F`.
  if (text->view()[at] == '%') {
    std::optional<TextPtr> decoded = Text::Decoded(std::move(text));
    if (!decoded) return unreadable();
    text = *std::move(decoded);
    at = first();
  }
  if (at == std::string_view::npos || text->view()[at] != '{') return unreadable();
  document.text = std::move(text);
  return AddMade(value.span(), std::move(document));
}

InlinePolicy Builder::ReadInlinePolicy(const Cursor& object, std::string_view name_key,
                                       std::string_view document_key, const std::string& holder) {
  InlinePolicy made;
  made.name = String(object, name_key);
  if (const auto document = object.Find(document_key)) {
    made.document = AddDocument(*document, {.name = fmt::format("inline policy `{}`", made.name),
                                            .holder = holder,
                                            .kind = policy::Kind::kIdentity});
  }
  return made;
}

Exported<DocumentId> Builder::AddMade(source::Span where, Document document) {
  if (made_.documents.size() >= limits_.documents) {
    // Once is enough: the others are beyond the limit too.
    if (made_.documents.size() == limits_.documents && !is_full_) {
      sink_.Report(diag::kSnapshotTooManyDocuments, where, limits_.documents);
      is_full_ = true;
    }
    return Gap{Gap::Kind::kUnreadable, where};
  }
  made_.documents.push_back(std::move(document));
  return made_.documents.size() - 1;
}

void Builder::GuessKindOf(DocumentId document) {
  Document& one = made_.documents[document];
  one.kind = GuessKind(one.text->view());
  one.is_kind_guessed = true;
}

// ------------------------------------------------------------------------------------- members

namespace {

std::optional<Cursor> Present(const Cursor& object, std::string_view key) {
  std::optional<Cursor> found = object.Find(key);
  if (found && found->value.kind() == json::Kind::kNull) return std::nullopt;
  return found;
}

}  // namespace

std::optional<Cursor> Builder::Array(const Cursor& object, std::string_view key) {
  std::optional<Cursor> found = Present(object, key);
  if (!found || found->value.is_array()) return found;
  sink_.Report(diag::kSnapshotWrongType, found->span(), key, json::Describe(found->value.kind()),
               "an array");
  return std::nullopt;
}

std::optional<Cursor> Builder::Object(const Cursor& object, std::string_view key) {
  std::optional<Cursor> found = Present(object, key);
  if (!found || IsObject(*found, key)) return found;
  return std::nullopt;
}

bool Builder::IsObject(const Cursor& value, std::string_view what) {
  if (value.value.is_object()) return true;
  sink_.Report(diag::kSnapshotWrongType, value.span(), what, json::Describe(value.value.kind()),
               "an object");
  return false;
}

bool Builder::IsString(const Cursor& value, std::string_view what) {
  if (value.value.is_string()) return true;
  sink_.Report(diag::kSnapshotWrongType, value.span(), what, json::Describe(value.value.kind()),
               "a string");
  return false;
}

std::string Builder::String(const Cursor& object, std::string_view key) {
  const std::optional<Cursor> found = Present(object, key);
  if (!found || !IsString(*found, key)) return "";
  return std::string(found->value.text());
}

std::vector<Cursor> Builder::Elements(const Cursor& object, std::string_view key) {
  const std::optional<Cursor> found = Array(object, key);
  return found ? found->Elements() : std::vector<Cursor>();
}

std::vector<std::string> Builder::Strings(const Cursor& object, std::string_view key) {
  std::vector<std::string> all;
  for (const Cursor& element : Elements(object, key)) {
    if (IsString(element, key)) all.emplace_back(element.value.text());
  }
  return all;
}

// -------------------------------------------------------------------------------------- merging

bool Builder::IsSame(DocumentId a, DocumentId b) const {
  const Document& one = made_.documents[a];
  const Document& two = made_.documents[b];
  if (one.text->view() == two.text->view()) return true;
  // Another layout, another encoding, a Sid's place: what they say decides.
  const auto first = policy::Read(one.text->view(), one.kind);
  const auto second = policy::Read(two.text->view(), two.kind);
  return first.ok() && second.ok() && *first == *second;
}

bool Builder::MergeDocument(Exported<DocumentId>& into, const Exported<DocumentId>& from) const {
  if (!from.is_known()) return true;
  if (!into.is_known()) {
    into = from;
    return true;
  }
  return IsSame(*into, *from);
}

template <class T>
bool Builder::Merge(Exported<T>& into, const Exported<T>& from) const {
  if (!from.is_known()) return true;
  if (!into.is_known()) {
    into = from;
    return true;
  }
  return *into == *from;
}

template <class T>
bool Builder::Merge(Listing<T>& into, const Listing<T>& from) const {
  std::vector<const T*> added;
  for (const T& item : from.items) {
    if (std::ranges::find(into.items, item) == into.items.end()) added.push_back(&item);
  }
  if (into.is_whole && !added.empty()) return false;
  if (from.is_whole) {
    for (const T& item : into.items) {
      if (std::ranges::find(from.items, item) == from.items.end()) return false;
    }
  }
  for (const T* item : added) into.items.push_back(*item);
  into.is_whole = into.is_whole || from.is_whole;
  return true;
}

bool Builder::Merge(Listing<InlinePolicy>& into, const Listing<InlinePolicy>& from) const {
  const auto named = [](std::vector<InlinePolicy>& all, const std::string& name) {
    const auto found = std::ranges::find(all, name, &InlinePolicy::name);
    return found == all.end() ? nullptr : &*found;
  };
  std::size_t met = 0;
  const std::size_t before = into.items.size();
  for (const InlinePolicy& item : from.items) {
    InlinePolicy* known = named(into.items, item.name);
    if (known != nullptr) {
      ++met;
      if (!MergeDocument(known->document, item.document)) return false;
    } else if (into.is_whole) {
      return false;
    } else {
      into.items.push_back(item);
    }
  }
  if (from.is_whole && met < before) return false;
  into.is_whole = into.is_whole || from.is_whole;
  return true;
}

void Builder::Conflict(source::Span second, source::Span first, std::string_view what) {
  sink_.Report(diag::kSnapshotConflict, second, what)
      .At("exported again, with different content")
      .Also(first, "the same in another export");
}

template <class Part>
Part* Builder::Known(Listing<Part>& all, std::string_view table, const std::string& key,
                     Part& part) {
  if (key.empty()) {
    all.items.push_back(std::move(part));
    return nullptr;
  }
  const auto [known, is_new] = index_.try_emplace({std::string(table), key}, all.items.size());
  if (!is_new) return &all.items[known->second];
  all.items.push_back(std::move(part));
  return nullptr;
}

namespace {

void TakeText(std::string& into, const std::string& from) {
  if (into.empty()) into = from;
}

}  // namespace

void Builder::Add(Principal principal) {
  const std::string key = principal.key;
  Principal* known = Known(made_.principals, TypeName(principal.type), key, principal);
  if (known == nullptr) return;
  TakeText(known->arn, principal.arn);
  TakeText(known->account, principal.account);
  TakeText(known->path, principal.path);
  TakeText(known->name, principal.name);
  known->is_optional = known->is_optional || principal.is_optional;
  const bool is_same =
      Merge(known->inline_policies, principal.inline_policies) &&
      Merge(known->attached, principal.attached) && Merge(known->boundary, principal.boundary) &&
      MergeDocument(known->trust, principal.trust) && Merge(known->groups, principal.groups) &&
      Merge(known->tags, principal.tags) &&
      Merge(known->instance_profiles, principal.instance_profiles);
  if (!is_same) Conflict(principal.origin.span, known->origin.span, key);
}

void Builder::Add(ManagedPolicy managed) {
  const std::string key = managed.key;
  ManagedPolicy* known = Known(made_.managed_policies, "policy", key, managed);
  if (known == nullptr) return;
  TakeText(known->arn, managed.arn);
  TakeText(known->account, managed.account);
  TakeText(known->name, managed.name);
  const bool is_same = MergeDocument(known->document, managed.document) &&
                       Merge(known->attachments, managed.attachments) &&
                       Merge(known->boundary_uses, managed.boundary_uses);
  if (!is_same) Conflict(managed.origin.span, known->origin.span, key);
}

void Builder::Add(OrganizationNode node) {
  const std::string key = node.id;
  OrganizationNode* known = Known(made_.organization.nodes, "node", key, node);
  if (known == nullptr) return;
  TakeText(known->name, node.name);
  const bool is_same = Merge(known->parent, node.parent) && Merge(known->policies, node.policies) &&
                       Merge(known->enabled_types, node.enabled_types);
  if (!is_same) Conflict(node.origin.span, known->origin.span, key);
}

void Builder::Add(OrganizationPolicy one) {
  const std::string key = one.key;
  OrganizationPolicy* known = Known(made_.organization.policies, "organization", key, one);
  if (known == nullptr) return;
  TakeText(known->arn, one.arn);
  TakeText(known->name, one.name);
  TakeText(known->type, one.type);
  if (!known->content.is_known()) known->content = one.content;
  const bool is_same = MergeDocument(known->document, one.document) &&
                       Merge(known->is_aws_managed, one.is_aws_managed) &&
                       Merge(known->targets, one.targets);
  if (!is_same) Conflict(one.origin.span, known->origin.span, key);
}

void Builder::Add(PermissionSet set) {
  const std::string key = set.key;
  PermissionSet* known = Known(made_.permission_sets, "permission set", key, set);
  if (known == nullptr) return;
  TakeText(known->name, set.name);
  known->is_optional = known->is_optional || set.is_optional;
  bool is_same = true;
  if (set.inline_policy.is_known() && known->inline_policy.is_known()) {
    const std::optional<DocumentId>& a = *known->inline_policy;
    const std::optional<DocumentId>& b = *set.inline_policy;
    is_same = a.has_value() == b.has_value() && (!a || IsSame(*a, *b));
  } else if (set.inline_policy.is_known()) {
    known->inline_policy = set.inline_policy;
  }
  is_same = is_same && Merge(known->attached, set.attached) &&
            Merge(known->customer_managed, set.customer_managed) &&
            Merge(known->boundary, set.boundary) && Merge(known->accounts, set.accounts);
  if (!is_same) Conflict(set.origin.span, known->origin.span, key);
}

void Builder::Add(Assignment assignment) {
  auto& items = made_.assignments.items;
  if (std::ranges::find(items, assignment) == items.end()) items.push_back(std::move(assignment));
}

void Builder::Add(Guardrail guardrail) {
  const std::string key = guardrail.key;
  Guardrail* known = Known(made_.guardrails, "guardrail", key, guardrail);
  if (known == nullptr) return;
  TakeText(known->name, guardrail.name);
  TakeText(known->version, guardrail.version);
  if (!known->settings.is_known()) known->settings = guardrail.settings;
}

void Builder::Add(Endpoint endpoint) {
  const std::string key = endpoint.key;
  Endpoint* known = Known(made_.endpoints, "endpoint", key, endpoint);
  if (known == nullptr) return;
  TakeText(known->service, endpoint.service);
  if (!MergeDocument(known->policy, endpoint.policy)) {
    Conflict(endpoint.origin.span, known->origin.span, key);
  }
}

void Builder::Add(ResourcePolicy one) {
  const std::string key = one.resource;
  ResourcePolicy* known = Known(made_.resource_policies, "resource", key, one);
  if (known == nullptr) return;
  if (!MergeDocument(known->document, one.document)) {
    Conflict(one.origin.span, known->origin.span, key);
  }
}

void Builder::SetOrganization(const Cursor& at, std::string id, std::string management_account) {
  Organization& organization = made_.organization;
  bool is_same = id.empty() || Merge(organization.id, Exported<std::string>(id));
  if (!management_account.empty()) {
    is_same = Merge(organization.management_account,
                    Exported<std::string>(std::move(management_account))) &&
              is_same;
  }
  if (!is_same) Conflict(at.span(), organization_at_, "the organization");
  if (!organization_at_.valid()) organization_at_ = at.span();
}

void Builder::AddPage(const std::string& call, bool is_last, source::Span where,
                      std::string next_command) {
  Pages& pages = pages_[call];
  if (is_last) {
    ++pages.last;
    return;
  }
  if (pages.others++ == 0) {
    pages.where = where;
    pages.next_command = std::move(next_command);
  }
}

// Exports that name a part by a place of their own (a folder) may also tell its ARN: it is the part
// of that ARN then.
void Builder::NameByArn() {
  std::map<std::string, std::string> arns;
  const auto rename = [&](auto& listing) {
    auto old = std::move(listing.items);
    listing.items.clear();
    for (auto& part : old) {
      if (!part.arn.empty() && part.key != part.arn) {
        arns[part.key] = part.arn;
        part.key = part.arn;
      }
    }
    return old;
  };
  index_.clear();
  for (Principal& principal : rename(made_.principals)) Add(std::move(principal));
  for (ManagedPolicy& managed : rename(made_.managed_policies)) Add(std::move(managed));
  for (Document& document : made_.documents) {
    const auto found = arns.find(document.holder);
    if (found != arns.end()) document.holder = found->second;
  }
}

Snapshot Builder::Finish() {
  NameByArn();
  for (const auto& [call, pages] : pages_) {
    if (pages.others == 0 || pages.last > 0) continue;
    sink_.Report(diag::kSnapshotPageMissing, pages.where, call)
        .Suggest(fmt::format("export the next page too: `{}`", pages.next_command));
  }
  return std::move(made_);
}

}  // namespace writ::snapshot
