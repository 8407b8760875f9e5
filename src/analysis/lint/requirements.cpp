#include "analysis/lint/requirements.h"

#include <algorithm>
#include <utility>

#include "analysis/lint/cut_offs.h"
#include "proof/verify/inquiry.h"

namespace writ::lint {
namespace {

/// The program with only this forbidden. A requirement binds the management account's permissions
/// as well, which prohibitions leave alone.
intent::Model Forbidding(const intent::Model& model,
                         std::vector<intent::Prohibition> prohibitions) {
  intent::Model only;
  only.organization = model.organization;
  for (intent::Account& account : only.organization.accounts) account.management = false;
  only.teams = model.teams;
  only.guardrails = model.guardrails;
  only.endpoints = model.endpoints;
  only.permissions = model.permissions;
  only.prohibitions = std::move(prohibitions);
  return only;
}

/// Whether every call that the permission grants and `scope` is about falls under a duty to use a
/// guardrail, whoever makes it.
class Coverage {
 public:
  Coverage(const verify::Program& program, const intent::Prohibition& scope)
      : model_(Forbidding(program.model, Duties(program.model, scope))),
        inquiry_({model_, program.catalog, program.bindings}) {
    for (std::size_t i = 1; i < model_.prohibitions.size(); ++i) duties_.push_back(i);
  }

  [[nodiscard]] bool Covers(std::size_t at) {
    if (duties_.empty()) return false;
    const intent::Permission& permission = model_.permissions[at];
    for (const intent::Holder& holder : permission.holders) {
      for (const intent::AccountIndex index : holder.accounts) {
        if (!std::ranges::binary_search(permission.accounts, index)) continue;
        for (const intent::Principal& principal : holder.principals) {
          if (!Covers(permission, verify::Caller(inquiry_.facts(), principal, index))) return false;
        }
      }
    }
    return true;
  }

 private:
  /// The scope first, then what each duty to use a guardrail is about.
  static std::vector<intent::Prohibition> Duties(const intent::Model& model,
                                                 const intent::Prohibition& scope) {
    std::vector<intent::Prohibition> all{scope};
    for (const intent::Prohibition& prohibition : model.prohibitions) {
      if (!prohibition.unless || prohibition.unless->kind != intent::Duty::Kind::kGuardrail)
        continue;
      all.push_back(prohibition);
      all.back().unless.reset();
    }
    return all;
  }

  [[nodiscard]] bool Covers(const intent::Permission& permission, const verify::Caller& caller) {
    const verify::Facts& facts = inquiry_.facts();
    const auto outside = NotForbiddenBy({0}, caller);
    const auto left = NotForbiddenBy(duties_, caller);
    std::vector<verify::Authorization> boxes =
        verify::Granted(facts, permission, facts.AccountAt(caller.account()));
    for (verify::Authorization& box : boxes)
      box.sentence = static_cast<std::size_t>(&permission - model_.permissions.data());
    const auto granted =
        verify::AsDocument(boxes, policy::Effect::kAllow, inquiry_.permission_origins());
    if (!outside || !left || !granted) return false;
    verify::Documents uncovered;
    uncovered.identity = {*granted};
    uncovered.scps = {inquiry_.TrueOf(caller), inquiry_.TrueOfRegions()};
    uncovered.scps.insert(uncovered.scps.end(), left->levels.begin(), left->levels.end());
    verify::Documents elsewhere;
    elsewhere.identity = {verify::FullAccess()};
    elsewhere.scps = outside->levels;
    return inquiry_.IsWithin(uncovered, elsewhere, inquiry_.ScopeOf(caller)) == std::optional(true);
  }

  /// What these prohibitions leave to the caller.
  [[nodiscard]] std::optional<verify::Complement> NotForbiddenBy(
      const std::vector<std::size_t>& prohibitions, const verify::Caller& caller) {
    std::vector<std::size_t> here;
    for (const std::size_t i : prohibitions) {
      if (std::ranges::binary_search(model_.prohibitions[i].accounts, caller.account())) {
        here.push_back(i);
      }
    }
    return verify::NotForbidden({inquiry_.ForbiddenTo(caller, inquiry_.BindingOn(caller, here))},
                                inquiry_.prohibition_origins());
  }

  intent::Model model_;
  verify::Inquiry inquiry_;
  std::vector<std::size_t> duties_;
};

bool IsMet(const intent::Need& need, const intent::Permission& permission) {
  using Kind = intent::Need::Kind;
  const intent::Origin& origin = permission.origin;
  switch (need.kind) {
    case Kind::kUseCase:
      return !origin.use_case.empty();
    case Kind::kEvaluation:
      return !origin.after.empty();
    case Kind::kGuardrail:
      return !permission.guardrails.empty();
    case Kind::kUntil:
      return permission.period.until.has_value();
    case Kind::kBecause:
      return !origin.because.empty();
    case Kind::kControl:
      return std::ranges::find(origin.controls, need.name) != origin.controls.end();
    case Kind::kAttestation:
      return need.is_declared;
  }
  return false;
}

}  // namespace

std::vector<Unmet> FindUnmet(const verify::Program& program) {
  std::vector<Unmet> all;
  for (const intent::Requirement& requirement : program.model.requirements) {
    const intent::Model only = Forbidding(program.model, {requirement.scope});
    std::optional<Coverage> coverage;
    for (CutOff& hit : FindCutOffsAndDoubts({only, program.catalog, program.bindings}, "")) {
      const auto found =
          std::ranges::find(only.permissions, hit.permission,
                            [](const intent::Permission& each) { return &each.origin; });
      const auto at = static_cast<std::size_t>(found - only.permissions.begin());
      Unmet unmet{&requirement, &program.model.permissions[at], {}, std::nullopt};
      if (!hit.undecided) unmet.request = std::move(hit.request);
      for (const intent::Need& need : requirement.needs) {
        if (IsMet(need, *unmet.permission)) continue;
        if (need.kind == intent::Need::Kind::kGuardrail) {
          if (!coverage) coverage.emplace(program, requirement.scope);
          if (coverage->Covers(at)) continue;
        }
        unmet.needs.push_back(&need);
      }
      if (!unmet.needs.empty()) all.push_back(std::move(unmet));
    }
  }
  return all;
}

}  // namespace writ::lint
