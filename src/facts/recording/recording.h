// What AWS CloudTrail records a call as: event source, event name, management or data event. Read
// from stdlib/aws/cloudtrail.json, a dated fact like the catalog; what that file does not know
// stays unknown, and whoever asks says so.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/result.h"

namespace writ::recording {

/// Data events: a trail records them only if it selects one of these resource types.
struct DataEvents {
  std::vector<std::string> types;   ///< `AWS::Bedrock::Guardrail`
  std::vector<std::string> events;  ///< names
};

/// Events that record the use of a model.
struct Use {
  std::vector<std::string> events;
  std::string model;  ///< the member of `requestParameters` that names the model
  /// Some of them are recorded as read-only management events, which EventBridge matches in state
  /// ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS only.
  bool is_read_only = false;
};

/// The events of one IAM prefix. An action is recorded under its own name, as a management event
/// unless `data` lists it.
struct Service {
  std::string prefix;        ///< of the IAM actions, `bedrock`
  std::string event_source;  ///< `bedrock.amazonaws.com`
  std::string bus_source;    ///< `source` of the events on EventBridge; empty: unknown
  /// Of a global service: partition → the region whose event bus gets its events. Empty: events are
  /// delivered in the region of the call.
  std::map<std::string, std::string, std::less<>> home;
  std::set<std::string, std::less<>> unknown;  ///< actions whose event is not known
  std::vector<DataEvents> data;
  std::vector<Use> uses;

  /// The resource types that a trail must select to record the event; empty for management events.
  [[nodiscard]] std::vector<std::string> TypesOf(std::string_view event) const;
};

class Trail {
 public:
  /// The facts of this build.
  [[nodiscard]] static const Trail& BuiltIn();
  /// Reads the file's text: at most 1 MB and 10,000 names in all. The error names the place.
  [[nodiscard]] static support::Result<Trail> Parse(std::string_view text);

  [[nodiscard]] const std::string& date() const { return date_; }
  [[nodiscard]] const std::vector<Service>& services() const { return services_; }
  /// The events of an IAM prefix, or nullptr: unknown.
  [[nodiscard]] const Service* Find(std::string_view prefix) const;
  /// Values of `errorCode` of a call that IAM refused.
  [[nodiscard]] const std::vector<std::string>& refusals() const { return refusals_; }
  /// Ways to a model whose events do not tell the use of any model, or which one it was: in words.
  [[nodiscard]] const std::string& hidden_uses(bool is_named) const {
    return is_named ? hidden_of_named_ : hidden_;
  }
  /// Most characters of a rule's pattern on EventBridge.
  [[nodiscard]] std::size_t pattern_characters() const { return pattern_characters_; }

 private:
  friend class Reader;
  std::string date_;
  std::vector<Service> services_;  ///< by prefix
  std::vector<std::string> refusals_;
  std::string hidden_;
  std::string hidden_of_named_;
  std::size_t pattern_characters_ = 0;
};

}  // namespace writ::recording
