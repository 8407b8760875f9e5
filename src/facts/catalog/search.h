// Searching the catalog by words, for people and scripts (`writ catalog`). An answer is rows of
// named cells; the same rows are rendered as text and as JSON, with the date and the sources of the
// part they come from. Unknown facts are shown as unknown (null), never left out.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "facts/catalog/catalog.h"

namespace writ::catalog {

enum class Topic : std::uint8_t {
  kModels,
  kProfiles,
  kRegions,
  kActions,
  kKeys,
  kQuotas,
  kKinds,
  kServices,
  kVerbs,     ///< of the library (library/search.h)
  kPacks,     ///< of compliance (compliance/search.h)
  kControls,  ///< of their packs
};

/// `models`, …; nullopt for any other word.
[[nodiscard]] std::optional<Topic> TopicOf(std::string_view word);
[[nodiscard]] std::string_view Name(Topic topic);
/// All of them: "models", "profiles", …
[[nodiscard]] std::vector<std::string_view> TopicNames();

/// Calls from any of `sources` may be processed in any of `destinations`.
struct RouteGroup {
  std::vector<std::string> sources;
  std::vector<std::string> destinations;
  bool inferred = false;
};

/// monostate is "unknown".
using Value = std::variant<std::monostate, std::string, bool, std::int64_t,
                           std::vector<std::string>, std::vector<RouteGroup>>;

/// A fact: its name as in JSON (`inRegion`), and its value.
struct Cell {
  std::string name;
  Value value;
};

/// What one thing is; the first cell names it.
using Row = std::vector<Cell>;

struct Answer {
  Topic topic = Topic::kModels;
  std::vector<std::string> words;
  std::optional<Part> part;  ///< where the rows come from
  std::vector<Row> rows;     ///< by name
  /// When there are no rows: what may have been meant, in words.
  std::vector<std::string> hints;
};

/// The words that a row must contain, case ignored, and whether a text does.
class Filter {
 public:
  explicit Filter(std::span<const std::string> words);
  [[nodiscard]] bool Accepts(std::string_view text) const;

 private:
  std::vector<std::string> words_;
};

/// All things of a topic in which every word occurs, case ignored: in a name or id, a title, a
/// provider, a region. Reads the whole topic: a few milliseconds for actions.
/// Verbs, packs and controls have no rows here.
[[nodiscard]] Answer Search(const Catalog& catalog, Topic topic,
                            std::span<const std::string> words);

/// For people: a line a row, or a block of facts a row when there are few; then date and sources.
[[nodiscard]] std::string AnswerText(const Catalog& catalog, const Answer& answer);
/// {"topic", "words", "catalog", "part": {"date", "sources"}, "rows": [{…}]}, pretty, with line
/// end.
[[nodiscard]] std::string AnswerJson(const Catalog& catalog, const Answer& answer);

}  // namespace writ::catalog
