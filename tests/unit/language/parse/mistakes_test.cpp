// Mistakes that people make, as a table: one finding each, at the exact place, and where a patch is
// offered, the text after it. Recovery is part of it: what follows a mistake is read.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/language/parse/parsed.h"

namespace writ::parse {
namespace {

struct Case {
  std::string text;
  std::vector<std::string> findings;  ///< number and marked text
  std::string patched;                ///< empty: not looked at
};

const Case kCases[] = {
    {R"(team fraud may invoke m us-east-1)",
     {R"(1105 us-east-1)"},
     R"(team fraud may invoke m in us-east-1)"},
    {R"(let a = b, c,
let d = e)",
     {R"(1104 ,)"},
     R"(let a = b, c
let d = e)"},
    {R"(team t may invoke m because “x”)", {R"(1007 “x”)"}, R"(team t may invoke m because "x")"},
    {R"(team t may invoke m when a:b == 'x' && !c;)",
     {R"(1011 ==)", R"(1007 'x')", R"(1011 &&)", R"(1011 !)", R"(1012 ;)"},
     R"(team t may invoke m when a:b = "x" and not c)"},
    {R"(# x
let a = b /* y */)",
     {R"(1010 # x)", R"(1010 /* y */)"},
     R"(// x
let a = b // y)"},
    {R"(team a can invoke m
team a never invoke m
team a cannot invoke m)",
     {R"(1106 can)", R"(1106 never)", R"(1106 cannot)"},
     R"(team a may invoke m
team a may not invoke m
team a may not invoke m)"},
    {R"(allow team a to invoke m
deny team a to invoke m)",
     {R"(1113 allow)", R"(1113 deny)"},
     R"(team a may invoke m
team a may not invoke m)"},
    {R"(let a = b - c)", {R"(1005 -)"}, R"(let a = b except c)"},
    // What beginners write: the patch is what they mean.
    {R"(fraud may invoke m)", {R"(1111 fraud)"}, R"(team fraud may invoke m)"},
    {R"(assert fraud can invoke m)", {R"(1105 fraud)"}, R"(assert team fraud can invoke m)"},
    {R"(nobody except fraud may invoke m)",
     {R"(1105 fraud)"},
     R"(nobody except team fraud may invoke m)"},
    {R"(team t must not invoke m)", {R"(1106 must not)"}, R"(team t may not invoke m)"},
    {R"(team t should not invoke m)", {R"(1106 should)"}, R"(team t may not invoke m)"},
    {R"(team t is allowed to invoke m)", {R"(1106 is)"}, R"(team t may invoke m)"},
    {R"(team t is not permitted to invoke m)", {R"(1106 is)"}, R"(team t may not invoke m)"},
    {R"(team t may invoke m and n or o)",
     {R"(1011 and)", R"(1011 or)"},
     R"(team t may invoke m, n, o)"},
    {R"(team t may invoke m in a, and b)", {R"(1011 and)"}, R"(team t may invoke m in a, b)"},
    {R"(team t may invoke m in region a)", {R"(1101 a)"}, R"(team t may invoke m in a)"},
    {R"(team "t" may invoke m)", {R"(1101 "t")"}, R"(team t may invoke m)"},
    {R"(everybody may not invoke m)", {R"(1102 everybody)"}, R"(everyone may not invoke m)"},
    {R"(no one may invoke m)", {R"(1111 no one)"}, R"(nobody may invoke m)"},
    {R"(team t may invoke m until 31-12-2026)",
     {R"(1014 31-12-2026)"},
     R"(team t may invoke m until 2026-12-31)"},
    {R"(team t may invoke m until 12-31-2026)",
     {R"(1014 12-31-2026)"},
     R"(team t may invoke m until 2026-12-31)"},
    {R"(team t may invoke m until 2026/12/31)",
     {R"(1101 2026/12/31)"},
     R"(team t may invoke m until 2026-12-31)"},
    {R"(team t may invoke m until 31/12/2026)",
     {R"(1101 31/12/2026)"},
     R"(team t may invoke m until 2026-12-31)"},
    {R"(team t mya invoke m routed witin us
taem u { in a })",
     {R"(1102 mya)", R"(1102 witin)", R"(1102 taem)"},
     R"()"},
    {R"(team t may invoke m witin us)",
     {R"(1102 witin)"},
     R"(team t may invoke m routed within us)"},
    {R"(team t may in us-east-1 invoke m)", {R"(1107 in)"}, R"()"},
    {R"(team a { in x as role "r"
team b { in y as role "s" })",
     {R"(1108 {)"},
     R"(team a { in x as role "r"
}
team b { in y as role "s" })"},
    {R"(given in x {
  nobody may invoke m
let a = b)",
     {R"(1108 {)"},
     R"(given in x {
  nobody may invoke m
}
let a = b)"},
    {R"(given in x
  nobody may invoke m
})",
     {R"(1105 x)"},
     R"(given in x {
  nobody may invoke m
})"},
    {R"(team t may invoke (b, c in d)", {R"(1108 ()"}, R"(team t may invoke (b, c) in d)"},
    {R"(use-case u { review by 2026-02-30 risk 12abc due 2026-13-01 })",
     {R"(1015 2026-02-30)", R"(1014 12abc)", R"(1015 2026-13-01)"},
     R"()"},
    {R"(use-case u { review by 2026-3-1 })",
     {R"(1014 2026-3-1)"},
     R"(use-case u { review by 2026-03-01 })"},
    {R"(team t may invoke m until 2026-03-01T10:00:00Z)",
     {R"(1014 2026-03-01T10:00:00Z)"},
     R"(team t may invoke m until 2026-03-01)"},
    {R"(let a = clаude)", {R"(1006 clаude)"}, R"(let a = claude)"},
    {R"(let a = us–east-1
let b = c)",
     {R"(1006 us–east-1)", R"(1006  )"},
     R"(let a = us-east-1
let b = c)"},
    {R"(let a = b}
let c = d)",
     {R"(1109 })"},
     R"(let a = b
let c = d)"},
    {R"(let a = b-
let c = d..e)",
     {R"(1013 b-)", R"(1013 d..e)"},
     R"(let a = b
let c = d.e)"},
    {R"(let a = b
import c)",
     {R"(1110 import)"},
     R"()"},
    {R"(hello world
let a = b)",
     {R"(1111 hello)"},
     R"()"},
    {R"(team t may
team u
let x
let a = b)",
     {R"(1112 may)", R"(1112 u)", R"(1112 x)"},
     R"()"},
    {R"(guardrail g {
  filtr hate high
  say "x" of input
  grounding "x"
  mask email
})",
     {R"(1102 filtr)", R"(1101 of)", R"(1101 "x")"},
     R"()"},
    {R"(team a { in x role "r" }
endpoint e { cidr 10.0.0.0/16 })",
     {R"(1105 role)", R"(1014 10.0.0.0/16)"},
     R"(team a { in x as role "r" }
endpoint e { cidr "10.0.0.0/16" })"},
    {R"(team t may do bedrock.InvokeModel on "x")",
     {R"(1101 bedrock.InvokeModel)"},
     R"(team t may do bedrock:InvokeModel on "x")"},
    {R"(assert team t may not invoke m
test "x" { allow team t may invoke m })",
     {R"(1101 may)", R"(1101 may)"},
     R"(assert team t cannot invoke m
test "x" { allow team t invoke m })"},
    {R"(team t may invoke m guardrail g
team t may invoke m within us)",
     {R"(1105 guardrail)", R"(1105 within)"},
     R"(team t may invoke m with guardrail g
team t may invoke m routed within us)"},
    {R"(nobody may not invoke m
nobody must satisfy x to invoke m
only team t may not invoke m
only team t must satisfy x to invoke m)",
     {R"(1201 not)", R"(1202 nobody)", R"(1203 only)", R"(1204 only)"},
     R"(nobody may invoke m
everyone must satisfy x to invoke m
team t may not invoke m
team t must satisfy x to invoke m)"},
    {R"(team a { in x as role "r" }
team b { in x as role "s" }
everyone in x except team a may invoke m)",
     {R"(1205 everyone)"},
     R"(team a { in x as role "r" }
team b { in x as role "s" }
team b in x may invoke m)"},
    {R"(organization o {
  managment 1
  ou p { acount x 1 }
  ou q { account y 2 { data phi } }
}
let a = b)",
     {R"(1102 managment)", R"(1102 acount)", R"(1105 phi)"},
     R"()"},
    {R"(team t may invoke m because "x
team u may invoke n because "a\d")",
     {R"(1008 "x)", R"(1009 \d)"},
     R"(team t may invoke m because "x"
team u may invoke n because "a\\d")"},
};

TEST_CASE("one mistake, one finding, at its place, with its patch") {
  for (const Case& test : kCases) {
    const Parsed parsed(test.text);
    CHECK_MESSAGE(parsed.Findings() == test.findings, test.text);
    CHECK_FALSE(parsed.file.complete);
    if (!test.patched.empty()) CHECK(parsed.Patched() == test.patched);
  }
}

TEST_CASE("patched text has no mistake left") {
  for (const Case& test : kCases) {
    if (test.patched.empty()) continue;
    const Parsed parsed(test.patched);
    CHECK_MESSAGE(parsed.file.complete, test.patched);
  }
}

}  // namespace
}  // namespace writ::parse
