#include "verify/requests.h"

namespace writ::verify {

std::vector<Difference> CompareRequests(const Facts& facts, const Tree& tree) {
  static_cast<void>(facts);
  static_cast<void>(tree);
  return {};
}

}  // namespace writ::verify
