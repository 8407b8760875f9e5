#include "output/report_forms/json.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/support/json.h"
#include "base/support/json_members.h"

namespace writ::report_forms {
namespace {

using report::Report;
using support::json::Writer;

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
  WriteText(writer, "verdict", proof.verdict);
  WriteCount(writer, "principals", proof.principals);
  WriteCount(writer, "accounts", proof.accounts);
  WriteCount(writer, "documents", proof.documents);
  WriteTexts(writer, "differences", proof.differences);
  WriteTexts(writer, "undecided", proof.undecided);
  WriteTexts(writer, "assumptions", proof.assumptions);
  writer.EndObject();
}

void WriteNodes(Writer& writer, const Report& report) {
  Objects(writer, "nodes", report.nodes, [&](const report::Node& one) {
    WriteText(writer, "kind", one.kind);
    WriteText(writer, "name", one.name);
    WriteText(writer, "id", one.id);
    WriteCountOrNull(writer, "parent", one.parent);
    WriteFlag(writer, "management", one.is_management);
    WriteTexts(writer, "documents", one.documents);
    WriteTexts(writer, "sentences", one.sentences);
  });
}

void WriteRoute(Writer& writer, const report::CellRoute& route) {
  WriteText(writer, "way", route.way);
  WriteText(writer, "answer", Name(route.answer));
  WriteTexts(writer, "regions", route.whole);
  WriteTexts(writer, "regionsInPart", route.partly);
  WriteTexts(writer, "by", route.by);
  WriteTexts(writer, "forbiddenBy", route.forbidden);
  if (!route.because.empty()) WriteText(writer, "because", route.because);
}

void WriteMatrix(Writer& writer, const report::Matrix& matrix) {
  writer.Key("matrix");
  writer.BeginObject();
  WriteFlag(writer, "decided", matrix.is_decided);
  WriteCount(writer, "questions", matrix.questions);
  WriteCount(writer, "limit", matrix.limit);
  WriteTexts(writer, "principals", matrix.rows);
  WriteTexts(writer, "models", matrix.models);
  WriteTexts(writer, "accounts", matrix.accounts);
  Objects(writer, "cells", matrix.cells, [&](const report::Cell& cell) {
    WriteCount(writer, "principal", cell.row);
    WriteCount(writer, "account", cell.account);
    WriteCount(writer, "model", cell.model);
    WriteText(writer, "answer", Name(cell.answer));
    Objects(writer, "routes", cell.routes,
            [&](const report::CellRoute& route) { WriteRoute(writer, route); });
  });
  Objects(writer, "otherModels", matrix.others, [&](const report::OtherModels& one) {
    WriteCount(writer, "principal", one.row);
    WriteCount(writer, "account", one.account);
    WriteText(writer, "answer", Name(one.answer));
    WriteTexts(writer, "by", one.by);
  });
  writer.EndObject();
}

void WriteSentences(Writer& writer, const Report& report) {
  Objects(writer, "sentences", report.sentences, [&](const report::Sentence& one) {
    WriteText(writer, "at", one.place);
    WriteText(writer, "sentence", one.text);
    WriteText(writer, "kind", Name(one.kind));
    WriteText(writer, "because", one.because);
    WriteText(writer, "under", one.use_case);
    WriteTexts(writer, "controls", one.controls);
    WriteTextOrNull(writer, "until", one.until);
    WriteTexts(writer, "accounts", one.accounts);
    WriteTexts(writer, "statements", one.statements);
  });
}

void WriteDocuments(Writer& writer, const Report& report) {
  Objects(writer, "documents", report.documents, [&](const report::Document& one) {
    WriteText(writer, "path", one.path);
    WriteText(writer, "kind", one.kind);
    WriteTexts(writer, "target", one.targets);
    WriteCount(writer, "characters", one.characters);
    WriteCountOrNull(writer, "quota", one.quota);
    WriteText(writer, "sha256", one.sha256);
    Objects(writer, "attachments", one.attachments, [&](const report::Attachment& attachment) {
      WriteText(writer, "to", attachment.to);
      WriteText(writer, "id", attachment.id);
    });
    Objects(writer, "statements", one.statements, [&](const report::Statement& statement) {
      WriteText(writer, "sid", statement.sid);
      WriteTexts(writer, "from", statement.from);
    });
  });
}

void WriteGovernance(Writer& writer, const Report& report) {
  Objects(writer, "packs", report.packs, [&](const report::Pack& one) {
    WriteText(writer, "id", one.id);
    WriteText(writer, "name", one.name);
    WriteText(writer, "version", one.version);
    WriteText(writer, "date", one.date);
    WriteText(writer, "notes", one.notes);
  });
  Objects(writer, "controls", report.controls, [&](const report::Control& control) {
    WriteText(writer, "control", control.name);
    WriteText(writer, "token", control.token);
    WriteText(writer, "pack", control.pack);
    WriteText(writer, "title", control.title);
    WriteText(writer, "level", control.level);
    Objects(writer, "evidence", control.evidence, [&](const report::Evidence& one) {
      WriteText(writer, "at", one.place);
      WriteText(writer, "what", one.text);
      WriteText(writer, "kind", one.kind);
      WriteText(writer, "class", Name(one.evidence));
      WriteText(writer, "doesNotShow", one.cannot);
    });
    WriteTexts(writer, "gaps", control.gaps);
  });
  Objects(writer, "waivers", report.waivers, [&](const report::Waiver& one) {
    WriteText(writer, "rule", one.rule);
    WriteText(writer, "until", one.until);
    WriteInteger(writer, "daysLeft", one.days_left);
    WriteText(writer, "by", one.by);
    WriteText(writer, "because", one.because);
    WriteTexts(writer, "at", one.at);
  });
  Objects(writer, "declarations", report.declarations, [&](const report::Declaration& one) {
    WriteText(writer, "kind", compliance::Name(one.kind));
    WriteText(writer, "name", one.name);
    WriteText(writer, "title", one.title);
    WriteText(writer, "at", one.place);
    Objects(writer, "facts", one.facts, [&](const report::Declaration::Fact& fact) {
      WriteText(writer, "name", fact.name);
      WriteText(writer, "value", fact.value);
    });
    WriteTexts(writer, "usedBy", one.used_by);
  });
  Objects(writer, "deadlines", report.deadlines, [&](const report::Deadline& one) {
    WriteText(writer, "date", one.date);
    WriteInteger(writer, "daysLeft", one.days_left);
    WriteText(writer, "what", one.what);
    WriteText(writer, "at", one.place);
  });
}

void WriteTests(Writer& writer, const Report& report) {
  Objects(writer, "tests", report.tests, [&](const report::Test& one) {
    WriteText(writer, "test", one.title);
    WriteText(writer, "at", one.place);
    WriteText(writer, "line", one.text);
    WriteText(writer, "verdict", one.verdict);
    WriteText(writer, "detail", one.detail);
  });
  writer.Key("coverage");
  writer.BeginObject();
  WriteCount(writer, "percent", report.coverage.percent);
  Objects(writer, "items", report.coverage.items, [&](const report::Covered& one) {
    WriteTexts(writer, "from", one.from);
    WriteText(writer, "kind", one.kind);
    WriteText(writer, "what", one.what);
    WriteFlag(writer, "yes", one.yes);
    WriteFlag(writer, "no", one.no);
  });
  writer.EndObject();
}

void WriteReport(Writer& writer, const Report& report) {
  WriteInteger(writer, "schema", report::kSchemaVersion);
  WriteText(writer, "writ", report.version);
  WriteText(writer, "asOf", report.as_of);
  WriteText(writer, "catalog", report.catalog);
  writer.Key("organization");
  writer.BeginObject();
  WriteText(writer, "name", report.organization);
  WriteText(writer, "id", report.organization_id);
  WriteText(writer, "partition", report.partition);
  writer.EndObject();
  WriteProof(writer, report.proof);
  Objects(writer, "sources", report.sources, [&](const report::Source& one) {
    WriteText(writer, "path", one.path);
    WriteText(writer, "sha256", one.sha256);
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
    WriteText(writer, "against", report.changes->against);
    WriteText(writer, "text", report.changes->text);
    writer.EndObject();
  } else {
    writer.Null();
  }
  writer.Key("deployed");
  if (report.deployed) {
    writer.BeginObject();
    WriteText(writer, "exports", report.deployed->exports);
    writer.Key("asSaid");
    writer.Bool(report.deployed->is_as_said());
    writer.Key("policiesAsSaid");
    writer.Bool(report.deployed->are_policies_as_said);
    WriteText(writer, "text", report.deployed->text);
    writer.EndObject();
  } else {
    writer.Null();
  }
}

/// A file whose one object has what `write` writes.
template <class Part>
std::string FileOf(void (*write)(Writer&, const Part&), const Part& part) {
  Writer writer(support::json::Style::kPretty);
  writer.BeginObject();
  write(writer, part);
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace

std::string ProofJson(const Report& report) { return FileOf(WriteProof, report.proof); }
std::string TestsJson(const Report& report) { return FileOf(WriteTests, report); }
std::string GovernanceJson(const Report& report) { return FileOf(WriteGovernance, report); }
std::string Json(const Report& report) { return FileOf(WriteReport, report); }

}  // namespace writ::report_forms
