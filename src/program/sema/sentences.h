// From one sentence as written to what it permits or forbids.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "program/sema/qualifiers.h"

namespace writ::sema {

/// A sentence in one place of the program: inside which blocks and with which names.
struct SentencePlace {
  enum class Purpose { kStatement, kRequirement, kAssertion, kTest };
  Purpose purpose = Purpose::kStatement;
  const std::vector<GivenFrame>* givens = nullptr;
  const Environment* environment = nullptr;
  std::string_view test;  ///< the title, for a line of a test
};

/// What later checks want to know of a permission; parallel to Model::permissions.
struct PermissionFacts {
  Span action;
  bool runtime = false;
  bool admin = false;
  const library::Verb* verb = nullptr;  ///< null for `do`
  Waiver* separation = nullptr;         ///< `waive separation-of-duties`
};

struct Sentences {
  std::deque<Waiver> waivers;
  std::vector<PermissionFacts> permissions;
  std::set<std::string> used_libraries;
};

/// Keeps the waivers by code, to be held against what is reported of the sentence.
void NoteWaivers(Context& context, const Narrowing& narrowing, Span sentence);
/// Where and why a thing was said.
[[nodiscard]] intent::Origin OriginOf(Context& context, const Narrowing& narrowing, Span span);
/// Reports a qualifier that `what` does not take; `beside` is where that stands.
void RefuseQualifier(Context& context, Span qualifier, std::string_view word, std::string_view what,
                     Span beside);
/// Refuses those about calls of models: how they are routed, and through or with what.
bool CheckNoCallQualifiers(Context& context, const Narrowing& narrowing, std::string_view what,
                           Span beside);
/// Reads the qualifiers of a sentence about a service or an organization, and notes its waivers.
[[nodiscard]] Narrowing ReadSetting(Context& context, const std::vector<syntax::Qualifier>& own,
                                    Span span, const SentencePlace& place, Sentences& sentences);
/// Refuses all qualifiers but places and reasons: sentences about services take no others.
bool CheckPlaceOnly(Context& context, const Narrowing& narrowing, std::string_view what, Span span);
/// The accounts after `in`; without it, all of the organization.
[[nodiscard]] std::vector<intent::AccountIndex> AccountsIn(const Context& context,
                                                           const Narrowing& narrowing);
/// Refuses a setting of one region each that does not say which.
bool CheckRegionsSaid(Context& context, const Narrowing& narrowing, std::string_view what,
                      Span span);

/// Adds it to Context::model.
void AddSentence(Context& context, const syntax::Sentence& sentence, const SentencePlace& place,
                 Sentences& sentences);
void AddRequirement(Context& context, const syntax::Requirement& requirement, Span span,
                    const SentencePlace& place, Sentences& sentences);
void AddScreening(Context& context, const syntax::Screening& screening, Span span,
                  const SentencePlace& place, Sentences& sentences);
void AddLogging(Context& context, const syntax::Logging& logging, Span span,
                const SentencePlace& place, Sentences& sentences);

}  // namespace writ::sema
