// Which proofs are renamings of each other.
//
// The text of everything that a proof reads, with the account's number and the ids of its
// guardrails replaced by placeholders in order of appearance, is its key. Two proofs with one key
// differ by an injective renaming of opaque names, which no wildcard tells apart, so one stands for
// the other. Where a wildcard could match a part of such a name (`2*` of an account, `data-2*`
// where an account's number stands in the name of a bucket), the account's number becomes part of
// the key, and nothing is shared. A wildcard beside other characters matches a name as a whole or
// not at all, whatever the name is.
#pragma once

#include <string>
#include <vector>

#include "verify/reading.h"
#include "verify/spaces.h"

namespace writ::verify {

void AppendText(std::string& text, const Condition& condition);
void AppendText(std::string& text, const Forbidden& forbidden);
void AppendText(std::string& text, const std::vector<Documents::Named>& documents);

/// What a permission grants, whoever holds it and wherever.
[[nodiscard]] std::string ContentOf(const Facts& facts, const intent::Permission& permission);
/// What the permission's guardrails stand for in the account.
void AppendBindings(std::string& text, const Facts& facts, const intent::Permission& permission,
                    const intent::Account& account);

/// The key: `text` with placeholders for the names of the account.
[[nodiscard]] std::string Anonymous(const intent::Account& account, const std::string& text);

}  // namespace writ::verify
