// What editors ask of a program, answered as the protocol's values. Each answer is a function of a
// finished analysis. Source of the shapes: Language Server Protocol Specification 3.17, "Language
// Features".
#pragma once

#include <cstdint>
#include <string>

#include "base/source/source.h"
#include "lsp/analysis.h"
#include "lsp/places.h"
#include "lsp/wire.h"

namespace writ::lsp {

/// A place in a program, asked about in units of `encoding`.
struct Spot {
  const Analysis& analysis;
  source::FileId file;
  std::uint32_t offset = 0;
  Encoding encoding = Encoding::kUtf16;
};

/// {uri, range} of a part of the program.
[[nodiscard]] Json LocationOf(const Analysis& analysis, source::Span span, Encoding encoding);

/// Findings of one file as `Diagnostic[]`.
[[nodiscard]] Json DiagnosticsOf(const Analysis& analysis, source::FileId file, Encoding encoding);
/// Patches of findings that meet [begin, end), as `CodeAction[]`.
[[nodiscard]] Json ActionsIn(const Analysis& analysis, source::FileId file, std::uint32_t begin,
                             std::uint32_t end, Encoding encoding);

/// `Hover` or null: what the name there stands for, or what a verb permits.
[[nodiscard]] Json HoverAt(const Spot& spot);
/// `Location` or null.
[[nodiscard]] Json DefinitionAt(const Spot& spot);
/// `Location[]` of all uses, with the declaration if asked for.
[[nodiscard]] Json ReferencesAt(const Spot& spot, bool with_declaration);
/// `DocumentHighlight[]`: the same in this file.
[[nodiscard]] Json HighlightsAt(const Spot& spot);
/// `Range` of the name that may be given another, or null.
[[nodiscard]] Json RenameableAt(const Spot& spot);
/// `WorkspaceEdit`, or nothing where no declared name is there.
[[nodiscard]] Json RenameAt(const Spot& spot, const std::string& name);
/// Why a declaration of the program may not have this name; empty: it may.
[[nodiscard]] std::string WhyNotName(const Analysis& analysis, const std::string& name);
/// `CompletionItem[]`: the words of the grammar and the names that may stand there.
[[nodiscard]] Json CompletionAt(const Spot& spot);

/// `DocumentSymbol[]`, in the order of the text.
[[nodiscard]] Json SymbolsOf(const Analysis& analysis, source::FileId file, Encoding encoding);
/// `InlayHint[]` in [begin, end): models of a family, accounts of an OU, days until a date.
[[nodiscard]] Json HintsIn(const Analysis& analysis, source::FileId file, std::uint32_t begin,
                           std::uint32_t end, Encoding encoding);

/// `CodeLens[]`: of a sentence without its title, of an assertion that was decided with it. None in
/// a program with mistakes.
[[nodiscard]] Json LensesOf(const Analysis& analysis, source::FileId file, Encoding encoding);
/// What the sentence that begins there lowers to, counted; empty in a program with mistakes. The
/// first call after an edit lowers the program.
[[nodiscard]] std::string LensTitle(Analysis& analysis, source::FileId file, std::uint32_t begin);
/// The statements of that sentence, document by document, before they are made small.
[[nodiscard]] std::string LoweredText(Analysis& analysis, source::FileId file, std::uint32_t begin);

/// `SymbolInformation[]`: names that the program declares and in which `query` occurs, case
/// ignored.
void AddSymbols(const Analysis& analysis, const std::string& query, Encoding encoding, Json& to);
/// `FoldingRange[]`: items and comments of several lines.
[[nodiscard]] Json FoldingOf(const Analysis& analysis, source::FileId file, Encoding encoding);
/// `SemanticTokens`, by the legend below.
[[nodiscard]] Json TokensOf(const Analysis& analysis, source::FileId file, Encoding encoding);
[[nodiscard]] Json TokenLegend();
/// `SelectionRange`: the word, the items around it, the file.
[[nodiscard]] Json SelectionAt(const Spot& spot);
/// `TextEdit[]` that lays the file out; null for a file with syntax errors.
[[nodiscard]] Json FormattingOf(const Analysis& analysis, source::FileId file, Encoding encoding);

}  // namespace writ::lsp
