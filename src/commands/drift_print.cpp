#include "commands/drift_print.h"

#include <algorithm>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analysis/review/why.h"
#include "base/support/json.h"
#include "base/support/json_members.h"
#include "commands/wording.h"
#include "iam/decide/pairs.h"

namespace writ::commands {
namespace {

using drift::Finding;
using drift::Shown;
using drift::Verdict;
using support::json::Writer;

constexpr std::size_t kMostAlike = 5;  // targets that are named in one line

// ---- in words

std::string What(const DriftReport& drift, const Finding& finding) {
  const bool is_told =
      finding.area == drift::Area::kTrust || finding.area == drift::Area::kEndpoint;
  if (finding.requests.empty() || is_told) return finding.what;
  const Shown& shown = finding.requests.front();
  const review::Deed deed = review::DoneBy(shown.request, "", drift.naming).deed;
  const std::string text = review::DeedText(deed, {deed.object}, {deed.region});
  const bool may = shown.deployed == policy::Verdict::kAllowed;
  // One request shows that there is a difference, and says nothing of how far it goes.
  const std::string does = fmt::format("{}, for example, {}", may ? "may" : "may not", text);
  return finding.what.empty() ? does : fmt::format("{}: {}", finding.what, does);
}

std::string Target(const Finding& finding) {
  std::string text = finding.target;
  const std::size_t shown = std::min(finding.alike.size(), kMostAlike);
  for (std::size_t i = 0; i < shown; ++i) text += ", " + finding.alike[i];
  if (shown < finding.alike.size()) {
    text += fmt::format(" and {} more", finding.alike.size() - shown);
  }
  return text;
}

// Where it is in the exports: first what decides the requests that are shown.
std::vector<std::string> Places(const DriftReport& drift, const Finding& finding) {
  std::vector<std::string> places;
  const auto add = [&](source::Span span) {
    if (!span.valid()) return;
    std::string place = drift.sources.Describe(span);
    if (std::ranges::find(places, place) == places.end()) places.push_back(std::move(place));
  };
  for (const Shown& shown : finding.requests) {
    for (const drift::Cause& cause : shown.causes) add(cause.span);
  }
  for (const source::Span span : finding.from) add(span);
  return places;
}

std::string ProgramText(const DriftReport& drift, const Shown& shown) {
  std::vector<std::string> said;
  for (const std::string& place : shown.sentences) {
    const auto words = drift.sentences.find(place);
    said.push_back(words == drift.sentences.end() ? place
                                                  : fmt::format("`{}` ({})", words->second, place));
  }
  switch (shown.program) {
    case policy::Verdict::kAllowed:
      return said.empty() ? "allowed: nothing denies it"
                          : fmt::format("allowed by {}", fmt::join(said, ", "));
    case policy::Verdict::kExplicitDeny:
      return said.empty() ? "denied" : fmt::format("denied by {}", fmt::join(said, ", "));
    case policy::Verdict::kImplicitDeny:
      return "denied: no sentence allows it";
  }
  return "";
}

std::string DeployedText(const DriftReport& drift, const Shown& shown) {
  std::vector<std::string> causes;
  for (const drift::Cause& cause : shown.causes) {
    causes.push_back(fmt::format("{}, statement {} ({})", cause.document, cause.statement,
                                 drift.sources.Describe(cause.span)));
  }
  switch (shown.deployed) {
    case policy::Verdict::kAllowed:
      return causes.empty() ? "allowed: nothing denies it"
                            : fmt::format("allowed by {}", fmt::join(causes, "; "));
    case policy::Verdict::kExplicitDeny:
      return causes.empty() ? "denied" : fmt::format("denied by {}", fmt::join(causes, "; "));
    case policy::Verdict::kImplicitDeny:
      if (shown.because == policy::Layer::kBoundary) {
        return "denied: the permissions boundary does not allow it";
      }
      if (shown.because == policy::Layer::kScp) return "denied: an SCP level does not allow it";
      return "denied: no policy allows it";
  }
  return "";
}

// Without differences: what is taken for granted may hide one.
std::string_view NoDrift(const DriftReport& drift) {
  return drift.report.assumptions.empty() ? "No drift." : "No drift, if what is assumed is so.";
}

std::string Closing(const DriftReport& drift) {
  const drift::Counts& counts = drift.report.counts;
  std::vector<std::string> parts = {fmt::format("{} in {}",
                                                Counted(counts.principals, "bound principal"),
                                                Counted(counts.accounts, "account"))};
  const auto add = [&](std::size_t count, std::string_view noun) {
    if (count > 0) parts.push_back(Counted(count, noun));
  };
  add(counts.unbound, "other principal");
  add(counts.permission_sets, "permission set");
  add(counts.nodes, "node");
  add(counts.trusts, "trust policy");
  add(counts.endpoints, "endpoint");
  add(counts.guardrails, "guardrail");
  for (std::string& part : parts) {
    if (part.ends_with(" trust policys")) part.replace(part.size() - 2, 2, "ies");
  }
  std::string text =
      fmt::format("compared {}; {} as the program says", fmt::join(parts, ", "), counts.as_said);
  const auto open =
      std::ranges::count(drift.report.findings, Verdict::kUndetermined, &Finding::verdict);
  if (open > 0) text += fmt::format("; {} undetermined", open);
  if (counts.service_linked > 0) {
    text += fmt::format("; {} left out", Counted(counts.service_linked, "service-linked role"));
  }
  return text;
}

}  // namespace

void PrintDriftText(const DriftReport& drift, std::ostream& out) {
  std::size_t accounts = 0;
  std::size_t targets = 0;
  for (const Finding& finding : drift.report.findings) {
    accounts = std::max(accounts, finding.account.size());
    targets = std::max(targets, Target(finding).size());
  }
  targets = std::min<std::size_t>(targets, 40);
  for (const Finding& finding : drift.report.findings) {
    const std::vector<std::string> places = Places(drift, finding);
    out << fmt::format("{:<12}  {:<{}}  {:<{}}  {}", drift::VerdictName(finding.verdict),
                       finding.account.empty() ? "-" : finding.account,
                       std::max<std::size_t>(accounts, 1), Target(finding), targets,
                       What(drift, finding));
    if (!places.empty()) out << fmt::format("  ({})", places.front());
    out << "\n";
    for (const Shown& shown : finding.requests) {
      out << Indented(review::RequestText(shown.request), "    ");
      out << fmt::format("      program:  {}\n      deployed: {}\n", ProgramText(drift, shown),
                         DeployedText(drift, shown));
    }
    for (const std::string& note : finding.notes) out << fmt::format("    note: {}\n", note);
    if (!finding.command.empty()) out << fmt::format("    export: {}\n", finding.command);
  }
  for (const std::string& moved : drift.report.moved)
    out << fmt::format("same effect: {}\n", moved);
  for (const std::string& one : drift.report.assumptions) out << fmt::format("assumed: {}\n", one);
  if (drift.report.findings.empty()) out << NoDrift(drift) << "\n";
  out << fmt::format("read: {}\n{}\n", drift.summary, Closing(drift));
}

void PrintDriftMarkdown(const DriftReport& drift, std::ostream& out) {
  out << "## What is deployed, beside the program\n\n";
  if (drift.report.findings.empty()) out << fmt::format("**{}**\n\n", NoDrift(drift));
  std::string_view heading;
  for (const Finding& finding : drift.report.findings) {
    const std::string_view name = drift::VerdictName(finding.verdict);
    if (name != heading) {
      heading = name;
      const auto count =
          std::ranges::count(drift.report.findings, finding.verdict, &Finding::verdict);
      out << fmt::format("### {} ({})\n\n", name, count);
    }
    out << fmt::format("- **{}**{}: {}\n", MarkdownText(Target(finding)),
                       finding.account.empty() ? "" : " in " + MarkdownText(finding.account),
                       MarkdownText(What(drift, finding)));
    for (const std::string& place : Places(drift, finding)) {
      out << fmt::format("  - at `{}`\n", place);
    }
    for (const std::string& note : finding.notes)
      out << fmt::format("  - {}\n", MarkdownText(note));
    if (!finding.command.empty()) out << fmt::format("  - export: `{}`\n", finding.command);
    for (const Shown& shown : finding.requests) {
      out << fmt::format("  - program: {}\n  - deployed: {}\n",
                         MarkdownText(ProgramText(drift, shown)),
                         MarkdownText(DeployedText(drift, shown)));
      Writer writer(support::json::Style::kPretty);
      decide::WriteRequest(writer, shown.request);
      // Empty lines around HTML: without them it is part of what stands before it.
      out << "\n  <details><summary>the request</summary>\n\n  ```json\n"
          << Indented(writer.Take(), "  ") << "  ```\n\n  </details>\n";
    }
    out << "\n";
  }
  for (const std::string& moved : drift.report.moved) {
    out << fmt::format("- same effect: {}\n", MarkdownText(moved));
  }
  for (const std::string& one : drift.report.assumptions) {
    out << fmt::format("- assumed: {}\n", MarkdownText(one));
  }
  if (!drift.report.moved.empty() || !drift.report.assumptions.empty()) out << "\n";
  out << fmt::format("<sub>{}</sub>\n", Closing(drift));
}

namespace {

void WriteShown(Writer& writer, const DriftReport& drift, const Shown& shown) {
  writer.BeginObject();
  writer.Key("request");
  decide::WriteRequest(writer, shown.request);
  writer.Key("program");
  writer.BeginObject();
  WriteText(writer, "decision", policy::VerdictName(shown.program));
  writer.Key("sentences");
  writer.BeginArray();
  for (const std::string& place : shown.sentences) {
    writer.BeginObject();
    WriteText(writer, "at", place);
    const auto words = drift.sentences.find(place);
    if (words != drift.sentences.end()) WriteText(writer, "sentence", words->second);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  writer.Key("deployed");
  writer.BeginObject();
  WriteText(writer, "decision", policy::VerdictName(shown.deployed));
  WriteText(writer, "because", policy::LayerName(shown.because));
  writer.Key("statements");
  writer.BeginArray();
  for (const drift::Cause& cause : shown.causes) {
    writer.BeginObject();
    WriteText(writer, "at", drift.sources.Describe(cause.span));
    WriteText(writer, "document", cause.document);
    WriteCount(writer, "statement", cause.statement);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
  writer.EndObject();
}

void WriteFinding(Writer& writer, const DriftReport& drift, const Finding& finding) {
  writer.BeginObject();
  WriteText(writer, "relation", drift::VerdictName(finding.verdict));
  WriteText(writer, "kind", drift::AreaName(finding.area));
  WriteText(writer, "account", finding.account);
  WriteText(writer, "target", finding.target);
  WriteTexts(writer, "alike", finding.alike);
  WriteText(writer, "what", What(drift, finding));
  WriteFlag(writer, "widened", finding.is_gain);
  WriteFlag(writer, "narrowed", finding.is_loss);
  WriteTexts(writer, "from", Places(drift, finding));
  writer.Key("requests");
  writer.BeginArray();
  for (const Shown& shown : finding.requests) WriteShown(writer, drift, shown);
  writer.EndArray();
  WriteTexts(writer, "notes", finding.notes);
  writer.Key("export");
  if (finding.command.empty()) {
    writer.Null();
  } else {
    writer.String(finding.command);
  }
  writer.EndObject();
}

}  // namespace

void PrintDriftJson(const DriftReport& drift, std::ostream& out) {
  const auto any = [&](bool Finding::*flag) {
    return std::ranges::any_of(drift.report.findings, flag);
  };
  const auto has = [&](Verdict verdict) {
    return std::ranges::find(drift.report.findings, verdict, &Finding::verdict) !=
           drift.report.findings.end();
  };
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  WriteFlag(writer, "drift", !drift.report.findings.empty());
  WriteFlag(writer, "widened", any(&Finding::is_gain));
  WriteFlag(writer, "narrowed", any(&Finding::is_loss));
  WriteFlag(writer, "undetermined", has(Verdict::kUndetermined));
  writer.Key("findings");
  writer.BeginArray();
  for (const Finding& finding : drift.report.findings) WriteFinding(writer, drift, finding);
  writer.EndArray();
  WriteTexts(writer, "sameEffect", drift.report.moved);
  WriteTexts(writer, "assumed", drift.report.assumptions);
  const drift::Counts& counts = drift.report.counts;
  writer.Key("compared");
  writer.BeginObject();
  WriteCount(writer, "boundPrincipals", counts.principals);
  WriteCount(writer, "otherPrincipals", counts.unbound);
  WriteCount(writer, "accounts", counts.accounts);
  WriteCount(writer, "nodes", counts.nodes);
  WriteCount(writer, "permissionSets", counts.permission_sets);
  WriteCount(writer, "trustPolicies", counts.trusts);
  WriteCount(writer, "endpoints", counts.endpoints);
  WriteCount(writer, "guardrails", counts.guardrails);
  WriteCount(writer, "asTheProgramSays", counts.as_said);
  WriteCount(writer, "serviceLinkedRolesLeftOut", counts.service_linked);
  writer.EndObject();
  writer.EndObject();
  out << writer.Take() << "\n";
}

}  // namespace writ::commands
