// `writ can 'SENTENCE'` and `writ who 'ACTION …'`: questions to a program, answered with the
// sentences that decide and what would have to be said for another answer.
//
// What a question says must all be so: its principals, models and regions each. What it leaves out
// (by which route, with which guardrail, in which of the team's accounts, under which conditions)
// may be so in some way, and the answer names the sentence that says in which. So `can` is yes
// where the same line after `allow` in a test fails only for want of such words.
#pragma once

#include <string>
#include <vector>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct AskOptions {
  std::string question;            ///< can: "team fraud invoke nova-lite"; who: "invoke nova-lite"
  std::vector<std::string> paths;  ///< empty: the current folder
  std::string bindings;            ///< empty: writ.bindings.json in the program's folder, if any
  bool json = false;
};

/// kGood for yes, kNo for no, kInvalid if question or program is wrong.
[[nodiscard]] host::ExitStatus RunCan(const AskOptions& options, host::Environment& environment);
/// kGood if there is somebody, kNo for nobody.
[[nodiscard]] host::ExitStatus RunWho(const AskOptions& options, host::Environment& environment);

}  // namespace writ::commands
