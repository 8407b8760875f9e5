// Questions of a command as SMT-LIB texts in a folder, one file each.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "compiler/compilation.h"
#include "host/exit_status.h"
#include "host/file_system.h"
#include "iam/decide/space.h"

namespace writ::commands {

class SmtFolder {
 public:
  /// `title` says in each file what the questions are about. The catalog must outlive it.
  SmtFolder(std::string path, std::string title, const catalog::Catalog& catalog)
      : path_(std::move(path)), title_(std::move(title)), catalog_(catalog) {}

  /// What the questions that follow are about.
  void Begin(std::string title) { title_ = std::move(title); }
  /// Takes a question: does `right` allow all that `left` does?
  void Take(const decide::Space& left, const decide::Space& right);

  /// Writes what was taken; the folder must be absent or empty, else the status is kUsage. Says how
  /// many questions were written, and why others could not be stated.
  [[nodiscard]] host::ExitStatus Write(host::Environment& environment,
                                       compiler::Compilation& compilation) const;

 private:
  std::string path_;
  std::string title_;
  const catalog::Catalog& catalog_;
  host::FileSet files_;
  std::size_t count_ = 0;
  std::map<std::string, std::size_t> unstated_;  // by reason
};

}  // namespace writ::commands
