#include "refusals.h"

#include <algorithm>

#include "iam/policy/pattern.h"
#include "program/intent/visit.h"

namespace writ::verify {
namespace {

/// Whether what it forbids depends on what is bound in an account.
bool NamesGuardrails(const intent::Prohibition& prohibition) {
  return !prohibition.guardrails.empty() ||
         prohibition.operation.sort == intent::Sort::kGuardrails ||
         (prohibition.unless && !prohibition.unless->guardrails.empty());
}

/// Whether a test is about the caller: its ARN, account, tags, place or kind.
bool AsksWhoCalls(const Condition& condition) {
  if (condition.kind == Condition::Kind::kTest) {
    return policy::FoldCase(condition.test.key).starts_with("aws:principal");
  }
  return std::ranges::any_of(condition.operands, AsksWhoCalls);
}

}  // namespace

const Refusal& Refusals::Read(std::size_t prohibition, intent::AccountIndex account) {
  const intent::Prohibition& said = facts_.model.prohibitions[prohibition];
  Refusal& refusal = all_.emplace_back();
  refusal.number = all_.size();
  refusal.anyone = RefusedToAnyone(facts_, said, account);
  refusal.is_of_models = IsOfModels(said);
  Key key("refusal");
  Add(key, refusal.anyone);
  refusal.speaks_of_callers = key.SpeaksOfCallers();
  refusal.asks_who_calls = std::ranges::any_of(
      refusal.anyone.boxes, [](const Authorization& box) { return AsksWhoCalls(box.condition); });
  refusal.names_guardrails = key.NamesGuardrails();
  refusal.is_plain = !key.HasNames() && !key.MayCutNames();
  return refusal;
}

const Refusal& Refusals::In(std::size_t prohibition, intent::AccountIndex account) {
  Content*& content = contents_[prohibition];
  const intent::Prohibition& said = facts_.model.prohibitions[prohibition];
  if (content == nullptr) {
    content = &by_content_.try_emplace(ContentOf(said).Exact()).first->second;
    if (content->number == 0) content->number = by_content_.size();
  }
  const Refusal*& refusal =
      NamesGuardrails(said) ? by_account_[{content->number, account}] : content->refusal;
  if (refusal == nullptr) refusal = &Read(prohibition, account);
  return *refusal;
}

Forbidden ForbiddenTo(const Restraint& restraint) {
  Forbidden forbidden = restraint.refusal->anyone;
  for (Authorization& box : forbidden.boxes) {
    WhoIn(box, restraint.refusal->is_of_models) = restraint.who;
    box.sentence = restraint.sentence;
  }
  return forbidden;
}

void Add(Key& key, const Restraint& restraint) {
  const Refusal& refusal = *restraint.refusal;
  key.Flag(refusal.is_plain);
  if (refusal.is_plain) {
    key.Number(refusal.number);
  } else {
    Add(key, refusal.anyone);
  }
  intent::Visitor(key).Visit(restraint.who);
}

}  // namespace writ::verify
