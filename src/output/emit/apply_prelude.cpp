// The part of apply.sh that is the same for every program. A function first reads what is there and
// makes a call only if that differs, so that a second run changes nothing. What reads and what
// changes is told apart by `change`, which shows each call and leaves it out in a dry run.
//
// Source of the calls: AWS CLI Command Reference for iam, organizations, sso-admin, bedrock, ec2
// and sts, and the AWS API models of 2026-08-07 (docs/deploying.md).
#include "apply_script.h"

namespace writ::emit {

const std::string_view kApplyPrelude = R"sh(#!/usr/bin/env bash
# Brings AWS to what this folder says, with the AWS CLI. Written by writ; change the program instead.
#
#   bash apply.sh [--dry-run] [--bindings FILE] [--replace-endpoint-policies]
#                 [--merge-selectors TRAIL] [--attach-engines]
#
# --bindings is where the ARNs and versions of guardrails go, added to what the file binds.
# A VPC endpoint that has a policy of its own keeps it, and the exit status is 1, unless
# --replace-endpoint-policies is said: the policy may be narrower than the one here.
#
# Run it once with credentials of each account that it names: it does what concerns the account that
# the credentials belong to. Every call that changes something is shown first, as it is made; with
# --dry-run none is made. A run after a successful one changes nothing.
#
# Data events are told of only if a trail records them: what it must select is printed, or added to
# what TRAIL selects with --merge-selectors.
#
# A gateway that does not decide by its policy engine yet is left alone, and the exit status is 1,
# unless --attach-engines is said: an update of a gateway states all of its settings again.
# Texts stand as they are:
# shellcheck disable=SC2016
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bindings=@BINDINGS@
dry_run=
replace=
trail=
attach=
left=
while (($#)); do
  case $1 in
    --dry-run) dry_run=yes ;;
    --bindings) bindings=${2:?"--bindings needs a file"}; shift ;;
    --replace-endpoint-policies) replace=yes ;;
    --merge-selectors) trail=${2:?"--merge-selectors needs a trail"}; shift ;;
    --attach-engines) attach=yes ;;
    -h | --help) sed -n '2,20s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) printf 'apply.sh: unknown option %s\n' "$1" >&2; exit 64 ;;
  esac
  shift
done
# Pagers and other output forms would break what is read below.
export AWS_PAGER='' AWS_DEFAULT_OUTPUT=text

say() { printf '%s\n' "$*" >&2; }

# Makes a call that changes something.
change() {
  printf '+ aws' >&2
  printf ' %q' "$@" >&2
  printf '\n' >&2
  [[ $dry_run ]] || aws "$@"
}

# Two JSON texts are taken for equal if they differ in white space only.
bare() { tr -d '[:space:]'; }
same_as_file() { [[ $(bare <<<"$1") == "$(bare <"$2")" ]]; }

# as_sent FILE: the value of an option that takes a policy. A file that is laid out for people goes
# without the white space between its tokens, which Organizations and VPC would count.
as_sent() {
  local compact
  compact=$(LC_ALL=C awk '{ text = text $0 "\n" } END {
    while (match(text, /"([^"\\]|\\.)*"/)) {
      between = substr(text, 1, RSTART - 1)
      gsub(/[ \t\r\n]/, "", between)
      printf "%s%s", between, substr(text, RSTART, RLENGTH)
      text = substr(text, RSTART + RLENGTH)
    }
    gsub(/[ \t\r\n]/, "", text)
    printf "%s", text
  }' "$here/$1")
  if [[ $compact == "$(<"$here/$1")" ]]; then compact=file://$here/$1; fi
  printf '%s' "$compact"
}

# The first word that is there; the CLI prints each page of a list by itself, None for nothing.
first() { awk '{ for (i = 1; i <= NF; ++i) if ($i != "None" && !n++) print $i }'; }

# policy NAME FILE: a managed policy with this document as its default version.
policy() {
  local arn="arn:@PARTITION@:iam::$account:policy/$1" version document old
  if ! version=$(aws iam get-policy --policy-arn "$arn" --query Policy.DefaultVersionId 2>/dev/null); then
    change iam create-policy --policy-name "$1" --policy-document "$(as_sent "$2")" >/dev/null
    return
  fi
  document=$(aws iam get-policy-version --policy-arn "$arn" --version-id "$version" \
    --query PolicyVersion.Document --output json)
  if same_as_file "$document" "$here/$2"; then return; fi
  # Five versions are kept at most: the oldest makes room.
  read -ra old <<<"$(aws iam list-policy-versions --policy-arn "$arn" \
    --query 'Versions[?!IsDefaultVersion].VersionId')"
  if ((${#old[@]} >= 4)); then
    change iam delete-policy-version --policy-arn "$arn" --version-id "${old[-1]}" >/dev/null
  fi
  change iam create-policy-version --policy-arn "$arn" --policy-document "$(as_sent "$2")" \
    --set-as-default >/dev/null
}

# attach role|user NAME POLICY: NAME with its path. AWS attaches by the name alone, which is that of
# one role or user of the account, whatever its path: of another path it is not the one that is meant.
attach() {
  local arn="arn:@PARTITION@:iam::$account:policy/$3" name=${2##*/} title path held
  [[ $1 == role ]] && title=Role || title=User
  path=$(aws iam "get-$1" "--$1-name" "$name" --query "$title.Path")
  if [[ ${path#/}$name != "$2" ]]; then
    say "$1 $name has the path $path, and the program means $2: nothing is attached to it"
    return 1
  fi
  held=$(aws iam "list-attached-$1-policies" "--$1-name" "$name" \
    --query "AttachedPolicies[?PolicyArn=='$arn'].PolicyArn")
  [[ $held ]] || change iam "attach-$1-policy" "--$1-name" "$name" --policy-arn "$arn" >/dev/null
}

# attach_matching role|user PATTERN POLICY...: to all whose path and name match now.
attach_matching() {
  local kind=$1 pattern=$2 name path list title
  shift 2
  [[ $kind == role ]] && title=Role || title=User
  list=$(aws iam "list-${kind}s" --query "${title}s[].[${title}Name,Path]")
  say "$kind names matching $pattern:"
  while IFS=$'\t' read -r name path; do
    [[ $name ]] || continue
    # shellcheck disable=SC2053  # the right side is a pattern
    [[ ${path#/}$name == $pattern ]] || continue
    say "  ${path#/}$name"
    for document in "$@"; do attach "$kind" "${path#/}$name" "$document"; done
  done <<<"$list"
}

# attach_tagged role|user KEY VALUE POLICY...
attach_tagged() {
  local kind=$1 key=$2 wanted=$3 name path value list title
  shift 3
  [[ $kind == role ]] && title=Role || title=User
  list=$(aws iam "list-${kind}s" --query "${title}s[].[${title}Name,Path]")
  say "${kind}s with tag $key=$wanted:"
  while IFS=$'\t' read -r name path; do
    [[ $name ]] || continue
    value=$(aws iam "list-$kind-tags" "--$kind-name" "$name" --query "Tags[?Key=='$key'].Value")
    # shellcheck disable=SC2053  # the right side is a pattern
    [[ $value == $wanted ]] || continue
    say "  ${path#/}$name"
    for document in "$@"; do attach "$kind" "${path#/}$name" "$document"; done
  done <<<"$list"
}

# trust ROLE FILE: a role that may be assumed as the document says.
trust() {
  local document
  if ! document=$(aws iam get-role --role-name "$1" --query Role.AssumeRolePolicyDocument \
    --output json 2>/dev/null); then
    change iam create-role --role-name "$1" --assume-role-policy-document "$(as_sent "$2")" >/dev/null
  elif ! same_as_file "$document" "$here/$2"; then
    change iam update-assume-role-policy --role-name "$1" --policy-document "$(as_sent "$2")" >/dev/null
  fi
}

# Whether a policy is the one that an endpoint has when nobody gave it one: it refuses nothing. The
# order of its members does not matter, nor the version of its language.
refuses_nothing() {
  local parts
  parts=$(tr -d '[:space:]"' <<<"$1" | tr '{}[],' '\n' | grep -v -e '^$' -e '^Version:' | LC_ALL=C sort |
    tr '\n' ' ')
  [[ $parts == 'Action:* Effect:Allow Principal:* Resource:* Statement: ' ]]
}

# endpoint_policy FILE ID...: the policy of those endpoints that are the account's, in any region.
endpoint_policy() {
  local file=$1 region id policy ids
  shift
  ids=$(IFS=,; printf '%s' "$*")
  for region in $(aws ec2 describe-regions --region "${AWS_REGION:-${AWS_DEFAULT_REGION:-us-east-1}}" \
    --query 'Regions[].RegionName'); do
    for id in $(aws ec2 describe-vpc-endpoints --region "$region" \
      --filters "Name=vpc-endpoint-id,Values=$ids" \
      --query "VpcEndpoints[?OwnerId=='$account'].VpcEndpointId"); do
      policy=$(aws ec2 describe-vpc-endpoints --region "$region" --vpc-endpoint-ids "$id" \
        --query 'VpcEndpoints[0].PolicyDocument')
      if same_as_file "$policy" "$here/$file"; then continue; fi
      if [[ ! $replace ]] && ! refuses_nothing "$policy"; then
        say "endpoint $id in $region has a policy of its own, which stays: compare it with $file,"
        say "then run with --replace-endpoint-policies"
        left=yes
        continue
      fi
      change ec2 modify-vpc-endpoint --region "$region" --vpc-endpoint-id "$id" \
        --policy-document "$(as_sent "$file")" >/dev/null
    done
  done
}

# organization_policy TYPE NAME FILE TARGET...
organization_policy() {
  local type=$1 name=$2 file=$3 id content target held
  shift 3
  enable_policy_type "$type"
  id=$(aws organizations list-policies --filter "$type" --query "Policies[?Name=='$name'].Id" | first)
  if [[ ! $id ]]; then
    id=$(change organizations create-policy --name "$name" --type "$type" \
      --description 'Written by writ; change the program, not the policy' \
      --content "$(as_sent "$file")" --query Policy.PolicySummary.Id)
    id=${id:-p-of-$name}
  else
    content=$(aws organizations describe-policy --policy-id "$id" --query Policy.Content)
    same_as_file "$content" "$here/$file" ||
      change organizations update-policy --policy-id "$id" --content "$(as_sent "$file")" >/dev/null
  fi
  for target in "$@"; do
    case $target in
      root) target=$root ;;
      ou:*) target=$(unit_named "${target#ou:}" "$root") ;;
    esac
    held=
    if [[ $id != p-of-* ]]; then
      held=$(aws organizations list-targets-for-policy --policy-id "$id" \
        --query "Targets[?TargetId=='$target'].TargetId")
    fi
    [[ $held ]] ||
      change organizations attach-policy --policy-id "$id" --target-id "$target" >/dev/null
  done
}

enable_policy_type() {
  local enabled
  enabled=$(aws organizations list-roots \
    --query "Roots[0].PolicyTypes[?Type=='$1' && Status=='ENABLED'].Type")
  [[ $enabled ]] ||
    change organizations enable-policy-type --root-id "$root" --policy-type "$1" >/dev/null
}

# unit_named NAME PARENT: the id of the organizational unit of that name at or below a parent.
unit_named() {
  local id name list
  list=$(aws organizations list-organizational-units-for-parent --parent-id "$2" \
    --query 'OrganizationalUnits[].[Id,Name]')
  while IFS=$'\t' read -r id name; do
    [[ $id ]] || continue
    if [[ $name == "$1" ]]; then
      printf '%s\n' "$id"
      return
    fi
    if unit_named "$1" "$id"; then return; fi
  done <<<"$list"
  return 1
}

# permission_set NAME FILE: a permission set with this inline policy, provisioned where it is used.
permission_set() {
  local instance arn found='' document
  instance=$(aws sso-admin list-instances --query 'Instances[0].InstanceArn')
  for arn in $(aws sso-admin list-permission-sets --instance-arn "$instance" --query 'PermissionSets[]'); do
    if [[ $(aws sso-admin describe-permission-set --instance-arn "$instance" \
      --permission-set-arn "$arn" --query PermissionSet.Name) == "$1" ]]; then
      found=$arn
    fi
  done
  if [[ ! $found ]]; then
    found=$(change sso-admin create-permission-set --instance-arn "$instance" --name "$1" \
      --query PermissionSet.PermissionSetArn)
    found=${found:-arn-of-$1}
    document=
  else
    document=$(aws sso-admin get-inline-policy-for-permission-set --instance-arn "$instance" \
      --permission-set-arn "$found" --query InlinePolicy)
  fi
  if same_as_file "$document" "$here/$2"; then return; fi
  change sso-admin put-inline-policy-to-permission-set --instance-arn "$instance" \
    --permission-set-arn "$found" --inline-policy "$(as_sent "$2")" >/dev/null
  change sso-admin provision-permission-set --instance-arn "$instance" \
    --permission-set-arn "$found" --target-type ALL_PROVISIONED_ACCOUNTS >/dev/null
}

# wait_for_guardrail ARN REGION: until what was asked for is done.
wait_for_guardrail() {
  local tries status
  [[ $dry_run ]] && return
  for ((tries = 0; tries < 60; ++tries)); do
    status=$(aws bedrock get-guardrail --guardrail-identifier "$1" --region "$2" --query status)
    case $status in
      READY) return ;;
      FAILED) break ;;
    esac
    sleep 2
  done
  say "guardrail $1 is $status"
  return 1
}

# guardrail NAME REGION HASH UPDATE KNOWN: a guardrail with a published version of this content.
# UPDATE is the request without what cannot be updated, KNOWN the ARN:VERSION that the documents
# name. Its ARN and version go to the bindings.
guardrail() {
  local name=$1 region=$2 hash=$3 update=$4 known_as=$5 arn version
  arn=$(aws bedrock list-guardrails --region "$region" --query "guardrails[?name=='$name'].arn" | first)
  if [[ ! $arn ]]; then
    arn=$(change bedrock create-guardrail --region "$region" \
      --cli-input-json "file://$here/guardrails/$name.bedrock.CreateGuardrail.json" --query guardrailArn)
    arn=${arn:-arn-of-$name}
    wait_for_guardrail "$arn" "$region"
    version=
  else
    version=$(aws bedrock list-guardrails --region "$region" --guardrail-identifier "$arn" \
      --query "guardrails[?description=='sha256:$hash' && version!='DRAFT'].version" | first)
    if [[ ! $version ]]; then
      change bedrock update-guardrail --region "$region" --guardrail-identifier "$arn" \
        --cli-input-json "$update" >/dev/null
      wait_for_guardrail "$arn" "$region"
    fi
  fi
  if [[ ! $version ]]; then
    version=$(change bedrock create-guardrail-version --region "$region" \
      --guardrail-identifier "$arn" --description "sha256:$hash" --query version)
  fi
  if [[ $dry_run ]]; then return; fi
  if [[ $known_as && $known_as != "$arn:$version" ]]; then
    say "guardrail $name in $region is now $arn:$version, and the documents name $known_as:"
    say "write writ.bindings.json with --bindings and build again"
  fi
  bound+=("$name"$'\t'"$account"$'\t'"$region"$'\t'"$arn"$'\t'"$version")
}

# sharing REGION FILE ARN POLICY: who beside the account may use a guardrail.
sharing() {
  local document
  document=$(aws bedrock get-resource-policy --region "$1" --resource-arn "$3" \
    --query resourcePolicy 2>/dev/null) || document=
  if [[ $(bare <<<"$document") == "$(bare <<<"$4")" ]]; then return; fi
  change bedrock put-resource-policy --region "$1" --cli-input-json "file://$here/$2" >/dev/null
}

# enforcement REGION FILE QUERY EXPECTED: the account's own enforced guardrail in a region.
enforcement() {
  local found id
  found=$(aws bedrock list-enforced-guardrails-configuration --region "$1" \
    --query "guardrailsConfig[0].$3")
  if [[ $found == "$4" ]]; then return; fi
  id=$(aws bedrock list-enforced-guardrails-configuration --region "$1" \
    --query 'guardrailsConfig[0].configId' | first)
  if [[ $id ]]; then
    change bedrock put-enforced-guardrail-configuration --region "$1" --config-id "$id" \
      --cli-input-json "file://$here/$2" >/dev/null
  else
    change bedrock put-enforced-guardrail-configuration --region "$1" \
      --cli-input-json "file://$here/$2" >/dev/null
  fi
}

# logging REGION FILE QUERY EXPECTED: the one configuration of invocation logging in a region.
logging() {
  local found
  found=$(aws bedrock get-model-invocation-logging-configuration --region "$1" \
    --query "loggingConfig.$3")
  if [[ $found == "$4" ]]; then return; fi
  change bedrock put-model-invocation-logging-configuration --region "$1" \
    --cli-input-json "file://$here/$2" >/dev/null
}

# retention REGION FILE MODE: how long Bedrock keeps what it is sent.
retention() {
  local found
  found=$(aws bedrock get-account-data-retention --region "$1" --query mode)
  if [[ $found == "$3" ]]; then return; fi
  change bedrock put-account-data-retention --region "$1" --cli-input-json "file://$here/$2" \
    >/dev/null
}

# mantle_retention REGION FILE MODE: the same of bedrock-mantle, for which the AWS CLI has no
# command: the request is signed by curl with the credentials that the CLI has.
mantle_retention() {
  local url="https://bedrock-mantle.$1.api.aws/v1/data_retention" found
  found=$(signed "$1" "$url")
  found=$(sed -n 's/.*"mode"[[:space:]]*:[[:space:]]*"\([a-z_]*\)".*/\1/p' <<<"$found")
  if [[ $found == "$3" ]]; then return; fi
  printf '+ curl --request PUT --data @%q %q\n' "$2" "$url" >&2
  [[ $dry_run ]] || signed "$1" --request PUT --header 'content-type: application/json' \
    --data "@$here/$2" "$url" >/dev/null
}

# signed REGION ARGUMENT...: curl, with secrets on its input and not among its arguments.
signed() {
  local region=$1
  shift
  aws configure export-credentials --format env-no-export | awk '
    { value = substr($0, index($0, "=") + 1) }
    /^AWS_ACCESS_KEY_ID=/ { id = value }
    /^AWS_SECRET_ACCESS_KEY=/ { secret = value }
    /^AWS_SESSION_TOKEN=/ { token = value }
    END {
      printf "user = \"%s:%s\"\n", id, secret
      if (token != "") printf "header = \"x-amz-security-token: %s\"\n", token
    }' | curl --config - --fail --silent --show-error --aws-sigv4 "aws:amz:$region:bedrock-mantle" "$@"
}

# event_rule REGION RULE TARGETS NAME PATTERN STATE ID ARN ROLE: a rule on the default event bus and
# where it tells. A rule's targets of other ids stay.
event_rule() {
  local found
  found=$(aws events describe-rule --region "$1" --name "$4" --query '[EventPattern,State]' \
    2>/dev/null) || found=
  if [[ $found != "$5"$'\t'"$6" ]]; then
    change events put-rule --region "$1" --cli-input-json "file://$here/$2" >/dev/null
  fi
  found=$(aws events list-targets-by-rule --region "$1" --rule "$4" \
    --query "Targets[?Id=='$7'].[Arn,RoleArn]" 2>/dev/null) || found=
  if [[ $found != "$8"$'\t'"$9" ]]; then
    change events put-targets --region "$1" --cli-input-json "file://$here/$3" >/dev/null
  fi
}

# selector NAME JSON: data events that a trail must record. See merge_selectors.
selector() {
  selector_names+=("$1")
  selectors+=("$2")
}

# Adds the selectors that the trail lacks, by name, to those that it has: putting selectors replaces
# all. A trail with basic selectors is left alone.
merge_selectors() {
  local names old add=() i
  if [[ ! $trail ]]; then
    say "a trail must record data events for some watches: run with --merge-selectors TRAIL, or"
    say "merge $here/monitoring/trail.cloudtrail.AdvancedEventSelectors.json"
    return
  fi
  old=$(aws cloudtrail get-event-selectors --trail-name "$trail" \
    --query AdvancedEventSelectors --output json)
  if [[ $(bare <<<"$old") != '[{'* ]]; then
    say "trail $trail has basic event selectors, which these would replace: not changed"
    left=yes
    return
  fi
  names=$(aws cloudtrail get-event-selectors --trail-name "$trail" \
    --query 'AdvancedEventSelectors[].[Name]')
  for i in "${!selectors[@]}"; do
    grep -qxF -e "${selector_names[i]}" <<<"$names" || add+=("${selectors[i]}")
  done
  if ((!${#add[@]})); then return; fi
  old=${old%]*}
  change cloudtrail put-event-selectors --trail-name "$trail" \
    --advanced-event-selectors "$old$(printf ',%s' "${add[@]}")]" >/dev/null
}

# wait_until_active WHAT QUERY CALL...: until the call answers ACTIVE.
wait_until_active() {
  local what=$1 query=$2 tries status
  shift 2
  if [[ $dry_run ]]; then return; fi
  for ((tries = 0; tries < 60; ++tries)); do
    status=$(aws bedrock-agentcore-control "$@" --query "$query")
    case $status in
      ACTIVE | READY) return ;;
      *FAILED) break ;;
    esac
    sleep 2
  done
  say "$what is $status: $(aws bedrock-agentcore-control "$@" --query statusReasons)"
  return 1
}

# gateway REGION ID ENGINE FILE [NAME FILE]...: a policy engine with exactly these policies, which are
# made before those that are not wanted any more go, and the gateway that decides by it.
gateway() {
  local region=$1 id=$2 engine=$3 file=$4 found arn='' list='' name policy wanted=' '
  shift 4
  found=$(aws bedrock-agentcore-control list-policy-engines --region "$region" \
    --query "policyEngines[?name=='$engine'].policyEngineId" | first)
  if [[ ! $found ]]; then
    found=$(change bedrock-agentcore-control create-policy-engine --region "$region" \
      --cli-input-json "file://$here/$file" --query policyEngineId)
    found=${found:-id-of-$engine}
    wait_until_active "engine $engine" status get-policy-engine --region "$region" \
      --policy-engine-id "$found"
  else
    list=$(aws bedrock-agentcore-control list-policies --region "$region" \
      --policy-engine-id "$found" --query 'policies[].[name,policyId]')
  fi
  while (($#)); do
    wanted+="$1 "
    policy=$(awk -F '\t' -v name="$1" '$1 == name { print $2 }' <<<"$list")
    gateway_policy "$region" "$found" "$1" "$2" "$policy"
    shift 2
  done
  while IFS=$'\t' read -r name policy; do
    [[ $name && $wanted != *" $name "* ]] || continue
    change bedrock-agentcore-control delete-policy --region "$region" \
      --policy-engine-id "$found" --policy-id "$policy" >/dev/null
  done <<<"$list"
  if [[ $found != id-of-* ]]; then
    arn=$(aws bedrock-agentcore-control get-policy-engine --region "$region" \
      --policy-engine-id "$found" --query policyEngineArn)
  fi
  attach_engine "$region" "$id" "${arn:-arn-of-$engine}"
}

# gateway_policy REGION ENGINE NAME FILE POLICY: POLICY is the id of the policy that has the name.
gateway_policy() {
  local policy=$5 text
  if [[ ! $policy ]]; then
    policy=$(change bedrock-agentcore-control create-policy --region "$1" \
      --policy-engine-id "$2" --cli-input-json "file://$here/$4" --query policyId)
  else
    text=$(aws bedrock-agentcore-control get-policy --region "$1" --policy-engine-id "$2" \
      --policy-id "$policy" --query '[status,enforcementMode,definition.cedar.statement]')
    if [[ $text == $'ACTIVE\tACTIVE\t'$(<"$here/${4%.bedrock-agentcore-control.CreatePolicy.json}.cedar") ]]; then
      return
    fi
    # An update has neither name nor, in this form, description.
    change bedrock-agentcore-control update-policy --region "$1" --policy-engine-id "$2" \
      --policy-id "$policy" \
      --cli-input-json "$(grep -v -e '^  "name":' -e '^  "description":' "$here/$4")" >/dev/null
  fi
  wait_until_active "policy $3" status get-policy --region "$1" --policy-engine-id "$2" \
    --policy-id "$policy"
}

# attach_engine REGION ID ARN: what the gateway is told by now is said again, with the engine.
attach_engine() {
  local held settings key query=''
  held=$(aws bedrock-agentcore-control get-gateway --region "$1" --gateway-identifier "$2" \
    --query 'policyEngineConfiguration.[arn,mode]')
  if [[ $held == "$3"$'\t'ENFORCE ]]; then return; fi
  if [[ ! $attach ]]; then
    say "gateway $2 does not enforce $3: run with --attach-engines"
    left=yes
    return
  fi
  for key in name description roleArn protocolType protocolConfiguration authorizerType \
    authorizerConfiguration kmsKeyArn customTransformConfiguration interceptorConfigurations \
    exceptionLevel wafConfiguration; do
    query+="($key && {$key: $key}) || \`{}\`, "
  done
  settings=$(aws bedrock-agentcore-control get-gateway --region "$1" --gateway-identifier "$2" \
    --query "merge(${query}{policyEngineConfiguration: {arn: '$3', mode: 'ENFORCE'}})" --output json)
  change bedrock-agentcore-control update-gateway --region "$1" --gateway-identifier "$2" \
    --cli-input-json "$settings" >/dev/null
  wait_until_active "gateway $2" status get-gateway --region "$1" --gateway-identifier "$2"
}

# The entries of a bindings file, one a line: guardrail, account, region, ARN, version.
read_bindings() {
  [[ -f $1 ]] || return 0
  tr -d '\n' <"$1" | awk '{
    depth = 0; text = ""; version = ""
    for (i = 1; i <= length($0); ++i) {
      c = substr($0, i, 1)
      if (c == "{") { path[depth] = text; ++depth; text = "" }
      else if (c == "}") {
        if (depth == 5) print path[2] "\t" path[3] "\t" path[4] "\t" arn "\t" version
        --depth
      } else if (c == "\"") {
        text = ""
        for (++i; substr($0, i, 1) != "\""; ++i) text = text substr($0, i, 1)
        if (depth == 5 && key == "arn") { arn = text; key = "" } else key = text
      } else if (c ~ /[0-9]/) {
        version = ""
        for (; substr($0, i, 1) ~ /[0-9]/; ++i) version = version substr($0, i, 1)
        --i
      }
    }
  }'
}

# Adds what is bound now to what the file binds, one line each; the later entry of a place counts.
write_bindings() {
  { read_bindings "$bindings"; printf '%s\n' "${bound[@]}"; } |
    awk -F '\t' '{ entry[$1 "\t" $2 "\t" $3] = $4 "\t" $5 }
      END { for (place in entry) print place "\t" entry[place] }' |
    LC_ALL=C sort |
    awk -F '\t' 'BEGIN { printf "{\n  \"guardrails\": {" }
      $1 != name { if (name != "") printf "\n      }\n    }"
        printf "%s\n    \"%s\": {", name == "" ? "" : ",", $1; name = $1; account = "" }
      $2 != account { if (account != "") printf "\n      }"
        printf "%s\n      \"%s\": {", account == "" ? "" : ",", $2; account = $2; region = "" }
      { printf "%s\n        \"%s\": {\"arn\": \"%s\", \"version\": %s}", region == "" ? "" : ",", $3, $4, $5
        region = $3 }
      END { if (name != "") printf "\n      }\n    }"; print "\n  }\n}" }' >"$bindings.new"
  if [[ -f $bindings ]] && cmp -s "$bindings.new" "$bindings"; then
    rm "$bindings.new"
  else
    mv "$bindings.new" "$bindings"
    say "wrote $bindings"
  fi
}

bound=()
selector_names=()
selectors=()
account=$(aws sts get-caller-identity --query Account)
known=
)sh";

const std::string_view kApplyEnd = R"sh(
if [[ ! $known ]]; then
  say "nothing here is for account $account"
  exit 1
fi
if [[ $bindings ]] && ((${#bound[@]})); then write_bindings; fi
if ((${#selectors[@]})); then merge_selectors; fi
if [[ $left ]]; then exit 1; fi
)sh";

}  // namespace writ::emit
