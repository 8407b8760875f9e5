#include "analysis/review/coverage.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "analysis/review/why.h"

namespace writ::review {
namespace {

using policy::Patterns;
using policy::Sense;
using policy::Statement;

/// The caller's own keys say whom a statement is for; they are no condition of its sentence.
bool SaysWho(const std::string& key) {
  return key == "aws:PrincipalArn" || key == "aws:PrincipalAccount";
}

const Patterns& Anything() {
  static const Patterns patterns{Sense::kListed, {"*"}};
  return patterns;
}

/// One statement taken apart, so that each part can be asked by itself.
class Parts {
 public:
  explicit Parts(const Statement& statement)
      : compiled_(Split(statement), policy::Kind::kIdentity) {}

  [[nodiscard]] bool Applies(const policy::PreparedRequest& request) const {
    return policy::StatementApplies(compiled_, 0, request);
  }
  [[nodiscard]] bool HasAction(const policy::PreparedRequest& request) const {
    return policy::StatementApplies(compiled_, 1, request);
  }
  [[nodiscard]] bool IsFor(const policy::PreparedRequest& request) const {
    return policy::StatementApplies(compiled_, 2, request);
  }
  [[nodiscard]] bool Meets(std::size_t condition, const policy::PreparedRequest& request) const {
    return policy::StatementApplies(compiled_, 3 + condition, request);
  }

 private:
  static policy::PolicyDocument Split(const Statement& whole) {
    Statement all = whole;
    all.effect = policy::Effect::kAllow;
    all.principal.reset();
    Statement action = all;
    action.resource = Anything();
    std::erase_if(action.conditions,
                  [](const policy::Condition& condition) { return !SaysWho(condition.key); });
    Statement target = action;
    target.resource = all.resource ? all.resource : Anything();
    policy::PolicyDocument document;
    document.statements = {all, action, target};
    for (const policy::Condition& condition : whole.conditions) {
      Statement one;
      one.action = Anything();
      one.resource = Anything();
      one.conditions = {condition};
      document.statements.push_back(std::move(one));
    }
    return document;
  }

  policy::CompiledPolicy compiled_;
};

}  // namespace

struct Coverage::Impl {
  explicit Impl(const World& the_world) : world(the_world) {
    for (const HeldDocument& held : world.documents) {
      std::vector<Parts>& list = parts.emplace_back();
      for (std::size_t i = 0; i < held.document.statements.size(); ++i) {
        const Statement& statement = held.document.statements[i];
        list.emplace_back(statement);
        const Source& source = held.sources[i];
        const bool permits = statement.effect == policy::Effect::kAllow;
        Item(source, permits ? Covered::Kind::kPermission : Covered::Kind::kProhibition,
             WordsOf(source));
        for (const policy::Condition& condition : statement.conditions) {
          if (!SaysWho(condition.key)) Item(source, Covered::Kind::kCondition, TextOf(condition));
        }
      }
    }
  }

  static std::string TextOf(const policy::Condition& condition) {
    return fmt::format("{} {}", policy::OperatorName(condition.op), condition.key);
  }

  [[nodiscard]] std::string WordsOf(const Source& source) const {
    return fmt::format("{}", fmt::join(SentencesAt(world, source.from, source.reason), "; "));
  }

  Covered& Item(const Source& source, Covered::Kind kind, const std::string& what) {
    const auto [at, fresh] = items.try_emplace(std::tuple(source.from, kind, what));
    if (fresh) at->second = {kind, source.from, what, false, false};
    return at->second;
  }

  void Observe(std::size_t document, const policy::PreparedRequest& request, bool allowed) {
    const HeldDocument& held = world.documents[document];
    for (std::size_t i = 0; i < held.document.statements.size(); ++i) {
      const Statement& statement = held.document.statements[i];
      const Parts& of = parts[document][i];
      if (!of.HasAction(request)) continue;
      const bool applies = of.Applies(request);
      const bool permits = statement.effect == policy::Effect::kAllow;
      Covered& sentence =
          Item(held.sources[i], permits ? Covered::Kind::kPermission : Covered::Kind::kProhibition,
               WordsOf(held.sources[i]));
      if (permits) {
        sentence.yes = sentence.yes || (applies && allowed);
        sentence.no = sentence.no || (!applies && !allowed);
      } else {
        sentence.yes = sentence.yes || applies;
        sentence.no = sentence.no || (!applies && allowed);
      }
      if (!of.IsFor(request)) continue;
      for (std::size_t c = 0; c < statement.conditions.size(); ++c) {
        if (SaysWho(statement.conditions[c].key)) continue;
        Covered& condition =
            Item(held.sources[i], Covered::Kind::kCondition, TextOf(statement.conditions[c]));
        (of.Meets(c, request) ? condition.yes : condition.no) = true;
      }
    }
  }

  const World& world;
  std::vector<std::vector<Parts>> parts;  ///< by document and statement
  std::map<std::tuple<std::vector<std::string>, Covered::Kind, std::string>, Covered> items;
};

Coverage::Coverage(const World& world) : impl_(std::make_unique<Impl>(world)) {}
Coverage::~Coverage() = default;

void Coverage::Observe(const Caller& caller, const std::vector<std::size_t>& identity,
                       const policy::Request& request, const Judgement& judgement) {
  const auto prepared = policy::Prepare(request);
  if (!prepared.ok()) return;
  const Place& place = impl_->world.places[caller.place];
  for (const std::size_t document : identity) {
    impl_->Observe(document, *prepared, judgement.is_allowed());
  }
  if (place.management || caller.is_service) return;
  for (const std::size_t document : place.scps) {
    impl_->Observe(document, *prepared, judgement.is_allowed());
  }
}

std::vector<Covered> Coverage::Items() const {
  std::vector<Covered> items;
  for (const auto& [key, item] : impl_->items) items.push_back(item);
  return items;
}

unsigned PercentOf(const std::vector<Covered>& items) {
  std::size_t seen = 0;
  for (const Covered& item : items) {
    seen += (item.yes ? 1U : 0U) + (item.no ? 1U : 0U);
  }
  return items.empty() ? 100U : static_cast<unsigned>(seen * 100 / (2 * items.size()));
}

}  // namespace writ::review
