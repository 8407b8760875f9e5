// Comparisons against the evaluator. An input either draws documents of several layers and requests
// (every request must be decided as the answer says) or is two policy documents in JSON, a line
// each, which must be compared without an internal error and be equal to themselves.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "iam/decide/space.h"
#include "iam/policy/evaluate.h"
#include "unit/iam/decide/draw.h"

namespace writ::decide {
namespace {

constexpr std::size_t kRequests = 24;
constexpr std::uint64_t kBudget = 300'000;

// The bytes of an input one after the other, with something regular behind them.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::size_t Next() { return at_ < size_ ? data_[at_++] : (tail_ = tail_ * 31 + 7) >> 8U; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
  std::size_t tail_ = 1;
};

bool IsOurFault(const Comparison& comparison) {
  for (const Obstacle& obstacle : comparison.obstacles) {
    if (obstacle.kind == Obstacle::Kind::kReplay) return true;
  }
  return false;
}

void CompareDrawn(const std::uint8_t* data, std::size_t size) {
  Bytes bytes(data, size);
  Draw draw([&bytes] { return bytes.Next(); });
  const policy::PolicySet left = draw.Layers();
  policy::PolicySet right = draw.Layers();
  if (draw.Chance(50)) right.identity = left.identity;
  if (draw.Chance(50)) right.resource = left.resource;
  if (draw.Chance(50)) right.scps = left.scps;
  const bool is_cross = draw.Chance(40);
  const Scope scope{is_cross ? Accounts::kCross : Accounts::kSame, ""};
  Options options;
  options.budget = kBudget;
  const Comparison compared = Compare(Space(left, scope), Space(right, scope), options);
  if (IsOurFault(compared)) __builtin_trap();
  if (compared.relation == Relation::kUndecided) return;
  policy::Switches switches;
  switches.has_service_rules = false;
  for (std::size_t i = 0; i < kRequests; ++i) {
    const policy::Request request = draw.Request(is_cross);
    const auto before = policy::Evaluate(request, left, switches);
    const auto after = policy::Evaluate(request, right, switches);
    if (!before || !after) __builtin_trap();
    if (!compared.gained && after->is_allowed() && !before->is_allowed()) __builtin_trap();
    if (!compared.lost && before->is_allowed() && !after->is_allowed()) __builtin_trap();
  }
}

void CompareTexts(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return;
  const auto left = policy::Read(text.substr(0, end), policy::Kind::kResource);
  const auto right = policy::Read(text.substr(end + 1), policy::Kind::kResource);
  if (!left || !right) return;
  Options options;
  options.budget = kBudget;
  for (const policy::Kind kind : {policy::Kind::kIdentity, policy::Kind::kResource}) {
    const Space before = Space::Of(*left, kind);
    const Space after = Space::Of(*right, kind);
    if (IsOurFault(Compare(before, after, options))) __builtin_trap();
    const Comparison same = Compare(before, before, options);
    if (same.relation != Relation::kEquivalent && same.relation != Relation::kUndecided) {
      __builtin_trap();
    }
  }
}

}  // namespace
}  // namespace writ::decide

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0 && data[0] == '{') {
    writ::decide::CompareTexts({reinterpret_cast<const char*>(data), size});
  } else {
    writ::decide::CompareDrawn(data, size);
  }
  return 0;
}
