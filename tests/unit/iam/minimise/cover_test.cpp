#include "iam/minimise/cover.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace writ::minimise {
namespace {

/// Rows by columns of '#' (required), '+' (admissible) and '.'; each value is one text of 10.
Relation Grid(const std::vector<std::string>& rows, bool has_rest = false) {
  Relation relation;
  relation.dimensions.resize(2);
  relation.dimensions[0].values.assign(rows.size(), {1, 10});
  relation.dimensions[1].values.assign(rows[0].size(), {1, 10});
  if (has_rest) {
    relation.dimensions[1].has_rest = true;
    relation.dimensions[1].values.back() = {0, 0};
  }
  for (const std::string& row : rows) {
    for (const char c : row) {
      relation.required.push_back(c == '#');
      relation.admissible.push_back(c != '.');
    }
  }
  return relation;
}

std::vector<Box> Rows(const Relation& relation) {
  std::vector<Box> boxes;
  const std::size_t columns = relation.dimensions[1].values.size();
  for (std::size_t r = 0; r < relation.dimensions[0].values.size(); ++r) {
    Box box;
    box.sets[0] = ValueSet{1} << r;
    for (std::size_t c = 0; c < columns; ++c) {
      if (relation.required[r * columns + c]) box.sets[1] |= ValueSet{1} << c;
    }
    boxes.push_back(box);
  }
  return boxes;
}

Cover Covered(const Relation& relation, std::uint64_t steps = 1'000'000) {
  return FindCover(relation, Rows(relation), steps);
}

TEST_CASE("a full product is one box") {
  const Cover cover = Covered(Grid({"##", "##"}));
  CHECK(cover.boxes.size() == 1);
  CHECK(cover.is_smallest);
  CHECK(cover.characters == 42);
}

TEST_CASE("three cells in a corner need two boxes") {
  const Cover cover = Covered(Grid({"##", "#."}));
  CHECK(cover.boxes.size() == 2);
  CHECK(cover.is_smallest);
  CHECK(cover.least_boxes == 2);
}

TEST_CASE("an admissible cell makes one box of it") {
  const Cover cover = Covered(Grid({"##", "#+"}));
  CHECK(cover.boxes.size() == 1);
}

TEST_CASE("a cover that pairwise merging of rows misses") {
  // Rows differ from each other, but three boxes of two rows cover the four.
  const Cover cover = Covered(Grid({"##..", "####", "..##", "##..", "..##"}));
  CHECK(cover.boxes.size() == 2);
  CHECK(cover.is_smallest);
}

TEST_CASE("the rest is written by what it leaves out") {
  const Relation relation = Grid({"#.##"}, true);
  const Cover cover = Covered(relation);
  CHECK(cover.boxes.size() == 1);
  CHECK(ListCharacters(relation.dimensions[1], cover.boxes[0].sets[1]) == 12);
  CHECK(ListCharacters(relation.dimensions[1], 0b1111) == 3);
}

TEST_CASE("without steps the known cover comes back with a bound") {
  const Cover cover = Covered(Grid({"##..", "####", "..##"}), 1);
  CHECK_FALSE(cover.is_smallest);
  CHECK(cover.least_boxes <= cover.boxes.size());
  CHECK(cover.least_characters <= cover.characters);
}

}  // namespace
}  // namespace writ::minimise
