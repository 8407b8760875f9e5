// What is wrong with a command line, in Writ's words instead of the option library's.
#pragma once

#include <string>

namespace CLI {
class ParseError;
}

namespace writ::cli {

/// One line without its end. An error of a kind that is not known here keeps the library's words.
[[nodiscard]] std::string UsageText(const CLI::ParseError& error);

}  // namespace writ::cli
