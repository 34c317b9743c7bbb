"""The witness over HTTP: one address to ask at, one to read at.  Standard library only; put TLS before it."""

import http.server
import socket
import socketserver
import sqlite3
from collections.abc import Callable
from typing import Any

from yangguang.trail.witness import LARGEST, Answer, NotReady, Witness

SECONDS = 15  # a caller that says nothing for so long is not waited for


def server(host: str, port: int, witness: Callable[[], Witness]) -> http.server.ThreadingHTTPServer:
    """Listening, not yet answering: `serve_forever` is the caller's."""

    class Handler(_Handler):
        ask = staticmethod(witness)

    return _Server((host, port), Handler)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        if ":" in str(self.server_address[0]):
            self.address_family = socket.AF_INET6
        # The base class would look the host's name up; nothing here needs it.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class _Handler(http.server.BaseHTTPRequestHandler):
    ask: Callable[[], Witness]
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "yangguang-witness", ""
    timeout = SECONDS

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > LARGEST:
            self.close_connection = True
            self._say(Answer(413 if length.isdigit() else 411, f"请求应写明长度，且不超过 {LARGEST} 字节\n"))
            return
        body = self.rfile.read(int(length))
        if self.path.split("?")[0] != "/add-checkpoint":
            self._say(Answer(404, "见证的地址是 /add-checkpoint\n"))
            return
        self._answer(lambda witness: witness.add_checkpoint(body))

    def do_GET(self) -> None:
        path = self.path.split("?")[0].lstrip("/")
        if path == "vkey":
            self._answer(lambda witness: Answer(200, "".join(f"{vkey}\n" for vkey in witness.vkeys)))
        else:
            self._answer(lambda witness: witness.latest(path))

    do_HEAD = do_GET

    def _answer(self, work: Callable[[Witness], Answer]) -> None:
        try:
            self._say(work(self.ask()))
        except (NotReady, OSError, sqlite3.Error) as error:
            self._say(Answer(503, f"{error}\n"))

    def _say(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent about each question; the state says what was signed."""
