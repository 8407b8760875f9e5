#include "program/intent/dump.h"

#include <string_view>

namespace writ::intent {
namespace {

void Line(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out += "  ";
  out += key;
  out += ": ";
  out += value;
  out += '\n';
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

std::string Text(const Principal& principal) {
  switch (principal.kind) {
    case Principal::Kind::kRole:
      return "role " + principal.value;
    case Principal::Kind::kUser:
      return "user " + principal.value;
    case Principal::Kind::kPermissionSet:
      return "permission-set " + principal.value;
    case Principal::Kind::kTag:
      return "tag " + principal.tag_key + " = " + principal.value;
    case Principal::Kind::kService:
      return "service " + principal.value;
  }
  return {};
}

std::string Accounts(const Model& model, const std::vector<AccountIndex>& accounts) {
  std::vector<std::string> names;
  for (const AccountIndex account : accounts)
    names.push_back(model.organization.accounts[account.value].name);
  return Join(names);
}

std::string Nodes(const Model& model, const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> names;
  for (const NodeIndex node : nodes) names.push_back(model.organization.nodes[node.value].name);
  return Join(names);
}

std::string Text(const Model& model, const Holder& holder) {
  std::vector<std::string> words;
  for (const Principal& principal : holder.principals) words.push_back(Text(principal));
  return (holder.team.empty() ? "" : "team " + holder.team + " ") + "as " + Join(words) + " in " +
         Accounts(model, holder.accounts);
}

std::string_view Symbol(Test::Operator op) {
  switch (op) {
    case Test::Operator::kPresent:
      return "";
    case Test::Operator::kEqual:
      return " = ";
    case Test::Operator::kLike:
      return " like ";
    case Test::Operator::kLess:
      return " < ";
    case Test::Operator::kLessEqual:
      return " <= ";
    case Test::Operator::kGreater:
      return " > ";
    case Test::Operator::kGreaterEqual:
      return " >= ";
    case Test::Operator::kIncludes:
      return " includes ";
    case Test::Operator::kIn:
      return " in ";
  }
  return "";
}

/// Depth is that of the source, which the parser bounds.
std::string Text(const Condition& condition) {
  if (condition.kind == Condition::Kind::kTest) {
    const std::string values = Join(condition.test.values);
    const bool list = condition.test.op == Test::Operator::kIn;
    return condition.test.key + std::string(Symbol(condition.test.op)) +
           (list ? "[" + values + "]" : values);
  }
  if (condition.always()) return "true";
  if (condition.kind == Condition::Kind::kNot) return "not " + Text(condition.operands[0]);
  std::string text = "(";
  for (const Condition& operand : condition.operands) {
    if (text.size() > 1) text += condition.kind == Condition::Kind::kAll ? " and " : " or ";
    text += Text(operand);
  }
  return text + ")";
}

std::string Text(const ArgumentTest& test) {
  using Operator = ArgumentTest::Operator;
  std::string text = "input";
  for (const std::string& name : test.path) text += "." + name;
  const std::string values = Join(test.values);
  switch (test.op) {
    case Operator::kPresent:
    case Operator::kTrue:
      return text;
    case Operator::kEqual:
      return text + " = " + values;
    case Operator::kLike:
      return text + " like " + values;
    case Operator::kLess:
      return text + " < " + values;
    case Operator::kLessEqual:
      return text + " <= " + values;
    case Operator::kGreater:
      return text + " > " + values;
    case Operator::kGreaterEqual:
      return text + " >= " + values;
    case Operator::kIncludes:
      return text + " includes " + values;
    case Operator::kIn:
      return text + " in [" + values + "]";
  }
  return text;
}

std::string Guardrails(const Model& model, const std::vector<GuardrailIndex>& guardrails) {
  std::vector<std::string> names;
  for (const GuardrailIndex index : guardrails) names.push_back(model.guardrails[index.value].name);
  return Join(names);
}

std::string Endpoints(const Model& model, const std::vector<EndpointIndex>& endpoints) {
  std::vector<std::string> names;
  for (const EndpointIndex index : endpoints) names.push_back(model.endpoints[index.value].name);
  return Join(names);
}

std::string Text(const Profiles& profiles) {
  std::vector<std::string> words = profiles.arns;
  if (profiles.all_application) words.emplace_back("every application profile");
  if (profiles.all_system) words.emplace_back("every system profile");
  return Join(words);
}

std::string Text(const Things& things) {
  std::string text = things.all ? "all" : Join(things.arns);
  if (!things.except_arns.empty()) text += " except " + Join(things.except_arns);
  return text;
}

std::string Text(const ModelPatterns& models) {
  std::string text = models.all ? "any" : Join(models.patterns);
  if (!models.except.empty()) text += " except " + Join(models.except);
  return text;
}

std::string Text(const RegionScope& regions) {
  if (!regions.all_except) return Join(regions.regions);
  return regions.regions.empty() ? "any" : "any except " + Join(regions.regions);
}

void Put(std::string& out, const Model& model, const Operation& operation) {
  Line(out, "verb", operation.verb);
  Line(out, "kinds", Join(operation.kinds));
  Line(out, "guardrails", Guardrails(model, operation.guardrails));
  const std::string things = Text(operation.things);
  Line(out, "things", things.empty() ? things : std::string(Name(operation.sort)) + ": " + things);
  Line(out, "actions", Join(operation.actions));
  if (operation.kind == Operation::Kind::kAnything) {
    const std::string except = Join(operation.except_actions);
    Line(out, "actions", except.empty() ? "anything" : "anything except " + except);
  }
  Line(out, "on", Join(operation.resources));
}

void Put(std::string& out, const Period& period) {
  Line(out, "from", period.from.value_or(""));
  Line(out, "until", period.until.value_or(""));
}

void Put(std::string& out, const Origin& origin) {
  Line(out, "at", origin.place);
  Line(out, "sentence", origin.sentence);
  Line(out, "because", origin.because);
  Line(out, "under", origin.use_case);
  Line(out, "attestations", Join(origin.attestations));
  Line(out, "after", Join(origin.after));
  Line(out, "controls", Join(origin.controls));
}

void Put(std::string& out, const Model& model, const Duty& duty) {
  switch (duty.kind) {
    case Duty::Kind::kGuardrail:
      Line(out, "unless", "guardrail " + Guardrails(model, duty.guardrails));
      return;
    case Duty::Kind::kEndpoint:
      Line(out, "unless", "endpoint " + Endpoints(model, duty.endpoints));
      return;
    case Duty::Kind::kProfile:
      Line(out, "unless", "profile " + Text(duty.profiles));
      return;
    case Duty::Kind::kSatisfy:
      Line(out, "unless", Text(duty.satisfy));
      return;
  }
}

std::string Text(const Need& need) {
  switch (need.kind) {
    case Need::Kind::kUseCase:
      return "use-case";
    case Need::Kind::kEvaluation:
      return "evaluation";
    case Need::Kind::kGuardrail:
      return "guardrail";
    case Need::Kind::kUntil:
      return "until";
    case Need::Kind::kBecause:
      return "because";
    case Need::Kind::kControl:
      return "control " + need.name;
    case Need::Kind::kAttestation:
      return "attestation " + need.name + (need.is_declared ? "" : " (not declared)");
  }
  return {};
}

}  // namespace

std::string Dump(const GatewayCallers& callers) {
  std::string text;
  const auto add = [&](const std::string& one) { text += (text.empty() ? "" : " or ") + one; };
  for (const Claim& claim : callers.claims) add("claim " + claim.key + " = " + claim.value);
  for (const GatewayRole& role : callers.roles) add("role " + role.name + " in " + role.account);
  return text;
}

std::string Dump(const ArgumentCondition& condition) {
  if (condition.kind == ArgumentCondition::Kind::kTest) return Text(condition.test);
  if (condition.always()) return "true";
  if (condition.kind == ArgumentCondition::Kind::kNot) {
    return "not " + Dump(condition.operands.front());
  }
  const bool is_all = condition.kind == ArgumentCondition::Kind::kAll;
  std::string text = "(";
  for (const ArgumentCondition& operand : condition.operands) {
    if (text.size() > 1) text += is_all ? " and " : " or ";
    text += Dump(operand);
  }
  return text + ")";
}

std::string Dump(const Condition& condition) { return Text(condition); }

std::string Dump(const Model& model, const Permission& permission) {
  std::string out = "permission\n";
  Put(out, permission.origin);
  for (const Holder& holder : permission.holders) Line(out, "holder", Text(model, holder));
  Line(out, "accounts", Accounts(model, permission.accounts));
  Put(out, model, permission.operation);
  for (const Call& call : permission.calls)
    Line(out, "call",
         call.model + " in " + call.region + " " +
             (call.plane == Call::Plane::kMantle ? "through mantle" : Name(call.route)));
  if (permission.planes != std::vector<Plane>{Plane::kBedrock})
    for (const Plane plane : permission.planes) Line(out, "through", Name(plane));
  if (permission.regions) Line(out, "regions", Join(*permission.regions));
  Line(out, "with guardrail", Guardrails(model, permission.guardrails));
  Line(out, "via endpoint", Endpoints(model, permission.endpoints));
  if (permission.profiles) Line(out, "via profile", Text(*permission.profiles));
  if (!permission.when.always()) Line(out, "when", Text(permission.when));
  Put(out, permission.period);
  return out;
}

std::string Dump(const Model& model, const Prohibition& prohibition) {
  std::string out = "prohibition\n";
  Put(out, prohibition.origin);
  if (prohibition.bound.everyone) Line(out, "bound", "everyone");
  for (const Holder& holder : prohibition.bound.included) Line(out, "bound", Text(model, holder));
  for (const Holder& holder : prohibition.bound.excepted) Line(out, "except", Text(model, holder));
  Line(out, "accounts", Accounts(model, prohibition.accounts));
  Line(out, "nodes", Nodes(model, prohibition.nodes));
  Put(out, model, prohibition.operation);
  Line(out, "models", Text(prohibition.models));
  if (prohibition.regions) Line(out, "regions", Text(*prohibition.regions));
  for (const Route& route : prohibition.routes) Line(out, "routed", Name(route));
  for (const Plane plane : prohibition.planes) Line(out, "through", Name(plane));
  Line(out, "with guardrail", Guardrails(model, prohibition.guardrails));
  Line(out, "via endpoint", Endpoints(model, prohibition.endpoints));
  if (prohibition.profiles) Line(out, "via profile", Text(*prohibition.profiles));
  if (!prohibition.when.always()) Line(out, "when", Text(prohibition.when));
  Put(out, prohibition.period);
  if (prohibition.unless) Put(out, model, *prohibition.unless);
  return out;
}

std::string Dump(const Model& model, const Perimeter& perimeter) {
  std::string out = "perimeter\n";
  Put(out, perimeter.origin);
  Line(out, "accounts", Accounts(model, perimeter.accounts));
  Line(out, "nodes", Nodes(model, perimeter.nodes));
  Line(out, "partners", Join(perimeter.partners));
  Line(out, "actions", Join(perimeter.actions));
  Line(out, "on", Join(perimeter.resources));
  if (!perimeter.when.always()) Line(out, "when", Text(perimeter.when));
  Put(out, perimeter.period);
  return out;
}

std::string Dump(const Model& model) {
  std::string out;
  for (const Permission& permission : model.permissions) out += Dump(model, permission);
  for (const Prohibition& prohibition : model.prohibitions) out += Dump(model, prohibition);
  for (const Perimeter& perimeter : model.perimeters) out += Dump(model, perimeter);
  for (const Screening& screening : model.screenings) {
    out += "screening\n";
    Put(out, screening.origin);
    Line(out, "guardrail", model.guardrails[screening.guardrail.value].name);
    Line(out, "accounts", Accounts(model, screening.accounts));
    Line(out, "regions", Join(screening.regions));
    Line(out, "models", screening.all_models ? "any" : Join(screening.included));
    Line(out, "except", Join(screening.excluded));
  }
  for (const Logging& logging : model.loggings) {
    out += "logging\n";
    Put(out, logging.origin);
    Line(out, "bucket", logging.bucket.value_or(""));
    Line(out, "log group", logging.log_group.value_or(""));
    Line(out, "role", logging.log_role.value_or(""));
    Line(out, "accounts", Accounts(model, logging.accounts));
    Line(out, "regions", Join(logging.regions));
  }
  for (const Watch& watch : model.watches) {
    out += "watch\n";
    Put(out, watch.origin);
    Line(out, "of", Name(watch.kind));
    Line(out, "kinds", Join(watch.kinds));
    Line(out, "prefixes", Join(watch.prefixes));
    Line(out, "models", watch.models.all ? "any" : Join(watch.models.patterns));
    Line(out, "except", Join(watch.models.except));
    Line(out, "target", watch.target);
    Line(out, "role", watch.role.value_or(""));
    Line(out, "accounts", Accounts(model, watch.accounts));
    Line(out, "regions", Join(watch.regions));
  }
  for (const Retention& retention : model.retentions) {
    out += "retention\n";
    Put(out, retention.origin);
    Line(out, "at most", retention.mode);
    Line(out, "accounts", Accounts(model, retention.accounts));
    Line(out, "regions", Join(retention.regions));
  }
  for (const OptOut& opt_out : model.opt_outs) {
    out += "opt-out\n";
    Put(out, opt_out.origin);
    Line(out, "except", Join(opt_out.except));
    Line(out, "locked", opt_out.locked ? "yes" : "no");
    std::vector<std::string> nodes;
    for (const NodeIndex node : opt_out.nodes) {
      nodes.push_back(model.organization.nodes[node.value].name);
    }
    Line(out, "nodes", Join(nodes));
  }
  for (const ToolRule& rule : model.tool_rules) {
    out += rule.forbids ? "calls forbidden\n" : "calls permitted\n";
    Put(out, rule.origin);
    Line(out, "gateway", model.gateways[rule.gateway.value].name);
    Line(out, "target", rule.target);
    Line(out, "tool", rule.tool);
    Line(out, "callers", rule.everyone ? "everyone" : Dump(rule.included));
    Line(out, "except", Dump(rule.excepted));
    Line(out, "when", rule.when.always() ? "" : Dump(rule.when));
    Line(out, "from", rule.from.value_or(""));
    Line(out, "until", rule.until.value_or(""));
  }
  for (const Requirement& requirement : model.requirements) {
    out += "requirement\n";
    for (const Need& need : requirement.needs) Line(out, "needs", Text(need));
    out += Dump(model, requirement.scope);
  }
  const auto put = [&](std::string_view heading, const Question& question) {
    out += heading;
    if (!question.test.empty()) out += " \"" + question.test + "\"";
    out += question.AsksCan() ? ", can: " : ", cannot: ";
    if (question.everyone) out += "everyone, ";
    if (question.outside) {
      out += Dump(model, *question.outside);
    } else {
      out += question.can ? Dump(model, *question.can) : Dump(model, *question.cannot);
    }
  };
  for (const Question& question : model.assertions) put("assertion", question);
  for (const Question& question : model.tests) put("test", question);
  return out;
}

std::string TypeText(const ArgumentTest& test) {
  const tools::Type type{test.type, {}, {}, ""};
  return tools::Describe(test.is_set ? tools::Type{tools::Type::Kind::kSet, {}, {type}, ""} : type);
}

}  // namespace writ::intent
