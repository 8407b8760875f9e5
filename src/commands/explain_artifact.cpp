#include "commands/explain_artifact.h"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/diag/codes/driver.h"
#include "base/support/json.h"
#include "base/support/nearest.h"
#include "base/support/sha256.h"
#include "commands/finish.h"
#include "compiler/compilation.h"
#include "compiler/near_path.h"

namespace writ::commands {
namespace {

namespace json = support::json;

constexpr std::string_view kManifest = "manifest.json";
constexpr std::uint64_t kMaxBytes = std::uint64_t{256} << 20U;

struct Found {
  std::string path;      ///< of the manifest
  std::string relative;  ///< of the file below its folder
};

/// The manifest in the folder of `file` or one above it.
std::optional<Found> FindManifest(const std::string& file, const host::FileSystem& files) {
  std::string folder = file;
  while (true) {
    const std::size_t slash = folder.find_last_of('/');
    folder = slash == std::string::npos ? "" : folder.substr(0, slash);
    const std::string path =
        folder.empty() ? std::string(kManifest) : fmt::format("{}/{}", folder, kManifest);
    if (files.KindOf(path) == host::EntryKind::kFile) {
      return Found{path, folder.empty() ? file : file.substr(folder.size() + 1)};
    }
    if (slash == std::string::npos) return std::nullopt;
  }
}

std::string_view TextOf(const json::Value& object, std::string_view key) {
  const std::optional<json::Value> value = object.Find(key);
  return value && value->is_string() ? value->text() : std::string_view();
}

std::vector<std::string_view> TextsOf(const json::Value& object, std::string_view key) {
  std::vector<std::string_view> texts;
  const std::optional<json::Value> value = object.Find(key);
  if (!value) return texts;
  for (const json::Value one : value->elements()) texts.push_back(one.text());
  return texts;
}

/// What the sentences answer for, also where a `given` block says it.
void PrintGovernance(const json::Value& statement, std::ostream& out) {
  constexpr std::pair<std::string_view, std::string_view> kLists[] = {
      {"under", "under"}, {"controls", "control"}, {"after", "after evaluation"}};
  for (const auto& [member, words] : kLists) {
    const std::vector<std::string_view> names = TextsOf(statement, member);
    if (!names.empty()) out << fmt::format("      {} {}\n", words, fmt::join(names, ", "));
  }
  if (!TextOf(statement, "until").empty())
    out << fmt::format("      until {}\n", TextOf(statement, "until"));
  const std::optional<json::Value> waived = statement.Find("waived");
  if (!waived || !waived->is_array()) return;
  for (const json::Value one : waived->elements())
    out << fmt::format("      waives {} until {} by {}: {}\n", TextOf(one, "rule"),
                       TextOf(one, "until"), TextOf(one, "by"), TextOf(one, "because"));
}

/// Whom a policy of the organization binds besides the accounts that its sentences may list.
std::string_view OfNewcomers(std::string_view target) {
  if (target == "ou") return ", and so to accounts that join it later";
  return target == "root" ? ", and so to all accounts that join the organization later" : "";
}

void PrintStatement(const json::Value& statement, std::ostream& out) {
  const std::string_view sid = TextOf(statement, "sid");
  const std::vector<std::string_view> sentences = TextsOf(statement, "sentences");
  // The words of a sentence hold its reason; trees of an older form have the reason alone.
  const std::string said = sentences.empty() ? std::string(TextOf(statement, "reason"))
                                             : fmt::format("{}", fmt::join(sentences, "; "));
  out << fmt::format("  {}  {}\n", sid.empty() ? "(whole)" : sid, said);
  for (const std::string_view place : TextsOf(statement, "from")) {
    out << fmt::format("      from {}\n", place);
  }
  PrintGovernance(statement, out);
}

class Explainer {
 public:
  Explainer(const std::string& file, const std::string& sid, host::Environment& environment)
      : file_(file), sid_(sid), environment_(environment) {}

  host::ExitStatus Run() {
    const auto bytes = environment_.files.Read(file_, kMaxBytes);
    if (!bytes.ok()) {
      compiler::SuggestPath(
          compilation_.findings.Report(diag::kFileNotReadable, {}, file_, bytes.error().reason),
          file_, environment_.files);
      return End(host::ExitStatus::kUnreadable);
    }
    const std::optional<Found> found = FindManifest(file_, environment_.files);
    if (!found) {
      compilation_.findings.Report(diag::kNoManifest, {}, file_)
          .Note("`writ build` writes manifest.json at the root of its tree");
      return End(host::ExitStatus::kInvalid);
    }
    const auto text = environment_.files.Read(found->path, kMaxBytes);
    if (!text.ok()) {
      compilation_.findings.Report(diag::kFileNotReadable, {}, found->path, text.error().reason);
      return End(host::ExitStatus::kUnreadable);
    }
    const auto manifest = json::Parse(*text);
    const std::optional<json::Value> documents =
        manifest.ok() ? manifest->root().Find("documents") : std::nullopt;
    if (documents) {
      for (const json::Value document : documents->elements()) {
        if (TextOf(document, "path") == found->relative)
          return Print(document, manifest->root(), *bytes);
      }
    }
    compilation_.findings.Report(diag::kNotInManifest, {}, found->path, found->relative);
    return End(host::ExitStatus::kInvalid);
  }

 private:
  host::ExitStatus Print(const json::Value& document, const json::Value& manifest,
                         const std::string& bytes) {
    const std::optional<json::Value> statements = document.Find("statements");
    std::vector<json::Value> chosen;
    std::vector<std::string_view> sids;
    if (statements) {
      for (const json::Value statement : statements->elements()) {
        sids.push_back(TextOf(statement, "sid"));
        if (sid_.empty() || sids.back() == sid_) chosen.push_back(statement);
      }
    }
    if (chosen.empty() && !sid_.empty()) {
      diag::Diagnostic& finding =
          compilation_.findings.Report(diag::kNoSuchStatement, {}, file_, sid_);
      for (const std::string& near : support::Nearest(sid_, sids, 3)) finding.Suggest(near);
      return End(host::ExitStatus::kInvalid);
    }
    std::ostream& out = environment_.out;
    out << fmt::format("{}: {} for {}\n", TextOf(document, "path"), TextOf(document, "kind"),
                       fmt::join(TextsOf(document, "target"), ", "));
    if (const auto attachments = manifest.Find("attachments")) {
      for (const json::Value attachment : attachments->elements()) {
        if (TextOf(attachment, "document") != TextOf(document, "path")) continue;
        out << fmt::format("  attached to {} {}{}\n", TextOf(attachment, "to"),
                           TextOf(attachment, "id"), OfNewcomers(TextOf(attachment, "to")));
      }
    }
    if (TextOf(document, "sha256") != support::Sha256Hex(bytes)) {
      out << "  edited since it was built: what follows is of the built file\n";
    }
    for (const json::Value& statement : chosen) PrintStatement(statement, out);
    return End(host::ExitStatus::kGood);
  }

  host::ExitStatus End(host::ExitStatus status) {
    return Finish(compilation_, environment_, status);
  }

  const std::string& file_;
  const std::string& sid_;
  host::Environment& environment_;
  compiler::Compilation compilation_{environment_};
};

}  // namespace

host::ExitStatus ExplainArtifact(const std::string& file, const std::string& sid,
                                 host::Environment& environment) {
  return Explainer(file, sid, environment).Run();
}

}  // namespace writ::commands
