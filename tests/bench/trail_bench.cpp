// How fast logs are read and grouped, and with how much memory.
//
//   trail_bench FOLDER [TIMES [THREADS]]     FOLDER: as generate_trail.py writes it, read TIMES
//   times
//                                            over by THREADS (default: 1)
//
// A folder that is read again has the same ids, so copies are looked for and not left out.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bench/measure.h"
#include "logs/trail/classes.h"
#include "logs/trail/read_many.h"

namespace writ::trail {
namespace {

std::vector<std::filesystem::path> FilesIn(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

struct Total {
  Counts counts;
  std::size_t classes = 0;
};

Total ReadAll(const std::vector<std::filesystem::path>& files, int times, unsigned threads) {
  Classes classes({}, {});
  Seen seen(Limits{}.remembered);
  Total total;
  for (int turn = 0; turn < times; ++turn) {
    ManyLogs logs;
    logs.count = files.size();
    logs.sources = {"bedrock.amazonaws.com", "bedrock-mantle.amazonaws.com"};
    logs.threads = threads;
    logs.open = [&](std::size_t log) -> support::Result<std::shared_ptr<std::istream>> {
      return std::shared_ptr<std::istream>(
          std::make_shared<std::ifstream>(files[log], std::ios::binary));
    };
    logs.event = [&](const Event& event) {
      (void)seen.Add(event.id + static_cast<std::uint64_t>(turn));
      (void)classes.Add(event.call);
    };
    logs.end = [&](std::size_t /*log*/, const LogEnd& end) { total.counts += end.read.counts; };
    ReadManyLogs(logs);
  }
  total.classes = classes.Take().size();
  return total;
}

}  // namespace
}  // namespace writ::trail

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: trail_bench FOLDER [TIMES [THREADS]]\n";
    return 64;
  }
  const auto files = writ::trail::FilesIn(argv[1]);
  const int times = argc > 2 ? std::atoi(argv[2]) : 1;
  const unsigned threads = argc > 3 ? static_cast<unsigned>(std::atoi(argv[3])) : 1;
  const writ::trail::Total total = writ::trail::ReadAll(files, 1, threads);
  const writ::bench::Figures figures =
      writ::bench::Measure([&] { (void)writ::trail::ReadAll(files, times, threads); });
  const double records = static_cast<double>(total.counts.records) * times;
  std::cout << fmt::format(
      "{} records, {} events in {} classes: {:.1f} s elapsed, {:.1f} s of processor time, "
      "{:.0f} records a second of processor time, {:.0f} MB\n",
      records, total.counts.events, total.classes, figures.seconds, figures.processor,
      records / figures.processor, figures.megabytes);
  return 0;
}
