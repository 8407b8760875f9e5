#!/usr/bin/env python3
"""Speaks to `writ lsp` as an editor does: answers, edits, what is no message at all.

Usage: lsp_test.py WRIT SOURCE [EDITS]
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

from client import Client, uri

WRIT, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
EDITS = int(sys.argv[3]) if len(sys.argv) > 3 else 150

PROGRAM = """organization acme "o-exampleorgid" {
  management 111111111111
  ou prod "ou-abcd-11111111" {
    account payments 222222222222
  }
  account dev 333333333333
}
team fraud { in payments as role "fraud-*" }
team fraud may invoke claude-sonnet-4.5 in us-east-1 routed within us because "😀 ß"
assert team fraud cannot invoke nova-lite in us-east-1
"""
FRAUD = 7  # lines
SENTENCE = 8
ASSERT = 9


def span(line, begin, end):
    return {"start": {"line": line, "character": begin}, "end": {"line": line, "character": end}}


def replace(line, begin, end, text):
    return {"range": span(line, begin, end), "text": text}


class ServerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.file = pathlib.Path(self.folder.name) / "main.writ"
        self.file.write_text(PROGRAM)

    def client(self, **options):
        client = Client(WRIT, self.folder.name, **options)
        self.addCleanup(client.drop)
        return client

    def opened(self, text=None, **options):
        client = self.client(**options)
        client.open(self.file, text)
        return client

    def labels(self, client, text):
        """What is offered at the end of one more line."""
        client.change(self.file, [{"text": PROGRAM + text}])
        return [item["label"] for item in client.at("completion", self.file, 10, len(text))]

    # ---- findings

    def test_findings_are_those_of_check(self):
        wrong = PROGRAM.replace("nova-lite", "nova-light").replace("in us-east-1 routed", "routed")
        self.file.write_text(wrong)
        client = self.opened()
        found = client.diagnostics(self.file)
        run = subprocess.run(
            [WRIT, "check", "--as-of", "2026-11-22", "--diagnostics", "json", str(self.file)],
            capture_output=True, text=True)
        printed = json.loads(run.stderr)["diagnostics"]
        self.assertEqual([one["code"] for one in found], [one["code"] for one in printed])
        for one, other in zip(found, printed):
            self.assertTrue(one["message"].startswith(other["message"]), one["message"])
        self.assertNotEqual(found, [])

    def test_findings_follow_the_text_and_go_with_it(self):
        client = self.opened()
        self.assertEqual(client.diagnostics(self.file), [])
        client.change(self.file, [replace(SENTENCE, 5, 10, "froud")])
        found = client.diagnostics(self.file)
        self.assertIn("froud", found[0]["message"])
        self.assertEqual(found[0]["range"], span(SENTENCE, 5, 10))
        client.change(self.file, [replace(SENTENCE, 5, 10, "fraud")])
        self.assertEqual(client.diagnostics(self.file), [])

    def test_a_failed_assert_is_found_and_shows_its_request(self):
        client = self.opened(PROGRAM.replace("cannot", "can"))
        found = client.diagnostics(self.file)
        self.assertEqual(found[0]["range"]["start"]["line"], ASSERT)
        self.assertIn("bedrock:InvokeModel", found[0]["message"])

    def test_the_other_file_of_the_program_is_read_and_told(self):
        other = self.file.with_name("more.writ")
        other.write_text("team fraud may invoke nova-light in us-east-1\n")
        client = self.opened()
        self.assertIn("nova-light", client.diagnostics(other)[0]["message"])

    # ---- patches

    def test_a_patch_is_an_edit_that_mends(self):
        client = self.opened(PROGRAM.replace("team fraud may", "team froud may"))
        client.diagnostics(self.file)
        actions = client.of("codeAction", self.file, range=span(SENTENCE, 5, 10),
                            context={"diagnostics": []})
        edits = actions[0]["edit"]["changes"][uri(self.file)]
        client.change(self.file, [{"range": edit["range"], "text": edit["newText"]}
                                  for edit in edits])
        self.assertEqual(client.diagnostics(self.file), [])
        self.assertEqual(client.of("codeAction", self.file, range=span(0, 0, 1),
                                   context={"diagnostics": []}), [])

    # ---- names

    def test_names_lead_to_their_declaration_and_uses(self):
        client = self.opened()
        self.assertEqual(client.at("definition", self.file, SENTENCE, 7),
                         {"uri": uri(self.file), "range": span(FRAUD, 5, 10)})
        uses = client.at("references", self.file, FRAUD, 5, context={"includeDeclaration": False})
        self.assertEqual([use["range"] for use in uses], [span(SENTENCE, 5, 10), span(ASSERT, 12, 17)])
        self.assertEqual(len(client.at("documentHighlight", self.file, FRAUD, 5)), 3)
        self.assertIsNone(client.at("definition", self.file, SENTENCE, 25), "of the catalog")

    def test_a_name_gets_another_everywhere(self):
        client = self.opened()
        self.assertEqual(client.at("prepareRename", self.file, ASSERT, 13), span(ASSERT, 12, 17))
        edits = client.at("rename", self.file, ASSERT, 13, newName="watch")["changes"]
        edits = sorted(edits[uri(self.file)], key=lambda edit: edit["range"]["start"]["line"])
        client.change(self.file, [{"range": edit["range"], "text": edit["newText"]}
                                  for edit in edits])
        self.assertEqual(client.diagnostics(self.file), [])
        self.assertEqual(len(client.at("documentHighlight", self.file, FRAUD, 5)), 3)

    def test_what_is_no_name_is_refused(self):
        client = self.opened()
        for name in ["", "two words", "may", 'say "x"', "a//b", "x\n"]:
            with self.assertRaisesRegex(RuntimeError, "no name", msg=name):
                client.at("rename", self.file, FRAUD, 5, newName=name)
        for name, why in [("prod", "the name of an organizational unit"), ("fraud", "the name of a team"),
                          ("nova-lite", "the catalog has"), ("us-east-1", "the catalog has")]:
            with self.assertRaisesRegex(RuntimeError, why, msg=name):
                client.at("rename", self.file, FRAUD, 5, newName=name)
        with self.assertRaisesRegex(RuntimeError, "no name of the program"):
            client.at("rename", self.file, SENTENCE, 25, newName="x")
        self.assertIsNone(client.at("prepareRename", self.file, SENTENCE, 25))

    def test_names_are_known_beside_a_broken_item(self):
        client = self.opened(PROGRAM.replace(" cannot invoke nova-lite in us-east-1", ""))
        self.assertEqual(client.at("definition", self.file, SENTENCE, 7)["range"],
                         span(FRAUD, 5, 10))
        self.assertEqual(len(client.of("documentSymbol", self.file)), 3)

    def test_items_without_their_name_end_nothing(self):
        client = self.opened()
        for broken in ("team \n{ in payments }\n", "endpoint { vpce \"vpce-0123456789abcdef0\" }\n", "guardrail {\n}\n", "let = nova-lite\n",
                       "use-case {\n}\n", "policy {\n}\n", "organization {\n  ou {\n account\n }\n}\n", "test {\n}\n"):
            client.change(self.file, [{"text": PROGRAM + broken}])
            self.assertNotEqual(client.diagnostics(self.file), [], broken)
            self.assertEqual(client.at("definition", self.file, SENTENCE, 7)["range"], span(FRAUD, 5, 10), broken)

    # ---- words

    def test_hover_says_what_a_name_stands_for(self):
        client = self.opened()
        words = lambda line, at: client.at("hover", self.file, line, at)["contents"]["value"]
        self.assertIn('as role "fraud-*"', words(SENTENCE, 7))
        self.assertIn("anthropic.claude-sonnet-4-5-20250929-v1:0", words(SENTENCE, 25))
        self.assertIn("bedrock:InvokeModel", words(SENTENCE, 17))
        self.assertIn("US East", words(SENTENCE, 45))
        self.assertIsNone(client.at("hover", self.file, SENTENCE, 12))

    def test_completion_offers_what_may_stand_there(self):
        client = self.opened()
        self.assertEqual(self.labels(client, "team "), ["fraud"])
        self.assertEqual(self.labels(client, "team fr"), ["fraud"])
        self.assertIn("invoke", self.labels(client, "team fraud may "))
        self.assertNotIn("fraud", self.labels(client, "team fraud may "))
        models = self.labels(client, "team fraud may invoke ")
        self.assertIn("nova-lite", models)
        self.assertNotIn("us-east-1", models)
        places = self.labels(client, "team fraud may invoke nova-lite in ")
        self.assertIn("us-east-1", places)
        self.assertIn("payments", places)
        self.assertNotIn("nova-lite", places)
        self.assertIn("within", self.labels(client, "team fraud may invoke nova-lite routed "))
        self.assertIn("us", self.labels(client, "team fraud may invoke nova-lite routed within "))
        self.assertIn("anthropic", self.labels(client, "nobody may invoke models from "))
        self.assertEqual(self.labels(client, 'team fraud may invoke nova-lite because "team '), [])
        self.assertEqual(self.labels(client, "// team "), [])

    def test_layout_outline_and_colors(self):
        client = self.opened()
        formatted = subprocess.run([WRIT, "fmt", "-"], input=PROGRAM, capture_output=True,
                                   text=True, check=True).stdout
        edit = client.of("formatting", self.file, options={"tabSize": 2, "insertSpaces": True})
        self.assertEqual(edit[0]["newText"], formatted)
        outline = client.of("documentSymbol", self.file)
        self.assertEqual([one["name"] for one in outline][:2], ["acme", "fraud"])
        self.assertEqual([one["name"] for one in outline[0]["children"]],
                         ["111111111111", "prod", "dev"])
        self.assertIn({"startLine": 0, "endLine": 6}, client.of("foldingRange", self.file))
        data = client.of("semanticTokens/full", self.file)["data"]
        self.assertEqual(len(data) % 5, 0)
        self.assertEqual(data[:5], [0, 0, len("organization"), 0, 0])

    def test_colors_say_what_the_catalog_has_and_what_is_declared(self):
        client = self.opened(PROGRAM + "team fraud may invoke claude-3-haiku in us-east-1\n")
        legend = client.capabilities["semanticTokensProvider"]["legend"]
        self.assertEqual(legend["tokenModifiers"], ["declaration", "defaultLibrary", "deprecated"])
        data = client.of("semanticTokens/full", self.file)["data"]
        tokens, line, column = {}, 0, 0
        for i in range(0, len(data), 5):
            line, column = line + data[i], data[i + 1] + (column if data[i] == 0 else 0)
            tokens[line, column] = (legend["tokenTypes"][data[i + 3]], data[i + 4])
        self.assertEqual(tokens[FRAUD, 5], ("class", 1))
        self.assertEqual(tokens[SENTENCE, 5], ("class", 0))
        self.assertEqual(tokens[SENTENCE, 22], ("enumMember", 2))
        self.assertEqual(tokens[10, 22][0], "enumMember")

    def test_hints_count_models_accounts_and_days(self):
        text = PROGRAM + ("team fraud may invoke claude-sonnet in us-east-1 routed within us until 2026-12-01\n"
                          "nobody in prod may invoke models from deepseek\n"
                          "nobody in acme may log-in-with api-keys until 2026-11-21\n")
        client = self.opened(text)
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
        hints = client.of("inlayHint", self.file, range=whole)
        labels = {(one["position"]["line"], one["label"]) for one in hints}
        self.assertIn((10, "in 9 days"), labels)
        self.assertIn((11, "1 account"), labels)
        self.assertIn((12, "2 accounts"), labels)
        self.assertIn((12, "1 day ago"), labels)
        family = next(one for one in hints if one["label"].endswith("models"))
        self.assertEqual(family["position"], {"line": 10, "character": len("team fraud may invoke claude-sonnet")})
        self.assertIn("claude-sonnet-4.5", family["tooltip"])
        part = client.of("inlayHint", self.file, range={"start": {"line": 11, "character": 0}, "end": {"line": 11, "character": 80}})
        self.assertEqual([one["label"] for one in part], ["1 account"])

    def test_lenses_say_what_a_sentence_comes_to(self):
        client = self.opened()
        client.diagnostics(self.file)
        lenses = client.of("codeLens", self.file)
        self.assertEqual([lens["range"]["start"]["line"] for lens in lenses], [SENTENCE, ASSERT])
        self.assertEqual(lenses[1]["command"]["title"], "holds")
        lens = client.ask("codeLens/resolve", lenses[0])
        self.assertRegex(lens["command"]["title"], r"^\d+ statements? in 1 document, \d+ bytes before they are made small$")
        command = lens["command"]["command"]
        self.assertIn(command, client.capabilities["executeCommandProvider"]["commands"])
        text = client.ask("workspace/executeCommand", {"command": command, "arguments": lens["command"]["arguments"]})
        self.assertTrue(text.startswith("// iam/payments/fraud\n{"), text[:80])
        self.assertIn("bedrock:InvokeModel", text)
        # After an edit the assertion is not decided, and a lens of the earlier text says so.
        client.change(self.file, [replace(0, 0, 0, "\n")])
        self.assertEqual(len(client.of("codeLens", self.file)), 1)
        self.assertEqual(client.ask("codeLens/resolve", lenses[0])["command"], {
            "title": "has changed", "command": "", "arguments": [lenses[0]["data"]]})
        client.change(self.file, [{"text": PROGRAM.replace("nova-lite", "nova-light")}])
        self.assertEqual(client.of("codeLens", self.file), [])
        for arguments in (None, [], [1], ["x", "y"]):
            with self.assertRaises(RuntimeError) if arguments != [1] else self.subTest():
                client.ask("workspace/executeCommand", {"command": command, "arguments": arguments})
        with self.assertRaises(RuntimeError):
            client.ask("workspace/executeCommand", {"command": "rm"})

    def test_a_refuted_assertion_has_a_lens_that_says_so(self):
        client = self.opened(PROGRAM.replace("cannot", "can"))
        client.diagnostics(self.file)
        self.assertEqual(client.of("codeLens", self.file)[1]["command"]["title"], "does not hold")

    def test_symbols_of_all_files_and_growing_selections(self):
        other = self.file.with_name("more.writ")
        other.write_text("team Frauds { in dev as role \"x\" }\n")
        client = self.opened()
        found = client.ask("workspace/symbol", {"query": "FRAUD"})
        self.assertEqual({(one["name"], one["location"]["uri"], one["containerName"]) for one in found},
                         {("fraud", uri(self.file), "team"), ("Frauds", uri(other), "team")})
        at = client.of("selectionRange", self.file, positions=[{"line": SENTENCE, "character": 7}])[0]
        self.assertEqual(at["range"], span(SENTENCE, 5, 10))
        self.assertEqual(at["parent"]["range"]["start"], {"line": SENTENCE, "character": 0})
        self.assertEqual(at["parent"]["parent"]["range"]["start"], {"line": 0, "character": 0})
        self.assertNotIn("parent", at["parent"]["parent"])

    def test_columns_are_counted_as_agreed(self):
        text = PROGRAM.replace('"😀 ß"', '"😀 ß" until 2026-11-30')
        for encodings, unit in [(None, "utf-16-le"), (["utf-8", "utf-16"], "utf-8")]:
            client = self.opened(text, encodings=encodings)
            line = text.splitlines()[SENTENCE]
            size = 2 if encodings is None else 1
            begin = len(line[:line.index("until")].encode(unit)) // size
            data = client.of("semanticTokens/full", self.file)["data"]
            columns, at, column = [], 0, 0
            for i in range(0, len(data), 5):
                at, column = at + data[i], data[i + 1] + (column if data[i] == 0 else 0)
                if at == SENTENCE:
                    columns.append(column)
            self.assertIn(begin, columns)

    # ---- the protocol

    def test_life_and_errors(self):
        client = Client(WRIT)
        self.addCleanup(client.drop)
        ask = lambda method, params=None: client.ask(method, params)
        with self.assertRaisesRegex(RuntimeError, "-32002"):
            ask("textDocument/hover", {})
        ask("initialize", {"processId": None, "capabilities": {}})
        with self.assertRaisesRegex(RuntimeError, "-32601"):
            ask("textDocument/moniker", {})
        with self.assertRaisesRegex(RuntimeError, "-32600"):
            ask("initialize", {})
        client.raw(b"Content-Length: 5\r\n\r\n{oops")
        self.assertEqual(client.response(None)["error"]["code"], -32700)
        client.send({"id": 77})
        self.assertEqual(client.response(77)["error"]["code"], -32600)
        for params in [None, 1, [], {"textDocument": 3}, {"textDocument": {"uri": "file:///none"}}]:
            self.assertIsNone(ask("textDocument/hover", params))
        self.assertEqual(client.end(), 0)

    def test_exit_without_shutdown_is_no_success(self):
        client = self.client()
        client.tell("exit", None)
        self.assertEqual(client.process.wait(timeout=60), 1)

    def test_a_request_that_was_taken_back_is_not_answered(self):
        client = self.opened()
        client.diagnostics(self.file)
        one = {"jsonrpc": "2.0", "id": "late", "method": "textDocument/hover",
               "params": {"textDocument": {"uri": uri(self.file)},
                          "position": {"line": 0, "character": 0}}}
        cancel = {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "late"}}
        # The first edit keeps the server busy until both have come.
        client.change(self.file, [{"text": PROGRAM + "\n"}])
        slow = {"jsonrpc": "2.0", "id": "slow", "method": "textDocument/documentSymbol",
                "params": {"textDocument": {"uri": uri(self.file)}}}
        data = b""
        for message in [slow, one, cancel]:
            text = json.dumps(message).encode()
            data += b"Content-Length: %d\r\n\r\n" % len(text) + text
        client.raw(data)
        self.assertEqual(client.response("late")["error"]["code"], -32800)

    def test_bytes_that_are_no_messages_end_it(self):
        for data in [b"hello\r\n\r\n", b"Content-Length: -1\r\n\r\n", b"Content-Length: 9",
                     b"Content-Length: 99999999999999\r\n\r\n", b"X" * 9000,
                     b"Content-Length: 10\r\n\r\n{}", b"\xff\xfe\r\n\r\n"]:
            run = subprocess.run([WRIT, "lsp"], input=data, capture_output=True, timeout=60)
            self.assertEqual(run.returncode, 1, data)
            self.assertEqual(run.stdout, b"", data)

    # ---- many edits

    def test_edits_add_up_to_the_text(self):
        chance = random.Random(11)
        pieces = ["team ", "fraud", "{", "}", '"', "\n", "😀", "may", " invoke ", "ß", ",", "//", "in "]
        client = self.opened()
        lines = PROGRAM.split("\n")
        for step in range(EDITS):
            line = chance.randrange(len(lines))
            units = len(lines[line].encode("utf-16-le")) // 2
            begin = chance.randint(0, units)
            end = min(units, begin + chance.choice([0, 0, 1, 4]))
            text = chance.choice(pieces)
            raw = lines[line].encode("utf-16-le")
            # Half of a character is no place: the whole one is before it.
            cut = lambda at: raw[:2 * at].decode("utf-16-le", "ignore")
            head, tail = cut(begin), lines[line][len(cut(end)):]
            client.change(self.file, [replace(line, begin, end, text)])
            lines[line:line + 1] = (head + text + tail).split("\n")
            if step % 10 != 9:
                continue
            mine = (client.of("documentSymbol", self.file), client.of("foldingRange", self.file))
            client.change(self.file, [{"text": "\n".join(lines)}])
            whole = (client.of("documentSymbol", self.file), client.of("foldingRange", self.file))
            self.assertEqual(mine, whole, "\n".join(lines))
            if chance.random() < 0.5:
                lines = PROGRAM.split("\n")
                client.change(self.file, [{"text": PROGRAM}])
        self.assertEqual(client.end(), 0)

    def test_an_example_answers_soon(self):
        file = SOURCE / "examples" / "acme" / "acme.writ"
        client = Client(WRIT, SOURCE)
        self.addCleanup(client.drop)
        client.open(file)
        client.diagnostics(file)
        times = []
        for _ in range(20):
            begin = time.monotonic()
            client.at("hover", file, 41, 6)
            times.append(time.monotonic() - begin)
        # A hundred times what it takes: a machine under load is no failure, a check a hover is.
        self.assertLess(sorted(times)[10], 1.0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
