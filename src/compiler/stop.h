// Why nothing more can be made of what a user gave. What is wrong was reported.
#pragma once

namespace writ::compiler {

enum class Stop {
  kInvalid,     ///< the program or an input is wrong
  kNotASource,  ///< what was named is no program
  kUnreadable,  ///< an input cannot be read
};

}  // namespace writ::compiler
