#include "writ/driver/ask_command.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "driver/lowered.h"
#include "writ/decide/pairs.h"
#include "writ/diag/codes/proof.h"
#include "writ/library/library.h"
#include "writ/review/examine.h"
#include "writ/review/why.h"
#include "writ/support/json.h"

namespace writ::driver {
namespace {

using review::Decided;
using support::json::Writer;

/// Combinations of model and region that are asked one by one; beyond it they are asked together.
constexpr std::size_t kMaxCells = 200;
constexpr std::string_view kAnyone = "anyone else";

/// A program with the question as one more test, read in one of the two ways.
struct Asked {
  Compilation compilation;
  Lowered lowered;
  ExitStatus status = ExitStatus::kGood;
  std::vector<intent::Question> questions;  ///< those of the command line
  std::unique_ptr<review::Program> program;
  std::unique_ptr<review::Examiner> examiner;
};

bool IsOneSentence(const Asked& asked, source::FileId file) {
  for (const syntax::File& each : asked.lowered.meaning.program.files) {
    if (each.id != file) continue;
    const auto* test =
        each.items.size() == 1 ? std::get_if<syntax::TestDecl>(&each.items[0].form) : nullptr;
    return test != nullptr && test->lines.size() == 1;
  }
  return false;
}

/// Reads the program with `sentence` after `allow` or `deny`, on a line of its own so that findings
/// show it as it was written.
std::unique_ptr<Asked> Read(const AskOptions& options, std::string_view sentence, bool allow,
                            Environment& environment) {
  auto asked = std::make_unique<Asked>();
  const std::string text =
      fmt::format("test \"question\" {{ {}\n{}\n}}\n", allow ? "allow" : "deny", sentence);
  asked->status = UnderstandAndLower(options.paths, options.bindings, environment,
                                     asked->compilation, asked->lowered, text);
  const source::SourceMap& sources = asked->compilation.sources;
  const auto is_question = [&](source::Span span) {
    return span.valid() && sources.text(span.file) == text;
  };
  for (const source::FileId file : asked->compilation.files) {
    if (sources.text(file) != text || IsOneSentence(*asked, file)) continue;
    if (!asked->compilation.findings.has_errors()) {
      asked->compilation.findings.Report(diag::kNotOneQuestion,
                                         {file, 0, static_cast<std::uint32_t>(text.size())});
    }
    asked->status = ExitStatus::kInvalid;
  }
  if (asked->status != ExitStatus::kGood) return asked;
  const intent::Model& model = asked->lowered.meaning.model;
  for (const intent::Question& question : model.tests) {
    if (is_question(question.origin.span)) asked->questions.push_back(question);
  }
  asked->program = std::make_unique<review::Program>(
      review::Program{model, asked->compilation.catalog(), library::Library::BuiltIn(),
                      asked->lowered.bindings, support::DateText(environment.today)});
  asked->examiner = std::make_unique<review::Examiner>(*asked->program, asked->lowered.bundle);
  return asked;
}

/// Shows why the question could not be asked.
ExitStatus Wrong(Asked& asked, Environment& environment) {
  return Finish(asked.compilation, environment, asked.status);
}

/// What an answer says.
struct Reply {
  enum class Kind { kYes, kPartly, kNo };
  Kind kind = Kind::kNo;
  std::vector<Decided> granted;         ///< one for each caller
  std::optional<Decided> refused;       ///< a request that the question means and is refused
  std::vector<std::string> unanswered;  ///< "nova-pro in eu-west-1": the parts that are not granted
  std::string unavailable;              ///< why the question denotes no exact request
};

std::string_view Word(Reply::Kind kind) {
  switch (kind) {
    case Reply::Kind::kYes:
      return "yes";
    case Reply::Kind::kPartly:
      return "yes, but only as the sentences say";
    case Reply::Kind::kNo:
      return "no";
  }
  return "";
}

class Asker {
 public:
  Asker(Asked& deny, Asked& allow) : deny_(deny), allow_(allow) {}

  Reply Ask() {
    Reply reply;
    AskExactly(reply);
    for (const intent::Question& question : deny_.questions) {
      if (question.cannot) AskInParts(*question.cannot, reply);
    }
    if (reply.kind == Reply::Kind::kYes) {
      reply.unanswered.clear();
      return reply;
    }
    const bool all = reply.unanswered.empty() && !reply.granted.empty();
    reply.kind = all ? Reply::Kind::kPartly : Reply::Kind::kNo;
    return reply;
  }

 private:
  /// One part of the question that must be so for itself.
  struct Cell {
    std::string label;
    intent::Prohibition part;
  };

  /// The permission's reading: every request that the sentence means.
  void AskExactly(Reply& reply) {
    if (allow_.status != ExitStatus::kGood) {
      for (const diag::Diagnostic& finding : allow_.compilation.findings.all()) {
        if (finding.severity == diag::Severity::kError) {
          reply.unavailable = finding.message;
          break;
        }
      }
      return;
    }
    bool all = !allow_.questions.empty();
    for (const intent::Question& question : allow_.questions) {
      if (!question.can) return;
      diag::Sink sink;
      review::Answer answer = allow_.examiner->Ask(question, sink);
      all = all && answer.kind == review::Answer::Kind::kHolds;
      if (answer.counterexample && !reply.refused) reply.refused = std::move(answer.counterexample);
    }
    if (all) reply.kind = Reply::Kind::kYes;
  }

  [[nodiscard]] std::vector<Cell> CellsOf(const intent::Prohibition& whole) const {
    std::vector<Cell> cells{{"", whole}};
    if (whole.regions && !whole.regions->all_except) {
      std::vector<Cell> split;
      for (const std::string& region : whole.regions->regions) {
        Cell cell{"in " + region, whole};
        cell.part.regions->regions = {region};
        split.push_back(std::move(cell));
      }
      cells = std::move(split);
    }
    const std::map<std::string, std::vector<std::string>> models = ModelsAsked();
    if (models.empty() || models.size() * cells.size() > kMaxCells) return cells;
    std::vector<Cell> split;
    for (const auto& [name, ids] : models) {
      for (const Cell& cell : cells) {
        Cell one{cell.label.empty() ? name : name + " " + cell.label, cell.part};
        one.part.models = {false, ids, {}};
        split.push_back(std::move(one));
      }
    }
    return split;
  }

  /// The models that the permission's reading names, by name.
  [[nodiscard]] std::map<std::string, std::vector<std::string>> ModelsAsked() const {
    std::map<std::string, std::set<std::string>> names;
    if (allow_.status == ExitStatus::kGood) {
      for (const intent::Question& question : allow_.questions) {
        if (!question.can) continue;
        for (const intent::Call& call : question.can->calls) {
          const catalog::FoundId found = allow_.program->catalog.FindId(call.model);
          names[found ? found.model->name : call.model].insert(call.model);
        }
      }
    }
    std::map<std::string, std::vector<std::string>> models;
    for (const auto& [name, ids] : names) models[name] = {ids.begin(), ids.end()};
    return models;
  }

  /// The prohibition's reading, part by part: is there a request that is granted?
  void AskInParts(const intent::Prohibition& whole, Reply& reply) {
    const std::vector<std::string> actions = UsualActions(whole.operation);
    std::set<std::pair<std::string, std::size_t>> callers;
    for (const Cell& cell : CellsOf(whole)) {
      diag::Sink sink;
      std::vector<Decided> granted = deny_.examiner->FindGranted(cell.part, actions, sink);
      if (granted.empty()) reply.unanswered.push_back(cell.label);
      for (Decided& one : granted) {
        if (callers.emplace(one.caller.label, one.caller.place).second) {
          reply.granted.push_back(std::move(one));
        }
      }
    }
    if (whole.operation.sort == intent::Sort::kModels || reply.kind == Reply::Kind::kYes) return;
    // Kinds and actions have no cells: each action that the sentence means must be granted in some
    // way, and the exact reading has found one that is refused.
    if (!reply.refused) return;
    diag::Sink sink;
    if (deny_.examiner->FindGranted(whole, {reply.refused->request.action}, sink).empty()) {
      reply.unanswered.push_back(reply.refused->request.action);
    }
  }

  /// What the verb itself does, not what leads to it.
  [[nodiscard]] std::vector<std::string> UsualActions(const intent::Operation& operation) const {
    std::set<std::string> actions;
    if (operation.kind == intent::Operation::Kind::kVerb) {
      const library::Verb* verb =
          deny_.program->library.Find(operation.verb, intent::Name(operation.sort));
      if (verb == nullptr) return {};
      for (const library::Leg& leg : verb->permit) {
        if (!leg.select.empty()) return {};
        actions.insert(leg.actions.begin(), leg.actions.end());
      }
    }
    return {actions.begin(), actions.end()};
  }

  Asked& deny_;
  Asked& allow_;
};

/// "nobody may …" with `who` excepted, as far as the sentence's form is plain.
std::string Excepting(const std::string& sentence, const std::string& who) {
  for (const std::string_view word : {"nobody", "everyone"}) {
    if (sentence.starts_with(std::string(word) + " ")) {
      const std::string rest = sentence.substr(word.size());
      const std::size_t except = rest.find(" except ");
      const std::size_t modal = std::min(rest.find(" may "), rest.find(" must "));
      if (except < modal) {
        return fmt::format("{}{}, {}{}", word, rest.substr(0, modal), who, rest.substr(modal));
      }
      if (modal == std::string::npos) return {};
      return fmt::format("{}{} except {}{}", word, rest.substr(0, modal), who, rest.substr(modal));
    }
  }
  if (sentence.starts_with("only ")) {
    const std::size_t may = sentence.find(" may ");
    if (may != std::string::npos && sentence.substr(0, may).find(" in ") == std::string::npos) {
      return fmt::format("{}, {}{}", sentence.substr(0, may), who, sentence.substr(may));
    }
  }
  return {};
}

/// What would have to be said to permit what was refused.
std::vector<std::string> Remedies(const Asked& asked, const AskOptions& options,
                                  const Reply& reply) {
  std::vector<std::string> remedies;
  const review::World& world = asked.examiner->world();
  std::string who;
  std::string rest = options.question;
  for (const syntax::File& file : asked.lowered.meaning.program.files) {
    for (const syntax::Item& item : file.items) {
      const auto* test = std::get_if<syntax::TestDecl>(&item.form);
      if (test == nullptr || test->title.value != "question" || test->lines.empty()) continue;
      const syntax::Sentence& line = test->lines.front();
      who = std::string(asked.compilation.sources.text(line.subject.span));
      const std::string_view text = asked.compilation.sources.text(line.subject.span.file);
      rest =
          std::string(text.substr(line.action.span.begin, line.span.end - line.action.span.begin));
    }
  }
  if (!reply.refused) {
    if (reply.unavailable.empty()) remedies.push_back(fmt::format("say `{} may {}`", who, rest));
    return remedies;
  }
  const review::Judgement& judgement = reply.refused->judgement;
  const auto identity =
      judgement.decision.layers[static_cast<std::size_t>(policy::Layer::kIdentity)];
  if (identity != policy::LayerVerdict::kAllowed && !reply.refused->caller.is_anyone) {
    remedies.push_back(fmt::format("say `{} may {}`", who, rest));
  }
  std::set<std::string> seen;
  for (const review::Because& because : review::BecauseOf(world, judgement)) {
    if (because.effect != policy::Effect::kDeny) continue;
    for (const intent::Prohibition& prohibition : asked.program->model.prohibitions) {
      const intent::Origin& origin = prohibition.origin;
      if (std::ranges::find(because.from, origin.place) == because.from.end()) continue;
      if (!seen.insert(origin.place).second) continue;
      if (prohibition.unless) {
        remedies.push_back(
            fmt::format("meet the duty of `{}` ({})", origin.sentence, origin.place));
        continue;
      }
      const std::string excepting = Excepting(origin.sentence, who);
      remedies.push_back(excepting.empty()
                             ? fmt::format("narrow `{}` ({})", origin.sentence, origin.place)
                             : fmt::format("say `{}` instead of `{}` ({})", excepting,
                                           origin.sentence, origin.place));
    }
  }
  return remedies;
}

/// Who is granted something by which sentence, and where: callers of one group and one reason
/// together.
std::map<std::string, std::map<std::string, std::vector<std::string>>> ByWho(
    const review::World& world, const std::vector<Decided>& granted) {
  std::map<std::string, std::map<std::string, std::vector<std::string>>> groups;
  for (const Decided& one : granted) {
    groups[one.caller.label][review::VerdictText(world, one.judgement)].push_back(
        world.places[one.caller.place].name);
  }
  return groups;
}

void WriteDecided(Writer& writer, const review::World& world, const Decided& one) {
  writer.BeginObject();
  writer.Key("who");
  writer.String(one.caller.label);
  writer.Key("account");
  writer.String(world.places[one.caller.place].name);
  writer.Key("decision");
  writer.String(policy::VerdictName(one.judgement.decision.verdict));
  writer.Key("request");
  decide::WriteRequest(writer, one.request);
  writer.Key("sentences");
  writer.BeginArray();
  std::set<std::string> seen;
  for (const review::Because& because : review::BecauseOf(world, one.judgement)) {
    for (std::size_t i = 0; i < because.from.size(); ++i) {
      if (!seen.insert(because.from[i]).second) continue;
      writer.BeginObject();
      writer.Key("at");
      writer.String(because.from[i]);
      writer.Key("sentence");
      writer.String(because.sentences[std::min(i, because.sentences.size() - 1)]);
      writer.Key("effect");
      writer.String(policy::EffectName(because.effect));
      writer.EndObject();
    }
  }
  writer.EndArray();
  writer.EndObject();
}

std::string Indented(const std::string& text, std::string_view indent) {
  std::string out(indent);
  for (const char c : text) {
    out += c;
    if (c == '\n') out += indent;
  }
  return out + "\n";
}

void PrintJson(const Asked& asked, const AskOptions& options, const Reply& reply,
               Environment& environment) {
  const review::World& world = asked.examiner->world();
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  writer.Key("question");
  writer.String(options.question);
  writer.Key("answer");
  writer.String(reply.kind == Reply::Kind::kNo ? "no" : "yes");
  writer.Key("unconditional");
  writer.Bool(reply.kind == Reply::Kind::kYes);
  writer.Key("granted");
  writer.BeginArray();
  for (const Decided& one : reply.granted) WriteDecided(writer, world, one);
  writer.EndArray();
  writer.Key("refused");
  if (reply.refused) {
    WriteDecided(writer, world, *reply.refused);
  } else {
    writer.Null();
  }
  writer.Key("notGranted");
  writer.BeginArray();
  for (const std::string& part : reply.unanswered) {
    writer.String(part.empty() ? options.question : part);
  }
  writer.EndArray();
  writer.Key("toPermit");
  writer.BeginArray();
  if (reply.kind == Reply::Kind::kNo) {
    for (const std::string& remedy : Remedies(asked, options, reply)) writer.String(remedy);
  }
  writer.EndArray();
  writer.EndObject();
  environment.out << writer.Take() << "\n";
}

void PrintText(Asked& asked, const AskOptions& options, const Reply& reply,
               Environment& environment) {
  const review::World& world = asked.examiner->world();
  std::ostream& out = environment.out;
  out << fmt::format("{}: {}\n", Word(reply.kind), options.question);
  for (const auto& [who, reasons] : ByWho(world, reply.granted)) {
    for (const auto& [reason, places] : reasons) {
      out << fmt::format("  {} in {}: {}\n", who, fmt::join(places, ", "), reason);
    }
  }
  for (const std::string& part : reply.unanswered) {
    if (!part.empty() && reply.kind == Reply::Kind::kNo) out << fmt::format("  not {}\n", part);
  }
  if (reply.kind == Reply::Kind::kYes) return;
  if (!reply.unavailable.empty()) out << fmt::format("  as asked: {}\n", reply.unavailable);
  if (reply.refused) {
    out << fmt::format("  {}\n", review::VerdictText(world, reply.refused->judgement));
    if (reply.kind == Reply::Kind::kNo) {
      for (const review::NearMiss& miss : review::NearMisses(
               world, asked.examiner->judge(), reply.refused->caller, reply.refused->request, 2)) {
        out << fmt::format("  {} would need {}\n", review::SentencesText(miss.permission),
                           fmt::join(miss.lacking, " and "));
      }
    }
    out << Indented(review::RequestText(reply.refused->request), "    ");
  } else if (reply.granted.empty() && reply.unavailable.empty()) {
    out << "  no sentence permits it\n";
  }
  if (reply.kind != Reply::Kind::kNo) return;
  for (const std::string& remedy : Remedies(asked, options, reply)) {
    out << fmt::format("  to permit it: {}\n", remedy);
  }
}

}  // namespace

ExitStatus RunCan(const AskOptions& options, Environment& environment) {
  const std::unique_ptr<Asked> deny = Read(options, options.question, false, environment);
  if (deny->status != ExitStatus::kGood) return Wrong(*deny, environment);
  const std::unique_ptr<Asked> allow = Read(options, options.question, true, environment);
  const Reply reply = Asker(*deny, *allow).Ask();
  // The reading that has no findings of its own speaks; both have the same sentences.
  Asked& voice = allow->status == ExitStatus::kGood ? *allow : *deny;
  if (options.json) {
    PrintJson(voice, options, reply, environment);
  } else {
    PrintText(voice, options, reply, environment);
  }
  return reply.kind == Reply::Kind::kNo ? ExitStatus::kNo : ExitStatus::kGood;
}

ExitStatus RunWho(const AskOptions& options, Environment& environment) {
  const std::unique_ptr<Asked> asked =
      Read(options, "everyone " + options.question, false, environment);
  if (asked->status != ExitStatus::kGood) return Wrong(*asked, environment);
  const Reply reply = Asker(*asked, *asked).Ask();
  const review::World& world = asked->examiner->world();
  if (options.json) {
    Writer writer(support::json::Style::kPretty);
    writer.BeginObject();
    writer.Key("question");
    writer.String(options.question);
    writer.Key("who");
    writer.BeginArray();
    for (const Decided& one : reply.granted) WriteDecided(writer, world, one);
    writer.EndArray();
    writer.EndObject();
    environment.out << writer.Take() << "\n";
  } else {
    const auto by_who = ByWho(world, reply.granted);
    for (const bool anyone : {false, true}) {
      for (const auto& [who, reasons] : by_who) {
        if ((who == kAnyone) != anyone) continue;
        for (const auto& [reason, places] : reasons) {
          environment.out << fmt::format("{} in {}: {}\n", who, fmt::join(places, ", "), reason);
        }
      }
    }
    if (reply.granted.empty()) environment.out << "nobody\n";
  }
  return reply.granted.empty() ? ExitStatus::kNo : ExitStatus::kGood;
}

}  // namespace writ::driver
