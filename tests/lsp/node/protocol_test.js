// Speaks to `writ lsp` through the library that Visual Studio Code's extensions speak through, and
// holds each answer against the protocol's types. Usage: node protocol_test.js WRIT
"use strict";
const assert = require("assert");
const { spawn } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const { pathToFileURL } = require("url");
const lsp = require("vscode-languageserver-protocol/node");

const PROGRAM = `organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-abcd-11111111" {
    account payments 222222222222
  }
}
team fraud { in payments as role "fraud-*" }
given in prod {
  team fraud may invoke claude-sonnet in us-east-1 routed within us until 2026-12-01
}
assert team fraud cannot invoke nova-lite in us-east-1
`;
const SENTENCE = 8;

/** Each element of a list is one of the type; an empty list would prove nothing. */
function all(list, type, what) {
  assert(Array.isArray(list) && list.length > 0, `${what}: nothing was answered`);
  for (const one of list) assert(type.is(one), `${what}: ${JSON.stringify(one)}`);
  return list;
}

async function main(writ) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "writ-"));
  const file = path.join(folder, "main.writ");
  fs.writeFileSync(file, PROGRAM);
  const uri = pathToFileURL(file).toString();
  const server = spawn(writ, ["lsp", "--stdio", "--as-of", "2026-11-22"], { stdio: ["pipe", "pipe", "inherit"] });
  const connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(server.stdout), new lsp.StreamMessageWriter(server.stdin));
  const published = [];
  let arrived = () => {};
  connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => {
    published.push(params);
    arrived();
  });
  const findings = async () => {
    while (published.length === 0) await new Promise((resolve) => (arrived = resolve));
    return published.shift();
  };
  connection.listen();
  try {
    const { capabilities } = await connection.sendRequest(lsp.InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri: pathToFileURL(folder).toString(), name: "test" }],
    });
    await connection.sendNotification(lsp.InitializedNotification.type, {});
    const document = { uri };
    const open = (text) => connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: "writ", version: 1, text } });
    const put = (version, text) =>
      connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, { textDocument: { uri, version }, contentChanges: [{ text }] });
    const at = (line, character) => ({ textDocument: document, position: { line, character } });
    const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const name = PROGRAM.split("\n")[SENTENCE].indexOf("fraud");

    await open(PROGRAM.replace("us-east-1 routed", "us-east1 routed").replace("cannot", "can"));
    const { diagnostics } = await findings();
    all(diagnostics, lsp.Diagnostic, "diagnostics");
    all(
      await connection.sendRequest(lsp.CodeActionRequest.type, { textDocument: document, range: diagnostics[0].range, context: { diagnostics } }),
      lsp.CodeAction,
      "codeAction",
    );
    await put(2, PROGRAM);
    assert((await findings()).diagnostics.every((one) => one.severity !== lsp.DiagnosticSeverity.Error), "put right");
    await connection.sendNotification(lsp.DidSaveTextDocumentNotification.type, { textDocument: document });
    await findings().catch(() => {});

    assert(lsp.Hover.is(await connection.sendRequest(lsp.HoverRequest.type, at(SENTENCE, name))), "hover");
    assert(lsp.Location.is(await connection.sendRequest(lsp.DefinitionRequest.type, at(SENTENCE, name))), "definition");
    all(await connection.sendRequest(lsp.ReferencesRequest.type, { ...at(SENTENCE, name), context: { includeDeclaration: true } }), lsp.Location, "references");
    for (const one of await connection.sendRequest(lsp.DocumentHighlightRequest.type, at(SENTENCE, name))) assert(lsp.Range.is(one.range), "highlight");
    for (const one of await connection.sendRequest(lsp.CompletionRequest.type, at(SENTENCE, name))) {
      assert(typeof one.label === "string" && lsp.TextEdit.is(one.textEdit), "completion");
    }
    assert(lsp.Range.is(await connection.sendRequest(lsp.PrepareRenameRequest.type, at(SENTENCE, name))), "prepareRename");
    assert(lsp.WorkspaceEdit.is(await connection.sendRequest(lsp.RenameRequest.type, { ...at(SENTENCE, name), newName: "cards" })), "rename");
    all(await connection.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument: document }), lsp.DocumentSymbol, "documentSymbol");
    for (const one of await connection.sendRequest(lsp.WorkspaceSymbolRequest.type, { query: "fra" })) assert(lsp.Location.is(one.location), "workspace/symbol");
    all(await connection.sendRequest(lsp.FoldingRangeRequest.type, { textDocument: document }), lsp.FoldingRange, "foldingRange");
    all(
      await connection.sendRequest(lsp.SelectionRangeRequest.type, { textDocument: document, positions: [{ line: SENTENCE, character: name }] }),
      lsp.SelectionRange,
      "selectionRange",
    );
    all(
      await connection.sendRequest(lsp.DocumentFormattingRequest.type, { textDocument: document, options: { tabSize: 2, insertSpaces: true } }),
      lsp.TextEdit,
      "formatting",
    );
    const tokens = await connection.sendRequest(lsp.SemanticTokensRequest.type, { textDocument: document });
    assert(lsp.SemanticTokens.is(tokens) && tokens.data.length % 5 === 0, "semanticTokens");
    const { legend } = capabilities.semanticTokensProvider;
    for (let i = 0; i < tokens.data.length; i += 5) {
      assert(tokens.data[i + 3] < legend.tokenTypes.length && tokens.data[i + 4] < 1 << legend.tokenModifiers.length, "legend");
    }
    all(await connection.sendRequest(lsp.InlayHintRequest.type, { textDocument: document, range: whole }), lsp.InlayHint, "inlayHint");
    const lenses = all(await connection.sendRequest(lsp.CodeLensRequest.type, { textDocument: document }), lsp.CodeLens, "codeLens");
    const lens = await connection.sendRequest(lsp.CodeLensResolveRequest.type, lenses[0]);
    assert(lsp.CodeLens.is(lens) && lsp.Command.is(lens.command), "codeLens/resolve");
    const shown = await connection.sendRequest(lsp.ExecuteCommandRequest.type, { command: lens.command.command, arguments: lens.command.arguments });
    assert(shown.includes('"Effect": "Allow"'), "executeCommand");

    // Unknown methods, and requests for a text that nobody has opened.
    await assert.rejects(connection.sendRequest("textDocument/moniker", at(0, 0)), (error) => error.code === lsp.ErrorCodes.MethodNotFound);
    assert.strictEqual(await connection.sendRequest(lsp.HoverRequest.type, { textDocument: { uri: "file:///none.writ" }, position: { line: 0, character: 0 } }), null);

    await connection.sendRequest(lsp.ShutdownRequest.type);
    const ended = new Promise((resolve) => server.once("exit", resolve));
    await connection.sendNotification(lsp.ExitNotification.type);
    assert.strictEqual(await ended, 0);
  } finally {
    server.kill();
    fs.rmSync(folder, { recursive: true });
  }
}

main(process.argv[2]).then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
