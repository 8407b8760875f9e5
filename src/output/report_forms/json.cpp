#include "output/report_forms/json.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/support/json.h"

namespace writ::report_forms {
namespace {

using report::Report;
using support::json::Writer;

void Text(Writer& writer, std::string_view key, std::string_view text) {
  writer.Key(key);
  writer.String(text);
}

void Number(Writer& writer, std::string_view key, std::int64_t number) {
  writer.Key(key);
  writer.Integer(number);
}

void Count(Writer& writer, std::string_view key, std::size_t count) {
  Number(writer, key, static_cast<std::int64_t>(count));
}

void Flag(Writer& writer, std::string_view key, bool flag) {
  writer.Key(key);
  writer.Bool(flag);
}

void Texts(Writer& writer, std::string_view key, const std::vector<std::string>& texts) {
  writer.Key(key);
  writer.BeginArray();
  for (const std::string& text : texts) writer.String(text);
  writer.EndArray();
}

/// `write(one)` for each, within its own object.
template <class One, class Write>
void Objects(Writer& writer, std::string_view key, const std::vector<One>& list,
             const Write& write) {
  writer.Key(key);
  writer.BeginArray();
  for (const One& one : list) {
    writer.BeginObject();
    write(one);
    writer.EndObject();
  }
  writer.EndArray();
}

void WriteProof(Writer& writer, const report::Proof& proof) {
  writer.Key("proof");
  writer.BeginObject();
  Text(writer, "verdict", proof.verdict);
  Count(writer, "principals", proof.principals);
  Count(writer, "accounts", proof.accounts);
  Count(writer, "documents", proof.documents);
  Texts(writer, "differences", proof.differences);
  Texts(writer, "undecided", proof.undecided);
  Texts(writer, "assumptions", proof.assumptions);
  writer.EndObject();
}

void WriteNodes(Writer& writer, const Report& report) {
  Objects(writer, "nodes", report.nodes, [&](const report::Node& one) {
    Text(writer, "kind", one.kind);
    Text(writer, "name", one.name);
    Text(writer, "id", one.id);
    writer.Key("parent");
    if (one.parent) {
      writer.Integer(static_cast<std::int64_t>(*one.parent));
    } else {
      writer.Null();
    }
    Flag(writer, "management", one.is_management);
    Texts(writer, "documents", one.documents);
    Texts(writer, "sentences", one.sentences);
  });
}

void WriteRoute(Writer& writer, const report::CellRoute& route) {
  Text(writer, "way", route.way);
  Text(writer, "answer", Name(route.answer));
  Texts(writer, "regions", route.whole);
  Texts(writer, "regionsInPart", route.partly);
  Texts(writer, "by", route.by);
  Texts(writer, "forbiddenBy", route.forbidden);
  if (!route.because.empty()) Text(writer, "because", route.because);
}

void WriteMatrix(Writer& writer, const report::Matrix& matrix) {
  writer.Key("matrix");
  writer.BeginObject();
  Flag(writer, "decided", matrix.is_decided);
  Count(writer, "questions", matrix.questions);
  Count(writer, "limit", matrix.limit);
  Texts(writer, "principals", matrix.rows);
  Texts(writer, "models", matrix.models);
  Texts(writer, "accounts", matrix.accounts);
  Objects(writer, "cells", matrix.cells, [&](const report::Cell& cell) {
    Count(writer, "principal", cell.row);
    Count(writer, "account", cell.account);
    Count(writer, "model", cell.model);
    Text(writer, "answer", Name(cell.answer));
    Objects(writer, "routes", cell.routes,
            [&](const report::CellRoute& route) { WriteRoute(writer, route); });
  });
  Objects(writer, "otherModels", matrix.others, [&](const report::OtherModels& one) {
    Count(writer, "principal", one.row);
    Count(writer, "account", one.account);
    Text(writer, "answer", Name(one.answer));
    Texts(writer, "by", one.by);
  });
  writer.EndObject();
}

void WriteSentences(Writer& writer, const Report& report) {
  Objects(writer, "sentences", report.sentences, [&](const report::Sentence& one) {
    Text(writer, "at", one.place);
    Text(writer, "sentence", one.text);
    Text(writer, "kind", Name(one.kind));
    Text(writer, "because", one.because);
    Text(writer, "under", one.use_case);
    Texts(writer, "controls", one.controls);
    writer.Key("until");
    if (one.until.empty()) {
      writer.Null();
    } else {
      writer.String(one.until);
    }
    Texts(writer, "accounts", one.accounts);
    Texts(writer, "statements", one.statements);
  });
}

void WriteDocuments(Writer& writer, const Report& report) {
  Objects(writer, "documents", report.documents, [&](const report::Document& one) {
    Text(writer, "path", one.path);
    Text(writer, "kind", one.kind);
    Texts(writer, "target", one.targets);
    Count(writer, "characters", one.characters);
    writer.Key("quota");
    if (one.quota) {
      writer.Integer(static_cast<std::int64_t>(*one.quota));
    } else {
      writer.Null();
    }
    Text(writer, "sha256", one.sha256);
    Objects(writer, "attachments", one.attachments, [&](const report::Attachment& attachment) {
      Text(writer, "to", attachment.to);
      Text(writer, "id", attachment.id);
    });
    Objects(writer, "statements", one.statements, [&](const report::Statement& statement) {
      Text(writer, "sid", statement.sid);
      Texts(writer, "from", statement.from);
    });
  });
}

void WriteGovernance(Writer& writer, const Report& report) {
  Objects(writer, "packs", report.packs, [&](const report::Pack& one) {
    Text(writer, "id", one.id);
    Text(writer, "name", one.name);
    Text(writer, "version", one.version);
    Text(writer, "date", one.date);
    Text(writer, "notes", one.notes);
  });
  Objects(writer, "controls", report.controls, [&](const report::Control& control) {
    Text(writer, "control", control.name);
    Text(writer, "token", control.token);
    Text(writer, "pack", control.pack);
    Text(writer, "title", control.title);
    Text(writer, "level", control.level);
    Objects(writer, "evidence", control.evidence, [&](const report::Evidence& one) {
      Text(writer, "at", one.place);
      Text(writer, "what", one.text);
      Text(writer, "kind", one.kind);
      Text(writer, "class", Name(one.evidence));
      Text(writer, "doesNotShow", one.cannot);
    });
    Texts(writer, "gaps", control.gaps);
  });
  Objects(writer, "waivers", report.waivers, [&](const report::Waiver& one) {
    Text(writer, "rule", one.rule);
    Text(writer, "until", one.until);
    Number(writer, "daysLeft", one.days_left);
    Text(writer, "by", one.by);
    Text(writer, "because", one.because);
    Texts(writer, "at", one.at);
  });
  Objects(writer, "declarations", report.declarations, [&](const report::Declaration& one) {
    Text(writer, "kind", one.kind);
    Text(writer, "name", one.name);
    Text(writer, "title", one.title);
    Text(writer, "at", one.place);
    Objects(writer, "facts", one.facts, [&](const report::Declaration::Fact& fact) {
      Text(writer, "name", fact.name);
      Text(writer, "value", fact.value);
    });
    Texts(writer, "usedBy", one.used_by);
  });
  Objects(writer, "deadlines", report.deadlines, [&](const report::Deadline& one) {
    Text(writer, "date", one.date);
    Number(writer, "daysLeft", one.days_left);
    Text(writer, "what", one.what);
    Text(writer, "at", one.place);
  });
}

void WriteTests(Writer& writer, const Report& report) {
  Objects(writer, "tests", report.tests, [&](const report::Test& one) {
    Text(writer, "test", one.title);
    Text(writer, "at", one.place);
    Text(writer, "line", one.text);
    Text(writer, "verdict", one.verdict);
    Text(writer, "detail", one.detail);
  });
  writer.Key("coverage");
  writer.BeginObject();
  Count(writer, "percent", report.coverage.percent);
  Objects(writer, "items", report.coverage.items, [&](const report::Covered& one) {
    Texts(writer, "from", one.from);
    Text(writer, "kind", one.kind);
    Text(writer, "what", one.what);
    Flag(writer, "yes", one.yes);
    Flag(writer, "no", one.no);
  });
  writer.EndObject();
}

}  // namespace

std::string ProofJson(const Report& report) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  WriteProof(writer, report.proof);
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string TestsJson(const Report& report) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  WriteTests(writer, report);
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string GovernanceJson(const Report& report) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  WriteGovernance(writer, report);
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string Json(const Report& report) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  Number(writer, "schema", report::kSchemaVersion);
  Text(writer, "writ", report.version);
  Text(writer, "asOf", report.as_of);
  Text(writer, "catalog", report.catalog);
  writer.Key("organization");
  writer.BeginObject();
  Text(writer, "name", report.organization);
  Text(writer, "id", report.organization_id);
  Text(writer, "partition", report.partition);
  writer.EndObject();
  WriteProof(writer, report.proof);
  Objects(writer, "sources", report.sources, [&](const report::Source& one) {
    Text(writer, "path", one.path);
    Text(writer, "sha256", one.sha256);
  });
  WriteNodes(writer, report);
  WriteMatrix(writer, report.matrix);
  WriteSentences(writer, report);
  WriteDocuments(writer, report);
  WriteGovernance(writer, report);
  WriteTests(writer, report);
  writer.Key("changes");
  if (report.changes) {
    writer.BeginObject();
    Text(writer, "against", report.changes->against);
    Text(writer, "text", report.changes->text);
    writer.EndObject();
  } else {
    writer.Null();
  }
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace writ::report_forms
