// Validates the policies of each file of a folder strictly against the schema that the generator
// makes of the tools, warnings counted as errors, and decides its calls with Cedar's engine.
//   node cedar_check.mjs NODE_MODULES FOLDER
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, folder] = process.argv.slice(2);
const require = createRequire(join(modules, 'none.js'));
const cedar = require('@cedar-policy/cedar-wasm/nodejs');
const { generateSchema } = require('@cedar-policy/mcp-schema-generator-wasm');

const stubFor = (type) => `namespace AgentCore {
  type SystemContext = { now: datetime };
  ${type === 'AgentCore::OAuthUser' ? '@mcp_principal' : ''} entity OAuthUser = { id: String } tags String;
  ${type === 'AgentCore::IamEntity' ? '@mcp_principal' : ''} entity IamEntity = { id: String };
  @mcp_resource entity Gateway;
  @mcp_context("system") type System = SystemContext;
  action "CallTool" appliesTo { principal: [${type.split('::')[1]}], resource: [Gateway], context: {} };
}`;

const config = JSON.stringify({ numbersAsDecimal: true, flattenNamespaces: true, objectsAsRecords: true });

// The schema with the groups that AWS documents: a tool's action lies in that of its target.
function schemaOf(program, type) {
  const tools = Object.entries(program.targets).flatMap(([target, manifest]) =>
    manifest.tools.map((tool) => ({ ...tool, name: `${target}___${tool.name}`, description: '' })));
  const made = JSON.parse(generateSchema(stubFor(type), JSON.stringify(tools), config));
  if (!made.isOk) throw new Error(`no schema: ${made.error}`);
  const schema = JSON.parse(made.schemaJson);
  const actions = schema.AgentCore.actions;
  actions.CallTool = {};
  for (const target of Object.keys(program.targets)) {
    actions[target] = {};
    for (const tool of program.targets[target].tools) {
      actions[`${target}___${tool.name}`].memberOf = [{ id: target }];
    }
  }
  return schema;
}

const isInexact = (value) =>
  typeof value === 'number' ? !Number.isSafeInteger(value)
    : value !== null && typeof value === 'object' && Object.values(value).some(isInexact);

let wrong = 0;
const counts = { programs: 0, policies: 0, calls: 0, allowed: 0 };
const tell = (file, program, text) => {
  if (++wrong <= 10) console.log(`${file}: ${text}\n${program.program}`);
};

for (const file of readdirSync(folder).sort()) {
  // The generator of schemas takes no hyphen in the name of a tool, which the service does.
  const program = JSON.parse(readFileSync(join(folder, file), 'utf8').replaceAll('Two-b', 'Two_b'));
  counts.programs += 1;
  if (!program.policies.length) continue;
  const type = program.calls[0]?.type ?? 'AgentCore::OAuthUser';
  const schema = schemaOf(program, type);
  const staticPolicies = Object.fromEntries(program.policies.map((text, i) => [`p${i}`, text]));
  counts.policies += program.policies.length;
  const checked = cedar.validate({ validationSettings: { mode: 'strict' }, schema, policies: { staticPolicies } });
  const found = checked.type === 'success'
    ? [...checked.validationErrors, ...checked.validationWarnings, ...checked.otherWarnings]
    : checked.errors;
  for (const one of found) {
    const text = one.error?.message ?? one.message;
    tell(file, program, `${text}\n${staticPolicies[one.policyId] ?? ''}`);
  }
  for (const call of program.calls) {
    // Numbers above 2^53 do not pass through JavaScript; the test binary decides these itself.
    if (isInexact(call.input)) continue;
    const principal = { type: call.type, id: 'caller' };
    const tags = call.type === 'AgentCore::OAuthUser' ? { tags: call.claims } : {};
    const answer = cedar.isAuthorized({
      principal, action: { type: 'AgentCore::Action', id: call.action },
      resource: { type: 'AgentCore::Gateway', id: program.resource },
      context: { input: call.input, system: { now: call.now } },
      schema, validateRequest: true, policies: { staticPolicies },
      entities: [{ uid: principal, attrs: { id: call.caller }, parents: [], ...tags }],
    });
    counts.calls += 1;
    if (answer.type !== 'success') {
      tell(file, program, JSON.stringify(answer.errors) + JSON.stringify(call));
      continue;
    }
    const allowed = answer.response.decision === 'allow';
    counts.allowed += allowed ? 1 : 0;
    for (const error of answer.response.diagnostics.errors) tell(file, program, JSON.stringify(error));
    if (allowed !== call.allowed) {
      tell(file, program, `Cedar ${allowed ? 'permits' : 'refuses'} ${JSON.stringify(call)}\n${program.policies.join('\n')}`);
    }
  }
}
console.log(`${JSON.stringify(counts)}, wrong: ${wrong}`);
process.exit(wrong || counts.programs < 30 ? 1 : 0);
