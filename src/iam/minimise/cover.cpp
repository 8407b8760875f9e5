#include "cover.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/support/check.h"

namespace writ::minimise {
namespace {

constexpr ValueSet Bit(std::size_t value) { return ValueSet{1} << value; }

ValueSet All(const Dimension& dimension) {
  const std::size_t n = dimension.values.size();
  return n == kMaxValues ? ~ValueSet{0} : Bit(n) - 1;
}

ValueSet RestOf(const Dimension& dimension) {
  return dimension.has_rest ? Bit(dimension.values.size() - 1) : 0;
}

using Cell = std::array<std::uint8_t, kMaxDimensions>;

/// Boxes first, then characters.
using Cost = std::pair<std::size_t, std::size_t>;

class Search {
 public:
  Search(const Relation& relation, std::uint64_t& steps)
      : relation_(relation), steps_(steps), count_(relation.dimensions.size()) {
    std::size_t stride = 1;
    for (std::size_t d = count_; d-- > 0;) {
      strides_[d] = stride;
      stride *= relation.dimensions[d].values.size();
    }
    for (std::size_t index = 0; index < relation.required.size(); ++index) {
      if (relation.required[index]) cells_.push_back(CellOf(index));
    }
  }

  Cover Run(std::vector<Box> known);

 private:
  [[nodiscard]] Cell CellOf(std::size_t index) const {
    Cell cell{};
    for (std::size_t d = 0; d < count_; ++d) {
      cell[d] =
          static_cast<std::uint8_t>(index / strides_[d] % relation_.dimensions[d].values.size());
    }
    return cell;
  }
  [[nodiscard]] bool Holds(const Box& box, const Cell& cell) const {
    for (std::size_t d = 0; d < count_; ++d) {
      if ((box.sets[d] & Bit(cell[d])) == 0) return false;
    }
    return true;
  }
  [[nodiscard]] Box With(Box box, const Cell& cell) const {
    for (std::size_t d = 0; d < count_; ++d) box.sets[d] |= Bit(cell[d]);
    return box;
  }
  [[nodiscard]] bool Fits(const Box& box);
  [[nodiscard]] ValueSet Closure(const Box& box, std::size_t dimension);
  [[nodiscard]] std::size_t Characters(const Box& box) const;
  [[nodiscard]] std::size_t LeastCharacters(const Box& box);
  [[nodiscard]] Box Best(const Box& box);
  [[nodiscard]] std::size_t FreshCharacters(const std::vector<Box>& boxes,
                                            const std::vector<const Cell*>& open) const;
  void FindApart();
  void Join(std::vector<Box>& boxes);
  void Bound(Cover& cover);
  void Descend(std::vector<Box>& boxes);
  void Finish(const std::vector<Box>& boxes);
  [[nodiscard]] bool IsDone() const { return steps_ == 0; }

  const Relation& relation_;
  std::uint64_t& steps_;
  std::size_t count_;
  std::array<std::size_t, kMaxDimensions> strides_{};
  std::vector<Cell> cells_;
  std::vector<Cell> apart_;  ///< no two of them fit into one box
  std::vector<Box> best_;
  Cost best_cost_{};
  /// The cheapest leaf whose exact cost is not known to be attained.
  bool is_exact_ = true;
};

/// Whether every cell of a box is admissible.
bool Search::Fits(const Box& box) {
  std::array<ValueSet, kMaxDimensions> left = box.sets;
  std::size_t index = 0;
  for (std::size_t d = 0; d < count_; ++d) {
    index += static_cast<std::size_t>(std::countr_zero(left[d])) * strides_[d];
  }
  while (true) {
    if (steps_ > 0) --steps_;
    if (!relation_.admissible[index]) return false;
    // The next cell, the last dimension fastest.
    std::size_t d = count_;
    while (d-- > 0) {
      const auto old = static_cast<std::size_t>(std::countr_zero(left[d]));
      left[d] &= left[d] - 1;
      if (left[d] != 0) {
        index += (static_cast<std::size_t>(std::countr_zero(left[d])) - old) * strides_[d];
        break;
      }
      left[d] = box.sets[d];
      index -= (old - static_cast<std::size_t>(std::countr_zero(left[d]))) * strides_[d];
      if (d == 0) return true;
    }
  }
}

/// The values that can be put into one dimension of a box, each by itself and so all together.
ValueSet Search::Closure(const Box& box, std::size_t dimension) {
  ValueSet closure = box.sets[dimension];
  for (std::size_t v = 0; v < relation_.dimensions[dimension].values.size(); ++v) {
    if ((closure & Bit(v)) != 0) continue;
    Box slice = box;
    slice.sets[dimension] = Bit(v);
    if (Fits(slice)) closure |= Bit(v);
  }
  return closure;
}

std::size_t Search::Characters(const Box& box) const {
  std::size_t sum = 0;
  for (std::size_t d = 0; d < count_; ++d) {
    sum += ListCharacters(relation_.dimensions[d], box.sets[d]);
  }
  return sum;
}

/// No box that contains `box` has fewer. A larger set costs less only by what the rest saves.
std::size_t Search::LeastCharacters(const Box& box) {
  std::size_t sum = 0;
  for (std::size_t d = 0; d < count_; ++d) {
    const Dimension& dimension = relation_.dimensions[d];
    const bool has_rest = (box.sets[d] & RestOf(dimension)) != 0;
    std::size_t least = ListCharacters(dimension, box.sets[d]);
    if (dimension.has_rest) {
      const ValueSet closure = Closure(box, d);
      if ((closure & RestOf(dimension)) != 0) {
        const std::size_t closed = ListCharacters(dimension, closure);
        least = has_rest ? closed : std::min(least, closed);
      }
    }
    sum += least;
  }
  return sum;
}

/// The cheapest box that contains `box`, looking at the rests in either order.
Box Search::Best(const Box& box) {
  Box best = box;
  std::size_t cost = Characters(box);
  std::vector<std::size_t> rests;
  for (std::size_t d = 0; d < count_; ++d) {
    if (relation_.dimensions[d].has_rest) rests.push_back(d);
  }
  do {
    Box grown = box;
    for (const std::size_t d : rests) {
      Box more = grown;
      more.sets[d] = Closure(grown, d);
      if (Characters(more) < Characters(grown)) grown = more;
    }
    if (Characters(grown) < cost) {
      best = grown;
      cost = Characters(grown);
    }
  } while (std::next_permutation(rests.begin(), rests.end()));
  return best;
}

/// Cells no two of which fit into one box: each needs its own.
void Search::FindApart() {
  for (const Cell& cell : cells_) {
    const bool is_apart = std::ranges::none_of(
        apart_, [&](const Cell& other) { return Fits(With(With(Box{}, cell), other)); });
    if (is_apart) apart_.push_back(cell);
  }
}

/// Values of open cells that no box has yet must be written once more.
std::size_t Search::FreshCharacters(const std::vector<Box>& boxes,
                                    const std::vector<const Cell*>& open) const {
  std::size_t sum = 0;
  for (std::size_t d = 0; d < count_; ++d) {
    const Dimension& dimension = relation_.dimensions[d];
    if (dimension.has_rest) continue;
    ValueSet written = 0;
    for (const Box& box : boxes) written |= box.sets[d];
    ValueSet fresh = 0;
    for (const Cell* cell : open) fresh |= Bit((*cell)[d]);
    fresh &= ~written;
    for (std::size_t v = 0; v < dimension.values.size(); ++v) {
      if ((fresh & Bit(v)) != 0) sum += dimension.values[v].characters;
    }
  }
  // Each list of one text in a box to come is a character shorter than its text counts.
  const std::size_t to_come = best_cost_.first - std::min(best_cost_.first, boxes.size());
  return sum - std::min(sum, count_ * to_come);
}

/// Joins boxes while two fit into one.
void Search::Join(std::vector<Box>& boxes) {
  for (std::size_t a = 0; a < boxes.size() && !IsDone(); ++a) {
    for (std::size_t b = a + 1; b < boxes.size();) {
      Box joined = boxes[a];
      for (std::size_t d = 0; d < count_; ++d) joined.sets[d] |= boxes[b].sets[d];
      if (Fits(joined)) {
        boxes[a] = joined;
        boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(b));
        b = a + 1;
      } else {
        ++b;
      }
    }
  }
}

void Search::Finish(const std::vector<Box>& boxes) {
  std::vector<Box> finished;
  std::size_t characters = 0;
  std::size_t least = 0;
  for (const Box& box : boxes) {
    finished.push_back(Best(box));
    characters += Characters(finished.back());
    least += LeastCharacters(box);
  }
  const Cost cost{finished.size(), characters};
  if (Cost{finished.size(), least} < std::min(cost, best_cost_) && least < characters) {
    is_exact_ = false;
  }
  if (cost < best_cost_) {
    best_ = std::move(finished);
    best_cost_ = cost;
  }
}

void Search::Descend(std::vector<Box>& boxes) {
  if (IsDone()) return;
  std::vector<const Cell*> open;
  for (const Cell& cell : cells_) {
    if (std::ranges::none_of(boxes, [&](const Box& box) { return Holds(box, cell); })) {
      open.push_back(&cell);
    }
  }
  if (open.empty()) {
    Finish(boxes);
    return;
  }
  std::size_t needed = boxes.size();
  for (const Cell& cell : apart_) {
    const bool is_homeless =
        std::ranges::none_of(boxes, [&](const Box& box) { return Fits(With(box, cell)); });
    if (is_homeless) ++needed;
  }
  std::size_t least = FreshCharacters(boxes, open);
  for (const Box& box : boxes) least += LeastCharacters(box);
  if (Cost{needed, least} >= best_cost_) return;

  // The cell with the fewest homes.
  struct Move {
    std::size_t cost;
    std::size_t box;
    Box grown;
  };
  std::vector<Move> moves;
  const Cell* chosen = nullptr;
  for (const Cell* cell : open) {
    std::vector<Move> homes;
    for (std::size_t b = 0; b < boxes.size(); ++b) {
      const Box grown = With(boxes[b], *cell);
      if (Fits(grown)) homes.push_back({Characters(grown) - Characters(boxes[b]), b, grown});
    }
    if (chosen == nullptr || homes.size() < moves.size()) {
      chosen = cell;
      moves = std::move(homes);
    }
    if (moves.empty() || IsDone()) break;
  }
  std::ranges::stable_sort(moves, {}, &Move::cost);
  for (const Move& move : moves) {
    const Box old = std::exchange(boxes[move.box], move.grown);
    Descend(boxes);
    boxes[move.box] = old;
  }
  if (boxes.size() + 1 > best_cost_.first) return;
  boxes.push_back(With(Box{}, *chosen));
  Descend(boxes);
  boxes.pop_back();
}

void Search::Bound(Cover& cover) {
  cover.least_boxes = apart_.size();
  std::vector<const Cell*> open;
  for (const Cell& cell : cells_) open.push_back(&cell);
  cover.least_characters = FreshCharacters({}, open);
}

Cover Search::Run(std::vector<Box> known) {
  best_ = std::move(known);
  Join(best_);
  std::size_t characters = 0;
  for (Box& box : best_) {
    box = Best(box);
    characters += Characters(box);
  }
  best_cost_ = {best_.size(), characters};
  FindApart();
  // Cells that need boxes of their own come first, so that those are opened early.
  std::stable_partition(cells_.begin(), cells_.end(), [&](const Cell& cell) {
    return std::ranges::find(apart_, cell) != apart_.end();
  });
  std::vector<Box> boxes;
  if (cells_.size() <= kMaxRequired) Descend(boxes);
  Cover cover;
  cover.boxes = best_;
  cover.characters = best_cost_.second;
  cover.is_smallest = cells_.size() <= kMaxRequired && !IsDone() && is_exact_;
  if (cover.is_smallest) {
    cover.least_boxes = best_cost_.first;
    cover.least_characters = best_cost_.second;
  } else {
    Bound(cover);
  }
  return cover;
}

}  // namespace

std::size_t Relation::CellCount() const {
  std::size_t product = 1;
  for (const Dimension& dimension : dimensions) {
    if (product > kMaxCells) return product;
    product *= dimension.values.size();
  }
  return product;
}

std::size_t ListCharacters(const Dimension& dimension, ValueSet set) {
  const bool is_negated = (set & RestOf(dimension)) != 0;
  const ValueSet written = is_negated ? All(dimension) & ~set : set;
  if (is_negated && written == 0) return 3;  // "*"
  std::size_t texts = 0;
  std::size_t characters = 0;
  for (ValueSet left = written; left != 0; left &= left - 1) {
    const Value& value = dimension.values[static_cast<std::size_t>(std::countr_zero(left))];
    texts += value.texts;
    characters += value.characters;
  }
  // A list of n texts has n - 1 commas and two brackets, a single text neither.
  const std::size_t list = texts == 1 ? characters - 1 : characters + 1;
  return list + (is_negated ? 3 : 0);
}

Cover FindCover(const Relation& relation, std::vector<Box> known, std::uint64_t& steps) {
  WRIT_CHECK(!relation.dimensions.empty() && relation.dimensions.size() <= kMaxDimensions,
             "a relation has one to eight dimensions");
  WRIT_CHECK(relation.CellCount() <= kMaxCells, "a relation is small enough to be laid out");
  return Search(relation, steps).Run(std::move(known));
}

}  // namespace writ::minimise
