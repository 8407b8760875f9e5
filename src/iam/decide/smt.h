// A question about two spaces as a text that SMT solvers read (SMT-LIB 2.6, theory of strings).
//
// A second opinion on decide: the text is written from the policy documents, by the rules of the
// evaluator (writ/policy/evaluate.h), and shares nothing with the search but the documents. A
// solver that says `sat` has found a request that the left space allows and the right one does not;
// `unsat` means that the right one allows all that the left one does.
#pragma once

#include <string>
#include <string_view>

#include "base/support/result.h"
#include "facts/catalog/catalog.h"
#include "iam/decide/space.h"

namespace writ::decide {

/// The text, complete with comments that say which statement is which. Fails with the reason where
/// the theory of strings cannot state the question: policy variables under wildcards, one key read
/// in two ways. A list of a request has up to four values. Numbers of keys that the catalog calls
/// whole, if there is one, are whole.
[[nodiscard]] support::Result<std::string> WriteSmt(const Space& left, const Space& right,
                                                    std::string_view title,
                                                    const catalog::Catalog* catalog);

}  // namespace writ::decide
