#include "proof/deployed/forms.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "base/support/json.h"
#include "base/support/json_members.h"
#include "iam/decide/space.h"
#include "proof/deployed/form.h"
#include "proof/deployed/guardrail_request.h"
#include "proof/deployed/monitoring.h"
#include "proof/deployed/opt_outs.h"
#include "proof/deployed/said.h"
#include "proof/deployed/settings.h"

namespace writ::deployed {
namespace {

namespace json = support::json;

/// The files of one format.
struct Format {
  std::string_view name;  ///< in the manifest
  std::string_view begin;
  std::string_view end;
  Form (*read)(const json::Value&, const Owner&);
  bool has_audio;  ///< logging can say whether audio is delivered
};
// hashicorp/aws 6.66 has no argument for audio; the build says so.
constexpr std::array<Format, 2> kFormats = {{
    {"cloudformation", "deploy/cloudformation/", ".template.json", ReadTemplate, true},
    {"terraform", "deploy/terraform/", "/main.tf.json", ReadTerraform, false},
}};
constexpr std::string_view kEndpoints = "endpoints/";
constexpr std::string_view kOptOut = ".ai-opt-out.json";
/// What names of policies in AWS begin with.
constexpr std::string_view kPrefix = "writ-";

/// The account that a form is for, by its path.
std::string AccountOf(std::string_view path, const Format& format) {
  if (!path.starts_with(format.begin) || !path.ends_with(format.end)) return "";
  if (path.size() <= format.begin.size() + format.end.size()) return "";
  path.remove_prefix(format.begin.size());
  path.remove_suffix(format.end.size());
  return std::string(path);
}

/// The file of the tree that a policy of a form repeats.
std::string PathOf(const Deployed& deployed, const std::string& account) {
  std::string_view name = deployed.name;
  const bool is_prefixed = deployed.kind != "trust" && deployed.kind != "permission-set";
  // Without its prefix it is another policy in AWS.
  if (is_prefixed && !name.starts_with(kPrefix)) return fmt::format("`{}`", name);
  if (is_prefixed) name.remove_prefix(kPrefix.size());
  std::string folder = "organization";
  if (deployed.kind == "identity") folder = "iam/" + account;
  if (deployed.kind == "trust") folder = "trust/" + account;
  if (deployed.kind == "permission-set") folder = "permission-sets";
  return fmt::format("{}/{}.{}.json", folder, name, deployed.kind);
}

bool HasDenials(const policy::PolicyDocument& document) {
  return std::ranges::any_of(document.statements, [](const policy::Statement& statement) {
    return statement.effect == policy::Effect::kDeny;
  });
}

/// The statements of one effect; to denials everything is added that they could refuse.
policy::PolicyDocument Part(const policy::PolicyDocument& document, policy::Effect effect) {
  policy::PolicyDocument part = document;
  std::erase_if(part.statements, [effect](const policy::Statement& statement) {
    return statement.effect != effect;
  });
  if (effect == policy::Effect::kAllow) return part;
  policy::Statement all;
  all.effect = policy::Effect::kAllow;
  all.action.values = {"*"};
  all.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  part.statements.push_back(std::move(all));
  return part;
}

/// Whether two documents are one, or mean the same whatever stands beside them: they allow the
/// same, and of everything they refuse the same.
bool IsSame(const policy::PolicyDocument& a, const policy::PolicyDocument& b, policy::Kind kind) {
  if (a == b) return true;
  const auto compare = [&](policy::Effect effect) {
    const decide::Comparison comparison = decide::Compare(decide::Space::Of(Part(a, effect), kind),
                                                          decide::Space::Of(Part(b, effect), kind));
    return comparison.relation == decide::Relation::kEquivalent;
  };
  if (!HasDenials(a) && !HasDenials(b)) return compare(policy::Effect::kAllow);
  // Where callers are named, denials name them too: no one statement allows all that they refuse.
  const bool names_callers = kind != policy::Kind::kIdentity && kind != policy::Kind::kScp;
  return !names_callers && compare(policy::Effect::kAllow) && compare(policy::Effect::kDeny);
}

std::string_view LastPart(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view OwnerOf(std::string_view arn) {
  for (int colons = 0; colons < 4; ++colons)
    arn.remove_prefix(std::min(arn.find(':') + 1, arn.size()));
  return arn.substr(0, arn.find(':'));
}

/// In words, for messages and to be held together.
std::string InWords(const Held& held) {
  if (held.is_told) return fmt::format("the {}s that `{}` gives", held.to, held.id);
  return held.to == "root" ? "the root" : fmt::format("{} `{}`", held.to, held.id);
}

/// A request that a form must make: kind, guardrail (of the first kinds), region → path in the
/// tree.
using Wanted = std::map<std::tuple<Setting::Kind, std::string, std::string>, std::string>;

class Comparer {
 public:
  Comparer(const Program& facts, const Tree& tree) : facts_(facts), tree_(tree) {
    for (const Attachment& attachment : tree.attachments) {
      attached_[attachment.path].push_back(&attachment);
    }
  }

  std::vector<Mismatch> Run() {
    for (const auto& form : tree_.forms) {
      const std::string& path = form.first;
      const auto format = std::ranges::find_if(
          kFormats, [&](const Format& one) { return !AccountOf(path, one).empty(); });
      if (format == kFormats.end()) {
        Differs(path, "it is no form of deployment of this tree");
      } else {
        CompareForm(path, form.second, *format);
      }
    }
    for (const Format& format : kFormats) CheckAccounts(format);
    return std::move(differences_);
  }

 private:
  void Differs(const std::string& path, std::string what) {
    differences_.push_back({path, std::move(what)});
  }

  /// A format that has one account has every account that there is something for.
  void CheckAccounts(const Format& format) {
    const bool is_used = std::ranges::any_of(
        tree_.forms, [&](const auto& form) { return !AccountOf(form.first, format).empty(); });
    if (!is_used) return;
    std::set<std::string> accounts{"management"};
    for (const intent::Account& account : facts_.model.organization.accounts) {
      accounts.insert(account.name);
    }
    for (const std::string& account : accounts) {
      const std::string path = fmt::format("{}{}{}", format.begin, account, format.end);
      if (tree_.forms.contains(path) || tree_.targets.contains(path)) continue;
      Describe(account, format);
      if (!policies_.empty() || !wanted_.empty()) {
        Differs(path, "it is not there, and the tree has something for the account");
      }
    }
  }

  /// What is wanted of an account's form: all but what it says that it leaves to the script, which
  /// is held to the tree by itself.
  void Describe(const std::string& account, const Format& format) {
    const auto& accounts = facts_.model.organization.accounts;
    const auto found = std::ranges::find(accounts, account, &intent::Account::name);
    const bool is_known = found != accounts.end();
    account_ = account;
    account_id_ = is_known ? found->id : "";
    // Where a program has no management account, its form is named so.
    const bool has_management =
        std::ranges::any_of(accounts, [](const intent::Account& one) { return one.management; });
    is_management_ = is_known ? found->management : !has_management && account == "management";
    policies_.clear();
    wanted_.clear();
    for (const Policy& policy : tree_.policies) Want(policy.path);
    for (const auto& [path, bytes] : tree_.others) {
      if (path.ends_with(".bedrock-policy.json") || path.ends_with(kOptOut)) Want(path);
    }
    WantGuardrails();
    if (is_management_) WantSharings();
    WantPlaces(Setting::Kind::kEnforcement, "enforcement/",
               ".bedrock.PutEnforcedGuardrailConfiguration.json");
    WantPlaces(Setting::Kind::kLogging, "logging/",
               ".bedrock.PutModelInvocationLoggingConfiguration.json");
    WantWatches(Setting::Kind::kRule, ".events.PutRule.json");
    WantWatches(Setting::Kind::kTargets, ".events.PutTargets.json");
    const auto left = tree_.left.find(std::string(format.name));
    if (left == tree_.left.end() || !tree_.has_script) return;
    for (const auto& [path, why] : left->second) policies_.erase(path);
    std::erase_if(wanted_, [&](const auto& entry) { return left->second.contains(entry.second); });
  }

  void Want(const std::string& path) {
    const bool is_of_account =
        path.starts_with("iam/" + account_ + "/") || path.starts_with("trust/" + account_ + "/");
    const bool is_central =
        path.starts_with("organization/") || path.starts_with("permission-sets/");
    // Which account owns an endpoint the program does not say: each may.
    const auto target = tree_.targets.find(path);
    const bool is_of_endpoint = path.starts_with(kEndpoints) && target != tree_.targets.end() &&
                                std::ranges::find(target->second, account_) != target->second.end();
    if (is_of_account || is_of_endpoint || (is_central && is_management_)) policies_.insert(path);
  }

  /// Guardrails that are the account's own, where they are bound. Those that the organization's
  /// policies name are shared by requests of the management account.
  void WantGuardrails() {
    for (const intent::Guardrail& guardrail : facts_.model.guardrails) {
      const std::string stem = "guardrails/" + guardrail.name;
      for (const std::string& region : facts_.bindings.Regions(guardrail.name, account_id_)) {
        const auto bound = facts_.bindings.Find(guardrail.name, account_id_, region);
        if (OwnerOf(bound->arn) != account_id_) continue;
        wanted_[{Setting::Kind::kGuardrail, guardrail.name, region}] =
            stem + ".bedrock.CreateGuardrail.json";
        wanted_[{Setting::Kind::kVersion, guardrail.name, region}] =
            stem + ".bedrock.CreateGuardrailVersion.json";
      }
    }
  }

  void WantSharings() {
    constexpr std::string_view kFolder = "sharing/";
    constexpr std::string_view kEnding = ".bedrock.PutResourcePolicy.json";
    for (const auto& [path, bytes] : tree_.others) {
      if (!path.starts_with(kFolder) || !path.ends_with(kEnding)) continue;
      if (path.size() <= kFolder.size() + kEnding.size()) continue;
      const std::string place =
          path.substr(kFolder.size(), path.size() - kFolder.size() - kEnding.size());
      const std::size_t dot = std::min(place.rfind('.'), place.size() - 1);
      wanted_[{Setting::Kind::kSharing, place.substr(0, dot), place.substr(dot + 1)}] = path;
    }
  }

  /// Rules are named in their files, which say the account only where its targets differ.
  void WantWatches(Setting::Kind kind, std::string_view ending) {
    constexpr std::string_view kFolder = "monitoring/";
    for (const auto& [path, bytes] : tree_.others) {
      if (!path.starts_with(kFolder) || !path.ends_with(ending)) continue;
      const auto listed = tree_.targets.find(path);
      if (listed == tree_.targets.end() ||
          std::ranges::find(listed->second, account_) == listed->second.end()) {
        continue;
      }
      const std::string stem =
          path.substr(kFolder.size(), path.size() - kFolder.size() - ending.size());
      const std::size_t first = std::min(stem.find('.'), stem.size() - 1);
      wanted_[{kind, std::string(kPrefix) + stem.substr(0, first),
               stem.substr(stem.rfind('.') + 1)}] = path;
    }
  }

  void WantPlaces(Setting::Kind kind, std::string_view folder, std::string_view ending) {
    const std::string begin = fmt::format("{}{}.", folder, account_);
    for (const auto& [path, bytes] : tree_.others) {
      if (!path.starts_with(begin) || !path.ends_with(ending)) continue;
      if (path.size() <= begin.size() + ending.size()) continue;
      wanted_[{kind, "", path.substr(begin.size(), path.size() - begin.size() - ending.size())}] =
          path;
    }
  }

  void CompareForm(const std::string& path, const std::string& bytes, const Format& format) {
    const auto document = json::Parse(bytes);
    if (!document) return Differs(path, "it is not JSON: " + document.error().message);
    Describe(AccountOf(path, format), format);
    Owner owner{facts_, account_id_, {}};
    for (const auto& [what, file] : wanted_) owner.regions.insert(std::get<2>(what));
    const Form form = format.read(document->root(), owner);
    for (const std::string& wrong : form.wrong) Differs(path, wrong);
    ComparePolicies(path, form);
    CompareSettings(path, form, format);
  }

  // ---- policies

  void ComparePolicies(const std::string& path, const Form& form) {
    std::set<std::string> there;
    std::set<std::string> regions;
    told_.clear();
    for (const Deployed& deployed : form.policies) {
      const std::string file =
          deployed.kind == "vpce" ? EndpointsOf(deployed) : PathOf(deployed, account_);
      if (!there.insert(file).second) Differs(path, fmt::format("`{}` is there twice", file));
      regions.insert(deployed.region);
      ComparePolicy(path, deployed, file);
    }
    // Roles are made where policies are attached to them, and nowhere else.
    if (regions.size() > 1) {
      Differs(path, fmt::format("its policies are made in {}, not in one region",
                                fmt::join(regions, " and ")));
    }
    for (const std::string& file : policies_) {
      if (!there.contains(file)) Differs(path, fmt::format("it lacks `{}`", file));
    }
  }

  /// The policy of the endpoints that a variable asks for: policies of endpoints have no name.
  [[nodiscard]] std::string EndpointsOf(const Deployed& deployed) const {
    for (const std::string& file : policies_) {
      std::set<Held> left = deployed.holders;
      if (file.starts_with(kEndpoints) && TakeTold("vpc-endpoint", EndpointsOf(file), left)) {
        return file;
      }
    }
    return fmt::format("`{}`", deployed.name);
  }

  [[nodiscard]] std::vector<std::string> EndpointsOf(const std::string& file) const {
    std::vector<std::string> ids;
    for (const Attachment* attachment : AttachmentsOf(file)) {
      if (attachment->to == "vpc-endpoint") ids.push_back(attachment->id);
    }
    return ids;
  }

  void ComparePolicy(const std::string& path, const Deployed& deployed, const std::string& file) {
    if (!policies_.contains(file)) {
      return Differs(path, fmt::format("its policy `{}` is none of the tree", deployed.name));
    }
    if (!deployed.wrong.empty()) {
      return Differs(path, fmt::format("in its policy `{}` {}", deployed.name, deployed.wrong));
    }
    if (const Policy* wanted = tree_.Find(file); wanted != nullptr) {
      const auto read = policy::Read(deployed.text, wanted->kind, policy::Demand::kAsCreated);
      if (!read) {
        return Differs(path, fmt::format("its policy `{}` is none: {}", deployed.name,
                                         read.error().front().message));
      }
      if (!IsSame(wanted->document(), *read, wanted->kind)) {
        Differs(path, fmt::format("its policy `{}` is not `{}`", deployed.name, file));
      }
    } else if (file.ends_with(kOptOut) ? !IsSameOptOut(deployed.text, tree_.others.at(file))
                                       : !IsSamePolicy(deployed.text, tree_.others.at(file))) {
      Differs(path, fmt::format("its policy `{}` is not `{}`", deployed.name, file));
    }
    CompareHolders(path, deployed, file);
  }

  /// Of two policies of Bedrock in Organizations.
  static bool IsSamePolicy(const std::string& a, const std::string& b) {
    const auto one = json::Parse(a);
    const auto other = json::Parse(b);
    if (!one || !other) return false;
    Said wrong_of_one;
    Said wrong_of_other;
    const std::map<std::string, Said> regions = ReadPolicy(one->root(), wrong_of_one);
    const std::map<std::string, Said> others = ReadPolicy(other->root(), wrong_of_other);
    return wrong_of_one.wrong().empty() && wrong_of_other.wrong().empty() &&
           std::ranges::equal(regions, others, [](const auto& x, const auto& y) {
             return x.first == y.first && x.second.parts() == y.second.parts();
           });
  }

  static bool IsSameOptOut(const std::string& a, const std::string& b) {
    const OptOutPolicy one = ReadOptOutPolicy(a);
    return one.wrong.empty() && one == ReadOptOutPolicy(b);
  }

  // ---- attachments

  [[nodiscard]] std::vector<const Attachment*> AttachmentsOf(const std::string& file) const {
    const auto found = attached_.find(file);
    return found == attached_.end() ? std::vector<const Attachment*>{} : found->second;
  }

  void CompareHolders(const std::string& path, const Deployed& deployed, const std::string& file) {
    std::set<Held> left = deployed.holders;
    std::map<std::string, std::vector<std::string>> open;  ///< "role" or "user" → patterns
    for (const Attachment* one : AttachmentsOf(file)) {
      const Attachment& attachment = *one;
      if (attachment.open || attachment.to == "vpc-endpoint") {
        open[attachment.to].push_back(attachment.id);
      } else if (!TakeKnown(attachment, left)) {
        Differs(path, fmt::format("its policy `{}` is not attached to {}", deployed.name,
                                  InWords({attachment.to, NameOf(attachment)})));
      }
    }
    for (const auto& [to, patterns] : open) {
      if (const auto told = TakeTold(to, patterns, left); told && IsFor(*told, patterns)) continue;
      Differs(path, fmt::format("its policy `{}` has no parameter for the {}s {}", deployed.name,
                                to, fmt::join(patterns, ", ")));
    }
    for (const Held& held : left) {
      Differs(path,
              fmt::format("its policy `{}` is attached to {}, and the manifest does not say so",
                          deployed.name, InWords(held)));
    }
  }

  [[nodiscard]] std::string NameOf(const Attachment& attachment) const {
    const bool is_principal = attachment.to == "role" || attachment.to == "user";
    if (is_principal) return std::string(LastPart(attachment.id));
    const auto target = tree_.targets.find(attachment.path);
    const bool is_named =
        attachment.id.empty() && target != tree_.targets.end() && !target->second.empty();
    return is_named ? target->second.front() : attachment.id;
  }

  /// The root, and a unit whose identifier the program does not say, are told at deployment.
  [[nodiscard]] bool TakeKnown(const Attachment& attachment, std::set<Held>& left) {
    const bool is_told =
        attachment.to == "root" || (attachment.to == "ou" && attachment.id.empty());
    if (!is_told) return left.erase({attachment.to, NameOf(attachment)}) > 0;
    const std::string unit = attachment.to == "ou" ? NameOf(attachment) : "";
    const auto found = std::ranges::find_if(left, [&](const Held& held) {
      return held.is_told && held.to == attachment.to &&
             (unit.empty() || HasPhrase(held.says, "organizational unit " + unit));
    });
    if (found == left.end() || !IsFor(*found, {attachment.to + " " + unit})) return false;
    left.erase(found);
    return true;
  }

  /// The parameter that asks for all of these.
  [[nodiscard]] static std::optional<Held> TakeTold(const std::string& to,
                                                    const std::vector<std::string>& patterns,
                                                    std::set<Held>& left) {
    const auto found = std::ranges::find_if(left, [&](const Held& held) {
      const bool is_of_kind = (to != "role" && to != "user") || HasPhrase(held.says, to + "s");
      return held.is_told && held.to == to && is_of_kind &&
             std::ranges::all_of(patterns, [&](const std::string& pattern) {
               return HasPhrase(held.says, pattern);
             });
    });
    if (found == left.end()) return std::nullopt;
    std::optional<Held> held = *found;
    left.erase(found);
    return held;
  }

  /// What one parameter gives is one thing throughout the form.
  [[nodiscard]] bool IsFor(const Held& held, const std::vector<std::string>& what) {
    return told_.try_emplace(held.id, what).first->second == what;
  }

  // ---- requests

  static std::string Described(const Setting& setting) {
    switch (setting.kind) {
      case Setting::Kind::kGuardrail:
        return fmt::format("guardrail `{}` in {}", setting.guardrail, setting.region);
      case Setting::Kind::kVersion:
        return fmt::format("version of guardrail `{}` in {}", setting.guardrail, setting.region);
      case Setting::Kind::kSharing:
        return fmt::format("sharing of guardrail `{}` in {}", setting.guardrail, setting.region);
      case Setting::Kind::kEnforcement:
        return "enforcement in " + setting.region;
      case Setting::Kind::kLogging:
        return "logging in " + setting.region;
      case Setting::Kind::kRule:
        return fmt::format("rule `{}` in {}", setting.guardrail, setting.region);
      case Setting::Kind::kTargets:
        return fmt::format("targets of rule `{}` in {}", setting.guardrail, setting.region);
    }
    return "";
  }

  void CompareSettings(const std::string& path, const Form& form, const Format& format) {
    Wanted left = wanted_;
    for (const Setting& setting : form.settings) {
      const std::string what = Described(setting);
      const auto wanted = left.find({setting.kind, setting.guardrail, setting.region});
      if (wanted == left.end()) {
        Differs(path, fmt::format("its {} is none of the tree, or there twice", what));
        continue;
      }
      const std::string file = wanted->second;
      left.erase(wanted);
      if (!setting.wrong.empty()) {
        Differs(path, fmt::format("in its {} {}", what, setting.wrong));
        continue;
      }
      if (!setting.is_kept) Differs(path, fmt::format("its {} is not kept", what));
      for (const std::string& line : Compare(setting, file, format)) {
        Differs(path, fmt::format("in its {} {}", what, line));
      }
    }
    for (const auto& [what, file] : left) {
      const auto& [kind, guardrail, region] = what;
      Setting setting;
      setting.kind = kind;
      setting.guardrail = guardrail;
      setting.region = region;
      Differs(path, fmt::format("it lacks the {}", Described(setting)));
    }
  }

  /// Where a request of a form and one of the tree part. Of a file that is missing or no JSON the
  /// proof tells elsewhere.
  std::vector<std::string> Compare(const Setting& setting, const std::string& file,
                                   const Format& format) const {
    const auto bytes = tree_.others.find(file);
    if (bytes == tree_.others.end()) return {};
    const auto wanted = json::Parse(bytes->second);
    if (!wanted) return {};
    if (setting.kind == Setting::Kind::kVersion) {
      const bool is_same = setting.request == json::TextMember(wanted->root(), "description");
      return is_same ? std::vector<std::string>{}
                     : std::vector<std::string>{"the description is not the tree's"};
    }
    const auto found = json::Parse(setting.request);
    if (!found) return {"the request is no JSON"};
    if (setting.kind == Setting::Kind::kSharing) {
      return IsSameSharing(wanted->root(), found->root())
                 ? std::vector<std::string>{}
                 : std::vector<std::string>{"it is not shared as the tree says"};
    }
    return Partings(Read(setting, wanted->root(), format), Read(setting, found->root(), format));
  }

  static bool IsSameSharing(const json::Value& one, const json::Value& other) {
    const auto policy =
        policy::Read(json::TextMember(one, "resourcePolicy"), policy::Kind::kResource);
    const auto found =
        policy::Read(json::TextMember(other, "resourcePolicy"), policy::Kind::kResource);
    return json::TextMember(one, "resourceArn") == json::TextMember(other, "resourceArn") &&
           policy && found && IsSame(*policy, *found, policy::Kind::kResource);
  }

  Said Read(const Setting& setting, const json::Value& request, const Format& format) const {
    switch (setting.kind) {
      case Setting::Kind::kGuardrail:
        return InPlace(ReadGuardrail(request), setting.region);
      case Setting::Kind::kEnforcement:
        return ReadConfiguration(request);
      case Setting::Kind::kLogging:
        return format.has_audio ? ReadLogging(request) : WithoutAudio(ReadLogging(request));
      case Setting::Kind::kRule:
        return ReadRule(request);
      case Setting::Kind::kTargets:
        return ReadTargets(request);
      case Setting::Kind::kVersion:
      case Setting::Kind::kSharing:
        return {};
    }
    return {};
  }

  /// A system's profile is named by its identifier or, in that place, by its ARN.
  [[nodiscard]] Said InPlace(const Said& said, const std::string& region) const {
    const std::string begin = fmt::format("arn:{}:bedrock:{}:{}:guardrail-profile/",
                                          facts_.partition(), region, account_id_);
    Said same;
    for (const std::string& wrong : said.wrong()) same.Wrong(wrong);
    for (const auto& [part, value] : said.parts()) {
      const bool is_here = part == "guardrail profile" && value.starts_with(begin);
      same.Say(part, is_here ? value.substr(begin.size()) : value);
    }
    return same;
  }

  static Said WithoutAudio(const Said& said) {
    Said rest;
    for (const std::string& wrong : said.wrong()) rest.Wrong(wrong);
    for (const auto& [part, value] : said.parts()) {
      if (part != "delivery of audio data") rest.Say(part, value);
    }
    return rest;
  }

  const Program& facts_;
  const Tree& tree_;
  std::map<std::string, std::vector<const Attachment*>> attached_;  ///< by document
  // The form at hand.
  std::string account_;
  std::string account_id_;
  bool is_management_ = false;
  std::set<std::string> policies_;  ///< paths that it must make
  Wanted wanted_;
  std::map<std::string, std::vector<std::string>> told_;  ///< parameter → what it gives
  std::vector<Mismatch> differences_;
};

}  // namespace

std::vector<Mismatch> CompareForms(const Program& facts, const Tree& tree) {
  return Comparer(facts, tree).Run();
}

}  // namespace writ::deployed
