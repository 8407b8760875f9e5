// What a request of an AWS call says, part by part in words: "filter HATE on input" → "HIGH". The
// bytes and the program are both turned into such a table, and the tables are held together. What a
// member that is left out means, and what a member is called, stands in one place: where it is
// read.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/support/json.h"

namespace writ::deployed {

class Said {
 public:
  /// A part that is said twice is wrong.
  void Say(const std::string& part, std::string value);
  void Wrong(std::string what) { wrong_.push_back(std::move(what)); }

  [[nodiscard]] const std::map<std::string, std::string>& parts() const { return parts_; }
  [[nodiscard]] const std::vector<std::string>& wrong() const { return wrong_; }

 private:
  std::map<std::string, std::string> parts_;
  std::vector<std::string> wrong_;
};

/// A list as one text that no other list has.
[[nodiscard]] std::string Listed(const std::vector<std::string>& texts);

/// Where two tables part, one line each.
[[nodiscard]] std::vector<std::string> Partings(const Said& wanted, const Said& found);

/// The members of an object, each asked for by name. What nobody asked for has no meaning that is
/// known here, so it is wrong, and so is a value of another kind.
class Members {
 public:
  Members(support::json::Value object, Said& said);

  [[nodiscard]] std::optional<std::string> Text(std::string_view key);
  [[nodiscard]] std::string Text(std::string_view key, std::string_view left_out);
  [[nodiscard]] bool Flag(std::string_view key, bool left_out);
  /// As the shortest decimal text of its value.
  [[nodiscard]] std::optional<std::string> Number(std::string_view key);
  [[nodiscard]] std::vector<std::string> Texts(std::string_view key);
  [[nodiscard]] std::optional<Members> Object(std::string_view key);
  [[nodiscard]] std::vector<Members> Objects(std::string_view key);
  /// Names of all members; each counts as asked for.
  [[nodiscard]] std::vector<std::string> Names();
  /// To be called when all was asked for.
  void Finish() const;

 private:
  [[nodiscard]] std::optional<support::json::Value> Take(std::string_view key,
                                                         support::json::Kind kind);

  support::json::Value object_;
  Said* said_;
  std::vector<std::string> asked_;
};

}  // namespace writ::deployed
