#include "analysis/snapshot/read.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "analysis/snapshot/builder.h"
#include "analysis/snapshot/front_ends.h"
#include "base/diag/codes/policy.h"

namespace writ::snapshot {
namespace {

namespace json = support::json;

// The first that recognizes a file reads it: the surest signs come first.
constexpr std::array<FrontEnd, 10> kFrontEnds = {{
    {"iam-collect", IsCollect, ReadCollect},
    {"Terraform", IsTerraform, ReadTerraform},
    {"CloudFormation", IsTemplate, ReadTemplate},
    {"get-account-authorization-details", IsAccountDetails, ReadAccountDetails},
    {"AWS Config", IsConfig, ReadConfig},
    {"Organizations", IsOrganizations, ReadOrganizations},
    {"Identity Center", IsIdentityCenter, ReadIdentityCenter},
    {"Bedrock guardrails", IsGuardrail, ReadGuardrail},
    {"AWS CLI answer", IsSingleAnswer, ReadSingleAnswer},
    {"policy document", IsBareDocument, ReadBareDocument},
}};

constexpr std::string_view kKnownFormats =
    "`aws iam get-account-authorization-details`, `aws organizations` and `aws sso-admin` answers, "
    "an iam-collect folder, `terraform show -json`, CloudFormation templates in JSON, AWS Config "
    "results, `aws bedrock get-guardrail`, policy documents";

// A template in YAML, by the first words of its lines.
bool IsYamlTemplate(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] == '{' || text[first] == '[') return false;
  for (const std::string_view word : {"AWSTemplateFormatVersion:", "Resources:"}) {
    const std::size_t at = text.find(word);
    if (at != std::string_view::npos && (at == 0 || text[at - 1] == '\n')) return true;
  }
  return false;
}

// The innermost folder of the path that is called as an account; empty if there is none.
std::string AccountIn(std::string_view path) {
  std::string account;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/')) {
    const std::string_view folder = path.substr(0, slash);
    const bool is_account =
        folder.size() == 12 && folder.find_first_not_of("0123456789") == std::string_view::npos;
    if (is_account) account = folder;
    path.remove_prefix(slash + 1);
  }
  return account;
}

class Reading {
 public:
  Reading(const source::SourceMap& sources, const ReadOptions& options, diag::Sink& sink)
      : sources_(sources), options_(options), sink_(sink), builder_(sink, options.limits) {}

  Snapshot Run(std::vector<File> files) {
    std::ranges::sort(files, {}, &File::path);
    if (files.size() > options_.limits.files) {
      sink_.Report(diag::kSnapshotTooManyFiles, {}, files.size(), options_.limits.files);
      return {};
    }
    for (const File& file : files) ReadFile(file);
    Snapshot made = builder_.Finish();
    for (const auto& [format, count] : formats_) {
      made.formats.push_back({std::string(format), count});
    }
    return made;
  }

 private:
  void ReadFile(const File& file) {
    const TextPtr text = Text::OfFile(sources_, file.id);
    const source::Span begin{file.id, 0, 0};
    if (text->view().size() > options_.limits.file_bytes) {
      sink_.Report(diag::kSnapshotTooLarge, begin, text->view().size(), options_.limits.file_bytes);
      return;
    }
    if (IsYamlTemplate(text->view())) {
      sink_.Report(diag::kSnapshotYaml, begin)
          .Suggest(
              "`aws cloudformation get-template --template-stage Processed` and `cdk synth` "
              "give JSON");
      return;
    }
    json::Document document;
    json::Limits limits;
    limits.bytes = options_.limits.file_bytes;
    limits.depth = options_.limits.depth;
    // A policy with a member given twice is a finding about the policy, not about the export.
    limits.duplicate_keys = json::DuplicateKeys::kRecord;
    if (const auto error = document.Read(text->view(), limits)) return Wrong(file, *error);
    ReadOptions options = options_;
    if (std::string account = AccountIn(file.path); !account.empty()) {
      options.account = std::move(account);
    }
    const Input input{{text, document.root(), ""}, file.path, options};
    for (const FrontEnd& front_end : kFrontEnds) {
      if (!front_end.is_of(input)) continue;
      ++formats_[front_end.format];
      front_end.read(input, builder_);
      return;
    }
    sink_.Report(diag::kSnapshotNotRecognized, begin, sources_.path(file.id))
        .Note(fmt::format("recognized: {}", kKnownFormats));
  }

  void Wrong(const File& file, const json::Error& error) {
    const source::Span at{file.id, error.offset, error.offset};
    if (error.code == json::ErrorCode::kTooDeep) {
      sink_.Report(diag::kSnapshotTooDeep, at, options_.limits.depth);
    } else {
      sink_.Report(diag::kSnapshotNotJson, at, error.message);
    }
  }

  const source::SourceMap& sources_;
  const ReadOptions& options_;
  diag::Sink& sink_;
  Builder builder_;
  std::map<std::string_view, std::size_t> formats_;
};

}  // namespace

Snapshot Read(const source::SourceMap& sources, std::vector<File> files, const ReadOptions& options,
              diag::Sink& sink) {
  return Reading(sources, options, sink).Run(std::move(files));
}

}  // namespace writ::snapshot
