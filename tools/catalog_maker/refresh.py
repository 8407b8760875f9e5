"""From the parts of a catalog and newer packages to the parts of the next one.

What a package no longer has is retired, not dropped, so that prohibitions keep their meaning; what
it has that nobody has classified is quarantined. Parts whose sources cannot be had stay as they are.
"""

import datetime
import re

from catalog_maker import bedrock, form, iam, packages

TABLES = ("services", "actions", "resources", "keys")
# Enumerations of AWS that parts written by hand follow: package, its name, what follows it.
ENUMS = [
    ("@aws-sdk/client-bedrock", "DataRetentionMode", "settings"),
    ("@aws-sdk/client-bedrock", "GuardrailContentFiltersTierName", "guardrail tiers"),
    ("@aws-sdk/client-bedrock", "GuardrailContextualGroundingTierName", "guardrail tiers"),
    ("@aws-sdk/client-organizations", "PolicyType", "kinds of documents"),
]
# What was looked at; others are findings.
KNOWN_ENUMS = {
    "GuardrailContentFiltersTierName": {"CLASSIC", "STANDARD"},
    "GuardrailContextualGroundingTierName": {"CLASSIC", "STANDARD"},
    "PolicyType": {
        "AISERVICES_OPT_OUT_POLICY", "BACKUP_POLICY", "BEDROCK_POLICY", "CHATBOT_POLICY",
        "DECLARATIVE_POLICY_EC2", "GUARDDUTY_POLICY", "INSPECTOR_POLICY",
        "NETWORK_SECURITY_DIRECTOR_POLICY", "RESOURCE_CONTROL_POLICY", "S3_POLICY",
        "SECURITYHUB_CSPM_POLICY", "SECURITYHUB_POLICY", "SERVICE_CONTROL_POLICY", "TAG_POLICY",
        "UPGRADE_ROLLOUT_POLICY"},
}


class Findings:
    """What somebody must look at, and what could not be refreshed."""

    def __init__(self):
        self.review = []
        self.left = []


def rows_of(part):
    """Key in lower case -> row of a table."""
    return {line.split("|")[0].lower(): line for line in part.splitlines() if "|" in line
            and not line.startswith(("part ", "source "))}


def head_of(part):
    return [line for line in part.splitlines() if line.startswith(("part ", "source "))]


def with_rows(part, rows):
    return form.finish(head_of(part) + [rows[key] for key in sorted(rows)])


def retired_of(part):
    """Action -> (day, what replaced it), as the part has it."""
    found = {}
    for line in part.splitlines():
        if line.startswith("action "):
            head, *cells = line.split(" | ")
            fields = dict(cell.split("=", 1) for cell in cells)
            found[head.removeprefix("action ")] = (fields["since"], fields.get("right"))
    return found


def retire(old, new, day, findings):
    """Puts back rows that the new tables lack and old actions need; returns what is retired now."""
    actions, before = rows_of(new["actions"]), rows_of(old["actions"])
    retired = {name: fact for name, fact in retired_of(old["retired"]).items()
               if name.lower() not in actions}
    for key, row in before.items():
        if key in actions:
            continue
        name = row.split("|")[0]
        if name not in retired:
            retired[name] = (day, None)
            findings.review.append(f"`{name}` is gone: retired. Say what replaced it in `retired.txt`")
        actions[key] = row
    new["actions"] = with_rows(new["actions"], actions)
    keep_referred(old, new, [actions[name.lower()] for name in retired])
    return retired


def keep_referred(old, new, rows):
    """Services, resource types and condition keys of the rows, where the new tables lack them."""
    text = {name: rows_of(new[name]) for name in TABLES}
    before = {name: rows_of(old[name]) for name in TABLES}

    def keep(table, key):
        if key in before[table]:
            text[table].setdefault(key, before[table][key])

    for row in rows:
        name, _, resources, keys, _ = row.split("|")
        service = name.split(":")[0].lower()
        keep("services", service)
        for resource in re.findall(r"([^\s!(]+)!?(?:\([^)]*\))?", resources):
            keep("resources", f"{service}:{resource}".lower())
        for key in re.findall(r"[\w-]+:[\w/${}.-]+", f"{resources} {keys}"):
            keep("keys", key.lower())
    for table in ("services", "resources", "keys"):
        new[table] = with_rows(new[table], text[table])


def retired_part(old, retired, package):
    lines = form.header("retired", package.date, [
        line.removeprefix("source ") for line in head_of(old) if line.startswith("source ")])
    for name in sorted(retired, key=str.lower):
        since, right = retired[name]
        lines.append(form.record("action", name, [("since", since), ("right", right)]))
    return form.finish(lines)


def bedrock_part(old, package, findings):
    """The rows that were looked at, and what is new in quarantine."""
    rows = bedrock.rows_of_text(old)
    fresh = bedrock.unclassified(package, list(rows.values()))
    for service, name, *_ in fresh:
        guess = bedrock.proposal(name) if service == "bedrock-agentcore" else (None, None)
        proposed = f" (proposal: {guess[0]}, `{guess[1]}`)" if guess[1] else ""
        findings.review.append(
            f"`{service}:{name}` is new: in quarantine until it is classified{proposed}")
    sources = [line.removeprefix("source ") for line in head_of(old)[1:]]
    sources[0] = f"plane and kind: this project's classification; actions: {package.source}"
    date = max(head_of(old)[0].split()[2], package.date)
    return bedrock.written(date, sources, [*rows.values(), *fresh])


def refresh_iam(old, folder, findings):
    """The parts that follow from the package of IAM's names."""
    package = iam.Package(folder)
    new = iam.parts(folder)
    retired = retire(old, new, package.date, findings)
    new["retired"] = retired_part(old["retired"], retired, package)
    new["bedrock"] = bedrock_part(old["bedrock"], package, findings)
    return new


def compare_enums(old, sdk, findings):
    """Parts written by hand against the enumerations of AWS's own packages."""
    modes = set(re.findall(r"^retention (\S+)", old["settings"], re.MULTILINE))
    for package, name, what in ENUMS:
        if package not in sdk:
            continue
        known = modes if name == "DataRetentionMode" else KNOWN_ENUMS[name]
        found = set(packages.enum(sdk[package], name))
        if not found:
            findings.review.append(f"{package} no longer has the enumeration `{name}`")
        for value in sorted(found - known):
            findings.review.append(f"`{name}` has the new value `{value}` ({what})")
        for value in sorted(known - found if found else ()):
            findings.review.append(f"`{name}` no longer has the value `{value}` ({what})")


def compare_models(old, package, findings):
    """Ids in lists of others are no facts: they only show what a scan of AWS should look for."""
    text = (package / "dist" / "index.d.ts").read_text(encoding="utf-8")
    known = set(re.findall(r"^ +(?:id|profile) (\S+)", old["models"], re.MULTILINE))
    regions = r"(?:us|eu|apac|jp|au|global|us-gov|ca)\."
    ids = {found for found in re.findall(r"'([a-z0-9]+\.[a-z0-9.:-]+)'", text)}
    unknown = sorted(i for i in ids if i not in known and re.sub(f"^{regions}", "", i) not in known)
    if unknown:
        findings.left.append("models: the catalog lacks ids that an SDK lists, which is no proof that "
                             "AWS has them: " + ", ".join(f"`{i}`" for i in unknown))


def is_same_facts(old, new):
    """Whether two parts differ in dates and sources only."""
    def body(part):
        return [line for line in part.splitlines() if not line.startswith(("part ", "source "))]
    return body(old) == body(new)


def today():
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()
