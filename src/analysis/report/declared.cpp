#include "analysis/report/declared.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/support/date.h"

namespace writ::report {
namespace {

using compliance::Kind;

/// What all declarations say alike.
template <class Decl>
Declaration Begun(Kind kind, const Decl& decl, std::string place) {
  return {.kind = kind,
          .name = std::string(decl.name.text),
          .title = decl.title ? decl.title->value : "",
          .place = std::move(place),
          .facts = {},
          .used_by = {}};
}

std::string TextOf(const syntax::Date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string TextOf(const syntax::UseCaseFact& fact) {
  std::vector<std::string> words;
  for (const syntax::Literal& value : fact.values) words.push_back(value.text);
  std::string text = fmt::format("{}", fmt::join(words, ", "));
  if (fact.by) {
    // The fact `by` of an evaluation names itself.
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", fact.name.text == "by" ? "" : "by ",
                        fact.by->value);
  }
  if (fact.date) {
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : " ", fact.by ? "on" : "by", TextOf(*fact.date));
  }
  return text;
}

Declaration Of(const syntax::UseCaseDecl& decl, std::string place) {
  Declaration one = Begun(Kind::kUseCase, decl, std::move(place));
  for (const syntax::UseCaseFact& fact : decl.facts) {
    const bool ends = fact.date && !fact.by;
    one.facts.push_back(
        {std::string(fact.name.text), TextOf(fact), ends ? TextOf(*fact.date) : ""});
  }
  return one;
}

/// "Toxicity at most 0.05".
std::string TextOf(const syntax::Metric& metric) {
  std::string text = metric.name.value;
  for (const syntax::Bound& bound : metric.bounds) {
    text += fmt::format(" at {} {}{}", bound.at_most ? "most" : "least", bound.negative ? "-" : "",
                        bound.number.text);
  }
  return text;
}

Declaration Of(const syntax::EvaluationDecl& decl, std::string place) {
  Declaration one = Begun(Kind::kEvaluation, decl, std::move(place));
  for (const syntax::UseCaseFact& fact : decl.facts) {
    const bool ends = fact.name.text == "expires" && fact.values.size() == 1;
    one.facts.push_back(
        {std::string(fact.name.text), TextOf(fact), ends ? fact.values.front().text : ""});
  }
  for (const syntax::Metric& metric : decl.metrics) {
    one.facts.push_back({"metric", TextOf(metric), ""});
  }
  return one;
}

Declaration Of(const syntax::AttestationDecl& decl, std::string place) {
  Declaration one = Begun(Kind::kAttestation, decl, std::move(place));
  for (const syntax::Attribute& fact : decl.facts) {
    // `signed` is the day on which it was given.
    const bool ends = fact.value.kind != syntax::Literal::Kind::kName &&
                      fact.name.text != "signed" && support::ParseDate(fact.value.text);
    one.facts.push_back(
        {std::string(fact.name.text), fact.value.text, ends ? fact.value.text : ""});
  }
  return one;
}

void Collect(const std::vector<syntax::Item>& items, const source::SourceMap& sources,
             std::vector<Declaration>& list) {
  for (const syntax::Item& item : items) {
    if (const auto* given = std::get_if<syntax::Given>(&item.form)) {
      Collect(given->items, sources, list);
    } else if (const auto* policy = std::get_if<syntax::PolicyDecl>(&item.form)) {
      Collect(policy->items, sources, list);
    } else if (const auto* use_case = std::get_if<syntax::UseCaseDecl>(&item.form)) {
      list.push_back(Of(*use_case, sources.DescribeRelative(item.span)));
    } else if (const auto* attestation = std::get_if<syntax::AttestationDecl>(&item.form)) {
      list.push_back(Of(*attestation, sources.DescribeRelative(item.span)));
    } else if (const auto* evaluation = std::get_if<syntax::EvaluationDecl>(&item.form)) {
      list.push_back(Of(*evaluation, sources.DescribeRelative(item.span)));
    }
  }
}

}  // namespace

std::vector<Declaration> DeclarationsOf(const std::vector<syntax::File>& files,
                                        const source::SourceMap& sources) {
  std::vector<Declaration> list;
  for (const syntax::File& file : files) Collect(file.items, sources, list);
  std::ranges::sort(list, {}, [](const Declaration& one) {
    return std::tuple(compliance::Name(one.kind), std::string_view(one.name),
                      std::string_view(one.place));
  });
  return list;
}

}  // namespace writ::report
