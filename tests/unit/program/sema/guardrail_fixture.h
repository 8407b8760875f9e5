// Guardrail blocks from their text, for tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "base/diag/diag.h"
#include "base/source/source.h"
#include "language/parse/parse.h"
#include "program/sema/guardrail_check.h"

namespace writ::sema::testing {

/// What checking a text gave.
struct Checked {
  source::SourceMap sources;
  diag::Sink sink;
  std::vector<intent::Guardrail> guardrails;

  /// "W8001 underlined text", in order of place.
  [[nodiscard]] std::vector<std::string> Findings() const {
    std::vector<std::string> findings;
    for (const diag::Diagnostic& found : sink.Sorted()) {
      findings.push_back(diag::CodeText(found.number) + " " +
                         std::string(sources.text(found.span)));
    }
    return findings;
  }
  [[nodiscard]] const intent::Guardrail& At(std::string_view name) const {
    for (const intent::Guardrail& guardrail : guardrails) {
      if (guardrail.name == name) return guardrail;
    }
    FAIL("no guardrail " << std::string(name));
    return guardrails.front();
  }
};

inline const std::vector<catalog::GuardrailProfile>& Profiles() {
  static const std::vector<catalog::GuardrailProfile> profiles = {
      {"eu.guardrail.v1:0", "eu", {}, {}}, {"us.guardrail.v1:0", "us", {}, {}}};
  return profiles;
}

/// Filled in place: diagnostics and syntax point into it.
inline void Check(const std::string& text, Checked& checked) {
  const source::FileId id = checked.sources.Add("main.writ", text);
  const syntax::File file = parse::Parse(checked.sources, id, checked.sink);
  std::vector<const syntax::GuardrailDecl*> declarations;
  for (const syntax::Item& item : file.items) {
    const auto* declaration = std::get_if<syntax::GuardrailDecl>(&item.form);
    if (declaration != nullptr) declarations.push_back(declaration);
  }
  checked.guardrails = CheckGuardrails(declarations, Profiles(), checked.sink);
}

/// Both messages, so that a block may say only what its test is about.
inline constexpr std::string_view kMessages = " say \"q\" on input say \"a\" on output ";

inline std::string Block(std::string_view items) {
  return "guardrail g {" + std::string(kMessages) + std::string(items) + " }";
}

/// The findings about a guardrail that says `items` beside its messages.
inline std::vector<std::string> FindingsIn(std::string_view items) {
  Checked checked;
  Check(Block(items), checked);
  return checked.Findings();
}

}  // namespace writ::sema::testing
