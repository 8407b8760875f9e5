// Documents as bytes: statements numbered, packed into parts that fit, minified as they are sent.
//
// Splitting is always sound for what lowering makes: the Allow statements of identity policies are
// a union whichever policy holds them, and so are the Deny statements of service control policies.
#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "attachment_limits.h"
#include "base/diag/codes/lowering.h"
#include "base/support/check.h"
#include "beyond.h"
#include "iam/policy/document.h"
#include "output/emit/tree.h"

namespace writ::emit {
namespace {

using lower::Document;
using lower::Sourced;

/// FullAWSAccess, without which a node allows nothing, and RCPFullAWSAccess, which cannot be
/// detached.
constexpr std::size_t kFullAccessSlots = 1;
/// Limits of service control policies until 2026-05-15, when AWS doubled both (source: AWS
/// Organizations User Guide, quotas; announcement of that day, read 2026-11-22).
constexpr std::size_t kOldScpCharacters = 5120;
constexpr std::size_t kOldScpSlots = 5;
/// Sentences that a document which does not fit is said to consist of.
constexpr std::size_t kShownCuts = 3;

/// How a kind of document is named, counted and limited.
struct Form {
  std::string_view kind;
  policy::Kind policy_kind;
  std::size_t characters;
  std::size_t parts;
  std::size_t slots;     ///< of which `parts` are free
  std::size_t reserved;  ///< left to others
};

std::size_t QuotaOf(const catalog::Catalog& catalog, std::string_view id) {
  const catalog::Quota* quota = catalog.FindQuota(id);
  WRIT_CHECK(quota != nullptr && quota->value > 0, id);
  return static_cast<std::size_t>(quota->value);
}

Form ScpForm(const catalog::Catalog& catalog, const Packing& packing) {
  const bool is_old = packing.scp_quotas == ScpQuotas::kBefore2026May;
  const std::size_t slots = is_old ? kOldScpSlots : QuotaOf(catalog, "scps-per-target");
  const std::size_t taken = std::min(slots, packing.reserved_slots + kFullAccessSlots);
  return {"scp",
          policy::Kind::kScp,
          is_old ? kOldScpCharacters : QuotaOf(catalog, "scp-size"),
          slots - taken,
          slots,
          std::min(packing.reserved_slots, slots - kFullAccessSlots)};
}

Form RcpForm(const catalog::Catalog& catalog) {
  const std::size_t slots = QuotaOf(catalog, "rcps-per-target");
  return {"rcp", policy::Kind::kRcp, QuotaOf(catalog, "rcp-size"), slots - kFullAccessSlots, slots,
          0};
}

Form FormOf(Document::Kind kind, const catalog::Catalog& catalog, const Packing& packing) {
  switch (kind) {
    case Document::Kind::kIdentity:
      return {"identity",
              policy::Kind::kIdentity,
              QuotaOf(catalog, "managed-policy-size"),
              QuotaOf(catalog, "managed-policies-per-role"),
              QuotaOf(catalog, "managed-policies-per-role"),
              0};
    case Document::Kind::kPermissionSet:
      return {"permission-set",
              policy::Kind::kIdentity,
              QuotaOf(catalog, "permission-set-inline-characters"),
              QuotaOf(catalog, "permission-set-inline-policies"),
              QuotaOf(catalog, "permission-set-inline-policies"),
              0};
    case Document::Kind::kScp:
      return ScpForm(catalog, packing);
    case Document::Kind::kRcp:
      return RcpForm(catalog);
    case Document::Kind::kTrust:
      return {"trust", policy::Kind::kTrust, QuotaOf(catalog, "trust-policy-size"), 1, 1, 0};
    case Document::Kind::kEndpoint:
      return {
          "vpce", policy::Kind::kVpcEndpoint, QuotaOf(catalog, "vpc-endpoint-policy-size"), 1, 1,
          0};
  }
  WRIT_CHECK(false, "unknown kind of document");
}

std::size_t SizeOf(const policy::PolicyDocument& document, const Form& form) {
  return policy::CountCharacters(policy::Write(document, policy::Style::kMinified),
                                 form.policy_kind);
}

/// Whether any one of the condition's values suffices.
bool IsAlternatives(const policy::Condition& condition) {
  return condition.op.base != policy::BaseOperator::kNull &&
         condition.op.set != policy::SetQualifier::kForAllValues &&
         !policy::IsNegated(condition.op.base);
}

/// Halves a list of alternatives that the statement can be split by, or says that it has none.
bool Halve(const policy::Statement& statement, policy::Statement& first,
           policy::Statement& second) {
  first = second = statement;
  const auto halve = [](std::vector<std::string>& a, std::vector<std::string>& b) {
    const auto middle = static_cast<std::ptrdiff_t>(a.size() / 2);
    b.erase(b.begin(), b.begin() + middle);
    a.resize(static_cast<std::size_t>(middle));
  };
  if (statement.resource && statement.resource->sense == policy::Sense::kListed &&
      statement.resource->values.size() > 1) {
    halve(first.resource->values, second.resource->values);
    return true;
  }
  if (statement.action.sense == policy::Sense::kListed && statement.action.values.size() > 1) {
    halve(first.action.values, second.action.values);
    return true;
  }
  for (std::size_t i = 0; i < statement.conditions.size(); ++i) {
    if (!IsAlternatives(statement.conditions[i]) || statement.conditions[i].values.size() < 2) {
      continue;
    }
    halve(first.conditions[i].values, second.conditions[i].values);
    return true;
  }
  return false;
}

/// What was said of the statements that this one is from and is true of it.
std::vector<lower::Callers> CallersOf(const Sourced& sourced) {
  std::vector<lower::Callers> callers = sourced.callers;
  if (callers.empty()) return callers;
  const lower::Callers::Form form = lower::FormIn(sourced.statement);
  std::erase_if(callers, [&](const lower::Callers& one) {
    return one.form != form && one.form != lower::Callers::Form::kSpread;
  });
  if (callers.empty()) callers.push_back({form, ""});
  return callers;
}

/// Whether the statement lists accounts of callers, so that it grows with them.
bool NamesAccounts(const Sourced& sourced) {
  return std::ranges::any_of(sourced.callers, [](const lower::Callers& callers) {
    return callers.form == lower::Callers::Form::kListed;
  });
}

/// Adds the regions that the statement's ARNs name.
void AddRegions(const policy::Statement& statement, std::set<std::string, std::less<>>& regions) {
  if (!statement.resource) return;
  constexpr int kRegion = 3;  // of the parts of an ARN
  for (const std::string& arn : statement.resource->values) {
    std::size_t begin = 0;
    for (int part = 0; part < kRegion && begin != std::string::npos; ++part) {
      begin = arn.find(':', begin);
      if (begin != std::string::npos) ++begin;
    }
    if (begin == std::string::npos) continue;
    const std::string region = arn.substr(begin, arn.find(':', begin) - begin);
    if (!region.empty() && region.find('*') == std::string::npos) regions.insert(region);
  }
}

/// Regions from which on naming fewer is worth a word.
constexpr std::size_t kManyRegions = 3;

/// One part under construction.
struct Part {
  std::vector<policy::Statement> statements;
  std::vector<StatementEntry> entries;
  std::size_t characters = 0;
};

class Packer {
 public:
  /// Takes the document's statements; `whole` are its characters with all of them in it.
  Packer(Document& document, std::size_t whole, const Form& form, const Packing& packing,
         diag::Sink& sink)
      : document_(document),
        whole_(whole),
        form_(form),
        packing_(packing),
        sink_(sink),
        empty_(SizeOf({}, form)) {}

  std::vector<Part> Run();

 private:
  std::string Where() const {
    return fmt::format("{} `{}/{}`", form_.kind, document_.folder, document_.name);
  }

  /// Characters that a statement takes in a document that has one already: itself and a comma.
  std::size_t WeightOf(policy::Statement& statement) const {
    policy::PolicyDocument alone;
    alone.statements.push_back(std::move(statement));
    const std::size_t characters = SizeOf(alone, form_);
    statement = std::move(alone.statements.front());
    return characters - empty_ + 1;
  }

  void ReportOverflow(std::size_t parts);
  void ReportStatements();
  [[nodiscard]] source::Span SpanOf(const std::string& place) const {
    const auto known = packing_.sentences.find(place);
    return known == packing_.sentences.end() ? source::Span{} : known->second;
  }

  Document& document_;
  std::size_t whole_;
  const Form& form_;
  const Packing& packing_;
  diag::Sink& sink_;
  std::size_t empty_;
  std::map<std::string, std::size_t> weights_;  ///< characters by sentence, those shared by share
  std::vector<std::pair<std::string, std::size_t>>
      too_large_;                               ///< statements: sentence, characters
  bool names_accounts_ = false;                 ///< one by one, in some statement
  std::set<std::string, std::less<>> regions_;  ///< that ARNs name
};

std::vector<Part> Packer::Run() {
  std::deque<Sourced> waiting(std::make_move_iterator(document_.statements.begin()),
                              std::make_move_iterator(document_.statements.end()));
  std::vector<Part> parts(1);
  parts.back().characters = empty_;
  std::size_t number = 0;
  while (!waiting.empty()) {
    Sourced next = std::move(waiting.front());
    waiting.pop_front();
    next.statement.sid = fmt::format("S{}", number + 1);
    const std::size_t weight = WeightOf(next.statement);
    names_accounts_ = names_accounts_ || NamesAccounts(next);
    AddRegions(next.statement, regions_);
    if (empty_ + weight - 1 > form_.characters) {
      Sourced other = next;
      policy::Statement first;
      policy::Statement second;
      if (!Halve(next.statement, first, second)) {
        too_large_.emplace_back(next.from.empty() ? "" : next.from.front(), weight);
        for (const std::string& place : next.from) weights_[place] += weight / next.from.size();
        continue;
      }
      next.statement = std::move(first);
      other.statement = std::move(second);
      waiting.push_front(std::move(other));
      waiting.push_front(std::move(next));
      continue;
    }
    ++number;
    for (const std::string& place : next.from) weights_[place] += weight / next.from.size();
    auto home = std::ranges::find_if(parts, [&](const Part& part) {
      const std::size_t comma = part.statements.empty() ? 1 : 0;
      return part.characters + weight - comma <= form_.characters;
    });
    if (home == parts.end()) {
      home = parts.emplace(parts.end());
      home->characters = empty_;
    }
    Part& part = *home;
    part.characters += weight - (part.statements.empty() ? 1 : 0);
    part.entries.push_back(
        {next.statement.sid, std::move(next.from), std::move(next.reason), CallersOf(next)});
    part.statements.push_back(std::move(next.statement));
  }
  // A permission set has one policy: a statement that is too long for it is a document that is.
  const bool is_alone = document_.kind == Document::Kind::kPermissionSet;
  if (!is_alone) ReportStatements();
  if (parts.size() > form_.parts || (is_alone && !too_large_.empty())) ReportOverflow(parts.size());
  return parts;
}

/// One finding for all statements that no document holds.
void Packer::ReportStatements() {
  if (too_large_.empty()) return;
  const auto largest =
      std::ranges::max_element(too_large_, {}, &std::pair<std::string, std::size_t>::second);
  diag::Diagnostic& found = sink_.Report(diag::kStatementTooLarge, SpanOf(largest->first), Where(),
                                         Grouped(largest->second), Grouped(form_.characters));
  found.At("its statement does not fit in any document");
  if (too_large_.size() > 1) {
    found.Note(fmt::format("{} statements of this document are too long", too_large_.size()));
  }
  found.Suggest(
      "name fewer principals or accounts one by one: group the accounts in an OU, or bind the team "
      "in the whole OU or organization, which is one pattern");
}

/// With the sentences that take most, and what would be saved without each of them.
void Packer::ReportOverflow(std::size_t parts) {
  std::vector<std::pair<std::string, std::size_t>> cuts(weights_.begin(), weights_.end());
  std::vector<std::string> sentences;
  for (const auto& [place, weight] : cuts) sentences.push_back(place);
  std::ranges::stable_sort(cuts, std::greater<>{}, &std::pair<std::string, std::size_t>::second);
  if (cuts.size() > kShownCuts) cuts.resize(kShownCuts);
  diag::Diagnostic& found = sink_.Report(
      diag::kDocumentTooLarge, cuts.empty() ? source::Span{} : SpanOf(cuts.front().first), Where(),
      Grouped(whole_), Grouped(form_.parts * form_.characters));
  found.At("takes the most space");
  std::string slots = fmt::format("{} of {} slots {} free", form_.parts, form_.slots,
                                  form_.parts == 1 ? "is" : "are");
  if (too_large_.empty()) {
    slots = fmt::format("it needs {} documents of {} characters; {}", parts,
                        Grouped(form_.characters), slots);
  }
  if (document_.kind == Document::Kind::kScp) {
    slots += fmt::format(", {} reserved for others (`--reserve`), {} holds FullAWSAccess",
                         form_.reserved, kFullAccessSlots);
  }
  if (document_.kind == Document::Kind::kRcp) {
    slots += fmt::format(", {} holds RCPFullAWSAccess", kFullAccessSlots);
  }
  found.Note(std::move(slots));
  for (const auto& [place, weight] : cuts) {
    if (!packing_.without) break;
    const std::size_t rest = packing_.without(place, document_, sentences);
    if (rest >= whole_) continue;
    found.Suggest(fmt::format("removing the sentence at {} saves {} characters", place,
                              Grouped(whole_ - rest)));
  }
  if (names_accounts_) {
    found.Suggest(
        "group the accounts in an OU with an id, and name the OU: that is as short for any number "
        "of accounts");
  }
  if (regions_.size() >= kManyRegions) {
    found.Suggest(fmt::format(
        "name fewer regions: each resource has an ARN for each of them, and these statements name "
        "{}",
        regions_.size()));
  }
  switch (document_.kind) {
    case Document::Kind::kScp:
    case Document::Kind::kRcp:
      found.Suggest(
          "say what is about some accounts only with `in` an OU or account, whose own "
          "documents then hold it");
      break;
    case Document::Kind::kPermissionSet:
      found.Suggest(
          "divide the sentences among two permission sets, or bind the team by role, "
          "which holds several policies");
      break;
    case Document::Kind::kIdentity:
      found.Suggest("divide the sentences between two roles");
      break;
    case Document::Kind::kTrust:
    case Document::Kind::kEndpoint:
      break;
  }
}

/// With all its statements, under Sids like those that packing gives.
std::size_t WholeSize(const Document& document, const Form& form) {
  policy::PolicyDocument whole;
  for (const Sourced& sourced : document.statements) {
    whole.statements.push_back(sourced.statement);
    whole.statements.back().sid = fmt::format("S{}", whole.statements.size());
  }
  return SizeOf(whole, form);
}

/// With the Sids that packing adds; `"Sid":"S1",` is the shortest. The frame of no statements is
/// the least that a document has.
std::optional<Minimality> MinimalityOf(const Document& document, std::size_t size,
                                       const Form& form) {
  if (!document.smallness) return std::nullopt;
  constexpr std::size_t kShortestSid = 11;
  const lower::Smallness& known = *document.smallness;
  const std::size_t least =
      std::max(known.least_characters, SizeOf({}, form)) + known.least_statements * kShortestSid;
  return Minimality{known.is_smallest, document.statements.size(), known.least_statements,
                    known.is_smallest ? size : std::min(size, least)};
}

}  // namespace

std::size_t CharactersOf(const Document& document, const catalog::Catalog& catalog) {
  return WholeSize(document, FormOf(document.kind, catalog, {}));
}

bool IsFuller(const Size& one, const Size& other) {
  const std::size_t a = one.characters * other.room();
  const std::size_t b = other.characters * one.room();
  return a != b ? a > b : one.path < other.path;
}

std::string Grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

namespace {

/// A document's parts with stand-ins for names, for others that are like it.
struct Cast {
  struct Part {
    std::string bytes;
    lower::NamePlaces places;
  };
  std::vector<Artifact> artifacts;  ///< without bytes
  std::vector<Part> parts;
  Size size;
};

class Renderer {
 public:
  Renderer(const catalog::Catalog& catalog, diag::Sink& sink, const Packing& packing)
      : catalog_(catalog), sink_(sink), packing_(packing) {}

  Tree Run(lower::Bundle bundle) {
    std::vector<bool> has_likes(bundle.documents.size());
    for (const Document& document : bundle.documents) {
      if (document.like) has_likes[*document.like] = true;
    }
    for (std::size_t d = 0; d < bundle.documents.size(); ++d) {
      Document& document = bundle.documents[d];
      const std::size_t of = document.like.value_or(d);
      if (!document.like) casts_.insert_or_assign(of, CastOf(document));
      Add(document, casts_.at(of), bundle.attachments);
      if (!document.like && !has_likes[d]) casts_.erase(of);
    }
    return std::move(tree_);
  }

 private:
  [[nodiscard]] Cast CastOf(Document& document) {
    const Form form = FormOf(document.kind, catalog_, packing_);
    const std::size_t whole = WholeSize(document, form);
    const std::optional<Minimality> minimality = MinimalityOf(document, whole, form);
    std::vector<Part> parts = Packer(document, whole, form, packing_, sink_).Run();
    Cast cast;
    cast.size.parts = parts.size();
    cast.size.part_characters = form.characters;
    cast.size.slots = form.parts;
    for (Part& part : parts) {
      policy::PolicyDocument rendered;
      rendered.statements = std::move(part.statements);
      Artifact artifact;
      std::string bytes = policy::Write(rendered, policy::Style::kMinified);
      artifact.kind = form.kind;
      artifact.characters = policy::CountCharacters(bytes, form.policy_kind);
      artifact.quota = form.characters;
      *artifact.statements = std::move(part.entries);
      artifact.minimality = minimality;
      if (document.kind == Document::Kind::kScp) artifact.beyond = BeyondCatalog(rendered);
      WRIT_CHECK(artifact.characters == part.characters,
                 "a packed document has the size it was packed by");
      cast.size.statements += artifact.statements->size();
      cast.size.characters += artifact.characters;
      lower::NamePlaces places = lower::FindStandIns(bytes, document.names);
      cast.artifacts.push_back(std::move(artifact));
      cast.parts.push_back({std::move(bytes), std::move(places)});
    }
    return cast;
  }

  void Add(const Document& document, const Cast& cast,
           const std::vector<lower::Attachment>& attachments) {
    std::vector<std::string> paths;
    for (std::size_t n = 0; n < cast.parts.size(); ++n) {
      const Cast::Part& part = cast.parts[n];
      Artifact artifact = cast.artifacts[n];
      const std::string number = cast.parts.size() > 1 ? fmt::format("-{}", n + 1) : "";
      artifact.path =
          fmt::format("{}/{}{}.{}.json", document.folder, document.name, number, artifact.kind);
      artifact.bytes = lower::WithNames(part.bytes, part.places, document.names);
      artifact.targets = document.targets;
      paths.push_back(artifact.path);
      tree_.artifacts.push_back(std::move(artifact));
    }
    tree_.sizes.push_back(cast.size);
    tree_.sizes.back().path = paths.front();
    Attach(document, paths, attachments);
  }

  void Attach(const Document& document, const std::vector<std::string>& paths,
              const std::vector<lower::Attachment>& attachments) {
    const auto own = std::ranges::equal_range(
        attachments, std::tie(document.folder, document.name), {},
        [](const lower::Attachment& a) { return std::tie(a.folder, a.name); });
    for (const lower::Attachment& attachment : own) {
      for (const std::string& path : paths) {
        tree_.attachments.push_back({path, attachment.to, attachment.id, attachment.open});
      }
    }
  }

  const catalog::Catalog& catalog_;
  diag::Sink& sink_;
  const Packing& packing_;
  Tree tree_;
  std::map<std::size_t, Cast> casts_;
};

}  // namespace

Tree RenderBundle(lower::Bundle bundle, const catalog::Catalog& catalog, diag::Sink& sink,
                  const Packing& packing) {
  const std::size_t before = sink.error_count();
  Tree tree = Renderer(catalog, sink, packing).Run(std::move(bundle));
  if (sink.error_count() == before) CheckAttachmentLimits(tree, catalog, sink);
  return tree;
}

}  // namespace writ::emit
