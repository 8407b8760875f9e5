#include "facts/library/library.h"

#include <doctest/doctest.h>

namespace writ::library {
namespace {

TEST_CASE("the built-in library reads, and its verbs are found by name and sort") {
  const Library& library = Library::BuiltIn();
  REQUIRE(library.FindModule("aws.bedrock") != nullptr);
  const Verb* invoke = library.Find("invoke", "Models");
  REQUIRE(invoke != nullptr);
  CHECK(invoke->Takes("routed"));
  CHECK(invoke->verb_class == VerbClass::kRuntime);
  CHECK(library.Find("invoke", "Kinds") == nullptr);
  CHECK(library.Named("invoke").size() == 5);
  CHECK(library.ModuleOf("administer")->name == "aws.bedrock");
}

TEST_CASE(
    "a service has its own name, and a verb that nobody is permitted has no leg that grants") {
  const Library& library = Library::BuiltIn();
  CHECK(library.FindModule("aws.bedrock")->services.at("kiro") ==
        std::vector<std::string>{"codewhisperer", "q"});
  const Verb* use = library.Find("use", "Services");
  REQUIRE(use != nullptr);
  CHECK(use->permit.empty());
  CHECK(library.FindModule("aws.claude-platform")->nouns.size() == 1);
}

TEST_CASE("a leg never uses an action wildcard: a permission names what it grants") {
  for (const Module& module : Library::BuiltIn().modules()) {
    for (const Verb& verb : module.verbs) {
      for (const Leg& leg : verb.permit) {
        for (const std::string& action : leg.actions) CHECK(action.find('*') == std::string::npos);
      }
    }
  }
}

TEST_CASE("what a module file gets wrong is named with its place") {
  const auto error = [](std::string text) {
    const auto parsed = Library::Parse({{"x.json", std::move(text)}});
    return parsed.ok() ? std::string() : parsed.error().message;
  };
  CHECK(error(R"({"library":"x","date":"2026-01-01","verbs":[{"verb":"v","sort":"S","legs":[]}]})")
            .find("a verb has no member `legs`") != std::string::npos);
  CHECK(error(R"({"library":"x"})").find("needs `library` and `date`") != std::string::npos);
  CHECK(error(R"({"library":"x","date":"2026-01-01","verbs":[{"verb":"v","sort":"S","permit":)"
              R"([{"actions":["a:B"],"kinds":["k"],"resources":["*"]}]}]})")
            .find("`kinds` of a leg needs `select`") != std::string::npos);
  CHECK(error("{").find("x.json: at byte 1") != std::string::npos);
}

}  // namespace
}  // namespace writ::library
