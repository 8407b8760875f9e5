// Questions that differ in names only (shape.h) are answered once.
#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "base/support/fingerprint.h"
#include "iam/decide/space.h"

namespace writ::decide {

/// What became of the questions asked so far. Safe from several threads. What could not be decided
/// is asked anew.
class KnownAnswers {
 public:
  /// Whose catalog must outlive this. `on_question` is not called: questions are left out.
  explicit KnownAnswers(const Options& options);

  /// As decide::IsWithin. A request that shows the contrary is looked for each time.
  [[nodiscard]] Answer IsWithin(const Space& left, const Space& right);
  /// Only whether, without a request; nothing if it could not be decided.
  [[nodiscard]] std::optional<bool> Decide(const Space& left, const Space& right);

 private:
  [[nodiscard]] std::optional<bool> Find(const support::Fingerprint& shape);
  void Keep(support::Fingerprint shape, bool is_within);

  Options options_;
  std::mutex mutex_;
  std::map<support::Fingerprint, bool> known_;
};

}  // namespace writ::decide
