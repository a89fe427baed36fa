"""How long it takes from saving a file to seeing what is wrong with it, and to having its page, in `make serve` and in plain MkDocs.

Run it from the root of the book: `python benchmarks/live.py`. It works on a copy. What plain MkDocs takes is what `mkdocs serve`
with Material for MkDocs takes for the same pages without this project's extension: it builds the whole site at every save.
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from process import Server, running, saves

from backprop_book.core.cache import RUNS

ROOT = Path(__file__).parents[1]
PAGE = "docs/forward-pass.md"
_BARE = "\nAnd {} more.\n"
SAVES = (
    ("a page's prose", PAGE, _BARE),
    ("a note's prose", "snippets/training_step_numpy.md", _BARE),
    ("a page's new claim", "docs/one-step-in-numpy.md", "\n[0.7]{{loss + {}e-9}}\n"),
)
"""What is saved, the file, and what is added to it: something wrong, and each time something else."""
CODE = ("forward_pass", "kink", "learning_rates", "training_step_numpy", "training_loop_numpy", "full_training")
"""Snippets that are edited: alone, with a figure, imported by others, with PyTorch."""
TIMES = 5
Edit = Callable[[str, int], str | None]
"""The text of a snippet as it is edited, from that of before and a number that makes it a new one; None where it is removed."""


@contextmanager
def copy(*, plain: bool) -> Iterator[Path]:
    """A copy of the book; `plain` without this project's extension, and without the lab, which would be executed."""
    with tempfile.TemporaryDirectory(prefix="backprop-book-live-") as name:
        folder = Path(name, "book")
        ignored = shutil.ignore_patterns(".git", ".venv*", "site", "build", ".cache", "node_modules", "*.egg-info")
        shutil.copytree(ROOT, folder, ignore=ignored)
        if plain:
            config = (folder / "mkdocs.yml").read_text(encoding="utf-8")
            config = re.sub(r"^  - backprop_book.*\n(?:      .*\n)*", "", config, flags=re.MULTILINE)
            config = re.sub(r"^ *- lab\.py\n", "", config, flags=re.MULTILINE)
            config = re.sub(r"^  - mkdocs-jupyter:\n(?:      .*\n)*", "", config, flags=re.MULTILINE)
            config = re.sub(r"^hooks:\n(?:  .*\n)*", "", config, flags=re.MULTILINE)
            (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
            (folder / "docs/lab.py").unlink(missing_ok=True)
        yield folder


def show(name: str, seconds: list[float], plain: float) -> None:
    """Print one line of the table; `plain` is the median of plain MkDocs, in milliseconds."""
    least, middle, most = (each * 1000 for each in (min(seconds), statistics.median(seconds), max(seconds)))
    sys.stdout.write(f"{name:<58}{middle:>9.0f}{least:>9.0f}{most:>9.0f}{middle / plain:>10.3f}\n")
    sys.stdout.flush()


def another_number(text: str, new: int) -> str:
    """The text with another number."""
    number = re.search(r"(?<![\w.])[0-9]\.[0-9]+", text)
    assert number is not None, "there is no number with a point"
    return f"{text[: number.end()]}{new}{text[number.end() :]}"


def another_name(text: str, new: int) -> str:
    """The text with another name for its last variable, which the prose speaks of most."""
    name = re.findall(r"^(\w+) = ", text, re.MULTILINE)[-1]
    return re.sub(rf"\b{name}\b", f"renamed_{new}", text)


EDITS: tuple[tuple[str, Edit], ...] = (
    ("a number in code is changed", another_number),
    ("a variable is renamed", another_name),
    ("a snippet is removed", lambda _text, _new: None),
)


def show_code(server: Server, folder: Path, stem: str, edit: Edit) -> None:
    """Save a snippet as it is edited; print what that takes beside the snippet's own run, from start to end."""
    place = folder / f"snippets/{stem}.py"
    text = place.read_text(encoding="utf-8")
    alone, told, whole = [], [], []
    for time_of_many in range(TIMES):
        start = time.perf_counter()
        subprocess.run([sys.executable, place.name], cwd=place.parent, capture_output=True, check=True)
        alone.append(time.perf_counter() - start)
        shutil.rmtree(folder / RUNS, ignore_errors=True)  # what has run before is not to be remembered
        changed = edit(text, time_of_many + 1)
        start = time.perf_counter()
        if changed is None:
            place.unlink()
        else:
            place.write_text(changed, encoding="utf-8")
        at, line = server.until("checked in")
        told.append(at - start)
        whole.append(
            (at if "so far" not in line else server.until("problems?(, [0-9]+ mended)? · checked in")[0]) - start
        )
        server.until("^served")
        time.sleep(2)
        place.write_text(text, encoding="utf-8")
        server.until("^no problems.* mended · checked in")
        time.sleep(2)
    own, first, last = (statistics.median(each) for each in (alone, told, whole))
    sys.stdout.write(
        f"  {stem:<56}{own * 1000:>9.0f}{first * 1000:>9.0f}{last * 1000:>9.0f}{(first - own) * 1000:>10.0f}\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Measure, and print the table as it grows."""
    sys.stdout.write(
        f"{'':<58}{'median':>9}{'least':>9}{'most':>9}{'of plain':>10}\n{'':<58}{'ms':>9}{'ms':>9}{'ms':>9}\n"
    )
    with copy(plain=True) as folder:
        command = [sys.executable, "-u", "-m", "mkdocs", "serve", "--livereload", "-a", "127.0.0.1:0"]
        with running(command, folder) as server:
            server.until("Serving on")
            times = saves(server, folder / PAGE, _BARE, ["Reloading browsers"], TIMES)
    middle = statistics.median(each[0] for each in times) * 1000
    show("plain MkDocs: prose saved → site served", [each[0] for each in times], middle)
    with copy(plain=False) as folder:
        start = time.perf_counter()
        with running([sys.executable, "-u", "-m", "backprop_book.site.live", "--port", "0"], folder) as server:
            checked = server.until("checked in")[0] - start
            show("the book: started, nothing remembered → checked", [checked], middle)
            show("the book: started, nothing remembered → served", [server.until("served the book")[0] - start], middle)
            for name, path, added in SAVES:
                times = saves(server, folder / path, added, ["^[1-9][0-9]* problem", "^served"], TIMES)
                show(f"the book: {name} saved → problem in terminal", [each[0] for each in times], middle)
                show(f"the book: {name} saved → page served", [each[1] for each in times], middle)
            for what, edit in EDITS:
                title = f"the book: {what} → problems in terminal"
                sys.stdout.write(f"{title:<58}{'own run':>9}{'first':>9}{'all':>9}{'first-own':>10}\n")
                for stem in CODE:
                    show_code(server, folder, stem, edit)


if __name__ == "__main__":
    main()
