// `writ compare`: what changes where one policy takes another's place.
#pragma once

#include <string>

#include "host/environment.h"
#include "host/exit_status.h"

namespace writ::commands {

struct CompareOptions {
  /// A policy, a folder of policies in force together, what the AWS CLI prints; "-" is standard
  /// input.
  std::string before;
  std::string after;
  std::string pairs;        ///< instead of the two: a file of pairs; "-" is standard input
  std::string kind;         ///< of the two, or of pairs that name none; empty: as they tell
  bool is_alone = false;    ///< what each permits as the only policy of its kind
  bool is_world = false;    ///< only requests that AWS can send, by the catalog
  bool is_stack = false;    ///< the two hold the policies of all layers
  std::string smt;          ///< folder for the questions as SMT-LIB texts; empty: none
  bool is_as_read = false;  ///< also documents that AWS would refuse
  bool is_json = false;
  unsigned threads = 1;
};

/// Two policies: kGood if they are equivalent, kNo if not or if it cannot be told. Pairs: kGood if
/// every line was answered, kInvalid if some line is no pair, kNo if some has no answer. kInternal
/// if the evaluator does not confirm a request that was found; other pairs are answered.
[[nodiscard]] host::ExitStatus RunCompare(const CompareOptions& options,
                                          host::Environment& environment);

}  // namespace writ::commands
