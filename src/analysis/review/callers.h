// Callers as classes of ARNs: all ARNs of which every test in the documents says the same. One of
// each class stands for all of it.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "analysis/review/world.h"

namespace writ::review {

/// Patterns with which the documents that may be in force for callers of an account compare
/// aws:PrincipalArn.
void AddArnTests(const World& world, std::size_t place, std::set<std::string>& tests);

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
