// Any bytes as exports beside a program that is fixed: files divided by NUL, each with its path
// before a line break. `writ drift` ends in a report or in findings, and twice in the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "base/support/check.h"
#include "commands/drift.h"
#include "host/memory_file_system.h"

namespace {

using namespace writ;

constexpr std::string_view kProgram = R"(organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 }
  ou dev "ou-ab12-dev00001" { account sandbox 444444444444 }
}
team fraud { in payments as role "fraud" }
team fraud may invoke nova-pro in us-east-1 routed directly because "work"
nobody in prod may invoke models from deepseek
)";

std::string Run(const host::FileSet& files, host::ExitStatus& status) {
  host::MemoryFileSystem file_system(files);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  constexpr support::Date kToday{2026, 11, 22};
  host::Environment environment{file_system, in, out, err, kToday};
  commands::DriftOptions options;
  options.paths = {"main.writ"};
  options.deployed = {"deployed"};
  options.form = commands::DriftOptions::Form::kJson;
  status = commands::RunDrift(options, environment);
  return out.str() + err.str();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  host::FileSet files;
  files["main.writ"] = kProgram;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    const std::size_t line = std::min(part.find('\n'), part.size());
    const std::string path = "deployed/" + std::string(part.substr(0, line)) + ".json";
    files[path] = part.substr(std::min(part.size(), line + 1));
  }
  auto status = host::ExitStatus::kGood;
  const std::string first = Run(files, status);
  WRIT_CHECK(status != host::ExitStatus::kInternal && !first.empty(), first);
  WRIT_CHECK(first == Run(files, status), "the same exports, the same report");
  return 0;
}
