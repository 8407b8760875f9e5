// One call of a tool as far as its facts are given, and what the program's rules say of it: the
// verifier's own reading of sentences about tools.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "iam/cedar/evaluate.h"
#include "proof/verify/gateway_cases.h"
#include "proof/verify/prove.h"

namespace writ::verify {

inline const std::string kOauthUser = "AgentCore::OAuthUser";
inline const std::string kIamEntity = "AgentCore::IamEntity";

/// A tool that may be called: of the manifest, or one that no manifest lists.
struct Called {
  std::string target;
  std::string tool;
  const tools::Type* input = nullptr;  ///< null: not known
};

/// One call, as far as its facts have been given.
class Case final : public cedar::Call {
 public:
  Case(const Called& called, const intent::Gateway& gateway, const std::string& principal_type,
       std::string resource);

  [[nodiscard]] const std::string& PrincipalType() const override { return principal_type_; }
  [[nodiscard]] const cedar::Entity& Resource() const override { return resource_; }
  [[nodiscard]] bool IsAction(const cedar::Entity& action, bool or_in_group) const override;
  [[nodiscard]] const tools::Field* FieldAt(const std::vector<std::string>& path) const;
  [[nodiscard]] std::optional<bool> IsRecord(const std::vector<std::string>& path) const override;
  [[nodiscard]] std::optional<cedar::Value> Ask(const cedar::Fact& fact) override;

  void Give(const cedar::Fact& fact, cedar::Value value) {
    given_.insert_or_assign(fact, std::move(value));
  }
  void Take(const cedar::Fact& fact) { given_.erase(fact); }
  [[nodiscard]] const std::map<cedar::Fact, cedar::Value>& given() const { return given_; }
  /// What was asked for last and is not given.
  [[nodiscard]] std::optional<cedar::Fact> TakeMissing() {
    return std::exchange(missing_, std::nullopt);
  }

  [[nodiscard]] const Called& called() const { return called_; }
  [[nodiscard]] const intent::Gateway& gateway() const { return gateway_; }

 private:
  const Called& called_;
  const intent::Gateway& gateway_;
  const std::string& principal_type_;
  cedar::Entity resource_;
  std::map<cedar::Fact, cedar::Value> given_;
  std::optional<cedar::Fact> missing_;
};

/// What rules say of a call. Nothing while a fact is not given.
class Reading {
 public:
  Reading(const Program& program, Case& call) : program_(program), call_(call) {}

  [[nodiscard]] std::optional<bool> IsAllowed(const std::vector<const intent::ToolRule*>& rules);
  /// Whether the rule is about the call.
  [[nodiscard]] std::optional<bool> Applies(const intent::ToolRule& rule);

 private:
  std::optional<bool> IsBound(const intent::ToolRule& rule);
  std::optional<bool> IsOneOf(const intent::GatewayCallers& callers, bool counts_lists);
  [[nodiscard]] bool IsRole(std::string_view id, const intent::GatewayRole& role) const;
  std::optional<bool> IsInForce(const intent::ToolRule& rule);
  std::optional<bool> Holds(const intent::ArgumentCondition& condition);
  std::optional<bool> Passes(const intent::ArgumentTest& test);

  const Program& program_;
  Case& call_;
};

/// All that the rule compares.
void AddConstants(const Program& program, const intent::ToolRule& rule, Cases& cases);

/// "a call of refunds.Refunds.refund, with claim team = "support"": the facts that are given.
[[nodiscard]] std::string CallText(const Case& call);

}  // namespace writ::verify
