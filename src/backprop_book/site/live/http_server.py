"""http_server: serves the site as it was last built, with the current problems, and sends events to browsers when pages change."""

import json
import mimetypes
import posixpath
import re
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from threading import Condition
from typing import Any
from urllib.parse import parse_qs, unquote

from backprop_book.core.problems import Problem
from backprop_book.render.problems import board

OWN = "/.live/"
"""Below this are the addresses that are no part of the site."""
_ARTICLE = re.compile(rb"<article\b[^>]*>|<body\b[^>]*>(?![\s\S]*<article\b)")
_IDENT = re.compile(r'id="(problem-[0-9a-f]{12})"')
_WAITING = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The book</title></head>
<body><article class="md-typeset"><h1>{title}</h1><p>{text}</p></article></body></html>
"""


@dataclass(frozen=True, slots=True)
class Served:
    """The site and the problems that are served at one time."""

    epoch: int
    """The number of the last event; no two servers begin at the same number."""
    folder: Path | None = None
    """The site; None before the first build."""
    pages: tuple[str, ...] | None = None
    """The addresses of the pages that changed last; None for all."""
    problems: tuple[Problem, ...] = ()
    """All problems of the book."""
    addresses: tuple[tuple[str, frozenset[str]], ...] = ()
    """For each page its address and the files that it shows."""
    failure: str = ""
    """Why there is no site."""
    spots: Mapping[Problem, str] = field(default_factory=dict)
    """For each problem, the words of a page that it concerns."""


class Stage:
    """Holds what is served, and wakes the requests that wait for events. One thread changes it, many read it."""

    def __init__(self, beat: float = 15.0) -> None:
        """Get ready; every `beat` seconds, a comment is sent to each browser that waits for events."""
        self._beat = beat
        self._condition = Condition()
        # A browser may have its page from a server that has ended since, and must not take this one's news for old.
        self._shown = Served(time.time_ns() // 1_000_000)
        self._whole = self._shown.epoch
        self._made: dict[str, int] = {}
        self.asked = ""
        """The address of the page that was asked for last, relative to that of the site."""

    @property
    def shown(self) -> Served:
        """What is served now."""
        return self._shown

    def show(self, shown: Served) -> None:
        """Replace what is served, with the next epoch."""
        with self._condition:
            epoch = self._shown.epoch + 1
            self._shown = replace(shown, epoch=epoch)
            if shown.pages is None:
                self._whole = epoch
            self._made |= dict.fromkeys(shown.pages or (), epoch)
            self._condition.notify_all()

    def news(self, epoch: int) -> tuple[int, list[str] | None] | None:
        """Once something else is shown than at `epoch`: the epoch of now, and the addresses of the pages made since; None for all.

        Nothing at all if nothing is new for a while.
        """
        with self._condition:
            if not self._condition.wait_for(lambda: self._shown.epoch != epoch, self._beat):
                return None
            # Whoever was loading a page while others were made must not take that for news of its own page.
            made = None if epoch < self._whole else [page for page, when in self._made.items() if when > epoch]
            return self._shown.epoch, made


def serve(stage: Stage, host: str, port: int) -> ThreadingHTTPServer:
    """A server for what is on a stage, bound but not yet serving.

    Raises:
        OSError: The address is taken.
    """

    class Handler(_Handler):
        """Answers one request."""

    Handler.stage = stage
    return _Server((host, port), Handler)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away before it had its answer, as each does that loads a page anew."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    stage: Stage

    def do_GET(self) -> None:
        """Hand out a file of the site, or what is new."""
        address, _, query = self.path.partition("?")
        shown = self.stage.shown
        inside = posixpath.normpath(f"/{unquote(address)}").strip("/")
        path = f"/{inside}/" if inside and address.endswith("/") else f"/{inside}"
        if path == f"{OWN}events":
            since = parse_qs(query).get("epoch", [""])[0]
            self._events(int(since) if since.isdecimal() else 0)
        elif path == f"{OWN}board":
            page = parse_qs(query).get("path", ["/"])[0]
            self._send(200, "text/html; charset=utf-8", _board(shown, page, _read(shown, page) or b"").encode())
        elif path in (f"{OWN}live.js", f"{OWN}live.css"):
            kind = "text/javascript" if path.endswith("js") else "text/css"
            self._send(200, f"{kind}; charset=utf-8", files(__package__).joinpath(path.removeprefix(OWN)).read_bytes())
        else:
            self._file(shown, path)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the framework's name
        """Say nothing: the terminal is for problems."""

    def _file(self, shown: Served, path: str) -> None:
        if shown.folder is None:
            title, text = (
                ("The book cannot be built", shown.failure)
                if shown.failure
                else ("One moment", "The book is being built for the first time.")
            )
            page = _WAITING.format(title=title, text=escape(text).replace("\n", "<br>"))
            self._send(503, "text/html; charset=utf-8", _with_news(shown, path, page.encode()))
            return
        content = _read(shown, path)
        if content is None and _read(shown, f"{path}/") is not None and not path.endswith("/"):
            self.send_response(302)
            self.send_header("Location", f"{path}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        status = 200 if content is not None else 404
        if content is None:
            path, content = "/404.html", _read(shown, "/404.html") or b"404 Not Found"
        kind = (
            "text/html"
            if path.endswith(("/", ".html"))
            else mimetypes.guess_type(path)[0] or "application/octet-stream"
        )
        if kind == "text/html":
            if status == 200:  # a page that is shown may ask for files that are not there
                self.stage.asked = path.removesuffix("index.html").lstrip("/")
            content = _with_news(shown, path, content)
        self._send(status, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, content)

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def _events(self, epoch: int) -> None:
        """Tell a browser what is new since its page was handed out, until it goes away."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            while True:
                news = self.stage.news(epoch)
                text = ": here\n\n"
                if news is not None:
                    epoch, made = news
                    pages = None if made is None else [f"/{page}" for page in made]
                    text = f"data: {json.dumps({'epoch': epoch, 'pages': pages})}\n\n"
                self.wfile.write(text.encode())
                self.wfile.flush()
        except OSError:
            return  # It went away.


def _read(shown: Served, path: str) -> bytes | None:
    """The content of a file of the site; None if there is none."""
    if shown.folder is None or "\0" in path:
        return None
    target = shown.folder / posixpath.normpath(f"/{path}{'index.html' if path.endswith('/') else ''}").lstrip("/")
    try:
        return target.read_bytes()
    except OSError:
        return None


def _with_news(shown: Served, path: str, page: bytes) -> bytes:
    """Return a page with the list of problems at its top, and the script that updates it."""
    holder = f"<bb-problems>{_board(shown, path, page)}</bb-problems>".encode("utf-8", "backslashreplace")
    page = _ARTICLE.sub(lambda found: found[0] + holder, page, count=1)
    script = f'<script src="{OWN}live.js" data-epoch="{shown.epoch}" data-events="{OWN}events" data-board="{OWN}board"></script>'
    head = f'<link rel="stylesheet" href="{OWN}live.css">'.encode()
    return page.replace(b"</head>", head + b"</head>", 1).replace(b"</body>", script.encode() + b"</body>", 1)


def _board(shown: Served, path: str, page: bytes) -> str:
    """The list of what is wrong, as it looks from a page."""
    address = path.removesuffix("index.html").lstrip("/")
    marked = frozenset(_IDENT.findall(page.decode("utf-8", "replace")))
    own = next((names for found, names in shown.addresses if found.removesuffix("index.html") == address), frozenset())
    here = [problem for problem in shown.problems if problem.path in own]
    rest = [problem for problem in shown.problems if problem.path not in own]
    return board(here, [(problem, _home(shown.addresses, problem)) for problem in rest], marked, shown.spots)


def _home(addresses: Iterable[tuple[str, frozenset[str]]], problem: Problem) -> str:
    """The address of a page that shows what a problem speaks of; empty if none does."""
    return next((f"/{address}" for address, names in addresses if problem.path in names), "")
