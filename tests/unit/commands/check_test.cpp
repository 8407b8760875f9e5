#include "commands/check.h"

#include <sstream>

#include <doctest/doctest.h>

#include "host/memory_file_system.h"

namespace writ::commands {
namespace {

constexpr const char* kGood =
    "organization acme \"o-exampleorgid\" {\n"
    "  management 111111111111\n"
    "  account one 222222222222\n"
    "}\n"
    "team fraud { in one as role \"fraud\" }\n"
    "team fraud may do s3:GetObject on \"arn:aws:s3:::acme-a/*\"\n";

struct Watched {
  host::ExitStatus status = host::ExitStatus::kGood;
  std::string out;
  std::string err;
};

/// Watches `p`, where `at` is done at the wait of that number.
Watched Watch(host::MemoryFileSystem& files, std::function<bool(int)> at) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  int waits = 0;
  host::Environment environment{
      .files = files, .in = in, .out = out, .err = err, .today = {2026, 11, 29}, .wait = [&] {
        return at(waits++);
      }};
  const host::ExitStatus status = RunCheck({.paths = {"p"}, .watch = true}, environment);
  return {status, out.str(), err.str()};
}

std::size_t Count(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("a watched program is checked again after a change, and the last check is the status") {
  host::MemoryFileSystem files(host::FileSet{{"p/main.writ", kGood}});
  const Watched watched = Watch(files, [&](int wait) {
    if (wait == 2) return files.WriteFile("p/main.writ", std::string(kGood) + "team?").ok();
    return wait < 6;
  });
  CHECK(watched.status == host::ExitStatus::kInvalid);
  CHECK(Count(watched.out, "watching 1 file; Ctrl-C ends\n") == 2);
  CHECK(Count(watched.err, "error[") == 1);
}

TEST_CASE("a program that nobody touches is checked once") {
  host::MemoryFileSystem files(host::FileSet{{"p/main.writ", kGood}});
  const Watched watched = Watch(files, [](int wait) { return wait < 5; });
  CHECK(watched.status == host::ExitStatus::kGood);
  CHECK(Count(watched.out, "checked 1 file") == 1);
}

TEST_CASE("a file that is written in two steps is checked when it is whole") {
  host::MemoryFileSystem files(host::FileSet{{"p/main.writ", kGood}});
  const Watched watched = Watch(files, [&](int wait) {
    if (wait == 0) return files.WriteFile("p/main.writ", "team").ok();
    if (wait == 1) return files.WriteFile("p/main.writ", kGood).ok();
    return wait < 6;
  });
  CHECK(watched.status == host::ExitStatus::kGood);
  CHECK(watched.err.empty());
}

TEST_CASE("a new file of a watched folder is checked") {
  host::MemoryFileSystem files(host::FileSet{{"p/main.writ", kGood}});
  const Watched watched = Watch(files, [&](int wait) {
    if (wait == 0) return files.WriteFile("p/more.writ", "team?").ok();
    return wait < 6;
  });
  CHECK(watched.status == host::ExitStatus::kInvalid);
}

TEST_CASE("standard input cannot be watched") {
  host::MemoryFileSystem files;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{
      .files = files, .in = in, .out = out, .err = err, .today = {}, .wait = [] { return false; }};
  CHECK(RunCheck({.paths = {"-"}, .watch = true}, environment) == host::ExitStatus::kUsage);
}

}  // namespace
}  // namespace writ::commands
