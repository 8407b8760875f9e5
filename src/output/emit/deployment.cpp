#include "deployment.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <ranges>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/json_copy.h"
#include "base/support/sha256.h"

namespace writ::emit {
namespace {

using intent::Account;
using intent::AccountIndex;

std::string_view LastPart(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// "iam/payments/fraud-2.identity.json" → "fraud-2".
std::string BaseName(const Artifact& artifact) {
  std::string_view name = LastPart(artifact.path);
  for (const std::string_view ending :
       {".identity.json", ".scp.json", ".rcp.json", ".permission-set.json", ".trust.json",
        ".bedrock-policy.json", ".ai-opt-out.json", ".vpce.json"}) {
    if (name.ends_with(ending)) return std::string(name.substr(0, name.size() - ending.size()));
  }
  return std::string(name);
}

/// "enforcement/payments.us-east-1.bedrock.Put….json" → "us-east-1".
std::string RegionOf(const Artifact& artifact, std::string_view account) {
  std::string_view name = LastPart(artifact.path);
  name.remove_prefix(account.size() + 1);
  return std::string(name.substr(0, name.find('.')));
}

/// "sharing/safe.us-east-1.bedrock.Put….json" → "safe". A profile's name has dots of its own.
std::string_view SharedNameOf(const Artifact& artifact) {
  const std::string_view name = LastPart(artifact.path);
  const std::string_view place = name.substr(0, name.find(".bedrock."));
  return place.substr(0, place.rfind('.'));
}

std::string_view OwnerOf(std::string_view arn) {
  for (int colons = 0; colons < 4; ++colons) arn.remove_prefix(arn.find(':') + 1);
  return arn.substr(0, arn.find(':'));
}

/// (guardrail, region) pairs of one account.
using Uses = std::set<std::pair<std::uint32_t, std::string>>;

/// What sentences use of guardrails, by account. Each sentence is looked at once.
std::vector<Uses> UsesOf(const intent::Model& model) {
  std::vector<Uses> uses(model.organization.accounts.size());
  const auto add = [](const std::vector<intent::GuardrailIndex>& guardrails, const auto& regions,
                      Uses& into) {
    for (const intent::GuardrailIndex guardrail : guardrails) {
      for (const std::string& region : regions) into.emplace(guardrail.value, region);
    }
  };
  std::vector<std::set<std::string>> called(uses.size());
  for (const intent::Permission& permission : model.permissions) {
    std::set<std::string> regions;
    for (const intent::Call& call : permission.calls) regions.insert(call.region);
    for (const AccountIndex account : permission.accounts) {
      called[account.value].insert(regions.begin(), regions.end());
    }
    if (permission.regions) regions.insert(permission.regions->begin(), permission.regions->end());
    for (const AccountIndex account : permission.accounts) {
      add(permission.guardrails, regions, uses[account.value]);
      if (permission.operation.sort == intent::Sort::kGuardrails) {
        add(permission.operation.guardrails, regions, uses[account.value]);
      }
    }
  }
  for (const intent::Prohibition& prohibition : model.prohibitions) {
    const bool lists = prohibition.regions && !prohibition.regions->all_except;
    for (const AccountIndex account : prohibition.accounts) {
      const auto add_all = [&](const auto& regions) {
        add(prohibition.guardrails, regions, uses[account.value]);
        if (prohibition.unless) add(prohibition.unless->guardrails, regions, uses[account.value]);
      };
      if (lists) {
        add_all(prohibition.regions->regions);
      } else {
        add_all(called[account.value]);
      }
    }
  }
  for (const intent::Screening& screening : model.screenings) {
    for (const AccountIndex account : screening.accounts) {
      add({screening.guardrail}, screening.regions, uses[account.value]);
    }
  }
  return uses;
}

/// Regions in which the account needs each guardrail of its own: where it is bound to an ARN of
/// the account, and where sentences use it and nothing is bound.
std::vector<OwnedGuardrail> GuardrailsOf(const DeployInput& input, const Account& account,
                                         Uses uses) {
  const intent::Model& model = input.model;
  for (std::uint32_t g = 0; g < model.guardrails.size(); ++g) {
    for (const std::string& region : input.bindings.Regions(model.guardrails[g].name, account.id)) {
      uses.emplace(g, region);
    }
  }
  std::vector<OwnedGuardrail> owned;
  for (const auto& [g, region] : uses) {
    const intent::Guardrail& guardrail = model.guardrails[g];
    const auto bound = input.bindings.Find(guardrail.name, account.id, region);
    if (bound && OwnerOf(bound->arn) != account.id) continue;  // another account's, shared
    // A guardrail that is bound elsewhere only is not wanted here, unless all are being made.
    if (!bound && !input.only_guardrails) continue;
    const catalog::Region* known = input.catalog.FindRegion(region);
    owned.push_back({&guardrail, region, known != nullptr ? known->partition : "aws", bound});
  }
  std::ranges::sort(owned, {},
                    [](const OwnedGuardrail& o) { return std::pair(o.guardrail->name, o.region); });
  return owned;
}

class Planner {
 public:
  explicit Planner(const DeployInput& input) : input_(input) {}

  std::vector<AccountPlan> Run() {
    AddAccounts();
    for (const Artifact& artifact : input_.tree.artifacts) Add(artifact);
    std::erase_if(plans_, [](const AccountPlan& plan) { return plan.is_empty(); });
    return std::move(plans_);
  }

 private:
  void AddAccounts();
  void Add(const Artifact& artifact);
  void Attach(NamedDocument& document) const;
  void AddRule(const Artifact& rule, AccountPlan& plan) const;
  void AddGateway(const Artifact& artifact, AccountPlan& plan) const;
  AccountPlan* Find(std::string_view account) {
    const auto found = by_name_.find(account);
    return found == by_name_.end() ? nullptr : &plans_[found->second];
  }

  const DeployInput& input_;
  std::vector<AccountPlan> plans_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

void Planner::AddAccounts() {
  std::vector<Uses> uses = UsesOf(input_.model);
  for (std::size_t a = 0; a < uses.size(); ++a) {
    const Account& account = input_.model.organization.accounts[a];
    AccountPlan plan;
    plan.name = account.name;
    plan.id = account.id;
    plan.is_management = account.management;
    plan.guardrails = GuardrailsOf(input_, account, std::move(uses[a]));
    plans_.push_back(std::move(plan));
  }
  std::stable_partition(plans_.begin(), plans_.end(),
                        [](const AccountPlan& plan) { return plan.is_management; });
  if (plans_.empty() || !plans_.front().is_management) {
    AccountPlan plan;
    plan.name = "management";
    plan.is_management = true;
    plans_.insert(plans_.begin(), std::move(plan));
  }
  for (std::size_t i = 0; i < plans_.size(); ++i) by_name_.try_emplace(plans_[i].name, i);
}

void Planner::Attach(NamedDocument& document) const {
  const std::vector<Attachment>& all = input_.tree.attachments;
  const std::string& path = document.artifact->path;
  for (auto at = std::ranges::lower_bound(all, path, {}, &Attachment::document);
       at != all.end() && at->document == path; ++at) {
    const Attachment& attachment = *at;
    if (attachment.open) {
      auto& patterns = attachment.to == "user" ? document.user_patterns : document.role_patterns;
      patterns.push_back(attachment.id);
    } else if (attachment.to == "user") {
      document.users.emplace_back(LastPart(attachment.id));
      document.placed_users.push_back(attachment.id);
    } else if (attachment.to == "role") {
      document.roles.emplace_back(LastPart(attachment.id));
      document.placed_roles.push_back(attachment.id);
    } else if (attachment.to == "vpc-endpoint") {
      document.endpoints.push_back(attachment.id);
    } else if (attachment.to == "root") {
      document.targets.emplace_back("root");
    } else if (attachment.to == "ou") {
      document.targets.push_back(attachment.id.empty() ? "ou:" + document.artifact->targets.front()
                                                       : attachment.id);
    } else if (attachment.to == "account") {
      document.targets.push_back(attachment.id);
    }
  }
}

/// monitoring/NAME.REGION.events.PutRule.json, and where it tells: NAME.ACCOUNT.REGION….PutTargets
/// of the account, or NAME.REGION….PutTargets of all.
void Planner::AddRule(const Artifact& rule, AccountPlan& plan) const {
  const std::string_view file = LastPart(rule.path);
  const std::size_t dot = file.find('.');
  const std::string_view name = file.substr(0, dot);
  const std::string_view region = file.substr(dot + 1, file.find('.', dot + 1) - dot - 1);
  const Artifact* targets = nullptr;
  for (const std::string& path :
       {fmt::format("monitoring/{}.{}.{}.events.PutTargets.json", name, plan.name, region),
        fmt::format("monitoring/{}.{}.events.PutTargets.json", name, region)}) {
    const auto found = std::ranges::find(input_.tree.artifacts, path, &Artifact::path);
    if (targets == nullptr && found != input_.tree.artifacts.end()) targets = &*found;
  }
  if (targets != nullptr) plan.watches.push_back({&rule, std::string(region), {}, targets});
}

/// Policies of Organizations that are of that kind; nullptr if the kind is none of these.
std::vector<NamedDocument>* OrganizationList(AccountPlan& management, std::string_view kind) {
  if (kind == "scp") return &management.scps;
  if (kind == "rcp") return &management.rcps;
  if (kind == "bedrock-policy") return &management.bedrock_policies;
  return kind == "ai-opt-out" ? &management.opt_outs : nullptr;
}

void Planner::Add(const Artifact& artifact) {
  NamedDocument document;
  document.artifact = &artifact;
  document.name = BaseName(artifact);
  Attach(document);
  AccountPlan& management = plans_.front();
  const std::string account = artifact.targets.empty() ? "" : artifact.targets.front();
  if (artifact.kind == "staged-scp") {
    document.name = StagedPolicyName(artifact.path, artifact.bytes);
    management.staged.push_back(std::move(document));
  } else if (artifact.kind == "permission-set") {
    management.permission_sets.push_back(std::move(document));
  } else if (std::vector<NamedDocument>* list = OrganizationList(management, artifact.kind)) {
    document.name = "writ-" + document.name;
    list->push_back(std::move(document));
  } else if (artifact.kind == "identity") {
    document.name = "writ-" + document.name;
    if (AccountPlan* plan = Find(account)) plan->identities.push_back(std::move(document));
  } else if (artifact.kind == "trust") {
    if (AccountPlan* plan = Find(account)) plan->trusts.push_back(std::move(document));
  } else if (artifact.kind == "vpce") {
    // Which of them owns it, the program does not say.
    for (const std::string& name : artifact.targets) {
      if (AccountPlan* plan = Find(name)) plan->endpoints.push_back(document);
    }
  } else if (artifact.kind == "guardrail-sharing") {
    const std::string name(SharedNameOf(artifact));
    management.sharings.push_back({&artifact, RegionOf(artifact, name), name});
  } else if (artifact.kind == "guardrail-enforcement") {
    if (AccountPlan* plan = Find(account)) {
      plan->enforcements.push_back({&artifact, RegionOf(artifact, account)});
    }
  } else if (artifact.kind == "invocation-logging") {
    if (AccountPlan* plan = Find(account)) {
      plan->loggings.push_back({&artifact, RegionOf(artifact, account)});
    }
  } else if (artifact.kind == "data-retention") {
    if (AccountPlan* plan = Find(account)) {
      plan->retentions.push_back({&artifact, RegionOf(artifact, account)});
    }
  } else if (artifact.kind == "event-rule") {
    for (const std::string& name : artifact.targets) {
      if (AccountPlan* plan = Find(name)) AddRule(artifact, *plan);
    }
  } else if (artifact.kind == "trail-selectors") {
    for (const std::string& name : artifact.targets) {
      if (AccountPlan* plan = Find(name)) plan->selectors = &artifact;
    }
  } else if (artifact.kind == "policy-engine" || artifact.kind == "gateway-policy") {
    if (AccountPlan* plan = Find(account)) AddGateway(artifact, *plan);
  }
}

/// gateways/NAME.….CreatePolicyEngine.json and gateways/NAME-N.….CreatePolicy.json.
void Planner::AddGateway(const Artifact& artifact, AccountPlan& plan) const {
  const bool is_engine = artifact.kind == "policy-engine";
  const std::string_view file = LastPart(artifact.path);
  const std::string_view stem = file.substr(0, file.find(".bedrock-agentcore-control."));
  const std::string_view name = is_engine ? stem : stem.substr(0, stem.rfind('-'));
  const auto& gateways = input_.model.gateways;
  const auto gateway = std::ranges::find(gateways, name, &intent::Gateway::name);
  if (gateway == gateways.end()) return;
  auto at = std::ranges::find(plan.gateways, &*gateway, &GatewayPlan::gateway);
  if (at == plan.gateways.end()) {
    plan.gateways.push_back({&*gateway, nullptr, {}});
    at = plan.gateways.end() - 1;
  }
  if (is_engine) {
    at->engine = &artifact;
  } else {
    at->policies.push_back(&artifact);
  }
}

}  // namespace

bool AccountPlan::is_empty() const {
  return guardrails.empty() && identities.empty() && trusts.empty() && endpoints.empty() &&
         sharings.empty() && enforcements.empty() && loggings.empty() && watches.empty() &&
         retentions.empty() && permission_sets.empty() && scps.empty() && rcps.empty() &&
         bedrock_policies.empty() && opt_outs.empty() && staged.empty() && gateways.empty();
}

std::vector<std::string> AccountPlan::regions() const {
  std::set<std::string> regions;
  for (const OwnedGuardrail& owned : guardrails) regions.insert(owned.region);
  for (const RegionalRequest& request : sharings) regions.insert(request.region);
  for (const RegionalRequest& request : enforcements) regions.insert(request.region);
  for (const RegionalRequest& request : loggings) regions.insert(request.region);
  for (const RegionalRequest& watch : watches) regions.insert(watch.region);
  for (const RegionalRequest& retention : retentions) regions.insert(retention.region);
  return {regions.begin(), regions.end()};
}

std::string AccountPlan::home() const {
  const std::vector<std::string> all = regions();
  return all.empty() ? "" : all.front();
}

std::vector<AccountPlan> PlanDeployment(const DeployInput& input) { return Planner(input).Run(); }

void LeaveOut(const GatewayPlan& gateway, LeftOut& left) {
  constexpr std::string_view kWhy = "the gateway that is to enforce it is not part of the program";
  if (gateway.engine != nullptr) left.emplace(gateway.engine->path, kWhy);
  for (const Artifact* policy : gateway.policies) left.emplace(policy->path, kWhy);
}

void LeaveStaged(const AccountPlan& plan, LeftOut& left) {
  for (const NamedDocument& document : plan.staged) {
    left.emplace(document.artifact->path,
                 "what an emergency attaches would be detached by the next deployment");
  }
}

std::string StagedPolicyName(std::string_view path, std::string_view bytes) {
  constexpr std::size_t kDigits = 12;
  const std::string content = fmt::format("{}\n{}", path, support::json::Compacted(bytes));
  return "writ-freeze-" + support::Sha256Hex(content).substr(0, kDigits);
}

void LeaveOut(const intent::Guardrail& guardrail, std::string_view why, LeftOut& left) {
  for (const std::string_view call : {"CreateGuardrail", "CreateGuardrailVersion"}) {
    left.emplace(fmt::format("guardrails/{}.bedrock.{}.json", guardrail.name, call), why);
  }
}

std::string CamelName(std::string_view text) {
  std::string name;
  bool begins = true;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      begins = true;
      continue;
    }
    const int letter = static_cast<unsigned char>(c);
    name += static_cast<char>(begins ? std::toupper(letter) : letter);
    begins = false;
  }
  return name;
}

std::string SnakeName(std::string_view text) {
  std::string name;
  for (const char c : text) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  const bool bad = name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0;
  return bad ? "_" + name : name;
}

std::string NameSet::Take(std::string wanted) {
  const auto folded = [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  };
  std::string name = wanted;
  for (int n = 2; !taken_.insert(folded(name)).second; ++n) name = fmt::format("{}{}", wanted, n);
  return name;
}

void JsonRewriter::WriteString(support::json::Writer& writer, std::string_view text) {
  writer.String(text);
}

std::string JsonRewriter::Key(std::string_view key) { return std::string(key); }

void JsonRewriter::Copy(support::json::Writer& writer, const support::json::Value& value) {
  switch (value.kind()) {
    case support::json::Kind::kObject:
      writer.BeginObject();
      for (const support::json::Member& member : value.members()) {
        writer.Key(Key(member.key.text()));
        Copy(writer, member.value);
      }
      writer.EndObject();
      return;
    case support::json::Kind::kArray:
      writer.BeginArray();
      for (const support::json::Value element : value.elements()) Copy(writer, element);
      writer.EndArray();
      return;
    case support::json::Kind::kString:
      WriteString(writer, value.text());
      return;
    case support::json::Kind::kNull:
    case support::json::Kind::kBool:
    case support::json::Kind::kNumber:
      writer.Raw(value.source());
      return;
  }
}

support::json::Document ReadOwn(const Artifact& artifact) {
  auto document = support::json::Parse(artifact.bytes);
  WRIT_CHECK(document.ok(), artifact.path);
  return std::move(document).value();
}

bool IsOfProfile(const support::json::Document& sharing) {
  return sharing.root().Find("resourceArn")->text().find(":guardrail-profile/") !=
         std::string_view::npos;
}

}  // namespace writ::emit
