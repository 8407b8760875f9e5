// Sentences about callers outside of the organization: `nobody outside acme may do A on "…"`.
#pragma once

#include "program/sema/sentences.h"

namespace writ::sema {

/// Adds the sentence, whose subject is `outside`, to Context::model. Resource control policies are
/// what can say it, so what they do not reach is refused here.
void AddPerimeter(Context& context, const syntax::Sentence& sentence, const SentencePlace& place,
                  Sentences& sentences);

}  // namespace writ::sema
