#include "scale/accounts.h"

#include <algorithm>

#include <fmt/format.h>

namespace writ::scale {
namespace {

constexpr std::size_t kLeaves = 6;
constexpr std::size_t kLeavesOfGroup = 3;

std::string Account(std::size_t number) {
  return fmt::format("account a{:04} {}", number, 300000000000ULL + number);
}

std::string Organization(const Shape& shape) {
  std::string text = "organization acme \"o-exampleorgid\" {\n  management 111111111111\n";
  if (!shape.is_nested) {
    text += "  ou all \"ou-ab12-all00000\" {\n";
    for (std::size_t i = 0; i < shape.accounts; ++i) text += "    " + Account(i) + "\n";
    return text + "  }\n}\n";
  }
  const std::size_t leaf_accounts = std::max<std::size_t>(2, shape.accounts / kLeaves);
  const std::size_t leaves = (shape.accounts + leaf_accounts - 1) / leaf_accounts;
  for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
    const std::size_t group = leaf / kLeavesOfGroup;
    if (leaf % kLeavesOfGroup == 0) {
      text += fmt::format("  ou group-{} \"ou-ab12-group{:03}\" {{\n", group, group);
    }
    text += fmt::format("    ou leaf-{} \"ou-ab12-leaf{:04}\" {{\n", leaf, leaf);
    const std::size_t end = std::min(shape.accounts, (leaf + 1) * leaf_accounts);
    for (std::size_t i = leaf * leaf_accounts; i < end; ++i) text += "      " + Account(i) + "\n";
    text += "    }\n";
    if (leaf % kLeavesOfGroup == kLeavesOfGroup - 1 || leaf + 1 == leaves) text += "  }\n";
  }
  return text + "}\n";
}

std::string Accounts(const Shape& shape) {
  switch (shape.where) {
    case Where::kAll:
      return "acme";
    case Where::kUnit:
      return shape.is_nested ? "leaf-1" : "all";
    case Where::kAllButThree:
      return "acme except a0001, a0005, a0007";
    case Where::kEverySecond:
      break;
  }
  std::string text;
  for (std::size_t i = 0; i < shape.accounts; i += 2) {
    text += fmt::format("{}a{:04}", i == 0 ? "" : ", ", i);
  }
  return text;
}

std::string_view Principal(Who who) {
  switch (who) {
    case Who::kPermissionSet:
      return "permission-set PlatformAdmin";
    case Who::kRole:
      return "role \"platform-*\"";
    case Who::kTag:
      return "tag team = \"platform\"";
    case Who::kUser:
      return "user \"keeper\"";
  }
  return "";
}

}  // namespace

std::string NameOf(const Shape& shape) {
  static constexpr std::string_view kWhere[] = {"all", "an OU", "all but three", "every second"};
  return fmt::format("{} {}, {} in {}", shape.accounts, shape.is_nested ? "nested" : "flat",
                     Principal(shape.who), kWhere[static_cast<std::size_t>(shape.where)]);
}

std::string ProgramOf(const Shape& shape) {
  return fmt::format(
      R"(import aws.bedrock

{}
team platform {{ in {}  as {} }}
team builders {{ in a0000  as role "assistant-*" }}

let home = us-east-1, us-west-2

team builders may invoke nova-lite in us-east-1 because "the assistant answers with it"
team platform may administer guardrails, logging

only team platform may administer bedrock
nobody may log-in-with api-keys
everyone may not invoke any model in any region except home
)",
      Organization(shape), Accounts(shape), Principal(shape.who));
}

std::string PathOf(const Shape& shape, std::string_view unit) {
  std::string path = "o-exampleorgid/r-ab12/";
  if (unit.empty()) return path;
  if (!shape.is_nested) return path + "ou-ab12-all00000/";
  const std::size_t leaf = static_cast<std::size_t>(unit.back() - '0');
  return path + fmt::format("ou-ab12-group{:03}/ou-ab12-leaf{:04}/", leaf / kLeavesOfGroup, leaf);
}

}  // namespace writ::scale
