#include "language/parse/quantifier.h"
#include "base/diag/codes/syntax.h"

#include <algorithm>
#include <string>

namespace writ::parse {
namespace {

using Quantifier = syntax::Subject::Quantifier;
using ModalityKind = syntax::Modality::Kind;

/// The bytes of the first word of `span` and the white space after it.
source::Span WithSpaceAfter(source::Span word, std::string_view text) {
  while (word.end < text.size() && (text[word.end] == ' ' || text[word.end] == '\t')) ++word.end;
  return word;
}

/// ` not` at the end of the modality `may not`.
source::Span NotWord(source::Span modality) {
  return {modality.file, modality.end - 3, modality.end};
}

bool IsExcepted(const syntax::Subject& subject, std::string_view team) {
  return std::ranges::any_of(subject.except, [&](const syntax::Principal& principal) {
    return std::ranges::any_of(principal.teams,
                               [&](const syntax::Name& name) { return name.text == team; });
  });
}

/// "team fraud, platform": the teams declared before the sentence, without the excepted ones.
std::string TeamsMeant(const syntax::Subject& subject, const std::vector<syntax::Item>& before) {
  std::string teams;
  for (const syntax::Item& item : before) {
    const auto* team = std::get_if<syntax::TeamDecl>(&item.form);
    if (team == nullptr || IsExcepted(subject, team->name.text)) continue;
    teams.append(teams.empty() ? "team " : ", ").append(team->name.text);
  }
  return teams;
}

void EveryoneMay(const syntax::Sentence& sentence, const std::vector<syntax::Item>& before,
                 Reporter& reporter) {
  const syntax::Subject& subject = sentence.subject;
  diag::Diagnostic& found = reporter.Report(diag::kEveryoneMay, subject.quantifier_span)
                                .At("permissions need a team or principal")
                                .Also(sentence.modality.span, "permits");
  const std::string teams = TeamsMeant(subject, before);
  const bool plain_except = std::ranges::all_of(subject.except, [](const syntax::Principal& p) {
    return p.kind == syntax::Principal::Kind::kTeam;
  });
  if (teams.empty() || !plain_except) {
    found.Suggest("name the principals: `team NAME may …`");
    return;
  }
  diag::Help help{"name the teams", {{subject.quantifier_span, teams}}};
  if (!subject.except.empty()) {
    const std::uint32_t after = subject.in ? subject.in->span.end : subject.quantifier_span.end;
    help.edits.push_back({reporter.At(after, subject.span.end), ""});
  }
  found.helps.push_back(std::move(help));
}

}  // namespace

void CheckQuantifier(const syntax::Sentence& sentence, const std::vector<syntax::Item>& before,
                     Reporter& reporter) {
  const syntax::Subject& subject = sentence.subject;
  const source::Span word = subject.quantifier_span;
  const source::Span modality = sentence.modality.span;
  const ModalityKind kind = sentence.modality.kind;
  if (subject.quantifier == Quantifier::kNobody && kind == ModalityKind::kMayNot) {
    const source::Span not_word = NotWord(modality);
    reporter.Report(diag::kNobodyMayNot, not_word)
        .At("the second negation")
        .Also(word, "the first")
        .Patch("to forbid it, write `nobody may`",
               {not_word.file, modality.begin + 3, not_word.end}, "");
  } else if (subject.quantifier == Quantifier::kNobody && kind == ModalityKind::kMust) {
    reporter.Report(diag::kNobodyMust, word)
        .At("applies to no one")
        .Patch("to require it of everyone, write `everyone must`", word, "everyone");
  } else if (subject.quantifier == Quantifier::kOnly && kind == ModalityKind::kMayNot) {
    reporter.Report(diag::kOnlyMayNot, word)
        .At("`only` says who may")
        .Also(modality, "this says who may not")
        .Patch("to forbid it for them, remove `only`", WithSpaceAfter(word, reporter.text()), "");
  } else if (subject.quantifier == Quantifier::kOnly && kind == ModalityKind::kMust) {
    reporter.Report(diag::kOnlyMust, word)
        .At("`only` says who may")
        .Also(modality, "this is a requirement")
        .Patch("to require it of them, remove `only`", WithSpaceAfter(word, reporter.text()), "");
  } else if (subject.quantifier == Quantifier::kNobody && kind == ModalityKind::kCannot) {
    reporter.Report(diag::kNobodyCannot, modality, "cannot")
        .At("the second negation")
        .Also(word, "the first")
        .Patch("to assert that nobody can, write `can`", modality, "can");
  } else if (subject.quantifier == Quantifier::kNobody && kind == ModalityKind::kDeny) {
    reporter.Report(diag::kNobodyCannot, word, "deny")
        .At("the second negation")
        .Also(modality, "the first")
        .Patch("to deny it for everyone, write `everyone`", word, "everyone");
  } else if (subject.quantifier == Quantifier::kOnly &&
             (kind == ModalityKind::kCannot || kind == ModalityKind::kDeny)) {
    reporter.Report(diag::kOnlyCannot, word)
        .At("`only` says who can")
        .Also(modality, "this says who cannot")
        .Patch("to ask about them, remove `only`", WithSpaceAfter(word, reporter.text()), "");
  } else if (subject.quantifier == Quantifier::kEveryone && kind == ModalityKind::kMay &&
             !subject.outside) {
    EveryoneMay(sentence, before, reporter);
  }
}

}  // namespace writ::parse
