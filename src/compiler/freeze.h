// An emergency stop as a program: the sentences that forbid what is frozen to everyone but one
// exception, and the program cut down to them. From there on it is compiled and proved as any
// program is, so that what is written is held against a second and a third reading.
#pragma once

#include <string>
#include <vector>

#include "compiler/stages.h"

namespace writ::compiler {

/// What is stopped.
enum class FreezeMode {
  kUse,             ///< all use of models, agents, flows, knowledge bases and tools
  kSessionsBefore,  ///< the same, for credentials issued before a moment and for long-term ones
  kModel,           ///< one model or family, read widely
  kProvider,        ///< all models of a provider
  kTeam,            ///< all use by one team
  kKeys             ///< API keys: their use, and making new ones
};

struct FreezeRequest {
  FreezeMode mode = FreezeMode::kUse;
  std::string subject;               ///< model, provider, team or moment; empty for the others
  std::vector<std::string> targets;  ///< the organization, OUs or accounts; empty: all
  std::string except;                ///< `team NAME`, or a principal of a team: `role NAME`
};

/// What a request means for one program.
struct Freeze {
  std::optional<Stop> stop = std::nullopt;
  std::vector<std::string> frozen;       ///< IAM actions, if the mode is about actions
  std::vector<std::string> evidence;     ///< IAM actions that would weaken controls or stop logging
  std::string sentences;                 ///< in the language, a line each
  Bound program = {};                    ///< with these sentences only
  std::vector<std::string> taken_along;  ///< refused for all models, in words
  std::vector<std::string> sessions;     ///< of users, that are refused along with others, in words
  std::vector<std::string> elsewhere;    ///< accounts of a team that the targets leave out
  std::vector<std::string> ways_left;    ///< of a model: how else it can be reached, in words
};

/// Reads the program, checks the request against it and adds the sentences. Which actions are use
/// and which weaken controls is the catalog's classification; which verbs reach a model is the
/// library's. Reports what the request names and the program lacks (W9320), an exception that
/// shares a principal with the team to be stopped (W9321), and one that is a pattern (W9322).
/// Afterwards `compilation.findings` holds these and errors only: warnings about the program are
/// for `writ check`.
[[nodiscard]] Freeze PlanFreeze(const FreezeRequest& request, const Input& input,
                                Compilation& compilation);

}  // namespace writ::compiler
