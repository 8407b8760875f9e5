#include "driver/request_documents.h"

#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "writ/emit/guardrails.h"
#include "writ/support/json.h"
#include "writ/verify/tree.h"

namespace writ::driver {
namespace {

using support::json::Kind;
using support::json::Value;

/// Values as long as this are shown in a message, longer ones are cut.
constexpr std::size_t kMostShown = 60;

std::string Shown(const Value& value) {
  std::string text(value.source());
  if (text.size() > kMostShown) text = text.substr(0, kMostShown) + "…";
  return text;
}

/// Where two values first part, and how; nothing if they are the same. A value nests as deep as the
/// reader allows.
std::optional<std::string> Parting(const Value& wanted, const Value& found) {
  if (wanted.kind() == found.kind() && wanted.kind() == Kind::kObject) {
    for (const support::json::Member member : wanted.members()) {
      const std::optional<Value> other = found.Find(member.key.text());
      if (!other) {
        return fmt::format("`{}` is missing; the program asks for {}", member.value.Pointer(),
                           Shown(member.value));
      }
      if (auto parting = Parting(member.value, *other)) return parting;
    }
    for (const support::json::Member member : found.members()) {
      if (!wanted.Find(member.key.text())) {
        return fmt::format("`{}` is not asked for", member.value.Pointer());
      }
    }
    return std::nullopt;
  }
  if (wanted.kind() == found.kind() && wanted.kind() == Kind::kArray &&
      wanted.size() == found.size()) {
    auto other = found.elements().begin();
    for (const Value element : wanted.elements()) {
      if (auto parting = Parting(element, *other)) return parting;
      ++other;
    }
    return std::nullopt;
  }
  if (wanted.kind() == found.kind() && wanted.kind() != Kind::kArray &&
      wanted.text() == found.text()) {
    return std::nullopt;
  }
  return fmt::format("`{}` is {}; the program asks for {}", wanted.Pointer(), Shown(found),
                     Shown(wanted));
}

verify::Difference OfText(std::string path, std::string what) {
  verify::Difference difference;
  difference.kind = verify::Difference::Kind::kText;
  difference.path = std::move(path);
  difference.what = std::move(what);
  return difference;
}

std::optional<std::string> CompareTexts(const std::string& wanted, const std::string& found) {
  const auto one = support::json::Parse(wanted);
  const auto other = support::json::Parse(found);
  if (!other.ok()) return fmt::format("it is no JSON: {}", other.error().message);
  return Parting(one->root(), other->root());
}

}  // namespace

emit::Tree RequestDocuments(const intent::Model& model, const intent::Bindings& bindings,
                            bool only_guardrails, Compilation& compilation) {
  emit::Tree tree;
  tree.artifacts = emit::GuardrailRequests(model, bindings, compilation.sources);
  if (only_guardrails) return tree;
  const auto append = [&tree](std::vector<emit::Artifact> more) {
    std::ranges::move(more, std::back_inserter(tree.artifacts));
  };
  const catalog::Catalog& catalog = compilation.catalog();
  emit::Tree enforcement =
      emit::EnforcementRequests(model, bindings, catalog, compilation.findings);
  append(std::move(enforcement.artifacts));
  tree.attachments = std::move(enforcement.attachments);
  append(emit::LoggingRequests(model, catalog, compilation.findings));
  return tree;
}

std::vector<verify::Difference> CompareRequests(const emit::Tree& wanted, const FileSet& files) {
  std::vector<verify::Difference> differences;
  const auto tree = verify::ReadTree(files);
  if (!tree) return differences;
  std::map<std::string, std::string> left = tree->others;
  for (const emit::Artifact& artifact : wanted.artifacts) {
    const auto found = left.find(artifact.path);
    if (found == left.end()) {
      if (tree->targets.contains(artifact.path)) continue;
      differences.push_back(OfText(artifact.path, "the program asks for it, and it is not there"));
      continue;
    }
    if (auto parting = CompareTexts(artifact.bytes, found->second)) {
      differences.push_back(OfText(artifact.path, *std::move(parting)));
    }
    left.erase(found);
  }
  for (const auto& [path, bytes] : left) {
    if (tree->targets.contains(path)) {
      differences.push_back(OfText(path, "no sentence asks for this request"));
    }
  }
  return differences;
}

}  // namespace writ::driver
