// Intrinsic functions of CloudFormation, evaluated as far as a template tells: to texts with holes
// for what only the deployed stack knows. Nothing is guessed; parameters have no value here, not
// even their default.
// Source: CloudFormation User Guide, "Intrinsic function reference" and "Pseudo parameters
// reference" (read 2026-11-29).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/snapshot/text.h"

namespace writ::snapshot {

enum class Truth : std::uint8_t { kFalse, kTrue, kUnknown };

class Intrinsics {
 public:
  /// Of one template; `account` may be empty: not known.
  Intrinsics(const Cursor& root, std::string account);

  /// The text that a value stands for, with holes; nothing if it may be something else than a text.
  [[nodiscard]] std::optional<std::string> TextOf(const support::json::Value& value) const;
  /// The texts of a list; nothing if their number is not known.
  [[nodiscard]] std::optional<std::vector<std::string>> ListOf(
      const support::json::Value& value) const;
  /// The resource of this template that a value refers to; empty if it refers to none.
  [[nodiscard]] std::string ResourceOf(const support::json::Value& value) const;

  /// Whether a condition of the template holds whatever its parameters are. One that is not
  /// declared is unknown.
  [[nodiscard]] Truth TruthOf(std::string_view condition) const;

  struct Resolved {
    TextPtr text;
    bool has_holes = false;
  };
  /// A value with each intrinsic function replaced by its text; nothing if one may be something
  /// else than a text or a list of texts.
  [[nodiscard]] std::optional<Resolved> Resolve(const Cursor& value) const;

 private:
  [[nodiscard]] std::optional<std::string> Ref(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> GetAtt(const support::json::Value& argument) const;
  [[nodiscard]] std::string Attribute(std::string_view resource, std::string_view attribute) const;
  [[nodiscard]] std::optional<std::string> Sub(const support::json::Value& argument) const;
  [[nodiscard]] std::optional<std::string> Join(const support::json::Value& argument) const;
  [[nodiscard]] std::optional<std::string> Select(const support::json::Value& argument) const;
  [[nodiscard]] std::optional<support::json::Value> FindInMap(
      const support::json::Value& argument) const;
  [[nodiscard]] std::string TypeOf(std::string_view resource) const;
  [[nodiscard]] Truth Judge(const support::json::Value& condition, std::size_t depth);
  [[nodiscard]] Truth JudgeNamed(std::string_view name, std::size_t depth);
  struct Copying;
  void Copy(const support::json::Value& value, Copying& copying) const;

  Cursor root_;
  std::optional<support::json::Value> resources_;
  std::optional<support::json::Value> mappings_;
  std::optional<support::json::Value> conditions_;
  std::map<std::string, Truth, std::less<>> truths_;  ///< of conditions, by name
  std::string account_;
};

/// The one function that an object stands for, `Ref` included; nothing if it is a plain object.
[[nodiscard]] std::optional<support::json::Member> FunctionOf(const support::json::Value& value);

}  // namespace writ::snapshot
