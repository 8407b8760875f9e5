#!/usr/bin/env python3
"""Stands in for the AWS CLI in tests of apply.sh: keeps a small AWS in a file and records calls.

AWS_STAND_IN names the state, a JSON file; calls that change something are appended to its "calls".
Each call of the script has one function here that knows its --query; any other call, option or
query is an error, so that the script cannot ask for what was not thought of. Answers have the form
of `--output text` (lists: tab-separated; no value: None) unless json is asked for.
"""

import json
import os
import pathlib
import re
import sys

STATE = pathlib.Path(os.environ["AWS_STAND_IN"])


def parse(arguments):
    service, operation, *rest = arguments
    options = {}
    while rest:
        name = rest.pop(0)
        if not name.startswith("--"):
            sys.exit(f"aws stand-in: {name} is no option of {service} {operation}")
        is_flag = name == "--set-as-default"
        value = "true" if is_flag else rest.pop(0)
        options[name[2:]] = value
    return service, operation, options


def text_of(value):
    """The value of an option that may be file://."""
    return pathlib.Path(value[7:]).read_text() if value.startswith("file://") else value


def quoted(query):
    return re.search(r"=='([^']*)'", query).group(1)


class Aws:
    def __init__(self, state, options):
        self.state = state
        self.o = options
        self.query = options.get("query", "")
        self.region = options.get("region")

    def table(self, name):
        return self.state.setdefault(name, {})

    # ---- sts, organizations

    def sts_get_caller_identity(self):
        return self.state["account"]

    def organizations_describe_organization(self):
        return self.state["management"]

    def organizations_list_roots(self):
        if self.query == "Roots[0].Id":
            return "r-ab12"
        kind = quoted(self.query)
        return kind if kind in self.state.setdefault("types", []) else ""

    def organizations_enable_policy_type(self):
        self.state.setdefault("types", []).append(self.o["policy-type"])

    def organizations_list_policies(self):
        found = [i for i, p in self.table("policies").items()
                 if p["name"] == quoted(self.query) and p["type"] == self.o["filter"]]
        return "\t".join(found)

    def organizations_create_policy(self):
        if self.o["type"] not in self.state.get("types", []):
            sys.exit("PolicyTypeNotEnabledException")
        identity = f"p-{len(self.table('policies')) + 1:08}"
        self.table("policies")[identity] = {
            "name": self.o["name"], "type": self.o["type"], "content": text_of(self.o["content"]),
            "targets": []}
        return identity

    def organizations_describe_policy(self):
        return self.table("policies")[self.o["policy-id"]]["content"]

    def organizations_update_policy(self):
        self.table("policies")[self.o["policy-id"]]["content"] = text_of(self.o["content"])

    def organizations_list_targets_for_policy(self):
        targets = self.table("policies")[self.o["policy-id"]]["targets"]
        if self.query == "Targets[].TargetId":
            return "\t".join(targets) or "None"
        return quoted(self.query) if quoted(self.query) in targets else ""

    def organizations_attach_policy(self):
        self.table("policies")[self.o["policy-id"]]["targets"].append(self.o["target-id"])

    def organizations_detach_policy(self):
        self.table("policies")[self.o["policy-id"]]["targets"].remove(self.o["target-id"])

    def organizations_delete_policy(self):
        if self.table("policies").pop(self.o["policy-id"])["targets"]:
            sys.exit("PolicyInUseException")

    def organizations_list_organizational_units_for_parent(self):
        units = self.state["units"].get(self.o["parent-id"], {})
        return "\n".join(f"{identity}\t{name}" for identity, name in units.items())

    # ---- iam

    def iam_get_policy(self):
        policy = self.table("managed").get(self.o["policy-arn"])
        if policy is None:
            sys.exit("NoSuchEntity")
        return policy["default"]

    def iam_create_policy(self):
        arn = f"arn:aws:iam::{self.state['account']}:policy/{self.o['policy-name']}"
        self.table("managed")[arn] = {
            "default": "v1", "versions": {"v1": text_of(self.o["policy-document"])}}

    def iam_get_policy_version(self):
        policy = self.table("managed")[self.o["policy-arn"]]
        return json.dumps(json.loads(policy["versions"][self.o["version-id"]]), indent=4)

    def iam_list_policy_versions(self):
        policy = self.table("managed")[self.o["policy-arn"]]
        return "\t".join(v for v in reversed(policy["versions"]) if v != policy["default"])

    def iam_delete_policy_version(self):
        del self.table("managed")[self.o["policy-arn"]]["versions"][self.o["version-id"]]

    def iam_create_policy_version(self):
        policy = self.table("managed")[self.o["policy-arn"]]
        if len(policy["versions"]) >= 5:
            sys.exit("LimitExceeded")
        version = f"v{max(int(v[1:]) for v in policy['versions']) + 1}"
        policy["versions"][version] = text_of(self.o["policy-document"])
        policy["default"] = version

    def held(self, kind):
        return self.table(f"{kind}s").setdefault(self.o[f"{kind}-name"], {}).setdefault("held", [])

    def iam_list_attached_role_policies(self):
        return quoted(self.query) if quoted(self.query) in self.held("role") else ""

    def iam_list_attached_user_policies(self):
        return quoted(self.query) if quoted(self.query) in self.held("user") else ""

    def iam_attach_role_policy(self):
        self.held("role").append(self.o["policy-arn"])

    def iam_attach_user_policy(self):
        self.held("user").append(self.o["policy-arn"])

    def iam_list_roles(self):
        roles = self.table("roles").items()
        assert self.query == "Roles[].[RoleName,Path]", self.query
        return "\n".join(f"{name}\t{role.get('path', '/')}" for name, role in roles)

    def iam_list_role_tags(self):
        return self.table("roles")[self.o["role-name"]].get("tags", {}).get(quoted(self.query), "")

    def iam_list_users(self):
        users = self.table("users").items()
        assert self.query == "Users[].[UserName,Path]", self.query
        return "\n".join(f"{name}\t{user.get('path', '/')}" for name, user in users)

    def iam_list_user_tags(self):
        return self.table("users")[self.o["user-name"]].get("tags", {}).get(quoted(self.query), "")

    def iam_get_user(self):
        assert self.query == "User.Path", self.query
        user = self.table("users").get(self.o["user-name"])
        return sys.exit("NoSuchEntity") if user is None else user.get("path", "/")

    def iam_get_role(self):
        role = self.table("roles").get(self.o["role-name"])
        if self.query == "Role.Path":
            return sys.exit("NoSuchEntity") if role is None else role.get("path", "/")
        if role is None or "trust" not in role:
            sys.exit("NoSuchEntity")
        return json.dumps(json.loads(role["trust"]), indent=4)

    def iam_create_role(self):
        self.table("roles").setdefault(self.o["role-name"], {})["trust"] = text_of(
            self.o["assume-role-policy-document"])

    def iam_update_assume_role_policy(self):
        self.table("roles")[self.o["role-name"]]["trust"] = text_of(self.o["policy-document"])

    # ---- ec2

    def ec2_describe_regions(self):
        assert self.query == "Regions[].RegionName", self.query
        return "us-east-1\teu-west-1"

    def ec2_describe_vpc_endpoints(self):
        if "vpc-endpoint-ids" in self.o:
            assert self.query == "VpcEndpoints[0].PolicyDocument", self.query
            return self.endpoint(self.o["vpc-endpoint-ids"])["policy"]
        owner = re.fullmatch(r"VpcEndpoints\[\?OwnerId=='(\d+)'\].VpcEndpointId", self.query).group(1)
        wanted = self.o["filters"].removeprefix("Name=vpc-endpoint-id,Values=").split(",")
        return "\t".join(i for i, e in self.table("endpoints").items()
                         if i in wanted and e["owner"] == owner and e["region"] == self.region)

    def endpoint(self, identity):
        endpoint = self.table("endpoints")[identity]
        assert endpoint["region"] == self.region, "InvalidVpcEndpointId.NotFound"
        return endpoint

    def ec2_modify_vpc_endpoint(self):
        self.endpoint(self.o["vpc-endpoint-id"])["policy"] = text_of(self.o["policy-document"])

    # ---- sso-admin

    def sso_admin_list_instances(self):
        return "arn:aws:sso:::instance/ssoins-1234567890abcdef"

    def sso_admin_list_permission_sets(self):
        return "\t".join(self.table("sets")) or "None"

    def sso_admin_describe_permission_set(self):
        return self.table("sets").get(self.o["permission-set-arn"], {}).get("name", "None")

    def sso_admin_create_permission_set(self):
        arn = f"arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-{len(self.table('sets')):016}"
        self.table("sets")[arn] = {"name": self.o["name"], "inline": ""}
        return arn

    def sso_admin_get_inline_policy_for_permission_set(self):
        return self.table("sets")[self.o["permission-set-arn"]]["inline"]

    def sso_admin_put_inline_policy_to_permission_set(self):
        self.table("sets")[self.o["permission-set-arn"]]["inline"] = text_of(self.o["inline-policy"])

    def sso_admin_provision_permission_set(self):
        assert self.o["target-type"] == "ALL_PROVISIONED_ACCOUNTS"

    # ---- bedrock

    def bedrock_list_guardrails(self):
        # The first page of a list may be empty.
        if "guardrail-identifier" in self.o:
            found = self.guardrail_of(self.o["guardrail-identifier"])["versions"]
            return "None\n" + "\t".join(v for v, d in found.items() if d == quoted(self.query))
        found = [g["arn"] for g in self.table("guardrails").values()
                 if g["region"] == self.region and g["name"] == quoted(self.query)]
        return "\n" + "\t".join(found)

    def guardrail_of(self, arn):
        return self.table("guardrails")[arn]

    def bedrock_create_guardrail(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        identity = f"{request['name'].replace('-', '')}{self.region.replace('-', '')}"[:12]
        arn = f"arn:aws:bedrock:{self.region}:{self.state['account']}:guardrail/{identity}"
        self.table("guardrails")[arn] = {
            "arn": arn, "name": request["name"], "region": self.region, "request": request,
            "versions": {}}
        return arn

    def bedrock_update_guardrail(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        assert "tags" not in request
        self.guardrail_of(self.o["guardrail-identifier"])["request"] = request

    def bedrock_get_guardrail(self):
        self.guardrail_of(self.o["guardrail-identifier"])
        return "READY"

    def bedrock_create_guardrail_version(self):
        versions = self.guardrail_of(self.o["guardrail-identifier"])["versions"]
        version = str(len(versions) + 1)
        versions[version] = self.o["description"]
        return version

    def projection(self, config, query):
        """`[a.b,join(',',c)]` of a configuration, as text."""
        out = []
        for path in re.findall(r"join\(',',([^)]*)\)|([^,\[\]]+)", query[query.index("["):]):
            value = config
            for name in (path[0] or path[1]).split("."):
                value = value.get(name) if isinstance(value, dict) else None
            out.append("None" if value is None
                       else ",".join(value) if isinstance(value, list) else str(value))
        return "\t".join(out)

    def bedrock_get_resource_policy(self):
        assert self.query == "resourcePolicy"
        shared = self.table("sharing").get(self.o["resource-arn"])
        if shared is None:
            sys.exit("ResourceNotFoundException")
        return shared

    def bedrock_put_resource_policy(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        assert f":{self.region}:{self.state['account']}:" in request["resourceArn"]
        self.table("sharing")[request["resourceArn"]] = request["resourcePolicy"]

    def bedrock_list_enforced_guardrails_configuration(self):
        config = self.table("enforced").get(self.region)
        if config is None:
            return "None"
        if self.query == "guardrailsConfig[0].configId":
            return config["configId"]
        return self.projection(config, self.query.removeprefix("guardrailsConfig[0]."))

    def bedrock_put_enforced_guardrail_configuration(self):
        config = json.loads(text_of(self.o["cli-input-json"]))["guardrailInferenceConfig"]
        known = self.table("enforced").get(self.region)
        assert (known is None) == ("config-id" not in self.o)
        config["guardrailArn"] = config.pop("guardrailIdentifier")
        self.table("enforced")[self.region] = {"configId": "config1", **config}

    def bedrock_get_model_invocation_logging_configuration(self):
        config = self.table("logging").get(self.region)
        return "None" if config is None else self.projection(config, self.query)

    def bedrock_put_model_invocation_logging_configuration(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        self.table("logging")[self.region] = request["loggingConfig"]

    def bedrock_get_account_data_retention(self):
        assert self.query == "mode", self.query
        return self.table("retention").get(f"{self.state['account']} {self.region}", "inherit")

    def bedrock_put_account_data_retention(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        assert list(request) == ["mode"]
        self.table("retention")[f"{self.state['account']} {self.region}"] = request["mode"]

    def configure_export_credentials(self):
        assert self.o == {"format": "env-no-export"}
        return ("AWS_ACCESS_KEY_ID=AKIDEXAMPLE\nAWS_SECRET_ACCESS_KEY=s=cret\n"
                "AWS_SESSION_TOKEN=to=ken\nAWS_CREDENTIAL_EXPIRATION=2026-11-30T00:00:00Z")

    # ---- events, cloudtrail

    def events_describe_rule(self):
        rule = self.table("rules").get(f"{self.region} {self.o['name']}")
        if rule is None:
            sys.exit("ResourceNotFoundException")
        assert self.query == "[EventPattern,State]"
        return f"{rule['EventPattern']}\t{rule['State']}"

    def events_put_rule(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        self.table("rules")[f"{self.region} {request['Name']}"] = request

    def events_list_targets_by_rule(self):
        identity = quoted(self.query)
        assert self.query == f"Targets[?Id=='{identity}'].[Arn,RoleArn]"
        targets = self.table("targets").get(f"{self.region} {self.o['rule']}", {})
        found = targets.get(identity)
        return "" if found is None else f"{found['Arn']}\t{found.get('RoleArn')}"

    def events_put_targets(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        place = f"{self.region} {request['Rule']}"
        assert place in self.table("rules")
        self.table("targets").setdefault(place, {}).update({t["Id"]: t for t in request["Targets"]})

    def cloudtrail_get_event_selectors(self):
        selectors = self.table("trails")[self.o["trail-name"]]
        if self.query == "AdvancedEventSelectors":
            return json.dumps(selectors, indent=4)
        assert self.query == "AdvancedEventSelectors[].[Name]"
        return "\n".join(selector["Name"] for selector in selectors or [])

    def cloudtrail_put_event_selectors(self):
        assert self.o["trail-name"] in self.table("trails")
        self.table("trails")[self.o["trail-name"]] = json.loads(self.o["advanced-event-selectors"])

    # ---- bedrock-agentcore-control

    def engine(self):
        return self.table("engines")[self.o["policy-engine-id"]]

    def bedrock_agentcore_control_list_policy_engines(self):
        name = quoted(self.query)
        assert self.query == f"policyEngines[?name=='{name}'].policyEngineId"
        return "\t".join(i for i, e in self.table("engines").items() if e["name"] == name)

    def bedrock_agentcore_control_create_policy_engine(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        identity = request["name"] + "-a1b2c3d4e5"
        self.table("engines")[identity] = dict(request, region=self.region, policies={})
        return identity

    def bedrock_agentcore_control_get_policy_engine(self):
        if self.query == "status":
            return "ACTIVE" if self.engine() else None
        assert self.query == "policyEngineArn"
        return f"arn:of:{self.o['policy-engine-id']}"

    def bedrock_agentcore_control_list_policies(self):
        assert self.query == "policies[].[name,policyId]"
        return "\n".join(f"{p['name']}\t{i}" for i, p in self.engine()["policies"].items())

    def bedrock_agentcore_control_create_policy(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        policies = self.engine()["policies"]
        assert request["name"] not in {p["name"] for p in policies.values()}
        identity = f"{request['name']}-{len(policies)}"
        policies[identity] = request
        return identity

    def bedrock_agentcore_control_get_policy(self):
        policy = self.engine()["policies"][self.o["policy-id"]]
        if self.query == "status":
            return "ACTIVE"
        assert self.query == "[status,enforcementMode,definition.cedar.statement]"
        statement = policy["definition"]["cedar"]["statement"]
        return f"ACTIVE\t{policy['enforcementMode']}\t{statement}"

    def bedrock_agentcore_control_update_policy(self):
        request = json.loads(text_of(self.o["cli-input-json"]))
        assert not {"name", "description"} & set(request)
        self.engine()["policies"][self.o["policy-id"]].update(request)

    def bedrock_agentcore_control_delete_policy(self):
        del self.engine()["policies"][self.o["policy-id"]]

    def bedrock_agentcore_control_get_gateway(self):
        gateway = self.table("gateways")[self.o["gateway-identifier"]]
        if self.query == "status":
            return "READY"
        if self.query == "policyEngineConfiguration.[arn,mode]":
            held = gateway.get("policyEngineConfiguration")
            return f"{held['arn']}\t{held['mode']}" if held else "None"
        # What is set is said again, and nothing else.
        assert self.query.startswith("merge((name && {name: name}) || `{}`, ")
        keys = re.findall(r"\((\w+) && \{\1: \1\}\) \|\| `\{\}`", self.query)
        last = re.search(r"\{policyEngineConfiguration: \{arn: '([^']*)', mode: 'ENFORCE'\}\}\)$", self.query)
        settings = {key: gateway[key] for key in keys if gateway.get(key)}
        settings["policyEngineConfiguration"] = {"arn": last.group(1), "mode": "ENFORCE"}
        return json.dumps(settings)

    def bedrock_agentcore_control_update_gateway(self):
        settings = json.loads(self.o["cli-input-json"])
        assert {"name", "roleArn", "authorizerType"} <= set(settings)
        self.table("gateways")[self.o["gateway-identifier"]] = settings


def main():
    service, operation, options = parse(sys.argv[1:])
    state = json.loads(STATE.read_text())
    aws = Aws(state, options)
    name = f"{service}_{operation}".replace("-", "_")
    if not hasattr(aws, name):
        sys.exit(f"aws stand-in: no call {service} {operation}")
    answer = getattr(aws, name)()
    if not re.match(r"(get|list|describe|export)-", operation):
        state.setdefault("calls", []).append([service, operation, options])
    STATE.write_text(json.dumps(state, indent=1))
    if answer is not None:
        print(answer)


if __name__ == "__main__":
    main()
