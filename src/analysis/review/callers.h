// Callers as classes of ARNs: all ARNs of which every test in the documents says the same. One of
// each class stands for all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "analysis/review/world.h"

namespace writ::review {

/// Patterns of aws:PrincipalArn that the documents tell apart which may be in force for callers of
/// an account: by this key, or by one that follows from it.
void AddArnTests(const World& world, std::size_t place, std::set<std::string>& tests);

enum class NamesRead : std::uint8_t {
  kNot,     ///< no document of the account reads aws:username
  kAsArns,  ///< each compares it with texts, as AddArnTests does: classes of ARNs tell it
  kFreely,
};
/// Whether documents that may be in force for callers of an account read aws:PrincipalType.
[[nodiscard]] bool ReadsTypes(const World& world, std::size_t place);
/// How the documents that may be in force for callers of an account read the names of users.
[[nodiscard]] NamesRead HowNamesAreRead(const World& world, std::size_t place);

struct CallerClass {
  std::string arn;                 ///< one of it
  std::vector<std::string> names;  ///< what tells it from the rest: `role "break-glass"`
};

/// `role "break-glass"`, `roles that match both "ops-*" and "*-app"`; empty if nothing tells it.
[[nodiscard]] std::string ClassText(const CallerClass& one);

struct CallerClasses {
  std::vector<CallerClass> classes;  ///< what no test names comes first
  bool is_complete = true;
};

/// The classes of the ARNs that one of `base` matches and none of `excluded`; `example` is one that
/// a `base` pattern matches.
[[nodiscard]] CallerClasses ClassesOf(const std::vector<std::string>& base,
                                      const std::string& example,
                                      const std::set<std::string>& tests,
                                      const std::vector<std::string>& excluded);

}  // namespace writ::review
