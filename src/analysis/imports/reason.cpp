#include "analysis/imports/reason.h"

#include <array>

namespace writ::imports {
namespace {

struct Words {
  std::string_view name;
  std::string_view text;
};

constexpr std::array<Words, kReasonCount> kWords{{
    {"any-action", "it allows or denies actions of every service; a permission names its services"},
    {"all-but-actions", "it allows all actions but some; a permission names its actions"},
    {"all-but-resources", "it applies to all resources but some"},
    {"action-pattern", "the service of an action has wildcards"},
    {"key", "a condition key cannot be spelled in the language"},
    {"operator", "the language has no such comparison"},
    {"old-variables", "`${` is plain text in a document without version 2012-10-17"},
    {"open", "a part of it is not known before it is deployed"},
    {"principal", "an identity policy has no Principal"},
    {"trust", "trust policies are not imported"},
    {"boundary", "permissions boundaries are not imported"},
    {"resource-policy", "policies of resources are not imported"},
    {"endpoint-policy", "policies of VPC endpoints are not imported"},
    {"resource-control-policy", "resource control policies are not imported"},
    {"allow-list", "an SCP that lists what is allowed; sentences only forbid in an organization"},
    {"scps-off", "the organization does not have SCPs enabled, so this one denies nothing"},
    {"scps-unknown", "an SCP denies what it allows, if SCPs are enabled; no export shows whether"},
    {"management", "prohibitions become SCPs, which do not bind the management account"},
    {"unattached", "it is attached to nobody"},
    {"nobody", "the group has no members in the export"},
    {"other-service", "it is about services that were not asked for"},
    {"refused", "the language refuses the sentence"},
    {"differs", "the sentence would mean something else"},
    {"undecided", "it could not be proved that the sentence means the same"},
    {"too-long", "the documents would be longer than AWS accepts"},
}};

}  // namespace

std::string_view Name(Reason reason) { return kWords[static_cast<std::size_t>(reason)].name; }
std::string_view Describe(Reason reason) { return kWords[static_cast<std::size_t>(reason)].text; }

}  // namespace writ::imports
