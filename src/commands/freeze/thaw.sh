#!/usr/bin/env bash
# Lifts the freeze of this folder, with the AWS CLI. Written by writ.
#
#   bash thaw.sh [--dry-run]
#
# Detaches the policies that apply.sh attached and deletes them, and nothing else; policies that a
# build staged are kept for the next time. Each call is shown first; with --dry-run none is made. A
# second run changes nothing.
set -euo pipefail

keep=@KEEP@

# What calls.sh holds stands here.

while IFS=$'\t' read -r name _ _ <&3; do
  id=$(aws organizations list-policies --filter SERVICE_CONTROL_POLICY \
    --query "Policies[?Name=='$name'].Id" | first)
  [[ $id ]] || continue
  for target in $(aws organizations list-targets-for-policy --policy-id "$id" \
    --query 'Targets[].TargetId'); do
    [[ $target == None ]] || change organizations detach-policy --policy-id "$id" --target-id "$target"
  done
  [[ $keep ]] || change organizations delete-policy --policy-id "$id"
done 3<"$here/freeze.tsv"
