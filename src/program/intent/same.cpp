#include "program/intent/same.h"

#include "program/intent/visit.h"

namespace writ::intent {
namespace {

template <class Value>
bool HasSameParts(std::string_view what, const Value& one, const Value& other) {
  return FingerprintOf(what, one) == FingerprintOf(what, other);
}

/// Without who holds it and where.
Permission GrantOf(Permission permission) {
  permission.holders.clear();
  permission.accounts.clear();
  permission.units.clear();
  return permission;
}

}  // namespace

bool IsSame(const Organization& one, const Organization& other) {
  return HasSameParts("organization", one, other);
}

bool IsSame(const Endpoint& one, const Endpoint& other) {
  return HasSameParts("endpoint", one, other);
}

bool GrantsSame(const Permission& one, const Permission& other) {
  return HasSameParts("grant", GrantOf(one), GrantOf(other));
}

support::Fingerprint MeaningOf(const Prohibition& prohibition) {
  return FingerprintOf("prohibition", prohibition);
}

}  // namespace writ::intent
