"""An editor, as far as a language server can tell: it speaks the protocol over standard input and output."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

_PATIENCE = 30.0  # seconds for an answer
_CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
    "workspace": {"configuration": True},
}
OFFLINE = {"proxy": "http://127.0.0.1:9", "proxyStrictSSL": True}  # nothing listens there


class Editor:
    """A folder that is open in an editor, with a language server of its own.

    Args:
        command: Starts the server.
        folder: What is open.
        settings: What the person set under ``yaml``.
    """

    def __init__(self, command: Sequence[str], folder: Path, settings: Mapping[str, Any]) -> None:
        self._settings = {"yaml": dict(settings), "http": OFFLINE, "[yaml]": {"editor.tabSize": 2}}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder
        )
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._number = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        uri = folder.as_uri()
        self._ask(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": folder.name}],
                "capabilities": _CAPABILITIES,
            },
        )
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})

    def __enter__(self) -> Editor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ask("shutdown", None)
        self._tell("exit", None)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def problems(self, path: Path, text: str) -> list[tuple[str, str]]:
        """Open a file and say what is marked: the marked text, and what is said about it."""
        self._open(path, text)
        while True:
            told = self._told.get(timeout=_PATIENCE)
            if told["uri"] == path.as_uri():
                return [(_marked(text, each["range"]), each["message"]) for each in told["diagnostics"]]

    def hover(self, path: Path, text: str, at: str) -> str:
        """What is shown over the second character of ``at``, in Markdown."""
        self._open(path, text)
        found = self._ask("textDocument/hover", {"textDocument": {"uri": path.as_uri()}, **_place(text, at, 1)})
        return str(found["contents"]["value"]) if found else ""

    def completions(self, path: Path, text: str) -> dict[str, dict[str, Any]]:
        """What is offered at the mark ``|`` in a text, by its label."""
        at, text = _place(text, "|"), text.replace("|", "", 1)
        self._open(path, text)
        found = self._ask("textDocument/completion", {"textDocument": {"uri": path.as_uri()}, **at})
        return {each["label"]: each for each in found["items"]}

    def _open(self, path: Path, text: str) -> None:
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": self._number + 1, "text": text}
        self._tell("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
        self._drop_what_was_told()
        self._tell("textDocument/didOpen", {"textDocument": document})

    def _drop_what_was_told(self) -> None:
        """A question that is answered only after all that the server had to say about the file closed before."""
        self._ask("textDocument/documentSymbol", {"textDocument": {"uri": "file:///none.yaml"}})
        while not self._told.empty():
            self._told.get()

    def _ask(self, method: str, params: Any) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            answer = self._answers.get(timeout=_PATIENCE)
            if answer["id"] == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def _tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            if not header.lower().startswith(b"content-length:"):
                continue
            stream.readline()
            message = json.loads(stream.read(int(header.split(b":")[1])))
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": self._reply(message)})
            elif "id" in message:
                self._answers.put(message)
            elif message["method"] == "textDocument/publishDiagnostics":
                self._told.put(message["params"])

    def _reply(self, message: Mapping[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        return [self._settings.get(item.get("section")) for item in message["params"]["items"]]


def _place(text: str, at: str, further: int = 0) -> dict[str, Any]:
    before = text[: text.index(at) + further]
    return {"position": {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}}


def _marked(text: str, span: Mapping[str, Any]) -> str:
    lines = text.split("\n")
    start, end = span["start"], span["end"]
    line: str = lines[start["line"]]
    return line[start["character"] : end["character"] if end["line"] == start["line"] else len(line)]
