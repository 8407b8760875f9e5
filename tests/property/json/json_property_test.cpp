// Our JSON against another's: what Writ reads and writes is read by an independent library too
// (docs/decisions/0003-our-own-json.md). Texts are generated from a seed, half of them broken by an
// edit, so that both readers have to refuse the same ones.
#include "base/support/json.h"

#include <array>
#include <cstdint>
#include <random>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/diag/codes/driver.h"
#include "base/diag/render.h"

namespace writ {
namespace {

using Other = nlohmann::json;
using Random = std::mt19937;

std::size_t Below(Random& random, std::size_t bound) { return random() % bound; }

template <std::size_t kSize>
std::string Pick(Random& random, const std::array<std::string_view, kSize>& choices) {
  return std::string(choices[Below(random, kSize)]);
}

std::string SpaceText(Random& random) {
  return Pick<6>(random, {"", "", "", " ", "\n", "\t \r\n"});
}

std::string StringText(Random& random) {
  std::string text = "\"";
  for (std::size_t n = Below(random, 6); n > 0; --n) {
    text += Pick<16>(random, {"a", "Z", "0", "*", "é", "漢", "😀", "\\n", "\\\"", "\\\\", "\\/",
                              "\\u0041", "\\u00e9", "\\ud83d\\ude00", "\\u0000", "\x7f"});
  }
  return text + "\"";
}

std::string NumberText(Random& random) {
  return Pick<12>(random, {"0", "-0", "1", "-17", "9223372036854775807", "-9223372036854775808",
                           "18446744073709551616", "1.5", "-0.25", "1e3", "2E-2", "12.5e+10"});
}

/// A value of at most `depth` containers; an object's keys differ from each other.
std::string ValueText(Random& random, int depth) {
  const std::size_t form = Below(random, depth > 0 ? 8 : 5);
  if (form == 0) return Pick<3>(random, {"null", "true", "false"});
  if (form <= 2) return NumberText(random);
  if (form <= 4) return StringText(random);
  const bool object = form == 5;
  std::string text = object ? "{" : "[";
  const std::size_t count = Below(random, 4);
  for (std::size_t n = 0; n < count; ++n) {
    if (n > 0) text += ",";
    text += SpaceText(random);
    if (object) {
      std::string key = StringText(random);
      key.insert(1, std::to_string(n) + "-");
      text += key + SpaceText(random) + ":" + SpaceText(random);
    }
    text += ValueText(random, depth - 1) + SpaceText(random);
  }
  return text + (object ? "}" : "]");
}

/// One byte of `text` dropped, doubled, or replaced by one that matters to JSON.
void Break(Random& random, std::string& text) {
  constexpr std::string_view kBytes = "{}[]:,\"\\0-+.eEnt \x01\x80\xC3\xED\xFF";
  const std::size_t at = Below(random, text.size());
  switch (Below(random, 3)) {
    case 0:
      text.erase(at, 1);
      break;
    case 1:
      text.insert(at, 1, text[at]);
      break;
    default:
      text[at] = kBytes[Below(random, kBytes.size())];
  }
}

bool Same(const support::json::Value& ours, const Other& theirs) {
  using support::json::Kind;
  switch (ours.kind()) {
    case Kind::kNull:
      return theirs.is_null();
    case Kind::kBool:
      return theirs.is_boolean() && ours.is_true() == theirs.get<bool>();
    case Kind::kNumber:
      if (!theirs.is_number()) return false;
      return !ours.AsInteger() ||
             (theirs.is_number_integer() && *ours.AsInteger() == theirs.get<std::int64_t>());
    case Kind::kString:
      return theirs.is_string() && ours.text() == theirs.get_ref<const std::string&>();
    case Kind::kArray: {
      if (!theirs.is_array() || ours.size() != theirs.size()) return false;
      std::size_t n = 0;
      for (const support::json::Value element : ours.elements()) {
        if (!Same(element, theirs[n++])) return false;
      }
      return true;
    }
    case Kind::kObject: {
      if (!theirs.is_object() || ours.size() != theirs.size()) return false;
      for (const support::json::Member member : ours.members()) {
        const auto other = theirs.find(std::string(member.key.text()));
        if (other == theirs.end() || !Same(member.value, *other)) return false;
      }
      return true;
    }
  }
  return false;
}

void Write(const Other& value, support::json::Writer& writer) {
  switch (value.type()) {
    case Other::value_t::boolean:
      return writer.Bool(value.get<bool>());
    case Other::value_t::number_integer:
    case Other::value_t::number_unsigned:
      return writer.Integer(value.get<std::int64_t>());
    case Other::value_t::string:
      return writer.String(value.get_ref<const std::string&>());
    case Other::value_t::array:
      writer.BeginArray();
      for (const Other& element : value) Write(element, writer);
      return writer.EndArray();
    case Other::value_t::object:
      writer.BeginObject();
      for (const auto& [key, member] : value.items()) {
        writer.Key(key);
        Write(member, writer);
      }
      return writer.EndObject();
    default:
      return writer.Null();
  }
}

}  // namespace

TEST_CASE("both readers take the same texts and read the same values") {
  Random random(20261123);  // NOLINT(cert-msc51-cpp): the same texts every day
  std::size_t taken = 0;
  std::size_t refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = SpaceText(random) + ValueText(random, 4) + SpaceText(random);
    if (round % 2 == 1) Break(random, text);
    CAPTURE(text);
    support::json::Document ours;
    const auto error = ours.Read(text, {.duplicate_keys = support::json::DuplicateKeys::kRecord});
    Other theirs(Other::value_t::discarded);
    try {
      theirs = Other::parse(text);
    } catch (const Other::out_of_range&) {
      continue;  // JSON bounds no number; the other reader does, ours keeps its text
    } catch (const Other::parse_error&) {
    }
    REQUIRE(error.has_value() == theirs.is_discarded());
    if (error) {
      ++refused;
      continue;
    }
    ++taken;
    if (ours.duplicates().empty()) REQUIRE(Same(ours.root(), theirs));
  }
  CHECK(taken > 10000);
  CHECK(refused > 4000);
}

TEST_CASE("what the writer writes is read back alike") {
  Random random(7);  // NOLINT(cert-msc51-cpp): the same texts every day
  for (int round = 0; round < 5000; ++round) {
    Other value = Other::parse(ValueText(random, 4));
    // The writer has whole numbers only.
    value = Other::parse(value.dump(), [](int, Other::parse_event_t, Other& parsed) {
      if (parsed.is_number_float()) parsed = 1;
      if (parsed.is_number_unsigned()) parsed = parsed.get<std::uint64_t>() >> 1U;
      return true;
    });
    for (const auto style : {support::json::Style::kMinified, support::json::Style::kPretty}) {
      support::json::Writer writer(style);
      Write(value, writer);
      const std::string text = writer.Take();
      CAPTURE(text);
      REQUIRE(Other::parse(text, nullptr, false) == value);
    }
  }
}

TEST_CASE("reports in JSON and SARIF are read by others") {
  source::SourceMap sources;
  const std::string text = "team \"é\\\n\t😀 x\n";
  const source::FileId file = sources.Add("a \"b\"\\c.writ", text);
  diag::Sink sink;
  sink.Report(diag::kFileNotReadable, {file, 0, 4}, "a\nb", "\"quoted\" \\ \x01 é")
      .At("here\t")
      .Also({file, 6, 8}, "there")
      .Patch("say `x`", {file, 0, 4}, "\"x\"\n")
      .Note("a note")
      .Shows("{\"action\": \"s3:*\"}");
  const auto parse = [&](diag::Format format) {
    return Other::parse(diag::Render(sink.Sorted(sources), sources, {.format = format}), nullptr,
                        false);
  };
  const Other json = parse(diag::Format::kJson);
  REQUIRE_FALSE(json.is_discarded());
  CHECK(json.dump().find("\\\"quoted\\\"") != std::string::npos);
  const Other sarif = parse(diag::Format::kSarif);
  REQUIRE_FALSE(sarif.is_discarded());
  CHECK(sarif["version"] == "2.1.0");
  const Other& result = sarif["runs"][0]["results"][0];
  CHECK(result["ruleId"] == "W9001");
  CHECK(result["message"]["text"].get<std::string>().find("\"quoted\" \\") != std::string::npos);
}

}  // namespace writ
