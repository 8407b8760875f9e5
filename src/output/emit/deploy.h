// The forms in which a finished tree can be deployed: CloudFormation templates, Terraform
// configurations, and a script of AWS CLI calls. Each is a pure function of the tree and says
// exactly what the tree says, but for documents that it names and leaves to the script (W5200):
// nothing is dropped for lack of a field.
//
// One template or configuration serves one account; the organization's policies and the permission
// sets are in that of the management account. Guardrails that the account itself owns are part of
// its stack, and its documents refer to them there; everything else names what the bindings say.
// Sources of every shape: docs/deploying.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/diag/diag.h"
#include "facts/catalog/catalog.h"
#include "output/emit/tree.h"
#include "program/intent/bindings.h"
#include "program/intent/model.h"

namespace writ::emit {

/// What a deployment is made of; all of it outlives the call.
struct DeployInput {
  const intent::Model& model;
  const intent::Bindings& bindings;
  const Tree& tree;
  /// `--only guardrails`: nothing but what creates them.
  bool only_guardrails = false;
  const catalog::Catalog& catalog = catalog::Catalog::BuiltIn();
  /// The bindings file that the build reads, relative to the tree; empty: not known.
  std::string bindings_from_tree = {};
};

/// Reports names that AWS would refuse (W5005, W5006) and more of a kind than an account or the
/// organization can have (W5007), whatever the form.
void CheckDeploymentLimits(const DeployInput& input, diag::Sink& sink);

/// Why a form has no place for a document, by the document's path in the tree.
using LeftOut = std::map<std::string, std::string>;

struct Deployment {
  std::vector<Artifact> artifacts;
  LeftOut left;
};

/// deploy/cloudformation/<account>.template.json. What a template has no room for is left out, the
/// documents that others need last. Renders a template that is too large once for each halving of
/// what it keeps.
[[nodiscard]] Deployment CloudFormationTemplates(const DeployInput& input, diag::Sink& sink);

/// deploy/terraform/<account>/main.tf.json, for hashicorp/aws 6.
[[nodiscard]] Deployment TerraformConfigurations(const DeployInput& input, diag::Sink& sink);

/// What Organizations calls a policy that a build stages (kind "staged-scp"): by its file and its
/// content, however that is laid out, so that a policy of the name has the content.
[[nodiscard]] std::string StagedPolicyName(std::string_view path, std::string_view bytes);

/// apply.sh: the tree by AWS CLI, without an edit. It says which documents other forms leave to it
/// (`Artifact::not_in`).
[[nodiscard]] std::vector<Artifact> ApplyScript(const DeployInput& input);

}  // namespace writ::emit
