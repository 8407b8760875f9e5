#include "writ/decide/pairs.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <istream>
#include <ostream>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace writ::decide {
namespace {

namespace json = support::json;

// Lines that are read before they are compared together; a bound on memory.
constexpr std::size_t kBatch = 512;

enum class Outcome : std::uint8_t { kBlank, kAnswered, kUndecided, kError };

struct Line {
  std::string text;
  std::size_t number = 0;
  std::string result;
  Outcome outcome = Outcome::kBlank;
};

struct Pair {
  std::string id;
  policy::Kind kind = policy::Kind::kIdentity;
  std::vector<policy::PolicyDocument> left;
  std::vector<policy::PolicyDocument> right;
};

support::Result<Pair> ReadSides(const json::Value& root, Pair pair) {
  for (const std::string_view name : {"left", "right"}) {
    const auto value = root.Find(name);
    if (!value) return support::Error{fmt::format("`{}` is missing", name)};
    auto documents = ReadDocuments(*value, pair.kind);
    if (!documents) {
      const policy::PolicyError& first = documents.error().front();
      return support::Error{fmt::format("{}{}: {}", name, first.path, first.message)};
    }
    (name == "left" ? pair.left : pair.right) = *std::move(documents);
  }
  return pair;
}

// `id` is filled in even if the line is wrong, as far as it can be read.
support::Result<Pair> ReadPair(const json::Value& root, std::string& id) {
  if (!root.is_object()) return support::Error{"a pair is an object"};
  Pair pair;
  for (const json::Member& member : root.members()) {
    const std::string_view name = member.key.text();
    if (name == "id") {
      if (!member.value.is_string()) return support::Error{"`id` is a string"};
      id = std::string(member.value.text());
    } else if (name == "kind") {
      const auto kind = member.value.is_string() ? ParseKind(member.value.text()) : std::nullopt;
      if (!kind) return support::Error{"`kind` is identity, scp, rcp or resource"};
      pair.kind = *kind;
    } else if (name != "left" && name != "right" && !name.starts_with("x-")) {
      return support::Error{fmt::format("`{}` is no member of a pair", name)};
    }
  }
  return ReadSides(root, std::move(pair));
}

std::string ErrorLine(std::string_view id, std::string_view message) {
  json::Writer writer(json::Style::kMinified);
  writer.BeginObject();
  writer.Key("id");
  writer.String(id);
  writer.Key("relation");
  writer.String("error");
  writer.Key("gained");
  writer.Null();
  writer.Key("lost");
  writer.Null();
  writer.Key("exact");
  writer.Bool(false);
  writer.Key("error");
  writer.String(message);
  writer.EndObject();
  return writer.Take();
}

void AnswerLine(Line& line, const Options& options) {
  if (line.text.find_first_not_of(" \t\r") == std::string::npos) return;
  const auto begin = std::chrono::steady_clock::now();
  std::string id = fmt::format("line:{}", line.number);
  line.outcome = Outcome::kError;
  const auto document = json::Parse(line.text, {.bytes = kMaxPairBytes});
  if (!document) {
    line.result = ErrorLine(id, document.error().message);
    return;
  }
  auto pair = ReadPair(document->root(), id);
  if (!pair) {
    line.result = ErrorLine(id, pair.error().message);
    return;
  }
  const policy::Kind kind = pair->kind;
  const Comparison comparison = Compare(Space::Of(std::move(pair->left), kind),
                                        Space::Of(std::move(pair->right), kind), options);
  const auto took = std::chrono::steady_clock::now() - begin;
  json::Writer writer(json::Style::kMinified);
  writer.BeginObject();
  writer.Key("id");
  writer.String(id);
  WriteComparison(writer, comparison, false);
  writer.Key("microseconds");
  writer.Integer(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
  writer.EndObject();
  line.result = writer.Take();
  line.outcome =
      comparison.relation == Relation::kUndecided ? Outcome::kUndecided : Outcome::kAnswered;
}

void AnswerAll(std::vector<Line>& lines, unsigned threads, const Options& options) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < lines.size(); i = next++) AnswerLine(lines[i], options);
  };
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < threads && i < lines.size(); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
}

void Count(const Line& line, PairSummary& summary) {
  switch (line.outcome) {
    case Outcome::kBlank:
      return;
    case Outcome::kAnswered:
      ++summary.answered;
      return;
    case Outcome::kUndecided:
      ++summary.undecided;
      return;
    case Outcome::kError:
      ++summary.errors;
      return;
  }
}

}  // namespace

std::optional<policy::Kind> ParseKind(std::string_view name) {
  constexpr std::array kKinds = {
      policy::Kind::kIdentity, policy::Kind::kScp,     policy::Kind::kRcp,
      policy::Kind::kResource, policy::Kind::kTrust,   policy::Kind::kVpcEndpoint,
      policy::Kind::kBoundary, policy::Kind::kSession,
  };
  for (const policy::Kind kind : kKinds) {
    if (policy::KindName(kind) == name) return kind;
  }
  return std::nullopt;
}

support::Result<std::vector<policy::PolicyDocument>, policy::PolicyErrors> ReadDocuments(
    const json::Value& value, policy::Kind kind) {
  std::vector<policy::PolicyDocument> documents;
  const bool is_list =
      value.is_array() && (kind == policy::Kind::kScp || kind == policy::Kind::kRcp);
  const auto read = [&](const json::Value& one) -> std::optional<policy::PolicyErrors> {
    auto document = policy::ReadValue(one, kind);
    if (!document) return document.error();
    documents.push_back(*std::move(document));
    return std::nullopt;
  };
  if (!is_list) {
    if (auto errors = read(value)) return *std::move(errors);
    return documents;
  }
  for (const json::Value one : value.elements()) {
    if (auto errors = read(one)) return *std::move(errors);
  }
  return documents;
}

void WriteRequest(json::Writer& writer, const policy::Request& request) {
  writer.BeginObject();
  writer.Key("principal");
  writer.String(request.principal);
  writer.Key("action");
  writer.String(request.action);
  writer.Key("resource");
  writer.String(request.resource);
  if (request.resource_account) {
    writer.Key("resourceAccount");
    writer.String(*request.resource_account);
  }
  writer.Key("context");
  writer.BeginObject();
  for (const policy::ContextKey& key : request.context) {
    writer.Key(key.name);
    if (!key.is_list) {
      writer.String(key.values.front());
      continue;
    }
    writer.BeginArray();
    for (const std::string& value : key.values) writer.String(value);
    writer.EndArray();
  }
  writer.EndObject();
  writer.EndObject();
}

void WriteComparison(json::Writer& writer, const Comparison& comparison, bool with_unsupported) {
  const auto request = [&writer](std::string_view name, const std::optional<Witness>& witness) {
    writer.Key(name);
    if (witness) {
      WriteRequest(writer, witness->request);
    } else {
      writer.Null();
    }
  };
  writer.Key("relation");
  writer.String(RelationName(comparison.relation));
  request("gained", comparison.gained);
  request("lost", comparison.lost);
  writer.Key("exact");
  writer.Bool(comparison.relation != Relation::kUndecided);
  if (!with_unsupported && comparison.obstacles.empty()) return;
  writer.Key("unsupported");
  writer.BeginArray();
  for (const Obstacle& obstacle : comparison.obstacles) writer.String(obstacle.Describe());
  writer.EndArray();
}

PairSummary RunPairs(std::istream& in, std::ostream& out, unsigned threads,
                     const Options& options) {
  PairSummary summary;
  std::size_t number = 0;
  std::vector<Line> lines;
  while (in) {
    lines.clear();
    std::string text;
    while (lines.size() < kBatch && std::getline(in, text)) {
      lines.push_back({std::move(text), ++number, {}, Outcome::kBlank});
    }
    AnswerAll(lines, threads, options);
    for (const Line& line : lines) {
      Count(line, summary);
      if (line.outcome != Outcome::kBlank) out << line.result << '\n';
    }
  }
  summary.is_cut_short = in.bad();
  return summary;
}

}  // namespace writ::decide
