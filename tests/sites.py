"""Sites for the tests: built as the command line of MkDocs builds them, and served over localhost."""

import functools
import http.server
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from click.testing import CliRunner
from mkdocs.__main__ import cli

ADDRESS = "http://book.invalid/"
"""The address that the sites of the tests are built for; `served` replaces it in the map of the site."""


@dataclass(frozen=True, slots=True)
class Site:
    """A built site."""

    url: str
    """Where it is served, with a slash at the end."""
    folder: Path
    """Its files."""


def build(root: Path, *options: str, **environment: str) -> tuple[int, str]:
    """The exit status and the output of `mkdocs build --strict` in a folder, run in this process.

    Args:
        root: Folder of the `mkdocs.yml`.
        options: More words for the command line.
        environment: Variables to set while it runs.
    """
    with chdir(root), patch.dict(os.environ, {"NO_MKDOCS_2_WARNING": "1", **environment}):
        result = CliRunner().invoke(cli, ["build", "--strict", "--quiet", *options], catch_exceptions=False)
    return result.exit_code, result.output


class _Handler(http.server.SimpleHTTPRequestHandler):
    policy = ""
    head = ""

    def end_headers(self) -> None:
        """Send the policy, too."""
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def do_GET(self) -> None:
        """Send a file, or its text where a part of it is replaced while it is served.

        The map of the site names the address where it is served, which instant navigation looks for. Pages begin with
        what is added to their heads.
        """
        path = self.path.partition("?")[0]
        if path == "/sitemap.xml":
            server = cast("http.server.HTTPServer", self.server)
            self._send("sitemap.xml", "application/xml", ADDRESS, f"http://127.0.0.1:{server.server_port}/")
        elif self.head and path.endswith("/"):
            self._send(f"{path[1:]}index.html", "text/html; charset=utf-8", "<head>", f"<head>{self.head}")
        else:
            super().do_GET()

    def _send(self, path: str, kind: str, old: str, new: str) -> None:
        content = Path(self.directory, path).read_text(encoding="utf-8").replace(old, new).encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the framework's name
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went to another page before it had its answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(folder: Path, policy: str = "", head: str = "") -> Iterator[Site]:
    """A built site, served over localhost on a free port.

    Args:
        folder: Its files.
        policy: A Content-Security-Policy, if there is to be one.
        head: Elements to add at the beginning of the head of each page.
    """

    class Handler(_Handler):
        """Serves as this site is to be served."""

    Handler.policy, Handler.head = policy, head
    server = _Server(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}/", folder)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
