// The search for a request that one side allows and the other does not.
//
// Attribute by attribute, only what the statements still alive say of the next one divides its
// values; each part leads to a node that depends on the statements still alive and nothing else, so
// equal nodes are looked at once. The action comes first: it leaves few statements alive. A node at
// which no difference can arise any more is not entered; most are of that kind.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "iam/decide/problem.h"
#include "iam/decide/space.h"
#include "iam/decide/text.h"

namespace writ::decide {

/// The values chosen on the way to a difference; what is not listed does not matter.
struct Choice {
  Attribute attribute = kNoAttribute;
  std::string text;                       ///< of resource and principal
  std::optional<policy::ContextKey> key;  ///< of a key; absent: the key is absent
  std::vector<std::uint32_t> tests;       ///< looked at here
  std::vector<bool> holds;                ///< by those
};
struct Path {
  std::string service;
  std::string name;
  bool is_other_service = false;       ///< one that no document names
  std::vector<std::uint32_t> actions;  ///< tests of actions that hold for one side or the other
  std::vector<std::uint32_t> other_actions;
  std::vector<Choice> choices;
};

class Search {
 public:
  /// Looks for what `allowing` allows and the other side does not.
  Search(const Problem& problem, Side allowing, Budget& budget);

  enum class Extent : std::uint8_t {
    kSome,  ///< at least one, if there is one
    kAll,   ///< disjoint paths that cover the difference
  };
  /// Calls `found` with one difference after the other until it returns false, or none is left.
  void Run(Extent extent, const std::function<bool(const Path&)>& found);

  /// What kept the search from looking everywhere; empty: it was complete (if it was not stopped).
  [[nodiscard]] const std::vector<Obstacle>& obstacles() const { return obstacles_; }

 private:
  struct Entry {
    ChainId chain = 0;
    Mask allowing = 0;
    Mask other = 0;
    auto operator<=>(const Entry&) const = default;
  };
  using Node = std::vector<Entry>;
  struct NodeHash {
    std::size_t operator()(const Node& node) const;
  };
  enum class State : std::uint8_t { kSettled, kOpen };

  struct KeyAtom {
    std::optional<policy::ContextKey> key;
    std::vector<bool> holds;
  };

  State Simplify(Node& node) const;
  void Merge(Node& node) const;
  void LookAtActions();
  void LookAtService(const std::string& service, const std::vector<std::uint32_t>& special);
  void LookAtNames(const std::string& service, std::span<const std::uint32_t> special);
  void LookAtOtherService(const std::function<bool(std::string_view)>& is_named);
  [[nodiscard]] Node AliveAt(const std::string* service) const;
  void Enter(Node node);
  void Divide(const Node& node, Attribute attribute);
  void DivideResource(const Node& node, const std::vector<std::uint32_t>& tests);
  void DividePrincipal(const Node& node, const std::vector<std::uint32_t>& tests);
  void DivideKey(const Node& node, Attribute attribute, const std::vector<std::uint32_t>& tests);
  void Follow(const Node& node, Attribute attribute, Choice choice);
  [[nodiscard]] Node Next(const Node& node, Attribute attribute,
                          std::span<const std::uint32_t> tests,
                          std::span<const Belongs> belongs) const;
  /// Of one text, by test: whether what begins so need not be looked at.
  using IsSettled = std::function<bool(std::span<const Belongs>)>;
  [[nodiscard]] std::vector<KeyAtom> KeyAtoms(Attribute attribute,
                                              const std::vector<std::uint32_t>& tests,
                                              const IsSettled& is_settled);
  [[nodiscard]] bool IsDividedAlone(Attribute attribute,
                                    const std::vector<std::uint32_t>& tests) const;
  struct ElementAtoms;
  [[nodiscard]] std::optional<ElementAtoms> Elements(Attribute attribute,
                                                     const std::vector<std::uint32_t>& tests,
                                                     const IsSettled& is_settled);
  [[nodiscard]] Belongs Passes(std::uint32_t test, Belongs belongs, Belongs is_readable) const;
  [[nodiscard]] bool IsPassed(const KeyTest& test, const std::string& text, bool is_among) const;
  [[nodiscard]] bool IsSeenInLists(const KeyTest& test) const;
  [[nodiscard]] std::vector<bool> HoldsAbsent(const std::vector<std::uint32_t>& tests) const;
  [[nodiscard]] std::vector<bool> HoldsOfList(const std::vector<std::uint32_t>& tests,
                                              const std::vector<bool>& some,
                                              bool is_null_set) const;
  void Stop(Obstacle obstacle);
  [[nodiscard]] std::vector<TextAtom> DivideTexts(const TextQuestion& question);

  const Problem& problem_;
  Side allowing_;
  Budget& budget_;
  const Formula& formula_;
  const Formula& other_formula_;
  Extent extent_ = Extent::kSome;
  std::function<bool(const Path&)> found_;
  bool is_stopped_ = false;
  std::size_t found_count_ = 0;
  std::size_t depth_ = 0;
  Path path_;
  std::unordered_set<Node, NodeHash> done_;
  std::vector<Obstacle> obstacles_;
  std::map<std::vector<std::uint32_t>, std::vector<KeyAtom>> key_atoms_;
};

}  // namespace writ::decide
