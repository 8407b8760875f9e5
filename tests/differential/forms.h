// The forms that sentences have: what of the language the random programs are made of. The list of
// all forms is drawn from the syntax, the library of verbs and the catalogue's kinds, so that what
// the language learns is missed here until the generator makes it.
#pragma once

#include <map>
#include <set>
#include <string>

#include "facts/catalog/catalog.h"
#include "facts/library/library.h"
#include "language/syntax/ast.h"
#include "program/intent/model.h"

namespace writ::differential {

using Forms = std::set<std::string>;

/// The forms of each sentence of the program, by where it stands ("path:line:column").
[[nodiscard]] std::map<std::string, Forms> FormsOf(const std::vector<syntax::File>& files,
                                                   const source::SourceMap& sources,
                                                   const intent::Model& model);

/// Every form of a sentence that today's grammar, library and catalogue have and that the language
/// takes in a permission or a prohibition.
[[nodiscard]] Forms AllForms(const library::Library& library, const catalog::Catalog& catalog);

}  // namespace writ::differential
