// Programs about organizations of any number of accounts, flat or in nested OUs: the starter
// program with a platform team of one kind in some of the accounts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace writ::scale {

enum class Who { kPermissionSet, kRole, kTag, kUser };
enum class Where { kAll, kUnit, kAllButThree, kEverySecond };

struct Shape {
  std::size_t accounts = 0;
  bool is_nested = false;  ///< six or so OUs of accounts, three of them in an OU each
  Who who = Who::kRole;
  Where where = Where::kAll;
};

/// "60 nested, role in every second".
[[nodiscard]] std::string NameOf(const Shape& shape);
[[nodiscard]] std::string ProgramOf(const Shape& shape);
/// aws:PrincipalOrgPaths of callers of an account right below the OU (empty: the root).
[[nodiscard]] std::string PathOf(const Shape& shape, std::string_view unit);

}  // namespace writ::scale
