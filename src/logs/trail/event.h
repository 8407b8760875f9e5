// What one entry of a log says of one call to AWS, as far as its authorization can be asked about.
//
// Source of the fields: CloudTrail User Guide, "CloudTrail record contents" and "userIdentity
// element"; Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon
// S3" and "Monitor Amazon Bedrock API calls using CloudTrail" (read 2026-11-29). A log does not
// carry the context keys of a request: what is not here is not known.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace writ::trail {

/// Who made the call, as a policy could name it.
struct Identity {
  enum class Kind : std::uint8_t {
    kRole,            ///< `arn` is the role's, with its path
    kSession,         ///< `arn` is the session's; it does not tell the path of its role
    kUser,            ///< `arn` is the user's
    kRoot,            ///< `arn` is arn:aws:iam::ACCOUNT:root
    kFederated,       ///< `arn` is arn:aws:sts::ACCOUNT:federated-user/NAME
    kService,         ///< `arn` is the name of a service, "ec2.amazonaws.com"
    kIdentityCenter,  ///< a user of IAM Identity Center without a role
    kUnknown,         ///< the log does not tell (another account, a directory)
  };
  Kind kind = Kind::kUnknown;
  std::string arn = {};
  std::string account = {};  ///< of the caller; empty for services and where it is not told
  std::string user = {};     ///< kFederated: ARN of the user whose rights it has; empty: not told
  auto operator<=>(const Identity&) const = default;
};

enum class Outcome : std::uint8_t {
  kAllowed,
  kDenied,  ///< by an authorization
  kFailed,  ///< for another reason: whether it was authorized is not told
};
[[nodiscard]] std::string_view Name(Outcome outcome);

/// What calls have in common that are decided alike. Texts are as the log has them.
struct Call {
  Identity who = {};
  std::string source = {};                  ///< "bedrock.amazonaws.com"
  std::string name = {};                    ///< of the event, "Converse"
  std::string region = {};                  ///< in which the call was made
  std::string model = {};                   ///< id or ARN that the caller wrote; empty: none
  std::vector<std::string> resources = {};  ///< ARNs of the event, sorted
  std::string owner = {};     ///< account that owns the resources; empty: the caller's, or not told
  std::string endpoint = {};  ///< id of the VPC endpoint; empty: none
  std::string invoked_by = {};  ///< the service that called on the caller's behalf; or empty
  std::string mfa = {};         ///< "true", "false"; empty: not told
  std::string source_identity = {};
  std::string ip = {};  ///< sourceIPAddress, which may be the name of a service
  std::string issued =
      {};                 ///< when the session's credentials were, "2026-11-01T08:00:00Z"; or empty
  std::string time = {};  ///< when the call was completed; in a Class only the day
  bool has_bearer_token = false;  ///< the call was made with an API key
  /// The log tells of how the call was made: that there is no endpoint means that none was used.
  /// The invocation log does not.
  bool has_circumstances = true;
  Outcome outcome = Outcome::kAllowed;
  auto operator<=>(const Call&) const = default;
};

struct Event {
  Call call = {};
  /// The same for all copies of one event. A call that CloudTrail and the invocation log both have
  /// is told by its request.
  std::uint64_t id = 0;
  bool has_id = false;
};

/// Calls that are decided alike.
struct Class {
  Call call = {};
  std::uint64_t count = 0;
  std::string first = {};  ///< time of the first call; empty: not told
  std::string last = {};
  auto operator<=>(const Class&) const = default;
};

}  // namespace writ::trail
