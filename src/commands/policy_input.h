// Policy documents as users have them: plain files, lists, folders, standard input, and what the
// AWS CLI prints around a document.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/compilation.h"
#include "host/exit_status.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::commands {

/// The documents of one side, and by what name a user knows each: its file, "list.json[0]".
struct Documents {
  std::vector<policy::PolicyDocument> documents;
  std::vector<std::string> names;

  [[nodiscard]] std::size_t StatementCount() const;
};

/// Reads the documents of a command. What is wrong is reported and changes status().
class PolicyInput {
 public:
  PolicyInput(host::Environment& environment, compiler::Compilation& compilation,
              policy::Demand demand)
      : environment_(environment), compilation_(compilation), demand_(demand) {}

  /// A file, a folder (its `.json` files, all in force together) or `-`.
  struct Text {
    std::string path;
    std::string bytes;
  };
  using Texts = std::vector<Text>;
  [[nodiscard]] Texts Load(const std::string& path);

  /// The kind that the texts themselves tell: by what printed them, or because their documents are
  /// trust policies. Reports W7366 if they tell different ones.
  [[nodiscard]] std::optional<policy::Kind> KindOf(const std::vector<const Texts*>& sides);

  [[nodiscard]] Documents Read(const Texts& texts, policy::Kind kind);

  /// The policies of all layers (the fields of a decision case).
  [[nodiscard]] policy::PolicySet ReadStack(const Text& text);

  [[nodiscard]] host::ExitStatus status() const { return status_; }

 private:
  void Fail(std::string_view path, std::string_view reason);
  [[nodiscard]] source::FileId FileOf(const Text& text);
  void Report(const Text& text, std::size_t offset, std::string_view message,
              bool is_refused_by_aws = false);
  void ReadText(const Text& text, policy::Kind kind, Documents& out);

  friend class StackReader;
  host::Environment& environment_;
  compiler::Compilation& compilation_;
  policy::Demand demand_;
  std::map<std::string, source::FileId> sources_;
  host::ExitStatus status_ = host::ExitStatus::kGood;
};

}  // namespace writ::commands
