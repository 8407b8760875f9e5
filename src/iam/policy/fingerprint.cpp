#include "iam/policy/fingerprint.h"

#include <vector>

namespace writ::policy {
namespace {

using support::FingerprintBuilder;

template <class T>
void PrintAll(const std::vector<T>& list, FingerprintBuilder& out) {
  out.Length(list.size());
  for (const T& one : list) Print(one, out);
}

}  // namespace

void Print(const Patterns& patterns, FingerprintBuilder& out) {
  out.Enum(patterns.sense).List(patterns.values);
}

void Print(const Principals& principals, FingerprintBuilder& out) {
  out.Enum(principals.sense).Length(principals.values.size());
  for (const Principal& one : principals.values) out.Enum(one.type).Text(one.value);
}

void Print(const Condition& condition, FingerprintBuilder& out) {
  out.Enum(condition.op.set).Enum(condition.op.base).Flag(condition.op.if_exists);
  out.Text(condition.key).List(condition.values);
}

void Print(const Statement& statement, FingerprintBuilder& out) {
  out.Text(statement.sid).Enum(statement.effect);
  if (statement.principal) {
    Print(*statement.principal, out);
  } else {
    out.Absent();
  }
  Print(statement.action, out);
  if (statement.resource) {
    Print(*statement.resource, out);
  } else {
    out.Absent();
  }
  PrintAll(statement.conditions, out);
}

void Print(const PolicyDocument& document, FingerprintBuilder& out) {
  out.Enum(document.version).Text(document.id);
  PrintAll(document.statements, out);
}

void Print(const PolicySet& set, FingerprintBuilder& out) {
  PrintAll(set.identity, out);
  PrintAll(set.boundaries, out);
  PrintAll(set.sessions, out);
  out.Length(set.scps.size());
  for (const auto& level : set.scps) PrintAll(level, out);
  out.Length(set.rcps.size());
  for (const auto& level : set.rcps) PrintAll(level, out);
  if (set.resource) {
    Print(*set.resource, out);
  } else {
    out.Absent();
  }
  PrintAll(set.vpc_endpoint, out);
}

void Print(const Request& request, FingerprintBuilder& out) {
  out.Text(request.principal).Text(request.action).Text(request.resource);
  out.Optional(request.resource_account).Length(request.context.size());
  for (const ContextKey& key : request.context) {
    out.Text(key.name).Flag(key.is_list).List(key.values);
  }
}

}  // namespace writ::policy
