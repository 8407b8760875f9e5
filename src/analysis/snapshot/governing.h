// Which resources of Terraform and CloudFormation bear on who may do what.
#pragma once

#include <string_view>

namespace writ::snapshot {

/// Whether resources of a type, "aws_iam_role" or "AWS::IAM::Role", may change what principals may
/// do, where policies are attached, or what guardrails examine. Of types of IAM, Organizations, IAM
/// Identity Center and Bedrock all do but those that are known not to, so that a type that is newer
/// than this list counts. Others do if they make resources that their template does not show.
/// Sources: resource types of hashicorp/aws 6.66.0, of hashicorp/awscc and of the CloudFormation
/// resource specification; what a type is for is from general knowledge (2026-11-29).
[[nodiscard]] bool MayGovern(std::string_view type);

/// Whether resources of a type make others when they are deployed, which no export of them shows:
/// stacks, modules, resources of custom code or of a call, and those of AWS::Serverless.
[[nodiscard]] bool MakesOthers(std::string_view type);

}  // namespace writ::snapshot
