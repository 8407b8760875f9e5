// The exit statuses of the command line; scripts rely on their numbers.
#pragma once

namespace writ::host {

enum class ExitStatus : int {
  kGood = 0,         ///< done; the answer is yes
  kNo = 1,           ///< the question was answered "no": refuted, failed, different
  kInvalid = 2,      ///< the program or input is wrong; the findings say where
  kUsage = 64,       ///< wrong command line, or an output folder that is not ours
  kUnreadable = 66,  ///< an input cannot be read
  kInternal = 70,    ///< our bug; nothing was written
};

}  // namespace writ::host
