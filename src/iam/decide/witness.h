// From a path of the search to a request that a person can read, and back to the evaluator: what is
// shown was decided by the reference evaluator, not by the search.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iam/decide/problem.h"
#include "iam/decide/search.h"
#include "iam/decide/space.h"
#include "iam/policy/evaluate.h"

namespace writ::decide {

/// Decides requests for the two spaces of a question.
class Judge {
 public:
  /// The spaces must outlive the Judge.
  Judge(const Space& allowing, const Space& other, const policy::Switches& switches);

  /// Whether the first allows the request and the other does not.
  [[nodiscard]] bool Confirms(const policy::Request& request) const;
  /// With the statements that decided. Only for a request that is confirmed.
  [[nodiscard]] Witness Explain(policy::Request request) const;

 private:
  policy::ReadySet allowing_;
  policy::ReadySet other_;
};

/// As spaces are read: without the rules of single services.
[[nodiscard]] policy::Switches SpaceSwitches(policy::Switches switches);

/// Turns paths of one problem into requests.
class Shaper {
 public:
  Shaper(const Problem& problem, const Space& space, const catalog::Catalog* catalog)
      : problem_(problem), space_(space), catalog_(catalog) {}

  /// The request as the search found it.
  [[nodiscard]] policy::Request Plain(const Path& path) const;
  /// A nicer one that `judge` confirms as well, or `plain` itself: cataloged names, resources of
  /// the action's types, no context that does not matter.
  [[nodiscard]] policy::Request Shape(const Path& path, policy::Request plain,
                                      const Judge& judge) const;
  /// How many reasons there are why nobody could send the request, an action that the catalog does
  /// not have among them (none without a catalog).
  [[nodiscard]] std::size_t FaultsOf(const policy::Request& request) const;

 private:
  void ShapeAction(const Path& path, policy::Request& request, const Judge& judge) const;
  void ShapeResource(const Path& path, policy::Request& request, const Judge& judge) const;
  void ShapeContext(policy::Request& request, const Judge& judge) const;
  void ShapeKey(std::size_t at, policy::Request& request, const Judge& judge) const;
  void AgreeOnCaller(policy::Request& request, const Judge& judge) const;
  void MoveToOwner(policy::Request& request, const Judge& judge) const;
  void MoveToPartition(std::string_view partition, policy::Request& request) const;
  void AddImplied(policy::Request& request, const Judge& judge) const;
  void AgreeOnService(policy::Request& request, const Judge& judge) const;
  [[nodiscard]] bool TryRegion(std::size_t at, policy::Request& request, const Judge& judge) const;
  [[nodiscard]] std::vector<std::string> ValueIdeas(const policy::ContextKey& key,
                                                    const policy::Request& request) const;
  [[nodiscard]] std::vector<std::string> RegionIdeas(const policy::Request& request) const;
  [[nodiscard]] bool IsMultiValued(const std::string& key) const;
  void SetResource(std::string resource, policy::Request& request) const;
  [[nodiscard]] std::vector<std::string> ResourceIdeas(const Path& path,
                                                       const policy::Request& request) const;

  const Problem& problem_;
  const Space& space_;
  const catalog::Catalog* catalog_;
};

}  // namespace writ::decide
