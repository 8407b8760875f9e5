// Fingerprints of documents and their parts, of all that equality sees. Order counts.
#pragma once

#include "base/support/fingerprint.h"
#include "iam/policy/document.h"
#include "iam/policy/evaluate.h"

namespace writ::policy {

void Print(const Patterns& patterns, support::FingerprintBuilder& out);
void Print(const Principals& principals, support::FingerprintBuilder& out);
void Print(const Condition& condition, support::FingerprintBuilder& out);
void Print(const Statement& statement, support::FingerprintBuilder& out);
void Print(const PolicyDocument& document, support::FingerprintBuilder& out);
void Print(const PolicySet& set, support::FingerprintBuilder& out);
void Print(const Request& request, support::FingerprintBuilder& out);

}  // namespace writ::policy
