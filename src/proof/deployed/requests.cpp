#include "proof/deployed/requests.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/support/json_copy.h"
#include "base/support/sha256.h"
#include "iam/decide/space.h"
#include "proof/deployed/attachments.h"
#include "proof/deployed/guardrail_request.h"
#include "proof/deployed/monitoring.h"
#include "proof/deployed/opt_outs.h"
#include "proof/deployed/said.h"
#include "proof/deployed/settings.h"

namespace writ::deployed {
namespace {

namespace json = support::json;
using intent::AccountIndex;

constexpr std::string_view kVersion = ".bedrock.CreateGuardrailVersion.json";
constexpr std::string_view kGuardrail = ".bedrock.CreateGuardrail.json";
constexpr std::string_view kSharing = ".bedrock.PutResourcePolicy.json";
constexpr std::string_view kEnforcement = ".bedrock.PutEnforcedGuardrailConfiguration.json";
constexpr std::string_view kLogging = ".bedrock.PutModelInvocationLoggingConfiguration.json";
constexpr std::string_view kPolicy = ".bedrock-policy.json";
constexpr std::string_view kRetention = ".bedrock.PutAccountDataRetention.json";
constexpr std::string_view kMantleRetention = ".bedrock-mantle.PutAccountDataRetention.json";

/// An account and a region.
struct Where {
  AccountIndex account;
  std::string region;
  auto operator<=>(const Where&) const = default;
};

/// What holds in a place, and the sentence or file that says so.
struct Setting {
  Said said;
  const intent::Origin* origin = nullptr;
  std::string path;
};
using Settings = std::map<Where, Setting>;

std::string WithPlace(std::string text, const std::string& account, const std::string& region) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (rest.starts_with("{account}")) {
      out += account;
      i += std::string_view("{account}").size();
    } else if (rest.starts_with("{region}")) {
      out += region;
      i += std::string_view("{region}").size();
    } else {
      out += text[i++];
    }
  }
  return out;
}

class Comparer {
 public:
  Comparer(const Program& facts, const Tree& tree) : facts_(facts), tree_(tree) {
    for (std::uint32_t i = 0; i < organization().accounts.size(); ++i) {
      if (organization().accounts[i].management) management_ = AccountIndex{i};
    }
    for (const auto& [path, bytes] : tree.others) left_.insert(path);
  }

  std::vector<Mismatch> Run() {
    for (const intent::Guardrail& guardrail : facts_.model.guardrails) Guardrail(guardrail);
    Enforcement();
    Logging();
    Retention();
    std::set<std::string> read;
    for (Mismatch& one : CompareOptOuts(facts_, tree_, read)) {
      differences_.push_back(std::move(one));
    }
    for (Mismatch& one : CompareMonitoring(facts_, tree_, read)) {
      differences_.push_back(std::move(one));
    }
    for (const std::string& path : read) left_.erase(path);
    for (const std::string& path : left_) {
      // What decides calls of tools is read by the proof.
      if (path.starts_with("gateways/")) continue;
      if (tree_.targets.contains(path)) Tell(path, "no sentence asks for this request");
    }
    return std::move(differences_);
  }

 private:
  [[nodiscard]] const intent::Organization& organization() const {
    return facts_.model.organization;
  }

  void Tell(std::string path, std::string what, const intent::Origin* origin = nullptr) {
    differences_.push_back({std::move(path), std::move(what), origin});
  }

  /// Reads a file into `document`; false if it is not there or no JSON, which is told.
  [[nodiscard]] bool Read(const std::string& path, json::Document& document,
                          const intent::Origin* origin = nullptr) {
    left_.erase(path);
    const auto found = tree_.others.find(path);
    if (found == tree_.others.end()) {
      if (!tree_.targets.contains(path)) {
        Tell(path, "the program asks for it, and it is not there", origin);
      }
      return false;
    }
    const std::optional<json::Error> error = document.Read(found->second);
    if (error) Tell(path, fmt::format("it is no JSON: {}", error->message));
    return !error;
  }

  void Compare(const std::string& path, const Said& wanted, const Said& found,
               const std::string& where = "", const intent::Origin* origin = nullptr) {
    for (const std::string& line : Partings(wanted, found)) Tell(path, where + line, origin);
  }

  // ---- guardrails

  void Guardrail(const intent::Guardrail& guardrail) {
    const std::string path = fmt::format("guardrails/{}{}", guardrail.name, kGuardrail);
    json::Document document;
    bool is_right = false;
    if (Read(path, document)) {
      const std::vector<std::string> lines =
          Partings(WantedOf(guardrail), ReadGuardrail(document.root()));
      for (const std::string& line : lines) Tell(path, line);
      is_right = lines.empty();
    }
    Version(guardrail, path, is_right);
  }

  /// A version is of the one guardrail that is bound, and says which request it was made from: of
  /// one that is wrong itself, no more is told.
  void Version(const intent::Guardrail& guardrail, const std::string& of, bool is_right) {
    const std::string path = fmt::format("guardrails/{}{}", guardrail.name, kVersion);
    json::Document document;
    if (!Read(path, document)) return;
    std::set<std::string> arns;
    for (const std::string& account : facts_.bindings.Accounts(guardrail.name)) {
      for (const std::string& region : facts_.bindings.Regions(guardrail.name, account)) {
        arns.insert(facts_.bindings.Find(guardrail.name, account, region)->arn);
      }
    }
    Said wanted;
    Said found;
    Members members(document.root(), found);
    const std::string identifier = members.Text("guardrailIdentifier", "none");
    // With several guardrails bound, or none, it is said when the request is made.
    const bool is_open = arns.size() != 1 && !arns.contains(identifier);
    found.Say("guardrail", is_open ? "open" : identifier);
    wanted.Say("guardrail", arns.size() == 1 ? *arns.begin() : "open");
    const std::string description = members.Text("description", "none");
    if (is_right) {
      found.Say("description", description);
      wanted.Say("description", HashOf(tree_.others.at(of), description));
    }
    members.Finish();
    Compare(path, wanted, found);
  }

  /// "sha256:…" of the request, as it stands or, if that is `found`, as it was laid out at first.
  static std::string HashOf(const std::string& bytes, const std::string& found) {
    std::string hash = "sha256:" + support::Sha256Hex(bytes);
    json::Document document;
    if (hash == found || document.Read(bytes)) return hash;
    json::Writer writer(json::Style::kPretty);
    json::Copy(document.root(), writer);
    const std::string laid_out = "sha256:" + support::Sha256Hex(writer.Take() + "\n");
    return laid_out == found ? laid_out : hash;
  }

  // ---- enforcement

  [[nodiscard]] static std::string OwnerOf(const std::string& arn) {
    const std::optional<policy::ArnSegments> segments = policy::SplitArn(arn);
    return segments ? std::string((*segments)[4]) : std::string();
  }

  /// The guardrail that screens there, and whether by the organization's policy: that is so where
  /// it is the management account's and the account another one.
  struct Bound {
    intent::BoundGuardrail guardrail;
    bool by_organization = false;
  };
  [[nodiscard]] std::optional<Bound> BoundAt(const std::string& name, const Where& where) const {
    const bool is_member = management_ && where.account != *management_;
    const std::string manager = is_member ? facts_.AccountAt(*management_).id : std::string();
    const auto own = facts_.bindings.Find(name, facts_.AccountAt(where.account).id, where.region);
    if (own) return Bound{*own, is_member && OwnerOf(own->arn) == manager};
    if (!is_member) return std::nullopt;
    const auto shared = facts_.bindings.Find(name, manager, where.region);
    if (!shared || OwnerOf(shared->arn) != manager) return std::nullopt;
    return Bound{*shared, true};
  }

  /// What the organization's members must be able to use.
  struct Shared {
    std::string arn;
    bool is_guardrail = true;  ///< else a profile
    const intent::Origin* origin = nullptr;
  };

  void Want(const intent::Screening& screening, const Where& where) {
    const std::string& name = facts_.model.guardrails[screening.guardrail.value].name;
    const std::optional<Bound> bound = BoundAt(name, where);
    if (!bound) return;
    if (where.account == management_) screens_management_.insert(where.region);
    Settings& settings = bound->by_organization ? wanted_policies_ : wanted_configurations_;
    Setting& setting = settings[where];
    setting.origin = &screening.origin;
    setting.said.Say("guardrail", bound->guardrail.Pinned());
    setting.said.Say("guarding of system prompts", "COMPREHENSIVE");
    setting.said.Say("guarding of messages", "COMPREHENSIVE");
    SayModels(screening.all_models ? std::vector<std::string>{} : screening.included,
              screening.excluded, setting.said);
    if (bound->by_organization) WantShared(screening, name, where.region, bound->guardrail.arn);
  }

  /// Members apply the guardrail, and where it is routed its profile in every destination, of the
  /// account that the guardrail is of (Bedrock User Guide, "guardrail-profiles-permissions").
  void WantShared(const intent::Screening& screening, const std::string& name,
                  const std::string& region, const std::string& arn) {
    shared_[{name, region}] = {arn, true, &screening.origin};
    const std::optional<std::string>& profile =
        facts_.model.guardrails[screening.guardrail.value].profile;
    if (!profile) return;
    for (const catalog::GuardrailProfile& known : facts_.catalog.guardrail_profiles()) {
      const catalog::Route* route = known.id == *profile ? known.RouteFrom(region) : nullptr;
      if (route == nullptr) continue;
      std::string file = *profile;
      std::ranges::replace(file, ':', '-');
      for (const std::string& destination : route->destinations) {
        shared_[{file, destination}] = {
            fmt::format("arn:{}:bedrock:{}:{}:guardrail-profile/{}", facts_.partition(),
                        destination, OwnerOf(arn), *profile),
            false, &screening.origin};
      }
    }
  }

  void Enforcement() {
    for (const intent::Screening& screening : facts_.model.screenings) {
      for (const AccountIndex account : screening.accounts) {
        for (const std::string& region : screening.regions) Want(screening, {account, region});
      }
    }
    Settings configurations = ReadPlaces("enforcement/", kEnforcement, ReadConfiguration);
    CompareSettings(wanted_configurations_, configurations, "is enforced by the account");
    CompareSettings(wanted_policies_, ReadPolicies(), "is enforced by the organization");
    for (const auto& [what, shared] : shared_) {
      if (!organization().id.empty()) Sharing(what.first, what.second, shared);
    }
  }

  /// Files that are named after an account and a region.
  Settings ReadPlaces(std::string_view folder, std::string_view suffix,
                      Said (*read)(const json::Value&)) {
    Settings settings;
    for (const auto& [path, bytes] : tree_.others) {
      if (!path.starts_with(folder) || !path.ends_with(suffix)) continue;
      const std::string_view stem =
          std::string_view(path).substr(folder.size(), path.size() - folder.size() - suffix.size());
      const std::size_t dot = stem.rfind('.');
      if (dot == std::string_view::npos) continue;
      const auto account = AccountNamed(organization(), stem.substr(0, dot));
      if (!account) continue;
      json::Document document;
      if (!Read(path, document)) continue;
      settings[{*account, std::string(stem.substr(dot + 1))}] = {read(document.root()), nullptr,
                                                                 path};
    }
    return settings;
  }

  void CompareSettings(const Settings& wanted, const Settings& found, std::string_view what) {
    const auto name = [&](const Where& where) {
      return fmt::format("{} in {}: ", facts_.AccountAt(where.account).name, where.region);
    };
    for (const auto& [where, setting] : wanted) {
      const auto other = found.find(where);
      if (other == found.end()) {
        Tell("", fmt::format("{}nothing {}, and the program asks for it", name(where), what),
             setting.origin);
      } else {
        Compare(other->second.path, setting.said, other->second.said, name(where), setting.origin);
      }
    }
    for (const auto& [where, setting] : found) {
      if (wanted.contains(where)) continue;
      Tell(setting.path,
           fmt::format("{}something {}, and no sentence asks for it", name(where), what));
    }
  }

  /// What the organization's policies enforce in each place. Policies nearer to the account
  /// override those above, guardrail by guardrail; ours never do, so two in one place are told.
  Settings ReadPolicies() {
    Settings settings;
    std::set<std::string> attached;
    for (const Attachment& attachment : tree_.attachments) {
      if (!attachment.path.ends_with(kPolicy)) continue;
      attached.insert(attachment.path);
      const std::optional<std::size_t> node = NodeOf(organization(), tree_, attachment);
      if (!node) {
        Tell(attachment.path, fmt::format("it is attached to {} `{}`, which is not of the program",
                                          attachment.to, attachment.id));
        continue;
      }
      json::Document document;
      if (!tree_.others.contains(attachment.path) || !Read(attachment.path, document)) continue;
      Said whole;
      const std::map<std::string, Said> regions = ReadPolicy(document.root(), whole);
      Compare(attachment.path, {}, whole);
      for (const auto& [region, said] : regions) {
        Enforce(attachment.path, organization().nodes[*node], region, said, settings);
      }
    }
    for (const auto& [path, bytes] : tree_.others) {
      if (!path.ends_with(kPolicy) || attached.contains(path)) continue;
      left_.erase(path);
      Tell(path, "nothing says what it is attached to");
    }
    return settings;
  }

  void Enforce(const std::string& path, const intent::Node& node, const std::string& region,
               const Said& said, Settings& settings) {
    for (const AccountIndex account : node.accounts) {
      const auto [at, is_new] =
          settings.try_emplace({account, region}, Setting{said, nullptr, path});
      if (is_new) continue;
      Tell(path, fmt::format("{} in {}: `{}` enforces a guardrail there too",
                             facts_.AccountAt(account).name, region, at->second.path));
    }
    // What hangs at the root binds the management account, unlike a service control policy (AWS
    // Organizations User Guide, orgs_manage_policies, 2026-11).
    const bool is_root = node.kind == intent::Node::Kind::kRoot;
    if (is_root && management_ && !screens_management_.contains(region)) {
      Tell(path, fmt::format("at the root it binds the management account in {}, and no sentence "
                             "screens that account",
                             region));
    }
  }

  /// Members may apply and read the guardrail that the organization's policy names, and apply its
  /// profile (Bedrock User Guide, "guardrails-resource-based-policies", read 2026-11-22).
  void Sharing(const std::string& name, const std::string& region, const Shared& shared) {
    const auto& [arn, is_guardrail, origin] = shared;
    const std::string path = fmt::format("sharing/{}.{}{}", name, region, kSharing);
    json::Document document;
    if (!Read(path, document, origin)) return;
    Said wanted;
    Said found;
    Members members(document.root(), found);
    wanted.Say("resource", arn);
    found.Say("resource", members.Text("resourceArn", "none"));
    const std::string text = members.Text("resourcePolicy", "");
    members.Finish();
    Compare(path, wanted, found, "", origin);
    const auto policy = policy::Read(text, policy::Kind::kResource, policy::Demand::kAsCreated);
    if (!policy) return Tell(path, "its policy cannot be read", origin);
    policy::Statement statement;
    statement.effect = policy::Effect::kAllow;
    statement.principal = policy::Principals{policy::Sense::kListed, {policy::Principal{}}};
    statement.action.values = {"bedrock:ApplyGuardrail"};
    if (is_guardrail) statement.action.values.emplace_back("bedrock:GetGuardrail");
    statement.resource = policy::Patterns{policy::Sense::kListed, {arn}};
    statement.conditions = {
        {{policy::SetQualifier::kNone, policy::BaseOperator::kStringEquals, false},
         "aws:PrincipalOrgID",
         {organization().id}}};
    policy::PolicyDocument sharing;
    sharing.version = policy::Version::k2012;
    sharing.statements = {std::move(statement)};
    const decide::Comparison comparison =
        decide::Compare(decide::Space::Of(std::move(sharing), policy::Kind::kResource),
                        decide::Space::Of(*policy, policy::Kind::kResource));
    if (comparison.relation != decide::Relation::kEquivalent) {
      Tell(path,
           fmt::format("it does not share the {} with exactly the organization, to be applied{}",
                       is_guardrail ? "guardrail" : "guardrail profile",
                       is_guardrail ? " and read" : ""),
           origin);
    }
  }

  // ---- logging

  void Logging() {
    Settings wanted;
    for (const intent::Logging& logging : facts_.model.loggings) {
      for (const AccountIndex account : logging.accounts) {
        for (const std::string& region : logging.regions) {
          wanted[{account, region}] = {WantedLogging(logging, account, region), &logging.origin,
                                       ""};
        }
      }
    }
    CompareSettings(wanted, ReadPlaces("logging/", kLogging, ReadLogging), "logs invocations");
  }

  [[nodiscard]] Said WantedLogging(const intent::Logging& logging, AccountIndex account,
                                   const std::string& region) const {
    const std::string& id = facts_.AccountAt(account).id;
    Said said;
    if (logging.log_group) {
      said.Say("log group", WithPlace(*logging.log_group, id, region));
      std::string role = WithPlace(logging.log_role.value_or(""), id, region);
      if (!role.starts_with("arn:")) {
        role = fmt::format("arn:{}:iam::{}:role/{}", facts_.partition(), id, role);
      }
      said.Say("role of the log group", std::move(role));
    }
    if (logging.bucket) {
      const std::string path = WithPlace(*logging.bucket, id, region);
      const std::size_t slash = path.find('/');
      said.Say("bucket", path.substr(0, slash));
      said.Say("prefix in the bucket",
               slash == std::string::npos ? std::string() : path.substr(slash + 1));
    }
    for (const char* kind : kDelivered) said.Say(fmt::format("delivery of {} data", kind), "on");
    return said;
  }

  // ---- retention

  /// Of sentences about one place, the one that keeps least; bedrock-mantle only where the catalog
  /// does not say that the region has none.
  void Retention() {
    Settings wanted;
    Settings of_mantle;
    std::map<Where, std::int64_t> least;
    for (const intent::Retention& retention : facts_.model.retentions) {
      const catalog::RetentionMode* mode = facts_.catalog.FindRetentionMode(retention.mode);
      const std::int64_t order = mode != nullptr ? mode->order.value_or(0) : 0;
      for (const AccountIndex account : retention.accounts) {
        for (const std::string& region : retention.regions) {
          const auto [at, is_new] = least.try_emplace({account, region}, order);
          if (!is_new && at->second <= order) continue;
          at->second = order;
          Setting setting{{}, &retention.origin, ""};
          setting.said.Say("mode", retention.mode);
          const catalog::Region* known = facts_.catalog.FindRegion(region);
          if (known == nullptr || known->mantle.value_or(true)) of_mantle[at->first] = setting;
          wanted[at->first] = std::move(setting);
        }
      }
    }
    CompareSettings(wanted, ReadPlaces("retention/", kRetention, ReadRetention),
                    "sets how long Bedrock keeps prompts");
    CompareSettings(of_mantle, ReadPlaces("retention/", kMantleRetention, ReadRetention),
                    "sets how long bedrock-mantle keeps prompts");
  }

  const Program& facts_;
  const Tree& tree_;
  std::optional<AccountIndex> management_;
  std::set<std::string> left_;  ///< paths that nothing asked for so far
  Settings wanted_configurations_;
  Settings wanted_policies_;
  std::set<std::string> screens_management_;  ///< regions
  /// By (guardrail or profile, region).
  std::map<std::pair<std::string, std::string>, Shared> shared_;
  std::vector<Mismatch> differences_;
};

}  // namespace

std::vector<Mismatch> CompareRequests(const Program& facts, const Tree& tree) {
  return Comparer(facts, tree).Run();
}

}  // namespace writ::deployed
