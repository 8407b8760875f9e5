// Colors a program with the engine of Visual Studio Code and compares the scopes of its tokens.
// Usage: node test/grammar.test.js (after npm install)
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const root = path.join(__dirname, "..");

async function grammar() {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer;
  await oniguruma.loadWASM(wasm);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => {
      const file = path.join(root, "syntaxes", "writ.tmLanguage.json");
      return textmate.parseRawGrammar(fs.readFileSync(file, "utf8"), file);
    },
  });
  return registry.loadGrammar("source.writ");
}

/** The innermost scope at the first occurrence of `text` in a line. */
function scopeOf(colors, line, text) {
  const at = line.indexOf(text);
  assert.ok(at >= 0, `${text} in ${line}`);
  const token = colors.tokenizeLine(line, textmate.INITIAL).tokens.find((one) => one.startIndex <= at && at < one.endIndex);
  return token.scopes[token.scopes.length - 1];
}

const CASES = [
  ["team fraud may invoke nova-lite in us-east-1", { team: "keyword.other.subject", may: "keyword.control.decision", fraud: "source", "nova-lite": "source", " in ": "source" }],
  ["nobody may invoke models from deepseek until 2027-03-31", { nobody: "keyword.other.subject", from: "keyword.other.writ", "2027-03-31": "constant.numeric.date" }],
  ["x // 24 is not a number", { "//": "comment", 24: "comment" }],
  ['because "may 😀 \\" not" under UC-142', { "may": "string", '\\"': "constant.character.escape", under: "keyword.other.writ", "UC-142": "source" }],
  ["let built-in = in-house", { "built-in": "source", "in-house": "source", let: "storage.type" }],
  ["when aws:PrincipalTag/in = \"x\"", { "aws:PrincipalTag/in": "variable.other.key", when: "keyword.other.writ" }],
  ["guardrail pii-safe { block hate at high }", { guardrail: "storage.type", hate: "source" }],
  ['nobody may say "unclosed', { unclosed: "string" }],
];

async function main() {
  const colors = await grammar();
  let checked = 0;
  for (const [line, expected] of CASES) {
    for (const [text, scope] of Object.entries(expected)) {
      const found = scopeOf(colors, line, text);
      assert.ok(found.startsWith(scope), `${text} in \`${line}\`: ${found}, expected ${scope}`);
      checked += 1;
    }
  }
  // Every word of the lexer is a keyword, alone and as a part of no longer name.
  const lexer = fs.readFileSync(path.join(root, "..", "..", "grammar", "WritLexer.g4"), "utf8");
  for (const [, word] of lexer.matchAll(/^Kw\w+ : '([a-z-]+)' ;$/gm)) {
    assert.match(scopeOf(colors, word, word), /^(keyword|storage)/, word);
    assert.strictEqual(scopeOf(colors, `x-${word}`, `x-${word}`), "source.writ", word);
    assert.strictEqual(scopeOf(colors, `${word}.x`, `${word}.x`), "source.writ", word);
    checked += 3;
  }
  console.log(`${checked} tokens have the scope that they should`);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
