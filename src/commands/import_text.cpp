#include "commands/import_text.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/json.h"
#include "base/support/json_members.h"
#include "iam/decide/pairs.h"
#include "language/format/format.h"
#include "language/format/print.h"
#include "language/parse/parse.h"

namespace writ::commands {
namespace {

using imports::Draft;
using imports::Fate;
using imports::Holder;
using imports::Part;
using support::json::Writer;

std::string FileOf(syntax::Item item) {
  syntax::File file;
  file.items.push_back(std::move(item));
  return format::Print(file);
}

/// "export.json:412:17, AllowInvoke".
std::string Provenance(const imports::ReadStatement& read, const source::SourceMap& sources) {
  std::string text = sources.DescribeRelative(read.span);
  if (!read.statement.sid.empty()) text += fmt::format(", {}", read.statement.sid);
  return source::OneLine(text);
}

std::string_view FateName(Fate fate) {
  switch (fate) {
    case Fate::kSentence:
      return "sentence";
    case Fate::kDo:
      return "do";
    case Fate::kNothing:
      return "nothing";
    case Fate::kResidue:
      return "residue";
  }
  return "";
}

std::string VerdictName(const HolderProof& proof, const Remainder& left) {
  if (proof.verdict == HolderProof::Verdict::kDifferent) return "differs";
  if (proof.verdict == HolderProof::Verdict::kUndecided) return "undecided";
  if (!left.is_none() && left.is_all) return "left";
  const std::string name = proof.verdict == HolderProof::Verdict::kEqual ? "exact" : "sendable";
  if (left.has_residue) return name + "-except-residue";
  return left.is_missing ? name + "-except-missing" : name;
}

void WriteRequest(Writer& writer, std::string_view key,
                  const std::optional<policy::Request>& request) {
  if (!request) return;
  writer.Key(key);
  decide::WriteRequest(writer, *request);
}

/// Letters and digits of a name, for a file.
std::string FileWord(std::string_view name) {
  constexpr std::size_t kLongest = 60;
  std::string word;
  for (const char c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (is_plain) {
      word += c;
    } else if (!word.empty() && word.back() != '-') {
      word += '-';
    }
    if (word.size() == kLongest) break;
  }
  while (!word.empty() && (word.back() == '-' || word.back() == '.')) word.pop_back();
  return word.ends_with(".json") ? word.substr(0, word.size() - 5) : word;
}

}  // namespace

std::vector<SentenceRef> SentencesOf(const Draft& draft, std::size_t holder) {
  std::vector<SentenceRef> sentences;
  for (std::size_t i = 0; i < draft.parts.size(); ++i) {
    if (holder != imports::kNoHolder && draft.parts[i].holder != holder) continue;
    for (std::size_t k = 0; k < draft.parts[i].sentences.size(); ++k) sentences.push_back({i, k});
  }
  return sentences;
}

host::FileSet DeclarationFiles(const Draft& draft, const std::vector<SentenceRef>& sentences) {
  host::FileSet files;
  std::string organization = FileOf({{}, draft.organization});
  if (draft.has_placeholder) {
    organization = fmt::format(
        "// No export says in which account the principals of `placeholder` are: {} stands for "
        "it.\n{}",
        imports::kPlaceholderAccount, organization);
  }
  if (!draft.unseen_accounts.empty()) {
    organization = fmt::format(
        "// The exports do not show every account. The others are `{}`, with\n"
        "// a number that is made up, so that prohibitions bind the accounts that were read "
        "only.\n{}",
        fmt::join(draft.unseen_accounts, "`, `"), organization);
  }
  files.emplace("organization.writ", std::move(organization));
  std::set<std::string_view> used;
  for (const SentenceRef& ref : sentences) {
    used.insert(draft.holders[draft.parts[ref.part].holder].name);
  }
  syntax::File teams;
  for (const syntax::TeamDecl& team : draft.teams) {
    if (used.contains(team.name.text)) teams.items.push_back({{}, team});
  }
  if (!teams.items.empty()) files.emplace("teams.writ", format::Print(teams));
  return files;
}

std::vector<std::string> BoundBy(const Draft& draft, const Part& part,
                                 const snapshot::Snapshot& snapshot) {
  if (part.holder == imports::kNoHolder) {
    const std::string& holder =
        snapshot.documents[draft.statements[part.statement].document].holder;
    return holder.empty() ? std::vector<std::string>() : std::vector{holder};
  }
  const Holder& holder = draft.holders[part.holder];
  if (holder.kind == Holder::Kind::kNode) return {holder.node.empty() ? "the root" : holder.node};
  std::vector<std::string> arns;
  for (const imports::Member& member : holder.members) arns.push_back(member.arn);
  return arns;
}

std::vector<Remainder> Remainders(const Draft& draft) {
  std::vector<Remainder> left(draft.holders.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    left[i].is_missing =
        std::ranges::any_of(draft.holders[i].members,
                            [](const imports::Member& member) { return !member.missing.empty(); });
  }
  for (const Part& part : draft.parts) {
    if (part.holder == imports::kNoHolder) continue;
    if (part.fate == Fate::kResidue) {
      left[part.holder].has_residue = true;
    } else {
      left[part.holder].is_all = false;
    }
  }
  return left;
}

std::string AbsentPrincipals(const Draft& draft, const source::SourceMap& sources) {
  std::vector<std::vector<std::string>> why(draft.holders.size());
  std::vector<bool> is_said(draft.holders.size(), false);
  for (const Part& part : draft.parts) {
    if (part.holder == imports::kNoHolder) continue;
    is_said[part.holder] =
        is_said[part.holder] || part.fate == Fate::kSentence || part.fate == Fate::kDo;
    const std::string_view fate =
        part.fate == Fate::kResidue ? imports::Name(part.refusal.reason) : "without effect";
    why[part.holder].push_back(fmt::format(
        "{} ({})", sources.DescribeRelative(draft.statements[part.statement].span), fate));
  }
  std::string text;
  for (std::size_t i = 0; i < draft.holders.size(); ++i) {
    const Holder& holder = draft.holders[i];
    if (holder.kind != Holder::Kind::kTeam || is_said[i]) continue;
    for (const imports::Member& member : holder.members) {
      std::vector<std::string> reasons = why[i];
      reasons.insert(reasons.end(), member.missing.begin(), member.missing.end());
      text +=
          fmt::format("//   {}\n",
                      source::OneLine(fmt::format("{}: {}", member.arn, fmt::join(reasons, ", "))));
    }
  }
  return text.empty() ? text : "// No sentence is about these principals:\n" + text;
}

std::string PlainSentences(const Draft& draft, const std::vector<SentenceRef>& sentences) {
  std::string text;
  for (const SentenceRef& ref : sentences) {
    text += format::Print(draft.parts[ref.part].sentences[ref.index]) + "\n";
  }
  return text;
}

PolicyFile MakePolicyFile(const Draft& draft, const std::vector<SentenceRef>& sentences,
                          const source::SourceMap& sources) {
  std::string text;
  for (const SentenceRef& ref : sentences) {
    const Part& part = draft.parts[ref.part];
    if (ref.index == 0) {
      if (!text.empty()) text += "\n";
      text += fmt::format("// {}\n", Provenance(draft.statements[part.statement], sources));
      for (std::size_t i = ref.part + 1; i < draft.parts.size(); ++i) {
        if (draft.parts[i].said_by != ref.part) continue;
        text +=
            fmt::format("// {}\n", Provenance(draft.statements[draft.parts[i].statement], sources));
      }
    }
    text += format::Print(part.sentences[ref.index]) + "\n";
  }
  source::SourceMap own;
  diag::Sink sink;
  std::optional<std::string> formatted =
      format::Format(own, own.Add("policies.writ", std::move(text)), sink);
  WRIT_CHECK(formatted.has_value(), "printed sentences are a program");
  PolicyFile file{*std::move(formatted), {}};
  const source::FileId again = own.Add("policies.writ", file.text);
  for (const syntax::Item& item : parse::Parse(own, again, sink).items) {
    file.places.push_back(own.DescribeRelative(item.span));
  }
  WRIT_CHECK(file.places.size() == sentences.size(), "a file has the sentences that were printed");
  return file;
}

Residue MakeResidue(const Draft& draft, const snapshot::Snapshot& snapshot) {
  Residue residue;
  residue.file_of.resize(draft.parts.size());
  // Each statement once, by document.
  std::map<snapshot::DocumentId, std::map<std::size_t, std::size_t>> by_document;
  std::vector<bool> is_left(draft.statements.size(), false);
  for (const Part& part : draft.parts) {
    if (part.fate == Fate::kResidue) is_left[part.statement] = true;
  }
  for (std::size_t i = 0; i < draft.statements.size(); ++i) {
    const imports::ReadStatement& read = draft.statements[i];
    if (is_left[read.same_as.value_or(i)]) by_document[read.document].emplace(read.index, i);
  }
  std::map<snapshot::DocumentId, std::string> names;
  for (const auto& [id, statements] : by_document) {
    const snapshot::Document& document = snapshot.documents[id];
    std::string path = fmt::format("residue/{:03}", names.size() + 1);
    const std::string word = FileWord(document.name);
    if (!word.empty()) path += "-" + word;
    path += ".json";
    policy::PolicyDocument left;
    for (const auto& [index, at] : statements) {
      left.version = draft.statements[at].version;
      left.statements.push_back(draft.statements[at].statement);
    }
    residue.files.emplace(path, policy::Write(left, policy::Style::kPretty) + "\n");
    names.emplace(id, std::move(path));
  }
  for (std::size_t i = 0; i < draft.parts.size(); ++i) {
    if (draft.parts[i].fate != Fate::kResidue) continue;
    residue.file_of[i] = names.at(draft.statements[draft.parts[i].statement].document);
  }
  return residue;
}

Counts Count(const Draft& draft) {
  Counts counts;
  counts.by_reason.resize(imports::kReasonCount);
  counts.statements = draft.statements.size();
  std::vector<const Part*> least(draft.statements.size(), nullptr);
  for (const Part& part : draft.parts) {
    const Part*& known = least[part.statement];
    const auto rank = [](const Part& one) {
      return one.fate == Fate::kNothing ? -1 : static_cast<int>(one.fate);
    };
    if (known == nullptr || rank(*known) < rank(part)) known = &part;
  }
  for (std::size_t i = 0; i < least.size(); ++i) {
    const Part* const part = least[draft.statements[i].same_as.value_or(i)];
    WRIT_CHECK(part != nullptr, "something becomes of every statement");
    switch (part->fate) {
      case Fate::kSentence:
        ++counts.sentences;
        break;
      case Fate::kDo:
        ++counts.do_sentences;
        break;
      case Fate::kNothing:
        ++counts.nothing;
        break;
      case Fate::kResidue:
        ++counts.residue;
        ++counts.by_reason[static_cast<std::size_t>(part->refusal.reason)];
        break;
    }
  }
  return counts;
}

std::string MakeLedger(const Draft& draft, const std::vector<SentenceRef>& sentences,
                       const PolicyFile& policies, const Residue& residue,
                       const std::vector<HolderProof>& proofs, const snapshot::Snapshot& snapshot,
                       const source::SourceMap& sources, const std::string& catalog_date) {
  std::vector<std::vector<std::string>> places(draft.parts.size());
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    places[sentences[i].part].push_back(policies.places[i]);
  }
  const std::vector<Remainder> left = Remainders(draft);
  const Counts counts = Count(draft);
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  WriteText(writer, "catalog", catalog_date);
  writer.Key("counts");
  writer.BeginObject();
  WriteCount(writer, "statements", counts.statements);
  WriteCount(writer, "sentences", counts.sentences);
  WriteCount(writer, "doSentences", counts.do_sentences);
  WriteCount(writer, "nothing", counts.nothing);
  WriteCount(writer, "residue", counts.residue);
  writer.Key("residueByReason");
  writer.BeginObject();
  for (std::size_t i = 0; i < imports::kReasonCount; ++i) {
    if (counts.by_reason[i] == 0) continue;
    WriteCount(writer, imports::Name(static_cast<imports::Reason>(i)), counts.by_reason[i]);
  }
  writer.EndObject();
  writer.EndObject();
  writer.Key("holders");
  writer.BeginArray();
  for (std::size_t i = 0; i < draft.holders.size(); ++i) {
    const Holder& holder = draft.holders[i];
    writer.BeginObject();
    if (holder.kind == Holder::Kind::kTeam) {
      WriteText(writer, "team", holder.name);
      writer.Key("principals");
      writer.BeginArray();
      for (const imports::Member& member : holder.members) writer.String(member.arn);
      writer.EndArray();
    } else {
      WriteText(writer, "node", holder.node);
    }
    WriteText(writer, "verdict", VerdictName(proofs[i], left[i]));
    if (!proofs[i].because.empty()) WriteText(writer, "because", proofs[i].because);
    WriteRequest(writer, "gained", proofs[i].gained);
    WriteRequest(writer, "lost", proofs[i].lost);
    std::vector<std::string> missing;
    for (const imports::Member& member : holder.members) {
      missing.insert(missing.end(), member.missing.begin(), member.missing.end());
    }
    if (!missing.empty()) {
      writer.Key("missing");
      writer.BeginArray();
      for (const std::string& text : missing) writer.String(text);
      writer.EndArray();
    }
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("statements");
  writer.BeginArray();
  for (std::size_t i = 0; i < draft.parts.size(); ++i) {
    const Part& part = draft.parts[i];
    const imports::ReadStatement& read = draft.statements[part.statement];
    writer.BeginObject();
    WriteText(writer, "from", sources.DescribeRelative(read.span));
    WriteText(writer, "document", snapshot.documents[read.document].name);
    if (!read.statement.sid.empty()) WriteText(writer, "sid", read.statement.sid);
    if (part.holder != imports::kNoHolder) {
      const Holder& holder = draft.holders[part.holder];
      const bool is_team = holder.kind == Holder::Kind::kTeam;
      WriteText(writer, is_team ? "team" : "node", is_team ? holder.name : holder.node);
    }
    WriteText(writer, "became", FateName(part.fate));
    const std::size_t said_by = part.said_by.value_or(i);
    if (!places[said_by].empty()) {
      writer.Key("sentences");
      writer.BeginArray();
      for (const std::string& place : places[said_by]) writer.String(place);
      writer.EndArray();
    }
    if (part.fate == Fate::kResidue) {
      WriteText(writer, "reason", imports::Name(part.refusal.reason));
      if (!part.refusal.detail.empty()) WriteText(writer, "detail", part.refusal.detail);
      writer.Key("heldBy");
      writer.BeginArray();
      for (const std::string& text : BoundBy(draft, part, snapshot)) writer.String(text);
      writer.EndArray();
      WriteText(writer, "file", residue.file_of[i]);
      WriteRequest(writer, "request", part.request);
    }
    writer.EndObject();
  }
  for (const imports::ReadStatement& read : draft.statements) {
    if (!read.same_as) continue;
    writer.BeginObject();
    WriteText(writer, "from", sources.DescribeRelative(read.span));
    WriteText(writer, "document", snapshot.documents[read.document].name);
    WriteText(writer, "sameAs", sources.DescribeRelative(draft.statements[*read.same_as].span));
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace writ::commands
