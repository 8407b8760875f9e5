#include "commands/replay_print.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/support/json.h"
#include "base/support/json_members.h"
#include "commands/wording.h"
#include "iam/decide/pairs.h"
#include "output/emit/tree.h"

namespace writ::commands {
namespace {

using replay::Finding;
using Kind = Finding::Kind;
using support::json::Writer;

constexpr std::size_t kMostLines = 10;  // classes that are listed of one reason
constexpr std::size_t kDayLength = 10;

/// Findings of one kind and one reason.
struct Group {
  std::vector<const Finding*> findings;
  std::uint64_t calls = 0;
  std::set<std::string> callers;
  std::string last;
};

void Add(const Finding& finding, Group& group) {
  group.findings.push_back(&finding);
  group.calls += finding.calls.count;
  group.callers.insert(finding.calls.call.who.arn);
  group.last = std::max(group.last, finding.calls.last);
}

std::string SizeOf(const Group& group) {
  const std::string last =
      group.last.empty() ? "" : fmt::format(", last on {}", group.last.substr(0, kDayLength));
  return fmt::format("{} by {}{}", Many(group.calls, "call"),
                     Many(group.callers.size(), "principal"), last);
}

/// A key as AWS spells it.
std::string Spelled(const std::string& key, const catalog::Catalog& catalog) {
  const auto found = catalog.FindKey(key);
  if (!found) return key;
  // The name of a tag is the user's.
  const std::size_t variable = std::min(found->name.find('$'), found->name.size());
  return found->name.substr(0, variable) + key.substr(std::min(variable, key.size()));
}

std::vector<std::string> KeysOf(const Finding& finding, const catalog::Catalog& catalog) {
  std::vector<std::string> keys;
  for (const std::string& key : finding.now.on) keys.push_back(Spelled(key, catalog));
  return keys;
}

std::string ReasonOf(const Finding& finding, const catalog::Catalog& catalog) {
  switch (finding.now.kind) {
    case replay::Verdict::Kind::kUndetermined:
      return fmt::format("depends on {}", fmt::join(KeysOf(finding, catalog), ", "));
    case replay::Verdict::Kind::kUndecidable:
      return finding.now.because;
    case replay::Verdict::Kind::kAllowed:
      return finding.kind == Kind::kNewlyDenied
                 ? "no sentence grants it any more; other policies could still allow it"
                 : access::VerdictText(finding.now.judgement);
    case replay::Verdict::Kind::kDenied:
      return access::VerdictText(finding.now.judgement);
  }
  return "";
}

std::map<Kind, std::map<std::string, Group>> Grouped(const ReplayReport& replay) {
  std::map<Kind, std::map<std::string, Group>> groups;
  for (const Finding& finding : replay.report.findings) {
    if (finding.kind == Kind::kSame || finding.kind == Kind::kFailed) continue;
    Add(finding, groups[finding.kind][ReasonOf(finding, replay.catalog)]);
  }
  return groups;
}

Group AllOf(const std::map<std::string, Group>& by_reason) {
  Group all;
  for (const auto& [reason, group] : by_reason) {
    for (const Finding* finding : group.findings) Add(*finding, all);
  }
  return all;
}

/// "role/app/fraud": what follows the account in the caller's ARN. Of a caller from another account
/// the owner's trail has no ARN.
std::string_view TailOf(const std::string& arn) {
  if (arn.empty()) return "somebody";
  return std::string_view(arn).substr(arn.rfind(':') + 1);
}

std::string CallText(const trail::Call& call) {
  std::string text = call.name;
  if (!call.model.empty()) text += fmt::format(" {}", call.model);
  if (!call.region.empty()) text += fmt::format(" in {}", call.region);
  if (!call.endpoint.empty()) text += fmt::format(" through {}", call.endpoint);
  if (call.has_bearer_token) text += " with an API key";
  return text;
}

std::string When(const trail::Class& calls) {
  if (calls.last.empty()) return "";
  return fmt::format(", last on {}", calls.last.substr(0, kDayLength));
}

std::string LineOf(const Finding& finding) {
  return fmt::format("{}  {} ({})  {}: {}{}", finding.account.empty() ? "-" : finding.account,
                     TailOf(finding.calls.call.who.arn), finding.who, CallText(finding.calls.call),
                     Many(finding.calls.count, "call"), When(finding.calls));
}

std::uint64_t CallsOf(const ReplayReport& replay, Kind kind) {
  const auto found = replay.report.calls.find(kind);
  return found == replay.report.calls.end() ? 0 : found->second;
}

std::string_view Heading(Kind kind) {
  switch (kind) {
    case Kind::kUndecidable:
      return "cannot be decided";
    case Kind::kOtherwise:
      return "calibration: AWS allowed what the old program denies";
    default:
      return replay::Name(kind);
  }
}

std::string ReadText(const ReplayReport& replay) {
  const LogCounts& counts = replay.counts;
  std::string text =
      fmt::format("read: {}, {}, {} of the services in question", Many(counts.files, "file"),
                  Many(counts.read.records, "record"), emit::Grouped(counts.read.events));
  if (counts.copies > 0)
    text += fmt::format("; {} left out", Many(counts.copies, "repeated event"));
  if (counts.before > 0) text += fmt::format("; {} before --since", emit::Grouped(counts.before));
  return text;
}

std::string ReplayedText(const ReplayReport& replay) {
  std::uint64_t decided = 0;
  for (const Kind kind : {Kind::kNewlyDenied, Kind::kNewlyAllowed, Kind::kOtherwise, Kind::kSame}) {
    decided += CallsOf(replay, kind);
  }
  std::string text = fmt::format(
      "replayed as {}: {} decided, {} of them unchanged; {} undetermined, {} cannot be decided",
      Many(replay.report.findings.size(), "kind") + " of call", Many(decided, "call"),
      emit::Grouped(CallsOf(replay, Kind::kSame)),
      emit::Grouped(CallsOf(replay, Kind::kUndetermined)),
      emit::Grouped(CallsOf(replay, Kind::kUndecidable)));
  if (const std::uint64_t failed = CallsOf(replay, Kind::kFailed); failed > 0) {
    text +=
        fmt::format("; {} failed in AWS for other reasons, not replayed", emit::Grouped(failed));
  }
  return text;
}

}  // namespace

void PrintReplayText(const ReplayReport& replay, std::ostream& out) {
  for (const auto& [kind, by_reason] : Grouped(replay)) {
    out << fmt::format("{}: {}\n", Heading(kind), SizeOf(AllOf(by_reason)));
    for (const auto& [reason, group] : by_reason) {
      out << fmt::format("  {}\n", OneLine(reason));
      for (std::size_t i = 0; i < std::min(kMostLines, group.findings.size()); ++i) {
        out << fmt::format("    {}\n", OneLine(LineOf(*group.findings[i])));
        const replay::Verdict& now = group.findings[i]->now;
        if (now.kind == replay::Verdict::Kind::kDenied && now.leg) {
          const std::string& resource = now.resources.empty() ? now.leg->resource : now.resources;
          out << fmt::format("      {} on {}\n", now.leg->action, OneLine(resource));
        }
        const auto& granted = group.findings[i]->granted_before;
        if (!granted.empty()) {
          out << fmt::format("      granted before by {}\n", access::Quoted(granted));
        }
      }
      if (group.findings.size() > kMostLines) {
        out << fmt::format("    and {} more\n", group.findings.size() - kMostLines);
      }
    }
  }
  if (!replay.report.SaysSomething()) {
    out << "no call could be decided\n";
  } else if (CallsOf(replay, Kind::kNewlyDenied) == 0) {
    out << "newly denied: none of these calls\n";
  }
  out << ReadText(replay) << "\n" << ReplayedText(replay) << "\n";
}

void PrintReplayMarkdown(const ReplayReport& replay, std::ostream& out) {
  const auto groups = Grouped(replay);
  const auto denied = groups.find(Kind::kNewlyDenied);
  if (!replay.report.SaysSomething()) {
    out << "**No call could be decided.**\n\n";
  } else if (denied == groups.end()) {
    out << "**This change would have stopped none of these calls.**\n\n";
  } else {
    out << fmt::format("**This change would have stopped {}.**\n\n",
                       MarkdownText(SizeOf(AllOf(denied->second))));
  }
  for (const auto& [kind, by_reason] : groups) {
    out << fmt::format("### {} ({})\n\n", Heading(kind), Many(CallsOf(replay, kind), "call"));
    for (const auto& [reason, group] : by_reason) {
      out << fmt::format("- {}\n", MarkdownText(OneLine(reason)));
      for (std::size_t i = 0; i < std::min(kMostLines, group.findings.size()); ++i) {
        const auto& granted = group.findings[i]->granted_before;
        const std::string before =
            granted.empty() ? "" : fmt::format("; granted before by {}", access::Quoted(granted));
        out << fmt::format("  - {}\n", MarkdownText(OneLine(LineOf(*group.findings[i]) + before)));
      }
      if (group.findings.size() > kMostLines) {
        out << fmt::format("  - and {} more\n", group.findings.size() - kMostLines);
      }
    }
    out << "\n";
  }
  out << fmt::format("{}  \n{}\n", ReadText(replay), ReplayedText(replay));
}

namespace {

void WriteFinding(Writer& writer, const ReplayReport& replay, const Finding& finding) {
  const trail::Call& call = finding.calls.call;
  writer.BeginObject();
  WriteText(writer, "kind", replay::Name(finding.kind));
  WriteText(writer, "account", finding.account);
  WriteText(writer, "who", finding.who);
  WriteText(writer, "principal", call.who.arn);
  WriteText(writer, "event", call.name);
  WriteText(writer, "source", call.source);
  WriteTextOrNull(writer, "region", call.region);
  WriteTextOrNull(writer, "model", call.model);
  WriteTextOrNull(writer, "endpoint", call.endpoint);
  WriteFlag(writer, "apiKey", call.has_bearer_token);
  WriteText(writer, "logged", trail::Name(call.outcome));
  WriteCount(writer, "calls", finding.calls.count);
  WriteTextOrNull(writer, "first", finding.calls.first);
  WriteTextOrNull(writer, "last", finding.calls.last);
  if (finding.kind == Kind::kFailed) {
    writer.EndObject();
    return;
  }
  WriteText(writer, "verdict", replay::Name(finding.now.kind));
  WriteText(writer, "reason", ReasonOf(finding, replay.catalog));
  WriteTexts(writer, "dependsOn", KeysOf(finding, replay.catalog));
  // Which resource the log does not tell, and this is the verdict for all of them.
  WriteTextOrNull(writer, "anyOf", finding.now.resources);
  writer.Key("request");
  if (finding.now.leg) {
    decide::WriteRequest(writer, *finding.now.leg);
  } else {
    writer.Null();
  }
  std::vector<std::string> sentences;
  for (const auto* origins : {&finding.now.judgement.forbidding, &finding.now.judgement.granting}) {
    for (const intent::Origin* origin : *origins) sentences.push_back(origin->place);
  }
  WriteTexts(writer, "sentences", sentences);
  std::vector<std::string> granted_before;
  for (const intent::Origin* origin : finding.granted_before) {
    granted_before.push_back(origin->place);
  }
  WriteTexts(writer, "grantedBefore", granted_before);
  writer.EndObject();
}

}  // namespace

void PrintReplayJson(const ReplayReport& replay, std::ostream& out) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  WriteCount(writer, "newlyDenied", CallsOf(replay, Kind::kNewlyDenied));
  WriteCount(writer, "newlyAllowed", CallsOf(replay, Kind::kNewlyAllowed));
  WriteCount(writer, "undetermined", CallsOf(replay, Kind::kUndetermined));
  WriteCount(writer, "undecidable", CallsOf(replay, Kind::kUndecidable));
  WriteCount(writer, "calibration", CallsOf(replay, Kind::kOtherwise));
  WriteCount(writer, "unchanged", CallsOf(replay, Kind::kSame));
  WriteCount(writer, "failed", CallsOf(replay, Kind::kFailed));
  writer.Key("findings");
  writer.BeginArray();
  for (const Finding& finding : replay.report.findings) {
    if (finding.kind != Kind::kSame) WriteFinding(writer, replay, finding);
  }
  writer.EndArray();
  writer.Key("read");
  writer.BeginObject();
  WriteCount(writer, "files", replay.counts.files);
  WriteCount(writer, "records", replay.counts.read.records);
  WriteCount(writer, "events", replay.counts.read.events);
  WriteCount(writer, "copies", replay.counts.copies);
  WriteCount(writer, "before", replay.counts.before);
  WriteCount(writer, "unknown", replay.counts.read.unknown);
  WriteCount(writer, "unreadable", replay.counts.read.unreadable);
  WriteCount(writer, "classes", replay.report.findings.size());
  writer.EndObject();
  writer.EndObject();
  out << writer.Take() << "\n";
}

}  // namespace writ::commands
