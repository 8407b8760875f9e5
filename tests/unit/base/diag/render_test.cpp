// One finding with everything a finding can have, in every format, and the cases that are hard for
// one format each.
#include "base/diag/render.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "base/diag/codes/driver.h"

namespace writ::diag {
namespace {

struct Program {
  source::SourceMap map;
  source::FileId main;
  source::FileId teams;
  Sink sink;

  Program() {
    main = map.Add("main.writ", "import a\nlet home = us-east1\nteam x {\n  in y\n}\n");
    teams = map.Add("lib/t,eams.writ", "// teams\nteam x {}\n");
  }
  [[nodiscard]] source::Span In(source::FileId file, std::string_view words) const {
    const auto at = static_cast<std::uint32_t>(map.text(file).find(words));
    return {file, at, at + static_cast<std::uint32_t>(words.size())};
  }
  [[nodiscard]] std::string Text() const { return As(Format::kText); }
  [[nodiscard]] std::string As(Format format) const {
    return Render(sink.Sorted(map), map, {.format = format});
  }
};

Program Full() {
  Program program;
  program.sink.Report(kFileNotReadable, program.In(program.main, "us-east1"), "us-east1", "why")
      .At("not an AWS region")
      .Also(program.In(program.main, "home"), "this name")
      .Also(program.In(program.teams, "team x"), "the other")
      .Patch("did you mean `us-east-1`?", program.In(program.main, "us-east1"), "us-east-1")
      .Suggest("or another")
      .Note("catalog of 2026-11-20\nwith 33 regions")
      .Shows("bedrock:InvokeModel");
  return program;
}

TEST_CASE("text shows the line, both parties, the patch, notes and the request") {
  CHECK(Full().Text() ==
        "error[W9001]: cannot read `us-east1`: why\n"
        " --> main.writ:2:12\n"
        "  |\n"
        "2 | let home = us-east1\n"
        "  |            ^^^^^^^^ not an AWS region\n"
        "  |     ---- this name\n"
        "  |\n"
        " ::: lib/t,eams.writ:2\n"
        "  |\n"
        "2 | team x {}\n"
        "  | ------ the other\n"
        "  |\n"
        "help: did you mean `us-east-1`?\n"
        "2 - let home = us-east1\n"
        "2 + let home = us-east-1\n"
        "help: or another\n"
        "note: catalog of 2026-11-20\n"
        "      with 33 regions\n"
        "request: bedrock:InvokeModel\n"
        "\n"
        "1 error\n");
}

TEST_CASE("a finding about no text has no excerpt") {
  Program program;
  program.sink.Report(kNoSources, {}, "`docs`");
  CHECK(program.Text() == "warning[W9003]: no `.writ` file in `docs`\n\n1 warning\n");
}

TEST_CASE("a span over several lines is underlined on each, a long one in part") {
  Program program;
  program.sink.Report(kNotASource, program.In(program.main, "team x {\n  in y\n}"), "x").At("all");
  CHECK(program.Text() ==
        "error[W9005]: `x` is neither a folder nor a `.writ` file\n"
        " --> main.writ:3:1\n"
        "  |\n"
        "3 | team x {\n"
        "  | ^^^^^^^^\n"
        "4 |   in y\n"
        "  |   ^^^^\n"
        "5 | }\n"
        "  | ^ all\n"
        "  |\n"
        "\n1 error\n");

  Program longer;
  const source::FileId file = longer.map.Add("long.writ", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
  longer.sink.Report(kNotASource, {file, 0, 20}, "x");
  const std::string text = longer.Text();
  CHECK(text.find("...") != std::string::npos);
  CHECK(text.find("| 5\n") == std::string::npos);
  CHECK(text.find("10 | 10\n") != std::string::npos);
}

TEST_CASE("a patch that inserts or removes lines shows only what changes") {
  Program program;
  const source::Span team = program.In(program.main, "team x");
  program.sink.Report(kNotASource, team, "x")
      .Patch("declare it", {team.file, team.begin, team.begin}, "team y {}\n");
  CHECK(program.Text().find("help: declare it\n3 + team y {}\n\n") != std::string::npos);

  Program removal;
  removal.sink.Report(kNotASource, removal.In(removal.main, "import a"), "x")
      .Patch("remove it", removal.In(removal.main, "import a\n"), "");
  CHECK(removal.Text().find("help: remove it\n1 - import a\n\n") != std::string::npos);
}

TEST_CASE("marks stand under tabs and wide characters, and at the end of the file") {
  Program program;
  const source::FileId file = program.map.Add("w.writ", "\t\xE4\xB8\xAD bad");
  program.sink.Report(kNotASource, {file, 5, 8}, "x");
  CHECK(program.Text().find("1 |     \xE4\xB8\xAD bad\n  |        ^^^\n") != std::string::npos);

  Program end;
  const source::FileId short_file = end.map.Add("e.writ", "abc\n");
  end.sink.Report(kNotASource, {short_file, 4, 4}, "x").At("here");
  CHECK(end.Text().find(" --> e.writ:2:1\n  |\n2 |\n  | ^ here\n") != std::string::npos);
}

TEST_CASE("colors are there only when asked for") {
  const Program program = Full();
  CHECK(program.Text().find('\x1b') == std::string::npos);
  const std::string colored = Render(program.sink.Sorted(program.map), program.map,
                                     {.format = Format::kText, .color = true});
  CHECK(colored.find("\x1b[1;31merror[W9001]\x1b[0m") != std::string::npos);
}

TEST_CASE("JSON gives places in code points and in bytes") {
  const std::string json = Full().As(Format::kJson);
  for (const char* part :
       {"\"code\": \"W9001\"", "\"severity\": \"error\"", "\"file\": \"main.writ\"", "\"line\": 2",
        "\"column\": 12", "\"endColumn\": 20", "\"offset\": 20", "\"length\": 8",
        "\"replacement\": \"us-east-1\"", "\"request\": \"bedrock:InvokeModel\"", "\"errors\": 1",
        "\"warnings\": 0"}) {
    CAPTURE(part);
    CHECK(json.find(part) != std::string::npos);
  }
  CHECK(Program().As(Format::kJson) ==
        "{\n  \"diagnostics\": [],\n  \"errors\": 0,\n  \"warnings\": 0\n}\n");
}

TEST_CASE("SARIF has the rule, the region, the fix and the other place") {
  const std::string sarif = Full().As(Format::kSarif);
  for (const char* part :
       {"\"version\": \"2.1.0\"", "\"id\": \"W9001\"", "\"name\": \"FileNotReadable\"",
        "\"ruleId\": \"W9001\"", "\"startColumn\": 12", "\"deletedRegion\"",
        "\"columnKind\": \"unicodeCodePoints\"", "\"uri\": \"lib/t,eams.writ\""}) {
    CAPTURE(part);
    CHECK(sarif.find(part) != std::string::npos);
  }
}

TEST_CASE("SARIF fingerprints stay when lines move, and tell equal findings apart") {
  const auto print = [](std::string text) {
    source::SourceMap map;
    Sink sink;
    const source::FileId file = map.Add("a.json", std::move(text));
    const std::string_view all = map.text(file);
    for (std::size_t at = all.find("bad"); at != std::string_view::npos;
         at = all.find("bad", at + 1)) {
      const auto begin = static_cast<std::uint32_t>(at);
      sink.Report(kNotASource, {file, begin, begin + 3}, "x");
    }
    const std::string sarif = Render(sink.Sorted(map), map, {.format = Format::kSarif});
    std::vector<std::string> prints;
    constexpr std::string_view kKey = "\"writFinding/v1\": \"";
    for (std::size_t at = sarif.find(kKey); at != std::string::npos;
         at = sarif.find(kKey, at + 1)) {
      const std::size_t begin = at + kKey.size();
      prints.push_back(sarif.substr(begin, sarif.find('"', begin) - begin));
    }
    return prints;
  };
  const std::vector<std::string> one = print("bad\n");
  REQUIRE(one.size() == 1);
  CHECK(print("\n\n   bad\n") == one);
  const std::vector<std::string> two = print("bad bad\n");
  REQUIRE(two.size() == 2);
  CHECK(two[0] == one[0]);
  CHECK(two[1] != one[0]);
}

TEST_CASE("GitHub annotations escape what would end them") {
  const std::string line = Full().As(Format::kGithub);
  CHECK(
      line.starts_with("::error file=main.writ,line=2,endLine=2,col=12,endColumn=20,title=W9001::"
                       "cannot read `us-east1`: why%0Anot an AWS region%0A"));
  CHECK(std::ranges::count(line, '\n') == 1);

  Program program;
  program.sink.Report(kNotASource, program.In(program.teams, "team"), "100%");
  CHECK(program.As(Format::kGithub).find("file=lib/t%2Ceams.writ") != std::string::npos);
  CHECK(program.As(Format::kGithub).find("`100%25`") != std::string::npos);
}

TEST_CASE("JUnit counts errors as failures and is never empty") {
  Program program;
  program.sink.Report(kNotASource, program.In(program.main, "team"), "<&\">");
  program.sink.Report(kNoSources, {}, "x");
  const std::string xml = program.As(Format::kJunit);
  CHECK(xml.find("tests=\"2\" failures=\"1\"") != std::string::npos);
  CHECK(xml.find("`&lt;&amp;&quot;&gt;`") != std::string::npos);
  CHECK(Program().As(Format::kJunit).find("name=\"no findings\"") != std::string::npos);
}

TEST_CASE("bytes that are no text never reach a report") {
  Program program;
  const source::FileId file = program.map.Add("bad\xFF.writ", "\xFF\xFE");
  program.sink.Report(kNotASource, {file, 0, 1}, "\xFF");
  for (const Format format :
       {Format::kText, Format::kJson, Format::kSarif, Format::kGithub, Format::kJunit}) {
    CHECK(program.As(format).find('\xFF') == std::string::npos);
  }
}

}  // namespace
}  // namespace writ::diag
