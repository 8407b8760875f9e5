"""What moved since models.json was gathered, by hand: each fact with the source that says it.

A fact is stated only where a primary source names the id. GPT-6.2 Astra and Sol are offered (seen in
aws-samples/amazon-bedrock-client-for-mac v2.0.5, 2026-11-23), but no source states their ids or
regions, so that they are not here: prohibitions of their families and of OpenAI cover them by
pattern.
"""

import copy

SOURCES = {
    "dataRetention": "AWS doc data-retention, c2hans/aws-docs@07f049df (2026-11): models that need "
                     "review are Fable 5 and Fable 5.1",
    "mythosCard": "AWS doc model card Claude Mythos 5.1, c2hans/aws-docs@0cf87289 (2026-11)",
    "terraCard": "AWS doc model card GPT-6.1 Terra (docs.aws.amazon.com/bedrock/latest/userguide/"
                 "model-card-openai-gpt-6-1-terra.md, 2026-11)",
}

# AWS contradicts itself: the card asks for provider_data_share, the newer page does not list the
# model. With the stricter value both readings work.
MYTHOS = "the model card asks for provider_data_share, the data-retention page does not list it"

# dataRetention, mythosCard
CHANGED = {
    "anthropic.claude-fable-5": {"dataRetention": {"requiredMode": "aws_review"}},
    "anthropic.claude-mythos-5": {"lifecycle": {"conflict": MYTHOS}},
    "anthropic.claude-mythos-5-1": {
        "modalities": {"input": ["IMAGE", "TEXT"], "output": ["TEXT"]},
        "lifecycle": {"launchDate": "2026-09-01", "conflict": MYTHOS},
        "marketplace": {"soldThroughMarketplace": True, "productId": "prod-k24dbcuykobku"},
    },
}

# terraCard: the id and two dates; where and on which plane it is offered is unknown.
ADDED = [{
    "modelId": "openai.gpt-6.1-terra", "name": "GPT-6.1 Terra", "provider": "OpenAI",
    "version": "6.1", "sameModelOtherIds": [], "endpoints": None,
    "modalities": {"input": None, "output": None}, "streaming": None,
    "lifecycle": {"status": "ACTIVE", "asOf": "2026-10", "launchDate": "2026-10-26",
                  "legacyDate": None, "publicExtendedAccessDate": None, "eolDate": None,
                  "eolNoSoonerThan": "2027-10-26"},
    "inRegionOnDemand": None, "inRegionEndpointAmbiguous": [], "inRegionMantle": None,
    "requiresInferenceProfileOnRuntime": None,
    "marketplace": {"soldThroughMarketplace": None, "productId": None},
    "inferenceProfiles": [],
}]


def apply(models, ids):
    """The entries with what is newer; an id that the older facts lack is an error."""
    entries = copy.deepcopy(models)
    known = {entry["modelId"]: entry for entry in entries}
    for model_id, facts in CHANGED.items():
        for member, value in facts.items():
            known[model_id][member] = {**(known[model_id].get(member) or {}), **value}
    for entry in ADDED:
        if entry["modelId"] in known:
            raise ValueError(f"{entry['modelId']} is no news")
    return entries + copy.deepcopy(ADDED) + ids
