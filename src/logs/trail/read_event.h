// One record of a log as an Event: of CloudTrail, of `aws cloudtrail lookup-events`, or of
// Bedrock's model invocation log. Members that are not known are ignored, and odd values (of
// anonymized logs) are taken as they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/json.h"
#include "logs/trail/event.h"
#include "logs/trail/splitter.h"

namespace writ::trail {

class EventReader {
 public:
  /// `sources`: the eventSource of the services that are asked about; of all others a record is
  /// only counted.
  EventReader(std::vector<std::string> sources, const Limits& limits);

  enum class Result {
    kEvent,
    kOther,       ///< a record of a service that is not asked about
    kUnknown,     ///< JSON, but of no log that is known
    kUnreadable,  ///< no JSON
  };
  /// Reads a record into `event`, whose storage is used again. The texts of prompts and answers in
  /// an invocation log are passed over.
  [[nodiscard]] Result Read(std::string_view record, Event& event);

 private:
  [[nodiscard]] bool MayMatter(std::string_view record) const;
  [[nodiscard]] bool IsAsked(std::string_view source) const;
  [[nodiscard]] Result ReadTrail(const support::json::Value& record, Event& event) const;
  [[nodiscard]] Result ReadInvocation(const support::json::Value& record, Event& event) const;

  std::vector<std::string> sources_;
  support::json::Limits limits_;
  support::json::Document document_;
  support::json::Document inner_;  // of a record within a record
  std::string inner_text_;
};

/// Whom an ARN of a caller names.
[[nodiscard]] Identity IdentityOf(std::string_view arn);

/// A time as logs have it ("2026-11-01T08:00:00Z", "20261101T080000Z", "2026-11-01
/// 08:00:00.000000000") in the first form; empty if it is none.
[[nodiscard]] std::string NormalTime(std::string_view text);

}  // namespace writ::trail
