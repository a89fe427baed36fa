"""`python -m backprop_book.site.live`: what `make serve` starts."""

import logging
import signal
import threading
from pathlib import Path
from types import FrameType

import click

from backprop_book.core.config import book_root
from backprop_book.core.problems import INSTALL, package_of
from backprop_book.site import session_of
from backprop_book.site.live.http_server import Stage, serve

try:
    from backprop_book.site.live.file_watcher import FileWatcher
    from backprop_book.site.live.session import Session
except ModuleNotFoundError as missing:
    raise SystemExit(
        f"the book is not served: {package_of(missing)} is not installed\n    remedy:   {INSTALL}"
    ) from None

_WATCHED = ("docs", "snippets", "figures", "overrides")
_BEAT = 0.1
"""Seconds after which it is looked whether a run has ended that nobody waited for."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option("--port", default=8000, show_default=True, help="The port to serve on; 0 for any that is free.")
@click.option("--try-port", is_flag=True, help="Only find out whether the port is free.")
def main(host: str, port: int, try_port: bool) -> None:
    """Serve the book, check it at every save, and show what is wrong in its pages."""
    root = book_root(Path.cwd())
    stage = Stage()
    try:
        server = serve(stage, host, port)
    except OSError as error:
        raise click.ClickException(
            f"port {port} of {host} cannot be served on: {error.strerror}\n"
            f"    remedy:   name another one: make serve PORT={port + 1}, or --port {port + 1}"
        ) from None
    if try_port:
        server.server_close()
        return
    url = f"http://{host}:{server.server_address[1]}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.signal(signal.SIGTERM, _stop)
    logging.getLogger("mkdocs").addHandler(_warnings())
    click.echo(f"serving on {url}")
    book = session_of(root)
    session = Session(book, root / "mkdocs.yml", url, stage, click.echo)
    folders = [root / name for name in _WATCHED if (root / name).is_dir()]
    try:
        files = [root / name for name in ("pyproject.toml", "mkdocs.yml", "README.md")]
        # What is saved is not to wait for a snippet that may have run away.
        with FileWatcher(folders, files, book.saved) as watch:
            session.saved(())
            while True:
                watch.follow(*book.followed())
                changed = watch.saved(timeout=_BEAT)
                while not (changed or book.has_news()):
                    changed = watch.saved(timeout=_BEAT)
                session.saved(changed)
    except KeyboardInterrupt:
        click.echo("stopped")
    finally:
        server.shutdown()
        session.close()
        book.close()


def _stop(_number: int, _frame: FrameType | None) -> None:
    """End as at the terminal: with the site removed and the runs ended."""
    raise KeyboardInterrupt


def _warnings() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    return handler


main()
