// Accounts that join an organization later: which of them documents tell apart.
//
// Nobody knows their ids, so a question about all of them is asked of one of each class that the
// documents can tell apart: accounts of one class meet every pattern of the documents alike.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/support/result.h"
#include "iam/policy/document.h"

namespace writ::decide {

/// Patterns (with policy::kAnyRun and policy::kAnyOne) of which a text meets one or none.
struct TextTest {
  std::set<std::string> globs;
  std::string before;    ///< a pattern of what stands before the text
  bool is_whole = true;  ///< nothing follows it
  auto operator<=>(const TextTest&) const = default;
};

/// What documents ask of the ids of callers' accounts and of their places.
struct Distinctions {
  std::set<TextTest> ids;
  std::set<TextTest> paths;  ///< `before` is empty
  /// Why classes of accounts cannot be told, in words: ids are compared as numbers or as times.
  /// Empty: they can.
  std::string obstacle;
  auto operator<=>(const Distinctions&) const = default;
};

/// What documents ask, before the texts that hold the caller's account are held against the others
/// that stand where they do. Documents that many questions share are read once, and the value is
/// copied for each.
struct AskedTexts {
  Distinctions found;
  /// Where texts hold the caller's account, and what stands before it.
  std::set<std::pair<std::string, std::string>> holding;
  std::map<std::string, std::set<std::string>> said;  ///< by where: texts that do not
};

/// Adds what the document asks. Linear in it. Of two variables in one text the first counts, and
/// another variable is taken for any text.
void ReadAsked(const policy::PolicyDocument& document, AskedTexts& asked);

/// The product of the values that hold `${aws:PrincipalAccount}` and the other values of their
/// keys.
[[nodiscard]] Distinctions DistinctionsIn(AskedTexts asked);
/// The same of all that the documents ask.
[[nodiscard]] Distinctions DistinctionsIn(
    const std::vector<const policy::PolicyDocument*>& documents);

/// An account that may join: one for all of its class.
struct Newcomer {
  std::string account;          ///< 12 digits
  std::string path;             ///< aws:PrincipalOrgPaths of its callers; empty: not known
  bool is_named = false;        ///< the documents name just this account
  bool is_in_new_unit = false;  ///< in an OU below the node that does not exist yet
  auto operator<=>(const Newcomer&) const = default;
};

/// Where accounts may join.
struct JoinedNode {
  std::string path;       ///< of accounts right below it, "o-…/r-…/ou-…/"; empty: not known
  std::string unit_head;  ///< what the ids of OUs begin with, "ou-ab12-"
};

inline constexpr std::size_t kMostNewcomers = 64;

/// One account of each class that may join the node or a new OU below it; the first has an id that
/// no document names and lies right below the node. An error says why there is no such list: the
/// obstacle of the distinctions, more than kMostNewcomers classes, or telling them apart takes too
/// long (a constant number of steps, some milliseconds). `accounts` and `units` are the ids that
/// there are, sorted: a newcomer has none of them, and no unit above it but those of the node.
///
/// Source: AWS Organizations API Reference, Account and OrganizationalUnit, read 2026-11-22: the
/// id of an account is 12 digits; that of an OU begins with the root's and has 8 to 32 lower-case
/// letters and digits.
[[nodiscard]] support::Result<std::vector<Newcomer>> NewcomersOf(
    const Distinctions& distinctions, const JoinedNode& node,
    const std::vector<std::string>& accounts, const std::vector<std::string>& units);

}  // namespace writ::decide
