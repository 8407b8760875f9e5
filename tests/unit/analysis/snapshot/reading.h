// Files in memory, read as a snapshot.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/snapshot/read.h"
#include "base/diag/diag.h"
#include "base/source/source.h"

namespace writ::snapshot {

struct ReadFiles {
  source::SourceMap sources;
  diag::Sink sink;
  Snapshot snapshot;

  ReadFiles(std::vector<std::pair<std::string, std::string>> texts, const ReadOptions& options) {
    std::vector<File> files;
    for (auto& [path, text] : texts) {
      const source::FileId id = sources.Add(path, std::move(text));
      files.push_back({id, path});
    }
    snapshot = Read(sources, std::move(files), options, sink);
  }

  [[nodiscard]] std::vector<int> codes() const {
    std::vector<int> all;
    for (const diag::Diagnostic& found : sink.Sorted(sources)) all.push_back(found.number);
    return all;
  }
  [[nodiscard]] const Principal* Find(std::string_view name) const {
    for (const Principal& one : snapshot.principals.items) {
      if (one.name == name) return &one;
    }
    return nullptr;
  }
  // The text of the file at the place where the first action of a document stands.
  [[nodiscard]] std::string FirstAction(DocumentId id) const {
    const Document& document = snapshot.documents[id];
    const auto read = document.Read(policy::Demand::kGrammar);
    if (!read) return "?";
    return std::string(sources.text(document.SpanOf(read->places.statements.at(0).actions.at(0))));
  }
};

inline ReadFiles ReadAll(std::vector<std::pair<std::string, std::string>> texts,
                         const ReadOptions& options = {}) {
  return ReadFiles(std::move(texts), options);
}

}  // namespace writ::snapshot
