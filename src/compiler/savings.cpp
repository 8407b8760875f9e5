#include "compiler/savings.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "output/emit/tree.h"
#include "output/lower/widen.h"

namespace writ::compiler {

using lower::Document;

Savings::Savings(const lower::Input& input, ShrinkMemory& shared)
    : input_(input), shared_(shared), without_sentences_(input.model) {
  without_sentences_.permissions.clear();
  without_sentences_.prohibitions.clear();
  without_sentences_.perimeters.clear();
}

std::vector<Document> Savings::Lowered(const intent::Model& model) const {
  diag::Sink apart;
  return lower::Lower({model, input_.catalog, input_.library, input_.bindings}, apart).documents;
}

const std::vector<Document>& Savings::Grants() {
  if (has_grants_) return grants_;
  intent::Model model = without_sentences_;
  model.permissions = input_.model.permissions;
  grants_ = Lowered(model);
  has_grants_ = true;
  return grants_;
}

std::size_t Savings::Without(const std::string& place, const Document& document,
                             const std::vector<std::string>& sentences) {
  intent::Model model = without_sentences_;
  const bool is_scp = document.kind == Document::Kind::kScp;
  const auto is_wanted = [&](const auto& sentence) {
    const std::string& at = sentence.origin.place;
    return at != place && (is_scp || std::ranges::find(sentences, at) != sentences.end());
  };
  std::ranges::copy_if(input_.model.prohibitions, std::back_inserter(model.prohibitions),
                       is_wanted);
  std::ranges::copy_if(input_.model.perimeters, std::back_inserter(model.perimeters), is_wanted);
  if (!is_scp) {
    std::ranges::copy_if(input_.model.permissions, std::back_inserter(model.permissions),
                         is_wanted);
  }
  lower::Bundle bundle;
  bundle.documents = Lowered(model);
  std::erase_if(bundle.documents, [&](const Document& other) {
    return other.folder != document.folder || other.name != document.name ||
           other.kind != document.kind;
  });
  if (bundle.documents.empty()) return 0;
  ShrinkDocuments(bundle, input_.catalog, lower::Sharing::kOn, &shared_);
  if (is_scp) {
    std::ranges::copy(Grants(), std::back_inserter(bundle.documents));
    lower::WidenDenials(bundle.documents, input_.catalog);
  }
  return emit::CharactersOf(bundle.documents.front(), input_.catalog);
}

}  // namespace writ::compiler
