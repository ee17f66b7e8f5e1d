"""One local page without a build step: forms that work without a script, and a script that adds keys.

It listens on this machine alone. A press must carry the token of this server's own pages, and a request must name this
server as its host, so that no other page in the browser can rate.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from ftspec.evaluate.ratings import is_name
from ftspec.report.page import page
from ftspec.report.rating.task import Pressed, Task

_PRESSED: dict[str, Pressed] = {"a": "a", "b": "b", "tie": "tie"}
_LONGEST = 10_000
"""Bytes of a form."""


class Server(ThreadingHTTPServer):
    """Serves the pairs of one task."""

    daemon_threads = True

    def __init__(self, task: Task, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.task = task
        self.token = secrets.token_urlsafe(24)

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version, sys_version = "ftspec", ""

    def do_GET(self) -> None:
        """The first page, a pair, or the last page."""
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        rater = query.get("rater", "").strip()
        if not self._is_from_here():
            self._send(HTTPStatus.FORBIDDEN, "this page is for this machine alone", "text/plain")
        elif url.path != "/":
            self._send(HTTPStatus.NOT_FOUND, "no such page", "text/plain")
        elif not rater:
            self._page(rater="", problem="")
        elif not is_name(rater):
            self._page(rater="", problem="A name has up to 40 letters, digits, _ or -.")
        else:
            number = query.get("pair", "")
            self._pair(rater, int(number) - 1 if number.isdecimal() and len(number) < 8 else None)

    def do_POST(self) -> None:
        """One press: kept before the answer goes out."""
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > _LONGEST or not self._is_from_here():
            self._send(HTTPStatus.FORBIDDEN, "not from this page", "text/plain")
            return
        fields = parse_qs(self.rfile.read(int(size)).decode("utf-8", "replace"))
        form = {name: values[-1] for name, values in fields.items()}
        rater, pressed = form.get("rater", ""), _PRESSED.get(form.get("press", ""))
        if not secrets.compare_digest(form.get("token", "").encode(), self.server.token.encode()):
            self._send(HTTPStatus.FORBIDDEN, "this page is old: open the address again", "text/plain")
        elif pressed is None or not is_name(rater):
            self._send(HTTPStatus.BAD_REQUEST, "the form is not complete", "text/plain")
        elif not self.server.task.rate(rater, form.get("pair", ""), pressed):
            self._send(HTTPStatus.CONFLICT, "the answers have changed: open the address again", "text/plain")
        else:
            self.send_response(HTTPStatus.SEE_OTHER)
            self.send_header("Location", f"/?rater={quote(rater)}")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _pair(self, rater: str, number: int | None) -> None:
        found = self.server.task.at(rater, number)
        place, shown = found if found is not None else (None, None)
        self._page(rater=rater, problem="", place=place, shown=shown, done=self.server.task.done(rater))

    def _page(self, **values: Any) -> None:
        nonce = secrets.token_urlsafe(16)
        blank = {"place": None, "shown": None, "done": 0}
        total = len(self.server.task.to_rate)
        text = page("rate.html.jinja", total=total, token=self.server.token, nonce=nonce, **{**blank, **values})
        policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'nonce-{nonce}'"
        self._send(HTTPStatus.OK, text, "text/html", f"{policy}; form-action 'self'; frame-ancestors 'none'")

    def _send(self, status: HTTPStatus, text: str, kind: str, policy: str = "default-src 'none'") -> None:
        body = text.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)

    def _is_from_here(self) -> bool:
        """Another name for this address is another site that points here."""
        port = self.server.server_port
        return self.headers.get("Host") in (f"127.0.0.1:{port}", f"localhost:{port}")

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: the command shows the progress."""
