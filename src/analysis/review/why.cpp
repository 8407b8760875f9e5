#include "analysis/review/why.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/access/lacking.h"
#include "iam/decide/sendable.h"

namespace writ::review {
namespace {

Because Of(const World& world, policy::Layer layer, std::size_t document, std::size_t statement) {
  const bool is_rcp = layer == policy::Layer::kRcp;
  const HeldDocument& held = is_rcp ? world.rcps[document] : world.documents[document];
  const Source& source = held.sources[statement];
  return {
      layer,
      held.document.statements[statement].effect,
      held.name,
      source.sid,
      source.from,
      source.sentences.empty() ? SentencesAt(world, source.from, source.reason) : source.sentences,
      source.is_edited};
}

/// "`team a may …` because "answers customers"": a reason that ends the sentence stands after it.
std::string Quoted(const std::string& sentence) {
  constexpr std::string_view kBecause = " because \"";
  const std::size_t at = sentence.rfind(kBecause);
  const bool ends_with_reason =
      at != std::string::npos && sentence.find('"', at + kBecause.size()) + 1 == sentence.size();
  if (!ends_with_reason) return fmt::format("`{}`", sentence);
  return fmt::format("`{}`{}", sentence.substr(0, at), sentence.substr(at));
}

}  // namespace

std::vector<std::string> SentencesAt(const World& world, const std::vector<std::string>& from,
                                     const std::string& reason) {
  std::vector<std::string> sentences;
  for (const std::string& place : from) {
    const auto found = world.sentences.find(place);
    if (found == world.sentences.end()) return {reason};
    sentences.push_back(found->second);
  }
  return sentences;
}

std::string SentencesText(const Because& because) {
  if (because.is_edited) {
    Because built = because;
    built.is_edited = false;
    return fmt::format("{} of {}, edited since it was built from {}",
                       because.sid.empty() ? "a statement" : because.sid, because.document,
                       SentencesText(built));
  }
  if (because.sentences.size() != because.from.size()) {
    std::vector<std::string> sentences;
    for (const std::string& sentence : because.sentences) sentences.push_back(Quoted(sentence));
    return fmt::format("{} ({})", fmt::join(sentences, ", "), fmt::join(because.from, ", "));
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < because.from.size(); ++i) {
    texts.push_back(fmt::format("{} ({})", Quoted(because.sentences[i]), because.from[i]));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::vector<Because> BecauseOf(const World& world, const Judgement& judgement) {
  std::vector<Because> list;
  for (const Reason& reason : judgement.reasons) {
    if (!reason.document) continue;
    list.push_back(Of(world, reason.layer, *reason.document, reason.statement));
  }
  return list;
}

std::vector<NearMiss> NearMisses(const World& world, Judge& judge, const Caller& caller,
                                 const policy::Request& request, std::size_t most) {
  const auto prepared = policy::Prepare(request);
  if (!prepared.ok()) return {};
  std::map<std::vector<std::string>, NearMiss> by_source;
  for (const std::size_t document : judge.IdentityOf(caller)) {
    const auto& statements = world.documents[document].document.statements;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (statements[i].effect != policy::Effect::kAllow) continue;
      std::optional<std::vector<std::string>> lacking = access::Lacking(statements[i], *prepared);
      if (!lacking || lacking->empty()) continue;
      NearMiss miss{Of(world, policy::Layer::kIdentity, document, i), *std::move(lacking)};
      const auto [at, fresh] = by_source.try_emplace(miss.permission.from, miss);
      if (!fresh && miss.lacking.size() < at->second.lacking.size()) at->second = std::move(miss);
    }
  }
  std::vector<NearMiss> misses;
  for (auto& [from, miss] : by_source) misses.push_back(std::move(miss));
  std::ranges::stable_sort(misses, {}, [](const NearMiss& miss) { return miss.lacking.size(); });
  if (misses.size() > most) misses.resize(most);
  return misses;
}

std::string RequestText(const policy::Request& request) {
  std::string text =
      fmt::format("{} on {}\nby {}", request.action, request.resource, request.principal);
  for (const policy::ContextKey& key : request.context) {
    if (decide::IsImplied(request, key)) continue;
    std::vector<std::string_view> values;
    // A list of one empty text is not an empty list.
    for (const std::string& value : key.values) {
      values.push_back(value.empty() ? "\"\"" : std::string_view(value));
    }
    text += key.is_list ? fmt::format("\nwith {} = [{}]", key.name, fmt::join(values, ", "))
                        : fmt::format("\nwith {} = {}", key.name, values.front());
  }
  return text;
}

std::string VerdictText(const World& world, const Judgement& judgement) {
  const std::vector<Because> all = BecauseOf(world, judgement);
  if (judgement.is_allowed()) {
    for (const Because& because : all) {
      if (because.layer != policy::Layer::kScp) {
        return "granted by " + SentencesText(because);
      }
    }
    return "not forbidden here; other policies could allow it";
  }
  for (const Because& because : all) {
    if (because.effect == policy::Effect::kDeny) {
      return "denied by " + SentencesText(because);
    }
  }
  return "no sentence allows it";
}

}  // namespace writ::review
