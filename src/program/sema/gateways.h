// `gateway` declarations and sentences about `call`: who may call which tools with which arguments.
// What IAM has to do with it is said by sentences that are made here and read as any other.
#pragma once

#include "program/sema/sentences.h"

namespace writ::sema {

/// Adds all gateways to Context::model. To be called after the teams.
void BuildGateways(Context& context);

/// Whether the action is about tools of a gateway: `call` has other uses in libraries.
[[nodiscard]] bool IsToolCall(const Context& context, const syntax::Action& action);

/// Whether the action is `call` of a text in quotes, in a program with gateways.
[[nodiscard]] bool MayMeanTool(const Context& context, const syntax::Action& action);

/// Adds a sentence about tools to Context::model.
void AddToolCall(Context& context, const syntax::Sentence& sentence, const SentencePlace& place,
                 Sentences& sentences);

/// Adds what callers and the roles of gateways need of IAM, and warns where others may change what
/// a gateway enforces. To be called when every sentence was added.
void FinishGateways(Context& context, Sentences& sentences);

}  // namespace writ::sema
