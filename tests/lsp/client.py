"""A client of `writ lsp` for tests: sends requests, keeps what the server says by itself."""

import json
import pathlib
import queue
import subprocess
import threading


class Client:
    def __init__(self, writ, folder=None, encodings=None, arguments=()):
        self.process = subprocess.Popen(
            [writ, "lsp", "--stdio", "--as-of", "2026-11-22", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.frames = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.notices = []
        self.last = 0
        self.versions = {}
        if folder is not None:
            general = {"positionEncodings": encodings} if encodings else {}
            self.capabilities = self.ask("initialize", {
                "processId": None, "capabilities": {"general": general},
                "workspaceFolders": [{"uri": uri(folder), "name": "test"}]})["capabilities"]
            self.tell("initialized", {})

    def _read(self):
        stream = self.process.stdout
        while True:
            length = None
            while True:
                line = stream.readline()
                if not line:
                    self.frames.put(None)
                    return
                if line == b"\r\n":
                    break
                name, _, value = line.decode().partition(":")
                if name.lower() == "content-length":
                    length = int(value)
            text = stream.read(length)
            try:
                self.frames.put(json.loads(text))
            except ValueError:
                raise AssertionError(f"not JSON: {text[:200]!r}") from None

    def raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n" % len(text) + text)

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def receive(self, seconds=60):
        return self.frames.get(timeout=seconds)

    def response(self, wanted, seconds=60):
        while True:
            message = self.receive(seconds)
            if message is None:
                raise EOFError("the server ended")
            if message.get("id") == wanted and "method" not in message:
                return message
            self.notices.append(message)

    def ask(self, method, params):
        self.last += 1
        self.send({"id": self.last, "method": method, "params": params})
        message = self.response(self.last)
        if "error" in message:
            raise RuntimeError(message["error"])
        return message["result"]

    def open(self, path, text=None):
        path = pathlib.Path(path)
        self.tell("textDocument/didOpen", {"textDocument": {
            "uri": uri(path), "languageId": "writ", "version": 1,
            "text": path.read_text() if text is None else text}})

    def change(self, path, changes):
        version = self.versions[path] = self.versions.get(path, 1) + 1
        self.tell("textDocument/didChange", {
            "textDocument": {"uri": uri(path), "version": version}, "contentChanges": changes})

    def at(self, method, path, line, character, **more):
        return self.ask("textDocument/" + method, {
            "textDocument": {"uri": uri(path)},
            "position": {"line": line, "character": character}, **more})

    def of(self, method, path, **more):
        return self.ask("textDocument/" + method, {"textDocument": {"uri": uri(path)}, **more})

    def diagnostics(self, path, seconds=60):
        """The next findings of the file that the server publishes."""
        wanted = uri(path)
        while True:
            message = self.notices.pop(0) if self.notices else self.receive(seconds)
            if message is None:
                raise EOFError("the server ended")
            if message.get("method") == "textDocument/publishDiagnostics":
                if message["params"]["uri"] == wanted:
                    return message["params"]["diagnostics"]

    def end(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        return self.process.wait(timeout=60)

    def drop(self):
        """Ends the process, whatever it is at."""
        self.process.kill()
        self.process.wait()
        for stream in [self.process.stdin, self.process.stdout, self.process.stderr]:
            stream.close()


def uri(path):
    return pathlib.Path(path).absolute().as_uri()
