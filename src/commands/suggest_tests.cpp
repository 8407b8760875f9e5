#include "commands/suggest_tests.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analysis/access/access.h"
#include "compiler/narrow_question.h"
#include "facts/library/library.h"
#include "language/parse/parse.h"

namespace writ::commands {
namespace {

/// What would be written in a `test` about one sentence.
struct Suggestion {
  std::string title;
  std::vector<std::string> lines;
};

/// Parts of a sentence as they are written.
class Sayer {
 public:
  Sayer(const source::SourceMap& sources, const syntax::Sentence& sentence,
        const std::vector<std::string>& givens)
      : sources_(sources), sentence_(sentence), givens_(givens) {}

  Suggestion Suggest() {
    Suggestion suggestion;
    suggestion.title = Title();
    using Kind = syntax::Modality::Kind;
    using Quantifier = syntax::Subject::Quantifier;
    const Quantifier quantifier = sentence_.subject.quantifier;
    const bool plain = quantifier == Quantifier::kPlain;
    if (sentence_.modality.kind == Kind::kMay && plain) {
      Permission(suggestion.lines);
    } else {
      Prohibition(suggestion.lines);
    }
    return suggestion;
  }

 private:
  [[nodiscard]] std::string Text(source::Span span) const {
    return source::OneLine(sources_.text(span));
  }

  [[nodiscard]] std::string Title() const {
    std::string title = fmt::format("{} {} {}", Text(sentence_.subject.span),
                                    Text(sentence_.modality.span), Text(sentence_.action.span));
    std::ranges::replace(title, '"', '\'');
    std::ranges::replace(title, '\\', '/');
    return title;
  }

  /// Qualifiers that narrow a request, but for those of the forms `left_out`.
  template <class... LeftOut>
  [[nodiscard]] std::string Qualifiers() const {
    std::string text;
    for (const std::string& given : givens_) text += " " + given;
    for (const syntax::Qualifier& qualifier : sentence_.qualifiers) {
      const bool governs = std::holds_alternative<syntax::UnderQualifier>(qualifier.form) ||
                           std::holds_alternative<syntax::AfterQualifier>(qualifier.form) ||
                           std::holds_alternative<syntax::ControlQualifier>(qualifier.form) ||
                           std::holds_alternative<syntax::WaiveQualifier>(qualifier.form) ||
                           std::holds_alternative<syntax::BecauseQualifier>(qualifier.form);
      const bool left_out = (std::holds_alternative<LeftOut>(qualifier.form) || ... || false);
      if (!governs && !left_out) text += " " + Text(qualifier.span);
    }
    return text;
  }

  void Permission(std::vector<std::string>& lines) const {
    const std::string who = Text(sentence_.subject.span);
    const std::string action = Text(sentence_.action.span);
    lines.push_back(fmt::format("allow {} {}{}", who, action, Qualifiers()));
    const bool verb = sentence_.action.kind == syntax::Action::Kind::kVerb;
    if (verb && sentence_.action.object->excluded.empty()) {
      lines.push_back(fmt::format("deny {} {} any model except {}", who, sentence_.action.verb.text,
                                  Text(sentence_.action.object->span)));
    }
    for (const syntax::Qualifier& qualifier : sentence_.qualifiers) {
      if (const auto* in = std::get_if<syntax::InQualifier>(&qualifier.form)) {
        if (!in->set.excluded.empty()) continue;
        lines.push_back(fmt::format("deny {} {}{} in any region except {}", who, action,
                                    Qualifiers<syntax::InQualifier>(), Text(in->set.span)));
      }
      if (std::holds_alternative<syntax::WithGuardrailQualifier>(qualifier.form)) {
        lines.push_back(fmt::format(
            "deny {} {}{} through bedrock unless bedrock:GuardrailIdentifier", who, action,
            Qualifiers<syntax::WithGuardrailQualifier, syntax::DateQualifier>()));
      }
      if (const auto* date = std::get_if<syntax::DateQualifier>(&qualifier.form)) {
        if (!date->until) continue;
        const support::Date last{date->date.year, date->date.month, date->date.day};
        lines.push_back(
            fmt::format("deny {} {}{} from {}", who, action, Qualifiers<syntax::DateQualifier>(),
                        support::DateText(support::DateOfDayNumber(support::DayNumber(last) + 1))));
      }
    }
  }

  void Prohibition(std::vector<std::string>& lines) const {
    using Quantifier = syntax::Subject::Quantifier;
    const syntax::Subject& subject = sentence_.subject;
    std::string who = Text(subject.span);
    const std::string rest =
        subject.quantifier_span.valid()
            ? source::OneLine(sources_.text(
                  source::Span{subject.span.file, subject.quantifier_span.end, subject.span.end}))
            : "";
    if (subject.quantifier == Quantifier::kNobody) who = source::OneLine("everyone " + rest);
    if (subject.quantifier == Quantifier::kOnly) {
      if (!subject.except.empty() || subject.in) return;
      who = "everyone except " + rest;
    }
    const std::string action = Text(sentence_.action.span);
    if (sentence_.modality.kind != syntax::Modality::Kind::kMust) {
      lines.push_back(fmt::format("deny {} {}{}", who, action, Qualifiers()));
      return;
    }
    for (const syntax::Duty& duty : sentence_.modality.duties) {
      if (duty.kind == syntax::Duty::Kind::kGuardrail) {
        lines.push_back(
            fmt::format("deny {} {}{} through bedrock unless bedrock:GuardrailIdentifier", who,
                        action, Qualifiers()));
      } else if (duty.kind == syntax::Duty::Kind::kSatisfy) {
        lines.push_back(fmt::format("deny {} {}{} unless {}", who, action, Qualifiers(),
                                    Text(duty.cond->span)));
      }
    }
  }

  const source::SourceMap& sources_;
  const syntax::Sentence& sentence_;
  const std::vector<std::string>& givens_;
};

/// All sentences at one of `places`, in order; those of a `policy` have no fixed words.
void Walk(const std::vector<syntax::Item>& items, const source::SourceMap& sources,
          const std::set<std::string>& places, std::vector<std::string>& givens,
          std::vector<Suggestion>& suggestions) {
  for (const syntax::Item& item : items) {
    if (const auto* given = std::get_if<syntax::Given>(&item.form)) {
      const std::size_t before = givens.size();
      for (const syntax::Qualifier& qualifier : given->qualifiers) {
        givens.push_back(source::OneLine(sources.text(qualifier.span)));
      }
      Walk(given->items, sources, places, givens, suggestions);
      givens.resize(before);
    }
    const auto* statement = std::get_if<syntax::Statement>(&item.form);
    if (statement == nullptr) continue;
    if (!places.contains(sources.DescribeRelative(statement->sentence.span))) continue;
    suggestions.push_back(Sayer(sources, statement->sentence, givens).Suggest());
  }
}

bool Parses(const std::string& line) {
  source::SourceMap sources;
  diag::Sink sink;
  const source::FileId file = sources.Add("line", fmt::format("test \"1\" {{\n{}\n}}\n", line));
  static_cast<void>(parse::Parse(sources, file, sink));
  return !sink.has_errors();
}

/// One test for each line, titled by its number.
std::string Numbered(const std::vector<std::string>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += fmt::format("test \"suggestion {}\" {{\n{}\n}}\n", i, lines[i]);
  }
  return text;
}

/// The program with `text` as one more source.
compiler::Input Asking(const TestOptions& options, const std::string& text) {
  return {options.paths, options.bindings, compiler::LockUse::kCompare, text};
}

/// Drops lines that the program's meaning has no place for.
void DropWrong(std::vector<std::string>& lines, const TestOptions& options,
               host::Environment& environment) {
  compiler::Compilation compilation(environment, compiler::Purpose::kReview);
  const std::string text = Numbered(lines);
  static_cast<void>(compiler::Compile<compiler::Lowered>(Asking(options, text), compilation));
  std::set<std::size_t> wrong;
  for (const diag::Diagnostic& finding : compilation.findings.all()) {
    if (finding.severity != diag::Severity::kError || !finding.span.valid()) continue;
    if (compilation.sources.text(finding.span.file) != text) continue;
    const auto line = compilation.sources.Locate(finding.span.file, finding.span.begin).line;
    wrong.insert((line - 1) / 3);
  }
  std::vector<std::string> right;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!wrong.contains(i)) right.push_back(lines[i]);
  }
  lines = std::move(right);
}

/// The line, in which `question` says what a refutation in the management account leaves of it;
/// nothing if nothing holds. `text` is the file that the lines are in.
std::optional<std::string> Narrowed(const std::string& line, const intent::Question& question,
                                    const access::Answer& answer, const std::string& text,
                                    const compiler::Lowered& lowered, access::Access& access) {
  diag::Diagnostic found;
  compiler::NarrowToMembers(question, answer, lowered, access, found);
  for (const diag::Help& help : found.helps) {
    for (const diag::Edit& edit : help.edits) {
      const std::size_t start = text.rfind('\n', edit.span.begin) + 1;
      std::string narrowed = line;
      narrowed.replace(edit.span.begin - start, edit.span.end - edit.span.begin, edit.replacement);
      return narrowed;
    }
  }
  return std::nullopt;
}

/// The lines that hold, by what they were suggested as: those that the management account refutes
/// are about the accounts that organization policies bind.
std::map<std::string, std::string> Holding(std::vector<std::string> lines,
                                           const TestOptions& options,
                                           host::Environment& environment) {
  DropWrong(lines, options, environment);
  compiler::Compilation compilation(environment, compiler::Purpose::kReview);
  const std::string text = Numbered(lines);
  const auto lowered = compiler::Compile<compiler::Lowered>(Asking(options, text), compilation);
  if (lowered.stop) return {};
  access::Access access({{lowered.model, compilation.catalog(), lowered.bindings},
                         library::Library::BuiltIn(),
                         support::DateText(environment.today)});
  std::map<std::string, std::string> by_title;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    by_title[fmt::format("suggestion {}", i)] = lines[i];
  }
  std::map<std::string, std::string> holding;
  for (const std::string& line : lines) holding[line] = line;
  for (const intent::Question& question : lowered.model.tests) {
    const access::Answer answer = access.Decide(question);
    const auto line = by_title.find(question.test);
    if (answer.kind == access::Answer::Kind::kHolds || line == by_title.end()) continue;
    const auto narrowed = Narrowed(line->second, question, answer, text, lowered, access);
    if (narrowed) {
      holding[line->second] = *narrowed;
    } else {
      holding.erase(line->second);
    }
  }
  return holding;
}

}  // namespace

std::string SuggestTests(const std::vector<review::Covered>& items,
                         const compiler::Lowered& lowered, const compiler::Compilation& compilation,
                         const TestOptions& options, host::Environment& environment) {
  std::set<std::string> places;
  for (const review::Covered& item : items) {
    if (!item.yes || !item.no) places.insert(item.from.begin(), item.from.end());
  }
  std::vector<Suggestion> suggestions;
  std::vector<std::string> givens;
  for (const syntax::File& file : lowered.program.files) {
    Walk(file.items, compilation.sources, places, givens, suggestions);
  }
  std::vector<std::string> lines;
  for (Suggestion& suggestion : suggestions) {
    std::erase_if(suggestion.lines, [](const std::string& line) { return !Parses(line); });
    lines.insert(lines.end(), suggestion.lines.begin(), suggestion.lines.end());
  }
  const auto holding = Holding(std::move(lines), options, environment);
  std::string text;
  for (const Suggestion& suggestion : suggestions) {
    std::string body;
    for (const std::string& line : suggestion.lines) {
      const auto held = holding.find(line);
      if (held != holding.end()) body += fmt::format("  {}\n", held->second);
    }
    if (!body.empty()) text += fmt::format("test \"{}\" {{\n{}}}\n", suggestion.title, body);
  }
  return text;
}

}  // namespace writ::commands
