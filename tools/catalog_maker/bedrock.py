"""bedrock.txt: what kind of right each action of Bedrock's four prefixes is. The classification is
ours: actions-by-category.json for `bedrock`, the tables here for the other prefixes.

`plane` says who needs the action: runtime (consumes models, guardrails, knowledge, agents), admin
(changes configuration), read (looks at configuration). `kind` is the administrable kind.
"""

import re

from catalog_maker import form
from catalog_maker.iam import Package

KINDS = [
    ("agentcore", "everything of Bedrock AgentCore", None),
    ("agentcore-evaluations", "evaluators, datasets, A/B tests, recommendations", "agentcore"),
    ("agentcore-gateways", "gateways, their targets, rules and rate limits", "agentcore"),
    ("agentcore-identity", "workload identities, credential providers, token vaults", "agentcore"),
    ("agentcore-memory", "memories", "agentcore"),
    ("agentcore-payments", "payment managers, connectors, instruments, sessions", "agentcore"),
    ("agentcore-policies", "policy engines and their Cedar policies", "agentcore"),
    ("agentcore-registries", "registries and their records", "agentcore"),
    ("agentcore-runtimes", "agent runtimes, harnesses, capacity providers", "agentcore"),
    ("agentcore-tools", "browsers and code interpreters", "agentcore"),
    ("agents", "agents, their versions, aliases, action groups, collaborators", None),
    ("api-keys", "long-term Bedrock API keys (IAM service-specific credentials)", None),
    ("automated-reasoning", "automated reasoning policies", None),
    ("custom-models", "customized and imported models, their jobs and deployments", None),
    ("data-automation", "data automation projects, blueprints, libraries", None),
    ("data-retention", "the account's data-retention mode", None),
    ("enforcement", "account-level guardrail enforcement", None),
    ("evaluations", "model and knowledge-base evaluation jobs", None),
    ("flows", "flows, their versions and aliases", None),
    ("foundation-models", "the list of foundation models", None),
    ("guardrails", "guardrails and their versions", None),
    ("inference-profiles", "application inference profiles", None),
    ("knowledge-bases", "knowledge bases, data sources, ingestion", None),
    ("logging", "model invocation logging and vended logs", None),
    ("marketplace-endpoints", "endpoints of Bedrock Marketplace models", None),
    ("model-access", "agreements and entitlements for foundation models", None),
    ("projects", "projects of the mantle plane", None),
    ("prompt-routers", "prompt routers", None),
    ("prompts", "prompts and prompt optimization", None),
    ("provisioned-throughput", "provisioned throughput and reservations", None),
    ("resource-policies", "resource-based policies of guardrails, knowledge bases, models, gateways", None),
    ("tags", "tags of Bedrock resources", None),
]

# Category of actions-by-category.json -> kind.
KIND_OF_CATEGORY = {
    "agent-admin": "agents", "agents-runtime": "agents", "read-agent": "agents",
    "automated-reasoning-admin": "automated-reasoning", "automated-reasoning-runtime": "automated-reasoning",
    "read-automated-reasoning": "automated-reasoning", "bearer-token": "api-keys",
    "data-automation-admin": "data-automation", "data-automation-runtime": "data-automation",
    "read-data-automation": "data-automation", "data-retention-admin": "data-retention",
    "evaluation-admin": "evaluations", "read-evaluation": "evaluations", "flow-admin": "flows",
    "flows-runtime": "flows", "read-flow": "flows", "guardrail-admin": "guardrails",
    "guardrail-runtime": "guardrails", "read-guardrail": "guardrails",
    "guardrail-enforcement-admin": "enforcement", "inference": "", "inference-async": "",
    "inference-batch": "", "inference-stateful-responses": "", "inference-support": "",
    "inference-profile-admin": "inference-profiles", "read-inference-profile": "inference-profiles",
    "knowledge-base-admin": "knowledge-bases", "knowledge-base-ingestion": "knowledge-bases",
    "read-knowledge-base": "knowledge-bases", "retrieval": "knowledge-bases",
    "logging-config-admin": "logging", "marketplace-endpoint-admin": "marketplace-endpoints",
    "model-access-admin": "model-access", "read-model-catalog": "model-access",
    "model-customization-admin": "custom-models", "read-custom-models": "custom-models",
    "prompt-admin": "prompts", "read-prompt": "prompts", "prompt-router-admin": "prompt-routers",
    "provisioned-throughput-admin": "provisioned-throughput", "resource-policy-admin": "resource-policies",
    "sessions-runtime": "", "tagging": "tags", "read-tags": "tags",
}
# Categories that mix kinds: actions that go elsewhere.
KIND_OF_ACTION = {
    "GetFoundationModel": "foundation-models", "ListFoundationModels": "foundation-models",
    "GetAccountDataRetention": "data-retention", "GetModelInvocationLoggingConfiguration": "logging",
    "GetResourcePolicy": "resource-policies", "ListEnforcedGuardrailsConfiguration": "enforcement",
    "GetPromptRouter": "prompt-routers", "ListPromptRouters": "prompt-routers",
    "GetProvisionedModelThroughput": "provisioned-throughput",
    "ListProvisionedModelThroughputs": "provisioned-throughput",
    "GetMarketplaceModelEndpoint": "marketplace-endpoints",
    "ListMarketplaceModelEndpoints": "marketplace-endpoints",
    "Rerank": "", "InvokeTool": "", "OptimizePrompt": "prompts", "RenderPrompt": "prompts",
}

# bedrock-mantle: action -> (plane, kind). BEDROCK-FACTS a.3.
MANTLE = {
    "runtime": {"api-keys": "CallWithBearerToken",
                "": "CancelInference CountTokens CreateFile CreateInference DeleteFile DeleteInference "
                    "GetFile GetInference ListFiles"},
    "admin": {"custom-models": "AssociateCustomizedModel CancelFineTuningJob CreateCustomizedModel "
                               "CreateFineTuningJob DeleteCustomizedModel DisassociateCustomizedModel",
              "projects": "ArchiveProject CreateProject UpdateProject",
              "provisioned-throughput": "CreateReservation DeleteReservation UpdateReservation",
              "data-retention": "PutAccountDataRetention", "tags": "TagResource UntagResource"},
    "read": {"custom-models": "GetCustomizedModel GetFineTuningJob ListCustomizedModelAssociations "
                              "ListCustomizedModels ListFineTuningJobs",
             "projects": "GetProject ListProjects", "foundation-models": "GetModel ListModels",
             "provisioned-throughput": "GetReservation ListReservations",
             "data-retention": "GetAccountDataRetention", "tags": "ListTagsForResource"},
}
WEBSEARCH = {"runtime": {"": "ExternalWebAccess InvokeFetch InvokeSearch"}}
# Claude Platform on AWS: what runs a model, or opens a way in. Its own documentation, iam-actions.
CLAUDE_PLATFORM = {"runtime": {"": "AssumeConsole CreateBatchInference CreateInference CreateSession UpdateSession",
                               "api-keys": "CallWithBearerToken"}}

# bedrock-agentcore: first match wins. Runtime actions are named one by one or by verb; what is left
# is read when it is Get or List, else admin.
AGENTCORE_RUNTIME = re.compile(
    r"Invoke(?!Registry).*|InvokeRegistryMcp|(Start|Stop)(Browser|CodeInterpreter|Runtime)Session|Connect.*|"
    r"(Get|List)(Browser|CodeInterpreter)Sessions?|SaveBrowserSessionProfile|UpdateBrowserStream|"
    r"(Create|Delete|Get|List)Events?|(Batch(Create|Delete|Update)|Delete|Get|List|Retrieve)MemoryRecords?|"
    r"ListActors|ListSessions|StartMemoryExtractionJob|ListMemoryExtractionJobs|"
    r"GetResource(ApiKey|Oauth2Token|PaymentToken)|GetWorkloadAccessToken.*|CompleteResourceTokenAuth|"
    r"AuthorizeAction|PartiallyAuthorizeActions|ProcessPayment|(Create|Delete|Get|List)Payment"
    r"(Instrument|Session)s?|GetPaymentInstrumentBalance|GetAgentCard|Evaluate|SearchRegistryRecords|"
    r"PutSystemLogEvents|DeleteCapacityProviderSession")
AGENTCORE_KINDS = [
    ("resource-policies", r".*ResourcePolicy"), ("tags", r"(Tag|Untag)Resource|ListTagsForResource"),
    ("logging", r"AllowVendedLogDeliveryForResource"),
    ("agentcore-payments", r".*Payment.*"),
    ("agentcore-policies", r".*Polic(y|ies).*|AuthorizeAction|PartiallyAuthorizeActions"),
    ("agentcore-gateways", r".*Gateway.*|InvokeWebSearch"), ("agentcore-registries", r".*Registr.*"),
    ("agentcore-identity", r".*(CredentialProvider|Workload|TokenVault|ResourceApiKey|ResourceOauth2|"
                           r"ResourceTokenAuth|ConsentPortal).*"),
    ("agentcore-tools", r".*(Browser|CodeInterpreter).*"),
    ("agentcore-memory", r".*(Memor|Event(?!s$)|Actors|ListEvents|ListSessions).*"),
    ("agentcore-evaluations", r".*(Evaluat|Dataset|ABTest|Recommendation|ConfigurationBundle).*"),
    ("agentcore-runtimes", r".*(AgentRuntime|Harness|CapacityProvider|RuntimeSession|AgentCard).*"),
    ("agentcore-runtimes", r"PutSystemLogEvents"),
]

# Actions with which a control can be undone or weakened, beyond those that the facts flag.
# BEDROCK-FACTS e for mantle; the AgentCore ones are those that change who may call or what filters.
WEAKENS = {
    "bedrock-mantle": "PutAccountDataRetention CreateProject UpdateProject",
    "bedrock-agentcore": "PutResourcePolicy DeleteResourcePolicy ManageAdminPolicy "
                         "ManageResourceScopedPolicy UpdatePolicy DeletePolicy UpdatePolicyEngine "
                         "DeletePolicyEngine UpdateGateway GatewayDisassociateWebACL "
                         "DeleteGatewayRateLimit UpdateGatewayRateLimit DeleteGatewayRule UpdateGatewayRule",
    "iam": "CreateServiceSpecificCredential UpdateServiceSpecificCredential ResetServiceSpecificCredential",
}
# Actions that return what users or models wrote, or secrets.
EXPOSES = {
    "bedrock-mantle": "GetFile GetInference",
    "bedrock-agentcore": "ConnectBrowserLiveViewStream GetEvent GetMemoryRecord GetResourceApiKey "
                         "GetResourceOauth2Token GetResourcePaymentToken ListDatasetExamples ListEvents "
                         "ListMemoryRecords RetrieveMemoryRecords",
}
COSTS = {"bedrock-mantle": "CreateFineTuningJob CreateReservation UpdateReservation"}
INFERS = {"bedrock-mantle": "CreateInference",
          "aws-external-anthropic": "AssumeConsole CallWithBearerToken CreateBatchInference CreateInference "
                                    "CreateSession UpdateSession"}

# Long-term API keys are IAM's service-specific credentials for Bedrock. BEDROCK-FACTS a.5.
IAM_CONDITION = "iam:ServiceSpecificCredentialServiceName=bedrock.amazonaws.com"
IAM_ADMIN = ("CreateServiceSpecificCredential DeleteServiceSpecificCredential "
             "ResetServiceSpecificCredential UpdateServiceSpecificCredential")


def kind_of_bedrock(name, category):
    return KIND_OF_ACTION[name] if name in KIND_OF_ACTION else KIND_OF_CATEGORY[category]


def rows_of_bedrock(facts):
    data = form.load(facts / "actions-by-category.json")
    for full, action in data["actions"].items():
        service, name = full.split(":")
        exposes = action.get("exposesContent", "")
        yield (service, name, action["plane"], kind_of_bedrock(name, action["category"]),
               flags(action.get("canWeakenControls"),
                     exposes and not exposes.endswith("location only"),
                     action.get("costBearing"), action.get("causesModelInference")), None)


def flags(weakens, exposes, costs, infers):
    named = [("weakens", weakens), ("content", exposes), ("cost", costs), ("inference", infers)]
    return [name for name, is_set in named if is_set]


def flags_of(service, name):
    return flags(*(name in table.get(service, "").split() for table in (WEAKENS, EXPOSES, COSTS, INFERS)))


def rows_of_table(service, table):
    for plane, kinds in table.items():
        for kind, names in kinds.items():
            for name in names.split():
                yield service, name, plane, kind, flags_of(service, name), None


# The prefixes whose actions are all classified.
PREFIXES = ("bedrock", "bedrock-mantle", "bedrock-agentcore", "bedrock-websearch")

# Where actions go that nobody has looked at: prohibitions cover them in every way, permissions never
# grant them.
QUARANTINE = ("unclassified", "actions that are new and not classified yet")


def quarantined(service, name):
    return service, name, "admin", QUARANTINE[0], flags(True, True, True, True), None


def proposal(name):
    """What the patterns below say of an action of AgentCore: a guess, until somebody agrees."""
    kind = next((kind for kind, form_of in AGENTCORE_KINDS if re.fullmatch(form_of, name)), None)
    return plane_of_agentcore(name), kind


def plane_of_agentcore(name):
    if AGENTCORE_RUNTIME.fullmatch(name):
        return "runtime"
    return "read" if re.match(r"Get|List|GatewayGet|GatewayList", name) else "admin"


def rows_of_agentcore(names, reviewed):
    """A pattern alone is a proposal: what the catalog does not have yet is left to quarantine."""
    for name in names:
        plane, kind = proposal(name)
        if kind is not None and f"bedrock-agentcore:{name}" in reviewed:
            yield "bedrock-agentcore", name, plane, kind, flags_of("bedrock-agentcore", name), None


def rows_of_iam():
    for name in IAM_ADMIN.split():
        yield "iam", name, "admin", "api-keys", flags_of("iam", name), IAM_CONDITION
    yield "iam", "ListServiceSpecificCredentials", "read", "api-keys", [], None


def part(facts, folder, current):
    """`current`: the text of the part as it is, whose actions somebody has looked at."""
    package = Package(folder)
    reviewed = {full for full, row in rows_of_text(current).items() if row[3] != QUARANTINE[0]}
    agentcore = [a["name"] for a in package.table("actions", "bedrock-agentcore").values()]
    rows = [*rows_of_bedrock(facts), *rows_of_table("bedrock-mantle", MANTLE),
            *rows_of_table("bedrock-websearch", WEBSEARCH),
            *rows_of_table("aws-external-anthropic", CLAUDE_PLATFORM),
            *rows_of_agentcore(agentcore, reviewed), *rows_of_iam()]
    check(rows)
    meta = form.load(facts / "actions-by-category.json")["_meta"]
    date = form.load(facts / "models.json")["_meta"]["generated"]
    return written(date, [
        f"plane and kind: this project's classification; actions: {package.source}",
        f"bedrock: {meta['source']}",
        "aws-external-anthropic: Claude Platform on AWS, iam-actions and iam-policies, read 2026-11-29: what runs a "
        "model, or opens a way in (console, API keys)"], [*rows, *unclassified(package, rows)])


def written(date, sources, rows):
    lines = form.header("bedrock", date, sources)
    is_needed = any(row[3] == QUARANTINE[0] for row in rows)
    for name, title, within in KINDS:
        lines.append(form.record("kind", name, [("title", title), ("within", within)]))
    if is_needed:
        name, title = QUARANTINE
        lines.append(form.record("kind", name, [("title", title), ("quarantine", True)]))
    for service, name, plane, kind, marks, condition in sorted(rows, key=lambda r: f"{r[0]}:{r[1]}".lower()):
        lines.append(form.record("action", f"{service}:{name}", [
            ("plane", plane), ("kind", kind or None), ("flags", marks or None), ("when", condition)]))
    return form.finish(lines)


def rows_of_text(text):
    """The actions of a part as it was written: full name -> row."""
    rows = {}
    for line in text.splitlines():
        if not line.startswith("action "):
            continue
        head, *cells = line.split(" | ")
        fields = dict(cell.split("=", 1) for cell in cells)
        service, name = head.removeprefix("action ").split(":")
        marks = fields["flags"].split(",") if fields.get("flags") else []
        rows[f"{service}:{name}"] = (service, name, fields["plane"], fields.get("kind", ""), marks,
                                     fields.get("when"))
    return rows


def names_in(package, services):
    return [(service, action["name"]) for service in services if service in package.services
            for action in package.table("actions", service).values()]


def unclassified(package, rows):
    """Of the actions of Bedrock's prefixes, those that no row is about."""
    named = {f"{row[0]}:{row[1]}" for row in rows}
    return [quarantined(service, name) for service, name in names_in(package, PREFIXES)
            if f"{service}:{name}" not in named]


def check(rows):
    """Each action once, and of a kind that has a title."""
    named = [f"{row[0]}:{row[1]}" for row in rows]
    if len(named) != len(set(named)):
        raise ValueError(f"classified twice: {sorted(n for n in set(named) if named.count(n) > 1)}")
    unknown = {row[3] for row in rows} - {kind[0] for kind in KINDS} - {""}
    if unknown:
        raise ValueError(f"kinds without a title: {sorted(unknown)}")
