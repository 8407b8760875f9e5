// The pass "tools": reads the manifests that gateways name.
#pragma once

#include "compiler/compilation.h"

namespace writ::compiler {

/// Reads each `tools … from "PATH"` of the program, the path relative to the file that says it,
/// into Program::tools; reports one that is missing or no list of tools (W4162). Linear in the
/// files, each at most tools::Limits::bytes.
void ReadToolManifests(sema::Program& program, Compilation& compilation);

}  // namespace writ::compiler
