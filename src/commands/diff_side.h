// One side of `writ diff`: a program, a tree of artifacts, or a program at a revision of git.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/review/difference.h"
#include "commands/diff.h"
#include "compiler/stages.h"
#include "program/intent/guardrail.h"

namespace writ::commands {

/// What a side says beside who may do what, by words that name the thing: the same words on both
/// sides are the same thing.
/// A file of a tree that no policy is read from, or something that its manifest says.
struct DeployedFile {
  std::string bytes;
  std::string wrong;  ///< in what it deploys something else than the documents; empty: in nothing
};

/// A policy of a gateway's engine, but for its statement.
struct EnginePolicy {
  std::string path;
  std::optional<bool> permits;  ///< nothing if its statement cannot be read
  std::string settings;         ///< "enforcementMode ACTIVE, name …"
};

struct SideFacts {
  bool is_tree = false;
  /// Of the old side: names that its lock file knows with another meaning, in words.
  std::vector<std::string> other_names;
  std::map<std::string, std::string> governance;  ///< "use-case UC-142, review" → "by 2027-03-01"
  std::map<std::string, std::string> organization;  ///< "account payments" → "222222222222 in prod"
  /// "nobody in prod may invoke any model" → "team platform", "role \"x\"": by what is forbidden.
  std::map<std::string, std::set<std::string>> exemptions;
  std::map<std::string, intent::Guardrail> guardrails;
  std::map<std::string, std::string> protections;  ///< screenings, logging, watches, endpoints
  /// Who may call which tool of a gateway, and who may not.
  std::map<std::string, std::string> calls;
  std::map<std::string, std::string> gateways;  ///< "gateway refunds" → its ARN and its callers
  /// By gateway and statement; of a tree, or beside one.
  std::map<std::pair<std::string, std::string>, EnginePolicy> engine_policies;
  std::map<std::string, std::string> documents;    ///< path → text; of a tree, or beside one
  std::map<std::string, std::string> ids;          ///< "ou prod" → what AWS calls it, or empty
  std::map<std::string, DeployedFile> deployment;  ///< script, forms and what else a tree has
};

/// `gateways` of a side with this gateway.
void AddGateway(const intent::Gateway& gateway, SideFacts& facts);

struct DiffSide {
  host::ExitStatus status = host::ExitStatus::kGood;
  compiler::Compilation compilation;
  compiler::Lowered lowered;
  std::string text;  ///< all that was read, for telling whether anything was changed at all
  review::World world;
  SideFacts facts;
  std::map<std::string, std::string> guardrail_names;
};

struct DiffSides {
  std::unique_ptr<DiffSide> before;
  std::unique_ptr<DiffSide> after;
  [[nodiscard]] bool are_good() const {
    return before->status == host::ExitStatus::kGood && after->status == host::ExitStatus::kGood;
  }
};

/// Reads both sides; whatever is wrong was reported to the compilation of one of them. Of two
/// programs only what differs is lowered, so that the worlds are less than what the programs grant:
/// good for comparing them with one another.
[[nodiscard]] DiffSides ReadSides(const DiffOptions& options, host::Environment& environment);

/// What `writ diff` would say of two sides that are good, in short.
struct DiffSummary {
  bool is_widened = false;  ///< as `--fail-on` counts it
  bool is_narrowed = false;
  std::vector<std::string> gains =
      {};  ///< "team fraud, in payments: invoke nova-lite in us-east-1"
  std::vector<std::string> losses = {};
  std::vector<std::string> others = {};  ///< guardrails and settings, and what cannot be told
};
/// `day` is ISO, of requests without a time.
[[nodiscard]] DiffSummary SummarizeSides(const DiffSides& sides, const std::string& day);

}  // namespace writ::commands
