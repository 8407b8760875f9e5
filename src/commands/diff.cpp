#include "commands/diff.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/support/json.h"
#include "base/support/json_members.h"
#include "base/support/percent.h"
#include "commands/diff_side.h"
#include "commands/finish.h"
#include "commands/wording.h"
#include "iam/decide/pairs.h"

namespace writ::commands {
namespace {

using review::Change;
using support::json::Writer;

/// Something beside access that differs.
struct Note {
  enum class Kind {
    kStronger,
    kWeaker,
    kDifferent,
    kDeployed,  ///< by other files, which say what the documents say
    kExemption,
    kGovernance,
    kOrganization
  };
  Kind kind = Kind::kDifferent;
  std::string what;
};

std::string_view Word(Note::Kind kind) {
  switch (kind) {
    case Note::Kind::kStronger:
      return "stronger";
    case Note::Kind::kWeaker:
      return "weaker";
    case Note::Kind::kDifferent:
      return "different";
    case Note::Kind::kDeployed:
      return "deployed";
    case Note::Kind::kExemption:
      return "exemption";
    case Note::Kind::kGovernance:
      return "governance";
    case Note::Kind::kOrganization:
      return "organization";
  }
  return "";
}

struct Report {
  review::Difference access;
  std::vector<Note> guardrails;
  std::vector<Note> deployment;
  std::vector<Note> governance;  ///< and the organization's
  /// Policies of gateways, which only `guardrails` tells.
  bool calls_differ = false;
  bool text_differs = false;

  [[nodiscard]] std::size_t gains() const {
    return static_cast<std::size_t>(std::ranges::count(access.changes, true, &Change::is_gain));
  }
  [[nodiscard]] std::size_t losses() const { return access.changes.size() - gains(); }
  [[nodiscard]] bool has(Note::Kind kind) const {
    return std::ranges::find(guardrails, kind, &Note::kind) != guardrails.end() ||
           std::ranges::find(deployment, kind, &Note::kind) != deployment.end();
  }
  /// That nobody can do more or less is proved, as far as the files that are deployed are those
  /// that were compared.
  [[nodiscard]] bool has_same_access() const {
    return access.changes.empty() && access.undecided.empty() && !calls_differ &&
           std::ranges::find(deployment, Note::Kind::kDifferent, &Note::kind) == deployment.end();
  }
  [[nodiscard]] bool is_widened() const {
    return gains() > 0 || !access.undecided.empty() || has(Note::Kind::kWeaker) ||
           has(Note::Kind::kDifferent);
  }
  [[nodiscard]] bool is_narrowed() const {
    return losses() > 0 || has(Note::Kind::kStronger) || has(Note::Kind::kDifferent);
  }
  [[nodiscard]] bool is_empty() const {
    return access.changes.empty() && access.undecided.empty() && guardrails.empty() &&
           deployment.empty() && governance.empty();
  }
};

// ---- what differs beside access
// ------------------------------------------------------------------

/// A component of a guardrail that protects otherwise now.
struct PartChange {
  std::string component;  ///< "filter hate on input"
  std::string how;        ///< "was high, is medium"
};

std::string ReadingOf(const intent::StrictnessPart& part) {
  return part.reading.empty() ? "set" : part.reading;
}

/// What `later` protects less than `earlier`.
std::vector<PartChange> Losses(const intent::Guardrail& earlier, const intent::Guardrail& later,
                               bool lost) {
  std::vector<PartChange> losses;
  const intent::StrictnessView strict = intent::Strictness(earlier);
  for (const intent::Weakening& one : intent::WeakerThan(intent::Strictness(later), strict)) {
    const std::string full = ReadingOf(one.wanted);
    const std::string less = one.found ? ReadingOf(*one.found) : "nothing";
    losses.push_back({one.component, lost ? fmt::format("was {}, is {}", full, less)
                                          : fmt::format("was {}, is {}", less, full)});
  }
  return losses;
}

/// "filter hate, insults on input and output was high, is medium": what changed alike is said once.
std::vector<std::string> PartTexts(const std::vector<PartChange>& parts) {
  struct Parted {
    std::string kind;  ///< "filter"
    std::string name;  ///< "hate"
    std::string side;  ///< " on input", or empty
    std::string how;
  };
  std::vector<Parted> rest;
  for (const PartChange& part : parts) {
    const std::size_t space = std::min(part.component.find(' '), part.component.size());
    const std::size_t on =
        std::max(space, std::min(part.component.rfind(" on "), part.component.size()));
    rest.push_back({part.component.substr(0, space), part.component.substr(space, on - space),
                    part.component.substr(on), part.how});
  }
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> sides;
  for (const Parted& part : rest) sides[{part.kind, part.how, part.name}].push_back(part.side);
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> names;
  for (const auto& [key, where] : sides) {
    const auto& [kind, how, name] = key;
    const bool both = where == std::vector<std::string>{" on input", " on output"};
    for (const std::string& side :
         both ? std::vector<std::string>{" on input and output"} : where) {
      names[{kind, how, side}].push_back(name);
    }
  }
  std::vector<std::string> texts;
  for (const auto& [key, which] : names) {
    const auto& [kind, how, side] = key;
    texts.push_back(fmt::format("{}{}{} {}", kind, fmt::join(which, ","), side, how));
  }
  return texts;
}

void CompareGuardrail(const intent::Guardrail& before, const intent::Guardrail& after,
                      std::vector<Note>& notes) {
  const std::vector<PartChange> lost = Losses(before, after, true);
  const std::vector<PartChange> won = Losses(after, before, false);
  std::vector<PartChange> parts = lost;
  // A part that is neither stronger nor weaker stands in both lists.
  for (const PartChange& part : won) {
    const bool known =
        std::ranges::find(lost, part.component, &PartChange::component) != lost.end();
    if (!known) parts.push_back(part);
  }
  if (parts.empty()) {
    const bool words = before.input_message != after.input_message ||
                       before.output_message != after.output_message ||
                       before.description != after.description || before.tags != after.tags ||
                       before.key != after.key || before.profile != after.profile ||
                       before.tier != after.tier;
    if (words) {
      notes.push_back({Note::Kind::kDifferent,
                       fmt::format("{}: messages, tier, routing, key or tags", after.name)});
    }
    return;
  }
  const Note::Kind kind = won.empty()    ? Note::Kind::kWeaker
                          : lost.empty() ? Note::Kind::kStronger
                                         : Note::Kind::kDifferent;
  notes.push_back({kind, fmt::format("{}: {}", after.name, fmt::join(PartTexts(parts), "; "))});
}

/// Calls `both(name, old, new)` for names of both maps, `one(name, value, is_new)` for the others.
template <class Name, class Value, class Both, class One>
void Zip(const std::map<Name, Value>& before, const std::map<Name, Value>& after, Both both,
         One one) {
  for (const auto& [name, value] : before) {
    const auto found = after.find(name);
    if (found == after.end()) {
      one(name, value, false);
    } else {
      both(name, value, found->second);
    }
  }
  for (const auto& [name, value] : after) {
    if (!before.contains(name)) one(name, value, true);
  }
}

/// Without facts of sentences that are in other words on the other side: what the subject may is
/// compared as access, and the same fact of it is no news.
void DropReworded(std::map<std::string, std::string>& before,
                  std::map<std::string, std::string>& after) {
  using Fact = std::tuple<std::string, std::string, std::string>;  ///< whose, of what kind, what
  const auto fact_of = [](const auto& entry) -> std::optional<Fact> {
    const std::string& name = entry.first;
    const std::size_t modality = std::min(name.find(" may "), name.find(" must "));
    if (!name.starts_with('`') || modality == std::string::npos) return std::nullopt;
    return Fact{name.substr(0, modality), name.substr(name.rfind(',')), entry.second};
  };
  std::map<Fact, std::vector<std::string>> gone;
  for (const auto& entry : before) {
    const std::optional<Fact> fact = fact_of(entry);
    if (fact && !after.contains(entry.first)) gone[*fact].push_back(entry.first);
  }
  for (auto entry = after.begin(); entry != after.end();) {
    const std::optional<Fact> fact = fact_of(*entry);
    const auto same = fact && !before.contains(entry->first) ? gone.find(*fact) : gone.end();
    if (same == gone.end() || same->second.empty()) {
      ++entry;
      continue;
    }
    before.erase(same->second.back());
    same->second.pop_back();
    entry = after.erase(entry);
  }
}

/// Where AWS attaches what is said of a unit or of the organization. A name that is on one side
/// only is told by the accounts below it.
void CompareIds(const SideFacts& before, const SideFacts& after, Report& report) {
  Zip(
      before.ids, after.ids,
      [&](const std::string& name, const std::string& old, const std::string& now) {
        if (old == now) return;
        if (old.empty() || now.empty()) {
          report.governance.push_back(
              {Note::Kind::kOrganization,
               fmt::format("{}: {} `{}`", name, old.empty() ? "is now" : "was", old + now)});
          return;
        }
        report.deployment.push_back(
            {Note::Kind::kDifferent,
             fmt::format("{}: was `{}`, is `{}`; its policies bind other accounts", name, old,
                         now)});
      },
      [](const std::string&, const std::string&, bool) {});
}

/// Files by which a tree is deployed: what says what the documents say is compared with them.
void CompareDeployment(const SideFacts& before, const SideFacts& after, Report& report) {
  const bool are_trees = before.is_tree && after.is_tree;
  Zip(
      before.deployment, after.deployment,
      [&](const std::string& path, const DeployedFile& old, const DeployedFile& now) {
        if (old.bytes == now.bytes && old.wrong == now.wrong) return;
        if (!now.wrong.empty()) {
          report.deployment.push_back({Note::Kind::kDifferent, path + ": " + now.wrong});
        } else if (!old.wrong.empty()) {
          report.deployment.push_back(
              {Note::Kind::kDifferent, fmt::format("{}: before, {}", path, old.wrong)});
        }
      },
      [&](const std::string& path, const DeployedFile& file, bool added) {
        const std::string_view when = added ? "" : "before, ";
        if (!file.wrong.empty()) {
          report.deployment.push_back(
              {Note::Kind::kDifferent, fmt::format("{}: {}{}", path, when, file.wrong)});
        } else if (are_trees) {
          report.deployment.push_back(
              {Note::Kind::kDeployed, path + (added ? ": is new" : ": is gone")});
        }
      });
}

/// Whom a prohibition leaves alone, whatever they are granted: of prohibitions of both sides.
void CompareExemptions(const SideFacts& before, const SideFacts& after, Report& report) {
  using Exempt = std::set<std::string>;
  Zip(
      before.exemptions, after.exemptions,
      [&](const std::string& said, const Exempt& old, const Exempt& now) {
        const auto only_in = [](const Exempt& one, const Exempt& other) {
          std::vector<std::string> rest;
          std::ranges::set_difference(one, other, std::back_inserter(rest));
          return rest;
        };
        std::vector<std::string> parts;
        for (const auto& [word, who] :
             {std::pair{"new, ", only_in(now, old)}, std::pair{"gone, was ", only_in(old, now)}}) {
          if (!who.empty()) parts.push_back(fmt::format("{}{}", word, fmt::join(who, ", ")));
        }
        if (parts.empty()) return;
        report.governance.push_back(
            {Note::Kind::kExemption, fmt::format("`{}`: {}", said, fmt::join(parts, "; "))});
      },
      [](const std::string&, const Exempt&, bool) {});
}

/// Whether more or fewer calls pass is not decided.
void CompareCalls(const SideFacts& before, const SideFacts& after, Report& report) {
  const auto note = [&](std::string text) {
    report.guardrails.push_back({Note::Kind::kDifferent, std::move(text)});
  };
  Zip(
      before.calls, after.calls,
      [&](const std::string& name, const std::string& old, const std::string& now) {
        if (old != now) note(fmt::format("{}: was `{}`, is `{}`", name, old, now));
      },
      [&](const std::string& name, const std::string& value, bool added) {
        note(fmt::format("{}: {} `{}`", name, added ? "new," : "gone, was", value));
      });
}

/// Policies of gateways' engines, of trees: one more permit lets more calls pass or as many, one
/// more forbid fewer or as many.
void CompareEnginePolicies(const SideFacts& before, const SideFacts& after, Report& report) {
  const std::size_t told = report.guardrails.size();
  Zip(
      before.engine_policies, after.engine_policies,
      [&](const auto&, const EnginePolicy& old, const EnginePolicy& now) {
        if (old.settings == now.settings) return;
        report.guardrails.push_back(
            {Note::Kind::kDifferent,
             fmt::format("{}: was `{}`, is `{}`", now.path, old.settings, now.settings)});
      },
      [&](const auto&, const EnginePolicy& policy, bool added) {
        const std::string text = policy.path + (added ? ": is new" : ": is gone");
        if (!policy.permits) {
          report.guardrails.push_back({Note::Kind::kDifferent, text});
        } else if (*policy.permits) {
          report.guardrails.push_back({added ? Note::Kind::kWeaker : Note::Kind::kStronger,
                                       text + (added ? ", permits calls" : ", permitted calls")});
        } else {
          report.guardrails.push_back({added ? Note::Kind::kStronger : Note::Kind::kWeaker,
                                       text + (added ? ", refuses calls" : ", refused calls")});
        }
      });
  report.calls_differ = report.calls_differ || report.guardrails.size() > told;
}

/// A gateway that is on one side only is told by the policies of its engine, if it has any.
void CompareGateways(const SideFacts& before, const SideFacts& after, Report& report) {
  Zip(
      before.gateways, after.gateways,
      [&](const std::string& name, const std::string& old, const std::string& now) {
        if (old == now) return;
        report.deployment.push_back(
            {Note::Kind::kDifferent,
             fmt::format("{}: was `{}`, is `{}`; its policies decide other calls", name, old,
                         now)});
      },
      [&](const std::string& name, const std::string& value, bool added) {
        report.governance.push_back(
            {Note::Kind::kOrganization,
             fmt::format("{}: {} `{}`", name, added ? "new," : "gone, was", value)});
      });
}

/// Only what both sides can say: a tree knows of governance what its statements answer for.
void CompareFacts(const SideFacts& before, const SideFacts& after, Report& report) {
  Zip(
      before.guardrails, after.guardrails,
      [&](const std::string&, const intent::Guardrail& old, const intent::Guardrail& now) {
        CompareGuardrail(old, now, report.guardrails);
      },
      [&](const std::string& name, const intent::Guardrail&, bool added) {
        report.guardrails.push_back({added ? Note::Kind::kStronger : Note::Kind::kWeaker,
                                     name + (added ? ": is new" : ": is gone")});
      });
  const bool are_alike = before.is_tree == after.is_tree;
  const auto protections = [&](const std::map<std::string, std::string>& old_ones,
                               const std::map<std::string, std::string>& new_ones) {
    Zip(
        old_ones, new_ones,
        [&](const std::string& name, const std::string& old, const std::string& now) {
          if (old == now) return;
          report.guardrails.push_back(
              {Note::Kind::kDifferent, fmt::format("{}: was `{}`, is `{}`", name, old, now)});
        },
        [&](const std::string& name, const std::string& value, bool added) {
          report.guardrails.push_back(
              {added ? Note::Kind::kStronger : Note::Kind::kWeaker,
               fmt::format("{}: {} `{}`", name, added ? "new," : "gone, was", value)});
        });
  };
  if (are_alike) {
    protections(before.protections, after.protections);
    const std::size_t told = report.guardrails.size();
    CompareCalls(before, after, report);
    report.calls_differ = report.guardrails.size() > told;
  }
  const auto note_calls = [&](const std::string& document) {
    report.calls_differ = report.calls_differ || document.starts_with("gateways/");
  };
  Zip(
      before.documents, after.documents,
      [&](const std::string& name, const std::string& old, const std::string& now) {
        if (old == now) return;
        report.guardrails.push_back({Note::Kind::kDifferent, name});
        note_calls(name);
      },
      [&](const std::string& name, const std::string&, bool added) {
        note_calls(name);
        // Which of them permit and which refuse is not read.
        const Note::Kind kind = name.starts_with("gateways/") ? Note::Kind::kDifferent
                                : added                       ? Note::Kind::kStronger
                                                              : Note::Kind::kWeaker;
        report.guardrails.push_back({kind, name + (added ? ": is new" : ": is gone")});
      });
  CompareEnginePolicies(before, after, report);
  CompareIds(before, after, report);
  CompareGateways(before, after, report);
  CompareDeployment(before, after, report);
  if (!are_alike) return;
  const auto facts = [&](const std::map<std::string, std::string>& old,
                         const std::map<std::string, std::string>& now, Note::Kind kind) {
    Zip(
        old, now,
        [&](const std::string& name, const std::string& was, const std::string& is) {
          if (was != is) {
            report.governance.push_back(
                {kind, fmt::format("{}: was `{}`, is `{}`", name, was, is)});
          }
        },
        [&](const std::string& name, const std::string& value, bool added) {
          report.governance.push_back(
              {kind, fmt::format("{}: {} `{}`", name, added ? "new," : "gone, was", value)});
        });
  };
  CompareExemptions(before, after, report);
  std::map<std::string, std::string> old_governance = before.governance;
  std::map<std::string, std::string> new_governance = after.governance;
  DropReworded(old_governance, new_governance);
  facts(old_governance, new_governance, Note::Kind::kGovernance);
  facts(before.organization, after.organization, Note::Kind::kOrganization);
}

// ---- printing
// ------------------------------------------------------------------------------------

std::string WhoText(const Change& change) {
  constexpr std::size_t kShown = 5;
  const auto list = [](const std::vector<std::string>& words) {
    if (words.size() <= kShown) return fmt::format("{}", fmt::join(words, ", "));
    return fmt::format("{} and {} more", fmt::join(words.begin(), words.begin() + kShown, ", "),
                       words.size() - kShown);
  };
  return fmt::format("{}, {} {}", list(change.who), change.is_of_owners ? "for resources of" : "in",
                     list(change.accounts));
}

std::string_view TagOf(const Change& change) {
  return change.is_gain ? review::RiskText(change.risk) : std::string_view("lost");
}

std::string ProofText(const Report& report) {
  return fmt::format("{} caller{} in {} account{} compared, {} with the same policies",
                     report.access.principals, report.access.principals == 1 ? "" : "s",
                     report.access.accounts, report.access.accounts == 1 ? "" : "s",
                     report.access.same);
}

std::string NoChangeText(const Report& report) {
  return fmt::format("no change in meaning{}",
                     report.text_differs ? ", although the text differs" : "");
}

void PrintText(const Report& report, std::ostream& out) {
  for (const bool gain : {true, false}) {
    const std::size_t count = gain ? report.gains() : report.losses();
    if (count == 0) continue;
    out << fmt::format("{}: {}\n", gain ? "widened" : "narrowed", count);
    for (const Change& change : report.access.changes) {
      if (change.is_gain != gain) continue;
      out << fmt::format("  {} {}: {}", gain ? "+" : "-", WhoText(change), change.what);
      out << (gain ? fmt::format("  [{}]\n", TagOf(change)) : "\n");
      out << fmt::format("      before: {}\n      after:  {}\n", change.before, change.after);
      out << Indented(review::RequestText(change.request), "        ");
    }
  }
  if (!report.guardrails.empty()) {
    out << "guardrails\n";
    for (const Note& note : report.guardrails) {
      out << fmt::format("  {}: {}\n", Word(note.kind), note.what);
    }
  }
  if (!report.deployment.empty()) {
    out << "deployment\n";
    for (const Note& note : report.deployment) {
      out << fmt::format("  {}: {}\n", Word(note.kind), note.what);
    }
  }
  if (!report.governance.empty()) {
    out << "facts\n";
    for (const Note& note : report.governance) {
      out << fmt::format("  {}: {}\n", Word(note.kind), note.what);
    }
  }
  for (const std::string& open : report.access.undecided) {
    out << fmt::format("cannot be told: {}\n", open);
  }
  if (report.is_empty()) {
    out << NoChangeText(report) << "\n";
  } else if (report.has_same_access()) {
    out << "no change in who may do what: proved\n";
  }
  for (const std::string& who : report.access.without_rights) {
    out << fmt::format("no change for {}: no sentence grants it anything\n", who);
  }
  out << ProofText(report) << "\n";
}

std::string RequestJson(const policy::Request& request, support::json::Style style) {
  Writer writer(style);
  decide::WriteRequest(writer, request);
  return writer.Take();
}

/// Markdown text in which the places of the sentences are links to lines below `base`.
std::string WithLinks(std::string text, const std::vector<review::Because>& because,
                      std::string_view base) {
  if (base.empty()) return text;
  if (base.ends_with('/')) base.remove_suffix(1);
  std::set<std::string> places;
  for (const review::Because& one : because) places.insert(one.from.begin(), one.from.end());
  for (const std::string& place : places) {
    const std::size_t column = place.rfind(':');
    const std::size_t line = column == 0 || column == std::string::npos
                                 ? std::string::npos
                                 : place.rfind(':', column - 1);
    if (line == std::string::npos) continue;
    const std::string path = support::PercentEncoded(place.substr(0, line), support::kPlainInPaths);
    const std::string shown = MarkdownText(place);
    const std::string link = fmt::format("([{}]({}/{}#L{}))", shown, base, path,
                                         place.substr(line + 1, column - line - 1));
    const std::string plain = fmt::format("({})", shown);
    for (std::size_t at = text.find(plain); at != std::string::npos;
         at = text.find(plain, at + link.size())) {
      text.replace(at, plain.size(), link);
    }
  }
  return text;
}

/// "2 teams gain, 1 control is weaker, 3 callers unchanged in meaning".
std::string VerdictLine(const Report& report) {
  std::vector<std::string> parts;
  for (const bool gain : {true, false}) {
    std::set<std::string> teams;
    std::set<std::string> others;
    for (const Change& change : report.access.changes) {
      if (change.is_gain != gain) continue;
      for (const std::string& who : change.who) {
        (who.starts_with("team ") ? teams : others).insert(who);
      }
    }
    std::vector<std::string> who;
    if (!teams.empty()) who.push_back(Many(teams.size(), "team"));
    if (!others.empty()) {
      who.push_back(teams.empty() ? Many(others.size(), "caller")
                                  : Many(others.size(), "other caller"));
    }
    if (who.empty()) continue;
    const bool is_one = teams.size() + others.size() == 1;
    parts.push_back(
        fmt::format("{} {}{}", fmt::join(who, " and "), gain ? "gain" : "lose", is_one ? "s" : ""));
  }
  for (const auto& [kind, word] :
       {std::pair{Note::Kind::kWeaker, "weaker"}, std::pair{Note::Kind::kDifferent, "different"},
        std::pair{Note::Kind::kStronger, "stronger"}}) {
    const auto count =
        static_cast<std::size_t>(std::ranges::count(report.guardrails, kind, &Note::kind));
    if (count == 0) continue;
    parts.push_back(
        fmt::format("{} {} {}", Many(count, "control"), count == 1 ? "is" : "are", word));
  }
  if (!report.access.undecided.empty()) {
    parts.push_back(Many(report.access.undecided.size(), "question") + " cannot be told");
  }
  if (parts.empty()) return "";
  parts.push_back(Many(report.access.same, "caller") + " unchanged in meaning");
  return fmt::format("{}", fmt::join(parts, ", "));
}

void PrintMarkdownChanges(const Report& report, bool gain, std::string_view link_base,
                          std::ostream& out) {
  const std::size_t count = gain ? report.gains() : report.losses();
  if (count == 0) return;
  out << fmt::format("### {} ({})\n\n", gain ? "Access widened" : "Access narrowed", count);
  for (const Change& change : report.access.changes) {
    if (change.is_gain != gain) continue;
    const std::string tag = gain ? fmt::format("**{}** · ", TagOf(change)) : "";
    out << fmt::format("- {}{}: {}\n", tag, MarkdownText(WhoText(change)),
                       MarkdownText(change.what));
    out << fmt::format("  - before: {}\n  - after: {}\n", MarkdownText(change.before),
                       WithLinks(MarkdownText(change.after), change.because_after, link_base));
    // Empty lines around HTML: without them it is part of what stands before it.
    out << "\n  <details><summary>an example request</summary>\n\n  ```json\n"
        << Indented(RequestJson(change.request, support::json::Style::kPretty), "  ")
        << "  ```\n\n  </details>\n\n";
  }
}

void PrintMarkdownNotes(std::string_view title, const std::vector<Note>& notes, std::ostream& out) {
  if (notes.empty()) return;
  out << fmt::format("### {} ({})\n\n", title, notes.size());
  for (const Note& note : notes) {
    out << fmt::format("- **{}** · {}\n", Word(note.kind), MarkdownText(note.what));
  }
  out << "\n";
}

void PrintMarkdown(const Report& report, std::string_view link_base, std::ostream& out) {
  out << "## What this change means\n\n";
  if (const std::string verdict = VerdictLine(report); !verdict.empty()) {
    out << fmt::format("**{}**\n\n", verdict);
  }
  if (report.is_empty()) {
    out << fmt::format("**{}**: proved.\n\n", NoChangeText(report));
  } else if (report.has_same_access()) {
    out << "**Nobody gains or loses access**: proved.\n\n";
  }
  std::vector<Note> weaker;
  std::vector<Note> others;
  for (const Note& note : report.guardrails) {
    (note.kind == Note::Kind::kWeaker ? weaker : others).push_back(note);
  }
  PrintMarkdownNotes("Weakened controls", weaker, out);
  PrintMarkdownChanges(report, true, link_base, out);
  PrintMarkdownChanges(report, false, link_base, out);
  PrintMarkdownNotes(weaker.empty() ? "Guardrails and logging" : "Other guardrails and logging",
                     others, out);
  PrintMarkdownNotes("Deployment", report.deployment, out);
  PrintMarkdownNotes("Governance and organization", report.governance, out);
  for (const std::string& open : report.access.undecided) {
    out << fmt::format("- **cannot be told** · {}\n", MarkdownText(open));
  }
  for (const std::string& who : report.access.without_rights) {
    out << fmt::format("- no change for {}: no sentence grants it anything\n", MarkdownText(who));
  }
  out << fmt::format("<sub>{}</sub>\n", ProofText(report));
}

void WriteBecause(Writer& writer, std::string_view key, policy::Verdict verdict,
                  const std::vector<review::Because>& all) {
  writer.Key(key);
  writer.BeginObject();
  writer.Key("decision");
  writer.String(policy::VerdictName(verdict));
  writer.Key("sentences");
  writer.BeginArray();
  std::set<std::string> seen;
  for (const review::Because& because : all) {
    for (std::size_t i = 0; i < because.from.size(); ++i) {
      if (!seen.insert(because.from[i]).second) continue;
      writer.BeginObject();
      writer.Key("at");
      writer.String(because.from[i]);
      writer.Key("sentence");
      writer.String(because.sentences[std::min(i, because.sentences.size() - 1)]);
      if (because.is_edited) {
        writer.Key("editedSince");
        writer.String(fmt::format("{}#{}", because.document, because.sid));
      }
      writer.EndObject();
    }
  }
  writer.EndArray();
  writer.EndObject();
}

void WriteNotes(Writer& writer, std::string_view key, const std::vector<Note>& notes) {
  writer.Key(key);
  writer.BeginArray();
  for (const Note& note : notes) {
    writer.BeginObject();
    writer.Key("kind");
    writer.String(Word(note.kind));
    writer.Key("what");
    writer.String(note.what);
    writer.EndObject();
  }
  writer.EndArray();
}

void PrintJson(const Report& report, std::ostream& out) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  writer.Key("widened");
  writer.Bool(report.is_widened());
  writer.Key("narrowed");
  writer.Bool(report.is_narrowed());
  writer.Key("equivalent");
  writer.Bool(report.has_same_access());
  writer.Key("changes");
  writer.BeginArray();
  for (const Change& change : report.access.changes) {
    writer.BeginObject();
    writer.Key("direction");
    writer.String(change.is_gain ? "gained" : "lost");
    if (change.is_gain) {
      writer.Key("risk");
      writer.String(review::RiskText(change.risk));
    }
    WriteTexts(writer, "who", change.who);
    WriteTexts(writer, "accounts", change.accounts);
    writer.Key("what");
    writer.String(change.all);
    writer.Key("request");
    decide::WriteRequest(writer, change.request);
    WriteBecause(writer, "before", change.verdict_before, change.because_before);
    WriteBecause(writer, "after", change.verdict_after, change.because_after);
    writer.EndObject();
  }
  writer.EndArray();
  WriteNotes(writer, "guardrails", report.guardrails);
  WriteNotes(writer, "deployment", report.deployment);
  WriteNotes(writer, "facts", report.governance);
  WriteTexts(writer, "undecided", report.access.undecided);
  WriteTexts(writer, "withoutRights",
             {report.access.without_rights.begin(), report.access.without_rights.end()});
  writer.Key("compared");
  writer.BeginObject();
  writer.Key("callers");
  writer.Integer(static_cast<std::int64_t>(report.access.principals));
  writer.Key("accounts");
  writer.Integer(static_cast<std::int64_t>(report.access.accounts));
  writer.Key("same");
  writer.Integer(static_cast<std::int64_t>(report.access.same));
  writer.EndObject();
  writer.EndObject();
  out << writer.Take() << "\n";
}

Report CompareSides(const DiffSides& sides, const std::string& day) {
  const DiffSide& before = *sides.before;
  const DiffSide& after = *sides.after;
  Report report;
  report.access = review::CompareWorlds(
      {before.world, {before.compilation.catalog(), before.guardrail_names, day}},
      {after.world, {after.compilation.catalog(), after.guardrail_names, day}});
  const std::vector<std::string>& names = before.facts.other_names;
  report.access.undecided.insert(report.access.undecided.end(), names.begin(), names.end());
  report.text_differs = before.text != after.text;
  CompareFacts(before.facts, after.facts, report);
  return report;
}

host::ExitStatus StatusOf(const Report& report, const std::set<std::string>& fail_on) {
  const bool fails = (fail_on.contains("widened") && report.is_widened()) ||
                     (fail_on.contains("narrowed") && report.is_narrowed()) ||
                     (fail_on.contains("any") && !report.is_empty());
  return fails ? host::ExitStatus::kNo : host::ExitStatus::kGood;
}

}  // namespace

DiffSummary SummarizeSides(const DiffSides& sides, const std::string& day) {
  const Report report = CompareSides(sides, day);
  DiffSummary summary{.is_widened = report.is_widened(), .is_narrowed = report.is_narrowed()};
  for (const Change& change : report.access.changes) {
    (change.is_gain ? summary.gains : summary.losses)
        .push_back(fmt::format("{}: {}", WhoText(change), change.what));
  }
  for (const std::string& open : report.access.undecided) {
    summary.others.push_back("cannot be told: " + open);
  }
  for (const std::vector<Note>* notes : {&report.guardrails, &report.deployment}) {
    for (const Note& note : *notes) {
      summary.others.push_back(fmt::format("{}: {}", Word(note.kind), note.what));
    }
  }
  return summary;
}

host::ExitStatus RunDiff(const DiffOptions& options, host::Environment& environment) {
  const DiffSides sides = ReadSides(options, environment);
  for (DiffSide* side : {sides.before.get(), sides.after.get()}) {
    if (side->status != host::ExitStatus::kGood) {
      return Finish(side->compilation, environment, side->status);
    }
  }
  const Report report = CompareSides(sides, support::DateText(environment.today));
  switch (options.form) {
    case DiffOptions::Form::kText:
      PrintText(report, environment.out);
      break;
    case DiffOptions::Form::kMarkdown:
      PrintMarkdown(report, options.link_base, environment.out);
      break;
    case DiffOptions::Form::kJson:
      PrintJson(report, environment.out);
      break;
  }
  return StatusOf(report, options.fail_on);
}

}  // namespace writ::commands
