#include "compiler/apply_check.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/support/json.h"
#include "output/emit/deploy.h"
#include "output/emit/monitoring.h"
#include "program/intent/find.h"
#include "proof/deployed/attachments.h"

namespace writ::compiler {
namespace {

namespace json = support::json;

struct Ending {
  std::string_view folder;
  std::string_view suffix;
  std::string_view kind;
  bool is_sent = true;  ///< the script names the file in a call for what it is for
};

/// A kind is read off the path, as whoever deploys a file does, and not taken from the manifest.
constexpr Ending kEndings[] = {
    {"iam/", ".identity.json", "identity"},
    {"permission-sets/", ".permission-set.json", "permission-set"},
    {"organization/", ".scp.json", "scp"},
    {"organization/", ".rcp.json", "rcp"},
    {"freeze/organization/", ".scp.json", "staged-scp"},
    {"organization/", ".bedrock-policy.json", "bedrock-policy"},
    {"organization/", ".ai-opt-out.json", "ai-opt-out"},
    {"retention/", ".PutAccountDataRetention.json", "data-retention"},
    {"trust/", ".trust.json", "trust"},
    {"endpoints/", ".vpce.json", "vpce"},
    {"sharing/", ".bedrock.PutResourcePolicy.json", "guardrail-sharing"},
    {"enforcement/", ".bedrock.PutEnforcedGuardrailConfiguration.json", "guardrail-enforcement"},
    {"logging/", ".bedrock.PutModelInvocationLoggingConfiguration.json", "invocation-logging"},
    {"monitoring/", ".events.PutRule.json", "event-rule"},
    {"monitoring/", ".events.PutTargets.json", "event-targets"},
    {"monitoring/", ".cloudtrail.AdvancedEventSelectors.json", "trail-selectors"},
    {"monitoring/", ".athena.sql", "athena-query", false},
    {"gateways/", ".bedrock-agentcore-control.CreatePolicyEngine.json", "policy-engine"},
    {"gateways/", ".bedrock-agentcore-control.CreatePolicy.json", "gateway-policy"},
    {"gateways/", ".cedar", "gateway-cedar", false},
    {"guardrails/", ".bedrock.CreateGuardrail.json", "guardrail", false},
    {"guardrails/", ".bedrock.CreateGuardrailVersion.json", "guardrail-version", false},
    {"deploy/cloudformation/", ".template.json", "cloudformation", false},
    {"deploy/terraform/", "/main.tf.json", "terraform", false},
};

const Ending* EndingOf(std::string_view path) {
  for (const Ending& ending : kEndings) {
    const bool fits = path.starts_with(ending.folder) && path.ends_with(ending.suffix) &&
                      path.size() > ending.folder.size() + ending.suffix.size();
    if (fits) return &ending;
  }
  return nullptr;
}

/// Texts, switches and lists of texts: what the script can ask AWS for again.
bool IsPlain(const json::Value& value) {
  for (const json::Member member : value.members()) {
    if (!IsPlain(member.value)) return false;
  }
  for (const json::Value element : value.elements()) {
    if (!element.is_string()) return false;
  }
  return value.kind() != json::Kind::kNull && value.kind() != json::Kind::kNumber;
}

/// Whether the script is made from what the file says.
bool HasRequest(std::string_view kind) {
  return kind == "guardrail-sharing" || kind == "guardrail-enforcement" ||
         kind == "invocation-logging" || kind == "data-retention" || kind == "event-rule" ||
         kind == "event-targets" || kind == "trail-selectors" || kind == "policy-engine" ||
         kind == "gateway-policy" || kind == "staged-scp";
}

/// Whether the request has the list that the script is made from, of objects, and one at least.
bool HasList(const std::string& bytes, std::string_view kind) {
  const auto document = json::Parse(bytes);
  if (!document.ok() || !document->root().is_object()) return false;
  const bool is_target = kind == "event-targets";
  const std::optional<json::Value> list =
      document->root().Find(is_target ? "Targets" : "AdvancedEventSelectors");
  if (!list || !list->is_array() || list->size() == 0) return false;
  for (const json::Value element : list->elements()) {
    if (!element.is_object()) return false;
    const std::optional<json::Value> name = element.Find("Name");
    if (!is_target && !(name && name->is_string())) return false;
  }
  return true;
}

/// Whether the script can be made from the request at all.
bool HasForm(const std::string& bytes, std::string_view kind) {
  std::vector<std::string_view> members;
  if (kind == "guardrail-sharing") members = {"resourceArn", "resourcePolicy"};
  if (kind == "guardrail-enforcement") members = {"guardrailInferenceConfig"};
  if (kind == "invocation-logging") members = {"loggingConfig"};
  if (kind == "data-retention") members = {"mode"};
  if (kind == "policy-engine" || kind == "gateway-policy") members = {"name"};
  if (kind == "event-targets" || kind == "trail-selectors") return HasList(bytes, kind);
  if (members.empty()) return true;
  const auto document = json::Parse(bytes);
  if (!document.ok() || !document->root().is_object()) return false;
  return std::ranges::all_of(members, [&](std::string_view member) {
    const std::optional<json::Value> found = document->root().Find(member);
    const bool is_text =
        kind == "guardrail-sharing" || kind == "data-retention" || member == "name";
    return found && (is_text ? found->is_string() : found->is_object() && IsPlain(*found));
  });
}

/// The accounts of the endpoint that the policy is attached to, if the program has it.
std::optional<std::vector<std::string>> AccountsOfEndpoint(const verify::Program& program,
                                                           const deployed::Tree& tree,
                                                           const std::string& path) {
  for (const intent::Endpoint& endpoint : program.model.endpoints) {
    const bool is_it = std::ranges::any_of(tree.attachments, [&](const auto& attachment) {
      return attachment.path == path && attachment.to == "vpc-endpoint" &&
             std::ranges::find(endpoint.vpces, attachment.id) != endpoint.vpces.end();
    });
    if (!is_it) continue;
    std::vector<std::string> accounts;
    for (const intent::AccountIndex index : endpoint.accounts) {
      accounts.push_back(program.model.organization.accounts[index.value].name);
    }
    return accounts;
  }
  return std::nullopt;
}

/// "payments.us-east-1.bedrock" → "payments": a name has no end of its own.
std::string AccountOfRetention(std::string_view name) {
  for (int dots = 0; dots < 2; ++dots) name = name.substr(0, name.rfind('.'));
  return std::string(name);
}

/// The account of the gateway that the file is named for; without `-N` in the name of an engine.
std::vector<std::string> AccountOfGateway(const verify::Program& program, std::string_view path) {
  const Ending& ending = *EndingOf(path);
  std::string_view name =
      path.substr(ending.folder.size(), path.size() - ending.folder.size() - ending.suffix.size());
  if (ending.kind != "policy-engine") name = name.substr(0, name.rfind('-'));
  for (const intent::Gateway& gateway : program.model.gateways) {
    if (gateway.name != name) continue;
    const intent::Organization& organization = program.model.organization;
    const auto account = intent::FindAccount(organization, gateway.account);
    if (account) return {organization.accounts[account->value].name};
  }
  return {};
}

class Maker {
 public:
  Maker(const verify::Program& program, const deployed::Tree& tree, const deployed::Files& files)
      : program_(program), tree_(tree), files_(files) {}

  /// The file that no script can be made from, if there is one.
  std::optional<std::string> Run() {
    for (const auto& [path, bytes] : files_) {
      const Ending* const ending = EndingOf(path);
      if (ending == nullptr || !ending->is_sent) continue;
      if (!HasForm(bytes, ending->kind)) return path;
      emit::Artifact artifact;
      artifact.path = path;
      // What a policy says is no part of the script: it sends the file.
      if (HasRequest(ending->kind)) artifact.bytes = bytes;
      artifact.kind = ending->kind;
      artifact.targets = TargetsOf(path, *ending);
      made_.artifacts.push_back(std::move(artifact));
    }
    for (const auto& [form, left] : tree_.left) {
      for (const auto& [path, why] : left) AddLeftOut(form, path);
    }
    for (const deployed::Attachment& attachment : tree_.attachments) {
      made_.attachments.push_back({attachment.path, attachment.to, attachment.id, attachment.open});
    }
    std::ranges::stable_sort(made_.attachments, {}, &emit::Attachment::document);
    return std::nullopt;
  }

  [[nodiscard]] std::string Script() const {
    const emit::DeployInput input{program_.model, program_.bindings, made_, false,
                                  program_.catalog};
    return emit::ApplyScript(input).front().bytes;
  }

 private:
  /// Creating guardrails is no file of the script's; what it says of them is.
  void AddLeftOut(const std::string& form, const std::string& path) {
    auto at = std::ranges::lower_bound(made_.artifacts, path, {}, &emit::Artifact::path);
    if (at == made_.artifacts.end() || at->path != path) {
      at = made_.artifacts.insert(at, emit::Artifact{});
      at->path = path;
    }
    at->not_in.push_back({form, ""});
  }

  [[nodiscard]] std::vector<std::string> TargetsOf(const std::string& path,
                                                   const Ending& ending) const {
    const std::string name = path.substr(ending.folder.size(),
                                         path.size() - ending.folder.size() - ending.suffix.size());
    if (ending.kind == "identity" || ending.kind == "trust") {
      return {name.substr(0, name.find('/'))};
    }
    if (ending.kind == "guardrail-enforcement" || ending.kind == "invocation-logging") {
      return {name.substr(0, name.rfind('.'))};
    }
    if (ending.kind == "data-retention") return {AccountOfRetention(name)};
    if (ending.folder == "gateways/") return AccountOfGateway(program_, path);
    if (ending.kind == "vpce") {
      if (auto accounts = AccountsOfEndpoint(program_, tree_, path)) return *std::move(accounts);
    }
    const auto listed = tree_.targets.find(path);
    std::vector<std::string> targets;
    if (listed != tree_.targets.end()) targets = listed->second;
    // An OU without an identifier is found by its name.
    if (targets.empty()) targets.push_back(name);
    return targets;
  }

  const verify::Program& program_;
  const deployed::Tree& tree_;
  const deployed::Files& files_;
  emit::Tree made_;
};

/// Takes the next line off `rest`; nothing at its end.
std::optional<std::string_view> NextLine(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

std::string Shown(std::string_view line) {
  constexpr std::size_t kMost = 160;
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(begin);
  return line.size() <= kMost ? std::string(line) : fmt::format("{}…", line.substr(0, kMost));
}

std::string FirstDifference(std::string_view found, std::string_view wanted) {
  for (std::size_t number = 1;; ++number) {
    const auto one = NextLine(found);
    const auto other = NextLine(wanted);
    if (one == other && one) continue;
    if (!one && !other) return "it ends differently";
    if (!one) return fmt::format("it ends before line {}, `{}`", number, Shown(*other));
    if (!other) {
      return fmt::format("line {}, `{}`, is more than the tree gives", number, Shown(*one));
    }
    return fmt::format("line {} is `{}`, and the tree gives `{}`", number, Shown(*one),
                       Shown(*other));
  }
}

/// Of the documents that are attached: what they are attached to.
std::vector<std::string> HeldBy(const verify::Program& program, const deployed::Tree& tree,
                                const std::string& path, std::string_view kind) {
  const intent::Organization& organization = program.model.organization;
  for (const deployed::Attachment& attachment : tree.attachments) {
    if (attachment.path != path) continue;
    if (kind != "scp" && kind != "bedrock-policy" && kind != "ai-opt-out") return {attachment.id};
    const std::optional<std::size_t> node = deployed::NodeOf(organization, tree, attachment);
    if (node) return {organization.nodes[*node].name};
  }
  return {};
}

}  // namespace

std::string_view DocumentKindOf(std::string_view path) {
  const Ending* const ending = EndingOf(path);
  if (ending != nullptr) return ending->kind;
  return path == kScript ? "script" : "";
}

std::map<std::string, std::vector<std::string>> TargetsOf(const verify::Program& program,
                                                          const deployed::Tree& tree,
                                                          const deployed::Files& files) {
  std::map<std::string, std::vector<std::string>> targets;
  diag::Sink reported;  // when the program was checked
  for (emit::Artifact& artifact :
       emit::MonitoringRequests(program.model, program.catalog, reported)) {
    targets.emplace(artifact.path, std::move(artifact.targets));
  }
  for (const auto& [path, bytes] : files) {
    const Ending* const ending = EndingOf(path);
    // What is staged is told by the record of its freeze.
    const bool is_told = ending != nullptr && ending->kind != "staged-scp";
    if (!is_told || ending->folder == "monitoring/") continue;
    const std::string_view kind = ending->kind;
    const std::string name = path.substr(
        ending->folder.size(), path.size() - ending->folder.size() - ending->suffix.size());
    std::vector<std::string> held;
    if (kind == "scp" || kind == "bedrock-policy" || kind == "ai-opt-out" ||
        kind == "permission-set" || kind == "trust") {
      held = HeldBy(program, tree, path, kind);
      if (held.empty()) continue;
    }
    if (kind == "identity" || kind == "trust") {
      held.insert(held.begin(), name.substr(0, name.find('/')));
    } else if (kind == "guardrail-enforcement" || kind == "invocation-logging") {
      held = {name.substr(0, name.rfind('.'))};
    } else if (kind == "data-retention") {
      held = {AccountOfRetention(name)};
    } else if (kind == "vpce") {
      const auto accounts = AccountsOfEndpoint(program, tree, path);
      if (!accounts) continue;
      held = *accounts;
    } else if (ending->folder == "gateways/") {
      held = AccountOfGateway(program, path);
    } else if (kind == "guardrail-sharing") {
      for (const intent::Account& account : program.model.organization.accounts) {
        if (account.management) held = {account.name};
      }
    } else if (held.empty()) {
      held = {name};
    }
    targets.emplace(path, std::move(held));
  }
  return targets;
}

std::optional<std::string> WrongScript(const verify::Program& program, const deployed::Tree& tree,
                                       const deployed::Files& files) {
  const auto script = files.find(std::string(kScript));
  if (script == files.end()) return std::nullopt;
  Maker maker(program, tree, files);
  if (const std::optional<std::string> without_form = maker.Run()) {
    return fmt::format("it cannot be compared: `{}` is not what its name says", *without_form);
  }
  const std::string wanted = maker.Script();
  if (script->second == wanted) return std::nullopt;
  return FirstDifference(script->second, wanted);
}

std::map<std::string, std::string> WrongQueries(const verify::Program& program,
                                                const deployed::Files& files) {
  diag::Sink reported;  // when the program was checked
  std::map<std::string, std::string> wanted;
  for (const emit::Artifact& artifact :
       emit::MonitoringRequests(program.model, program.catalog, reported)) {
    if (artifact.kind == "athena-query") wanted.emplace(artifact.path, artifact.bytes);
  }
  std::map<std::string, std::string> wrong;
  for (const auto& [path, bytes] : wanted) {
    const auto found = files.find(path);
    if (found == files.end()) {
      wrong.emplace(path, "the program asks for it, and it is not there");
    } else if (found->second != bytes) {
      wrong.emplace(path, FirstDifference(found->second, bytes));
    }
  }
  for (const auto& [path, bytes] : files) {
    if (path.ends_with(".athena.sql") && !wanted.contains(path)) {
      wrong.emplace(path, "no sentence asks for this query");
    }
  }
  return wrong;
}

}  // namespace writ::compiler
