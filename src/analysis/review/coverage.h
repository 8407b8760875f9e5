// Decision coverage: what the tests of a program have shown of its sentences.
//
// Definition, version 1. A *permission* is covered by a request that it granted, and by one of its
// actions that it does not cover and that was refused to somebody who holds it. A *prohibition* is
// covered by a request that it refused, and by one of its actions that it left alone and that was
// granted. A *condition* of a lowered statement is covered by a request for the statement's actions
// and resources that met it, and by one that did not. Each of these counts one; statements in
// several documents that are from the same sentences count together.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "analysis/review/world.h"

namespace writ::review {

/// One thing to be seen both ways.
struct Covered {
  enum class Kind { kPermission, kProhibition, kCondition };
  Kind kind = Kind::kPermission;
  std::vector<std::string> from;  ///< "path:line:column" of the sentences
  std::string what;               ///< the sentences in one line, or the condition
  bool yes = false;               ///< granted something / refused something / was met
  bool no = false;                ///< refused its edge / left something alone / was not met
};

class Coverage {
 public:
  explicit Coverage(const World& world);
  ~Coverage();
  Coverage(const Coverage&) = delete;
  Coverage& operator=(const Coverage&) = delete;

  void Observe(const Caller& caller, const std::vector<std::size_t>& identity,
               const policy::Request& request, const Judgement& judgement);

  /// By place; a sentence before its conditions.
  [[nodiscard]] std::vector<Covered> Items() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Sides seen of all sides, in percent, rounded down; 100 if there is nothing to see.
[[nodiscard]] unsigned PercentOf(const std::vector<Covered>& items);

}  // namespace writ::review
