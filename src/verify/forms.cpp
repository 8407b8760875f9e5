#include "verify/forms.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "verify/form_readers.h"
#include "writ/decide/space.h"
#include "writ/support/json.h"

namespace writ::verify {
namespace {

namespace json = support::json;

constexpr std::string_view kTemplates = "deploy/cloudformation/";
constexpr std::string_view kTemplateEnd = ".template.json";
constexpr std::string_view kTerraform = "deploy/terraform/";
constexpr std::string_view kTerraformEnd = "/main.tf.json";
/// What names of policies in AWS begin with.
constexpr std::string_view kPrefix = "writ-";

/// The account that a form is for, by its path.
std::string AccountOf(std::string_view path) {
  for (const auto& [begin, end] :
       {std::pair(kTemplates, kTemplateEnd), std::pair(kTerraform, kTerraformEnd)}) {
    if (path.starts_with(begin) && path.ends_with(end)) {
      return std::string(path.substr(begin.size(), path.size() - begin.size() - end.size()));
    }
  }
  return "";
}

/// The file of the tree that a policy of a form repeats.
std::string PathOf(const Deployed& deployed, const std::string& account) {
  std::string_view name = deployed.name;
  const bool is_named = deployed.kind == "identity" || deployed.kind == "scp";
  if (is_named && name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  std::string folder = "organization";
  if (deployed.kind == "identity") folder = "iam/" + account;
  if (deployed.kind == "trust") folder = "trust/" + account;
  if (deployed.kind == "permission-set") folder = "permission-sets";
  if (deployed.kind == "vpce") folder = "endpoints";
  return fmt::format("{}/{}.{}.json", folder, name, deployed.kind);
}

bool HasDenials(const policy::PolicyDocument& document) {
  return std::ranges::any_of(document.statements, [](const policy::Statement& statement) {
    return statement.effect == policy::Effect::kDeny;
  });
}

/// Whether two documents are one, or mean the same whatever stands beside them.
bool IsSame(const policy::PolicyDocument& a, const policy::PolicyDocument& b, policy::Kind kind) {
  if (a == b) return true;
  // Beside others, what a policy denies counts even where it allows nothing.
  const bool is_alone = kind == policy::Kind::kScp || (!HasDenials(a) && !HasDenials(b));
  if (!is_alone) return false;
  const decide::Comparison comparison =
      decide::Compare(decide::Space::Of(a, kind), decide::Space::Of(b, kind));
  return comparison.relation == decide::Relation::kEquivalent;
}

class Comparer {
 public:
  Comparer(const intent::Organization& organization, const intent::Bindings& bindings,
           const Tree& tree)
      : organization_(organization), bindings_(bindings), tree_(tree) {}

  std::vector<std::pair<std::string, std::string>> Run() {
    for (const auto& [path, bytes] : tree_.forms) CompareForm(path, bytes);
    return std::move(differences_);
  }

 private:
  void Differs(const std::string& path, std::string what) {
    differences_.emplace_back(path, std::move(what));
  }

  void CompareForm(const std::string& path, const std::string& bytes) {
    const auto document = json::Parse(bytes);
    const std::string account = AccountOf(path);
    if (!document || account.empty()) {
      return Differs(path, document ? "it is no form of deployment of this tree"
                                    : "it is not JSON: " + document.error().message);
    }
    const auto found = std::ranges::find(organization_.accounts, account, &intent::Account::name);
    const bool is_known = found != organization_.accounts.end();
    const Owner owner{bindings_, is_known ? found->id : ""};
    const std::vector<Deployed> all = path.starts_with(kTemplates)
                                          ? ReadTemplate(document->root(), owner)
                                          : ReadTerraform(document->root(), owner);
    std::set<std::string> there;
    for (const Deployed& deployed : all) {
      const std::string file = PathOf(deployed, account);
      if (!there.insert(file).second) Differs(path, fmt::format("`{}` is there twice", file));
      ComparePolicy(path, deployed, file);
    }
    // Where a program has no management account, its form is named so.
    const bool is_management = is_known ? found->management : account == "management";
    for (const Policy& policy : tree_.policies) {
      const bool is_of_account = policy.path.starts_with("iam/" + account + "/") ||
                                 policy.path.starts_with("trust/" + account + "/");
      const bool is_central =
          policy.path.starts_with("organization/") || policy.path.starts_with("permission-sets/");
      if (!is_of_account && !(is_central && is_management)) continue;
      if (!there.contains(policy.path)) Differs(path, fmt::format("it lacks `{}`", policy.path));
    }
  }

  void ComparePolicy(const std::string& path, const Deployed& deployed, const std::string& file) {
    const Policy* wanted = tree_.Find(file);
    if (wanted == nullptr) {
      return Differs(path, fmt::format("its policy `{}` is none of the tree", deployed.name));
    }
    if (!deployed.wrong.empty()) {
      return Differs(path, fmt::format("in its policy `{}` {}", deployed.name, deployed.wrong));
    }
    const auto read = policy::Read(deployed.text, wanted->kind);
    if (!read) {
      return Differs(path, fmt::format("its policy `{}` is none: {}", deployed.name,
                                       read.error().front().message));
    }
    if (!IsSame(wanted->document, *read, wanted->kind)) {
      Differs(path, fmt::format("its policy `{}` is not `{}`", deployed.name, file));
    }
  }

  const intent::Organization& organization_;
  const intent::Bindings& bindings_;
  const Tree& tree_;
  std::vector<std::pair<std::string, std::string>> differences_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> CompareForms(
    const intent::Organization& organization, const intent::Bindings& bindings, const Tree& tree) {
  return Comparer(organization, bindings, tree).Run();
}

}  // namespace writ::verify
