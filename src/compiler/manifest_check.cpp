#include "compiler/manifest_check.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/support/check.h"
#include "base/support/date.h"
#include "base/support/json_copy.h"
#include "base/support/json_list.h"
#include "base/support/sha256.h"
#include "base/support/version.h"
#include "compiler/apply_check.h"
#include "compiler/organization_facts.h"
#include "compiler/stages.h"
#include "iam/policy/document.h"
#include "output/emit/tree.h"
#include "proof/deployed/tree.h"

namespace writ::compiler {
namespace {

using support::json::Value;

/// What a statement says that its sentences say.
constexpr std::array<std::string_view, 7> kOfSentences{"sentences", "reason", "under", "controls",
                                                       "after",     "until",  "waived"};

std::string TextOf(const std::optional<Value>& value) {
  support::json::Writer writer(support::json::Style::kMinified);
  if (!value) return {};
  support::json::Copy(*value, writer);
  return writer.Take();
}

bool IsList(const std::optional<Value>& value) {
  return value && value->kind() == support::json::Kind::kArray;
}

bool IsText(const std::optional<Value>& value) {
  return value && value->kind() == support::json::Kind::kString;
}

bool IsListOfTexts(const Value& list) {
  for (const Value& element : list.elements()) {
    if (element.kind() != support::json::Kind::kString) return false;
  }
  return true;
}

class Checker {
 public:
  Checker(const verify::Program& program, const deployed::Tree& tree, const host::FileSet& files,
          const Compilation& compilation)
      : files_(files),
        tree_(tree),
        compilation_(compilation),
        targets_(TargetsOf(program, tree, files)) {
    facts_.principals = CountPrincipals(program.model);
    facts_.accounts = program.model.organization.accounts.size();
    facts_.models = program.model.models;
    facts_.organization = OrganizationOf(program.model);
    facts_.bindings = program.bindings;
    facts_.sentences = SentencesOf(program.model);
  }

  ManifestCheck Run() {
    const auto parsed = support::json::LongList::Read(files_.at("manifest.json"), "documents");
    WRIT_CHECK(parsed.ok(), "the manifest of a tree that was read");
    const Value found = parsed->root();
    emit::Tree tree;
    const auto add = [&](const Value& document, std::size_t) { AddOrigins(document, tree); };
    WRIT_CHECK(!parsed->ForEach(add), "the manifest of a tree that was read");
    const std::string ours = emit::Manifest(tree, facts_);
    const auto wanted = support::json::LongList::Read(ours, "documents");
    // One that leaves out what it could say of its sentences may be shorter than this.
    if (!wanted.ok()) {
      Wrong("it was not checked, for one that says all is too long: {}", wanted.error().message);
      return std::move(check_);
    }
    for (const std::string_view member : {"organization", "guardrails"}) {
      const std::string said = TextOf(found.Find(member));
      if (!said.empty() && said != TextOf(wanted->root().Find(member))) {
        Wrong("its `{}` is not that of the program", member);
      }
    }
    // What names of models stand for is of a catalog.
    const auto models = found.Find("models");
    if (models && IsOfThisCatalog(found) &&
        TextOf(models) != TextOf(wanted->root().Find("models"))) {
      Wrong("its `models` are not those of the program");
    }
    Version(found);
    Proof(found);
    Day(found, "asOf", support::DateText(compilation_.options.as_of));
    Day(found, "catalog", compilation_.catalog().date());
    const auto read = [&](const Value& document, std::size_t) { AddTexts(document); };
    WRIT_CHECK(!wanted->ForEach(read), "a manifest that was just written");
    const auto check = [&](const Value& document, std::size_t) {
      CheckStatements(document);
      CheckSids(document);
      CheckDocument(document);
      CheckFile(document, found);
    };
    WRIT_CHECK(!parsed->ForEach(check), "the manifest of a tree that was read");
    return std::move(check_);
  }

 private:
  template <class... Args>
  void Wrong(fmt::format_string<Args...> format, Args&&... args) {
    check_.wrong.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  template <class... Args>
  void Untrue(fmt::format_string<Args...> format, Args&&... args) {
    check_.untrue.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  static std::string PathOf(const Value& document) {
    const auto path = document.Find("path");
    return IsText(path) ? std::string(path->text()) : std::string();
  }

  /// The lists of places that its statements are from, each once, as a document of its own.
  void AddOrigins(const Value& document, emit::Tree& tree) {
    const auto statements = document.Find("statements");
    if (!IsList(statements) || !lists_.insert(statements->source()).second) return;
    for (const Value& statement : statements->elements()) {
      const auto from = statement.Find("from");
      if (!IsList(from)) continue;
      if (!origins_.try_emplace(TextOf(from), tree.artifacts.size()).second) continue;
      emit::StatementEntry& entry = tree.artifacts.emplace_back().statements->emplace_back();
      for (const Value& place : from->elements()) {
        if (IsText(place)) entry.from.emplace_back(place.text());
      }
    }
  }

  /// What the sentences of the one statement of a document of ours say.
  void AddTexts(const Value& document) {
    const Value statement = *document.Find("statements")->elements().begin();
    std::vector<std::string>& texts = texts_.emplace_back();
    for (const std::string_view member : kOfSentences) {
      texts.push_back(TextOf(statement.Find(member)));
    }
  }

  void Day(const Value& found, std::string_view member, const std::string& ours) {
    const auto said = found.Find(member);
    if (!said) return;
    if (!IsText(said) || !support::ParseDate(said->text())) {
      Untrue("its `{}` is no date: {}", member, TextOf(said));
    } else if (said->text() != ours) {
      check_.others.push_back(fmt::format("{} {}", member, said->text()));
    }
  }

  void Version(const Value& found) {
    const auto said = found.Find("writ");
    if (!said) return;
    const auto is_of_version = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '+';
    };
    if (!IsText(said) || said->text().empty() ||
        !std::ranges::all_of(said->text(), is_of_version)) {
      Untrue("its `writ` is no version: {}", TextOf(said));
    } else if (said->text() != support::Version()) {
      check_.others.push_back(fmt::format("writ {}", said->text()));
    }
  }

  /// That a tree was proved when it was built is said for people: whether it holds is proved again.
  void Proof(const Value& found) {
    const auto said = found.Find("proof");
    if (!said) return;
    const auto verdict = said->Find("verdict");
    if (!IsText(verdict) || (verdict->text() != "proved" && verdict->text() != "none")) {
      Untrue("its `proof` has no verdict that there is: {}", TextOf(verdict));
    }
    for (const auto& [member, count] :
         {std::pair{"principals", facts_.principals}, std::pair{"accounts", facts_.accounts}}) {
      const std::string counted = TextOf(said->Find(member));
      if (!counted.empty() && counted != std::to_string(count)) {
        Untrue("`{}` of its `proof` is {}, and the program has {}", member, counted, count);
      }
    }
  }

  /// What a document is and what it is for: tools that deploy or read the tree act on it.
  void CheckDocument(const Value& document) {
    const std::string path = PathOf(document);
    const std::string_view kind = DocumentKindOf(path);
    const auto said = document.Find("kind");
    if (said && !kind.empty() && (!IsText(said) || said->text() != kind)) {
      Wrong("`kind` of {} is {}, and the document is of kind `{}`", path, TextOf(said), kind);
    }
    const auto listed = document.Find("target");
    const auto target = targets_.find(path);
    if (!listed || target == targets_.end()) return;
    support::json::Writer writer(support::json::Style::kMinified);
    writer.BeginArray();
    for (const std::string& one : target->second) writer.String(one);
    writer.EndArray();
    const std::string wanted = writer.Take();
    if (TextOf(listed) != wanted) {
      Wrong("`target` of {} is {}, and the document is for {}", path, TextOf(listed), wanted);
    }
  }

  [[nodiscard]] bool IsOfThisCatalog(const Value& manifest) const {
    const auto date = manifest.Find("catalog");
    return IsText(date) && date->text() == compilation_.catalog().date();
  }

  void CheckStatements(const Value& document) {
    const auto statements = document.Find("statements");
    if (!IsList(statements) || true_lists_.contains(statements->source())) return;
    const std::size_t before = check_.untrue.size();
    for (const Value& statement : statements->elements()) {
      const auto from = statement.Find("from");
      if (!from) continue;
      const auto origin = origins_.find(TextOf(from));
      if (origin == origins_.end() || !IsListOfTexts(*from)) {
        Untrue("`from` of a statement of {} is no list of places: {}", PathOf(document),
               TextOf(from));
        continue;
      }
      const std::vector<std::string>& wanted = texts_[origin->second];
      for (std::size_t i = 0; i < kOfSentences.size(); ++i) {
        const std::string said = TextOf(statement.Find(kOfSentences[i]));
        if (said.empty() || said == wanted[i]) continue;
        const auto sid = statement.Find("sid");
        Untrue("`{}` of {} {} is not what its sentences say", kOfSentences[i], PathOf(document),
               IsText(sid) ? sid->text() : "");
      }
    }
    if (check_.untrue.size() == before) true_lists_.insert(statements->source());
  }

  /// The Sids of a document, sorted.
  static std::vector<std::string> SidsOf(const policy::PolicyDocument& document) {
    std::vector<std::string> sids;
    for (const policy::Statement& statement : document.statements) sids.push_back(statement.sid);
    std::ranges::sort(sids);
    return sids;
  }

  /// The statements that it lists are those of the file: by these names people and tools find from
  /// which sentences a statement is.
  void CheckSids(const Value& document) {
    const auto statements = document.Find("statements");
    const std::string path = PathOf(document);
    const deployed::Policy* policy = tree_.Find(path);
    if (policy == nullptr || !IsList(statements)) return;
    // Documents that differ in names have one list and are read once.
    const deployed::Content*& known = listing_[statements->source()];
    if (known == policy->content.get()) return;
    const std::vector<std::string> there = SidsOf(policy->document());
    std::vector<std::string> listed;
    for (const Value& statement : statements->elements()) {
      const auto sid = statement.Find("sid");
      if (sid && !IsText(sid)) Untrue("`sid` of a statement of {} is {}", path, TextOf(sid));
      if (IsText(sid)) listed.emplace_back(sid->text());
    }
    std::ranges::sort(listed);
    std::vector<std::string> only_listed;
    std::vector<std::string> only_there;
    std::ranges::set_difference(listed, there, std::back_inserter(only_listed));
    std::ranges::set_difference(there, listed, std::back_inserter(only_there));
    for (const std::string& sid : only_listed) {
      Untrue("it lists a statement `{}` of {}, which the file does not have", sid, path);
    }
    for (const std::string& sid : only_there) {
      Untrue("its `statements` of {} leave out `{}`", path, sid);
    }
    constexpr std::size_t kName = 12;  // characters of the shortest name that AWS assigns
    const auto may_name = [](const std::string& sid) { return sid.size() >= kName; };
    const bool is_same = only_listed.empty() && only_there.empty();
    if (is_same && std::ranges::none_of(there, may_name)) known = policy->content.get();
    CheckBeyond(document, path, there);
  }

  void CheckBeyond(const Value& document, const std::string& path,
                   const std::vector<std::string>& there) {
    const auto beyond = document.Find("beyondCatalog");
    if (!IsList(beyond)) return;
    for (const Value& entry : beyond->elements()) {
      const auto sid = entry.Find("sid");
      if (!sid || (IsText(sid) && std::ranges::binary_search(there, sid->text()))) continue;
      Untrue("its `beyondCatalog` of {} is of {}, which the file does not have", path, TextOf(sid));
    }
  }

  /// Size and digest. A document may be edited and mean the same; then both are of another file.
  void CheckFile(const Value& document, const Value& manifest) {
    const std::string path = PathOf(document);
    const auto file = files_.find(path);
    if (file == files_.end()) return;
    CheckQuota(document, manifest, path);
    const auto digest = document.Find("sha256");
    if (digest) {
      const bool is_digest =
          IsText(digest) && digest->text().size() == support::Sha256Hex("").size() &&
          digest->text().find_first_not_of("0123456789abcdef") == std::string_view::npos;
      if (!is_digest) {
        Untrue("`sha256` of {} is no digest: {}", path, TextOf(digest));
      } else if (digest->text() != support::Sha256Hex(file->second)) {
        check_.edited.push_back({path, "`sha256` is of other bytes"});
        return;
      }
    }
    const auto said = document.Find("characters");
    const std::size_t characters = deployed::CharactersSent(path, file->second);
    if (said && TextOf(said) != std::to_string(characters)) {
      Untrue("`characters` of {} is {}, and the file has {}", path, TextOf(said), characters);
    }
  }

  /// Only of a manifest of the same catalog: quotas are dated.
  void CheckQuota(const Value& document, const Value& manifest, const std::string& path) {
    const auto said = document.Find("quota");
    const catalog::Quota* quota = compilation_.catalog().FindQuota(SizeQuotaOf(path));
    if (!said || quota == nullptr || !IsOfThisCatalog(manifest)) return;
    const std::string ours = quota->value > 0 ? std::to_string(quota->value) : "null";
    if (TextOf(said) != ours) {
      Untrue("`quota` of {} is {}, and AWS's is {}", path, TextOf(said), ours);
    }
  }

  const host::FileSet& files_;
  const deployed::Tree& tree_;
  const Compilation& compilation_;
  std::map<std::string, std::vector<std::string>> targets_;  ///< by path of the document
  emit::BuildFacts facts_;
  std::map<std::string, std::size_t> origins_;   ///< lists of places → their number
  std::vector<std::vector<std::string>> texts_;  ///< by number: what the sentences there say
  /// Lists of statements, as they are written: documents that differ in names have one. Never
  /// walked through.
  std::unordered_set<std::string_view> lists_;
  std::unordered_set<std::string_view> true_lists_;  ///< that say what their sentences say
  /// The same → what the document says whose statements they are.
  std::unordered_map<std::string_view, const deployed::Content*> listing_;
  ManifestCheck check_;
};

}  // namespace

std::string_view SizeQuotaOf(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kQuotas = {
      {{".identity.json", "managed-policy-size"},
       {".permission-set.json", "permission-set-inline-characters"},
       {".scp.json", "scp-size"},
       {".rcp.json", "rcp-size"},
       {".trust.json", "trust-policy-size"},
       {".vpce.json", "vpc-endpoint-policy-size"}}};
  for (const auto& [suffix, quota] : kQuotas) {
    if (path.ends_with(suffix)) return quota;
  }
  return "";
}

ManifestCheck CheckManifest(const verify::Program& program, const deployed::Tree& tree,
                            const host::FileSet& files, const Compilation& compilation) {
  return Checker(program, tree, files, compilation).Run();
}

}  // namespace writ::compiler
