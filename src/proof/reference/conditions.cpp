#include "proof/reference/conditions.h"

#include <algorithm>

#include "iam/policy/values.h"

namespace writ::reference {
namespace {

using intent::Condition;
using intent::Test;

std::string Twin(const std::string& key, const Asked& asked) {
  constexpr std::string_view kOwn = "bedrock:";
  const bool has_twin = asked.service == "bedrock-mantle" || asked.service == "sagemaker" ||
                        asked.service == "aws-external-anthropic";
  if (!key.starts_with(kOwn) || !has_twin) return key;
  return asked.service + ":" + key.substr(kOwn.size());
}

template <typename Value>
bool Compared(Test::Operator op, const Value& given, const Value& wanted) {
  const auto order = policy::Compare(given, wanted);
  switch (op) {
    case Test::Operator::kLess:
      return order < 0;
    case Test::Operator::kLessEqual:
      return order <= 0;
    case Test::Operator::kGreater:
      return order > 0;
    case Test::Operator::kGreaterEqual:
      return order >= 0;
    default:
      return order == 0;
  }
}

bool IpEqual(std::string_view given, std::string_view wanted) {
  const auto address = policy::ParseIp(given);
  const auto network = policy::ParseIp(wanted);
  return address && network && network->Contains(*address);
}

/// One value of the request against one of the sentence.
bool Meets(const Test& test, std::string_view given, std::string_view wanted) {
  switch (test.type) {
    case Test::Type::kNumeric: {
      const auto a = policy::ParseDecimal(given);
      const auto b = policy::ParseDecimal(wanted);
      return a && b && Compared(test.op, *a, *b);
    }
    case Test::Type::kDate: {
      const auto a = policy::ParseInstant(given);
      const auto b = policy::ParseInstant(wanted);
      return a && b && Compared(test.op, *a, *b);
    }
    case Test::Type::kBool: {
      const auto a = policy::ParseBool(given);
      return a && a == policy::ParseBool(wanted);
    }
    case Test::Type::kIp:
      return IpEqual(given, wanted);
    case Test::Type::kBinary:
      return policy::DecodeBase64(given) == policy::DecodeBase64(wanted);
    case Test::Type::kArn:
      if (test.op == Test::Operator::kLike) return ArnGlob(wanted, given);
      return given == wanted;
    case Test::Type::kString:
      if (test.op == Test::Operator::kLike) return Glob(wanted, given);
      return given == wanted;
  }
  return false;
}

bool MeetsAny(const Test& test, std::string_view given, const Asked& asked) {
  return std::ranges::any_of(test.values, [&](const std::string& value) {
    if (!test.variable) return Meets(test, given, value);
    const auto wanted = Substitute(value, asked);
    return wanted && Meets(test, given, *wanted);
  });
}

bool Holds(const Test& test, const Asked& asked) {
  const policy::ContextKey* key = asked.Find(Twin(test.key, asked));
  if (key == nullptr) return false;
  if (test.op == Test::Operator::kPresent) {
    return test.type != Test::Type::kBool ||
           (!key->is_list && policy::ParseBool(key->values.front()) == true);
  }
  const auto meets = [&](const std::string& value) { return MeetsAny(test, value, asked); };
  if (test.multi_valued) {
    if (test.op == Test::Operator::kIn) return std::ranges::all_of(key->values, meets);
    return std::ranges::any_of(key->values, meets);
  }
  return !key->is_list && meets(key->values.front());
}

}  // namespace

std::optional<std::string> Substitute(std::string_view text, const Asked& asked) {
  std::string result;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${")) {
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) break;
    const auto value = asked.Value(text.substr(at + 2, end - at - 2));
    if (!value) return std::nullopt;
    result += text.substr(0, at);
    result += *value;
    text.remove_prefix(end + 1);
  }
  return result + std::string(text);
}

bool Holds(const Condition& condition, const Asked& asked) {
  const auto holds = [&](const Condition& one) { return Holds(one, asked); };
  switch (condition.kind) {
    case Condition::Kind::kAll:
      return std::ranges::all_of(condition.operands, holds);
    case Condition::Kind::kAny:
      return std::ranges::any_of(condition.operands, holds);
    case Condition::Kind::kNot:
      return !holds(condition.operands.front());
    case Condition::Kind::kTest:
      return Holds(condition.test, asked);
  }
  return false;
}

bool IsWithin(const intent::Period& period, const Asked& asked) {
  if (!period.from && !period.until) return true;
  const auto now = asked.Value("aws:CurrentTime");
  const auto instant = now ? policy::ParseInstant(*now) : std::nullopt;
  if (!instant) return false;
  constexpr std::int64_t kDay = 86400;
  if (period.from && instant->seconds < policy::ParseInstant(*period.from)->seconds) return false;
  return !period.until || instant->seconds < policy::ParseInstant(*period.until)->seconds + kDay;
}

bool ComesThrough(const intent::Endpoint& endpoint, const Asked& asked) {
  const auto among = [&](std::string_view key, const std::vector<std::string>& values) {
    const auto value = asked.Value(key);
    return value && std::ranges::find(values, *value) != values.end();
  };
  const auto from = [&](std::string_view key) {
    const auto value = asked.Value(key);
    return value && std::ranges::any_of(endpoint.cidrs, [&](const std::string& cidr) {
             return IpEqual(*value, cidr);
           });
  };
  const bool is_private = !endpoint.vpces.empty() || !endpoint.vpcs.empty();
  if (!is_private) return from("aws:SourceIp");
  const bool is_there =
      among("aws:SourceVpce", endpoint.vpces) || among("aws:SourceVpc", endpoint.vpcs);
  return is_there && (endpoint.cidrs.empty() || from("aws:VpcSourceIp"));
}

bool ComesThroughAny(const std::vector<intent::EndpointIndex>& endpoints,
                     const intent::Model& model, const Asked& asked) {
  return std::ranges::any_of(endpoints, [&](intent::EndpointIndex index) {
    return ComesThrough(model.endpoints.at(index.value), asked);
  });
}

}  // namespace writ::reference
