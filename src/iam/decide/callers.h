// What is true of requests that policies of an account's principals decide, for questions that take
// the parts of a request for independent.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "facts/catalog/catalog.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::decide {

/// The path of service-linked roles, in the last part of their ARNs. Nothing else has it: IAM
/// refuses to create a role there ("can only be used for AWS Service linked Roles"). Source: the
/// error message, as quoted in tilfin/aws-iam-policy-tool#9, read 2026-11-30.
inline constexpr std::string_view kServiceLinked = "role/aws-service-role/";

/// For whom a service calls: nobody else sends these keys. Source: as of PrincipalsAgree.
inline constexpr std::array<std::string_view, 4> kSourceKeys{
    "aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths"};

/// What is true of every request that users, roles and the root of an account make themselves, as a
/// document that allows these and no others: AlwaysSent(kPrincipals) is there,
/// aws:PrincipalIsAWSService is false, and aws:PrincipalServiceName and
/// aws:PrincipalServiceNamesList are absent, and so are the keys of the source for which a service
/// calls; aws:PrincipalType is that of the kind which aws:PrincipalArn tells, aws:userid has its
/// form, and aws:username is there for users only. Service-linked roles are left out as well: no
/// SCP binds them, and only their services attach policies to them. Nothing if no statement asks
/// for any of it. Linear in the statements.
///
/// Not of RCPs, policies of resources, and policies of endpoints, which services meet, too.
///
/// Source: IAM User Guide, "AWS global condition context keys", Availability of these keys, read
/// 2026-11-30; of aws:SourceAccount and aws:SourceArn: only in calls that a service principal makes
/// itself, read 2026-11-22; "IAM policy elements: Variables and tags", aws:userid by kind of
/// principal, and "IAM identifiers", prefixes of unique ids, read 2026-11-30; Organizations User
/// Guide, "Service control policies", read 2026-11-22; IAM API
/// Reference, CreateServiceLinkedRole, read 2026-11-30.
[[nodiscard]] std::optional<policy::PolicyDocument> PrincipalsAgree(const policy::PolicySet& one,
                                                                    const policy::PolicySet& other);

/// What is true of every request, whoever makes it, as a document that allows these and no others:
/// AlwaysSent(kAnyone) is there; services, and they alone, tell their names and are services by
/// aws:PrincipalIsAWSService; anonymous callers tell nothing of themselves; and only principals of
/// IAM are of an organization, whose id is the beginning of their aws:PrincipalOrgPaths.
/// `organization` is the id of one that documents name, or empty. Nothing if no statement asks for
/// any of it. Linear in the statements.
///
/// Source: as of PrincipalsAgree.
[[nodiscard]] std::optional<policy::PolicyDocument> AnyoneAgrees(const policy::PolicySet& one,
                                                                 const policy::PolicySet& other,
                                                                 std::string_view organization);

/// The set with texts compared with keys that are true or false, as AWS writes them, made into
/// comparisons of truth: the procedure follows one kind of comparison a key. Equal to the set on
/// every request in which such a key has no value but `true` and `false`, in small letters.
/// Statements stay where they are. Linear in the statements.
///
/// Source: IAM User Guide, "AWS global condition context keys", "returns `true` or `false`", read
/// 2026-11-30.
[[nodiscard]] policy::PolicySet WithTruths(policy::PolicySet set, const catalog::Catalog& catalog);

/// All requests but those of service-linked roles, to which RCPs do not apply, as a document.
/// Nothing if no statement speaks of such roles. Linear in the statements.
///
/// Source: Organizations User Guide, "Resource control policies", read 2026-11-29.
[[nodiscard]] std::optional<policy::PolicyDocument> NobodyServiceLinked(
    const policy::PolicySet& one, const policy::PolicySet& other);

/// What is true of every resource that callers of the partition ask for, as a document that allows
/// these and no others: its ARN is of that partition, if it is one. Nothing if no statement speaks
/// of resources elsewhere. Linear in the statements.
///
/// Source: Amazon S3 User Guide, ARN formats of S3 on Outposts, read 2026-11-30: an account lies in
/// one partition.
[[nodiscard]] std::optional<policy::PolicyDocument> ResourcesLieIn(std::string_view partition,
                                                                   const policy::PolicySet& one,
                                                                   const policy::PolicySet& other);

}  // namespace writ::decide
