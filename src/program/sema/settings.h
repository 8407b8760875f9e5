// Sentences about settings of accounts and of the organization: how long Bedrock keeps what it is
// sent, and whether AWS services improve themselves with what they see.
#pragma once

#include <string>
#include <vector>

#include "program/sema/sentences.h"

namespace writ::sema {

/// Adds it to Context::model.
void AddRetention(Context& context, const syntax::Retention& retention, Span span,
                  const SentencePlace& place, Sentences& sentences);
void AddOptOut(Context& context, const syntax::OptOut& opt_out, Span span,
               const SentencePlace& place, Sentences& sentences);

/// What retentions take from the whole program: the regions that it names, the prohibitions of what
/// would keep data longer, and the permissions that they contradict.
void FinishRetentions(Context& context);

/// Regions that some sentence names, sorted: those of settings that name none themselves.
[[nodiscard]] std::vector<std::string> RegionsNamed(const intent::Model& model);

}  // namespace writ::sema
