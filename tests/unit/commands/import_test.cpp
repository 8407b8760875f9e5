// The limit of an import, and statements of members of one team that repeat each other.
#include "commands/import.h"

#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "host/memory_file_system.h"

namespace writ::commands {
namespace {

struct Outcome {
  host::ExitStatus status;
  std::string out;
  std::string err;
  host::FileSet files;
};

Outcome Import(const std::string& text, std::size_t max_statements) {
  host::MemoryFileSystem files({{"export.json", text}});
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  host::Environment environment{
      .files = files, .in = in, .out = out, .err = err, .today = {2026, 11, 22}};
  ImportOptions options;
  options.paths = {"export.json"};
  options.output = "policies";
  options.max_statements = max_statements;
  const host::ExitStatus status = RunImport(options, environment);
  return {status, out.str(), err.str(), files.files()};
}

TEST_CASE("as many statements as the limit are imported, one more is an error") {
  const std::string text =
      R"({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]})";
  CHECK(Import(text, 2).status == host::ExitStatus::kGood);
  const Outcome more = Import(text, 1);
  CHECK(more.status == host::ExitStatus::kInvalid);
  CHECK(more.err.find("W7547") != std::string::npos);
  CHECK(more.files.size() == 1);
}

TEST_CASE("every statement is accounted for, also one that repeats another's") {
  const auto role = [](const std::string& name, const std::string& account) {
    return R"({"Path": "/", "RoleName": ")" + name + R"(", "Arn": "arn:aws:iam::)" + account +
           ":role/" + name + R"(", "AttachedManagedPolicies": [], "RolePolicyList": [
             {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
               {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a/*"},
               {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]}}]})";
  };
  const Outcome done = Import(R"({"RoleDetailList": [)" + role("one", "222222222222") + "," +
                                  role("two", "222222222222") +
                                  R"(], "UserDetailList": [], "GroupDetailList": [], "Policies": [],
                    "IsTruncated": false})",
                              100);
  CHECK(done.status == host::ExitStatus::kGood);
  CHECK(done.out.find("4 statements: 0 in sentences, 2 in `do` sentences, 0 without effect, 2 "
                      "left\n") != std::string::npos);
  // Both documents keep what no sentence says.
  CHECK(done.files.contains("policies/residue/001-inline-policy-p.json"));
  CHECK(done.files.contains("policies/residue/002-inline-policy-p.json"));
}

}  // namespace
}  // namespace writ::commands
