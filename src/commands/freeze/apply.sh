#!/usr/bin/env bash
# Puts the freeze of this folder in force, with the AWS CLI. Written by writ.
#
#   bash apply.sh [--dry-run]
#
# Run it with credentials of the management account, or of a delegated administrator for policies.
# Each call that changes something is shown first; with --dry-run none is made. A second run changes
# nothing. That AWS took the calls does not mean that anything is refused yet: run probe.sh.
set -euo pipefail

# What calls.sh holds stands here.

root=$(aws organizations list-roots --query 'Roots[0].Id')
enabled=$(aws organizations list-roots \
  --query "Roots[0].PolicyTypes[?Type=='SERVICE_CONTROL_POLICY' && Status=='ENABLED'].Type" | first)
[[ $enabled ]] || change organizations enable-policy-type --root-id "$root" \
  --policy-type SERVICE_CONTROL_POLICY >/dev/null
# Each line of freeze.tsv is a policy's name, its file, and what it is attached to.
while IFS=$'\t' read -r name file target <&3; do
  [[ $target == root ]] && target=$root
  id=$(aws organizations list-policies --filter SERVICE_CONTROL_POLICY \
    --query "Policies[?Name=='$name'].Id" | first)
  if [[ ! $id ]]; then
    id=$(change organizations create-policy --name "$name" --type SERVICE_CONTROL_POLICY \
      --description 'Emergency freeze written by writ' --content "file://$here/$file" \
      --query Policy.PolicySummary.Id)
    id=${id:-p-of-$name}
  fi
  held=
  if [[ $id != p-of-* ]]; then
    held=$(aws organizations list-targets-for-policy --policy-id "$id" \
      --query "Targets[?TargetId=='$target'].TargetId" | first)
  fi
  [[ $held ]] || change organizations attach-policy --policy-id "$id" --target-id "$target" >/dev/null
done 3<"$here/freeze.tsv"
if [[ $dry_run ]]; then
  printf 'Nothing was changed.\n' >&2
else
  printf 'AWS took every call. Whether calls are refused yet, probe.sh tells.\n' >&2
fi
