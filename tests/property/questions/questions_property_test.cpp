// Over random small programs, `assert`, `test`, `can`, `who` and `explain --request` never
// contradict each other:
//
// - `assert S can A` holds iff `can 'S A'` is yes, and a line `allow S A` is the same question;
// - if `assert S cannot A` holds, `can 'S A'` is no; if `can` is no, nothing that `S A` means is
//   granted on the day of the question;
// - `who 'A'` names nobody iff `assert everyone cannot A` holds;
// - every request that one of them shows is decided by `explain` as it is shown, and is decided the
//   same against the policies that the program lowers to.
//
// The seed of a failure is printed with the program.
#include <cstdint>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "analysis/access/access.h"
#include "analysis/review/world.h"
#include "compiler/stages.h"
#include "facts/library/library.h"
#include "host/memory_file_system.h"
#include "iam/decide/sendable.h"
#include "output/lower/lower.h"

namespace writ {
namespace {

#ifdef NDEBUG
constexpr std::uint32_t kPrograms = 200;
#else
constexpr std::uint32_t kPrograms = 12;
#endif
constexpr int kQuestions = 6;

constexpr std::string_view kOrganization = R"(import aws.bedrock
organization acme "o-exampleorgid" {
  management mgmt 111111111111
  ou prod "ou-ab12-prod0001" { account payments 222222222222 account claims 333333333333 }
  ou dev "ou-ab12-dev00001" { account sandbox 444444444444 }
}
team a { in mgmt, payments as role "a-*" }
team b { in payments, claims as role "app/b", user "b" }
team c { in sandbox as tag "team" = "c" }
team d { in acme as permission-set Admin }
team e { in sandbox, claims as role "e" }
)";

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed) {}

  std::string Program() {
    std::string text(kOrganization);
    const std::uint32_t permissions = 1 + Below(4);
    for (std::uint32_t i = 0; i < permissions; ++i) {
      granted_.emplace_back(Team(), Action());
      text +=
          fmt::format("{} may {}{}\n", granted_.back().first, granted_.back().second, Condition());
    }
    const std::uint32_t prohibitions = Below(4);
    for (std::uint32_t i = 0; i < prohibitions; ++i) text += Prohibition() + "\n";
    return text;
  }

  /// Who and what: every third time what a permission of the program says.
  std::pair<std::string, std::string> Question() {
    if (Below(3) == 0) return granted_[Below(static_cast<std::uint32_t>(granted_.size()))];
    std::string who = Subject();
    return {std::move(who), Action()};
  }

 private:
  std::string Subject() {
    switch (Below(8)) {
      case 0:
        return "everyone";
      case 1:
        return "everyone in prod";
      case 2:
        return "everyone except team a, role \"bg\" in payments";
      case 3:
        return "role \"bg\" in payments";
      case 4:
        return "role \"a-special\" in payments";
      case 5:
        return Team() + ", " + Team();
      default:
        return Team();
    }
  }

  std::string Action() {
    switch (Below(9)) {
      case 0:
        return "log-in-with api-keys";
      case 1:
        return "administer guardrails";
      case 2:
        return "do s3:GetObject on \"arn:aws:s3:::data/*\"";
      case 3:
        return "do bedrock-agentcore:InvokeAgentRuntime on "
               "\"arn:aws:bedrock-agentcore:us-west-2:222222222222:runtime/swe\"";
      case 4:
        return "invoke claude-sonnet-4.5 in us-east-1 routed within us";
      case 5:
        return "invoke "
               "\"arn:aws:bedrock:us-east-1:222222222222:agent-alias/AGENT12345/ALIAS12345\"";
      default:
        return fmt::format("invoke {} in {}", Model(), Region());
    }
  }

  std::uint32_t Below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  std::string Team() {
    static const std::vector<std::string> kTeams{"team a", "team b", "team c", "team d", "team e"};
    return kTeams[Below(5)];
  }
  std::string Model() { return Below(2) == 0 ? "nova-lite" : "nova-pro"; }
  std::string Region() { return Below(2) == 0 ? "us-east-1" : "us-west-2"; }

  std::string Condition() {
    switch (Below(8)) {
      case 0:
        return " when aws:PrincipalArn = \"arn:aws:iam::222222222222:role/a-special\"";
      case 1:
        return " when aws:PrincipalTag/x = \"1\"";
      case 2:
        return " until 2026-12-31";
      case 3:
        return " from 2027-01-01";
      default:
        return "";
    }
  }

  std::string Prohibition() {
    static const std::vector<std::string> kObjects{
        "invoke nova-lite",
        "invoke any model in any region except us-east-1",
        "invoke any model routed globally",
        "log-in-with api-keys",
        "administer bedrock",
        "do s3:GetObject",
        "invoke models from amazon"};
    const std::string& object = kObjects[Below(static_cast<std::uint32_t>(kObjects.size()))];
    switch (Below(5)) {
      case 0:
        return fmt::format("nobody may {}{}", object, Condition());
      case 1:
        return fmt::format("nobody in payments except role \"bg\", team b may {}", object);
      case 2:
        return fmt::format("only {} may {}", Team(), object);
      case 3:
        return fmt::format("{} may not {}{}", Team(), object, Condition());
      default:
        return fmt::format("everyone in prod may not {}{}", object, Condition());
    }
  }

  std::mt19937 random_;
  std::vector<std::pair<std::string, std::string>> granted_;
};

/// A program that was understood, with all that can be asked of it.
struct Subject {
  compiler::Compilation compilation;
  compiler::Lowered lowered;
  std::optional<access::Access> access;
  std::optional<review::World> world;
  std::optional<review::Judge> judge;

  [[nodiscard]] const intent::Model& model() const { return lowered.model; }
};

/// Whether the program is one that the language takes.
bool Understand(const std::string& text, Subject& subject) {
  host::MemoryFileSystem files({{"main.writ", text}});
  std::istringstream in;
  std::ostringstream out;
  host::Environment environment{files, in, out, out, {2026, 11, 22}};
  subject.compilation.file_system = &files;
  subject.compilation.options = compiler::Compilation(environment).options;
  subject.lowered = compiler::Compile<compiler::Lowered>({{"main.writ"}}, subject.compilation);
  if (subject.lowered.stop) return false;
  subject.access.emplace(
      access::Facts{{subject.model(), subject.compilation.catalog(), subject.lowered.bindings},
                    library::Library::BuiltIn(),
                    "2026-11-22"});
  subject.world.emplace(review::MakeWorld(subject.model(), subject.lowered.bundle));
  subject.judge.emplace(*subject.world);
  return true;
}

/// The request is decided as it was shown, by `explain` and by the policies.
void CheckShown(Subject& subject, const access::Shown& shown, bool is_granted) {
  CHECK(shown.judgement.is_granted == is_granted);
  for (const std::string& fault : decide::FaultsOf(shown.request, subject.compilation.catalog())) {
    CHECK_MESSAGE(false, shown.request.principal, " asks for ", shown.request.action, " on ",
                  shown.request.resource, ": ", fault);
  }
  // Neither is asked about an account that is not there yet.
  if (!shown.caller.joins.empty()) return;
  const std::string principal_arn = [&] {
    for (const policy::ContextKey& key : shown.request.context) {
      if (key.name == "aws:PrincipalArn") return key.values.front();
    }
    return std::string();
  }();
  REQUIRE(!principal_arn.empty());
  const access::Judgement again =
      subject.access->Decide(shown.caller.account, shown.request, shown.caller.principal);
  CHECK(again.is_granted == is_granted);
  review::Caller caller;
  caller.place = shown.caller.account.value;
  caller.arn = principal_arn;
  for (const policy::ContextKey& key : shown.request.context) {
    if (key.name.starts_with("aws:PrincipalTag/")) caller.keys.push_back(key);
  }
  caller.is_anyone = again.may_hold_anything;
  const bool is_session = principal_arn.find(":federated-user/") != std::string::npos;
  if (is_session && !caller.is_anyone) caller.user = shown.caller.principal->value;
  // A resource of another account is nobody's by identity policies alone.
  if (!again.owner.empty()) return;
  const review::Judgement decided =
      subject.judge->Decide(caller, subject.judge->As(caller, shown.request));
  CHECK_MESSAGE(decided.is_allowed() == is_granted, shown.request.action, " on ",
                shown.request.resource, " by ", principal_arn);
}

}  // namespace

TEST_CASE("answers never contradict each other") {
  std::size_t asked = 0;
  std::size_t yes = 0;
  std::size_t no = 0;
  for (std::uint32_t seed = 1; seed <= kPrograms; ++seed) {
    Generator generator(seed);
    const std::string program = generator.Program();
    for (int i = 0; i < kQuestions; ++i) {
      const auto [who, what] = generator.Question();
      const std::string text = fmt::format(
          "{}assert {} can {}\nassert {} cannot {}\nassert everyone cannot {}\n"
          "test \"t\" {{ allow {} {} }}\n",
          program, who, what, who, what, what, who, what);
      Subject subject;
      if (!Understand(text, subject)) continue;
      CAPTURE(seed);
      CAPTURE(text);
      const auto& asserts = subject.model().assertions;
      REQUIRE(asserts.size() == 3);
      REQUIRE(subject.model().tests.size() == 1);
      using Kind = access::Answer::Kind;
      using ReplyKind = access::Reply::Kind;
      const access::Answer can = subject.access->Decide(asserts[0]);
      const access::Answer cannot = subject.access->Decide(asserts[1]);
      const access::Answer nobody = subject.access->Decide(asserts[2]);
      const access::Answer allow = subject.access->Decide(subject.model().tests[0]);
      const access::Reply reply = subject.access->Can(asserts[0], &asserts[1]);
      const access::Listing listing = subject.access->Who(asserts[2]);
      REQUIRE(can.kind != Kind::kGivenUp);
      REQUIRE(cannot.kind != Kind::kGivenUp);
      REQUIRE(nobody.kind != Kind::kGivenUp);
      ++asked;
      yes += reply.kind == ReplyKind::kYes ? 1U : 0U;
      no += reply.kind == ReplyKind::kNo ? 1U : 0U;

      CHECK(allow.kind == can.kind);
      CHECK((can.kind == Kind::kHolds) == (reply.kind == ReplyKind::kYes));
      if (cannot.kind == Kind::kHolds) CHECK(reply.kind == ReplyKind::kNo);
      if (reply.kind == ReplyKind::kNo) {
        intent::Question today = asserts[1];
        today.cannot->period = {"2026-11-22", "2026-11-22"};
        CHECK(subject.access->Decide(today).kind == Kind::kHolds);
      }
      CHECK(listing.able.empty() == (nobody.kind == Kind::kHolds));

      if (can.shown) {
        const bool open = can.shown->judgement.may_hold_anything;
        CHECK((open || !can.shown->judgement.is_granted));
        if (!open) CheckShown(subject, *can.shown, false);
      }
      if (cannot.shown) CheckShown(subject, *cannot.shown, true);
      for (const access::Part& part : reply.parts) {
        if (part.granted) CheckShown(subject, *part.granted, true);
        if (part.refused) CheckShown(subject, *part.refused, false);
      }
      for (const access::Shown& way : reply.otherwise) CheckShown(subject, way, true);
      for (const access::Able& able : listing.able) CheckShown(subject, able.shown, true);
    }
  }
  MESSAGE("programs ", kPrograms, ", questions ", asked, ", yes ", yes, ", no ", no);
  CHECK(yes > 0);
  CHECK(no > 0);
}

}  // namespace writ
