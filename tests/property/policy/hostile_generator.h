// Policies and requests made of what breaks careless code: names with signs, line breaks, colons,
// digits and wildcards; values that are texts, numbers, dates, addresses and ARNs at once; one key
// under operators of several families; lists and single values; variables with defaults and
// without; patterns that AWS would refuse. The numbers come from whoever draws.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::hostile {

class Generator {
 public:
  explicit Generator(std::function<std::size_t()> next) : next_(std::move(next)) {}

  /// A document of a kind; identity policies, SCPs and policies of resources are made to meet.
  policy::PolicyDocument Document(policy::Kind kind);
  /// `document` with something small changed.
  policy::PolicyDocument Changed(policy::PolicyDocument document, policy::Kind kind);
  /// A request that reads only keys that the documents ask for.
  policy::Request Request(const std::vector<const policy::PolicyDocument*>& documents,
                          policy::Kind kind);
  /// Settings of some points that AWS leaves open; the defaults half of the time.
  policy::Switches Switches();

  std::size_t Below(std::size_t limit) { return next_() % limit; }
  bool Chance(std::size_t percent) { return Below(100) < percent; }

 private:
  const std::string& OneOf(const std::vector<std::string>& words) {
    return words[Below(words.size())];
  }
  std::vector<std::string> Some(const std::vector<std::string>& words, std::size_t most);
  policy::Statement Statement(policy::Kind kind);
  policy::Principals Principals();
  policy::Condition Condition();
  policy::ContextKey Value(const std::string& key);

  std::function<std::size_t()> next_;
};

}  // namespace writ::hostile
