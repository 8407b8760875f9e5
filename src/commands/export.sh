#!/usr/bin/env bash
# Exports what `writ drift --deployed export` compares. Every call only reads.
#
#   bash export.sh organization   in the management account, or a delegated administrator's
#   bash export.sh account        in each account, for its principals, guardrails and endpoints
#
# Needs the AWS CLI and jq. REGIONS names the Regions with guardrails and endpoints:
#   REGIONS="us-east-1 us-west-2" bash export.sh account
#
# Permissions, all of them read-only:
#   organization: organizations:DescribeOrganization, ListRoots, ListAccounts, ListChildren,
#                 ListOrganizationalUnitsForParent, ListPolicies, ListTargetsForPolicy,
#                 DescribePolicy; sso:ListInstances, ListPermissionSets, DescribePermissionSet,
#                 GetInlinePolicyForPermissionSet, ListManagedPoliciesInPermissionSet,
#                 ListCustomerManagedPolicyReferencesInPermissionSet,
#                 GetPermissionsBoundaryForPermissionSet
#   account:      sts:GetCallerIdentity, iam:GetAccountAuthorizationDetails,
#                 bedrock:ListGuardrails, bedrock:GetGuardrail, ec2:DescribeVpcEndpoints
set -euo pipefail
out=${OUT:-export}
regions=${REGIONS:-us-east-1}
# Whatever the profile sets. macOS has bash 3.2: no mapfile, and no empty arrays under `set -u`.
export AWS_DEFAULT_OUTPUT=json AWS_PAGER=""

organization() {
  mkdir -p "$out"/organization/{children,units,describe,targets}
  cd "$out/organization"
  aws organizations describe-organization > describe-organization.json
  aws organizations list-roots > list-roots.json
  aws organizations list-accounts > list-accounts.json
  local parents units id type
  parents=$(jq -r '.Roots[].Id' list-roots.json)
  while [ -n "$parents" ]; do
    units=""
    for id in $parents; do
      aws organizations list-organizational-units-for-parent --parent-id "$id" > "units/$id.json"
      jq -n --arg id "$id" \
        --argjson units "$(aws organizations list-children --parent-id "$id" --child-type ORGANIZATIONAL_UNIT)" \
        --argjson accounts "$(aws organizations list-children --parent-id "$id" --child-type ACCOUNT)" \
        '{Children: ($units.Children + $accounts.Children)}' > "children/$id.json"
      units="$units $(jq -r '.OrganizationalUnits[].Id' "units/$id.json")"
    done
    parents=$(echo $units)
  done
  for type in SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY; do
    aws organizations list-policies --filter "$type" > "list-policies-$type.json"
    for id in $(jq -r '.Policies[].Id' "list-policies-$type.json"); do
      aws organizations describe-policy --policy-id "$id" > "describe/$id.json"
      aws organizations list-targets-for-policy --policy-id "$id" > "targets/$id.json"
    done
  done
  cd - > /dev/null
  local instance set folder
  for instance in $(aws sso-admin list-instances --query 'Instances[].InstanceArn' --output text); do
    for set in $(aws sso-admin list-permission-sets --instance-arn "$instance" --query 'PermissionSets[]' --output text); do
      folder="$out/identity-center/${set##*/}"
      mkdir -p "$folder"
      aws sso-admin describe-permission-set --instance-arn "$instance" --permission-set-arn "$set" > "$folder/describe.json"
      aws sso-admin get-inline-policy-for-permission-set --instance-arn "$instance" --permission-set-arn "$set" > "$folder/inline-policy.json"
      aws sso-admin list-managed-policies-in-permission-set --instance-arn "$instance" --permission-set-arn "$set" > "$folder/managed-policies.json"
      aws sso-admin list-customer-managed-policy-references-in-permission-set --instance-arn "$instance" --permission-set-arn "$set" > "$folder/customer-managed-policies.json"
      if ! aws sso-admin get-permissions-boundary-for-permission-set --instance-arn "$instance" --permission-set-arn "$set" > "$folder/boundary.json" 2> "$folder/boundary.error"; then
        # AWS answers with this error where there is none.
        grep -q ResourceNotFoundException "$folder/boundary.error" || { cat "$folder/boundary.error" >&2; exit 1; }
        echo '{"PermissionsBoundary": {}}' > "$folder/boundary.json"
      fi
      rm -f "$folder/boundary.error"
    done
  done
}

account() {
  local id region guardrail version
  id=$(aws sts get-caller-identity --query Account --output text)
  mkdir -p "$out/accounts/$id/guardrails" "$out/accounts/$id/endpoints"
  aws iam get-account-authorization-details > "$out/accounts/$id/iam.json"
  for region in $regions; do
    aws ec2 describe-vpc-endpoints --region "$region" > "$out/accounts/$id/endpoints/$region.json"
    for guardrail in $(aws bedrock list-guardrails --region "$region" --query 'guardrails[].arn' --output text); do
      for version in $(aws bedrock list-guardrails --region "$region" --guardrail-identifier "$guardrail" --query 'guardrails[].version' --output text); do
        aws bedrock get-guardrail --region "$region" --guardrail-identifier "$guardrail" --guardrail-version "$version" \
          > "$out/accounts/$id/guardrails/$region-${guardrail##*/}-$version.json"
      done
    done
  done
}

case "${1:-}" in
  organization) organization ;;
  account) account ;;
  *) echo "usage: bash export.sh organization|account" >&2; exit 64 ;;
esac
