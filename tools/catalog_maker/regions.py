"""regions.txt: regions, geographies and system guardrail profiles, from regions.json."""

from catalog_maker import form

US = ["us-east-1", "us-east-2", "us-west-2"]
EU = ["eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"]
# Source -> destination of guardrail profiles, as far as a copy of the page states it: uk and au are
# single-region, us-gov is the two GovCloud regions, us-west-1 adds itself (AWS:
# guardrails-cross-region-support, read 2026-11-23). All others are unknown.
GUARDRAIL_ROUTES = {
    "au": {"ap-southeast-2": ["ap-southeast-2"]},
    "eu": {"eu-central-1": EU, "eu-west-1": EU},
    "uk": {"eu-west-2": ["eu-west-2"]},
    "us": {"us-east-1": US, "us-east-2": US, "us-west-1": sorted([*US, "us-west-1"]), "us-west-2": US},
    "us-gov": {region: ["us-gov-east-1", "us-gov-west-1"] for region in ("us-gov-east-1", "us-gov-west-1")},
}
# A scope of guardrail profiles only.
EXTRA_TITLES = {"uk": "United Kingdom (guardrail profiles only)"}


def part(facts):
    data = form.load(facts / "regions.json")
    meta = data["_meta"]
    lines = form.header("regions", meta["generated"],
                        [f"{key}: {text}" for key, text in meta["sources"].items()])
    regions = sorted(data["regions"], key=lambda region: region["region"])
    for region in regions:
        lines.append(form.record("region", region["region"], [
            ("title", region["name"] or None), ("partition", region["partition"]), ("area", region["area"]),
            ("opt-in", region["optIn"]), ("bedrock", region["bedrockControlPlane"]),
            ("fips", region["bedrockRuntimeFips"]), ("mantle", region["bedrockMantle"]),
            ("guardrail-scopes", sorted(region["guardrailProfileScopes"]))]))
    scopes = {scope for region in regions for scope in region["guardrailProfileScopes"]}
    titles = dict(meta["scopePrefixes"], **EXTRA_TITLES)
    for scope in sorted(titles):
        lines.append(form.record("geography", scope, [
            ("title", titles[scope]), ("inference", scope in meta["scopePrefixes"]),
            ("guardrail", scope in scopes)]))
    for scope in sorted(scopes):
        sources = [r["region"] for r in regions if scope in r["guardrailProfileScopes"]]
        lines.append(form.record("guardrail-profile", f"{scope}.guardrail.v1:0",
                                 [("scope", scope), ("sources", sources)]))
        lines += form.route_lines("route", GUARDRAIL_ROUTES.get(scope, {}))
    return form.finish(lines)
