// The catalog: dated facts about AWS that the language depends on, as one finished, immutable
// value. Models and what their names mean, inference profiles and their routes, regions, every IAM
// action with its resource types and condition keys, Bedrock's own classification, quotas.
//
// Invariant: nothing here is a guess. A fact that no source states is std::nullopt ("unknown"), an
// empty list is "the sources say: none". What was inferred from a sibling is marked `inferred`.
//
// Models, regions and the like are few and are parsed when the catalog is loaded; the 22,000
// actions stay sorted text and are found by binary search, so that loading costs about a
// millisecond. Dates are ISO texts (`2026-11-22`, sometimes only `2026-10`), which compare as text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/support/result.h"

namespace writ::catalog {

// ------------------------------------------------------------------------------------- models

enum class LifecycleStatus : std::uint8_t { kActive, kLegacy, kPreview };

/// Where a model id stands in its life. Each date is unknown when no source states it.
struct Lifecycle {
  std::optional<LifecycleStatus> status;
  std::string as_of;  ///< when the status was observed; empty when it was not
  std::optional<std::string> launch;
  std::optional<std::string> legacy;
  std::optional<std::string> extended_access;  ///< public extended access begins
  std::optional<std::string> end_of_life;
  std::optional<std::string> no_end_before;
  std::string conflict;  ///< where sources disagree, in words; usually empty
};

/// Where calls through a profile may be processed when they are made in `source`.
struct Route {
  std::string source;
  std::vector<std::string> destinations;  ///< sorted; contains `source` where AWS lists it
  bool inferred = false;                  ///< taken from a sibling model's pattern, not observed
};

/// A system inference profile, `us.anthropic.claude-sonnet-4-5-20250929-v1:0`.
struct InferenceProfile {
  std::string id;
  std::string scope;         ///< `us`, `eu`, …, `global`
  bool id_inferred = false;  ///< the id follows AWS's convention but was not seen
  /// Regions in which it can be called, sorted; unknown when no source says.
  std::optional<std::vector<std::string>> sources;
  /// Per source region, sorted by source. Empty for `global` (one region-less destination) and
  /// where no source states the destinations.
  std::vector<Route> routes;

  [[nodiscard]] bool global() const { return scope == "global"; }
  /// Whether it can be called in `region`; nullopt when unknown.
  [[nodiscard]] std::optional<bool> CallableIn(std::string_view region) const;
  /// The destinations from `region`, or nullptr when they are unknown (or it is global).
  [[nodiscard]] const Route* RouteFrom(std::string_view region) const;
};

/// One id that AWS gives a model. A model may have several: one per plane, one per revision.
struct ModelId {
  std::string id;
  /// Known from its name only (a list of ids without facts): everything else is unknown.
  bool id_only = false;
  /// A context-length variant (`…-v1:0:24k`), for provisioned throughput and customization only.
  bool variant = false;
  std::optional<bool> on_runtime;  ///< served by bedrock-runtime
  std::optional<bool> on_mantle;   ///< served by bedrock-mantle
  /// Modalities in lower case, sorted: `text image video audio speech embedding`.
  std::optional<std::vector<std::string>> input;
  std::optional<std::vector<std::string>> output;
  std::optional<bool> streaming;
  Lifecycle lifecycle;
  /// Regions with in-region on-demand invocation on bedrock-runtime; unknown as a whole if nullopt.
  std::optional<std::vector<std::string>> in_region;
  /// Regions that sources list as in-region without saying whether on the runtime or the mantle.
  std::vector<std::string> in_region_unclear;
  /// Regions in which bedrock-mantle serves it.
  std::optional<std::vector<std::string>> mantle_regions;
  std::vector<InferenceProfile> profiles;  ///< sorted by scope
  /// Whether the runtime serves it through profiles only.
  std::optional<bool> needs_profile;
  std::optional<bool> sold_in_marketplace;
  std::optional<std::string> product_id;  ///< AWS Marketplace product id
  /// The account data-retention mode without which calls are blocked; empty when none is needed.
  std::string required_retention;

  /// On-demand in `region` on bedrock-runtime without a profile; nullopt when unknown.
  [[nodiscard]] std::optional<bool> InRegion(std::string_view region) const;
  /// Served by bedrock-mantle in `region`; nullopt when unknown.
  [[nodiscard]] std::optional<bool> OnMantleIn(std::string_view region) const;
  [[nodiscard]] const InferenceProfile* ProfileOf(std::string_view scope) const;
  /// Not past its end of life at `as_of` (ISO date) and not legacy; nullopt when unknown.
  [[nodiscard]] std::optional<bool> ActiveAt(std::string_view as_of) const;
  /// Past its announced end of life at `as_of`. False when no end is announced.
  [[nodiscard]] bool EndedAt(std::string_view as_of) const;
};

/// What one name of the language means: all ids that differ only in what the name drops, and the
/// model's other id on the mantle plane. Distinct models never share a name.
struct Model {
  std::string name;                  ///< `claude-sonnet-4.5`: a NAME token of the grammar
  std::vector<std::string> aliases;  ///< other names it answers to, sorted
  std::string title;                 ///< `Claude Sonnet 4.5`
  std::string provider;              ///< slug, `anthropic`
  std::string family;                ///< `claude-sonnet`
  std::string version;               ///< `4.5`, `3.5 v2`; empty when the sources give none
  /// Id stems (id without date stamp and revision), sorted: `anthropic.claude-sonnet-4-5`.
  std::vector<std::string> stems;
  /// Id patterns (`*`, `?`) of every id the name means now or may later mean, and of no other
  /// cataloged model's ids. For prohibitions.
  std::vector<std::string> patterns;
  std::vector<ModelId> ids;  ///< runtime ids first, then mantle ids, then id-only ones

  /// The ids that a permission covers: all but variants, and id-only ids only if there is no other.
  [[nodiscard]] std::vector<const ModelId*> GrantedIds() const;
  /// Whether a guardrail can be used with it: no for models that only embed or rerank, unknown
  /// when the output is unknown. Source: BEDROCK-FACTS c.2 (guardrails do not fit these).
  [[nodiscard]] std::optional<bool> CanCarryGuardrail() const;
  /// Whether some granted id takes / gives the modality (`image`); nullopt when unknown.
  [[nodiscard]] std::optional<bool> Takes(std::string_view modality) const;
  [[nodiscard]] std::optional<bool> Gives(std::string_view modality) const;
  /// Ids of the AWS Marketplace products that any of its ids is sold as, sorted. Source: Bedrock
  /// User Guide, "model-access-product-ids" (the catalog's `productIds`).
  [[nodiscard]] std::vector<std::string> ProductIds() const;
  /// Whether AWS Marketplace sells it; nullopt when unknown.
  [[nodiscard]] std::optional<bool> IsSold() const;
  /// Active at `as_of` in at least one granted id; nullopt when unknown for all.
  [[nodiscard]] std::optional<bool> ActiveAt(std::string_view as_of) const;
  /// Past end of life at `as_of` in every granted id.
  [[nodiscard]] bool EndedAt(std::string_view as_of) const;
  /// The one status word of its granted ids (`active`, `legacy`, `preview`); the best if they
  /// differ; nullopt when unknown.
  [[nodiscard]] std::optional<std::string_view> LifecycleWord() const;
};

/// A line of models, `claude-sonnet`.
struct Family {
  std::string name;
  std::string provider;
  std::string title;
  std::vector<std::string> patterns;  ///< ids of all members, present and future; no other's
  std::vector<std::string> models;    ///< names, oldest version first
};

struct Provider {
  std::string slug;                   ///< `anthropic`
  std::vector<std::string> aliases;   ///< `moonshotai` for `moonshot`
  std::string title;                  ///< `Anthropic`
  std::vector<std::string> prefixes;  ///< of ids, without the dot: `moonshot`, `moonshotai`
  std::vector<std::string> patterns;  ///< `anthropic.*`
};

/// What a bare name means among models. A model's name wins over a family of the same name, that
/// over a provider.
using ModelName = std::variant<std::monostate, const Model*, const Family*, const Provider*>;

/// A model id found by its exact text.
struct FoundId {
  const Model* model = nullptr;
  const ModelId* id = nullptr;
  explicit operator bool() const { return id != nullptr; }
};

/// A system inference profile found by its exact id.
struct FoundProfile {
  const Model* model = nullptr;
  const ModelId* id = nullptr;
  const InferenceProfile* profile = nullptr;
  explicit operator bool() const { return profile != nullptr; }
};

/// Whether `text` matches `pattern`, where `*` is any run of characters and `?` any one.
[[nodiscard]] bool MatchesPattern(std::string_view pattern, std::string_view text);

// ------------------------------------------------------------------------------------ regions

struct Region {
  std::string name;
  std::string title;  ///< `US East (N. Virginia)`; empty when the sources give none
  std::string partition;
  std::string area;
  bool opt_in = false;
  std::optional<bool> bedrock;  ///< has a Bedrock control-plane endpoint
  bool fips = false;            ///< has a FIPS endpoint of bedrock-runtime
  std::optional<bool> mantle;   ///< has bedrock-mantle; unknown where it was not scanned
  std::vector<std::string> guardrail_scopes;  ///< guardrail profiles that can be used in it
};

/// A word that may follow `within`, or `global`. A geography is not a set of regions: who may
/// process a call depends on the region it is made in.
struct Geography {
  std::string scope;  ///< `us`
  std::string title;
  bool inference = false;  ///< some inference profile has it
  bool guardrail = false;  ///< some guardrail profile has it
};

/// A system guardrail profile, `us.guardrail.v1:0`.
struct GuardrailProfile {
  std::string id;
  std::string scope;
  std::vector<std::string> sources;
  std::vector<Route> routes;  ///< where the destinations are known; empty otherwise

  [[nodiscard]] const Route* RouteFrom(std::string_view region) const;
};

// ------------------------------------------------------------------------ services and actions

enum class KeyType : std::uint8_t { kString, kArn, kBool, kNumeric, kDate, kIpAddress, kBinary };
[[nodiscard]] std::string_view Name(KeyType type);

/// A condition key. Names keep AWS's spelling, with `${TagKey}` for a variable part.
struct Key {
  std::string name;
  KeyType type = KeyType::kString;
  bool multi_valued = false;
  /// Global (`aws:PrincipalArn`): in the request context whatever the action.
  bool global = false;
  /// Its numbers have no fraction, as a source says. Of others it is not known.
  bool is_whole = false;
};

struct ResourceType {
  std::string service;
  std::string name;               ///< `guardrail`
  std::vector<std::string> arns;  ///< formats with `${Partition}`, `${Region}`, `${Account}`, …
  std::vector<std::string> keys;  ///< condition keys carried through it
};

/// A resource type as an action uses it.
struct ActionResource {
  std::string type;  ///< a ResourceType of the action's service
  bool required = false;
  std::vector<std::string> keys;  ///< carried only with this type
  std::vector<std::string> dependent_actions;
};

enum class AccessLevel : std::uint8_t { kList, kRead, kWrite, kTagging, kPermissions };
[[nodiscard]] std::string_view Name(AccessLevel level);

struct Action {
  std::string service;  ///< IAM prefix, `bedrock`
  std::string name;     ///< AWS's spelling, `InvokeModel`
  AccessLevel access = AccessLevel::kRead;
  std::vector<ActionResource> resources;
  std::vector<std::string> keys;
  std::vector<std::string> dependent_actions;

  [[nodiscard]] std::string FullName() const { return service + ":" + name; }
  /// The action takes no resource: a policy must say `*`.
  [[nodiscard]] bool WildcardOnly() const { return resources.empty(); }
};

/// How a condition key can come into the request context of an action.
enum class Carriage : std::uint8_t {
  kNo,        ///< never, as far as the catalog knows
  kAction,    ///< the action itself carries it
  kResource,  ///< through some of its resource types only
  kGlobal,    ///< every request may carry it
};

struct Service {
  std::string prefix;            ///< `bedrock`
  std::string title;             ///< `Amazon Bedrock`
  bool global_endpoint = false;  ///< its endpoints are global: a region says nothing about a call
  bool rcp = false;              ///< supported by resource control policies
};

/// Words that users take for an action, a key or a service prefix and that IAM does not know.
struct Correction {
  std::string wrong;               ///< `bedrock:Converse`
  std::vector<std::string> right;  ///< `bedrock:InvokeModel`; empty when there is none
  std::string why;                 ///< one sentence
};

// ------------------------------------------------------------------------------------- Bedrock

/// What kind of right an action of Bedrock is. AWS's access levels do not say this: InvokeModel is
/// "Read" there.
enum class PlaneClass : std::uint8_t { kRuntime, kAdmin, kRead };
[[nodiscard]] std::string_view Name(PlaneClass plane);

/// Our classification of the actions of bedrock, bedrock-mantle, bedrock-agentcore and
/// bedrock-websearch, and of the few IAM actions that make API keys.
struct BedrockAction {
  std::string service;
  std::string name;
  PlaneClass plane = PlaneClass::kRuntime;
  std::string kind;  ///< an administrable kind, `guardrails`; empty for inference on models
  bool weakens_controls = false;
  bool exposes_content = false;
  bool cost_bearing = false;
  bool causes_inference = false;
  /// The action serves other services too and is meant only where this key has this value; empty
  /// for Bedrock's own actions. (IAM's service-specific credentials of kind `api-keys`.)
  std::string when_key;
  std::string when_value;

  [[nodiscard]] std::string FullName() const { return service + ":" + name; }
};

/// An administrable kind of LANGUAGE.md §3. `bedrock` means all of them.
struct Kind {
  std::string name;
  std::string title;
  std::string within;  ///< the wider kind that includes it (`agentcore`); empty for most
  /// Nobody has looked at its actions yet: prohibitions cover them, permissions never grant them.
  bool quarantined = false;
};

/// An action that AWS no longer has. Its row stays, so that prohibitions keep their meaning.
struct Retired {
  std::string action;              ///< `bedrock:OldName`
  std::string since;               ///< day from which the sources lack it
  std::vector<std::string> right;  ///< what replaced it; empty if nobody knows
};

// -------------------------------------------------------------------------------------- quotas

struct Quota {
  std::string id;  ///< `managed-policy-size`
  std::string title;
  std::int64_t value = 0;
  std::string unit;      ///< `characters`
  std::string counting;  ///< how AWS counts, in words; may be empty
  bool adjustable = false;
  bool assumed = false;  ///< no source states it; a cautious value
  std::string source;
  std::string date;
};

// ------------------------------------------------------------------------------------ settings

/// A mode of data retention of an account: how long Bedrock may keep prompts and outputs.
struct RetentionMode {
  std::string name;  ///< `none`
  std::string title;
  /// The lower, the less is kept; absent of a mode that stands for another (`inherit`).
  std::optional<std::int64_t> order;
};

/// A service that users may name in a sentence about AI services opt-out policies.
struct OptOutService {
  std::string key;      ///< as the policy spells it, `transcribe`
  std::string why_not;  ///< why a policy cannot name it; empty if it can
};

/// A part of the catalog with its own date and source.
struct Part {
  std::string name;  ///< `models`
  std::string date;
  std::vector<std::string> sources;
  /// SHA-256 of its text, hexadecimal, if it is not the built-in one: whoever edits a part need not
  /// date it anew. Of a built-in part the date tells which it is; empty.
  std::string digest = {};
};

// ----------------------------------------------------------------------------------- catalog

/// Why a catalog or a lock file cannot be read.
struct Fault {
  std::size_t line = 0;  ///< counted from 1; 0 if the matter is not one line's
  std::string message;
};

/// What a catalog holds; known to its own layer only.
struct CatalogData;

/// The whole catalog. Not copyable (it is large); pass by const reference. All lookups are const
/// and safe from several threads. Pointers live as long as the catalog.
class Catalog {
 public:
  /// The catalog of this build.
  [[nodiscard]] static const Catalog& BuiltIn();
  /// Reads a bundle: one or more of the parts that `tools/make_catalog.py` writes
  /// (docs/catalog.md). Parts that it lacks are the built-in ones.
  [[nodiscard]] static support::Result<Catalog, Fault> Parse(std::string text);

  /// For Parse and BuiltIn.
  explicit Catalog(std::unique_ptr<const CatalogData> data);
  Catalog(Catalog&&) noexcept;
  Catalog& operator=(Catalog&&) noexcept;
  ~Catalog();

  /// The catalog's date, `2026-11-22`.
  [[nodiscard]] const std::string& date() const;
  [[nodiscard]] const std::vector<Part>& parts() const;
  [[nodiscard]] const Part* FindPart(std::string_view name) const;

  // Models. All lists are sorted by name.
  [[nodiscard]] const std::vector<Model>& models() const;
  [[nodiscard]] const std::vector<Family>& families() const;
  [[nodiscard]] const std::vector<Provider>& providers() const;
  /// Finds what a name means, with or without its provider in front (`amazon.nova-lite`).
  [[nodiscard]] ModelName FindName(std::string_view name) const;
  [[nodiscard]] const Model* FindModel(std::string_view name) const;
  /// `provider`, when not empty, tells families of one name apart.
  [[nodiscard]] const Family* FindFamily(std::string_view name,
                                         std::string_view provider = "") const;
  [[nodiscard]] const Provider* FindProvider(std::string_view slug) const;
  [[nodiscard]] FoundId FindId(std::string_view id) const;
  [[nodiscard]] FoundProfile FindProfile(std::string_view id) const;
  [[nodiscard]] std::vector<const Model*> ModelsOf(const Family& family) const;
  [[nodiscard]] std::vector<const Model*> ModelsOf(const Provider& provider) const;
  /// The members of a family that are active at `as_of` (unknown counts as no).
  [[nodiscard]] std::vector<const Model*> ActiveModels(const Family& family,
                                                       std::string_view as_of) const;
  /// Those of the highest version among them; several when sizes share a version.
  [[nodiscard]] std::vector<const Model*> Newest(const Family& family,
                                                 std::string_view as_of) const;
  /// Names of models, families and providers nearest to a misspelt one, best first.
  [[nodiscard]] std::vector<std::string> SuggestModels(std::string_view name) const;

  // Places.
  [[nodiscard]] const std::vector<Region>& regions() const;
  [[nodiscard]] const Region* FindRegion(std::string_view name) const;
  [[nodiscard]] const std::vector<Geography>& geographies() const;
  [[nodiscard]] const Geography* FindGeography(std::string_view scope) const;
  [[nodiscard]] const std::vector<GuardrailProfile>& guardrail_profiles() const;
  [[nodiscard]] const GuardrailProfile* FindGuardrailProfile(std::string_view scope) const;
  [[nodiscard]] std::vector<std::string> SuggestRegions(std::string_view name) const;

  // Services, actions, keys. Lookups ignore case, as IAM does; answers have AWS's spelling.
  [[nodiscard]] std::optional<Service> FindService(std::string_view prefix) const;
  [[nodiscard]] std::vector<Service> Services() const;
  [[nodiscard]] std::optional<Action> FindAction(std::string_view service,
                                                 std::string_view name) const;
  /// All actions of a service, or those whose name matches a pattern (`Get*`).
  [[nodiscard]] std::vector<Action> ActionsOf(std::string_view service,
                                              std::string_view pattern = "*") const;
  [[nodiscard]] std::optional<ResourceType> FindResourceType(std::string_view service,
                                                             std::string_view name) const;
  /// All condition keys, by name.
  [[nodiscard]] std::vector<Key> Keys() const;
  /// A key by its full name (`aws:ResourceTag/team` finds `aws:ResourceTag/${TagKey}`).
  [[nodiscard]] std::optional<Key> FindKey(std::string_view name) const;
  /// Whether `key` can be in the context of `action`, and how.
  [[nodiscard]] Carriage Carries(const Action& action, std::string_view key) const;
  /// All condition keys that an action can carry, directly or through resources, sorted, without
  /// the global ones.
  [[nodiscard]] std::vector<std::string> KeysOf(const Action& action) const;
  [[nodiscard]] std::vector<std::string> SuggestServices(std::string_view prefix) const;
  /// Full names; also the action of that name under another prefix of Bedrock.
  [[nodiscard]] std::vector<std::string> SuggestActions(std::string_view service,
                                                        std::string_view name) const;
  [[nodiscard]] std::vector<std::string> SuggestKeys(std::string_view name) const;
  /// API operations that are no IAM actions (`bedrock:Converse`), keys that do not exist
  /// (`bedrock:ModelId`), prefixes that IAM does not use (`bedrock-runtime`): in that order of
  /// lookup.
  [[nodiscard]] const Correction* CorrectAction(std::string_view full_name) const;
  [[nodiscard]] const Correction* CorrectKey(std::string_view name) const;
  [[nodiscard]] const Correction* CorrectService(std::string_view prefix) const;

  // Bedrock.
  [[nodiscard]] const std::vector<BedrockAction>& bedrock_actions() const;
  [[nodiscard]] const BedrockAction* Classify(std::string_view service,
                                              std::string_view name) const;
  [[nodiscard]] const std::vector<Kind>& kinds() const;
  [[nodiscard]] const Kind* FindKind(std::string_view name) const;
  /// Actions of a kind (`bedrock`: of every kind) in one class, on all prefixes, sorted.
  [[nodiscard]] std::vector<const BedrockAction*> ActionsOfKind(std::string_view kind,
                                                                PlaneClass plane) const;

  // Settings of accounts and organizations.
  /// From the one that keeps least; those without an order last.
  [[nodiscard]] const std::vector<RetentionMode>& retention_modes() const;
  [[nodiscard]] const RetentionMode* FindRetentionMode(std::string_view name) const;
  /// By key.
  [[nodiscard]] const std::vector<OptOutService>& opt_out_services() const;
  [[nodiscard]] const OptOutService* FindOptOutService(std::string_view key) const;

  /// Ignores case. nullptr for an action that AWS has, and for one that it never had.
  [[nodiscard]] const Retired* FindRetired(std::string_view full_name) const;
  /// By action.
  [[nodiscard]] const std::vector<Retired>& retired() const;

  [[nodiscard]] const std::vector<Quota>& quotas() const;
  [[nodiscard]] const Quota* FindQuota(std::string_view id) const;

 private:
  std::unique_ptr<const CatalogData> data_;
};

}  // namespace writ::catalog
