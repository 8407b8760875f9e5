// Organizations of 12 to 5,000 accounts: every program builds, which proves it for the accounts
// that it lists; here callers of accounts that it does not list are asked about, and the characters
// of the root's document are held to be as long as the thought.
#include <cstdlib>
#include <map>
#include <sstream>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "commands/build.h"
#include "host/memory_file_system.h"
#include "iam/policy/evaluate.h"
#include "scale/accounts.h"

namespace writ::scale {
namespace {

constexpr support::Date kToday{2026, 11, 22};
constexpr std::string_view kNewAccount = "999999999999";

struct Built {
  host::ExitStatus status = host::ExitStatus::kGood;
  host::FileSet files;
  std::string findings;

  /// Of all parts of the document: "root.scp.json", or "root-1.scp.json" and so on.
  [[nodiscard]] std::size_t Characters(const std::string& stem) const {
    std::size_t characters = 0;
    for (const auto& [path, bytes] : files) {
      if (path.starts_with("out/" + stem) && path.ends_with(".scp.json")) {
        characters += bytes.size();
      }
    }
    return characters;
  }
};

Built Build(const Shape& shape) {
  host::MemoryFileSystem files({{"main.writ", ProgramOf(shape)}});
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{files, in, out, err, kToday};
  Built built;
  built.status =
      commands::RunBuild({.paths = {"main.writ"}, .output = "out", .bindings = ""}, environment);
  built.files = files.files();
  built.findings = err.str();
  return built;
}

bool IsLong() { return std::getenv("WRIT_LONG") != nullptr; }

constexpr std::size_t kSizes[] = {12, 60, 200, 1000, 5000};

/// A few of all in every run; the rest takes minutes.
bool IsAsked(const Shape& shape) {
  if (IsLong()) return true;
  const bool is_usual = shape.who == Who::kPermissionSet || shape.who == Who::kRole;
  if (!is_usual) return shape.accounts == 12 && !shape.is_nested && shape.where != Where::kUnit;
  return shape.accounts == 12 ||
         (shape.accounts == 200 && shape.is_nested && shape.where != Where::kUnit);
}

constexpr Who kWhos[] = {Who::kPermissionSet, Who::kRole, Who::kTag, Who::kUser};
constexpr Where kWheres[] = {Where::kAll, Where::kUnit, Where::kAllButThree, Where::kEverySecond};

std::string CallerOf(Who who, std::string_view account) {
  switch (who) {
    case Who::kPermissionSet:
      return fmt::format(
          "arn:aws:iam::{}:role/aws-reserved/sso.amazonaws.com/"
          "AWSReservedSSO_PlatformAdmin_0123456789abcdef",
          account);
    case Who::kRole:
      return fmt::format("arn:aws:iam::{}:role/platform-ops", account);
    case Who::kTag:
      return fmt::format("arn:aws:iam::{}:role/whoever", account);
    case Who::kUser:
      return fmt::format("arn:aws:iam::{}:user/keeper", account);
  }
  return "";
}

/// A caller of an account that joined the organization after the build.
policy::Request Asking(const Shape& shape, std::string_view unit, const std::string& action) {
  policy::Request request;
  request.principal = CallerOf(shape.who, kNewAccount);
  request.action = action;
  request.resource = fmt::format("arn:aws:bedrock:us-east-1:{}:guardrail/abc", kNewAccount);
  const auto add = [&](std::string name, std::string value, bool is_list = false) {
    policy::ContextKey key;
    key.name = std::move(name);
    key.values = {std::move(value)};
    key.is_list = is_list;
    request.context.push_back(std::move(key));
  };
  add("aws:PrincipalArn", request.principal);
  add("aws:PrincipalAccount", std::string(kNewAccount));
  add("aws:PrincipalOrgID", "o-exampleorgid");
  add("aws:PrincipalOrgPaths", PathOf(shape, unit), true);
  add("aws:RequestedRegion", "us-east-1");
  add("aws:ResourceAccount", std::string(kNewAccount));
  if (shape.who == Who::kTag) add("aws:PrincipalTag/team", "platform");
  return request;
}

policy::PolicyDocument Everything() {
  policy::PolicyDocument document;
  policy::Statement& statement = document.statements.emplace_back();
  statement.action.values = {"*"};
  statement.resource = policy::Patterns{policy::Sense::kListed, {"*"}};
  return document;
}

policy::PolicyDocument Read(const Built& built, const std::string& path, policy::Kind kind) {
  const auto document = policy::Read(built.files.at(path), kind);
  REQUIRE(document.ok());
  return *document;
}

/// Whether the SCPs of the root and of the OUs above the account let it pass.
bool IsLeft(const Built& built, const Shape& shape, std::string_view unit,
            const policy::Request& request) {
  std::vector<std::string> nodes{"root"};
  if (!unit.empty() && !shape.is_nested) nodes.emplace_back("all");
  if (!unit.empty() && shape.is_nested) {
    nodes.push_back(fmt::format("group-{}", (unit.back() - '0') / 3));
    nodes.emplace_back(unit);
  }
  policy::PolicySet set;
  set.identity = {Everything()};
  for (const std::string& node : nodes) {
    std::vector<policy::PolicyDocument>& level = set.scps.emplace_back();
    level.push_back(Everything());
    for (const auto& [path, bytes] : built.files) {
      // "root.scp.json", "root-2.scp.json"
      const std::string begin = "out/organization/" + node;
      if (!path.starts_with(begin) || !path.ends_with(".scp.json")) continue;
      const std::string rest = path.substr(begin.size());
      if (rest != ".scp.json" && rest.find_first_not_of("-0123456789") != rest.find(".scp")) {
        continue;
      }
      level.push_back(Read(built, path, policy::Kind::kScp));
    }
  }
  const auto decision = policy::Evaluate(request, set, {.has_service_rules = false});
  REQUIRE(decision.ok());
  return decision->is_allowed();
}

/// Whether the team is in the OU for accounts to come: docs/meaning.md, "Who".
bool IsForLater(const Shape& shape, std::string_view unit) {
  switch (shape.where) {
    case Where::kAll:
      return true;
    case Where::kUnit:
      return unit == (shape.is_nested ? "leaf-1" : "all");
    case Where::kAllButThree:
      // Of the accounts left out none is in leaf-1, of which the rest is an OU as it was.
      return shape.is_nested && unit == "leaf-1";
    case Where::kEverySecond:
      return false;
  }
  return false;
}

}  // namespace

TEST_CASE("organizations of any size build, and their documents do not grow with them") {
  std::string table;
  std::map<std::string, std::size_t> constant;
  for (const Who who : kWhos) {
    for (const Where where : kWheres) {
      for (const bool is_nested : {false, true}) {
        for (const std::size_t size : kSizes) {
          const Shape shape{size, is_nested, who, where};
          if (!IsAsked(shape)) continue;
          CAPTURE(NameOf(shape));
          const Built built = Build(shape);
          CAPTURE(built.findings);
          // A list of accounts is as long as it is; a permission set has one policy to hold it.
          // Where OUs are whole, only the accounts beside them are listed.
          const bool is_set = who == Who::kPermissionSet;
          const bool is_listed = where == Where::kEverySecond || where == Where::kAllButThree;
          const bool has_units = where == Where::kAllButThree && is_nested;
          const bool is_set_too_long = is_set && is_listed && size >= (has_units ? 1000 : 200);
          if (is_set_too_long && built.status != host::ExitStatus::kGood) {
            CHECK(built.findings.find("error[W5002]") != std::string::npos);
            CHECK(built.findings.find("group the accounts in an OU") != std::string::npos);
            CHECK(built.findings.find("error[W5003]") == std::string::npos);
            continue;
          }
          REQUIRE(built.status == host::ExitStatus::kGood);
          const std::size_t root = built.Characters("organization/root");
          CHECK(root > 0);
          table += fmt::format("{:<60} {:>6}\n", NameOf(shape), root);
          if (where == Where::kAll) {
            const auto [at, is_new] =
                constant.try_emplace(fmt::format("{} {}", static_cast<int>(who), is_nested), root);
            CHECK(at->second == root);
          }
          const bool is_spread = built.findings.find("warning[W5051]") != std::string::npos;
          const std::vector<std::string_view> units =
              is_nested ? std::vector<std::string_view>{"", "leaf-0", "leaf-1"}
                        : std::vector<std::string_view>{"", "all"};
          for (const std::string_view unit : units) {
            CAPTURE(unit);
            const auto left = [&](const std::string& action) {
              return IsLeft(built, shape, unit, Asking(shape, unit, action));
            };
            // An exemption that is not of the whole node may end at the accounts listed.
            const bool may_be_left = is_spread || IsForLater(shape, unit);
            const bool is_left = left("bedrock:UpdateGuardrail");
            CHECK((where == Where::kAll ? is_left == may_be_left : !is_left || may_be_left));
            // What is forbidden to everyone is so to callers of new accounts.
            CHECK(!left("bedrock:CallWithBearerToken"));
          }
          if (!is_set) continue;
          const policy::PolicyDocument set =
              Read(built, "out/permission-sets/PlatformAdmin.permission-set.json",
                   policy::Kind::kIdentity);
          for (const std::string_view unit : units) {
            policy::PolicySet held;
            held.identity = {set};
            const auto decision = policy::Evaluate(Asking(shape, unit, "bedrock:UpdateGuardrail"),
                                                   held, {.has_service_rules = false});
            REQUIRE(decision.ok());
            CHECK(decision->is_allowed() == IsForLater(shape, unit));
          }
        }
      }
    }
  }
  MESSAGE("characters of the root's document:\n" << table);
}

}  // namespace writ::scale
