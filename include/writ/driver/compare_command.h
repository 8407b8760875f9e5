// `writ compare`: how what one policy permits stands to what another permits.
#pragma once

#include <string>

#include "writ/driver/environment.h"
#include "writ/driver/exit_status.h"

namespace writ::driver {

struct CompareOptions {
  std::string before;  ///< a policy; for SCPs and RCPs also a folder of policies in force together
  std::string after;
  std::string pairs;              ///< instead of the two: a file of pairs; "-" is standard input
  std::string kind = "identity";  ///< of the two, or of pairs that name none
  bool is_as_read = false;        ///< also documents that AWS would refuse
  bool is_json = false;
  unsigned threads = 1;
};

/// Two policies: kGood if they are equivalent, kNo if not or if it cannot be told. Pairs: kGood if
/// every line was answered, kInvalid if some line is no pair, kNo if some has no answer. kInternal
/// if the evaluator does not confirm a request that was found; other pairs are answered.
[[nodiscard]] ExitStatus RunCompare(const CompareOptions& options, Environment& environment);

}  // namespace writ::driver
