#include "commands/freeze_files.h"

#include <algorithm>
#include <set>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/embedded.h"
#include "base/support/json.h"
#include "base/support/json_members.h"
#include "base/support/sha256.h"
#include "base/support/version.h"
#include "output/emit/deploy.h"

namespace writ::commands {

/// The scripts of src/commands/freeze/.
std::span<const support::EmbeddedText> FreezeScripts();

namespace {

using compiler::FreezeMode;
using support::json::WriteCount;
using support::json::Writer;
using support::json::WriteText;
using support::json::WriteTexts;

std::string_view ModeName(FreezeMode mode) {
  switch (mode) {
    case FreezeMode::kUse:
      return "use";
    case FreezeMode::kSessionsBefore:
      return "sessions-before";
    case FreezeMode::kModel:
      return "model";
    case FreezeMode::kProvider:
      return "provider";
    case FreezeMode::kTeam:
      return "team";
    case FreezeMode::kKeys:
      return "keys";
  }
  return "";
}

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// An object that says first what it was made with.
void Begin(Writer& writer, const std::string& as_of, const catalog::Catalog& catalog) {
  writer.BeginObject();
  WriteText(writer, "writ", support::Version());
  WriteText(writer, "catalog", catalog.date());
  WriteText(writer, "asOf", as_of);
}

/// Who did it, why, what and with which bytes: evidence for the incident's record.
std::string Record(const FreezeOptions& options, const compiler::Freeze& freeze,
                   const std::vector<FreezePolicy>& policies, const std::string& as_of,
                   const catalog::Catalog& catalog) {
  Writer writer(support::json::Style::kPretty);
  Begin(writer, as_of, catalog);
  WriteText(writer, "mode", ModeName(options.request.mode));
  WriteText(writer, "subject", options.request.subject);
  WriteTexts(writer, "targets", options.request.targets);
  WriteText(writer, "except", options.request.except);
  WriteText(writer, "owner", options.owner);
  WriteText(writer, "reason", options.reason);
  WriteText(writer, "until", options.until);
  WriteText(writer, "proof", "proved");
  if (options.is_staged) {
    writer.Key("staged");
    writer.Bool(true);
  }
  writer.Key("policies");
  writer.BeginArray();
  for (const FreezePolicy& policy : policies) {
    writer.BeginObject();
    WriteText(writer, "path", policy.path);
    WriteText(writer, "name", policy.name);
    WriteText(writer, "target", policy.target);
    WriteText(writer, "targetId", policy.target_id);
    WriteCount(writer, "characters", policy.characters);
    WriteCount(writer, "quota", policy.quota);
    WriteText(writer, "sha256", policy.sha256);
    writer.EndObject();
  }
  writer.EndArray();
  WriteTexts(writer, "frozen", freeze.frozen);
  WriteTexts(writer, "evidence", freeze.evidence);
  WriteTexts(writer, "sentences", LinesOf(freeze.sentences));
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string Manifest(const host::FileSet& files, const std::string& as_of,
                     const catalog::Catalog& catalog) {
  Writer writer(support::json::Style::kPretty);
  Begin(writer, as_of, catalog);
  writer.Key("documents");
  writer.BeginArray();
  for (const auto& [path, bytes] : files) {
    writer.BeginObject();
    WriteText(writer, "path", path);
    WriteText(writer, "kind", path.ends_with(".scp.json") ? "scp" : "freeze");
    WriteText(writer, "sha256", support::Sha256Hex(bytes));
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return writer.Take() + "\n";
}

/// Each script stands alone when it is run: what they have in common is put into each.
void AddScripts(bool is_staged, host::FileSet& files) {
  constexpr std::string_view kCommon = "calls.sh";
  constexpr std::string_view kMark = "# What calls.sh holds stands here.\n";
  constexpr std::string_view kKeep = "@KEEP@";
  const std::span<const support::EmbeddedText> scripts = FreezeScripts();
  const support::EmbeddedText* common = support::FindEmbedded(scripts, kCommon);
  WRIT_CHECK(common != nullptr, "calls.sh is embedded");
  for (const support::EmbeddedText& script : scripts) {
    if (script.name == kCommon) continue;
    std::string& text = files[std::string(script.name)];
    text = script.text;
    const std::size_t mark = text.find(kMark);
    if (mark != std::string::npos) text.replace(mark, kMark.size(), common->text);
    const std::size_t keep = text.find(kKeep);
    if (keep != std::string::npos) text.replace(keep, kKeep.size(), is_staged ? "yes" : "");
  }
}

void AddList(std::string& text, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) text += fmt::format("- {}\n", line);
}

/// Calls that end what is running already, of all services that the catalog classifies.
std::vector<std::string> StoppingCalls(const compiler::Freeze& freeze,
                                       const catalog::Catalog& catalog) {
  std::set<std::string> services;
  for (const catalog::BedrockAction& action : catalog.bedrock_actions()) {
    if (action.service != "iam") services.insert(action.service);
  }
  std::vector<std::string> calls;
  for (const std::string& service : services) {
    for (const std::string_view pattern : {"Stop*", "Cancel*"}) {
      for (const catalog::Action& action : catalog.ActionsOf(service, pattern)) {
        const std::string name = action.FullName();
        const bool is_frozen = std::ranges::binary_search(freeze.frozen, name) ||
                               std::ranges::binary_search(freeze.evidence, name);
        calls.push_back(fmt::format("`{}`{}", name, is_frozen ? ": the exception only" : ""));
      }
    }
  }
  return calls;
}

std::vector<std::string> BeyondLines(const std::vector<FreezePolicy>& policies) {
  std::vector<std::string> lines;
  for (const FreezePolicy& policy : policies) {
    std::vector<std::string> patterns;
    for (const emit::BeyondEntry& entry : policy.beyond) {
      patterns.insert(patterns.end(), entry.actions.begin(), entry.actions.end());
      for (const std::string& but : entry.actions_but) patterns.push_back("anything but " + but);
      for (const std::string& model : entry.models) patterns.push_back("model " + model);
      for (const std::string& but : entry.models_but)
        patterns.push_back("models other than " + but);
    }
    if (patterns.empty()) continue;
    lines.push_back(fmt::format("`{}`: `{}`", policy.path, fmt::join(patterns, "`, `")));
  }
  return lines;
}

void AddTakenAlong(std::string& text, const compiler::Freeze& freeze) {
  if (freeze.taken_along.empty() && freeze.sessions.empty()) return;
  text += "\n# What it takes along\n";
  if (!freeze.taken_along.empty()) {
    text +=
        "\nThese calls do not tell which model they are for, so they are refused for every "
        "model:\n\n";
    AddList(text, freeze.taken_along);
  }
  if (!freeze.sessions.empty()) {
    text +=
        "\nSessions that users hand out with `sts:GetFederationToken` do not tell whose they are. "
        "These are refused as well:\n\n";
    AddList(text, freeze.sessions);
  }
}

/// What nobody may take for stopped.
std::string OpenPage(const compiler::Freeze& freeze, const std::vector<FreezePolicy>& policies,
                     const catalog::Catalog& catalog) {
  std::string text =
      "# What this freeze leaves open\n\n"
      "Service control policies do not bind these (AWS Organizations User Guide, "
      "\"orgs_manage_policies_scps\"):\n\n";
  std::vector<std::string> unbound;
  for (const intent::Account& account : freeze.program.model.organization.accounts) {
    if (!account.management) continue;
    unbound.push_back(fmt::format("the management account ({})", account.id));
  }
  if (unbound.empty())
    unbound.emplace_back("the management account, which the program does not name");
  unbound.emplace_back("service-linked roles");
  unbound.emplace_back("principals of other organizations that a resource policy admits");
  unbound.emplace_back("accounts outside the targets");
  if (!freeze.elsewhere.empty()) {
    unbound.push_back(
        fmt::format("the team in its other accounts: {}", fmt::join(freeze.elsewhere, ", ")));
  }
  AddList(text, unbound);
  text +=
      "\nWhether work that is under way is cut off is not documented: response streams, batch and "
      "customization jobs, asynchronous\ninvocations, agent sessions. These stop them, for a "
      "principal whose own policies allow it:\n\n";
  AddList(text, StoppingCalls(freeze, catalog));
  text +=
      "\nProvisioned throughput costs money until it is deleted "
      "(`bedrock:DeleteProvisionedModelThroughput`).\n";
  if (!freeze.ways_left.empty()) {
    text += "\nOther ways to the same models:\n\n";
    AddList(text, freeze.ways_left);
  }
  AddTakenAlong(text, freeze);
  const std::vector<std::string> beyond = BeyondLines(policies);
  if (!beyond.empty()) {
    text += fmt::format(
        "\n# What it refuses that the catalog of {} does not know\n\nThe policies use wildcards. "
        "Names that AWS may add later, and that match these, are refused as well:\n\n",
        catalog.date());
    AddList(text, beyond);
  }
  return text;
}

}  // namespace

std::string LineOf(const FreezePolicy& policy) {
  return fmt::format("{}\t{}\t{}\n", policy.name, policy.path, policy.target_id);
}

std::vector<FreezePolicy> PoliciesOf(const emit::Tree& tree,
                                     const intent::Organization& organization, bool is_staged) {
  constexpr std::size_t kDigits = 12;
  std::vector<FreezePolicy> policies;
  for (const emit::Artifact& artifact : tree.artifacts) {
    if (artifact.kind != "scp") continue;
    for (const emit::Attachment& attachment : tree.attachments) {
      if (attachment.document != artifact.path) continue;
      FreezePolicy policy;
      policy.path = artifact.path;
      policy.sha256 = support::Sha256Hex(artifact.bytes);
      policy.target = artifact.targets.empty() ? organization.name : artifact.targets.front();
      policy.target_id = attachment.to == "root" ? "root" : attachment.id;
      // Two freezes of one content for different targets are lifted one by one.
      policy.name = fmt::format(
          "writ-freeze-{}",
          support::Sha256Hex(policy.target_id + "\n" + artifact.bytes).substr(0, kDigits));
      if (is_staged) {
        const std::string path = std::string(kStagedFolder) + policy.path;
        policy.name = emit::StagedPolicyName(path, artifact.bytes);
      }
      policy.characters = artifact.characters;
      policy.quota = artifact.quota;
      policy.beyond = artifact.beyond;
      policies.push_back(std::move(policy));
    }
  }
  return policies;
}

host::FileSet FreezeFiles(const FreezeOptions& options, const compiler::Freeze& freeze,
                          const host::FileSet& proved, const std::vector<FreezePolicy>& policies,
                          const std::string& as_of, const catalog::Catalog& catalog) {
  host::FileSet files;
  for (const FreezePolicy& policy : policies) {
    files[policy.path] = proved.at(policy.path);
    files[std::string(kFreezePolicies)] += LineOf(policy);
  }
  AddScripts(options.is_staged, files);
  files["open.md"] = OpenPage(freeze, policies, catalog);
  files[std::string(kFreezeRecord)] = Record(options, freeze, policies, as_of, catalog);
  files["manifest.json"] = Manifest(files, as_of, catalog);
  return files;
}

}  // namespace writ::commands
