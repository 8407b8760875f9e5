// The cheapest way to write a relation as a union of products.
//
// A relation is a set of cells; a cell has one value in each dimension (actions, resources, values
// of a condition). A product of sets of values, a box, becomes one statement. Wanted are boxes that
// contain every required cell and no cell that is not admissible: fewest boxes, then fewest
// characters. That is the minimum biclique cover, NP-hard but small once values that behave alike
// are taken together. So: branch and bound, exact where it ends within its steps, and with bounds
// that hold where it does not.
//
// A dimension may have a rest: everything that none of its values names. A set with the rest is
// written by what it leaves out (NotAction, or "*").
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace writ::minimise {

inline constexpr std::size_t kMaxDimensions = 8;
/// Values of one dimension, after values that behave alike were taken together.
inline constexpr std::size_t kMaxValues = 64;
/// Cells of the whole product.
inline constexpr std::size_t kMaxCells = 1U << 14U;
/// Required cells that are searched for an optimum.
inline constexpr std::size_t kMaxRequired = 512;

using ValueSet = std::uint64_t;

/// One value: how many texts it stands for, and their characters in a list, each with quotes and a
/// comma.
struct Value {
  std::size_t texts = 1;
  std::size_t characters = 0;
};

struct Dimension {
  std::vector<Value> values;
  bool has_rest = false;  ///< the last value is the rest
};

struct Relation {
  std::vector<Dimension> dimensions;
  std::vector<bool> required;    ///< by CellIndex
  std::vector<bool> admissible;  ///< by CellIndex; every required cell is

  [[nodiscard]] std::size_t CellCount() const;
};

struct Box {
  std::array<ValueSet, kMaxDimensions> sets{};
};

struct Cover {
  std::vector<Box> boxes;
  std::size_t characters = 0;  ///< of all lists
  bool is_smallest = false;
  std::size_t least_boxes = 0;
  std::size_t least_characters = 0;  ///< of all lists
};

/// Characters of a set of values as JSON, a plain string where it is one text; a set with the rest
/// counts three more for "Not".
[[nodiscard]] std::size_t ListCharacters(const Dimension& dimension, ValueSet set);

/// Covers the relation, not worse than `known` (a cover). `steps` is taken down by the work done.
[[nodiscard]] Cover FindCover(const Relation& relation, std::vector<Box> known,
                              std::uint64_t& steps);

}  // namespace writ::minimise
