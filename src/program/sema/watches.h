// `watch changes to KINDS`, `watch refusals`, `watch use of MODELS`.
#pragma once

#include "program/sema/sentences.h"

namespace writ::sema {

/// Adds it to Context::model, without its regions where the sentence names none.
void AddWatch(Context& context, const syntax::Watch& watch, Span span, const SentencePlace& place,
              Sentences& sentences);

/// What watches take from the whole program: the regions that it names, and the prefixes of the
/// actions that it governs. To be called when every sentence was added.
void FinishWatches(Context& context);

}  // namespace writ::sema
