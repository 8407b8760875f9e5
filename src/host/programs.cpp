#include "host/programs.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to us

namespace writ::host {
namespace {

constexpr std::size_t kMaxOutput = std::size_t{256} << 20U;
constexpr std::size_t kMaxWords = 4096;

/// Both ends of a pipe, closed with it.
class Pipe {
 public:
  Pipe() { is_open_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] int read_end() const { return ends_[0]; }
  [[nodiscard]] int write_end() const { return ends_[1]; }
  void CloseRead() { Close(ends_[0]); }
  void CloseWrite() { Close(ends_[1]); }

 private:
  void Close(int& end) const {
    if (is_open_ && end >= 0) ::close(end);
    end = -1;
  }
  std::array<int, 2> ends_{-1, -1};
  bool is_open_ = false;
};

/// Standard input as a file without a name: a program that does not read it harms nobody.
class InputFile {
 public:
  explicit InputFile(const std::string& text) : file_(std::tmpfile()) {
    if (file_ == nullptr) return;
    const bool written = std::fwrite(text.data(), 1, text.size(), file_) == text.size();
    is_good_ = written && std::fflush(file_) == 0 && ::lseek(::fileno(file_), 0, SEEK_SET) == 0;
  }
  ~InputFile() {
    if (file_ != nullptr) std::fclose(file_);
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// -1: it could not be made.
  [[nodiscard]] int descriptor() const { return is_good_ ? ::fileno(file_) : -1; }

 private:
  std::FILE* file_;
  bool is_good_ = false;
};

/// Reads what there is; false at the end.
bool Drain(int descriptor, std::string& into, std::size_t most, bool& overflow) {
  std::array<char, 65536> buffer;
  const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR;
  if (got == 0) return false;
  if (into.size() + static_cast<std::size_t>(got) > most) {
    overflow = true;
    return true;
  }
  into.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

class PosixRunner : public ProgramRunner {
 public:
  [[nodiscard]] support::Result<std::string> Run(const std::vector<std::string>& arguments,
                                                 const std::string& input) const override {
    const InputFile in(input);
    if (in.descriptor() < 0) return support::Error{std::strerror(errno)};
    Pipe out;
    Pipe err;
    if (!out.is_open() || !err.is_open()) return support::Error{std::strerror(errno)};
    std::vector<std::string> words = arguments;
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out.write_end(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err.write_end(), STDERR_FILENO);
    pid_t child = 0;
    const int failed =
        ::posix_spawnp(&child, argv.front(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
      return support::Error{fmt::format("cannot run {}: {}", arguments[0], std::strerror(failed))};
    }
    out.CloseWrite();
    err.CloseWrite();
    return Finish(child, out, err, arguments.front());
  }

 private:
  static support::Result<std::string> Finish(pid_t child, const Pipe& out, const Pipe& err,
                                             const std::string& name) {
    std::string output;
    std::string words;
    bool overflow = false;
    bool ignored = false;
    std::array<pollfd, 2> ends{{{out.read_end(), POLLIN, 0}, {err.read_end(), POLLIN, 0}}};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
      if (::poll(ends.data(), ends.size(), -1) < 0) {
        if (errno == EINTR) continue;
        break;
      }
      if (ends[0].fd >= 0 && ends[0].revents != 0 &&
          !Drain(ends[0].fd, output, kMaxOutput, overflow)) {
        ends[0].fd = -1;
      }
      if (ends[1].fd >= 0 && ends[1].revents != 0 &&
          !Drain(ends[1].fd, words, kMaxWords, ignored)) {
        ends[1].fd = -1;
      }
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (overflow) return support::Error{fmt::format("{} wrote too much", name)};
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
    while (words.ends_with('\n')) words.pop_back();
    return support::Error{words.empty() ? fmt::format("{} failed", name) : words};
  }
};

}  // namespace

std::unique_ptr<ProgramRunner> MakeProgramRunner() { return std::make_unique<PosixRunner>(); }

}  // namespace writ::host
