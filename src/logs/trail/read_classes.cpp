#include "logs/trail/read_classes.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/support/json.h"
#include "logs/trail/splitter.h"
#include "logs/trail/sql.h"

namespace writ::trail {
namespace {

using Row = std::map<std::string, std::string, std::less<>>;
using support::json::Writer;

/// One row of CSV (RFC 4180); nothing at the end of the text. A quote that is not closed ends with
/// it.
std::optional<std::vector<std::string>> NextRow(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      fields.back().push_back(text[++at]);
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && c == ',') {
      fields.emplace_back();
    } else if (!is_quoted && c == '\n') {
      break;
    } else if (is_quoted || c != '\r') {
      fields.back().push_back(c);
    }
  }
  text.remove_prefix(std::min(text.size(), at + 1));
  return fields;
}

std::string_view At(const Row& row, std::string_view name) {
  const auto found = row.find(name);
  return found == row.end() ? std::string_view() : std::string_view(found->second);
}

/// Writes the member if the row says something there.
void Put(Writer& writer, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  writer.Key(key);
  writer.String(text);
}

/// An event that the row may stand for.
std::string EventOf(const Row& row) {
  Writer writer(support::json::Style::kMinified);
  const auto object = [&](std::string_view key, const auto& members) {
    writer.Key(key);
    writer.BeginObject();
    members();
    writer.EndObject();
  };
  writer.BeginObject();
  Put(writer, "eventSource", At(row, "source"));
  Put(writer, "eventName", At(row, "event"));
  Put(writer, "awsRegion", At(row, "called_in"));
  Put(writer, "vpcEndpointId", At(row, "endpoint"));
  Put(writer, "recipientAccountId", At(row, "owner"));
  Put(writer, "sourceIPAddress", At(row, "ip"));
  Put(writer, "errorCode", At(row, "error"));
  Put(writer, "errorMessage", At(row, "message"));
  if (!At(row, "day").empty())
    Put(writer, "eventTime", fmt::format("{}T00:00:00Z", At(row, "day")));
  object("userIdentity", [&] {
    Put(writer, "type", At(row, "identity"));
    Put(writer, "arn", At(row, "arn"));
    Put(writer, "accountId", At(row, "account"));
    Put(writer, "invokedBy", At(row, "invoked_by"));
    object("sessionContext", [&] {
      Put(writer, "sourceIdentity", At(row, "source_identity"));
      object("sessionIssuer", [&] { Put(writer, "arn", At(row, "issuer")); });
      object("attributes", [&] {
        Put(writer, "mfaAuthenticated", At(row, "mfa"));
        Put(writer, "creationDate", At(row, "issued"));
      });
    });
  });
  object("requestParameters", [&] { Put(writer, "modelId", At(row, "model")); });
  object("additionalEventData", [&] { Put(writer, "callWithBearerToken", At(row, "bearer")); });
  writer.Key("resources");
  writer.BeginArray();
  for (std::string_view arns = At(row, "arns"); !arns.empty();) {
    const std::string_view arn = arns.substr(0, arns.find(' '));
    writer.BeginObject();
    Put(writer, "ARN", arn);
    Put(writer, "accountId", At(row, "owner"));
    writer.EndObject();
    arns.remove_prefix(std::min(arns.size(), arn.size() + 1));
  }
  writer.EndArray();
  writer.EndObject();
  return writer.Take();
}

class Rows {
 public:
  Rows(EventReader& reader, Classes& classes) : reader_(reader), classes_(classes) {}

  [[nodiscard]] std::optional<ClassFault> Add(const Row& row) {
    ++read_.rows;
    const std::string_view calls = At(row, "calls");
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(calls.data(), calls.data() + calls.size(), count);
    if (calls.empty() || error != std::errc() || end != calls.data() + calls.size()) {
      return ClassFault{read_.rows, fmt::format("`calls` is no number: `{}`", calls)};
    }
    switch (reader_.Read(EventOf(row), event_)) {
      case EventReader::Result::kEvent: {
        const Class all{event_.call, count, NormalTime(At(row, "first_call")),
                        NormalTime(At(row, "last_call"))};
        if (!classes_.Add(all)) read_.uncounted += count;
        return std::nullopt;
      }
      case EventReader::Result::kOther:
        return std::nullopt;
      case EventReader::Result::kUnknown:
      case EventReader::Result::kUnreadable:
        break;
    }
    return ClassFault{read_.rows, "the row names no event"};
  }
  [[nodiscard]] const ReadRows& read() const { return read_; }

 private:
  EventReader& reader_;
  Classes& classes_;
  Event event_;
  ReadRows read_;
};

/// The first column of the query that is always there and is missing here.
std::optional<ClassFault> Missing(const std::vector<std::string>& names) {
  for (const Column& column : Columns()) {
    const bool is_there = std::ranges::find(names, column.name) != names.end();
    if (column.asked == nullptr && !is_there) {
      return ClassFault{0, fmt::format("there is no column `{}`", column.name)};
    }
  }
  return std::nullopt;
}

std::optional<ClassFault> AddObject(std::string_view record, Rows& rows) {
  support::json::Document document;
  if (const auto error = document.Read(record))
    return ClassFault{rows.read().rows + 1, error->message};
  Row row;
  for (const support::json::Member member : document.root().members()) {
    if (member.value.kind() == support::json::Kind::kNull) continue;
    row.emplace(member.key.text(), member.value.text());
  }
  return rows.Add(row);
}

}  // namespace

support::Result<ReadRows, ClassFault> ReadClasses(std::string_view text, EventReader& reader,
                                                  const Limits& limits, Classes& classes) {
  Rows rows(reader, classes);
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  const bool is_json =
      begin != std::string_view::npos && (text[begin] == '{' || text[begin] == '[');
  std::optional<ClassFault> fault;
  if (is_json) {
    Splitter splitter(limits);
    std::optional<Fault> broken = splitter.Feed(text, [&](std::string_view record, std::uint64_t) {
      if (!fault) fault = AddObject(record, rows);
    });
    if (!broken) broken = splitter.Finish();
    if (!fault && broken) fault = ClassFault{0, broken->message};
  } else {
    const std::vector<std::string> names = NextRow(text).value_or(std::vector<std::string>());
    fault = Missing(names);
    while (!fault) {
      const std::optional<std::vector<std::string>> fields = NextRow(text);
      if (!fields) break;
      if (*fields == std::vector<std::string>{""}) continue;
      if (fields->size() != names.size()) {
        fault = ClassFault{rows.read().rows + 1,
                           fmt::format("the row has {} fields, and there are {} columns",
                                       fields->size(), names.size())};
        break;
      }
      Row row;
      for (std::size_t i = 0; i < names.size(); ++i) row.emplace(names[i], (*fields)[i]);
      fault = rows.Add(row);
    }
  }
  if (fault) return *std::move(fault);
  return rows.read();
}

}  // namespace writ::trail
