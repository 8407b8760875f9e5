#include "program/sema/partition.h"

#include <algorithm>

#include "base/diag/codes/names.h"
#include "facts/catalog/table.h"
#include "program/sema/near.h"

namespace writ::sema {
namespace {

constexpr std::string_view kUsual = "aws";

/// The part of an ARN between two colons; empty where it has none.
std::string_view PartOf(std::string_view arn, int part) {
  for (int i = 0; i < part; ++i) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

bool IsLiteral(std::string_view text) {
  return text.find_first_of("*?$") == std::string_view::npos;
}

/// All regions that a program names, wherever it does.
class Finder {
 public:
  explicit Finder(const catalog::Catalog& catalog) : catalog_(catalog) {}

  void Items(const std::vector<syntax::Item>& items) {
    for (const syntax::Item& item : items)
      std::visit([this](const auto& form) { Form(form); }, item.form);
  }
  [[nodiscard]] const std::set<std::string>& partitions() const { return partitions_; }

 private:
  void Name(std::string_view text) {
    if (const catalog::Region* region = catalog_.FindRegion(text))
      partitions_.insert(region->partition);
  }
  void Text(const std::string& text) {
    if (text.rfind("arn:", 0) == 0) Name(PartOf(text, 3));
  }

  template <class Other>
  void Form(const Other& /*names no region*/) {}
  void Form(const syntax::LetDecl& form) { Set(form.value); }
  void Form(const syntax::TeamDecl& form) { Sets(form.in); }
  void Form(const syntax::EndpointDecl& form) { Sets(form.in); }
  void Form(const syntax::PolicyDecl& form) { Items(form.items); }
  void Form(const syntax::ApplyPolicy& form) {
    for (const syntax::Arg& arg : form.args) Set(arg.value);
  }
  void Form(const syntax::Given& form) {
    Qualifiers(form.qualifiers);
    Items(form.items);
  }
  void Form(const syntax::Statement& form) { Sentence(form.sentence); }
  void Form(const syntax::Assertion& form) { Sentence(form.sentence); }
  void Form(const syntax::TestDecl& form) {
    for (const syntax::Sentence& line : form.lines) Sentence(line);
  }
  void Form(const syntax::Screening& form) {
    Set(form.models);
    Qualifiers(form.qualifiers);
  }
  void Form(const syntax::Requirement& form) {
    Set(*form.action.object);
    Qualifiers(form.qualifiers);
  }
  void Form(const syntax::Logging& form) { Qualifiers(form.qualifiers); }
  void Form(const syntax::OptOut& form) { Qualifiers(form.qualifiers); }
  void Form(const syntax::Retention& form) { Qualifiers(form.qualifiers); }
  void Form(const syntax::Watch& form) {
    if (form.set) Set(*form.set);
    Qualifiers(form.qualifiers);
  }

  void Sentence(const syntax::Sentence& sentence) {
    if (sentence.subject.in) Set(*sentence.subject.in);
    if (sentence.action.object) Set(*sentence.action.object);
    for (const syntax::String& resource : sentence.action.resources) Text(resource.value);
    for (const syntax::Duty& duty : sentence.modality.duties) {
      if (duty.set) Set(*duty.set);
      if (duty.cond) Cond(*duty.cond);
    }
    Qualifiers(sentence.qualifiers);
  }
  void Qualifiers(const std::vector<syntax::Qualifier>& qualifiers) {
    for (const syntax::Qualifier& qualifier : qualifiers) {
      if (const auto* in = std::get_if<syntax::InQualifier>(&qualifier.form)) Set(in->set);
      if (const auto* via = std::get_if<syntax::ViaQualifier>(&qualifier.form)) Set(via->set);
      if (const auto* when = std::get_if<syntax::WhenQualifier>(&qualifier.form)) Cond(when->cond);
    }
  }
  void Sets(const std::vector<syntax::SetExpr>& sets) {
    for (const syntax::SetExpr& set : sets) Set(set);
  }
  void Set(const syntax::SetExpr& set) {
    for (const syntax::SetTerm& term : set.included) Term(term);
    for (const syntax::SetTerm& term : set.excluded) Term(term);
  }
  void Term(const syntax::SetTerm& term) {
    if (term.kind == syntax::SetTerm::Kind::kName) Name(term.name.text);
    if (term.string) Text(term.string->value);
    if (term.group) Set(*term.group);
    if (term.where) Cond(*term.where);
  }
  void Cond(const syntax::Cond& cond) {
    for (const syntax::Cond& operand : cond.operands) Cond(operand);
    if (!cond.comparison) return;
    const std::string key = catalog::LowerCase(cond.comparison->key.Text());
    const bool of_regions = key == "aws:requestedregion" || key == "region";
    for (const syntax::Value& value : cond.comparison->values) {
      const auto* literal = std::get_if<syntax::Literal>(&value.form);
      if (literal == nullptr) continue;
      if (of_regions) Name(literal->text);
      Text(literal->text);
    }
  }

  const catalog::Catalog& catalog_;
  std::set<std::string> partitions_;
};

const syntax::OrganizationDecl* FindOrganization(const Program& program) {
  for (const syntax::File& file : program.files)
    for (const syntax::Item& item : file.items)
      if (const auto* found = std::get_if<syntax::OrganizationDecl>(&item.form)) return found;
  return nullptr;
}

/// Says how the organization's partition is known.
void Explain(Context& context, std::string_view other, diag::Diagnostic& found) {
  const syntax::OrganizationDecl* organization = FindOrganization(context.program);
  if (organization == nullptr) return;
  if (!organization->partitions.empty()) {
    found.Also(organization->partitions.front().span, "an organization is in one partition");
    return;
  }
  found.Also(organization->name.span, "an organization is in one partition");
  found.Suggest("if the organization is there, write `partition " + std::string(other) +
                "` in the organization");
}

}  // namespace

void ChoosePartition(Context& context) {
  std::string& partition = context.model.organization.partition;
  partition = kUsual;
  std::vector<std::string> known;
  for (const catalog::Region& region : context.catalog.regions())
    if (std::find(known.begin(), known.end(), region.partition) == known.end())
      known.push_back(region.partition);
  std::sort(known.begin(), known.end());

  const syntax::OrganizationDecl* organization = FindOrganization(context.program);
  if (organization != nullptr && !organization->partitions.empty()) {
    const syntax::PartitionDecl& said = organization->partitions.front();
    for (std::size_t i = 1; i < organization->partitions.size(); ++i)
      context.Report(diag::kSecondPartition, organization->partitions[i].span)
          .At("an organization is in one partition")
          .Also(said.span, "first declared here");
    if (std::find(known.begin(), known.end(), said.name.text) != known.end()) {
      partition = std::string(said.name.text);
      return;
    }
    auto& found = context.Report(diag::kUnknownName, said.name.span, "partition", said.name.text);
    found.At("not a partition of AWS").Note("catalog of " + context.catalog.date());
    SuggestName(found, said.name.span, said.name.text, known, "partitions");
    return;
  }
  Finder finder(context.catalog);
  for (const syntax::File& file : context.program.files)
    if (file.id != context.options.question) finder.Items(file.items);
  const std::set<std::string>& named = finder.partitions();
  if (!named.empty() && named.count(partition) == 0) partition = *named.begin();
}

bool CheckRegion(Context& context, const catalog::Region& region, Span span) {
  const std::string& partition = context.model.organization.partition;
  if (region.partition == partition) return true;
  auto& found =
      context.Report(diag::kRegionElsewhere, span, region.name, region.partition, partition);
  found.At("in another partition");
  Explain(context, region.partition, found);
  return false;
}

bool CheckArnPartition(Context& context, std::string_view arn, Span span) {
  if (arn.rfind("arn:", 0) != 0) return true;
  const std::string& partition = context.model.organization.partition;
  const std::string_view said = PartOf(arn, 1);
  const bool fits =
      said.find('$') != std::string_view::npos || catalog::MatchesPattern(said, partition);
  if (!fits) {
    auto& found = context.Report(diag::kArnElsewhere, span, said, partition);
    found.At("names nothing in the organization");
    Explain(context, said, found);
    return false;
  }
  const std::string_view place = PartOf(arn, 3);
  if (!IsLiteral(place)) return true;
  const catalog::Region* region = context.catalog.FindRegion(place);
  return region == nullptr || CheckRegion(context, *region, span);
}

}  // namespace writ::sema
