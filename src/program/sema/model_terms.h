// Model names, ids and families in the two readings: the exact ids that a permission covers, and
// the id patterns that a prohibition covers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "program/sema/sets.h"

namespace writ::sema {

// ---- permission: exact ids ---------------------------------------------------------------------

/// Adds the ids of one model. A model named singly may be legacy or unknown; a member of a set must
/// be active. Ids past their end of life are left out while others remain.
void AddModel(const Context& context, std::vector<ModelChoice>& choices,
              const catalog::Model& model, Span span, bool single);
void AddActiveModels(const Context& context, std::vector<ModelChoice>& choices, Span span);
/// Adds what a bare name means; false if the catalog has no such model, family or provider.
bool AddNamedModels(Context& context, std::vector<ModelChoice>& choices, std::string_view name,
                    Span span);
/// Adds an id written as a string; reports one that the catalog does not have.
bool AddModelId(Context& context, std::vector<ModelChoice>& choices, const std::string& id,
                Span span);
/// Keeps order by id, each once; a model named singly stays so.
void AddChoices(std::vector<ModelChoice>& choices, std::vector<ModelChoice> more);
void RemoveChoices(std::vector<ModelChoice>& choices, const intent::ModelPatterns& less);
void FilterChoices(const Context& context, std::vector<ModelChoice>& choices,
                   const syntax::Cond& where);

// ---- prohibition: patterns ---------------------------------------------------------------------

bool AddNamedPatterns(Context& context, intent::ModelPatterns& patterns, std::string_view name);
bool AddModelIdPatterns(Context& context, intent::ModelPatterns& patterns, const std::string& id,
                        Span span);
[[nodiscard]] intent::ModelPatterns PatternUnion(const intent::ModelPatterns& one,
                                                 const intent::ModelPatterns& other);
void ExceptIds(intent::ModelPatterns& patterns, const std::vector<ModelChoice>& less);
/// Of models named by themselves those of which every id is excepted are not meant at all:
/// `A, B except A` is B, and not the later ids of A.
void LeaveOutExcepted(const Context& context, const std::vector<const catalog::Model*>& named,
                      intent::ModelPatterns& patterns);
void FilterPatterns(const Context& context, intent::ModelPatterns& patterns,
                    const syntax::Cond& where);

/// `from P`, in whichever reading is filled.
void KeepProvider(std::vector<ModelChoice>& choices, intent::ModelPatterns& patterns,
                  const catalog::Provider& provider);

/// Notes what a name means, for the lock file.
void RecordModelName(Context& context, std::string_view name,
                     const std::vector<ModelChoice>& choices);

}  // namespace writ::sema
