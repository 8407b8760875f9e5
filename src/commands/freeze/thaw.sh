#!/usr/bin/env bash
# Lifts the freeze of this folder, with the AWS CLI. Written by writ.
#
#   bash thaw.sh [--dry-run]
#
# Detaches and deletes the policies that apply.sh created, and nothing else. Each call is shown first;
# with --dry-run none is made. A second run changes nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dry_run=
case ${1-} in
  '') ;;
  --dry-run) dry_run=yes ;;
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  *) printf 'thaw.sh: unknown option %s\n' "$1" >&2; exit 64 ;;
esac
# Pagers and other output forms would break what is read below.
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=text

change() {
  printf '+ aws' >&2
  printf ' %q' "$@" >&2
  printf '\n' >&2
  [[ $dry_run ]] || aws "$@"
}

# The first word that is there; the CLI prints None for nothing.
first() { awk '{ for (i = 1; i <= NF; ++i) if ($i != "None" && !n++) print $i }'; }

while IFS=$'\t' read -r name _ _ <&3; do
  id=$(aws organizations list-policies --filter SERVICE_CONTROL_POLICY \
    --query "Policies[?Name=='$name'].Id" | first)
  [[ $id ]] || continue
  for target in $(aws organizations list-targets-for-policy --policy-id "$id" \
    --query 'Targets[].TargetId'); do
    [[ $target == None ]] || change organizations detach-policy --policy-id "$id" --target-id "$target"
  done
  change organizations delete-policy --policy-id "$id"
done 3<"$here/freeze.tsv"
