// What a sentence comes to, above it: the documents that hold it, and whether an assertion holds.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/proof.h"
#include "iam/policy/document.h"
#include "lsp/features.h"

namespace writ::lsp {
namespace {

struct Place {
  source::Span span;
  bool is_assertion = false;
};

void Sentences(const std::vector<syntax::Item>& items, std::vector<Place>& places) {
  for (const syntax::Item& item : items) {
    if (const auto* form = std::get_if<syntax::Statement>(&item.form)) {
      places.push_back({form->sentence.span, false});
    } else if (std::holds_alternative<syntax::Assertion>(item.form)) {
      places.push_back({item.span, true});
    } else if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form)) {
      Sentences(policy->items, places);
    } else if (const auto* given = std::get_if<syntax::Given>(&item.form)) {
      Sentences(given->items, places);
    }
  }
}

/// Whether a sentence begins there, which a lens of an earlier text need not do.
bool BeginsThere(const Analysis& analysis, source::FileId file, std::uint32_t begin) {
  const syntax::File* syntax = analysis.SyntaxOf(file);
  std::vector<Place> places;
  if (syntax != nullptr) Sentences(syntax->items, places);
  return std::ranges::any_of(
      places, [&](const Place& place) { return !place.is_assertion && place.span.begin == begin; });
}

/// What was found about an assertion when it was last decided.
std::string VerdictOf(const Analysis& analysis, source::Span assertion) {
  for (const diag::Diagnostic& found : analysis.findings) {
    const bool is_inside = found.span.file == assertion.file &&
                           assertion.begin <= found.span.begin && found.span.end <= assertion.end;
    if (!is_inside) continue;
    if (found.number == diag::kAssertFails.number) return "does not hold";
    if (found.number == diag::kAssertGivenUp.number) return "undecided";
    if (found.number == diag::kAssertAsksNothing.number) return "asks nothing";
  }
  return "holds";
}

std::size_t SizeOf(const policy::Statement& statement) {
  static const std::size_t around =
      policy::Write(policy::PolicyDocument{}, policy::Style::kMinified).size();
  policy::PolicyDocument document;
  document.statements.push_back(statement);
  return policy::Write(document, policy::Style::kMinified).size() - around;
}

/// The documents with a statement of the sentence, each with those statements alone.
std::vector<std::pair<const lower::Document*, policy::PolicyDocument>> DocumentsOf(
    const lower::Bundle& bundle, const std::string& place) {
  std::vector<std::pair<const lower::Document*, policy::PolicyDocument>> documents;
  for (const lower::Document& document : bundle.documents) {
    policy::PolicyDocument part;
    for (const lower::Sourced& sourced : document.statements) {
      if (std::ranges::binary_search(sourced.from, place)) {
        part.statements.push_back(sourced.statement);
      }
    }
    if (!part.statements.empty()) documents.emplace_back(&document, std::move(part));
  }
  return documents;
}

std::string SummaryOf(const lower::Bundle& bundle, const std::string& place) {
  const auto documents = DocumentsOf(bundle, place);
  if (documents.empty()) return "no document";
  std::size_t statements = 0;
  std::size_t bytes = 0;
  for (const auto& [document, part] : documents) {
    statements += part.statements.size();
    for (const policy::Statement& statement : part.statements) bytes += SizeOf(statement);
  }
  const auto counted = [](std::size_t count, const char* word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
  };
  return fmt::format("{} in {}, {} before they are made small", counted(statements, "statement"),
                     counted(documents.size(), "document"), counted(bytes, "byte"));
}

}  // namespace

Json LensesOf(const Analysis& analysis, source::FileId file, Encoding encoding) {
  const syntax::File* syntax = analysis.SyntaxOf(file);
  Json lenses = Json::array();
  if (syntax == nullptr || analysis.program.stop) return lenses;
  const Places places(analysis.sources().text(file), encoding);
  std::vector<Place> sentences;
  Sentences(syntax->items, sentences);
  for (const Place& sentence : sentences) {
    if (sentence.is_assertion && !analysis.is_decided) continue;
    Json lens = {{"range", places.RangeOf(sentence.span.begin, sentence.span.end)}};
    if (sentence.is_assertion) {
      lens["command"] = {{"title", VerdictOf(analysis, sentence.span)}, {"command", ""}};
    } else {
      lens["data"] = {{"uri", LocationOf(analysis, sentence.span, encoding)["uri"]},
                      {"begin", sentence.span.begin}};
    }
    lenses.push_back(std::move(lens));
  }
  return lenses;
}

std::string LensTitle(Analysis& analysis, source::FileId file, std::uint32_t begin) {
  const lower::Bundle* bundle = analysis.Documents();
  if (bundle == nullptr || !BeginsThere(analysis, file, begin)) return {};
  return SummaryOf(*bundle, analysis.sources().DescribeRelative({file, begin, begin}));
}

std::string LoweredText(Analysis& analysis, source::FileId file, std::uint32_t begin) {
  const lower::Bundle* bundle = analysis.Documents();
  if (bundle == nullptr || !BeginsThere(analysis, file, begin)) return {};
  std::string text;
  const std::string place = analysis.sources().DescribeRelative({file, begin, begin});
  for (const auto& [document, part] : DocumentsOf(*bundle, place)) {
    text += fmt::format("// {}/{}\n{}\n", document->folder, document->name,
                        policy::Write(part, policy::Style::kPretty));
  }
  return text;
}

}  // namespace writ::lsp
