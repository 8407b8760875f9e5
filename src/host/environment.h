// Everything a command may see of the world: files, streams, the day, and what the user chose for
// all commands alike. A command that gets the same Environment prints and writes the same bytes.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>

#include "base/diag/render.h"
#include "base/support/date.h"
#include "host/file_system.h"
#include "host/programs.h"

namespace writ::host {

/// The options that every command has.
struct Settings {
  diag::Format diagnostics = diag::Format::kText;
  bool color = false;  ///< decided from --color, NO_COLOR and the terminal
  bool quiet = false;
  bool verbose = false;
  std::string catalog_file;  ///< empty: the catalog of the executable
  bool allow_unknown = false;
};

struct Environment {
  FileSystem& files;
  std::istream& in;
  std::ostream& out;      ///< results
  std::ostream& err;      ///< findings
  support::Date today;    ///< --as-of, else the clock: the only clock there is
  bool terminal = false;  ///< findings go to a terminal
  bool no_color = false;  ///< the user set NO_COLOR
  /// Milliseconds since some moment, to tell people how long something took and for nothing else;
  /// none: everything takes no time.
  double (*stopwatch)() = nullptr;
  /// For tests: programs' files are read in the opposite order, which must change nothing.
  bool reverse_files = false;
  Settings settings = {};
  const ProgramRunner* programs = nullptr;  ///< absent: no other program can be run
  /// Waits a moment before watched files are looked at again; false: that is enough. Absent: files
  /// cannot be watched.
  std::function<bool()> wait = nullptr;

  /// The same with other files.
  [[nodiscard]] Environment With(FileSystem& other) const { return With(other, out); }
  /// The same with results that go elsewhere.
  [[nodiscard]] Environment With(std::ostream& other) const { return With(files, other); }

 private:
  [[nodiscard]] Environment With(FileSystem& other_files, std::ostream& other_out) const {
    return {other_files, in,        other_out,     err,      today,    terminal,
            no_color,    stopwatch, reverse_files, settings, programs, wait};
  }
};

}  // namespace writ::host
