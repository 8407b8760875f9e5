#include "logs/trail/classes.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace writ::trail {
namespace {

constexpr std::size_t kDayLength = 10;  // YYYY-MM-DD

std::string_view If(bool is_asked, const std::string& text) {
  return is_asked ? std::string_view(text) : std::string_view();
}

std::string_view DayOf(const std::string& time) {
  return std::string_view(time).substr(0, kDayLength);
}

}  // namespace

Seen::Seen(std::size_t remembered) : remembered_(std::max<std::size_t>(remembered, 1)) {}

std::uint64_t* Seen::Find(Table& table, std::uint64_t id) {
  std::size_t at = id & (table.slots.size() - 1);
  while (table.slots[at] != 0 && table.slots[at] != id) at = (at + 1) & (table.slots.size() - 1);
  return &table.slots[at];
}

bool Seen::Add(std::uint64_t id) {
  id = id == 0 ? 1 : id;  // 0 stands for a free place
  for (Table* table : {&now_, &before_}) {
    if (!table->slots.empty() && *Find(*table, id) == id) return false;
  }
  if (now_.count == remembered_) {
    has_forgotten_ = has_forgotten_ || before_.count > 0;
    before_ = std::exchange(now_, {});
  }
  if ((now_.count + 1) * 2 > now_.slots.size()) {
    Table larger{std::vector<std::uint64_t>(std::max<std::size_t>(now_.slots.size() * 2, 1024)),
                 now_.count};
    for (const std::uint64_t old : now_.slots) {
      if (old != 0) *Find(larger, old) = old;
    }
    now_ = std::move(larger);
  }
  *Find(now_, id) = id;
  ++now_.count;
  return true;
}

Classes::Classes(const Detail& detail, const Limits& limits)
    : detail_(detail), limit_(limits.classes) {}

Class* Classes::Find(const Call& call) {
  support::Fingerprint key = support::FingerprintBuilder("class of calls")
                                 .Enum(call.who.kind)
                                 .Text(call.who.arn)
                                 .Text(call.who.account)
                                 .Text(call.who.user)
                                 .Text(call.source)
                                 .Text(call.name)
                                 .Text(call.region)
                                 .Text(call.model)
                                 .List(call.resources)
                                 .Text(If(detail_.owner, call.owner))
                                 .Text(call.endpoint)
                                 .Text(call.invoked_by)
                                 .Flag(call.has_bearer_token)
                                 .Flag(call.has_circumstances)
                                 .Enum(call.outcome)
                                 .Text(If(detail_.day, call.time).substr(0, kDayLength))
                                 .Text(If(detail_.ip, call.ip))
                                 .Text(If(detail_.mfa, call.mfa))
                                 .Text(If(detail_.issued, call.issued))
                                 .Text(If(detail_.source_identity, call.source_identity))
                                 .Take();
  const auto found = index_.find(key);
  if (found != index_.end()) return &classes_[found->second];
  if (classes_.size() >= limit_) return nullptr;
  index_.emplace(std::move(key), classes_.size());
  Class& added = classes_.emplace_back(Class{call, 0, "", ""});
  added.call.time = detail_.day ? std::string(DayOf(call.time)) : "";
  if (!detail_.ip) added.call.ip.clear();
  if (!detail_.mfa) added.call.mfa.clear();
  if (!detail_.issued) added.call.issued.clear();
  if (!detail_.source_identity) added.call.source_identity.clear();
  if (!detail_.owner) added.call.owner.clear();
  return &added;
}

bool Classes::Add(const Call& call) {
  Class* const found = Find(call);
  if (found == nullptr) return false;
  ++found->count;
  if (call.time.empty()) return true;
  if (found->first.empty() || call.time < found->first) found->first = call.time;
  if (call.time > found->last) found->last = call.time;
  return true;
}

bool Classes::Add(const Class& calls) {
  Class* const found = Find(calls.call);
  if (found == nullptr) return false;
  found->count += calls.count;
  if (!calls.first.empty() && (found->first.empty() || calls.first < found->first)) {
    found->first = calls.first;
  }
  if (calls.last > found->last) found->last = calls.last;
  return true;
}

std::vector<Class> Classes::Take() {
  index_.clear();
  std::ranges::sort(classes_);
  return std::exchange(classes_, {});
}

}  // namespace writ::trail
