#include "property/frontend/program_generator.h"

#include <array>

#include <fmt/format.h>

namespace writ::property {
namespace {

constexpr int kMaxDepth = 4;

constexpr std::array<std::string_view, 86> kNames = {
    "a",          "b2",         "us-east-1",   "claude-sonnet-4.5",
    "_x",         "management", "account",     "contact",
    "vpc",        "vpce",       "cidr",        "by",
    "on",         "tier",       "filter",      "topic",
    "block",      "mask",       "detect",      "words",
    "pattern",    "grounding",  "relevance",   "reasoning",
    "confidence", "say",        "key",         "use",
    "apply",      "control",    "example",     "extends",
    "within",     "globally",   "directly",    "guardrail",
    "endpoint",   "latest",     "through",     "satisfy",
    "profile",    "service",    "anything",    "screens",
    "bucket",     "log-group",  "invocations", "description",
    "prod",       "home",       "nova-lite",   "fraud",
    "pii-safe",   "UC-142",     "x.y-z.w",     "models",
    "region",     "data",       "phi",         "aws",
    "after",      "anywhere",   "at",          "attribute",
    "changes",    "claim",      "evaluation",  "gateway",
    "generation", "iam",        "least",       "locked",
    "metric",     "most",       "oauth",       "of",
    "opt-out",    "outside",    "partition",   "prompts",
    "refusals",   "require",    "retain",      "service-improvement",
    "tools",      "watch"};

constexpr std::array<std::string_view, 8> kReserved = {"team", "policy", "in",  "may",
                                                       "test", "any",    "not", "use-case"};

}  // namespace

std::string ProgramGenerator::Program(int items) {
  out_.clear();
  for (std::uint64_t i = Below(3); i > 0; --i) Import();
  for (int i = 0; i < items; ++i) Item(0);
  if (Chance(2)) out_ += '\n';
  return out_;
}

void ProgramGenerator::Put(std::string_view token) {
  switch (Below(24)) {
    case 0:
      out_ += "\n";
      break;
    case 1:
      out_ += "  \t ";
      break;
    case 2:
      out_ += "\r\n\n  ";
      break;
    case 3:
      out_ += fmt::format(" // caf\xC3\xA9 {} \n", Below(100));
      break;
    case 4:
      out_ += fmt::format("\n  // own \"line\" {}\n", Below(100));
      break;
    default:
      out_ += ' ';
  }
  out_ += token;
}

void ProgramGenerator::Words(std::string_view tokens) {
  while (!tokens.empty()) {
    const std::size_t space = tokens.find(' ');
    Put(tokens.substr(0, space));
    tokens = space == std::string_view::npos ? std::string_view{} : tokens.substr(space + 1);
  }
}

void ProgramGenerator::Name() { Put(kNames[Below(kNames.size())]); }

void ProgramGenerator::String() {
  constexpr std::array<std::string_view, 7> kStrings = {"\"\"",
                                                        "\"fraud-*\"",
                                                        "\"arn:aws:s3:::x/*\"",
                                                        "\"a \\\"b\\\" \\\\ \\n\\t\"",
                                                        "\"// no comment\"",
                                                        "\"\xE2\x82\xAC\"",
                                                        "\"{ } ( ) , ;\""};
  Put(kStrings[Below(kStrings.size())]);
}

void ProgramGenerator::Number() {
  Put(Chance(2) ? "123456789012" : fmt::format("0.{}", Below(99)));
}

void ProgramGenerator::Date() {
  Put(fmt::format("20{:02}-{:02}-{:02}", 20 + Below(20), 1 + Below(12), 1 + Below(28)));
}

template <class Write>
void ProgramGenerator::List(Write write) {
  write();
  while (Chance(3)) {
    Put(",");
    write();
  }
}

void ProgramGenerator::Import() {
  Put("import");
  if (Chance(2)) return String();
  Name();
}

void ProgramGenerator::Item(int depth) {
  switch (Below(depth < kMaxDepth ? 19 : 16)) {
    case 0:
      return Organization();
    case 1:
      return Team();
    case 2:
      Put("let");
      Name();
      Put("=");
      return Set(0);
    case 3:
      return Endpoint();
    case 4:
      return Guardrail();
    case 5:
      return UseCase();
    case 6:
      return Attestation();
    case 7:
      return Apply();
    case 8:
      return Screening();
    case 9:
      return Logging();
    case 10:
      Put("assert");
      Subject();
      Put(Chance(2) ? "can" : "cannot");
      Action();
      return Qualifiers();
    case 11:
      return Test();
    case 12:
      return OptOut();
    case 13:
      Words("retain prompts at most");
      Name();
      return Qualifiers();
    case 16:
      return Policy(depth);
    case 17:
      return Given(depth);
    default:
      return Sentence();
  }
}

void ProgramGenerator::Organization() {
  Put("organization");
  Name();
  if (Chance(2)) String();
  Put("{");
  for (std::uint64_t i = Below(4); i > 0; --i) {
    switch (Below(6)) {
      case 0:
        Put("management");
        if (Chance(2)) Name();
        Number();
        break;
      case 1:
        Put("partition");
        Name();
        break;
      case 2:
        Put("attribute");
        Name();
        if (Chance(2)) break;
        Put("in");
        Put("[");
        List([&] { Literal(); });
        Put("]");
        break;
      default:
        Unit(0);
    }
  }
  Put("}");
}

void ProgramGenerator::Unit(int depth) {
  if (depth == kMaxDepth || Chance(2)) return Account();
  Put("ou");
  Name();
  if (Chance(2)) String();
  Put("{");
  for (std::uint64_t i = Below(4); i > 0; --i) Unit(depth + 1);
  Put("}");
}

void ProgramGenerator::Account() {
  Put("account");
  Name();
  Number();
  if (Chance(2)) return;
  Put("{");
  for (std::uint64_t i = Below(3); i > 0; --i) {
    Name();
    Put("=");
    Literal();
  }
  Put("}");
}

void ProgramGenerator::Team() {
  Put("team");
  Name();
  Put("{");
  for (std::uint64_t i = Below(5); i > 0; --i) TeamPart();
  Put("}");
}

void ProgramGenerator::TeamPart() {
  switch (Below(4)) {
    case 0:
      Put("in");
      return Set(0);
    case 1:
      Put("as");
      return Principals();
    case 2:
      Put("contact");
      return String();
    default:
      Put("cost-center");
      Put("=");
      Literal();
  }
}

void ProgramGenerator::Principals() {
  List([&] { Principal(); });
}

void ProgramGenerator::Principal() {
  switch (Below(6)) {
    case 0:
      Put("role");
      return String();
    case 1:
      Put("user");
      return String();
    case 2:
      Put("service");
      return String();
    case 3:
      Put("permission-set");
      if (Chance(2)) return String();
      return Name();
    case 4:
      Put("tag");
      TagKey();
      Put("=");
      return String();
    default:
      Put("team");
      List([&] { Name(); });
  }
}

void ProgramGenerator::Endpoint() {
  Put("endpoint");
  Name();
  Put("{");
  for (std::uint64_t i = Below(4); i > 0; --i) {
    switch (Below(4)) {
      case 0:
        Put("vpce");
        String();
        break;
      case 1:
        Put("vpc");
        String();
        break;
      case 2:
        Put("cidr");
        String();
        break;
      default:
        Put("in");
        Put("us-east-1");
    }
  }
  Put("}");
}

void ProgramGenerator::UseCase() {
  Put("use-case");
  Name();
  if (Chance(2)) String();
  Put("{");
  for (std::uint64_t i = Below(5); i > 0; --i) {
    Put("fact");
    switch (Below(3)) {
      case 0:
        Put("by");
        String();
        Put("on");
        Date();
        break;
      case 1:
        Put("by");
        Date();
        break;
      default:
        List([&] { Literal(); });
    }
  }
  Put("}");
}

void ProgramGenerator::Attestation() {
  Put("attestation");
  Name();
  if (Chance(2)) String();
  Put("{");
  for (std::uint64_t i = Below(4); i > 0; --i) {
    Name();
    Literal();
  }
  Put("}");
}

void ProgramGenerator::Guardrail() {
  Put("guardrail");
  Name();
  if (Chance(3)) {
    Put("extends");
    Name();
  }
  Put("{");
  for (std::uint64_t i = Below(7); i > 0; --i) GuardrailPart();
  Put("}");
}

void ProgramGenerator::GuardrailPart() {
  switch (Below(11)) {
    case 0:
      Put("description");
      return String();
    case 1:
      return Words("tier standard");
    case 2:
      return Words("routed within us");
    case 3:
      Put("filter");
      List([&] { Put("hate"); });
      return List([&] { Words(Chance(2) ? "high" : "low on input"); });
    case 4:
      Words("deny topic advice");
      String();
      if (Chance(2)) return;
      Put("{");
      for (std::uint64_t i = Below(3); i > 0; --i) {
        Put("example");
        String();
      }
      return Put("}");
    case 5:
      return Finding();
    case 6:
      Put(Chance(2) ? "grounding" : "relevance");
      return Number();
    case 7:
      Put("reasoning");
      List([&] { String(); });
      if (Chance(2)) return;
      Put("confidence");
      return Number();
    case 8:
      Put("say");
      String();
      return Words("on output");
    case 9:
      Put("key");
      return String();
    default:
      Put("tag");
      TagKey();
      Put("=");
      String();
  }
}

void ProgramGenerator::Finding() {
  constexpr std::array<std::string_view, 3> kResponses = {"block", "mask", "detect"};
  Put(kResponses[Below(kResponses.size())]);
  switch (Below(3)) {
    case 0:
      Put("words");
      List([&] { String(); });
      break;
    case 1:
      Words("pattern case-id");
      String();
      break;
    default:
      List([&] { Put("email"); });
  }
  if (Chance(2)) Words("on input");
}

void ProgramGenerator::Sentence() {
  Subject();
  Modality();
  Action();
  Qualifiers();
}

void ProgramGenerator::Screening() {
  Words("guardrail pii-safe screens");
  Set(0);
  Qualifiers();
}

void ProgramGenerator::Logging() {
  Words("log invocations to");
  List([&] {
    if (Chance(2)) {
      Put("bucket");
      String();
    } else {
      Put("log-group");
      String();
      Put("as");
      String();
    }
  });
  Qualifiers();
}

void ProgramGenerator::OptOut() {
  Words("opt-out of service-improvement");
  if (Chance(2)) {
    Put("except");
    List([&] { return Chance(2) ? Name() : String(); });
  }
  if (Chance(2)) Put("locked");
  Qualifiers();
}

void ProgramGenerator::Subject() {
  switch (Below(4)) {
    case 0:
      Put("everyone");
      break;
    case 1:
      Put("nobody");
      break;
    case 2:
      Put("only");
      Principals();
      break;
    default:
      Principals();
  }
  if (Chance(4)) {
    Put("in");
    Set(0);
  }
  if (Chance(4)) {
    Put("except");
    Principals();
  }
}

void ProgramGenerator::Modality() {
  if (Chance(3)) return Words("may");
  if (Chance(2)) return Words("may not");
  Put("must");
  for (bool more = true; more;) {
    if (Chance(2)) {
      Put("satisfy");
      Cond(0);
    } else {
      Put("use");
      Put(Chance(3) ? "endpoint" : Chance(2) ? "guardrail" : "profile");
      Set(0);
    }
    more = Chance(3);
    if (more) Put("and");
  }
  Put("to");
}

void ProgramGenerator::Action() {
  if (Chance(2)) {
    Name();
    return Set(0);
  }
  Put("do");
  if (Chance(3)) {
    Put("anything");
    if (Chance(2)) {
      Put("except");
      List([&] { ActionName(); });
    }
  } else {
    List([&] { ActionName(); });
  }
  if (Chance(2)) return;
  Put("on");
  List([&] { String(); });
}

void ProgramGenerator::ActionName() {
  Name();
  Put(":");
  if (Chance(2)) return String();
  Name();
}

void ProgramGenerator::Qualifiers() {
  for (std::uint64_t i = Below(5); i > 0; --i) Qualifier();
}

void ProgramGenerator::Qualifier() {
  switch (Below(12)) {
    case 0:
      Put("in");
      return Set(0);
    case 1:
      Put("routed");
      return List([&] { Route(); });
    case 2:
      Put("through");
      return List([&] { Name(); });
    case 3:
      Words("with guardrail");
      return Set(0);
    case 4:
      Words(Chance(2) ? "via endpoint" : "via profile");
      return Set(0);
    case 5:
      Put("when");
      return Cond(0);
    case 6:
      Put("unless");
      return Cond(0);
    case 7:
      Put(Chance(2) ? "from" : "until");
      return Date();
    case 8:
      return Words("under UC-142");
    case 9:
      Put("control");
      return List([&] { String(); });
    case 10:
      Words("waive separation-of-duties until");
      Date();
      Put("by");
      return String();
    default:
      Put("because");
      String();
  }
}

void ProgramGenerator::Route() {
  if (Chance(3)) return Put("directly");
  if (Chance(2)) return Put("globally");
  Words("within us");
}

void ProgramGenerator::Set(int depth) {
  List([&] { SetTerm(depth); });
  if (!Chance(4)) return;
  Put("except");
  List([&] { SetTerm(depth); });
}

void ProgramGenerator::SetTerm(int depth) {
  if (Chance(5)) return String();
  if (depth < kMaxDepth && Chance(6)) {
    Put("(");
    Set(depth + 1);
    return Put(")");
  }
  // Not `latest` as the word before: which words follow it decides whether it is one.
  if (Chance(4)) Put("any");
  Put(Chance(2) ? "home" : "claude-sonnet-4.5");
  if (Chance(5)) Words("from anthropic");
  if (depth < kMaxDepth && Chance(5)) {
    Put("where");
    Cond(depth + 1);
  }
}

void ProgramGenerator::Cond(int depth) {
  switch (depth < kMaxDepth ? Below(6) : 5) {
    case 0:
      Put("not");
      return Cond(depth + 1);
    case 1:
      Put("(");
      Cond(depth + 1);
      return Put(")");
    case 2:
      Comparison();
      Put("and");
      return Cond(depth + 1);
    case 3:
      Comparison();
      Put("or");
      return Cond(depth + 1);
    default:
      Comparison();
  }
}

void ProgramGenerator::Comparison() {
  Key();
  if (Chance(4)) return;
  if (Chance(4)) {
    Put("in");
    return LiteralList();
  }
  constexpr std::array<std::string_view, 8> kOperators = {
      "=", "!=", "<", "<=", ">", ">=", "like", "includes"};
  Put(kOperators[Below(kOperators.size())]);
  Value();
}

void ProgramGenerator::Key() {
  Put("aws");
  if (Chance(2)) return;
  Put(":");
  Put("PrincipalTag");
  if (Chance(2)) return;
  Put("/");
  TagKey();
}

void ProgramGenerator::TagKey() {
  if (Chance(3)) return String();
  Put(kReserved[Below(kReserved.size())]);
  while (Chance(3)) {
    Put(":");
    Name();
  }
}

void ProgramGenerator::Value() {
  if (Chance(4)) return LiteralList();
  if (Chance(3)) {
    Words("aws : SourceVpc");
    if (Chance(2)) return;
    Put("/");
    return TagKey();
  }
  Literal();
}

void ProgramGenerator::Literal() {
  switch (Below(4)) {
    case 0:
      return String();
    case 1:
      return Number();
    case 2:
      return Date();
    default:
      Put("phi");
  }
}

void ProgramGenerator::LiteralList() {
  Put("[");
  List([&] { Literal(); });
  Put("]");
}

void ProgramGenerator::Policy(int depth) {
  Put("policy");
  Name();
  Put("(");
  if (Chance(2)) {
    List([&] {
      Name();
      Put(":");
      Name();
    });
  }
  Words(") {");
  for (std::uint64_t i = Below(4); i > 0; --i) Item(depth + 1);
  Put("}");
}

void ProgramGenerator::Apply() {
  Put("apply");
  Name();
  Put("(");
  if (Chance(2)) {
    List([&] {
      Name();
      Put("=");
      Set(0);
    });
  }
  Put(")");
}

void ProgramGenerator::Given(int depth) {
  Put("given");
  Qualifier();
  Qualifiers();
  Put("{");
  for (std::uint64_t i = Below(4); i > 0; --i) Item(depth + 1);
  Put("}");
}

void ProgramGenerator::Test() {
  Put("test");
  String();
  Put("{");
  for (std::uint64_t i = Below(4); i > 0; --i) {
    Put(Chance(2) ? "allow" : "deny");
    Subject();
    Action();
    Qualifiers();
  }
  Put("}");
}

}  // namespace writ::property
