// Walks the program's sentences: into `given` blocks, into the instances of policies that `apply`
// makes, and into tests. A policy's body is never copied; an instance is an environment in which
// its parameters stand for the arguments as they were written.
#pragma once

#include "program/sema/sentences.h"

namespace writ::sema {

/// Elaborates every sentence, assertion and line of a test.
void ElaborateAll(Context& context, Sentences& sentences);

}  // namespace writ::sema
