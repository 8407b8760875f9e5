#include "commands/ask.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/access/access.h"
#include "analysis/review/why.h"
#include "base/diag/codes/meaning.h"
#include "base/diag/codes/proof.h"
#include "base/support/json.h"
#include "commands/finish.h"
#include "commands/wording.h"
#include "compiler/stages.h"
#include "facts/library/library.h"
#include "iam/decide/pairs.h"

namespace writ::commands {
namespace {

using access::Part;
using access::Shown;
using support::json::Writer;

/// Permissions that nearly cover what is refused.
constexpr std::size_t kNearMisses = 2;

/// A program with the question as one more test, read in one of the two ways.
struct Asked {
  explicit Asked(const host::Environment& environment)
      : compilation(environment, compiler::Purpose::kReview) {}

  compiler::Compilation compilation;
  compiler::Bound program;
  host::ExitStatus status = host::ExitStatus::kGood;
  std::vector<intent::Question> questions;  ///< those of the command line
  const syntax::Sentence* sentence = nullptr;
  std::unique_ptr<access::Access> access;

  [[nodiscard]] const intent::Model& model() const { return program.model; }
};

/// The sentence of the question's file, if it is one.
const syntax::Sentence* SentenceOf(const compiler::Bound& program) {
  for (const syntax::File& each : program.program.files) {
    if (each.id != program.question) continue;
    const auto* test =
        each.items.size() == 1 ? std::get_if<syntax::TestDecl>(&each.items[0].form) : nullptr;
    return test != nullptr && test->lines.size() == 1 ? &test->lines.front() : nullptr;
  }
  return nullptr;
}

/// `nobody invoke …` asks about nobody; `only S` asks about all others.
void ReportNobody(const syntax::Subject& subject, compiler::Compilation& compilation) {
  const std::string_view word = compilation.sources.text(subject.quantifier_span);
  diag::Diagnostic& found =
      compilation.findings.Report(diag::kQuestionOfNobody, subject.quantifier_span, word)
          .At("not a principal");
  if (word == "nobody") {
    found.Patch("ask about everyone: the answer `no` means nobody can", subject.quantifier_span,
                "everyone");
  } else {
    found.Suggest("ask about these principals, or use `writ who` to list everyone who can");
  }
}

/// A question without its quotes, or after the paths: what the shell passes on is no question then,
/// and what was written is said back as it should be. Paths are the last words that are there.
std::optional<host::ExitStatus> MisplacedQuestion(std::string_view command,
                                                  const AskOptions& options,
                                                  host::Environment& environment) {
  const auto is_there = [&](const std::string& path) {
    return environment.files.KindOf(path) != host::EntryKind::kMissing;
  };
  const auto is_sentence = [](const std::string& word) {
    return word.find(' ') != std::string::npos;
  };
  if (options.paths.empty() || is_sentence(options.question)) return std::nullopt;
  std::string right;
  auto path = options.paths.end();
  while (path != options.paths.begin() && is_there(*(path - 1))) --path;
  if (path != options.paths.begin()) {
    right = fmt::format("'{} {}'", options.question, fmt::join(options.paths.begin(), path, " "));
    for (; path != options.paths.end(); ++path) right += " " + *path;
  }
  const bool is_last = is_sentence(options.paths.back()) && is_there(options.question);
  if (is_last) right = fmt::format("'{}' {}", options.paths.back(), options.question);
  if (right.empty()) return std::nullopt;
  environment.err << fmt::format("writ: the question {}: `writ {} {}`\n",
                                 is_last ? "comes first" : "is one argument, in quotes", command,
                                 right);
  return host::ExitStatus::kUsage;
}

/// Reads the program with `sentence` after `allow` or `deny`, on a line of its own so that findings
/// show it as it was written.
std::unique_ptr<Asked> Read(const AskOptions& options, std::string_view sentence, bool allow,
                            const host::Environment& environment) {
  auto asked = std::make_unique<Asked>(environment);
  const std::string text =
      fmt::format("test \"question\" {{ {}\n{}\n}}\n", allow ? "allow" : "deny", sentence);
  asked->program = compiler::Compile<compiler::Bound>(
      {options.paths, options.bindings, compiler::LockUse::kCompare, text}, asked->compilation);
  asked->status = StatusOf(asked->program.stop);
  diag::Sink& findings = asked->compilation.findings;
  if (const std::optional<source::FileId> file = asked->program.question) {
    asked->sentence = SentenceOf(asked->program);
    if (asked->sentence == nullptr) {
      if (!findings.has_errors()) {
        findings.Report(diag::kNotOneQuestion, {*file, 0, static_cast<std::uint32_t>(text.size())});
      }
      asked->status = host::ExitStatus::kInvalid;
      return asked;
    }
    using Quantifier = syntax::Subject::Quantifier;
    const Quantifier quantifier = asked->sentence->subject.quantifier;
    if (quantifier == Quantifier::kNobody || quantifier == Quantifier::kOnly) {
      ReportNobody(asked->sentence->subject, asked->compilation);
      asked->status = host::ExitStatus::kInvalid;
    }
  }
  if (asked->status != host::ExitStatus::kGood) return asked;
  for (const intent::Question& question : asked->model().tests) {
    if (question.origin.span.file == asked->program.question) asked->questions.push_back(question);
  }
  asked->access = std::make_unique<access::Access>(
      access::Facts{{asked->model(), asked->compilation.catalog(), asked->program.bindings},
                    library::Library::BuiltIn(),
                    support::DateText(environment.today)});
  return asked;
}

/// Shows why the question could not be asked.
host::ExitStatus Wrong(Asked& asked, host::Environment& environment) {
  return Finish(asked.compilation, environment, asked.status);
}

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

/// Of `candidates`, the sentences that the program takes as one more.
std::vector<std::string> Compiling(
    const std::vector<std::pair<std::string, std::string>>& candidates, const AskOptions& options,
    host::Environment& environment) {
  std::vector<std::string> good;
  for (const auto& [sentence, remedy] : candidates) {
    if (!sentence.empty()) {
      compiler::Compilation compilation(environment, compiler::Purpose::kReview);
      const auto program = compiler::Compile<compiler::Bound>(
          {options.paths, options.bindings, compiler::LockUse::kCompare, sentence + "\n"},
          compilation);
      if (program.stop) continue;
    }
    good.push_back(remedy);
  }
  return good;
}

/// `home` of "… in any region except home …": the regions that a prohibition leaves open, if its
/// sentence says so in this form.
std::string RegionsLeftOpen(const std::string& sentence) {
  constexpr std::string_view kLock = " in any region except ";
  const std::size_t at = sentence.find(kLock);
  if (at == std::string::npos) return {};
  const std::string rest = sentence.substr(at + kLock.size());
  std::size_t end = rest.size();
  for (const std::string_view next :
       {" routed ", " through ", " via ", " when ", " unless ", " with ", " under ", " control ",
        " from ", " until ", " waive ", " because "}) {
    end = std::min(end, rest.find(next));
  }
  return rest.substr(0, end);
}

/// The same call where a region lock leaves it open: the lock is there to stay, so that nothing
/// else is advised.
std::optional<std::string> ElsewhereText(const Asked& asked, const access::Judgement& judgement) {
  for (const intent::Origin* origin : judgement.forbidding) {
    const std::string open = RegionsLeftOpen(origin->sentence);
    if (open.empty() || origin->span.file == asked.program.question) continue;
    return fmt::format("call it in {}; `{}` ({}) closes every other region", open, origin->sentence,
                       origin->place);
  }
  return std::nullopt;
}

/// What would have to be said to permit what was refused.
std::vector<std::string> Remedies(const Asked& asked, const AskOptions& options,
                                  const access::Judgement& judgement, bool is_permitted,
                                  host::Environment& environment) {
  if (const auto elsewhere = ElsewhereText(asked, judgement)) return {*elsewhere};
  if (judgement.forbidding.empty() && !judgement.awaiting.empty()) {
    return {std::string(kListAccount)};
  }
  const source::SourceMap& sources = asked.compilation.sources;
  const syntax::Sentence& line = *asked.sentence;
  const std::string who(sources.text(line.subject.span));
  const std::string_view text = sources.text(line.subject.span.file);
  const std::string rest(
      text.substr(line.action.span.begin, line.span.end - line.action.span.begin));
  const bool plain = line.subject.quantifier == syntax::Subject::Quantifier::kPlain;
  // A sentence that would grant, and what to say about it.
  std::vector<std::pair<std::string, std::string>> candidates;
  if (plain && !is_permitted && judgement.owner.empty()) {
    const std::string sentence = fmt::format("{} may {}", who, rest);
    candidates.emplace_back(sentence, fmt::format("say `{}`", sentence));
  }
  for (const intent::Prohibition& prohibition : asked.model().prohibitions) {
    const intent::Origin& origin = prohibition.origin;
    if (std::ranges::find(judgement.forbidding, &origin) == judgement.forbidding.end()) continue;
    if (prohibition.unless) {
      candidates.emplace_back(
          "", fmt::format("meet the duty of `{}` ({})", origin.sentence, origin.place));
      continue;
    }
    const std::string excepting = plain ? Excepting(origin.sentence, who) : std::string();
    const std::string narrow = fmt::format("narrow `{}` ({})", origin.sentence, origin.place);
    candidates.emplace_back(excepting, excepting.empty()
                                           ? narrow
                                           : fmt::format("say `{}` instead of `{}` ({})", excepting,
                                                         origin.sentence, origin.place));
  }
  std::vector<std::string> remedies = Compiling(candidates, options, environment);
  remedies.erase(std::unique(remedies.begin(), remedies.end()), remedies.end());
  return remedies;
}

// ---- answers
// ------------------------------------------------------------------------------------

constexpr std::string_view kOpen = "not forbidden here; other policies could allow it";

std::string_view Word(access::Reply::Kind kind) {
  switch (kind) {
    case access::Reply::Kind::kYes:
      return "yes";
    case access::Reply::Kind::kPartly:
      return "partly";
    case access::Reply::Kind::kNo:
      return "no";
    case access::Reply::Kind::kGivenUp:
      return "undecided";
    case access::Reply::Kind::kAsksNothing:
      return "nothing is asked";
  }
  return "";
}

/// What is so of one part, without who.
std::string TextOf(const Part& part) {
  const std::string what = part.what.empty() ? "" : part.what + ": ";
  switch (part.kind) {
    case Part::Kind::kAll:
      return what + "granted by " + access::Quoted(part.by);
    case Part::Kind::kSome:
      return what + "partly granted by " + access::Quoted(part.by);
    case Part::Kind::kOpen:
      return what + std::string(kOpen);
    case Part::Kind::kNone:
      return what + access::VerdictText(part.refused->judgement);
    case Part::Kind::kGivenUp:
      return what + "undecided: gave up, because " + part.because;
  }
  return "";
}

/// Callers of one label and one text, with the names of their accounts in order.
class Lines {
 public:
  explicit Lines(const intent::Model& model) : model_(model) {}

  void Add(const access::Caller& caller, const std::string& text) {
    const std::string account = access::AccountText(model_, caller);
    const auto same = std::ranges::find_if(
        lines_, [&](const Line& line) { return line.label == caller.label && line.text == text; });
    if (same == lines_.end()) {
      lines_.push_back({caller.label, text, {account}, caller.is_outside});
    } else if (std::ranges::find(same->accounts, account) == same->accounts.end()) {
      same->accounts.push_back(account);
    }
  }

  void Print(std::string_view indent, std::ostream& out) const {
    for (const Line& line : lines_) {
      out << fmt::format("{}{}{}{}: {}\n", indent, line.label,
                         line.is_outside ? ", for resources of " : " in ",
                         fmt::join(line.accounts, ", "), line.text);
    }
  }

 private:
  struct Line {
    std::string label;
    std::string text;
    std::vector<std::string> accounts;
    bool is_outside = false;
  };
  const intent::Model& model_;
  std::vector<Line> lines_;
};

/// The first request that is refused, of a part of which nothing is granted if there is one.
const Part* FirstRefused(const access::Reply& reply) {
  const Part* first = nullptr;
  for (const Part& part : reply.parts) {
    if (!part.refused) continue;
    const bool better = first == nullptr ||
                        (first->refused->judgement.forbidding.empty() &&
                         !part.refused->judgement.forbidding.empty() && first->kind == part.kind);
    if (better) first = &part;
  }
  return first;
}

std::vector<std::string> RemediesOf(const Asked& asked, const AskOptions& options,
                                    const access::Reply& reply, host::Environment& environment) {
  const Part* refused = FirstRefused(reply);
  if (refused == nullptr) return {};
  if (refused->caller.is_outside) return {};
  const access::Judgement& judgement = refused->refused->judgement;
  return Remedies(asked, options, judgement, !judgement.granting.empty(), environment);
}

void PrintText(const Asked& asked, const AskOptions& options, const access::Reply& reply,
               const std::string& unavailable, host::Environment& environment) {
  std::ostream& out = environment.out;
  out << fmt::format("{}: {}\n", Word(reply.kind), options.question);
  if (!unavailable.empty()) out << fmt::format("  not as asked: {}\n", unavailable);
  Lines lines(asked.model());
  for (const Part& part : reply.parts) {
    lines.Add(part.caller, TextOf(part));
    const bool is_mixed = part.kind == Part::Kind::kSome ||
                          (part.kind == Part::Kind::kOpen && part.caller.is_outside);
    if (is_mixed && part.refused) {
      const std::string verdict = access::VerdictText(part.refused->judgement);
      lines.Add(part.caller, (part.what.empty() ? "" : part.what + ": ") +
                                 (verdict.starts_with("denied") ? "partly " : "partly denied: ") +
                                 verdict);
    }
  }
  lines.Print("  ", out);
  for (const intent::NodeIndex node : reply.awaited) {
    out << fmt::format(
        "  roles and users in accounts that join {} later: only once the program lists the "
        "account\n",
        asked.model().organization.nodes[node.value].name);
  }
  Lines ways(asked.model());
  for (const Shown& way : reply.otherwise) {
    ways.Add(way.caller, fmt::format("in another way, by {}: {}", way.request.action,
                                     access::VerdictText(way.judgement)));
  }
  ways.Print("  ", out);
  if (const Part* refused = FirstRefused(reply)) {
    const Shown& shown = *refused->refused;
    out << fmt::format("  denied, for example to {}:\n",
                       access::WhoText(asked.model(), shown.caller));
    out << Indented(review::RequestText(shown.request), "    ");
    const std::size_t most = shown.caller.is_outside ? 0 : kNearMisses;
    for (const access::Miss& miss :
         asked.access->Misses(shown.caller.account, shown.request, most)) {
      out << fmt::format("  `{}` ({}) would need {}\n", miss.permission->sentence,
                         miss.permission->place, fmt::join(miss.lacking, " and "));
    }
  }
  out << ToAllowIt(RemediesOf(asked, options, reply, environment));
}

void WriteSentences(Writer& writer, const std::vector<const intent::Origin*>& origins,
                    policy::Effect effect) {
  for (const intent::Origin* origin : origins) {
    writer.BeginObject();
    writer.Key("at");
    writer.String(origin->place);
    writer.Key("sentence");
    writer.String(origin->sentence);
    writer.Key("effect");
    writer.String(policy::EffectName(effect));
    writer.EndObject();
  }
}

std::string_view DecisionOf(const access::Judgement& judgement) {
  return policy::VerdictName(judgement.is_granted            ? policy::Verdict::kAllowed
                             : !judgement.forbidding.empty() ? policy::Verdict::kExplicitDeny
                                                             : policy::Verdict::kImplicitDeny);
}

/// The members of an object about a shown request.
void WriteShown(Writer& writer, const intent::Model& model, const Shown& shown,
                const std::string& what, const std::vector<const intent::Origin*>& by) {
  writer.Key("who");
  writer.String(shown.caller.label);
  writer.Key("account");
  writer.String(access::AccountText(model, shown.caller));
  if (!what.empty()) {
    writer.Key("what");
    writer.String(what);
  }
  writer.Key("decision");
  writer.String(DecisionOf(shown.judgement));
  writer.Key("reason");
  writer.String(access::VerdictText(shown.judgement));
  writer.Key("request");
  decide::WriteRequest(writer, shown.request);
  writer.Key("sentences");
  writer.BeginArray();
  WriteSentences(writer, shown.judgement.forbidding, policy::Effect::kDeny);
  WriteSentences(writer, by.empty() ? shown.judgement.granting : by, policy::Effect::kAllow);
  writer.EndArray();
}

void PrintJson(const Asked& asked, const AskOptions& options, const access::Reply& reply,
               const std::string& unavailable, host::Environment& environment) {
  const intent::Model& model = asked.model();
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  writer.Key("question");
  writer.String(options.question);
  writer.Key("answer");
  writer.String(Word(reply.kind));
  writer.Key("unconditional");
  writer.Bool(reply.kind == access::Reply::Kind::kYes);
  writer.Key("granted");
  writer.BeginArray();
  for (const Part& part : reply.parts) {
    if (!part.granted) continue;
    writer.BeginObject();
    WriteShown(writer, model, *part.granted, part.what, part.by);
    writer.EndObject();
  }
  for (const Shown& way : reply.otherwise) {
    writer.BeginObject();
    WriteShown(writer, model, way, "another way", {});
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("refused");
  if (const Part* refused = FirstRefused(reply)) {
    writer.BeginObject();
    WriteShown(writer, model, *refused->refused, refused->what, {});
    writer.EndObject();
  } else {
    writer.Null();
  }
  writer.Key("onceListed");
  writer.BeginArray();
  for (const intent::NodeIndex node : reply.awaited) {
    writer.String(model.organization.nodes[node.value].name);
  }
  writer.EndArray();
  writer.Key("notGranted");
  writer.BeginArray();
  if (!unavailable.empty()) writer.String(unavailable);
  for (const Part& part : reply.parts) {
    if (part.kind == Part::Kind::kAll) continue;
    writer.String(fmt::format("{}: {}", access::WhoText(model, part.caller),
                              part.what.empty() ? options.question : part.what));
  }
  writer.EndArray();
  writer.Key("toPermit");
  writer.BeginArray();
  for (const std::string& remedy : RemediesOf(asked, options, reply, environment)) {
    writer.String(remedy);
  }
  writer.EndArray();
  writer.EndObject();
  environment.out << writer.Take() << "\n";
}

void Print(const Asked& asked, const AskOptions& options, const access::Reply& reply,
           const std::string& unavailable, host::Environment& environment) {
  if (options.json) {
    PrintJson(asked, options, reply, unavailable, environment);
  } else {
    PrintText(asked, options, reply, unavailable, environment);
  }
}

/// The call exactly as asked is one that AWS does not offer, and nothing else is wrong with the
/// question: what may be done in its stead can still be told.
std::string NotOffered(const diag::Sink& findings) {
  std::string why;
  for (const diag::Diagnostic& found : findings.all()) {
    if (found.severity != diag::Severity::kError) continue;
    const bool is_offer = found.number == diag::kModelNotOffered.number ||
                          found.number == diag::kRegionNotOffered.number ||
                          found.number == diag::kRouteNotOffered.number;
    if (!is_offer) return {};
    if (why.empty()) why = found.message;
  }
  return why;
}

std::string TextOf(const access::Able& able, const std::string& day) {
  std::string text;
  if (!able.through.empty()) {
    text = fmt::format("through {}, ", able.through);
  } else if (!able.is_usual) {
    text = fmt::format("by {}, ", able.shown.request.action);
  }
  if (!able.is_today) text += fmt::format("not on {}, ", day);
  return text + (able.by.empty() ? access::VerdictText(able.shown.judgement)
                                 : "granted by " + access::Quoted(able.by));
}

void PrintWho(const Asked& asked, const access::Listing& listing, const std::string& day,
              host::Environment& environment) {
  // Those whom the program does not name come after those whom it does; last, who reaches it.
  Lines named(asked.model());
  Lines others(asked.model());
  Lines through(asked.model());
  for (const access::Able& able : listing.able) {
    const access::Caller& caller = able.shown.caller;
    const bool is_other = caller.is_outside || caller.label == access::kAnyoneElse;
    Lines& lines = !able.through.empty() ? through : is_other ? others : named;
    lines.Add(able.shown.caller, TextOf(able, day));
  }
  for (const Part& part : listing.given_up) others.Add(part.caller, TextOf(part));
  for (const Lines* lines : {&named, &others, &through}) lines->Print("", environment.out);
  if (listing.able.empty() && listing.given_up.empty()) environment.out << "nobody\n";
}

void PrintWhoJson(const Asked& asked, const AskOptions& options, const access::Listing& listing,
                  host::Environment& environment) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  writer.Key("question");
  writer.String(options.question);
  writer.Key("who");
  writer.BeginArray();
  for (const access::Able& able : listing.able) {
    writer.BeginObject();
    WriteShown(writer, asked.model(), able.shown, "", able.by);
    if (!able.through.empty()) {
      writer.Key("through");
      writer.String(able.through);
    }
    writer.Key("today");
    writer.Bool(able.is_today);
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("undecided");
  writer.BeginArray();
  for (const Part& part : listing.given_up) {
    writer.String(fmt::format("{}: {}", access::WhoText(asked.model(), part.caller), part.because));
  }
  writer.EndArray();
  writer.EndObject();
  environment.out << writer.Take() << "\n";
}

}  // namespace

namespace {

/// No answer follows from a question that means no request.
host::ExitStatus StatusOf(access::Reply::Kind kind) {
  switch (kind) {
    case access::Reply::Kind::kYes:
      return host::ExitStatus::kGood;
    case access::Reply::Kind::kAsksNothing:
      return host::ExitStatus::kInvalid;
    case access::Reply::Kind::kPartly:
    case access::Reply::Kind::kNo:
    case access::Reply::Kind::kGivenUp:
      break;
  }
  return host::ExitStatus::kNo;
}

}  // namespace

host::ExitStatus RunCan(const AskOptions& options, host::Environment& environment) {
  if (const auto wrong = MisplacedQuestion("can", options, environment)) return *wrong;
  const std::unique_ptr<Asked> allow = Read(options, options.question, true, environment);
  // Some sentences are permissions only: `latest claude-sonnet`.
  const std::unique_ptr<Asked> deny = Read(options, options.question, false, environment);
  const bool is_wide = deny->status == host::ExitStatus::kGood && !deny->questions.empty() &&
                       deny->questions.front().cannot.has_value();
  if (allow->status != host::ExitStatus::kGood) {
    const std::string why = NotOffered(allow->compilation.findings);
    access::Reply reply;
    if (is_wide && !why.empty()) reply.otherwise = deny->access->Ways(deny->questions.front());
    if (reply.otherwise.empty()) return Wrong(*allow, environment);
    reply.kind = access::Reply::Kind::kPartly;
    Print(*deny, options, reply, why, environment);
    return FinishAnswer(deny->compilation, environment, host::ExitStatus::kNo);
  }
  access::Reply reply;
  reply.kind = access::Reply::Kind::kAsksNothing;
  if (!allow->questions.empty() &&
      (allow->questions.front().can || allow->questions.front().outside)) {
    reply =
        allow->access->Can(allow->questions.front(), is_wide ? &deny->questions.front() : nullptr);
  }
  Print(*allow, options, reply, "", environment);
  return FinishAnswer(allow->compilation, environment, StatusOf(reply.kind));
}

namespace {

/// `who` lists callers: a question that names one is for `can`, and `who` is asked without it.
std::optional<host::ExitStatus> QuestionOfSomebody(const std::string& question,
                                                   host::Environment& environment) {
  constexpr std::string_view kSubjects[] = {"team ",     "role ",   "user ", "permission-set ",
                                            "everyone ", "nobody ", "only ", "service "};
  const bool names_one = std::ranges::any_of(
      kSubjects, [&](std::string_view word) { return question.starts_with(word); });
  if (!names_one) return std::nullopt;
  environment.err << fmt::format(
      "writ: `who` lists callers and takes none: ask about one with `writ can '{}'`, or begin "
      "with the verb, as in `writ who 'invoke any model in us-east-1'`\n",
      question);
  return host::ExitStatus::kInvalid;
}

/// Whether some action that is asked about is of a service to which RCPs apply: those have policies
/// of resources that let in callers from elsewhere.
bool MayLetOutsidersIn(const Asked& asked) {
  const intent::Operation& operation = asked.questions.front().cannot->operation;
  return std::ranges::any_of(operation.actions, [&](const std::string& action) {
    const auto service =
        asked.compilation.catalog().FindService(action.substr(0, action.find(':')));
    return service && service->rcp;
  });
}

/// Adds callers from elsewhere that nothing refuses, where the program says who they are.
void AddOutsiders(const AskOptions& options, const Asked& asked, access::Listing& listing,
                  host::Environment& environment) {
  const intent::Organization& organization = asked.model().organization;
  if (organization.id.empty() || !MayLetOutsidersIn(asked)) return;
  const std::unique_ptr<Asked> outside =
      Read(options, fmt::format("everyone outside {} {}", organization.name, options.question),
           false, environment);
  if (outside->status != host::ExitStatus::kGood || outside->questions.empty()) return;
  access::Reply reply = outside->access->Can(outside->questions.front(), nullptr);
  for (access::Part& part : reply.parts) {
    if (part.kind == access::Part::Kind::kGivenUp) {
      listing.given_up.push_back(std::move(part));
    } else if (part.granted) {
      listing.able.push_back({*std::move(part.granted), {}, true, true, ""});
    }
  }
}

}  // namespace

host::ExitStatus RunWho(const AskOptions& options, host::Environment& environment) {
  if (const auto wrong = MisplacedQuestion("who", options, environment)) return *wrong;
  if (const auto wrong = QuestionOfSomebody(options.question, environment)) return *wrong;
  const std::unique_ptr<Asked> asked =
      Read(options, "everyone " + options.question, false, environment);
  if (asked->status != host::ExitStatus::kGood) return Wrong(*asked, environment);
  access::Listing listing;
  if (!asked->questions.empty() && asked->questions.front().cannot) {
    listing = asked->access->Who(asked->questions.front());
    AddOutsiders(options, *asked, listing, environment);
  }
  if (options.json) {
    PrintWhoJson(*asked, options, listing, environment);
  } else {
    PrintWho(*asked, listing, support::DateText(environment.today), environment);
  }
  return FinishAnswer(asked->compilation, environment,
                      listing.able.empty() ? host::ExitStatus::kNo : host::ExitStatus::kGood);
}

}  // namespace writ::commands
