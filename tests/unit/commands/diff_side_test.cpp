// What `writ diff` leaves out of lowering makes no difference to what it says.
#include "commands/diff_side.h"

#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "analysis/review/difference.h"
#include "host/memory_file_system.h"

namespace writ::commands {
namespace {

const std::string kProgram = R"(organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222  account claims 444444444444 }
  ou dev "ou-ab12-dev00001" { account sandbox 333333333333 }
}
team fraud { in payments, claims as role "fraud-app" }
team wide { in payments as role "fraud-*" }
team research { in sandbox as role "research" }
team analysts { in payments, sandbox as permission-set Analyst }
team helpers { in sandbox as permission-set Analyst }
team fraud may invoke nova-lite in us-east-1
team wide may browse guardrails in us-east-1
team research may invoke nova-lite, nova-pro in us-east-1
team analysts may invoke nova-micro in us-east-1
team helpers may browse evaluations in us-east-1
team fraud, research may browse guardrails in us-east-1
service "bedrock.amazonaws.com" may do sts:AssumeRole
    on "arn:aws:iam::222222222222:role/agent" in payments when aws:SourceAccount = "222222222222"
service "bedrock.amazonaws.com" may do sts:AssumeRole
    on "arn:aws:iam::444444444444:role/flow" in claims when aws:SourceAccount = "444444444444"
everyone in prod may not invoke nova-premier
everyone in prod except team wide may not administer guardrails
team research may not invoke nova-premier
nobody may invoke any model in eu-west-1
)";

struct Edit {
  std::string from;
  std::string to;
};

const std::vector<Edit> kEdits = {
    {"fraud may invoke nova-lite", "fraud may invoke nova-lite, nova-pro"},
    {"wide may browse guardrails", "wide may browse guardrails, evaluations"},
    {"wide may browse guardrails in us-east-1", "wide may invoke nova-lite in us-east-1"},
    {"analysts may invoke nova-micro", "analysts may invoke nova-micro, nova-lite"},
    {"helpers may browse evaluations", "helpers may browse guardrails"},
    {"team fraud, research may browse guardrails", "team fraud may browse guardrails"},
    {"everyone in prod may not invoke nova-premier", "everyone may not invoke nova-premier"},
    {"everyone in prod may not invoke nova-premier", "everyone in prod may not invoke nova-lite"},
    {"research may not invoke nova-premier", "research may not invoke nova-pro"},
    {"nobody may invoke any model in eu-west-1\n", ""},
    {"any model in eu-west-1", "any model in eu-west-1, us-east-1"},
    {"role \"research\"", "role \"research-2\""},
    {"team fraud { in payments, claims", "team fraud { in payments, sandbox"},
    {"team helpers { in sandbox", "team helpers { in claims"},
    {"account sandbox 333333333333 }", "}\n  account sandbox 333333333333"},
    {"fraud may invoke nova-lite in us-east-1", "wide may invoke nova-lite in us-east-1"},
    {"role/flow", "role/flows"},
    {"everyone in prod except team wide may not", "everyone in prod except role \"x\" may not"},
    {"team fraud may", "// a comment\nteam fraud may"},
};

host::Environment In(host::MemoryFileSystem& files, std::ostringstream& sink) {
  static std::istringstream none;
  return {files, none, sink, sink, {2026, 11, 22}};
}

std::string Said(const DiffSide& before, const review::World& old, const DiffSide& after,
                 const review::World& now) {
  const std::string day = "2026-11-22";
  const review::Difference difference =
      review::CompareWorlds({old, {before.compilation.catalog(), before.guardrail_names, day}},
                            {now, {after.compilation.catalog(), after.guardrail_names, day}});
  std::ostringstream said;
  for (const review::Change& change : difference.changes) {
    said << (change.is_gain ? "+ " : "- ") << change.what << "\n"
         << change.before << "\n"
         << change.after << "\n";
    for (const std::string& who : change.who) said << who << "\n";
    for (const std::string& account : change.accounts) said << account << "\n";
  }
  CHECK(difference.undecided.empty());
  said << difference.principals << " callers, " << difference.same << " the same, in "
       << difference.accounts << " accounts\n";
  return said.str();
}

TEST_CASE("what is the same on both sides is not lowered, and what is said is the same") {
  for (const Edit& edit : kEdits) {
    CAPTURE(edit.to);
    std::string changed = kProgram;
    const std::size_t at = changed.find(edit.from);
    REQUIRE(at != std::string::npos);
    changed.replace(at, edit.from.size(), edit.to);
    host::MemoryFileSystem files({{"old/main.writ", kProgram}, {"new/main.writ", changed}});
    std::ostringstream sink;
    host::Environment environment = In(files, sink);
    DiffOptions options;
    options.before = "old";
    options.after = "new";
    const DiffSides sides = ReadSides(options, environment);
    REQUIRE(sides.are_good());
    const std::string reduced =
        Said(*sides.before, sides.before->world, *sides.after, sides.after->world);
    std::vector<review::World> whole;
    std::size_t documents = 0;
    for (DiffSide* side : {sides.before.get(), sides.after.get()}) {
      documents += side->world.documents.size();
      const intent::Model& model = side->lowered.model;
      const lower::Bundle bundle =
          compiler::LowerModel(model, side->lowered.bindings, side->compilation);
      REQUIRE_FALSE(side->compilation.findings.has_errors());
      whole.push_back(review::MakeWorld(model, bundle));
    }
    CHECK(reduced == Said(*sides.before, whole[0], *sides.after, whole[1]));
    if (edit.to.starts_with("//")) CHECK(documents == 0);
  }
}

}  // namespace
}  // namespace writ::commands
