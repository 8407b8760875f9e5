// A guardrail block after checking: the complete CreateGuardrail request, inherited parts included,
// in the API's own spellings, and the order "at least as strict as" between two of them.
//
// Every rule of AWS that the program can break has been checked before such a value exists, so what
// turns it into a request needs no vocabulary and refuses nothing. Lists are sorted (filters and
// entities in the API's order, all else by text): the order in which a block says things changes no
// byte of the request, nor its hash.
//
// Spans say where a part was said; of an inherited part they lie in an ancestor's block. They take
// part in no comparison here: compare Strictness() values, or the requests.
// Source of the fields: AWS API model bedrock/2023-04-20 of 2026-08-07, see docs/guardrails.md.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source/source.h"

namespace writ::intent {

/// Of a content filter, in ascending strictness.
enum class Strength : std::uint8_t { kNone, kLow, kMedium, kHigh };
/// "NONE", "LOW", "MEDIUM", "HIGH".
[[nodiscard]] std::string_view ApiText(Strength strength);

/// What happens to a finding on one side, in ascending strictness: what a text still lets through
/// under a later one is a subset of what it lets through under an earlier one.
enum class Response : std::uint8_t {
  kUnexamined,  ///< that side is not evaluated
  kDetect,      ///< reported only ("NONE")
  kMask,        ///< the finding is replaced by its kind ("ANONYMIZE")
  kBlock        ///< the text is withheld ("BLOCK")
};
/// The API's action: kUnexamined has none of its own and reads "NONE".
[[nodiscard]] std::string_view ApiText(Response response);

/// The two texts that a guardrail examines, with the place where each was said.
struct Sides {
  Response input = Response::kUnexamined;
  Response output = Response::kUnexamined;
  source::Span input_span = {};
  source::Span output_span = {};
};

struct ContentFilter {
  std::string type;  ///< "HATE"
  Strength input = Strength::kNone;
  Strength output = Strength::kNone;
  Sides sides{Response::kBlock, Response::kBlock, {}, {}};  ///< kBlock or kDetect
  bool input_image = false;                                 ///< examines images too, not text only
  bool output_image = false;
  source::Span input_span = {};  ///< of the level
  source::Span output_span = {};
};

struct DeniedTopic {
  std::string name;
  std::string definition;
  std::vector<std::string> examples = {};  ///< in the order written
  Sides sides{Response::kBlock, Response::kBlock, {}, {}};
  source::Span span = {};
  source::Span definition_span = {};
};

struct BlockedWord {
  std::string text;
  Sides sides = {};
};

/// A managed word list or a kind of personal data.
struct Finding {
  std::string type;  ///< "PROFANITY", "US_SOCIAL_SECURITY_NUMBER"
  Sides sides = {};
};

struct Pattern {
  std::string name;
  std::string regex;
  Sides sides = {};
  source::Span span = {};
};

/// Contextual grounding or relevance: answers that score lower are withheld or reported.
struct Threshold {
  double value = 0;  ///< 0 to 0.99
  Response response = Response::kBlock;
  source::Span span = {};
};

struct Reasoning {
  std::vector<std::string> policies;      ///< ARNs, sorted
  std::optional<double> confidence = {};  ///< 0 to 1
  source::Span span = {};
};

enum class Tier : std::uint8_t { kClassic, kStandard };
/// "CLASSIC", "STANDARD".
[[nodiscard]] std::string_view ApiText(Tier tier);

struct Guardrail {
  std::string name;
  source::Span span = {};  ///< the name in its declaration
  std::string extends;     ///< parent's name, or empty

  std::optional<std::string> description;
  std::optional<Tier> tier;            ///< absent: not said, which AWS reads as classic
  std::optional<std::string> profile;  ///< guardrail profile id, "us.guardrail.v1:0"
  std::vector<ContentFilter> filters;
  std::vector<DeniedTopic> topics;
  std::vector<BlockedWord> words;
  std::vector<Finding> word_lists;
  std::vector<Finding> entities;
  std::vector<Pattern> patterns;
  std::optional<Threshold> grounding;
  std::optional<Threshold> relevance;
  std::optional<Reasoning> reasoning;
  std::string input_message;
  std::string output_message;
  std::optional<std::string> key;           ///< key ARN, alias ARN, key id or "alias/…"
  std::map<std::string, std::string> tags;  ///< key → value
  source::Span tier_span = {};
  source::Span profile_span = {};
};

/// One comparable part of a guardrail's protection: `component` says of what ("filter HATE on
/// input"); of two parts of one component the one with the greater `rank` is stricter if their
/// `identity` is equal; with different identities neither is (two regular expressions, say).
struct StrictnessPart {
  double rank = 0;
  std::string identity;
  source::Span span = {};    ///< where it was said; not compared
  std::string reading = {};  ///< "high", "mask", "0.8": for messages; not compared
  bool operator==(const StrictnessPart& other) const {
    return rank == other.rank && identity == other.identity;
  }
};

/// What a guardrail protects against, component by component. A missing component is the weakest.
/// Names, messages, description, key, tags and routing are no part of it.
using StrictnessView = std::map<std::string, StrictnessPart>;

[[nodiscard]] StrictnessView Strictness(const Guardrail& guardrail);

/// A component in which one guardrail is not at least as strict as another.
struct Weakening {
  std::string component;
  StrictnessPart wanted;                     ///< what the other one has
  std::optional<StrictnessPart> found = {};  ///< absent: the component is missing
};

/// Where `one` is not at least as strict as `other`, by component; empty iff it is at least as
/// strict. A partial order over views: reflexive, transitive, antisymmetric. Linear in the parts.
[[nodiscard]] std::vector<Weakening> WeakerThan(const StrictnessView& one,
                                                const StrictnessView& other);

}  // namespace writ::intent
