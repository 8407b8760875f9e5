#include "compiler/manifest_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
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
#include "facts/library/library.h"
#include "iam/policy/account.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"
#include "iam/policy/pattern.h"
#include "output/emit/beyond.h"
#include "output/emit/tree.h"
#include "output/lower/lower.h"
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

/// What a statement's manifest says of how accounts of callers are named.
struct SaidOfCallers {
  std::set<std::string> forms;
  bool has_needless_reason = false;  ///< for a form that is short by itself
};

SaidOfCallers ReadCallers(const Value& callers) {
  SaidOfCallers said;
  for (const Value& one : callers.elements()) {
    const auto form = one.Find("form");
    const std::string name(IsText(form) ? form->text() : "");
    const auto because = one.Find("because");
    said.has_needless_reason |= TextOf(because).size() > 2 && name != "listed" && name != "spread";
    said.forms.insert(name);
  }
  return said;
}

bool IsKey(const policy::Condition& condition, std::string_view key) {
  return policy::EqualIgnoringCase(condition.key, key);
}

/// Whether callers are named with the numbers of their accounts, but for `of_nobody`.
bool ListsAccounts(const policy::Statement& statement, std::string_view of_nobody) {
  const auto is_number = [of_nobody](std::string_view text) {
    return policy::IsAccountId(text) && text != of_nobody;
  };
  return std::ranges::any_of(statement.conditions, [&](const policy::Condition& condition) {
    const bool is_account = IsKey(condition, "aws:PrincipalAccount");
    if (!is_account && !IsKey(condition, "aws:PrincipalArn")) return false;
    return std::ranges::any_of(condition.values, [&](const std::string& value) {
      if (is_account) return is_number(value);
      const std::optional<policy::ArnSegments> segments = policy::SplitArn(value);
      return segments && is_number((*segments)[4]);
    });
  });
}

std::string_view FormIn(const policy::Statement& statement, std::string_view of_nobody) {
  if (ListsAccounts(statement, of_nobody)) return "listed";
  const bool is_by_path = std::ranges::any_of(
      statement.conditions,
      [](const policy::Condition& condition) { return IsKey(condition, "aws:PrincipalOrgPaths"); });
  return is_by_path ? "units" : "all";
}

/// The text of an entry of `beyondCatalog`, with lists in one order.
std::string BeyondText(std::string sid, std::array<std::vector<std::string>, 4> lists) {
  std::string text = std::move(sid);
  for (std::vector<std::string>& list : lists) {
    std::ranges::sort(list);
    text += fmt::format("; {}", list.size());
    for (const std::string& one : list) text += fmt::format(" {}:{}", one.size(), one);
  }
  return text;
}

class Checker {
 public:
  Checker(const verify::Program& program, const deployed::Tree& tree, const host::FileSet& files,
          const Compilation& compilation)
      : files_(files),
        tree_(tree),
        program_(program),
        compilation_(compilation),
        targets_(TargetsOf(program, tree, files)) {
    facts_.principals = CountPrincipals(program.model);
    facts_.accounts = program.model.organization.accounts.size();
    facts_.models = program.model.models;
    facts_.organization = OrganizationOf(program.model);
    facts_.gateways = GatewaysOf(program.model);
    facts_.bindings = program.bindings;
    facts_.sentences = SentencesOf(program.model);
    AddPlaces(program.model);
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
    for (const std::string_view member : {"organization", "gateways", "guardrails"}) {
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
    CheckAttachments();
    std::set<std::string> listed;
    const auto check = [&](const Value& document, std::size_t) {
      if (!listed.insert(PathOf(document)).second) Wrong("it lists {} twice", PathOf(document));
      CheckMinimality(document);
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

  /// Where something stands that a statement may be from.
  void AddPlaces(const intent::Model& model) {
    for (const auto& [place, origins] : facts_.sentences) places_.insert(place);
    for (const intent::Guardrail& one : model.guardrails) {
      // Of a program that another run has read, nobody can say.
      knows_places_ = knows_places_ && one.span.valid() &&
                      one.span.file.index < compilation_.sources.file_count();
      if (knows_places_) places_.insert(compilation_.sources.DescribeRelative(one.span));
    }
    for (const intent::Endpoint& one : model.endpoints) places_.insert(one.origin.place);
    for (const intent::Gateway& one : model.gateways) places_.insert(one.origin.place);
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
    // Only requests for guardrails are built without a proof.
    const bool may_be_none = std::ranges::all_of(tree_.targets, [](const auto& listed) {
      const std::string& path = listed.first;
      return path.starts_with("guardrails/") || path.starts_with("deploy/") || path == kScript;
    });
    if (!IsText(verdict) || (verdict->text() != "proved" && verdict->text() != "none")) {
      Untrue("its `proof` has no verdict that there is: {}", TextOf(verdict));
    } else if (verdict->text() == "none" && !may_be_none) {
      Untrue("the verdict of its `proof` is `none`, and it lists more than guardrails");
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

  /// AWS attaches nothing twice.
  void CheckAttachments() {
    std::set<std::array<std::string_view, 3>> attached;
    for (const deployed::Attachment& one : tree_.attachments) {
      if (attached.insert({one.path, one.to, one.id}).second) continue;
      Wrong("it attaches {} to {} `{}` twice", one.path, one.to, one.id);
    }
  }

  /// What it says agrees with itself and with the files. That no document of the class is smaller
  /// is believed.
  void CheckMinimality(const Value& document) {
    const auto said = document.Find("minimality");
    const std::string path = PathOf(document);
    const deployed::Policy* const policy = tree_.Find(path);
    if (!said || policy == nullptr) return;
    const auto wrong = [&](std::string_view what) { Untrue("`minimality` of {} {}", path, what); };
    const auto verdict = said->Find("verdict");
    const bool is_smallest = IsText(verdict) && verdict->text() == "smallest";
    if (!is_smallest && !(IsText(verdict) && verdict->text() == "irredundant")) {
      return wrong(fmt::format("has no verdict that there is: {}", TextOf(verdict)));
    }
    const auto count = [](const std::optional<Value>& object, std::string_view member) {
      std::size_t number = 0;
      const std::string text = object ? TextOf(object->Find(member)) : "";
      std::from_chars(text.data(), text.data() + text.size(), number);
      return number;
    };
    const auto bound = said->Find("lowerBound");
    const std::size_t statements = count(said, "statements");
    const std::size_t least = count(bound, "statements");
    const std::size_t characters = count(bound, "characters");
    std::size_t there = 0;
    std::size_t size = 0;
    for (const deployed::Policy* part : PartsOf(path)) {
      there += part->document().statements.size();
      size += deployed::CharactersSent(part->path, files_.at(part->path));
    }
    // Statements are split where a document is larger than one file may be.
    const bool is_whole = PartsOf(path).size() == 1;
    if (is_whole ? statements != there : statements > there || statements == 0) {
      return wrong(fmt::format("says {} statements, and the document has {}", statements, there));
    }
    if (least > statements || least == 0 || characters > size || characters == 0) {
      return wrong("has a lower bound that the document is below");
    }
    const bool meets_bound = least == statements && (characters == size || !is_whole);
    if (is_smallest && !meets_bound) wrong("says `smallest`, and not of its lower bound");
  }

  /// The files of the document that `path` is a part of: `root.scp.json`, `root-2.scp.json`.
  [[nodiscard]] std::vector<const deployed::Policy*> PartsOf(std::string_view path) const {
    const auto stem_of = [](std::string_view one) {
      const std::size_t dot = one.find('.', one.rfind('/') + 1);
      std::string_view name = one.substr(0, dot);
      const std::size_t digits = name.find_last_not_of("0123456789");
      const bool has_number =
          digits != std::string_view::npos && digits + 1 < name.size() && name[digits] == '-';
      if (has_number) name = name.substr(0, digits);
      return std::pair(name, one.substr(std::min(dot, one.size())));
    };
    std::vector<const deployed::Policy*> parts;
    for (const deployed::Policy& policy : tree_.policies) {
      if (stem_of(policy.path) == stem_of(path)) parts.push_back(&policy);
    }
    return parts;
  }

  /// In which form accounts of callers are named. Why in no shorter one is believed.
  void CheckCallers(const Value& statement, const deployed::Policy& policy,
                    const policy::PolicyDocument& document) {
    const auto sid = statement.Find("sid");
    if (!IsText(sid)) return;
    const auto found = std::ranges::find(document.statements, sid->text(), &policy::Statement::sid);
    if (found == document.statements.end()) return;
    const auto callers = statement.Find("callers");
    if (!callers || callers->size() == 0) {
      if (statement.Find("sentences") && ServesSeveral(statement, policy)) {
        Untrue("`callers` of {} {} are left out", policy.path, found->sid);
      }
      return;
    }
    const SaidOfCallers said = ReadCallers(*callers);
    const bool is_scp = policy.kind == policy::Kind::kScp;
    const std::string_view form = FormIn(*found, "");
    // SCPs do not bind the management account: who names it there names nobody.
    const std::string_view other = FormIn(*found, is_scp ? ManagementAccount() : "");
    std::set<std::string> forms = said.forms;
    const bool is_spread = forms.erase("spread") > 0;
    if (is_spread && !IsSpreadByBuild(statement)) {
      Wrong("it says that callers of {} {} are exempt by `spread`, and no sentence there needs it",
            policy.path, found->sid);
    }
    const bool is_true = forms.empty() ? is_spread
                                       : forms == std::set<std::string>{std::string(form)} ||
                                             forms == std::set<std::string>{std::string(other)};
    if (!is_true) {
      Untrue("`callers` of {} {} are said to be named by `{}`, and are named by `{}`", policy.path,
             found->sid, fmt::join(said.forms, "`, `"), form);
    } else if (said.has_needless_reason) {
      Untrue("`callers` of {} {} say why there is no shorter form than the shortest", policy.path,
             found->sid);
    }
  }

  /// Whether the statement serves callers of several accounts, as far as it is known.
  [[nodiscard]] bool ServesSeveral(const Value& statement, const deployed::Policy& policy) const {
    if (policy.path.ends_with(".permission-set.json")) return true;
    const bool is_wide = std::ranges::any_of(tree_.attachments, [&](const auto& attachment) {
      return attachment.path == policy.path && (attachment.to == "root" || attachment.to == "ou");
    });
    const auto from = statement.Find("from");
    if (policy.kind != policy::Kind::kScp || !is_wide || !IsList(from)) return false;
    return std::ranges::any_of(program_.model.prohibitions, [&](const auto& prohibition) {
      return (!prohibition.bound.included.empty() || !prohibition.bound.excepted.empty()) &&
             HasText(*from, prohibition.origin.place);
    });
  }

  static bool HasText(const Value& list, std::string_view text) {
    for (const Value& one : list.elements()) {
      if (IsText(one) && one.text() == text) return true;
    }
    return false;
  }

  [[nodiscard]] std::string_view ManagementAccount() const {
    const auto& accounts = program_.model.organization.accounts;
    const auto found = std::ranges::find_if(accounts, &intent::Account::management);
    return found == accounts.end() ? std::string_view() : std::string_view(found->id);
  }

  /// Whether a build of the program exempts callers of one of the statement's sentences in all
  /// accounts: the proof allows it where the manifest says so. The program is lowered once.
  [[nodiscard]] bool IsSpreadByBuild(const Value& statement) {
    if (!spread_) {
      spread_.emplace();
      diag::Sink reported;  // when the program was checked
      const lower::Bundle bundle = lower::Lower(
          {program_.model, program_.catalog, library::Library::BuiltIn(), program_.bindings},
          reported);
      for (const lower::Document& document : bundle.documents) {
        for (const lower::Sourced& sourced : document.statements) {
          const auto is_spread = [](const lower::Callers& one) {
            return one.form == lower::Callers::Form::kSpread;
          };
          if (std::ranges::none_of(sourced.callers, is_spread)) continue;
          spread_->insert(sourced.from.begin(), sourced.from.end());
        }
      }
    }
    const auto from = statement.Find("from");
    return from && std::ranges::any_of(*spread_, [&](const std::string& place) {
             return IsList(from) && HasText(*from, place);
           });
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
      if (knows_places_ && check_.untrue.size() == before) CheckPlaces(*from, PathOf(document));
    }
    if (check_.untrue.size() == before) true_lists_.insert(statements->source());
  }

  /// A statement that says nothing of its sentences is told to be from somewhere all the same.
  void CheckPlaces(const Value& from, const std::string& path) {
    for (const Value& place : from.elements()) {
      if (places_.contains(place.text())) continue;
      Untrue("`from` of a statement of {} names {}, where the program says nothing", path,
             place.text());
    }
  }

  /// The Sids of a document, sorted.
  static std::vector<std::string> SidsOf(const policy::PolicyDocument& document) {
    std::vector<std::string> sids;
    for (const policy::Statement& statement : document.statements) sids.push_back(statement.sid);
    std::ranges::sort(sids);
    return sids;
  }

  /// Requests of other calls have no statements of their own: only sentences.
  void CheckNoSids(const Value& statements, const std::string& path) {
    for (const Value& statement : statements.elements()) {
      const auto sid = statement.Find("sid");
      if (!sid || TextOf(sid) == R"("")") continue;
      Untrue("it lists a statement {} of {}, which has none", TextOf(sid), path);
    }
  }

  /// The statements that it lists are those of the file: by these names people and tools find from
  /// which sentences a statement is.
  void CheckSids(const Value& document) {
    const auto statements = document.Find("statements");
    const std::string path = PathOf(document);
    const deployed::Policy* policy = tree_.Find(path);
    if (!IsList(statements)) return;
    if (policy == nullptr) return CheckNoSids(*statements, path);
    // Documents that differ in names have one list and are read once.
    const deployed::Content*& known = listing_[statements->source()];
    if (known == policy->content.get()) return;
    const policy::PolicyDocument read = policy->document();
    const std::vector<std::string> there = SidsOf(read);
    std::vector<std::string> listed;
    const std::size_t before = check_.untrue.size() + check_.wrong.size();
    for (const Value& statement : statements->elements()) {
      CheckCallers(statement, *policy, read);
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
    const bool is_same = check_.untrue.size() + check_.wrong.size() == before;
    if (is_same && std::ranges::none_of(there, may_name)) known = policy->content.get();
    CheckBeyond(document, path, read);
  }

  /// What an SCP refuses that the catalog does not know, as its statements say it.
  void CheckBeyond(const Value& document, const std::string& path,
                   const policy::PolicyDocument& read) {
    const auto beyond = document.Find("beyondCatalog");
    if (!IsList(beyond)) return;
    std::map<std::string, std::string> there;
    for (emit::BeyondEntry& one : emit::BeyondCatalog(read)) {
      there[one.sid] = BeyondText(one.sid, {std::move(one.actions), std::move(one.actions_but),
                                            std::move(one.models), std::move(one.models_but)});
    }
    for (const Value& entry : beyond->elements()) {
      const auto sid = entry.Find("sid");
      const std::string name(IsText(sid) ? sid->text() : "");
      const auto texts = [&entry](std::string_view member) {
        std::vector<std::string> list;
        const auto value = entry.Find(member);
        if (!IsList(value)) return list;
        for (const Value& one : value->elements()) list.push_back(std::string(one.text()));
        return list;
      };
      const auto found = there.find(name);
      if (found == there.end()) {
        Untrue("its `beyondCatalog` of {} is of {}, which refuses nothing beyond it", path,
               TextOf(sid));
        continue;
      }
      if (found->second != BeyondText(name, {texts("actions"), texts("allActionsBut"),
                                             texts("models"), texts("allModelsBut")})) {
        Untrue("its `beyondCatalog` of {} {} is not what the statement says", path, name);
      }
      there.erase(found);
    }
    for (const auto& [sid, text] : there) {
      Untrue("its `beyondCatalog` of {} leaves out {}", path, sid);
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
    // The limit of a template is one of the form, and not in the catalog.
    if (!said || !IsOfThisCatalog(manifest) || path.ends_with(".template.json")) return;
    const catalog::Quota* quota = compilation_.catalog().FindQuota(SizeQuotaOf(path));
    const bool has_one = quota != nullptr && quota->value > 0;
    const std::string ours = has_one ? std::to_string(quota->value) : "null";
    if (TextOf(said) != ours) {
      Untrue("`quota` of {} is {}, and AWS's is {}", path, TextOf(said), ours);
    }
  }

  const host::FileSet& files_;
  const deployed::Tree& tree_;
  const verify::Program& program_;
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
  std::set<std::string, std::less<>> places_;
  bool knows_places_ = true;
  /// Places of sentences whose exemptions a build spreads, once somebody asked.
  std::optional<std::set<std::string>> spread_;
  ManifestCheck check_;
};

}  // namespace

std::string_view SizeQuotaOf(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kQuotas = {
      {{".identity.json", "managed-policy-size"},
       {".permission-set.json", "permission-set-inline-characters"},
       {".scp.json", "scp-size"},
       {".rcp.json", "rcp-size"},
       {".trust.json", "trust-policy-size"},
       {".vpce.json", "vpc-endpoint-policy-size"},
       {".bedrock-policy.json", "bedrock-policy-size"},
       {".ai-opt-out.json", "ai-opt-out-policy-size"}}};
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
