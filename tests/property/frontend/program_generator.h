// Random programs that are right in form, for properties of the front end. Deterministic: the same
// seed gives the same text on every platform.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace writ::property {

/// Writes programs in which every construct of the grammar turns up, with soft keywords as names
/// and with layout and comments at random. They mean nothing.
class ProgramGenerator {
 public:
  explicit ProgramGenerator(std::uint64_t seed) : random_(seed) {}

  /// Imports and `items` items.
  std::string Program(int items);

 private:
  // Every function writes one construct of the grammar.
  void Import();
  void Item(int depth);
  void Organization();
  void Unit(int depth);
  void Account();
  void Team();
  void TeamPart();
  void Principal();
  void Principals();
  void Endpoint();
  void UseCase();
  void Attestation();
  void Guardrail();
  void GuardrailPart();
  void Finding();
  void Sentence();
  void Screening();
  void Logging();
  void OptOut();
  void Subject();
  void Modality();
  void Action();
  void ActionName();
  void Qualifiers();
  void Qualifier();
  void Route();
  void Set(int depth);
  void SetTerm(int depth);
  void Cond(int depth);
  void Comparison();
  void Key();
  void TagKey();
  void Value();
  void Literal();
  void LiteralList();
  void Policy(int depth);
  void Apply();
  void Given(int depth);
  void Test();

  /// A number below `bound`.
  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }
  bool Chance(std::uint64_t one_in) { return Below(one_in) == 0; }
  /// One token, after white space and perhaps a comment.
  void Put(std::string_view token);
  void Words(std::string_view tokens);  ///< several, separated by spaces
  void Name();
  void String();
  void Number();
  void Date();
  /// Calls `write` one or more times with a comma between.
  template <class Write>
  void List(Write write);

  std::mt19937_64 random_;
  std::string out_;
};

}  // namespace writ::property
