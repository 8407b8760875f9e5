#include "output/emit/artifact.h"

#include <utility>

namespace writ::emit {

Artifact MakeArtifact(std::string path, std::string_view kind, std::vector<std::string> targets,
                      std::string bytes) {
  Artifact artifact;
  artifact.path = std::move(path);
  artifact.bytes = std::move(bytes);
  artifact.kind = kind;
  artifact.targets = std::move(targets);
  artifact.characters = artifact.bytes.size();
  return artifact;
}

StatementEntry EntryOf(const intent::Origin& origin) {
  return {"", {origin.place}, origin.because.empty() ? origin.sentence : origin.because};
}

}  // namespace writ::emit
