#include "iam/decide/pairs.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <istream>
#include <ostream>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/support/line_blocks.h"
#include "base/support/nearest.h"

namespace writ::decide {
namespace {

namespace json = support::json;

enum class Outcome : std::uint8_t { kBlank, kAnswered, kUndecided, kFailed, kError };

struct Result {
  std::string text;
  Outcome outcome = Outcome::kBlank;
};

struct Pair {
  policy::Kind kind = policy::Kind::kIdentity;
  std::vector<policy::PolicyDocument> left;
  std::vector<policy::PolicyDocument> right;
};

support::Result<Pair> ReadSides(const json::Value& root, policy::Demand demand, Pair pair) {
  for (const std::string_view name : {"left", "right"}) {
    const auto value = root.Find(name);
    if (!value) return support::Error{fmt::format("`{}` is missing", name)};
    auto documents = ReadDocuments(*value, pair.kind, demand);
    if (!documents) {
      const policy::PolicyError& first = documents.error().front();
      const bool is_refused = ReadDocuments(*value, pair.kind).ok();
      return support::Error{fmt::format("{}{}: {}{}", name, first.path,
                                        is_refused ? "AWS would refuse this document: " : "",
                                        first.message)};
    }
    (name == "left" ? pair.left : pair.right) = *std::move(documents);
  }
  return pair;
}

// Members of other programs are no concern of ours, but one that looks like ours is a mistake.
bool IsMisspelt(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kMembers = {"id", "kind", "left", "right"};
  return !support::Nearest(name, kMembers, 1).empty();
}

// `id` is filled in even if the line is wrong, as far as it can be read.
support::Result<Pair> ReadPair(const json::Value& root, const PairOptions& options,
                               std::string& id) {
  if (!root.is_object()) return support::Error{"a pair is an object"};
  Pair pair;
  pair.kind = options.kind;
  for (const json::Member& member : root.members()) {
    const std::string_view name = member.key.text();
    if (name == "id") {
      if (!member.value.is_string()) return support::Error{"`id` is a string"};
      id = std::string(member.value.text());
    } else if (name == "kind") {
      const auto kind = member.value.is_string() ? ParseKind(member.value.text()) : std::nullopt;
      if (!kind)
        return support::Error{
            "`kind` is identity, scp, rcp, resource, trust, boundary, session or endpoint"};
      pair.kind = *kind;
    } else if (name != "left" && name != "right" && IsMisspelt(name)) {
      return support::Error{fmt::format("`{}` is no member of a pair", name)};
    }
  }
  return ReadSides(root, options.is_as_read ? policy::Demand::kGrammar : policy::Demand::kAsCreated,
                   std::move(pair));
}

using Clock = std::chrono::steady_clock;

void WriteTime(json::Writer& writer, Clock::time_point begin) {
  writer.Key("microseconds");
  writer.Integer(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count());
}

Result ErrorResult(std::string_view id, std::string_view message, Clock::time_point begin) {
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
  WriteTime(writer, begin);
  writer.EndObject();
  return {writer.Take(), Outcome::kError};
}

Outcome OutcomeOf(const InPlace& answer) {
  if (answer.relation != Relation::kUndecided) return Outcome::kAnswered;
  const bool is_ours = std::ranges::any_of(answer.obstacles, [](const Obstacle& obstacle) {
    return obstacle.kind == Obstacle::Kind::kReplay;
  });
  return is_ours ? Outcome::kFailed : Outcome::kUndecided;
}

Result AnswerLine(const support::Line& line, json::Document& document, const PairOptions& options) {
  if (!line.is_too_long && line.text.find_first_not_of(" \t\r") == line.text.npos) return {};
  const auto begin = Clock::now();
  std::string id = fmt::format("line:{}", line.number);
  if (line.is_too_long) {
    return ErrorResult(id, fmt::format("the line has more than {} bytes", kMaxPairBytes), begin);
  }
  if (const auto error = document.Read(line.text, {.bytes = kMaxPairBytes})) {
    return ErrorResult(id, error->message, begin);
  }
  auto pair = ReadPair(document.root(), options, id);
  if (!pair) return ErrorResult(id, pair.error().message, begin);
  const policy::Kind kind = pair.value().kind;
  if (options.on_pair != nullptr) (*options.on_pair)(id);
  const InPlace answer =
      CompareInPlace(pair.value().left, pair.value().right, kind, options.questions);
  json::Writer writer(json::Style::kMinified);
  writer.BeginObject();
  writer.Key("id");
  writer.String(id);
  WriteInPlace(writer, answer, false);
  WriteTime(writer, begin);
  writer.EndObject();
  return {writer.Take(), OutcomeOf(answer)};
}

// The results of `lines`, in their order. Pairs differ much in work, so threads take one by one.
std::vector<Result> AnswerAll(const std::vector<support::Line>& lines, const PairOptions& options) {
  std::vector<Result> results(lines.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    json::Document document;
    for (std::size_t i = next++; i < lines.size(); i = next++) {
      results[i] = AnswerLine(lines[i], document, options);
    }
  };
  const bool is_watched =
      options.on_pair != nullptr || options.questions.questions.on_question != nullptr;
  const unsigned threads = is_watched ? 1 : options.threads;
  std::vector<std::thread> helpers;
  for (unsigned i = 1; i < threads && i < lines.size(); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  return results;
}

void Count(Outcome outcome, PairSummary& summary) {
  switch (outcome) {
    case Outcome::kBlank:
      return;
    case Outcome::kAnswered:
      ++summary.answered;
      return;
    case Outcome::kFailed:
      ++summary.failures;
      ++summary.undecided;
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
  if (name == "endpoint") return policy::Kind::kVpcEndpoint;
  for (const policy::Kind kind : kKinds) {
    if (policy::KindName(kind) == name) return kind;
  }
  return std::nullopt;
}

support::Result<std::vector<policy::PolicyDocument>, policy::PolicyErrors> ReadDocuments(
    const json::Value& value, policy::Kind kind, policy::Demand demand) {
  std::vector<policy::PolicyDocument> documents;
  const auto read = [&](const json::Value& one) -> std::optional<policy::PolicyErrors> {
    auto document = policy::ReadValue(one, kind, demand);
    if (!document) return document.error();
    documents.push_back(*std::move(document));
    return std::nullopt;
  };
  if (!value.is_array()) {
    if (auto errors = read(value)) return *std::move(errors);
    return documents;
  }
  for (const json::Value one : value.elements()) {
    if (auto errors = read(one)) return *std::move(errors);
    const bool is_joined = kind == policy::Kind::kResource || kind == policy::Kind::kTrust;
    if (is_joined && documents.back().version != documents.front().version) {
      return policy::PolicyErrors{
          {policy::PolicyErrorCode::kConflictingElements, one.begin(), "",
           "a resource has one policy, and these documents have different Versions"}};
    }
  }
  return documents;
}

void WriteRequest(json::Writer& writer, const policy::Request& request) {
  writer.BeginObject();
  WriteRequestMembers(writer, request);
  writer.EndObject();
}

void WriteRequestMembers(json::Writer& writer, const policy::Request& request) {
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
}

PairSummary RunPairs(std::istream& in, std::ostream& out, const PairOptions& options) {
  PairSummary summary;
  support::LineBlocks blocks(in, kMaxPairBytes);
  while (true) {
    const std::vector<support::Line>& lines = blocks.Next();
    if (lines.empty()) break;
    for (const Result& result : AnswerAll(lines, options)) {
      Count(result.outcome, summary);
      if (result.outcome != Outcome::kBlank) out << result.text << '\n';
    }
  }
  summary.is_cut_short = in.bad();
  return summary;
}

}  // namespace writ::decide
