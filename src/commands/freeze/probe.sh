#!/usr/bin/env bash
# Makes one call until a service control policy refuses it, and prints when that was. Written by writ.
#
#   bash probe.sh [--for SECONDS] COMMAND...
#
# COMMAND is a call that the freeze should refuse, made with credentials of a principal that is
# frozen, for example:
#
#   bash probe.sh aws bedrock-runtime converse --region us-east-1 --model-id MODEL_ID \
#     --messages '[{"role":"user","content":[{"text":"ping"}]}]' --inference-config maxTokens=1
#
# Until it is refused the call is really made, every five seconds, and may cost money. Exit status 0
# once a service control policy refused it; 1 if that did not happen within --for (default 600), for
# example because something else refuses the call, which does not show that the freeze works.
set -uo pipefail

limit=600
case ${1-} in
  --for) limit=${2:?"--for needs a number"}; shift 2 ;;
  -h | --help) sed -n '2,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
  -*) printf 'probe.sh: unknown option %s\n' "$1" >&2; exit 64 ;;
esac
[[ $limit =~ ^[0-9]+$ ]] || { printf 'probe.sh: --for %s is not a number of seconds\n' "$limit" >&2; exit 64; }
(($#)) || { printf 'probe.sh: which call? see --help\n' >&2; exit 64; }
command -v -- "$1" >/dev/null || { printf 'probe.sh: there is no command %s\n' "$1" >&2; exit 64; }

start=$SECONDS
while :; do
  if said=$("$@" 2>&1); then
    printf '%s  the call is still allowed\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  elif [[ $said == *'explicit deny in a service control policy'* ]]; then
    printf '%s  refused by a service control policy, %s seconds after the first call\n' \
      "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$((SECONDS - start))"
    exit 0
  else
    printf '%s  failed for another reason: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${said##*$'\n'}"
  fi
  ((SECONDS - start < limit)) || break
  sleep 5
done
printf 'not refused by a service control policy within %s seconds: not contained\n' "$limit" >&2
exit 1
