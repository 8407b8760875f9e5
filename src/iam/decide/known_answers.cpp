#include "iam/decide/known_answers.h"

#include <utility>
#include <variant>

#include "iam/decide/shape.h"

namespace writ::decide {

KnownAnswers::KnownAnswers(const Options& options) : options_(options) {
  options_.on_question = nullptr;
}

std::optional<bool> KnownAnswers::Find(const support::Fingerprint& shape) {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(shape);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

void KnownAnswers::Keep(support::Fingerprint shape, bool is_within) {
  const std::scoped_lock lock(mutex_);
  known_.emplace(std::move(shape), is_within);
}

Answer KnownAnswers::IsWithin(const Space& left, const Space& right) {
  support::Fingerprint shape = ShapeOfQuestion(left, right);
  const std::optional<bool> known = Find(shape);
  if (known.value_or(false)) return Proved{};
  Answer answer = decide::IsWithin(left, right, options_);
  if (!known && !std::holds_alternative<Undecided>(answer)) {
    Keep(std::move(shape), std::holds_alternative<Proved>(answer));
  }
  return answer;
}

std::optional<bool> KnownAnswers::Decide(const Space& left, const Space& right) {
  support::Fingerprint shape = ShapeOfQuestion(left, right);
  if (const std::optional<bool> known = Find(shape)) return known;
  Options options = options_;
  options.readable = false;
  const Answer answer = decide::IsWithin(left, right, options);
  if (std::holds_alternative<Undecided>(answer)) return std::nullopt;
  const bool is_within = std::holds_alternative<Proved>(answer);
  Keep(std::move(shape), is_within);
  return is_within;
}

}  // namespace writ::decide
