// The documents of a tree that are no policies but requests of other AWS calls: guardrails, their
// enforcement, logging.
#pragma once

#include <vector>

#include "driver/pipeline.h"
#include "writ/driver/file_system.h"
#include "writ/emit/tree.h"
#include "writ/intent/bindings.h"
#include "writ/intent/model.h"
#include "writ/verify/prove.h"

namespace writ::driver {

/// The requests that the program asks for, in no order. Reports what emit reports.
[[nodiscard]] emit::Tree RequestDocuments(const intent::Model& model,
                                          const intent::Bindings& bindings, bool only_guardrails,
                                          Compilation& compilation);

/// How the requests among `files` part from `wanted`: as JSON values, so that layout is free. Each
/// names the file and the member. Files that are missing though the manifest lists them are left
/// to the proof. This finds edits of a tree; it cannot find a mistake in what emit writes.
[[nodiscard]] std::vector<verify::Difference> CompareRequests(const emit::Tree& wanted,
                                                              const FileSet& files);

}  // namespace writ::driver
