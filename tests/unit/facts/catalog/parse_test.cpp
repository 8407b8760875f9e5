// Catalogs from outside: what replaces what, and that every wrong one is refused with its place.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "facts/catalog/catalog.h"
#include "facts/catalog/record.h"
#include "facts/catalog/table.h"

namespace writ::catalog {
namespace {

constexpr std::string_view kModels =
    "part models 2027-01-01\n"
    "source by hand\n"
    "provider acme | title=Acme | prefixes=acme\n"
    "family road | provider=acme | title=Road | patterns=acme.road-*\n"
    "model road-1 | title=Road 1 | provider=acme | family=road | version=1 | stems=acme.road-1\n"
    "  id acme.road-1-v1:0 | runtime=yes | status=active | output=text | in-region=us-east-1\n"
    "    profile us.acme.road-1-v1:0 | scope=us | sources=us-east-1,us-west-2\n"
    "      route us-east-1,us-west-2 > us-west-2,us-east-1\n";

std::string ErrorOf(std::string text) {
  const support::Result<Catalog, Fault> parsed = Catalog::Parse(std::move(text));
  if (parsed.ok()) return "";
  return std::to_string(parsed.error().line) + ": " + parsed.error().message;
}

TEST_CASE("a part from outside replaces that part, all others stay built in") {
  const support::Result<Catalog, Fault> parsed = Catalog::Parse(std::string(kModels));
  REQUIRE(parsed.ok());
  const Catalog& catalog = *parsed;
  CHECK(catalog.date() == "2027-01-01");
  CHECK(catalog.models().size() == 1);
  CHECK(catalog.FindModel("claude-sonnet-4.5") == nullptr);
  REQUIRE(catalog.FindModel("road-1") != nullptr);
  CHECK(catalog.FindModel("road-1")->patterns ==
        std::vector<std::string>{"acme.road-1", "acme.road-1-*", "acme.road-1:*"});
  const FoundProfile us = catalog.FindProfile("us.acme.road-1-v1:0");
  REQUIRE(us);
  CHECK(us.profile->RouteFrom("us-west-2")->destinations ==
        std::vector<std::string>{"us-east-1", "us-west-2"});
  CHECK(catalog.FindAction("bedrock", "InvokeModel"));
  CHECK(catalog.FindPart("models")->sources == std::vector<std::string>{"by hand"});
}

TEST_CASE("all parts one after the other are a whole catalog, by the rules for any from outside") {
  std::string text;
  for (const char* part : {"actions", "bedrock", "corrections", "keys", "models", "quotas",
                           "regions", "resources", "retired", "services", "settings"}) {
    std::ifstream file(std::string(WRIT_CATALOG_PARTS) + "/" + part + ".txt");
    REQUIRE_MESSAGE(file.good(), part);
    text.append(std::istreambuf_iterator<char>(file), {});
  }
  CHECK(ErrorOf(text) == "");
  const Catalog catalog = Catalog::Parse(text).value();
  const Catalog& built_in = Catalog::BuiltIn();
  CHECK(catalog.date() == built_in.date());
  CHECK(catalog.models().size() == built_in.models().size());
  REQUIRE(catalog.FindKey("ec2:sourceinstancearn"));
  CHECK(catalog.FindKey("ec2:sourceinstancearn")->global);
  CHECK(built_in.FindKey("ssm:SourceInstanceArn")->global);
}

TEST_CASE("a catalog that is moved keeps its tables") {
  support::Result<Catalog, Fault> parsed =
      Catalog::Parse("part keys 2027-01-01\nsource x\naws:One|String|global\n");
  REQUIRE(parsed.ok());
  const Catalog moved = std::move(parsed).value();
  CHECK(moved.FindKey("AWS:one"));
  CHECK_FALSE(moved.FindKey("aws:PrincipalArn"));
}

TEST_CASE("a wrong catalog is refused with file, line and cause") {
  const std::string head = "part models 2027-01-01\nsource x\n";
  CHECK(ErrorOf("") == "1: the catalog is empty");
  CHECK(ErrorOf("{}") == "1: a catalog begins with `part NAME YYYY-MM-DD`");
  CHECK(ErrorOf("part modles 2027-01-01\n") ==
        "1: there is no part `modles`; the parts are actions, bedrock, corrections, "
        "keys, models, quotas, regions, resources, retired, services, settings");
  CHECK(ErrorOf("part models 2027-01-01\n") == "2: the part `models` names no source");
  CHECK(ErrorOf(head + "part models 2027-01-01\nsource x\n") ==
        "3: the part `models` is given twice");
  CHECK(ErrorOf(head + "modell a | title=A\n") == "3: `modell` is no kind of record of models");
  CHECK(ErrorOf(head + "# a comment\nmodel a | titel=A\n") == "4: `model` has no field `titel`");
  CHECK(ErrorOf(head + "model a | title=A\n") == "3: `model a` lacks the field `provider`");
  CHECK(ErrorOf(head + "id a.b | runtime=true\n") == "3: an id before the first model");
  CHECK(ErrorOf(head + "model a | title\n") == "3: `title` is not of the form field=value");
  CHECK(ErrorOf(std::string(kModels) + "  id acme.x | runtime=true\n") ==
        "9: field `runtime` is `true`; it must be yes or no");
  CHECK(ErrorOf(std::string(kModels) + "  id acme.x | status=live\n") ==
        "9: field `status` is `live`; it must be active, legacy or preview");
  CHECK(ErrorOf(std::string(kModels) + "  id acme.road-1-v1:0\n") ==
        "0: the id `acme.road-1-v1:0` is listed twice");
  CHECK(ErrorOf(std::string(kModels) + "      route us-east-1\n") ==
        "9: a route must be of the form SOURCE,… > DESTINATION,…");
}

TEST_CASE("a pattern that catches another model is refused") {
  const std::string other =
      "family way | provider=acme | title=Way | patterns=acme.*\n"
      "model way | title=Way | provider=acme | family=way | stems=acme.way\n"
      "  id acme.way\n";
  CHECK(ErrorOf(std::string(kModels) + other) ==
        "0: patterns of family `way`: `acme.*` also matches `acme.road-1-v1:0`");
}

TEST_CASE("a table must be sorted, each key once, with all its fields") {
  const std::string head = "part keys 2027-01-01\nsource x\n";
  CHECK(ErrorOf(head + "aws:B|String|\naws:a|String|\n") ==
        "4: `aws:a` is not after `aws:B`; rows must be sorted by key in lower case, "
        "each key once");
  CHECK(ErrorOf(head + "aws:B|String\n") == "3: a row of 2 fields; it must have 3");
}

TEST_CASE("a line longer than the limit is refused, one at the limit is read") {
  std::string text = "part quotas 2027-01-01\nsource x\n";
  const std::string quota = "quota q | title=t | value=1 | unit=u | source=s | date=d | counting=";
  const std::string at_limit = quota + std::string(kLineLimit - quota.size(), 'x') + "\n";
  CHECK(ErrorOf(text + at_limit) == "");
  CHECK(ErrorOf(text + "x" + at_limit) == "3: a line of 65537 bytes; the limit is 65536");
}

TEST_CASE("a table finds every key it has and none else") {
  const Table table("alpha|1\nBeta|2\ngamma|3");
  CHECK(table.Find("ALPHA") == "alpha|1");
  CHECK(table.Find("beta") == "Beta|2");
  CHECK(table.Find("gamma") == "gamma|3");
  CHECK_FALSE(table.Find("alph"));
  CHECK_FALSE(table.Find("gammaa"));
  CHECK_FALSE(table.Find(""));
  CHECK_FALSE(Table("").Find("a"));
  int rows = 0;
  table.ForPrefix("", [&rows](std::string_view) { ++rows; });
  CHECK(rows == 3);
}

}  // namespace
}  // namespace writ::catalog
