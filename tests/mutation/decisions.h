// What the policies of a tree decide about one request, wherever they may decide it, by the plain
// evaluator: two trees that decide it alike everywhere are not told apart by it.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "iam/policy/evaluate.h"
#include "program/intent/model.h"
#include "proof/deployed/tree.h"

namespace writ::mutation {

class Decisions {
 public:
  /// Both must outlive it.
  Decisions(const deployed::Tree& tree, const intent::Organization& organization);

  /// By place and by whose rights the caller has: "prod, own policies", "trust payments agent".
  [[nodiscard]] std::map<std::string, bool> Of(const policy::Request& request) const;

 private:
  struct Held {
    const deployed::Attachment* attachment;
    const policy::CompiledPolicy* policy;
    std::string folder;
  };
  using Levels = std::vector<std::vector<const policy::CompiledPolicy*>>;

  const policy::CompiledPolicy* Compile(const policy::PolicyDocument& document, policy::Kind kind);
  [[nodiscard]] std::vector<std::size_t> NodesOf(std::string_view account) const;
  [[nodiscard]] Levels LevelsAt(std::size_t node, const std::map<std::size_t, Levels>& all) const;
  [[nodiscard]] std::vector<const policy::CompiledPolicy*> Own(
      const policy::Request& request) const;
  void OfCaller(const policy::Request& request, std::map<std::string, bool>& decided) const;
  void OfResource(const policy::Request& request, std::map<std::string, bool>& decided) const;

  const intent::Organization& organization_;
  std::deque<policy::CompiledPolicy> compiled_;
  const policy::CompiledPolicy* full_ = nullptr;      ///< of principals
  const policy::CompiledPolicy* everyone_ = nullptr;  ///< of a resource
  std::vector<Held> held_;
  std::map<std::size_t, Levels> scps_;  ///< by node: one level
  std::map<std::size_t, Levels> rcps_;
  std::map<std::string, const policy::CompiledPolicy*> trusts_;
  std::map<std::string, const policy::CompiledPolicy*> endpoints_;
};

}  // namespace writ::mutation
