#include "compiler/bindings.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/diag/codes/lowering.h"
#include "base/support/json.h"
#include "base/support/nearest.h"
#include "iam/policy/account.h"

namespace writ::compiler {
namespace {

namespace json = support::json;
using intent::BoundGuardrail;
using source::Span;

/// Versions have up to 8 digits (AWS API model bedrock/2023-04-20 of 2026-08-07,
/// GuardrailNumericalVersion).
constexpr std::int64_t kMaxVersion = 99'999'999;

bool AllIn(std::string_view text, std::string_view ranges) {
  return !text.empty() && std::ranges::all_of(text, [ranges](char c) {
    for (std::size_t i = 0; i + 1 < ranges.size(); i += 2) {
      if (c >= ranges[i] && c <= ranges[i + 1]) return true;
    }
    return false;
  });
}

/// Words of letters joined by hyphens, then a number: `us-gov-east-1`.
bool IsRegion(std::string_view text) {
  const std::size_t last = text.rfind('-');
  if (last == std::string_view::npos || !AllIn(text.substr(last + 1), "09")) return false;
  std::string_view words = text.substr(0, last);
  int count = 0;
  while (!words.empty()) {
    const std::size_t hyphen = std::min(words.find('-'), words.size());
    if (!AllIn(words.substr(0, hyphen), "az")) return false;
    words.remove_prefix(std::min(hyphen + 1, words.size()));
    ++count;
  }
  return count >= 2;
}

/// The region in arn:aws…:bedrock:REGION:ACCOUNT:guardrail/ID, or nothing if it is no such ARN.
std::optional<std::string_view> RegionOfGuardrail(std::string_view arn) {
  constexpr std::size_t kMaxId = 64;
  std::vector<std::string_view> parts;
  while (parts.size() < 5 && arn.find(':') != std::string_view::npos) {
    parts.push_back(arn.substr(0, arn.find(':')));
    arn.remove_prefix(parts.back().size() + 1);
  }
  if (parts.size() < 5 || parts[0] != "arn" || parts[2] != "bedrock") return std::nullopt;
  const bool is_aws = parts[1] == "aws" || (parts[1].starts_with("aws-") && parts[1].size() > 4);
  constexpr std::string_view kType = "guardrail/";
  if (!is_aws || !IsRegion(parts[3]) || !policy::IsAccountId(parts[4]) || !arn.starts_with(kType)) {
    return std::nullopt;
  }
  const std::string_view id = arn.substr(kType.size());
  if (id.size() > kMaxId || !AllIn(id, "az09")) return std::nullopt;
  return parts[3];
}

class Reader {
 public:
  Reader(const source::SourceMap& sources, source::FileId file,
         const std::vector<std::string>& guardrails, diag::Sink& sink, std::string_view partition)
      : sources_(sources),
        file_(file),
        guardrails_(guardrails),
        sink_(sink),
        partition_(partition) {}

  intent::Bindings Run() {
    const auto document = json::Parse(sources_.text(file_));
    if (document.ok()) {
      ReadRoot(document->root());
    } else {
      ReportSyntax(document.error());
    }
    return std::move(bindings_);
  }

 private:
  [[nodiscard]] Span At(json::Value value) const { return {file_, value.begin(), value.end()}; }

  void ReportSyntax(const json::Error& error) {
    const auto size = static_cast<std::uint32_t>(sources_.text(file_).size());
    const auto place = [&](std::uint32_t offset) {
      return Span{file_, std::min(offset, size), std::min(offset + 1, size)};
    };
    diag::Diagnostic& found = sink_.Report(diag::kBindingsNotJson, place(error.offset),
                                           sources_.path(file_), error.message);
    if (error.other_offset) found.Also(place(*error.other_offset), "first occurrence");
  }

  /// Whether `value` is an object; reports it if not.
  bool IsObject(json::Value value, std::string_view what) {
    if (value.is_object()) return true;
    sink_.Report(diag::kBindingsShape, At(value), what, "an object", json::Describe(value.kind()))
        .At("not an object");
    return false;
  }

  void Unknown(json::Value key, std::string_view what, const std::vector<std::string_view>& known) {
    diag::Diagnostic& found =
        sink_.Report(diag::kUnknownBindingsKey, At(key), what, key.text()).At("not a member");
    const std::vector<std::string> nearest = support::Nearest(key.text(), known, 1);
    if (!nearest.empty()) {
      found.Patch("did you mean `" + nearest.front() + "`?", At(key), '"' + nearest.front() + '"');
      return;
    }
    found.Note(fmt::format("it has: `{}`", fmt::join(known, "`, `")));
  }

  void ReadRoot(json::Value root) {
    if (!IsObject(root, "a bindings file")) return;
    for (const json::Member member : root.members()) {
      if (member.key.text() != "guardrails") {
        Unknown(member.key, "a bindings file", {"guardrails"});
      } else if (IsObject(member.value, "`guardrails`")) {
        for (const json::Member guardrail : member.value.members()) ReadGuardrail(guardrail);
      }
    }
  }

  void ReadGuardrail(json::Member guardrail) {
    const std::string name(guardrail.key.text());
    if (!std::ranges::binary_search(guardrails_, name)) {
      diag::Diagnostic& found =
          sink_.Report(diag::kBindingOfUnknownGuardrail, At(guardrail.key), name).At("unused");
      const std::vector<std::string_view> known(guardrails_.begin(), guardrails_.end());
      const std::vector<std::string> nearest = support::Nearest(name, known, 1);
      if (!nearest.empty()) {
        found.Patch("did you mean `" + nearest.front() + "`?", At(guardrail.key),
                    '"' + nearest.front() + '"');
      }
    }
    if (!IsObject(guardrail.value, "a guardrail's bindings")) return;
    for (const json::Member account : guardrail.value.members()) {
      if (!policy::IsAccountId(account.key.text())) {
        sink_.Report(diag::kBindingsAccountId, At(account.key), account.key.text())
            .At("not 12 digits")
            .Note("bindings use the calling account's id, not its name");
      } else if (IsObject(account.value, "an account's bindings")) {
        for (const json::Member region : account.value.members()) {
          ReadRegion(name, std::string(account.key.text()), region);
        }
      }
    }
  }

  void ReadRegion(const std::string& guardrail, const std::string& account, json::Member region) {
    if (!IsRegion(region.key.text())) {
      sink_.Report(diag::kBindingsRegion, At(region.key), region.key.text()).At("not a region");
      return;
    }
    if (!IsObject(region.value, "a binding")) return;
    for (const json::Member member : region.value.members()) {
      if (member.key.text() != "arn" && member.key.text() != "version") {
        Unknown(member.key, "a binding", {"arn", "version"});
      }
    }
    const std::optional<std::string> arn = ReadArn(region);
    const std::optional<std::uint32_t> version = ReadVersion(region.value);
    if (!arn || !version) return;
    bindings_.Bind(guardrail, account, std::string(region.key.text()),
                   BoundGuardrail{*arn, *version, At(region.value)});
  }

  std::optional<json::Value> Find(json::Value binding, std::string_view key) {
    const std::optional<json::Value> value = binding.Find(key);
    if (!value) {
      sink_.Report(diag::kMissingBindingsKey, At(binding), "this binding", key).At("incomplete");
    }
    return value;
  }

  std::optional<std::string> ReadArn(json::Member region) {
    const std::optional<json::Value> arn = Find(region.value, "arn");
    if (!arn) return std::nullopt;
    if (!arn->is_string()) {
      sink_.Report(diag::kBindingsShape, At(*arn), "`arn`", "a string",
                   json::Describe(arn->kind()));
      return std::nullopt;
    }
    const std::optional<std::string_view> its_region = RegionOfGuardrail(arn->text());
    if (!its_region) {
      ReportArn(*arn);
      return std::nullopt;
    }
    if (*its_region != region.key.text()) {
      sink_.Report(diag::kBindingsArnRegion, At(*arn), *its_region, region.key.text())
          .At("in another region")
          .Also(At(region.key), "bound here")
          .Note("a call can only use a guardrail in its own region");
      return std::nullopt;
    }
    // arn:PARTITION:bedrock:…, as its form was checked.
    const std::string_view rest = arn->text().substr(4);
    const std::string_view its_partition = rest.substr(0, rest.find(':'));
    if (!partition_.empty() && its_partition != partition_) {
      sink_.Report(diag::kBindingsPartition, At(*arn), its_partition, partition_)
          .At("in another partition");
      return std::nullopt;
    }
    return std::string(arn->text());
  }

  void ReportArn(json::Value arn) {
    diag::Diagnostic& found =
        sink_.Report(diag::kBindingsArn, At(arn), arn.text()).At("wrong ARN format");
    const std::string_view text = arn.text();
    const std::size_t colon = text.rfind(':');
    if (colon != std::string_view::npos && RegionOfGuardrail(text.substr(0, colon))) {
      found.Patch("the version is a separate member", At(arn),
                  '"' + std::string(text.substr(0, colon)) + '"');
      return;
    }
    found.Note(
        "its form is arn:aws:bedrock:REGION:ACCOUNT:guardrail/ID, as CreateGuardrail "
        "returns it");
  }

  std::optional<std::uint32_t> ReadVersion(json::Value binding) {
    const std::optional<json::Value> version = Find(binding, "version");
    if (!version) return std::nullopt;
    const std::optional<std::int64_t> number = version->AsInteger();
    if (number && *number >= 1 && *number <= kMaxVersion) {
      return static_cast<std::uint32_t>(*number);
    }
    diag::Diagnostic& found =
        sink_.Report(diag::kBindingsVersion, At(*version), version->text()).At("not a version");
    if (version->text() == "DRAFT") {
      found.Suggest("publish it with CreateGuardrailVersion, and bind the version it returns")
          .Note(
              "anyone who can update the guardrail can weaken its draft; a version never changes");
    } else if (version->is_string() && AllIn(version->text(), "09")) {
      found.Patch("write the number without quotes", At(*version), std::string(version->text()));
    } else {
      found.Note(fmt::format("versions are whole numbers from 1 to {}", kMaxVersion));
    }
    return std::nullopt;
  }

  const source::SourceMap& sources_;
  source::FileId file_;
  const std::vector<std::string>& guardrails_;
  diag::Sink& sink_;
  std::string_view partition_;  ///< empty: whichever
  intent::Bindings bindings_;
};

}  // namespace

intent::Bindings ReadBindings(const source::SourceMap& sources, source::FileId file,
                              const std::vector<std::string>& guardrails, diag::Sink& sink,
                              std::string_view partition) {
  return Reader(sources, file, guardrails, sink, partition).Run();
}

}  // namespace writ::compiler
