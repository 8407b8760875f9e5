// An organization whose sentences outgrow single documents: packed into as many as are needed,
// placed where they hold, within every quota, and proved.
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "cli/cli.h"
#include "host/memory_file_system.h"
#include "iam/policy/document.h"

namespace writ {
namespace {

/// Sentences that no two of can be said in one statement: each has a bucket and a tag of its own.
std::string Program(int forbidden, int permitted) {
  std::string text = R"(organization acme "o-exampleorgid" {
  management 111111111111
  ou work "ou-ab12-work0001" {
    account payments 222222222222
    account claims   333333333333
  }
  account sandbox 444444444444
}
team fraud { in payments as role "fraud-app" }
)";
  for (int n = 0; n < forbidden; ++n) {
    text += fmt::format(
        "everyone in work may not do s3:GetObject on \"arn:aws:s3:::sealed-{0:04}/*\"\n"
        "    when aws:PrincipalTag/cell and aws:PrincipalTag/cell = \"cell-{0:04}\"\n",
        n);
  }
  for (int n = 0; n < permitted; ++n) {
    text += fmt::format(
        "team fraud may do s3:PutObject on \"arn:aws:s3:::open-{0:04}/*\"\n"
        "    when aws:SourceVpc = \"vpc-{0:08}\"\n",
        n);
  }
  return text;
}

struct Outcome {
  host::ExitStatus status;
  host::FileSet files;
  std::string out;
  std::string err;
};

Outcome Run(const host::FileSet& files, const std::vector<std::string>& arguments) {
  host::MemoryFileSystem file_system(files);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const host::ExitStatus status =
      cli::Main(arguments, {.files = file_system, .in = in, .out = out, .err = err, .today = {}});
  return {status, file_system.files(), out.str(), err.str()};
}

Outcome Build(const std::string& program, const std::string& reserved = "2") {
  return Run({{"main.writ", program}},
             {"build", "main.writ", "-o", "out", "--as-of", "2026-11-22", "--reserve", reserved});
}

/// Sizes of the parts of a document, as AWS counts them.
std::vector<std::size_t> Parts(const host::FileSet& files, std::string_view stem,
                               policy::Kind kind) {
  std::vector<std::size_t> sizes;
  for (const auto& [path, bytes] : files) {
    if (path.starts_with(stem)) sizes.push_back(policy::CountCharacters(bytes, kind));
  }
  return sizes;
}

TEST_CASE(
    "more than three SCPs at an OU and more than one policy for a team are packed and proved") {
  const Outcome built = Build(Program(220, 60));
  REQUIRE_MESSAGE(built.status == host::ExitStatus::kGood, built.err);
  CHECK(built.out.find("; proved: 1 principal in 4 accounts") != std::string::npos);

  const std::vector<std::size_t> scps =
      Parts(built.files, "out/organization/work-", policy::Kind::kScp);
  CHECK(scps.size() > 3);
  for (const std::size_t size : scps) CHECK(size <= 10240);
  const std::vector<std::size_t> policies =
      Parts(built.files, "out/iam/payments/fraud-", policy::Kind::kIdentity);
  CHECK(policies.size() > 1);
  for (const std::size_t size : policies) CHECK(size <= 6144);
  // What holds in all accounts of the OU stands there and nowhere else.
  CHECK(Parts(built.files, "out/organization/", policy::Kind::kScp).size() == scps.size());
}

TEST_CASE("a part that is left out is missed by the proof") {
  Outcome built = Build(Program(70, 2));
  REQUIRE(built.status == host::ExitStatus::kGood);
  REQUIRE(built.files.contains("out/organization/work-2.scp.json"));
  const std::vector<std::string> verify{"verify", "main.writ", "--artifacts",
                                        "out",    "--as-of",   "2026-11-22"};
  CHECK(Run(built.files, verify).status == host::ExitStatus::kGood);
  built.files["out/organization/work-2.scp.json"] =
      R"({"Version":"2012-10-17","Statement":[{"Sid":"S1","Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::sealed-0000/*","Condition":{"StringEquals":{"aws:PrincipalTag/cell":"cell-0000"}}}]})";
  const Outcome checked = Run(built.files, verify);
  CHECK(checked.status == host::ExitStatus::kNo);
  CHECK(checked.err.find("may do what the program does not permit") != std::string::npos);
}

TEST_CASE("what does not fit into the slots of a node is refused, with cuts") {
  const Outcome built = Build(Program(70, 2), "8");
  CHECK(built.status == host::ExitStatus::kInvalid);
  CHECK(built.err.find("W5002") != std::string::npos);
  CHECK(built.err.find("removing the sentence at main.writ:") != std::string::npos);
  CHECK(built.files.size() == 1);
}

}  // namespace
}  // namespace writ
