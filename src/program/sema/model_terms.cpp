#include "program/sema/model_terms.h"

#include <algorithm>
#include <set>

#include "base/diag/codes/names.h"
#include "program/sema/attributes.h"
#include "program/sema/conditions.h"
#include "program/sema/near.h"

namespace writ::sema {
namespace {

using intent::ModelPatterns;

void SortUnique(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

bool MatchesAny(const std::vector<std::string>& patterns, std::string_view id) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return catalog::MatchesPattern(pattern, id);
  });
}

void Normalize(std::vector<ModelChoice>& choices) {
  std::stable_sort(choices.begin(), choices.end(), [](const auto& one, const auto& other) {
    return one.text != other.text ? one.text < other.text : one.single && !other.single;
  });
  choices.erase(
      std::unique(choices.begin(), choices.end(),
                  [](const auto& one, const auto& other) { return one.text == other.text; }),
      choices.end());
}

bool IsActive(const Context& context, const catalog::ModelId& id) {
  return id.ActiveAt(context.as_of).value_or(false);
}

/// Whether a permission over a set may include it.
bool IsMember(const Context& context, const catalog::ModelId& id) {
  return !id.id_only && IsActive(context, id);
}

/// Reports an id that the catalog does not have. True if it may be used all the same.
bool AcceptUnknownId(Context& context, const std::string& id, Span span) {
  std::vector<std::string> known;
  for (const catalog::Model& model : context.catalog.models())
    for (const catalog::ModelId& each : model.ids) known.push_back(each.id);
  const std::string nearest = NearestName(id, known);
  if (!nearest.empty() && IsNearMiss(id, nearest)) {
    context.Report(diag::kUnknownName, span, "model id", id)
        .At("not in the catalog")
        .Note("catalog of " + context.catalog.date())
        .Patch("did you mean `" + nearest + "`?", span, "\"" + nearest + "\"");
    return false;
  }
  auto& found = context.Report(diag::kNotInCatalog, span, "model id", id, context.catalog.date());
  found.At("newer than the catalog?");
  if (!context.options.allow_unknown) {
    found.Suggest("`--allow-unknown` accepts it as written");
    return false;
  }
  found.As(diag::Severity::kWarning).Note("used as written; its availability is unknown");
  return true;
}

}  // namespace

void AddModel(const Context& context, std::vector<ModelChoice>& choices,
              const catalog::Model& model, Span span, bool single) {
  const std::vector<const catalog::ModelId*> granted = model.GrantedIds();
  const bool all_ended = model.EndedAt(context.as_of);
  for (const catalog::ModelId* id : granted) {
    const bool wanted = single ? all_ended || !id->EndedAt(context.as_of) : IsMember(context, *id);
    if (wanted) choices.push_back({&model, id, id->id, span, single});
  }
  Normalize(choices);
}

void AddActiveModels(const Context& context, std::vector<ModelChoice>& choices, Span span) {
  for (const catalog::Model& model : context.catalog.models())
    for (const catalog::ModelId* id : model.GrantedIds())
      if (IsMember(context, *id)) choices.push_back({&model, id, id->id, span, false});
  Normalize(choices);
}

bool AddNamedModels(Context& context, std::vector<ModelChoice>& choices, std::string_view name,
                    Span span) {
  const catalog::ModelName meaning = context.catalog.FindName(name);
  std::vector<ModelChoice> added;
  if (const auto* model = std::get_if<const catalog::Model*>(&meaning)) {
    AddModel(context, added, **model, span, true);
  } else if (const auto* family = std::get_if<const catalog::Family*>(&meaning)) {
    for (const catalog::Model* member : context.catalog.ModelsOf(**family))
      AddModel(context, added, *member, span, false);
  } else if (const auto* provider = std::get_if<const catalog::Provider*>(&meaning)) {
    for (const catalog::Model* member : context.catalog.ModelsOf(**provider))
      AddModel(context, added, *member, span, false);
  } else {
    return false;
  }
  RecordModelName(context, name, added);
  AddChoices(choices, std::move(added));
  return true;
}

bool AddModelId(Context& context, std::vector<ModelChoice>& choices, const std::string& id,
                Span span) {
  if (!CheckLiteral(context, id, span, false)) return false;
  const catalog::FoundId found = context.catalog.FindId(id);
  if (!found && !AcceptUnknownId(context, id, span)) return false;
  choices.push_back({found.model, found.id, id, span, true});
  Normalize(choices);
  return true;
}

void AddChoices(std::vector<ModelChoice>& choices, std::vector<ModelChoice> more) {
  choices.insert(choices.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
  Normalize(choices);
}

void RemoveChoices(std::vector<ModelChoice>& choices, const ModelPatterns& less) {
  std::erase_if(choices, [&](const ModelChoice& choice) { return Covers(less, choice.text); });
}

void FilterChoices(const Context& context, std::vector<ModelChoice>& choices,
                   const syntax::Cond& where) {
  std::erase_if(choices, [&](const ModelChoice& choice) {
    return choice.model == nullptr || ModelSatisfies(context, where, *choice.model) != Tri::kYes;
  });
}

bool AddNamedPatterns(Context& context, ModelPatterns& patterns, std::string_view name) {
  const catalog::ModelName meaning = context.catalog.FindName(name);
  const std::vector<std::string>* more = nullptr;
  if (const auto* model = std::get_if<const catalog::Model*>(&meaning)) {
    more = &(*model)->patterns;
  } else if (const auto* family = std::get_if<const catalog::Family*>(&meaning)) {
    more = &(*family)->patterns;
  } else if (const auto* provider = std::get_if<const catalog::Provider*>(&meaning)) {
    more = &(*provider)->patterns;
  } else {
    return false;
  }
  patterns.patterns.insert(patterns.patterns.end(), more->begin(), more->end());
  SortUnique(patterns.patterns);
  if (context.model.models.count(std::string(name)) == 0) {
    std::vector<ModelChoice> meant;
    AddNamedModels(context, meant, name, {});
  }
  return true;
}

bool AddModelIdPatterns(Context& context, ModelPatterns& patterns, const std::string& id,
                        Span span) {
  if (!CheckLiteral(context, id, span, false)) return false;
  const catalog::FoundId found = context.catalog.FindId(id);
  if (!found && !AcceptUnknownId(context, id, span)) return false;
  patterns.patterns.push_back(id);
  patterns.patterns.push_back(id + ":*");  // its variants by context length
  if (found) {
    // An id stands for the model, as its name does: on every plane, in every revision.
    patterns.patterns.insert(patterns.patterns.end(), found.model->patterns.begin(),
                             found.model->patterns.end());
    std::erase_if(patterns.patterns, [&](const std::string& pattern) {
      return std::ranges::any_of(found.model->patterns, [&](const std::string& wider) {
        return wider != pattern && catalog::MatchesPattern(wider, pattern);
      });
    });
  }
  SortUnique(patterns.patterns);
  return true;
}

ModelPatterns PatternUnion(const ModelPatterns& one, const ModelPatterns& other) {
  ModelPatterns result;
  result.all = one.all || other.all;
  if (!result.all) {
    result.patterns = one.patterns;
    result.patterns.insert(result.patterns.end(), other.patterns.begin(), other.patterns.end());
    SortUnique(result.patterns);
  }
  for (const std::string& id : one.except)
    if (!Covers(other, id)) result.except.push_back(id);
  for (const std::string& id : other.except)
    if (!Covers(one, id)) result.except.push_back(id);
  SortUnique(result.except);
  return result;
}

void ExceptIds(ModelPatterns& patterns, const std::vector<ModelChoice>& less) {
  for (const ModelChoice& choice : less)
    if (Covers(patterns, choice.text)) patterns.except.push_back(choice.text);
  SortUnique(patterns.except);
}

void LeaveOutExcepted(const Context& context, const std::vector<const catalog::Model*>& named,
                      ModelPatterns& patterns) {
  const auto is_excepted = [&](const catalog::Model* model) {
    std::vector<ModelChoice> ids;
    AddModel(context, ids, *model, {}, true);
    return !ids.empty() && std::ranges::all_of(ids, [&](const ModelChoice& one) {
      return std::ranges::find(patterns.except, one.text) != patterns.except.end();
    });
  };
  std::set<std::string> left;
  std::set<std::string> left_out;
  for (const catalog::Model* model : named) {
    (is_excepted(model) ? left_out : left).insert(model->patterns.begin(), model->patterns.end());
  }
  std::erase_if(patterns.patterns, [&](const std::string& pattern) {
    return left_out.contains(pattern) && !left.contains(pattern);
  });
  if (left_out.empty() || patterns.all) return;
  std::erase_if(patterns.except,
                [&](const std::string& id) { return !MatchesAny(patterns.patterns, id); });
}

void FilterPatterns(const Context& context, ModelPatterns& patterns, const syntax::Cond& where) {
  if (patterns.all) {
    if (auto narrower = PatternsOf(context, where)) {
      patterns.all = false;
      patterns.patterns = std::move(*narrower);
      SortUnique(patterns.patterns);
    }
  }
  for (const catalog::Model& model : context.catalog.models()) {
    if (ModelSatisfies(context, where, model) != Tri::kNo) continue;
    for (const catalog::ModelId& id : model.ids)
      if (Covers(patterns, id.id)) patterns.except.push_back(id.id);
  }
  SortUnique(patterns.except);
}

void KeepProvider(std::vector<ModelChoice>& choices, ModelPatterns& patterns,
                  const catalog::Provider& provider) {
  std::erase_if(choices, [&](const ModelChoice& choice) {
    return !MatchesAny(provider.patterns, choice.text);
  });
  if (patterns.all) {
    patterns.all = false;
    patterns.patterns = provider.patterns;
    SortUnique(patterns.patterns);
    std::erase_if(patterns.except,
                  [&](const std::string& id) { return !MatchesAny(provider.patterns, id); });
    return;
  }
  // A family or model is of one provider: its patterns say so in front.
  std::erase_if(patterns.patterns, [&](const std::string& pattern) {
    return std::none_of(
        provider.prefixes.begin(), provider.prefixes.end(),
        [&](const std::string& prefix) { return pattern.rfind(prefix + ".", 0) == 0; });
  });
}

void RecordModelName(Context& context, std::string_view name,
                     const std::vector<ModelChoice>& choices) {
  std::vector<std::string>& ids = context.model.models[std::string(name)];
  if (!ids.empty()) return;
  for (const ModelChoice& choice : choices) ids.push_back(choice.text);
}

bool Covers(const ModelPatterns& patterns, std::string_view id) {
  if (std::binary_search(patterns.except.begin(), patterns.except.end(), id)) return false;
  return patterns.all || MatchesAny(patterns.patterns, id);
}

std::vector<std::string> KnownIds(const catalog::Catalog& catalog, const ModelPatterns& patterns) {
  std::vector<std::string> ids;
  for (const catalog::Model& model : catalog.models())
    for (const catalog::ModelId& id : model.ids)
      if (Covers(patterns, id.id)) ids.push_back(id.id);
  SortUnique(ids);
  return ids;
}

}  // namespace writ::sema
