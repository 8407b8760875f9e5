// Any bytes are lines of cases: each non-blank line but headers yields one result that is JSON, and
// threads do not change the output.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "base/support/json.h"
#include "iam/policy/cases.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace writ::policy;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto run = [&](unsigned threads) {
    std::istringstream in(text);
    std::ostringstream out;
    const CaseSummary summary =
        RunCases(in, out, {.is_check = false, .with_layers = true, .threads = threads});
    const std::string results = out.str();
    if (std::ranges::count(results, '\n') != static_cast<std::ptrdiff_t>(summary.answered)) {
      std::abort();
    }
    return results;
  };
  const std::string results = run(1);
  if (run(2) != results) std::abort();
  std::istringstream lines(results);
  for (std::string line; std::getline(lines, line);) {
    if (!writ::support::json::Parse(line)) std::abort();
  }
  return 0;
}
