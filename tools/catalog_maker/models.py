"""models.txt: providers, families, models, their ids, profiles and routes, from models.json.

The name of a model (LANGUAGE.md section 3) is its id without provider, date stamp and revision, its
version dotted. A `-vN` with N >= 2, and `-v1` beside such a sibling, tells models apart and stays.
"""

import re
from collections import defaultdict

from catalog_maker import form, newer

# Providers with their slug, in AWS's spelling. Moonshot AI has two id prefixes.
PROVIDER_OF_PREFIX = {"moonshotai": "moonshot"}

# Where the id says less than the other id of the same model on the mantle plane.
CANONICAL_NAME = {"deepseek.v3-v1:0": "v3.1"}

# Further names under which people know a model whose id says little without its provider.
ALIASES = {"r1": ["deepseek-r1"], "v3.1": ["deepseek-v3.1"], "v3.2": ["deepseek-v3.2"]}

# Ids whose patterns cannot follow from their stem: one stem, two models told apart by revision.
PATTERNS = {
    "claude-3.5-sonnet": ["anthropic.claude-3-5-sonnet", "anthropic.claude-3-5-sonnet:*",
                          "anthropic.claude-3-5-sonnet-v1*",
                          "anthropic.claude-3-5-sonnet-20??????",
                          "anthropic.claude-3-5-sonnet-20??????-v1*"],
    "claude-3.5-sonnet-v2": ["anthropic.claude-3-5-sonnet-v2*",
                             "anthropic.claude-3-5-sonnet-20??????-v2*"],
}

# Families: (provider, name, title, how its names look, id patterns). The patterns cover every
# member known and to come, and no id of another family.
FAMILIES = [
    ("ai21", "j2", "Jurassic-2", r"j2-.*", ["ai21.j2-*"]),
    ("ai21", "jamba", "Jamba", r"jamba-.*", ["ai21.jamba-*"]),
    ("amazon", "nova-canvas", "Nova Canvas", r"nova-canvas", ["amazon.nova-canvas*", "amazon.nova-*-canvas*"]),
    ("amazon", "nova-lite", "Nova Lite", r"nova-(.*-)?lite", ["amazon.nova-lite*", "amazon.nova-*-lite*"]),
    ("amazon", "nova-micro", "Nova Micro", r"nova-(.*-)?micro", ["amazon.nova-micro*", "amazon.nova-*-micro*"]),
    ("amazon", "nova-multimodal-embeddings", "Nova Multimodal Embeddings",
     r"nova-(.*-)?multimodal-embeddings",
     ["amazon.nova-multimodal-embeddings*", "amazon.nova-*-multimodal-embeddings*"]),
    ("amazon", "nova-premier", "Nova Premier", r"nova-(.*-)?premier",
     ["amazon.nova-premier*", "amazon.nova-*-premier*"]),
    ("amazon", "nova-pro", "Nova Pro", r"nova-(.*-)?pro", ["amazon.nova-pro*", "amazon.nova-*-pro*"]),
    ("amazon", "nova-reel", "Nova Reel", r"nova-(.*-)?reel", ["amazon.nova-reel*", "amazon.nova-*-reel*"]),
    ("amazon", "nova-sonic", "Nova Sonic", r"nova-(.*-)?sonic", ["amazon.nova-sonic*", "amazon.nova-*-sonic*"]),
    ("amazon", "rerank", "Amazon Rerank", r"rerank.*", ["amazon.rerank*"]),
    ("amazon", "titan-embed-g1-text", "Titan Embeddings G1 - Text", r"titan-embed-g1-text.*",
     ["amazon.titan-embed-g1-text*"]),
    ("amazon", "titan-embed-image", "Titan Multimodal Embeddings", r"titan-embed-image.*",
     ["amazon.titan-embed-image*"]),
    ("amazon", "titan-embed-text", "Titan Text Embeddings", r"titan-embed-text.*",
     ["amazon.titan-embed-text*"]),
    ("amazon", "titan-image-generator", "Titan Image Generator", r"titan-image-generator.*",
     ["amazon.titan-image-generator*"]),
    ("amazon", "titan-text", "Titan Text", r"titan-(text|tg1)-.*", ["amazon.titan-text-*", "amazon.titan-tg1-*"]),
    ("anthropic", "claude-fable", "Claude Fable", r"claude-fable-.*", ["anthropic.claude-fable-*"]),
    ("anthropic", "claude-haiku", "Claude Haiku", r"claude-(3.*-haiku|haiku-.*)",
     ["anthropic.claude-haiku-*", "anthropic.claude-3*-haiku*"]),
    ("anthropic", "claude-instant", "Claude Instant", r"claude-instant.*", ["anthropic.claude-instant*"]),
    ("anthropic", "claude-mythos", "Claude Mythos", r"claude-mythos-.*", ["anthropic.claude-mythos-*"]),
    ("anthropic", "claude-opus", "Claude Opus", r"claude-(3.*-opus|opus-.*)",
     ["anthropic.claude-opus-*", "anthropic.claude-3*-opus*"]),
    ("anthropic", "claude-sonnet", "Claude Sonnet", r"claude-(3.*-sonnet.*|sonnet-.*)",
     ["anthropic.claude-sonnet-*", "anthropic.claude-3*-sonnet*"]),
    ("anthropic", "claude-v", "Claude 1 and 2", r"claude-v\d.*", ["anthropic.claude-v*"]),
    ("cohere", "command", "Command", r"command-.*", ["cohere.command-*"]),
    ("cohere", "embed", "Embed", r"embed-.*", ["cohere.embed-*"]),
    ("cohere", "rerank", "Rerank", r"rerank-.*", ["cohere.rerank*"]),
    ("deepseek", "deepseek", "DeepSeek", r".*", ["deepseek.*"]),
    ("google", "gemma", "Gemma", r"gemma-.*", ["google.gemma-*"]),
    ("luma", "ray", "Luma Ray", r"ray.*", ["luma.ray*"]),
    ("meta", "llama", "Llama", r"llama.*", ["meta.llama*"]),
    ("minimax", "minimax", "MiniMax", r"minimax-.*", ["minimax.minimax-*"]),
    ("mistral", "devstral", "Devstral", r"devstral-.*", ["mistral.devstral-*"]),
    ("mistral", "magistral", "Magistral", r"magistral-.*", ["mistral.magistral-*"]),
    ("mistral", "ministral", "Ministral", r"ministral-.*", ["mistral.ministral-*"]),
    ("mistral", "mistral-7b", "Mistral 7B", r"mistral-7b.*", ["mistral.mistral-7b*"]),
    ("mistral", "mistral-large", "Mistral Large", r"mistral-large.*", ["mistral.mistral-large*"]),
    ("mistral", "mistral-small", "Mistral Small", r"mistral-small.*", ["mistral.mistral-small*"]),
    ("mistral", "mixtral", "Mixtral", r"mixtral-.*", ["mistral.mixtral-*"]),
    ("mistral", "pixtral", "Pixtral", r"pixtral-.*", ["mistral.pixtral-*"]),
    ("mistral", "voxtral", "Voxtral", r"voxtral-.*", ["mistral.voxtral-*"]),
    ("moonshot", "kimi", "Kimi", r"kimi-.*", ["moonshot.kimi-*", "moonshotai.kimi-*"]),
    ("nvidia", "nemotron", "Nemotron", r"nemotron-.*", ["nvidia.nemotron-*"]),
    ("openai", "gpt", "GPT", r"gpt-\d+(\.\d+)?", None),
    ("openai", "gpt-astra", "GPT Astra", r"gpt-\d.*-astra", None),
    ("openai", "gpt-cyber", "GPT Cyber", r"gpt-\d.*-cyber", None),
    ("openai", "gpt-daybreak-blue", "Daybreak Blue", r"gpt-daybreak-blue-.*", ["openai.gpt-daybreak-blue-*"]),
    ("openai", "gpt-luna", "GPT Luna", r"gpt-\d.*-luna", None),
    ("openai", "gpt-oss", "gpt-oss", r"gpt-oss-.*", ["openai.gpt-oss-*"]),
    ("openai", "gpt-sol", "GPT Sol", r"gpt-\d.*-sol", None),
    ("openai", "gpt-terra", "GPT Terra", r"gpt-\d.*-terra", None),
    ("qwen", "qwen3", "Qwen3", r"qwen3-.*", ["qwen.qwen3-*"]),
    ("stability", "stable-diffusion", "Stable Diffusion", r"sd\d.*|stable-diffusion.*",
     ["stability.sd?-*", "stability.stable-diffusion*"]),
    ("stability", "stable-image", "Stable Image", r"stable-(image-|.*-upscale|outpaint|style-transfer).*",
     ["stability.stable-image-*", "stability.stable-*-upscale*", "stability.stable-outpaint*",
      "stability.stable-style-transfer*"]),
    ("twelvelabs", "marengo-embed", "Marengo Embed", r"marengo-embed-.*", ["twelvelabs.marengo-embed-*"]),
    ("twelvelabs", "pegasus", "Pegasus", r"pegasus-.*", ["twelvelabs.pegasus-*"]),
    ("writer", "palmyra", "Palmyra", r"palmyra-.*", ["writer.palmyra-*"]),
    ("xai", "grok", "Grok", r"grok-.*", ["xai.grok-*"]),
    ("zai", "glm", "GLM", r"glm-.*", ["zai.glm-*"]),
]


def gpt_patterns(tail):
    """`openai.gpt-5.6-sol`: the version stands before the word, so its digits are spelt `?`. Where
    no word follows, only a date, a revision or nothing may, or every other line would match."""
    bases = [f"openai.gpt-{version}{tail}" for version in ("?", "?.?", "??.?")]
    ends = ("*",) if tail else ("", "-20*", "-v*", ":*")
    return [base + end for base in bases for end in ends]


def family_patterns(name, patterns):
    if patterns is not None:
        return patterns
    return gpt_patterns(name.removeprefix("gpt"))


def split_id(model_id):
    """(stem without provider, kept revision): `claude-3-5-sonnet-20241022-v2:0` -> (.., `v2`)."""
    rest = model_id.split(".", 1)[1]
    rest = re.sub(r"-1:\d+$", "", rest)  # openai.gpt-oss-120b-1:0
    rest = re.sub(r":\d+(:\w+)?$", "", rest)
    revision = ""
    found = re.search(r"-v(\d+)$", rest)
    if found:
        rest, revision = rest[: found.start()], "v" + found[1]
    undated = re.sub(r"-20\d{6}$|-20\d\d-\d\d-\d\d$", "", rest)
    return undated, revision, undated != rest


def name_and_stem(model_id, versioned):
    """The name that the rule gives an id, and its stem. `versioned`: stems that exist as -v2."""
    stem, revision, dated = split_id(model_id)
    keep = revision not in ("", "v0", "v1") or (revision == "v1" and not dated and stem in versioned)
    name = re.sub(r"(?<![0-9.])(\d{1,2})-(\d{1,2})(?=-|$)", r"\1.\2", stem)
    if keep:
        name += "-" + revision
        if not dated:
            stem += "-" + revision
    prefix = model_id.split(".", 1)[0]
    return name, f"{prefix}.{stem}"


def provider_slug(model_id):
    prefix = model_id.split(".", 1)[0]
    return PROVIDER_OF_PREFIX.get(prefix, prefix)


def group(entries):
    """Ids of one model together: the same name, or stated to be the same model."""
    versioned = {split_id(e["modelId"])[0] for e in entries
                 if split_id(e["modelId"])[1] == "v2" and not split_id(e["modelId"])[2]}
    named = {e["modelId"]: name_and_stem(e["modelId"], versioned) for e in entries}
    leader = {}
    for entry in entries:
        for other in [entry["modelId"], *(entry.get("sameModelOtherIds") or [])]:
            leader.setdefault(other, entry["modelId"])
    by_key = {}
    for entry in entries:
        key = (provider_slug(entry["modelId"]), named[entry["modelId"]][0])
        by_key.setdefault(key, []).append(entry)
    merged, seen = [], set()
    for members in by_key.values():
        todo, model = list(members), []
        while todo:
            entry = todo.pop(0)
            if entry["modelId"] in seen:
                continue
            seen.add(entry["modelId"])
            model.append(entry)
            for other in entry.get("sameModelOtherIds") or []:
                key = (provider_slug(other), named[other][0])
                todo += by_key[key]
        if model:
            merged.append(model)
    return merged, named


def rank(entry):
    """Runtime ids first, then mantle ids, then those known by name only."""
    endpoints = entry.get("endpoints") or []
    return ("sources" in entry and "modalities" not in entry, "bedrock-runtime" not in endpoints, entry["modelId"])


def part(facts):
    data = form.load(facts / "models.json")
    entries = newer.apply(data["models"], data["idOnly"])
    merged, named = group(entries)
    titles = {}
    for entry in entries:
        titles.setdefault(provider_slug(entry["modelId"]), entry["provider"])
    lines = form.header("models", data["_meta"]["generated"],
                        [f"{key}: {text}" for key, text in
                         (data["_meta"]["sources"] | newer.SOURCES).items()])
    prefixes = defaultdict(set)
    for entry in entries:
        prefixes[provider_slug(entry["modelId"])].add(entry["modelId"].split(".", 1)[0])
    for slug in sorted(titles):
        lines.append(form.record("provider", slug, [("title", titles[slug]),
                                                    ("prefixes", sorted(prefixes[slug]))]))
    for provider, name, title, _, patterns in FAMILIES:
        lines.append(form.record("family", name, [("provider", provider), ("title", title),
                                                  ("patterns", family_patterns(name, patterns))]))
    blocks = sorted(model_block(model, named) for model in merged)
    return form.finish(lines + [line for _, block in blocks for line in block])


def model_block(model, named):
    model = sorted(model, key=rank)
    first = model[0]
    name = next((CANONICAL_NAME[e["modelId"]] for e in model if e["modelId"] in CANONICAL_NAME),
                named[first["modelId"]][0])
    provider = provider_slug(first["modelId"])
    aliases = sorted({named[e["modelId"]][0] for e in model} - {name} | set(ALIASES.get(name, ())))
    stems = sorted({named[e["modelId"]][1] for e in model})
    families = [row[1] for row in FAMILIES if row[0] == provider and re.fullmatch(row[3], name)]
    if len(families) != 1:
        raise ValueError(f"{name} of {provider} is in families {families}")
    version = first.get("version")
    lines = [form.record("model", name, [
        ("title", first.get("name", name)), ("provider", provider), ("family", families[0]),
        ("version", version), ("stems", stems), ("aliases", aliases or None),
        ("patterns", PATTERNS.get(name))])]
    for entry in model:
        lines += id_lines(entry)
    return name, lines


def id_lines(entry):
    if "modalities" not in entry:
        return [form.record("id", entry["modelId"], [
            ("only-name", True), ("variant", entry["kind"].startswith("context-length") or None),
            ("product", entry["marketplaceProductId"])], indent=1)]
    endpoints, cycle = entry["endpoints"], entry["lifecycle"]
    status = cycle["status"] and cycle["status"].lower()
    retention = entry.get("dataRetention", {}).get("requiredMode", "").split(" ")[0]
    lines = [form.record("id", entry["modelId"], [
        ("runtime", None if endpoints is None else "bedrock-runtime" in endpoints),
        ("mantle", None if endpoints is None else "bedrock-mantle" in endpoints),
        ("input", lower(entry["modalities"]["input"])), ("output", lower(entry["modalities"]["output"])),
        ("streaming", entry["streaming"]), ("status", status), ("as-of", cycle["asOf"]),
        ("launch", form.iso_date(cycle["launchDate"])), ("legacy", cycle["legacyDate"]),
        ("extended", cycle["publicExtendedAccessDate"]), ("end", cycle["eolDate"]),
        ("no-end-before", cycle.get("eolNoSoonerThan")), ("conflict", cycle.get("conflict")),
        ("in-region", entry["inRegionOnDemand"]),
        ("unclear", sorted(entry["inRegionEndpointAmbiguous"]) or None),
        ("mantle-regions", entry["inRegionMantle"]),
        ("needs-profile", entry["requiresInferenceProfileOnRuntime"]),
        ("marketplace", entry["marketplace"]["soldThroughMarketplace"]),
        ("product", entry["marketplace"]["productId"]), ("retention", retention or None)], indent=1)]
    for profile in sorted(entry["inferenceProfiles"], key=lambda p: p["scope"]):
        lines += profile_lines(profile)
    return lines


def lower(modalities):
    return None if modalities is None else sorted(word.lower() for word in modalities)


def profile_lines(profile):
    lines = [form.record("profile", profile["id"], [
        ("scope", profile["scope"]), ("inferred-id", profile.get("idInferred") or None),
        ("sources", profile["sourceRegions"] and sorted(profile["sourceRegions"]))], indent=2)]
    lines += form.route_lines("route", profile.get("routes") or {})
    inferred = dict(profile.get("routesInferred") or {})
    for source in profile["sourceRegions"] or []:
        if profile.get("destinationRegionsInferred"):
            inferred.setdefault(source, profile["destinationRegionsInferred"])
    return lines + form.route_lines("inferred-route", inferred)
