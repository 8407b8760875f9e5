#!/usr/bin/env bash
# Puts the freeze of this folder in force, with the AWS CLI. Written by writ.
#
#   bash apply.sh [--dry-run]
#
# Run it with credentials of the management account, or of a delegated administrator for policies.
# Each call that changes something is shown first; with --dry-run none is made. A second run changes
# nothing. That AWS took the calls does not mean that anything is refused yet: run probe.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dry_run=
case ${1-} in
  '') ;;
  --dry-run) dry_run=yes ;;
  -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  *) printf 'apply.sh: unknown option %s\n' "$1" >&2; exit 64 ;;
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

root=$(aws organizations list-roots --query 'Roots[0].Id')
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
printf 'AWS took every call. Whether calls are refused yet, probe.sh tells.\n' >&2
