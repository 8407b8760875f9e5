here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dry_run=
case ${1-} in
  '') ;;
  --dry-run) dry_run=yes ;;
  -h | --help) sed -n '2,${/^#/!q;s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 0 ;;
  *) printf '%s: unknown option %s\n' "${BASH_SOURCE[0]##*/}" "$1" >&2; exit 64 ;;
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
