#include "output/emit/tree.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/support/json.h"
#include "base/support/json_members.h"
#include "base/support/sha256.h"

namespace writ::emit {
namespace {

using support::json::Writer;

/// Containers around a document of the manifest, and around the statements of one.
constexpr std::size_t kDepthOfDocuments = 2;
constexpr std::size_t kDepthOfStatements = 3;

/// What `write` writes, as it stands within so many containers of a larger text.
template <class Write>
std::string Within(std::size_t depth, const Write& write) {
  Writer writer(support::json::Style::kPretty);
  for (std::size_t d = 0; d < depth; ++d) writer.BeginArray();
  write(writer);
  for (std::size_t d = 0; d < depth; ++d) writer.EndArray();
  const std::string text = writer.Take();
  // Each container is a bracket, a line break and two spaces a level.
  std::size_t begin = 0;
  std::size_t end = text.size();
  for (std::size_t d = 1; d <= depth; ++d) {
    begin += 2 + 2 * d;
    end -= 2 + 2 * (d - 1);
  }
  return text.substr(begin, end - begin);
}

void WriteCallers(Writer& writer, const std::vector<lower::Callers>& callers) {
  if (callers.empty()) return;
  writer.Key("callers");
  writer.BeginArray();
  for (const lower::Callers& one : callers) {
    writer.BeginObject();
    WriteText(writer, "form", lower::Name(one.form));
    if (!one.because.empty()) WriteText(writer, "because", one.because);
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteBeyond(Writer& writer, const std::vector<BeyondEntry>& beyond) {
  writer.Key("beyondCatalog");
  writer.BeginArray();
  for (const BeyondEntry& entry : beyond) {
    writer.BeginObject();
    WriteText(writer, "sid", entry.sid);
    if (!entry.actions.empty()) WriteTexts(writer, "actions", entry.actions);
    if (!entry.actions_but.empty()) WriteTexts(writer, "allActionsBut", entry.actions_but);
    if (!entry.models.empty()) WriteTexts(writer, "models", entry.models);
    if (!entry.models_but.empty()) WriteTexts(writer, "allModelsBut", entry.models_but);
    writer.EndObject();
  }
  writer.EndArray();
}

/// The class that documents are searched in: docs/minimizing.md.
void WriteMinimality(Writer& writer, const Minimality& minimality) {
  writer.Key("minimality");
  writer.BeginObject();
  WriteText(writer, "verdict", minimality.is_smallest ? "smallest" : "irredundant");
  WriteText(writer, "class", "lists drawn from the elements of statements of one shape");
  WriteCount(writer, "statements", minimality.statements);
  writer.Key("lowerBound");
  writer.BeginObject();
  WriteCount(writer, "statements", minimality.least_statements);
  WriteCount(writer, "characters", minimality.least_characters);
  writer.EndObject();
  writer.EndObject();
}

using Sentences = std::map<std::string, std::vector<intent::Origin>>;

/// What the sentences at these places say of themselves, each thing once.
void WriteSentences(Writer& writer, const std::vector<std::string>& places,
                    const Sentences& sentences) {
  std::vector<std::string> texts;
  std::vector<std::string> reasons;
  std::set<std::string> under;
  std::set<std::string> controls;
  std::vector<std::string> after;
  std::string until;  // the first day on which a part of the statement ends
  std::set<intent::Waived> waived;
  const auto add = [](std::vector<std::string>& list, const std::string& text) {
    if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(text);
  };
  for (const std::string& place : places) {
    const auto found = sentences.find(place);
    if (found == sentences.end()) continue;
    for (const intent::Origin& origin : found->second) {
      add(texts, origin.sentence);
      add(reasons, origin.because);
      if (!origin.use_case.empty()) under.insert(origin.use_case);
      under.insert(origin.attestations.begin(), origin.attestations.end());
      controls.insert(origin.controls.begin(), origin.controls.end());
      for (const std::string& evaluation : origin.after) add(after, evaluation);
      if (!origin.until.empty() && (until.empty() || origin.until < until)) until = origin.until;
      waived.insert(origin.waived.begin(), origin.waived.end());
    }
  }
  WriteTexts(writer, "sentences", texts);
  WriteText(writer, "reason", fmt::format("{}", fmt::join(reasons, "; ")));
  WriteTexts(writer, "under", {under.begin(), under.end()});
  WriteTexts(writer, "controls", {controls.begin(), controls.end()});
  WriteTexts(writer, "after", after);
  WriteTextOrNull(writer, "until", until);
  writer.Key("waived");
  writer.BeginArray();
  for (const intent::Waived& one : waived) {
    writer.BeginObject();
    WriteText(writer, "rule", one.rule);
    WriteText(writer, "until", one.until);
    WriteText(writer, "by", one.by);
    WriteText(writer, "because", one.because);
    writer.EndObject();
  }
  writer.EndArray();
}

/// The statements of documents as JSON: those that differ in names only have one list.
using Listed = std::map<const std::vector<StatementEntry>*, std::string>;

const std::string& ListStatements(const Artifact& artifact, const Sentences& sentences,
                                  Listed& listed) {
  const auto [at, is_new] = listed.try_emplace(artifact.statements.get());
  if (!is_new) return at->second;
  at->second = Within(kDepthOfStatements, [&](Writer& writer) {
    writer.BeginArray();
    for (const StatementEntry& statement : *artifact.statements) {
      writer.BeginObject();
      WriteText(writer, "sid", statement.sid);
      WriteTexts(writer, "from", statement.from);
      WriteSentences(writer, statement.from, sentences);
      WriteCallers(writer, statement.callers);
      writer.EndObject();
    }
    writer.EndArray();
  });
  return at->second;
}

void WriteArtifact(Writer& writer, const Artifact& artifact, const Sentences& sentences,
                   Listed& listed) {
  writer.BeginObject();
  WriteText(writer, "path", artifact.path);
  WriteText(writer, "kind", artifact.kind);
  WriteTexts(writer, "target", artifact.targets);
  WriteCount(writer, "characters", artifact.characters);
  writer.Key("quota");
  if (artifact.quota == 0) {
    writer.Null();
  } else {
    writer.Integer(static_cast<std::int64_t>(artifact.quota));
  }
  WriteText(writer, "sha256", support::Sha256Hex(artifact.bytes));
  writer.Key("statements");
  writer.Raw(ListStatements(artifact, sentences, listed));
  if (artifact.minimality) WriteMinimality(writer, *artifact.minimality);
  if (artifact.kind == "scp") WriteBeyond(writer, artifact.beyond);
  if (!artifact.not_in.empty()) {
    writer.Key("notIn");
    writer.BeginArray();
    for (const NotIn& one : artifact.not_in) {
      writer.BeginObject();
      WriteText(writer, "form", one.form);
      WriteText(writer, "because", one.why);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

/// Puts all documents in place of the manifest's `"documents": null`: they are nearly all of it, so
/// that they are written one by one behind each other, in room that is there for them.
std::string WithDocuments(std::string_view manifest, const Tree& tree, const Sentences& sentences) {
  constexpr std::string_view kPlace = "\"documents\": null";
  constexpr std::string_view kNone = "null";
  constexpr std::size_t kBesideStatements = 1024;  ///< bytes of a document, mostly
  Listed listed;
  std::size_t expected = manifest.size();
  for (const Artifact& artifact : tree.artifacts) {
    expected += ListStatements(artifact, sentences, listed).size() + kBesideStatements;
  }
  const std::size_t at = manifest.find(kPlace) + kPlace.size() - kNone.size();
  std::string text;
  text.reserve(expected);
  text += manifest.substr(0, at);
  std::string_view before = "[\n    ";
  for (const Artifact& artifact : tree.artifacts) {
    text += before;
    text += Within(kDepthOfDocuments,
                   [&](Writer& writer) { WriteArtifact(writer, artifact, sentences, listed); });
    before = ",\n    ";
  }
  text += tree.artifacts.empty() ? "[]" : "\n  ]";
  text += manifest.substr(at + kNone.size());
  text += '\n';
  return text;
}

void WriteOrganization(Writer& writer, const OrganizationFacts& organization) {
  writer.Key("organization");
  writer.BeginObject();
  WriteText(writer, "id", organization.id);
  if (!organization.units.empty()) {
    writer.Key("units");
    writer.BeginObject();
    for (const auto& [name, id] : organization.units) WriteText(writer, name, id);
    writer.EndObject();
  }
  WriteText(writer, "partition", organization.partition);
  writer.Key("accounts");
  writer.BeginArray();
  for (const AccountFact& account : organization.accounts) {
    writer.BeginObject();
    WriteText(writer, "name", account.name);
    WriteText(writer, "id", account.id);
    writer.Key("management");
    writer.Bool(account.management);
    WriteTexts(writer, "path", account.path);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("principals");
  writer.BeginArray();
  for (const PrincipalFact& principal : organization.principals) {
    writer.BeginObject();
    WriteText(writer, "name", principal.name);
    WriteTexts(writer, "principals", principal.principals);
    WriteTexts(writer, "accounts", principal.accounts);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

/// Policies of gateways and the script name what the file names of gateways do not say.
void WriteGateways(Writer& writer, const std::map<std::string, GatewayFact>& gateways) {
  if (gateways.empty()) return;
  writer.Key("gateways");
  writer.BeginObject();
  for (const auto& [name, gateway] : gateways) {
    writer.Key(name);
    writer.BeginObject();
    WriteText(writer, "arn", gateway.arn);
    WriteText(writer, "callers", gateway.is_oauth ? "oauth" : "iam");
    writer.EndObject();
  }
  writer.EndObject();
}

/// In the form of writ.bindings.json: whoever reads the tree knows guardrails by name again.
void WriteBindings(Writer& writer, const intent::Bindings& bindings) {
  if (bindings.all().empty()) return;
  writer.Key("guardrails");
  writer.BeginObject();
  for (const auto& [name, accounts] : bindings.all()) {
    writer.Key(name);
    writer.BeginObject();
    for (const auto& [account, regions] : accounts) {
      writer.Key(account);
      writer.BeginObject();
      for (const auto& [region, bound] : regions) {
        writer.Key(region);
        writer.BeginObject();
        WriteText(writer, "arn", bound.arn);
        WriteCount(writer, "version", bound.version);
        writer.EndObject();
      }
      writer.EndObject();
    }
    writer.EndObject();
  }
  writer.EndObject();
}

}  // namespace

std::string Manifest(const Tree& tree, const BuildFacts& facts) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  WriteText(writer, "writ", facts.version);
  WriteText(writer, "catalog", facts.catalog);
  WriteText(writer, "asOf", facts.as_of);
  writer.Key("proof");
  writer.BeginObject();
  WriteText(writer, "verdict", facts.verdict);
  WriteCount(writer, "principals", facts.principals);
  WriteCount(writer, "accounts", facts.accounts);
  writer.EndObject();
  writer.Key("documents");
  writer.Null();
  writer.Key("attachments");
  writer.BeginArray();
  for (const Attachment& attachment : tree.attachments) {
    writer.BeginObject();
    WriteText(writer, "document", attachment.document);
    WriteText(writer, "to", attachment.to);
    WriteText(writer, "id", attachment.id);
    if (attachment.open) {
      writer.Key("open");
      writer.Bool(true);
    }
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("models");
  writer.BeginObject();
  for (const auto& [name, ids] : facts.models) WriteTexts(writer, name, ids);
  writer.EndObject();
  WriteOrganization(writer, facts.organization);
  WriteGateways(writer, facts.gateways);
  WriteBindings(writer, facts.bindings);
  writer.EndObject();
  return WithDocuments(writer.Take(), tree, facts.sentences);
}

}  // namespace writ::emit
