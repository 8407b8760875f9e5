// The formats that exports come in. Each front end adds to a Builder what it finds in one file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analysis/snapshot/builder.h"
#include "analysis/snapshot/read.h"
#include "analysis/snapshot/text.h"

namespace writ::snapshot {

/// One file while it is read.
struct Input {
  Cursor root;
  std::string path;  ///< below what the user named, with `/`
  const ReadOptions& options;
};

/// A format: how it is recognized, and what reads it.
struct FrontEnd {
  std::string_view format;
  bool (*is_of)(const Input& input);
  void (*read)(const Input& input, Builder& builder);
};

// aws iam get-account-authorization-details.
[[nodiscard]] bool IsAccountDetails(const Input& input);
void ReadAccountDetails(const Input& input, Builder& builder);

// aws organizations list-… and describe-….
[[nodiscard]] bool IsOrganizations(const Input& input);
void ReadOrganizations(const Input& input, Builder& builder);

// aws sso-admin ….
[[nodiscard]] bool IsIdentityCenter(const Input& input);
void ReadIdentityCenter(const Input& input, Builder& builder);

// A folder of iam-collect, recognized by the place of the file.
[[nodiscard]] bool IsCollect(const Input& input);
void ReadCollect(const Input& input, Builder& builder);

// terraform show -json of a state or a plan, and terraform.tfstate.
[[nodiscard]] bool IsTerraform(const Input& input);
void ReadTerraform(const Input& input, Builder& builder);

// CloudFormation templates in JSON, those of the CDK included.
[[nodiscard]] bool IsTemplate(const Input& input);
void ReadTemplate(const Input& input, Builder& builder);

// aws configservice select-resource-config.
[[nodiscard]] bool IsConfig(const Input& input);
void ReadConfig(const Input& input, Builder& builder);

// aws bedrock get-guardrail, list-guardrails.
[[nodiscard]] bool IsGuardrail(const Input& input);
void ReadGuardrail(const Input& input, Builder& builder);

// What single calls print around a document: get-policy-version, get-role, get-bucket-policy, ….
[[nodiscard]] bool IsSingleAnswer(const Input& input);
void ReadSingleAnswer(const Input& input, Builder& builder);

// A policy document alone, or a list of documents.
[[nodiscard]] bool IsBareDocument(const Input& input);
void ReadBareDocument(const Input& input, Builder& builder);

/// What a document alone must be, from its own elements: trust policies and resource policies have
/// a Principal.
[[nodiscard]] policy::Kind GuessKind(std::string_view json);

/// The account of an ARN; empty if it has none.
[[nodiscard]] std::string AccountOf(std::string_view arn);
/// "role/app/x" → path "/app/", name "x".
struct PathAndName {
  std::string path;
  std::string name;
};
[[nodiscard]] PathAndName PathAndNameOf(std::string_view arn);
[[nodiscard]] inline Origin OriginOf(const Cursor& cursor) {
  return {cursor.span(), cursor.pointer};
}
/// Whether it is an object with any member of this name.
[[nodiscard]] bool Has(const Cursor& object, std::string_view key);

}  // namespace writ::snapshot
