#!/usr/bin/env python3
"""Deploys tests/deploy/program in every form, and reads each form back.

- The policies in CloudFormation and Terraform, with references resolved as AWS would, are those of
  the JSON tree; so are what they are attached to, and the guardrails.
- apply.sh against a stand-in for the AWS CLI makes exactly the calls that are needed; a second run
  makes none, and a run after a change makes only those that the change needs.
- Where the validator of the shared material is (WRIT_VALIDATOR, as validate_test.py sets it up), it
  finds no error. Where it is not, that part says that it was skipped.

Usage: deploy_test.py WRIT SOURCE_FOLDER
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

WRIT, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
PROGRAM = SOURCE / "tests" / "deploy" / "program"
GUARDRAIL = "arn:aws:bedrock:{}:222222222222:guardrail/safe{}a"


def build(program, out, *options):
    subprocess.run([WRIT, "build", str(program), "-o", str(out), "--as-of", "2026-11-23", "--quiet",
                    *options], check=True, stderr=subprocess.PIPE, text=True)


def for_cloudformation(folder):
    """The program without what CloudFormation has no resource for: logging, endpoint policies."""
    shutil.copytree(PROGRAM, folder)
    source = folder / "program.writ"
    text = "".join(line for line in source.read_text().splitlines(True)
                   if not line.startswith("log "))
    source.write_text(text.replace('718" in prod', '718"'))
    return folder


def load(path):
    return json.loads(pathlib.Path(path).read_text())


def arn(region):
    return GUARDRAIL.format(region, region.replace("-", ""))


OPEN = json.dumps({"Statement": [
    {"Action": "*", "Effect": "Allow", "Principal": "*", "Resource": "*"}]}, indent=2)


class Deploy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = pathlib.Path(cls.folder.name)
        program = cls.program = for_cloudformation(root / "program")
        cls.out = root / "out"
        build(program, cls.out, "--format", "json,cloudformation,terraform")
        cls.all = root / "all"
        build(PROGRAM, cls.all, "--format", "json,terraform")
        cls.acme = root / "acme"
        build(SOURCE / "examples" / "acme", cls.acme, "--format", "json,cloudformation,terraform")
        cls.manifest = load(cls.out / "manifest.json")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def document(self, path):
        return load(self.out / path)

    def targets_of(self, path):
        return sorted(
            a["id"] or "dev" for a in self.manifest["attachments"] if a["document"] == path)

    # ---- CloudFormation

    def resolve(self, value, region, versions):
        """A value as it is deployed in a region; `versions` are logical ids of versions."""
        if isinstance(value, list):
            return [self.resolve(v, region, versions) for v in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Fn::Sub"}:
            def reference(match):
                name = match.group(1)
                if name.startswith("!"):
                    return "${" + name[1:] + "}"
                resource, attribute = name.split(".")
                self.assertIn(attribute, ("GuardrailArn", "Version"))
                return "1" if attribute == "Version" else arn(region)
            return re.sub(r"\$\{([^}]*)\}", reference, value["Fn::Sub"])
        if set(value) == {"Fn::GetAtt"}:
            return "1" if value["Fn::GetAtt"][1] == "Version" else arn(region)
        if set(value) == {"Ref"}:
            return {"OuDevId": "dev"}.get(value["Ref"], value["Ref"])
        return {k: self.resolve(v, region, versions) for k, v in value.items()}

    def template(self, account):
        return load(self.out / f"deploy/cloudformation/{account}.template.json")

    def resources(self, account, kind):
        found = self.template(account)["Resources"].values()
        return [r for r in found if r["Type"] == kind]

    def test_cloudformation_policies_are_those_of_the_tree(self):
        policies = {r["Properties"]["ManagedPolicyName"]: r["Properties"]
                    for r in self.resources("payments", "AWS::IAM::ManagedPolicy")}
        self.assertEqual(sorted(policies), ["writ-apps", "writ-apps+tag", "writ-people"])
        for name, properties in policies.items():
            read = self.resolve(properties["PolicyDocument"], "us-east-1", {})
            self.assertEqual(read, self.document(f"iam/payments/{name[5:]}.identity.json"))
        self.assertEqual(policies["writ-people"]["Users"], ["ops"])
        names = policies["writ-apps"]["Roles"]["Fn::If"]
        self.assertEqual((names[0], names[2]), ("HasAppsRoles", ["app"]))
        text = json.dumps(policies["writ-apps"]["PolicyDocument"])
        self.assertIn("${GuardrailSafe.GuardrailArn}", text)
        self.assertIn(arn("us-west-2"), text, "a guardrail of another region has no reference")
        self.assertIn("acme-${aws:PrincipalTag/team}", text)

    def test_cloudformation_roles_sets_and_organization(self):
        role, = self.resources("payments", "AWS::IAM::Role")
        self.assertEqual(role["Properties"]["AssumeRolePolicyDocument"],
                         self.document("trust/payments/app.trust.json"))
        permission_set, = self.resources("management", "AWS::SSO::PermissionSet")
        self.assertEqual(permission_set["Properties"]["InlinePolicy"],
                         self.document("permission-sets/Admins.permission-set.json"))
        policies = self.resources("management", "AWS::Organizations::Policy")
        self.assertEqual(len(policies), 2)
        for resource in policies:
            properties = self.resolve(resource["Properties"], "", {})
            path = f"organization/{properties['Name'][5:]}.scp.json"
            self.assertEqual(properties["Content"], self.document(path))
            self.assertEqual(sorted(properties["TargetIds"]), self.targets_of(path))
        self.assertIn("DependsOn", policies[1])

    def test_cloudformation_guardrails_are_versioned_and_kept(self):
        guardrail, = self.resources("payments", "AWS::Bedrock::Guardrail")
        request = self.document("guardrails/safe.bedrock.CreateGuardrail.json")
        self.assertEqual(guardrail["Properties"]["Description"], request["description"])
        self.assertEqual(guardrail["Properties"]["BlockedInputMessaging"], "Not ${here}.")
        version, = self.resources("payments", "AWS::Bedrock::GuardrailVersion")
        for resource in (guardrail, version):
            self.assertEqual(resource["UpdateReplacePolicy"], "Retain")
            self.assertEqual(resource["DeletionPolicy"], "Retain")
        enforced, = self.resources("payments", "AWS::Bedrock::EnforcedGuardrailConfiguration")
        config = self.document("enforcement/payments.us-east-1.bedrock."
                               "PutEnforcedGuardrailConfiguration.json")["guardrailInferenceConfig"]
        read = self.resolve(enforced["Properties"], "us-east-1", {})
        self.assertEqual({k[0].lower() + k[1:]: v for k, v in read.items()}["guardrailVersion"],
                         config["guardrailVersion"])
        self.assertEqual(read["GuardrailIdentifier"], config["guardrailIdentifier"])
        self.assertEqual(read["ModelEnforcement"]["IncludedModels"],
                         config["modelEnforcement"]["includedModels"])
        self.assertEqual(enforced["Condition"], "InUsEast1")

    def test_a_changed_guardrail_makes_another_version(self):
        with tempfile.TemporaryDirectory() as folder:
            program = for_cloudformation(pathlib.Path(folder) / "program")
            source = program / "program.writ"
            source.write_text(source.read_text().replace("insults high", "insults medium"))
            build(program, pathlib.Path(folder) / "out", "--format", "cloudformation,terraform")
            other = load(pathlib.Path(folder) / "out/deploy/cloudformation/payments.template.json")
            versions = [{i for i, r in t["Resources"].items()
                         if r["Type"] == "AWS::Bedrock::GuardrailVersion"}
                        for t in (other, self.template("payments"))]
            self.assertFalse(versions[0] & versions[1])
            terraform = load(pathlib.Path(folder) / "out/deploy/terraform/payments/main.tf.json")
            ours = load(self.out / "deploy/terraform/payments/main.tf.json")
            descriptions = [t["resource"]["aws_bedrock_guardrail_version"]["safe_us_east_1"]
                            ["description"] for t in (terraform, ours)]
            self.assertNotEqual(*descriptions)

    # ---- Terraform

    def plain(self, text):
        """A template with the guardrails' references resolved."""
        def reference(match):
            label = match.group(2)
            region = label.removeprefix("safe_").replace("_", "-")
            return arn(region) if match.group(3) == "guardrail_arn" else "1"
        text = re.sub(r"(?<!\$)\$\{aws_bedrock_guardrail(_version)?\.(\w+)\.(\w+)\}", reference, text)
        self.assertIsNone(re.search(r"(?<!\$)\$\{", text), text)
        return text.replace("$${", "${").replace("%%{", "%{")

    def terraform(self, account, out=None):
        return load((out or self.out) / f"deploy/terraform/{account}/main.tf.json")["resource"]

    def test_terraform_policies_are_those_of_the_tree_to_the_byte(self):
        payments = self.terraform("payments")
        for label in ("apps", "people"):
            self.assertEqual(self.plain(payments["aws_iam_policy"][label]["policy"]),
                             (self.out / f"iam/payments/{label}.identity.json").read_text())
        self.assertEqual(self.plain(payments["aws_iam_role"]["app"]["assume_role_policy"]),
                         (self.out / "trust/payments/app.trust.json").read_text())
        management = self.terraform("management")
        for label, policy in management["aws_organizations_policy"].items():
            name = label.removeprefix("writ_").removesuffix("_scp")
            self.assertEqual(self.plain(policy["content"]),
                             (self.out / f"organization/{name}.scp.json").read_text())
            self.assertEqual(policy["type"], "SERVICE_CONTROL_POLICY")
        inline = management["aws_ssoadmin_permission_set_inline_policy"]["Admins"]
        self.assertEqual(self.plain(inline["inline_policy"]),
                         (self.out / "permission-sets/Admins.permission-set.json").read_text())

    def test_terraform_says_every_text_of_a_guardrail(self):
        guardrails = self.terraform("payments")["aws_bedrock_guardrail"]
        self.assertEqual(sorted(guardrails), ["safe_us_east_1", "safe_us_west_2"])
        safe = guardrails["safe_us_west_2"]
        self.assertEqual(safe["region"], "us-west-2")
        self.assertEqual(self.plain(safe["description"]), "Costs ${amount} and %{more}")
        self.assertEqual(self.plain(safe["blocked_input_messaging"]), "Not ${here}.")
        self.assertEqual(safe["tags"], {"cost-center": "42"})
        version = self.terraform("payments")["aws_bedrock_guardrail_version"]["safe_us_west_2"]
        self.assertTrue(version["skip_destroy"])

    def test_terraform_attaches_by_name_and_by_variable(self):
        payments = self.terraform("payments")
        roles = payments["aws_iam_role_policy_attachment"]
        self.assertEqual(roles["apps"]["for_each"], "${var.apps_roles}")
        self.assertIn("app", [r["role"] for r in roles.values()])
        users = payments["aws_iam_user_policy_attachment"]
        self.assertIn("ops", [u["user"] for u in users.values()])
        self.assertEqual([u["for_each"] for u in users.values() if "for_each" in u],
                         ["${var.apps_tag_users}"])
        variables = load(self.out / "deploy/terraform/payments/main.tf.json")["variable"]
        self.assertEqual(variables["apps_roles"]["default"], [])
        logging = self.terraform("payments", self.all)
        self.assertIn("aws_bedrock_model_invocation_logging_configuration", logging)

    # ---- laid out for people

    def test_a_pretty_tree_is_sent_as_the_compact_one(self):
        with tempfile.TemporaryDirectory() as folder:
            pretty = pathlib.Path(folder) / "pretty"
            build(PROGRAM, pretty, "--format", "json,terraform", "--pretty")
            self.assertEqual((pretty / "apply.sh").read_bytes(), (self.all / "apply.sh").read_bytes())
            policies = 0
            for path in sorted(self.all.rglob("*.json")):
                name = path.relative_to(self.all)
                if name.name == "manifest.json":
                    continue
                self.assertEqual(load(pretty / name), load(path), name)
                is_policy = b"\n" not in path.read_bytes()
                policies += is_policy
                self.assertEqual((pretty / name).read_bytes() != path.read_bytes(), is_policy, name)
            self.assertGreater(policies, 5)
            for old, new in zip(load(self.all / "manifest.json")["documents"],
                                load(pretty / "manifest.json")["documents"]):
                self.assertEqual((old["path"], old["characters"]), (new["path"], new["characters"]))
            for account in ("222222222222", "111111111111"):
                # A run on what the compact tree made finds nothing to change, and the other way round.
                for first, second in ((self.all, pretty), (pretty, self.all)):
                    state = self.state(pathlib.Path(tempfile.mkdtemp(dir=folder)), account)
                    _, calls, shown = self.apply(first, state)
                    self.assertEqual(self.apply(second, state)[0], [])
                    if first != pretty:
                        continue
                    sent = [o[name] for _, _, o in calls for name in
                            ("policy-document", "assume-role-policy-document", "content", "inline-policy")
                            if name in o]
                    self.assertTrue(sent)
                    for text in sent:
                        self.assertEqual(text, json.dumps(json.loads(text), separators=(",", ":"),
                                                          ensure_ascii=False))
            (pretty / "organization/prod.scp.json").write_text(
                (self.all / "organization/prod.scp.json").read_text().replace(":[", ": [", 1))
            state = self.state(pathlib.Path(tempfile.mkdtemp(dir=folder)), "111111111111")
            _, calls, _ = self.apply(pretty, state)
            self.assertFalse([o for _, _, o in calls if ": [" in o.get("content", "")],
                             "white space on one line is not sent either")

    # ---- apply.sh

    def apply(self, out, state, *options, status=0, script="apply.sh"):
        tools = pathlib.Path(state).parent / "bin"
        tools.mkdir(exist_ok=True)
        for tool in ("aws", "curl"):
            stand_in = tools / tool
            stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" '
                                f'"{SOURCE}/tests/deploy/{tool}_stand_in.py" "$@"\n')
            stand_in.chmod(0o755)
        environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}", AWS_STAND_IN=str(state))
        run = subprocess.run(["bash", str(out / script), *options], env=environment, text=True,
                             cwd=pathlib.Path(state).parent, capture_output=True, check=False)
        self.assertEqual(run.returncode, status, run.stderr)
        data = load(state)
        calls = data.pop("calls", [])
        pathlib.Path(state).write_text(json.dumps(data))
        return [f"{service} {operation}" for service, operation, _ in calls], calls, run.stderr

    def state(self, folder, account):
        path = pathlib.Path(folder) / "state.json"
        data = load(path) if path.exists() else {
            "management": "111111111111",
            "units": {"r-ab12": {"ou-ab12-other001": "other", "ou-ab12-prod0001": "prod"},
                      "ou-ab12-other001": {"ou-ab12-devdev01": "dev"}},
            "roles": {"batch-night": {"path": "/"}, "blue-one": {"tags": {"team": "blue"}},
                      "app": {"path": "/apps/"}, "unrelated": {}},
            "users": {"ops": {}, "blue-user": {"tags": {"team": "blue"}}}, "endpoints": {
                "vpce-0a1b2c3d4e5f60718": {"owner": "222222222222", "region": "eu-west-1",
                                           "policy": OPEN}}}
        data["account"] = account
        path.write_text(json.dumps(data))
        return path

    def test_apply_makes_what_is_missing_and_then_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            state = self.state(folder, "222222222222")
            dry, _, shown = self.apply(self.all, state, "--dry-run")
            self.assertEqual(dry, [], "a dry run changes nothing")
            self.assertIn("+ aws iam create-policy --policy-name writ-apps", shown)
            made, calls, shown = self.apply(self.all, state)
            self.assertEqual(sorted(set(made)), [
                "bedrock create-guardrail", "bedrock create-guardrail-version",
                "bedrock put-enforced-guardrail-configuration",
                "bedrock put-model-invocation-logging-configuration", "ec2 modify-vpc-endpoint",
                "events put-rule", "events put-targets", "iam attach-role-policy",
                "iam attach-user-policy", "iam create-policy", "iam create-role"])
            self.assertEqual(made.count("iam create-policy"), 3)
            attached = sorted((o["role-name"], o["policy-arn"].split("/")[1])
                              for s, op, o in calls if op == "attach-role-policy")
            self.assertEqual(attached, [("app", "writ-apps"), ("batch-night", "writ-apps"),
                                        ("blue-one", "writ-apps+tag")])
            users = sorted((o["user-name"], o["policy-arn"].split("/")[1])
                           for s, op, o in calls if op == "attach-user-policy")
            self.assertEqual(users, [("blue-user", "writ-apps+tag"), ("ops", "writ-people")])
            self.assertIn("  batch-night", shown)
            self.assertIn("run with --merge-selectors TRAIL", shown)
            request = next(o for _, op, o in calls if op == "create-guardrail")
            self.assertTrue(request["cli-input-json"].endswith("safe.bedrock.CreateGuardrail.json"))
            self.assertEqual(self.apply(self.all, state)[0], [], "a second run changes nothing")
            state = self.state(folder, "111111111111")
            made = self.apply(self.all, state)[0]
            self.assertEqual(made, [
                "sso-admin create-permission-set", "sso-admin put-inline-policy-to-permission-set",
                "sso-admin provision-permission-set", "organizations enable-policy-type",
                "organizations create-policy", "organizations attach-policy",
                "organizations create-policy", "organizations attach-policy"])
            targets = [p["targets"] for p in load(state)["policies"].values()]
            self.assertEqual(sorted(targets), [["ou-ab12-devdev01"], ["ou-ab12-prod0001"]])
            self.assertEqual(self.apply(self.all, state)[0], [], "a second run changes nothing")

    def test_apply_makes_settings_and_then_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out"
            build(SOURCE / "tests" / "deploy" / "settings", out, "--format",
                  "json,cloudformation,terraform")
            state = self.state(folder, "222222222222")
            dry, _, shown = self.apply(out, state, "--dry-run")
            self.assertEqual(dry, [], "a dry run changes nothing")
            self.assertIn("+ curl --request PUT", shown)
            made = self.apply(out, state)[0]
            self.assertEqual(sorted(made), ["bedrock put-account-data-retention"] * 2 +
                             ["mantle put-account-data-retention"])
            self.assertEqual(self.apply(out, state)[0], [], "a second run changes nothing")
            data = load(state)
            self.assertEqual(data["mantle"], {"us-east-1": "none"}, "ca-central-1 has no mantle")
            data["mantle"]["us-east-1"] = "default"
            state.write_text(json.dumps(data))
            self.assertEqual(self.apply(out, state)[0], ["mantle put-account-data-retention"])
            state = self.state(folder, "111111111111")
            made = self.apply(out, state)[0]
            self.assertEqual(made.count("organizations enable-policy-type"), 2)
            policies = load(state)["policies"].values()
            opted = sorted(p["targets"] for p in policies
                           if p["type"] == "AISERVICES_OPT_OUT_POLICY")
            self.assertEqual(opted, [["ou-ab12-devdev01"], ["ou-ab12-prod0001"], ["r-ab12"]])
            self.assertEqual(self.apply(out, state)[0], [], "a second run changes nothing")

    def test_apply_attaches_nothing_to_a_namesake_with_another_path(self):
        for kind, name, path in (("roles", "app", "/other/"), ("users", "ops", "/staff/")):
            with tempfile.TemporaryDirectory() as folder:
                state = self.state(folder, "222222222222")
                data = load(state)
                data[kind][name]["path"] = path
                state.write_text(json.dumps(data))
                _, calls, shown = self.apply(self.all, state, status=1)
                held = [o for _, operation, o in calls if operation.startswith("attach-")]
                self.assertNotIn(name, [o.get(f"{kind[:-1]}-name") for o in held])
                self.assertIn(f"{kind[:-1]} {name} has the path {path}", shown)

    def test_apply_changes_only_what_differs(self):
        with tempfile.TemporaryDirectory() as folder:
            state = self.state(folder, "222222222222")
            self.apply(self.all, state)
            data = load(state)
            policy = data["managed"]["arn:aws:iam::222222222222:policy/writ-people"]
            policy["versions"] = {f"v{n}": '{"Version":"2012-10-17","Statement":[]}'
                                  for n in range(1, 6)}
            policy["default"] = "v5"
            state.write_text(json.dumps(data))
            made, calls, _ = self.apply(self.all, state)
            self.assertEqual(made, ["iam delete-policy-version", "iam create-policy-version"])
            self.assertEqual(calls[0][2]["version-id"], "v1", "the oldest goes")
            self.assertEqual(self.apply(self.all, state)[0], [])

    def test_selectors_are_added_to_those_of_the_trail(self):
        with tempfile.TemporaryDirectory() as folder:
            state = self.state(folder, "222222222222")
            own = {"Name": "own", "FieldSelectors": [{"Field": "eventCategory",
                                                      "Equals": ["Management"]}]}
            state.write_text(json.dumps(dict(load(state), trails={"t": [own], "basic": None})))
            self.apply(self.all, state)
            made, _, _ = self.apply(self.all, state, "--merge-selectors", "t")
            self.assertEqual(made, ["cloudtrail put-event-selectors"])
            selectors = load(state)["trails"]["t"]
            self.assertEqual(selectors[0], own, "what was there is kept")
            wanted = load(self.all / "monitoring/trail.cloudtrail.AdvancedEventSelectors.json")["AdvancedEventSelectors"]
            self.assertEqual(selectors[1:], wanted)
            self.assertEqual(self.apply(self.all, state, "--merge-selectors", "t")[0], [])
            made, _, shown = self.apply(self.all, state, "--merge-selectors", "basic", status=1)
            self.assertEqual(made, [], "basic selectors would be replaced")
            self.assertIn("has basic event selectors", shown)

    def test_an_edited_rule_is_put_again(self):
        with tempfile.TemporaryDirectory() as folder:
            state = self.state(folder, "222222222222")
            self.apply(self.all, state)
            data = load(state)
            for rule in data["rules"].values():
                rule["State"] = "DISABLED"
            for targets in data["targets"].values():
                targets["other"] = {"Id": "other", "Arn": "arn:aws:sqs:us-east-1:222222222222:q"}
            state.write_text(json.dumps(data))
            made = self.apply(self.all, state)[0]
            self.assertEqual(set(made), {"events put-rule"}, "other targets are left alone")
            self.assertEqual(self.apply(self.all, state)[0], [])

    def test_an_engine_has_the_policies_of_the_program_and_no_others(self):
        with tempfile.TemporaryDirectory() as folder:
            program, out = pathlib.Path(folder) / "program", pathlib.Path(folder) / "out"
            program.mkdir()
            (program / "tools.json").write_text(json.dumps({"tools": [
                {"name": "status", "inputSchema": {"type": "object"}},
                {"name": "refund", "inputSchema": {"type": "object", "required": ["amount"],
                                                   "properties": {"amount": {"type": "integer"}}}}]}))
            head = (
                'organization acme "o-exampleorgid" { account payments 222222222222 }\n'
                'team platform { in payments as role "platform" }\n'
                'team support { as claim team = "support" }\n'
                'gateway g "arn:aws:bedrock-agentcore:us-east-1:222222222222:gateway/g-a1b2c3d4e5" {\n'
                '  oauth tools T from "tools.json" as role "gateway" }\n'
                "nobody except team platform may "
                "administer agentcore-gateways, agentcore-policies, resource-policies\n"
                "team support may call T.status\n")
            source = program / "main.writ"
            source.write_text(head + "team support may call T.refund when input.amount < 500\n")
            build(program, out)
            state = self.state(folder, "222222222222")
            settings = {"name": "g", "roleArn": "arn:of:role", "authorizerType": "CUSTOM_JWT",
                        "authorizerConfiguration": {"customJWTAuthorizer": {"discoveryUrl": "u"}}}
            data = load(state)
            data["roles"]["gateway"] = {"path": "/"}
            state.write_text(json.dumps(dict(data, gateways={"g-a1b2c3d4e5": settings})))
            made, _, shown = self.apply(out, state, status=1)
            service = "bedrock-agentcore-control"
            self.assertEqual([m for m in made if m.startswith(service)],
                             [f"{service} create-policy-engine"] + [f"{service} create-policy"] * 2)
            self.assertIn("run with --attach-engines", shown)
            made = self.apply(out, state, "--attach-engines")[0]
            self.assertEqual(made, [f"{service} update-gateway"])
            gateway = load(state)["gateways"]["g-a1b2c3d4e5"]
            self.assertEqual(gateway.pop("policyEngineConfiguration")["mode"], "ENFORCE")
            self.assertEqual(gateway, settings, "what it was told is told again")
            self.assertEqual(self.apply(out, state)[0], [], "a second run changes nothing")

            source.write_text(head + "team support may call T.refund when input.amount < 5\n")
            build(program, out)
            made = self.apply(out, state)[0]
            self.assertEqual(made, [f"{service} create-policy", f"{service} delete-policy"],
                             "what stays keeps its name")

            data = load(state)
            policies = next(iter(data["engines"].values()))["policies"]
            for policy in policies.values():
                policy["enforcementMode"] = "LOG_ONLY"
            state.write_text(json.dumps(data))
            self.assertEqual(self.apply(out, state)[0], [f"{service} update-policy"] * 2)
            self.assertEqual(self.apply(out, state)[0], [])

    def test_a_guardrail_is_shared_before_the_organization_enforces_it(self):
        with tempfile.TemporaryDirectory() as folder:
            source = SOURCE / "examples" / "published" / "08-screened-for-all-accounts"
            program, out = pathlib.Path(folder) / "p", pathlib.Path(folder) / "out"
            program.mkdir()
            for name in ("policy.writ", "writ.bindings.json"):
                shutil.copy(source / name, program / name)
            build(program, out, "--format", "json,cloudformation,terraform")
            state = self.state(folder, "111111111111")
            made, calls, _ = self.apply(out, state)
            self.assertEqual(made, ["bedrock put-resource-policy",
                                    "organizations enable-policy-type",
                                    "organizations create-policy", "organizations attach-policy"])
            self.assertEqual(calls[0][2]["region"], "us-east-1")
            self.assertEqual(self.apply(out, state)[0], [], "a second run changes nothing")
            request = load(out / "sharing" / "baseline.us-east-1.bedrock.PutResourcePolicy.json")
            policy = json.loads(request["resourcePolicy"])
            stack = load(out / "deploy/cloudformation/management.template.json")["Resources"]
            shared = stack["SharingBaselineUsEast1"]
            self.assertEqual(shared["Properties"], {"ResourceArn": request["resourceArn"],
                                                    "PolicyDocument": policy})
            self.assertEqual(stack["WritWorkloadsBedrock"]["DependsOn"], ["SharingBaselineUsEast1"])
            made = load(out / "deploy/terraform/management/main.tf.json")["resource"]
            shared = made["awscc_bedrock_resource_policy"]["baseline_us_east_1_sharing"]
            self.assertEqual(shared["resource_arn"], request["resourceArn"])
            self.assertEqual(json.loads(shared["policy_document"]), policy)

    def test_an_endpoint_keeps_a_policy_of_its_own_unless_told(self):
        with tempfile.TemporaryDirectory() as folder:
            wanted = (self.all / "endpoints/private.vpce.json").read_text()
            state = self.state(folder, "222222222222")
            self.apply(self.all, state)
            data = load(state)
            endpoint = data["endpoints"]["vpce-0a1b2c3d4e5f60718"]
            self.assertEqual(endpoint["policy"], wanted)
            narrow = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}'
            endpoint["policy"] = narrow
            state.write_text(json.dumps(data))
            made, _, shown = self.apply(self.all, state, status=1)
            self.assertEqual(made, [])
            self.assertIn("has a policy of its own, which stays", shown)
            made, calls, _ = self.apply(self.all, state, "--replace-endpoint-policies")
            self.assertEqual(made, ["ec2 modify-vpc-endpoint"])
            self.assertEqual(calls[0][2]["region"], "eu-west-1")
            self.assertEqual(load(state)["endpoints"]["vpce-0a1b2c3d4e5f60718"]["policy"], wanted)
            # The default of older endpoints says its version, and members come in any order.
            data = load(state)
            data["endpoints"]["vpce-0a1b2c3d4e5f60718"]["policy"] = (
                '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
                '"Action":"*","Resource":"*"}]}')
            state.write_text(json.dumps(data))
            self.assertEqual(self.apply(self.all, state)[0], ["ec2 modify-vpc-endpoint"])
            # Somebody else's endpoint is not touched.
            data = load(state)
            data["endpoints"]["vpce-0a1b2c3d4e5f60718"].update(owner="555555555555", policy=OPEN)
            state.write_text(json.dumps(data))
            self.assertEqual(self.apply(self.all, state)[0], [])

    def test_terraform_sets_the_policies_of_endpoints_that_exist(self):
        policy = self.terraform("payments", self.all)["aws_vpc_endpoint_policy"]["private_endpoint"]
        self.assertEqual(policy["for_each"], "${var.private_endpoint_regions}")
        self.assertEqual(policy["policy"],
                         (self.all / "endpoints/private.vpce.json").read_text())
        variables = load(self.all / "deploy/terraform/payments/main.tf.json")["variable"]
        self.assertEqual(variables["private_endpoint_regions"]["default"], {})

    def test_only_guardrails_creates_them_and_writes_bindings(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            out = folder / "guardrails"
            program = folder / "program"
            shutil.copytree(PROGRAM, program)
            build(program, out, "--only", "guardrails")
            state = self.state(folder, "222222222222")
            (program / "writ.bindings.json").write_text(
                '{"guardrails": {"old": {"999999999999": {"eu-west-1": '
                '{"arn": "arn:aws:bedrock:eu-west-1:999999999999:guardrail/old1", "version": 7}}}}}')
            made = self.apply(out, state)[0]
            self.assertEqual(made, ["bedrock create-guardrail", "bedrock create-guardrail-version"] * 2)
            bound = load(program / "writ.bindings.json")["guardrails"]
            self.assertEqual(bound["old"]["999999999999"]["eu-west-1"]["version"], 7)
            self.assertEqual(sorted(bound["safe"]["222222222222"]), ["us-east-1", "us-west-2"])
            before = (program / "writ.bindings.json").read_bytes()
            self.assertEqual(self.apply(out, state)[0], [])
            self.assertEqual((program / "writ.bindings.json").read_bytes(), before)
            # It stands where a build takes it, whatever folder the script is run from.
            self.assertFalse((folder / "writ.bindings.json").exists())
            del bound["old"]
            (program / "writ.bindings.json").write_text(json.dumps({"guardrails": bound}))
            build(program, folder / "full")
            source = program / "program.writ"
            source.write_text(source.read_text().replace("insults high", "insults medium"))
            build(program, out, "--only", "guardrails")
            self.assertEqual(self.apply(out, state)[0],
                             ["bedrock update-guardrail", "bedrock create-guardrail-version"] * 2)
            bound = load(program / "writ.bindings.json")["guardrails"]["safe"]["222222222222"]
            self.assertEqual([b["version"] for b in bound.values()], [2, 2])

    def test_another_account_is_told_so(self):
        with tempfile.TemporaryDirectory() as folder:
            state = self.state(folder, "555555555555")
            with self.assertRaises(AssertionError):
                self.apply(self.all, state)

    def test_the_script_is_clean(self):
        if shutil.which("shellcheck") is None:
            self.skipTest("shellcheck is not installed")
        for out in (self.out, self.all, self.acme):
            subprocess.run(["shellcheck", str(out / "apply.sh")], check=True)

    # ---- a freeze

    def freeze(self, folder, *target):
        out = pathlib.Path(folder) / "freeze"
        subprocess.run([WRIT, "freeze", *target, "--use", "--except", "permission-set Admins", "-o", str(out),
                        "--program", str(PROGRAM), "--as-of", "2026-11-23", "--quiet"],
                       check=True, stderr=subprocess.PIPE, text=True)
        return out

    def test_a_freeze_is_applied_once_and_lifted_once(self):
        with tempfile.TemporaryDirectory() as folder:
            out = self.freeze(folder, "prod")
            state = self.state(folder, "111111111111")
            made, _, shown = self.apply(out, state, "--dry-run")
            self.assertEqual(made, [], "a dry run changes nothing")
            self.assertIn("+ aws organizations attach-policy", shown)
            self.assertTrue(shown.endswith("Nothing was changed.\n"), shown)
            made, _, shown = self.apply(out, state)
            self.assertEqual(made[0], "organizations enable-policy-type")
            self.assertEqual(set(made[1:]), {"organizations create-policy", "organizations attach-policy"})
            self.assertIn("AWS took every call.", shown)
            written = [(p["name"], p["targets"]) for p in load(state)["policies"].values()]
            listed = [line.split("\t") for line in (out / "freeze.tsv").read_text().splitlines()]
            self.assertEqual(sorted(written), sorted((name, [target]) for name, _, target in listed))
            self.assertEqual(self.apply(out, state)[0], [], "a second run changes nothing")
            self.assertEqual(self.apply(out, state, "--dry-run", script="thaw.sh")[0], [])
            made = self.apply(out, state, script="thaw.sh")[0]
            self.assertEqual(set(made), {"organizations detach-policy", "organizations delete-policy"})
            self.assertEqual(load(state)["policies"], {})
            self.assertEqual(self.apply(out, state, script="thaw.sh")[0], [], "a second run changes nothing")

    def test_a_staged_freeze_is_made_by_the_build_and_switched_on_by_one_call_a_place(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out"
            build(PROGRAM, out, "--with-freeze", "--except", "team people", "--freeze-in", "prod")
            state = self.state(folder, "111111111111")
            self.apply(out, state)
            staged = {n: p for n, p in load(state)["policies"].items() if "freeze" in p["name"]}
            self.assertEqual([p["targets"] for p in staged.values()], [[]], "nothing is in force")
            self.assertEqual(self.apply(out, state)[0], [], "a second run changes nothing")
            freeze = out / "freeze"
            self.assertEqual(self.apply(freeze, state)[0], ["organizations attach-policy"])
            held = [p["targets"] for p in load(state)["policies"].values() if "freeze" in p["name"]]
            self.assertEqual(held, [["ou-ab12-prod0001"]])
            self.assertEqual(self.apply(out, state)[0], [], "the build leaves it in force")
            self.assertEqual(self.apply(freeze, state, script="thaw.sh")[0],
                             ["organizations detach-policy"], "it stays staged")
            self.assertEqual(self.apply(freeze, state)[0], ["organizations attach-policy"])
            if shutil.which("shellcheck") is not None:
                for script in ("apply.sh", "freeze/apply.sh", "freeze/thaw.sh", "freeze/probe.sh"):
                    subprocess.run(["shellcheck", str(out / script)], check=True)

    def test_a_staged_freeze_that_was_edited_is_refuted(self):
        def replaced(path, old, new):
            text = path.read_text()
            self.assertIn(old, text)
            path.write_text(text.replace(old, new, 1))

        policy, record = "organization/prod.scp.json", "freeze.json"
        edits = {
            "with the staged freeze in force, ": lambda at: replaced(
                at / policy, '"bedrock:Invoke*",', ""),
            "it is not the script that puts the freeze in force": lambda at: replaced(
                at / "apply.sh", "attach-policy", "detach-policy"),
            "it does not name the policies that are there": lambda at: replaced(
                at / "freeze.tsv", "ou-ab12-prod0001", "ou-ab12-dev00001"),
            "it is no part of the freeze that is staged": lambda at: (at / "more.sh").write_text("true\n"),
            "the freeze needs it, and it is not there": lambda at: (at / "thaw.sh").unlink(),
            "it is not the record of a freeze that is staged": lambda at: (at / record).unlink(),
            "the program gives no such freeze": lambda at: replaced(
                at / record, '"team people"', '"team nobody"'),
            "its `policies` are not those that are there": lambda at: replaced(
                at / record, '"sha256": "', '"sha256": "0'),
        }
        with tempfile.TemporaryDirectory() as folder:
            good = pathlib.Path(folder) / "good"
            build(PROGRAM, good, "--with-freeze", "--except", "team people", "--freeze-in", "prod")
            verify = [WRIT, "verify", str(PROGRAM), "--as-of", "2026-11-23", "--artifacts"]
            for number, (said, edit) in enumerate({"proved: ": lambda at: None, **edits}.items()):
                out = pathlib.Path(folder) / str(number)
                shutil.copytree(good, out)
                edit(out / "freeze")
                run = subprocess.run([*verify, str(out)], text=True, capture_output=True, check=False)
                self.assertEqual(run.returncode, 0 if said == "proved: " else 1, said + run.stderr)
                shown = run.stdout + run.stderr
                if said.startswith("with the staged"):
                    self.assertIn("may do what the program does not permit", shown)
                    self.assertIn("bedrock:Invoke", shown)
                else:
                    self.assertIn(said, shown)

    def test_users_are_not_attached_to_by_the_names_of_roles(self):
        forms = {"cloudformation/payments.template.json": ("Ref", "TagUsers", "TagRoles"),
                 "terraform/payments/main.tf.json": ("for_each", "tag_users", "tag_roles")}
        verify = [WRIT, "verify", str(self.program), "--as-of", "2026-11-23", "--artifacts"]
        for path, (key, users, roles) in forms.items():
            with tempfile.TemporaryDirectory() as folder:
                out = pathlib.Path(folder) / "out"
                shutil.copytree(self.out, out)
                file = out / "deploy" / path
                text = file.read_text()
                edited = re.sub(rf'("{key}": *"[^"]*){users}', rf"\g<1>{roles}", text)
                self.assertNotEqual(edited, text, path)
                file.write_text(edited)
                run = subprocess.run([*verify, str(out)], text=True, capture_output=True, check=False)
                self.assertEqual(run.returncode, 1, path + run.stdout)

    def test_a_probe_is_told_a_call_before_it_begins(self):
        with tempfile.TemporaryDirectory() as folder:
            out = self.freeze(folder)
            for arguments, said in ((["--misspelt"], "unknown option --misspelt"), ([], "which call?"),
                                    (["no-such-command"], "there is no command no-such-command"),
                                    (["--for", "ever", "true"], "--for ever is not a number of seconds")):
                run = subprocess.run(["bash", str(out / "probe.sh"), *arguments], text=True,
                                     capture_output=True, check=False, timeout=60)
                self.assertEqual(run.returncode, 64, arguments)
                self.assertIn(said, run.stderr)
            refused = pathlib.Path(folder) / "refused"
            refused.write_text("#!/bin/sh\necho 'with an explicit deny in a service control policy' >&2; exit 1\n")
            refused.chmod(0o755)
            run = subprocess.run(["bash", str(out / "probe.sh"), str(refused)], text=True,
                                 capture_output=True, check=False, timeout=60)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("refused by a service control policy", run.stdout)
            if shutil.which("shellcheck") is not None:
                for script in ("apply.sh", "thaw.sh", "probe.sh"):
                    subprocess.run(["shellcheck", str(out / script)], check=True)

    # ---- everything

    def test_the_validator_finds_no_error(self):
        validator = pathlib.Path(os.environ.get("WRIT_VALIDATOR", ""))
        if not (validator / "node_modules").is_dir():
            self.skipTest("WRIT_VALIDATOR names no validator with its packages")
        for out in (self.out, self.all, self.acme):
            run = subprocess.run(["node", "validate.mjs", str(out)], cwd=validator, text=True,
                                 capture_output=True, check=False)
            self.assertEqual(run.returncode, 0, run.stdout)

    def test_forms_are_the_same_twice(self):
        with tempfile.TemporaryDirectory() as folder:
            again = pathlib.Path(folder) / "acme"
            build(SOURCE / "examples" / "acme", again, "--format", "json,cloudformation,terraform")
            for path in self.acme.rglob("*"):
                if path.is_file():
                    self.assertEqual(path.read_bytes(),
                                     (again / path.relative_to(self.acme)).read_bytes())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=1)
