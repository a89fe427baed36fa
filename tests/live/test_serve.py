"""The server of `make serve` as a real child process, with a real book that is edited while it runs."""

import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path
from queue import Queue
from typing import Any, cast
from urllib.error import HTTPError

import pytest

from backprop_book.run import Tracer
from backprop_book.site.live.http_server import Served, Stage, serve
from small_book import SNIPPET, Book, save, until

MKDOCS = """\
site_name: A small book
theme: {name: material, font: false, custom_dir: overrides}
plugins: [search]
extra_css: [own.css]
hooks: [meanwhile.py]
markdown_extensions:
  - tables
  - pymdownx.snippets: {base_path: [snippets], check_paths: true}
  - pymdownx.superfences
  - backprop_book
"""
PAGE = '# Page\n\n```python\n--8<-- "descent.py"\n```\n\nIt ends at [0.588]{best}.\n'
OTHER = "# Other\n\nTo the [page](page.md).\n"
NOTES = "## `rate = 0.1`: the rate\n\nIt is [0.1]{rate}.\n"
FIGURE = '''"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    """Draw it."""
    sheet.axes(200, y="the loss").plot(data.loss, color="loss")
'''
MEANWHILE = '''"""Somebody who saves a file while a page is made, each time at the same moment."""

import pathlib


def on_page_markdown(markdown, page, config, files):
    root = pathlib.Path(config.config_file_path).parent
    begun = pathlib.Path("/dev/shm", str(root).replace("/", "-"))
    if "While code runs away." in markdown and not begun.exists():
        place = root / "snippets/descent.py"
        place.write_text(f"open('{begun}', 'w').close()\\nwhile True:\\n    pass\\n" + place.read_text())
        return
    for wanted, path, right, wrong in (
        ("At the first attempt.", "docs/page.md", "At the first attempt.", "At the second one."),
        ("While the book breaks.", "pyproject.toml", "[tool.backprop_book]", "[tool.backprop_book"),
    ):
        if wanted in markdown:
            place = root / path
            part = place.with_name(f".{place.name}")
            part.write_text(place.read_text().replace(right, wrong))
            part.replace(place)
            raise RuntimeError("what is made is not what was read")
'''
PATIENCE = 60.0


class Serving:
    """A running server and the book that it serves."""

    def __init__(self, book: Book) -> None:
        self.book = book
        command = [sys.executable, "-u", "-m", "backprop_book.site.live", "--port", "0"]
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        self.process = subprocess.Popen(
            command, cwd=book.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        self.lines: Queue[str] = Queue()
        self.last: list[str] = []
        self.reading = threading.Thread(target=self._read)
        self.reading.start()
        self.url = self.until("^serving on ")[-1].split()[-1]

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.put(line.rstrip())

    def until(self, pattern: str) -> list[str]:
        """The lines up to the first one that matches."""
        lines = [self.lines.get(timeout=PATIENCE)]
        while not re.search(pattern, lines[-1]):
            lines.append(self.lines.get(timeout=PATIENCE))
        return lines

    def clear(self) -> None:
        """Wait until all that was saved before is told: what is saved now is told after it."""
        place = self.book.root / "docs/index.md"
        save(place, f"{OTHER}\nSeven words.\n")
        self.until("^docs/index.md:5:1: bare number")
        save(place, OTHER)
        self.until("^no problems, 1 mended")
        self.until("^served")

    def get(self, path: str) -> str:
        """What is served at an address."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    @contextmanager
    def edited(self, path: str, text: str) -> Iterator[list[str]]:
        """A file with another text, as it was before afterwards; gives what the terminal says until the pages are served."""
        place = self.book.root / path
        before = place.read_text(encoding="utf-8") if place.exists() else None
        save(place, text)
        try:
            yield self.until("^served")
        finally:
            if before is None:
                place.unlink()
            else:
                save(place, before)
            self.last = self.until("^served")

    def close(self) -> str:
        """End it as the terminal does; what it said last."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.reading.join()
        return "\n".join(self.lines.queue)


def write_book(book: Book) -> Book:
    book.write("pyproject.toml", '[tool.backprop_book]\ndocs = "docs"\nsnippets = "snippets"\nverified = []\n')
    book.write("mkdocs.yml", MKDOCS)
    book.write("overrides/main.html", '{% extends "base.html" %}\n')
    book.write("meanwhile.py", MEANWHILE)
    book.write("docs/own.css", "p { color: teal }\n")
    book.write("snippets/descent.py", SNIPPET)
    book.write("snippets/descent.md", NOTES)
    book.write("docs/page.md", PAGE)
    book.write("docs/index.md", OTHER)
    book.write("README.md", "# Words\n")
    (book.root / "figures").mkdir(exist_ok=True)
    return book


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    serving = Serving(write_book(Book(tmp_path_factory.mktemp("served"), Tracer(Path()))))
    serving.until("^served the book")
    yield serving
    serving.close()


@pytest.fixture
def serving(shared: Serving) -> Serving:
    """The shared server, with nothing left to say; each test leaves the book as it was."""
    shared.clear()
    return shared


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Serving]:
    """A server of the test's own, for code that runs away: what is said of it depends on when it is looked at."""
    serving = Serving(write_book(Book(tmp_path / "alone", Tracer(Path()))))
    serving.until("^served the book")
    yield serving
    serving.close()


@pytest.fixture
def begun(alone: Serving) -> Iterator[Path]:
    """Where code that runs away says that it has begun."""
    place = Path("/dev/shm", str(alone.book.root).replace("/", "-"))
    yield place
    place.unlink(missing_ok=True)


def importing(go: Path) -> str:
    """Code that imports the snippet and, with its other rate, ends only once there is the file `go`, which it does not name."""
    return (
        f"import pathlib, time\nimport descent\nhere = pathlib.Path({str(go.with_suffix(''))!r})\n"
        f"while descent.rate == 0.2 and not here.with_suffix({go.suffix!r}).exists():\n    time.sleep(0.01)\n"
    )


def times_aside(lines: list[str]) -> list[str]:
    return [re.sub(r"[0-9.]+ (ms|s)\b", "TIME", line) for line in lines]


def test_a_wrong_number_shows_in_the_terminal_and_in_the_page_until_it_is_mended(serving: Serving) -> None:
    with serving.edited("docs/page.md", PAGE.replace("0.588", "0.589")) as said:
        assert times_aside(said) == [
            "docs/page.md:7:13: this number is not what descent.py gives",
            "    found:    0.589",
            "    expected: 0.588 (`best` is 0.588029625)",
            "    from:     snippets/descent.py:7: best = min(losses)",
            "    remedy:   run `make fix` (or `backprop-book fix --write`), or correct the words",
            "1 problem · checked in TIME",
            "served 1 page, TIME after saving",
        ]
        page = serving.get("page/")
        (ident,) = re.findall(r'<span id="(problem-[0-9a-f]+)" class="bb-wrong-here">', page)
        assert f'<li><a href="#{ident}">' in page
        assert f'<a href="/page/#{ident}">' in serving.get("")
        assert "none of them on this page" in serving.get("")
    assert times_aside(serving.last) == ["no problems, 1 mended · checked in TIME", "served 1 page, TIME after saving"]
    assert "problem-" not in serving.get("page/")
    assert "bb-board" not in serving.get("")


def test_a_note_is_shown_on_the_page_of_its_listing(serving: Serving) -> None:
    with serving.edited("snippets/descent.md", NOTES.replace("0.1]", "0.2]")) as said:
        assert said[-1].startswith("served 1 page,")
        page = serving.get("page/")
        assert 'bb-wrong-words">0.2<' in page
        assert "snippets/descent.md:3:8</code></a>" in page


def test_only_the_snippet_that_was_saved_runs(serving: Serving) -> None:
    runs = serving.book.root / ".cache/runs"
    before = set(runs.iterdir())
    with serving.edited("snippets/descent.py", SNIPPET.replace("rate = 0.1", "rate = 0.2")):
        assert "bb-wrong" in serving.get("page/")
    assert len(set(runs.iterdir()) - before) == 1
    assert "bb-wrong" not in serving.get("page/")


def test_prose_does_not_wait_for_a_snippet_that_runs_away_until_it_is_mended(alone: Serving, apart: Path) -> None:
    place, page = alone.book.root / "snippets/descent.py", alone.book.root / "docs/page.md"
    begun = apart / "begun"
    save(place, f"open({str(begun)!r}, 'w').close()\nwhile True:\n    pass\n{SNIPPET}")
    until(begun.exists)
    save(page, PAGE.replace("It ends", "Seven ends"))
    said = alone.until("^served")
    assert [line for line in said if re.match(r"(docs|snippets)/", line)] == [
        "docs/page.md:7:1: bare number",
        "snippets/descent.py:1:1: the snippet still runs, so nothing is checked that is said of it",
    ]
    shown = alone.get("page/")
    assert 'title="not checked: descent.py did not finish"' in shown
    assert "bare number" in shown
    # What was saved is told once, however long the snippet runs.
    save(page, PAGE)
    assert [line.split(" ·")[0] for line in alone.until("^served")][:-1] == ["1 problem, 1 mended"]
    save(place, SNIPPET)
    assert alone.until("^no problems")[-1].startswith("no problems, 1 mended ·")
    alone.until("^served")
    assert "not checked" not in alone.get("page/")


def test_a_page_that_is_made_does_not_wait_for_a_snippet_that_runs_away(alone: Serving, begun: Path) -> None:
    place, page = alone.book.root / "snippets/descent.py", alone.book.root / "docs/page.md"
    save(page, f"{PAGE}\nWhile code runs away.\n")
    until(begun.exists)
    save(page, f"{PAGE}\nSeven words.\n")
    said = alone.until("bare number") + alone.until("^served")
    assert not [line for line in said if "cannot be built" in line]
    save(page, PAGE)
    save(place, SNIPPET)
    alone.until("^no problems")
    until(lambda: "bb-wrong" not in alone.get("page/"))


def test_a_build_does_not_wait_for_a_snippet_that_runs_away_either(alone: Serving, begun: Path) -> None:
    place, page, template = (
        alone.book.root / name for name in ("snippets/descent.py", "docs/page.md", "overrides/main.html")
    )
    before = template.read_text()
    begun.touch()
    save(page, f"{PAGE}\nWhile code runs away.\n")
    alone.until("^served")
    begun.unlink()
    save(template, f"{before}<!-- again -->\n")
    until(begun.exists)
    save(page, f"{PAGE}\nSeven words.\n")
    said = alone.until("^2 problems") + alone.until("^served")
    assert {line for line in said if re.match(r"(docs|snippets|mkdocs.yml)[/:]", line)} == {
        "docs/page.md:9:1: bare number",
        "snippets/descent.py:1:1: the snippet still runs, so nothing is checked that is said of it",
    }
    assert "bare number" in alone.get("page/")
    save(page, PAGE)
    save(place, SNIPPET)
    alone.until("^no problems")
    until(lambda: "bb-wrong" not in alone.get("page/"))


def test_a_run_that_nobody_waited_for_is_told_once_it_has_ended(alone: Serving, apart: Path) -> None:
    place, page = alone.book.root / "snippets/descent.py", alone.book.root / "docs/page.md"
    begun, go = apart / "run.begun", apart / "run.go"
    code = f"import pathlib, time\nhere = pathlib.Path({str(apart)!r}, 'run')\n"
    code += "here.with_suffix('.begun').touch()\nwhile not here.with_suffix('.go').exists():\n    time.sleep(0.01)\n"
    save(place, f"{code}{SNIPPET}wrong = 1 / 0\n")
    until(begun.exists)
    time.sleep(0.3)
    assert alone.lines.empty()
    save(page, f"{PAGE}\nWords.\n")
    assert any("the snippet still runs" in line for line in alone.until("^served"))
    go.touch()
    assert any("the snippet did not finish: ZeroDivisionError" in line for line in alone.until("^served"))
    save(place, SNIPPET)
    assert alone.until("^no problems")[-1].startswith("no problems, 1 mended ·")


def test_what_is_known_at_once_is_told_and_shown_before_what_takes_longer(alone: Serving, apart: Path) -> None:
    place, go = alone.book.root / "snippets/descent.py", apart / "run.go"
    save(alone.book.root / "snippets/slow.py", f"{importing(go)}rate = descent.rate\n")
    alone.until("checked in")
    save(alone.book.root / "docs/slow.md", '# Slow\n\n```python\n--8<-- "slow.py"\n```\n\nIt is [0.1]{rate}.\n')
    alone.until("^served the book")
    save(place, SNIPPET.replace("rate = 0.1", "rate = 0.2"))
    said = times_aside(alone.until("^served"))
    assert [line for line in said if re.match(r"(docs|snippets)/", line)] == [
        "docs/page.md:7:13: this number is not what descent.py gives",
        "snippets/descent.md:1:5: no statement of snippets/descent.py is this",
    ]
    assert said[-2:] == ["2 problems so far · checked in TIME", "served 1 page, TIME after saving"]
    assert "bb-wrong-here" in alone.get("page/")
    time.sleep(0.3)
    assert alone.lines.empty()
    go.touch()
    said = times_aside(alone.until("^served"))
    assert [line for line in said if re.match(r"(docs|snippets)/", line)] == [
        "docs/slow.md:7:8: this number is not what slow.py gives"
    ]
    assert said[-2:] == ["3 problems · checked in TIME", "served 1 page, TIME after saving"]
    # What was said of the other one stands until more is known.
    go.unlink()
    save(place, SNIPPET.replace("rate = 0.1", "rate = 0.2  # again"))
    assert times_aside(alone.until("^served"))[0] == "3 problems so far · checked in TIME"
    save(place, SNIPPET)
    assert times_aside(alone.until("checked in")) == ["no problems, 3 mended · checked in TIME"]
    alone.until("^served")
    assert "bb-wrong" not in alone.get("page/")
    assert "bb-wrong" not in alone.get("slow/")


def test_the_book_is_made_anew_once_all_is_known_that_is_said_in_it(alone: Serving, apart: Path) -> None:
    place, page, go = (
        alone.book.root / "snippets/descent.py", alone.book.root / "docs/page.md", apart / "run.go"
    )  # fmt: skip
    save(alone.book.root / "snippets/slow.py", importing(go))
    alone.until("checked in")
    # Both are saved before the server can look at one of them.
    alone.process.send_signal(signal.SIGSTOP)
    save(page, PAGE.replace("# Page", "# Another name"))
    save(place, SNIPPET.replace("rate = 0.1", "rate = 0.2"))
    alone.process.send_signal(signal.SIGCONT)
    assert times_aside(alone.until("checked in"))[-1] == "2 problems so far · checked in TIME"
    assert "Another name" not in alone.get("page/")
    time.sleep(0.3)
    assert alone.lines.empty()
    go.touch()
    assert times_aside(alone.until("^served")) == ["2 problems · checked in TIME", "served the book, TIME after saving"]
    assert "Another name" in alone.get("")


def test_a_snippet_that_fails_keeps_the_page(serving: Serving) -> None:
    with serving.edited("snippets/descent.py", f"{SNIPPET}wrong = 1 / 0\n") as said:
        assert "snippets/descent.py:11:1: the snippet did not finish: ZeroDivisionError: division by zero" in said
        page = serving.get("page/")
        assert 'title="not checked: descent.py did not finish"' in page
        assert "bb-listing" in page


def test_an_include_of_nothing_is_a_box_in_its_place(serving: Serving) -> None:
    with serving.edited("docs/page.md", PAGE.replace('"descent.py"', '"decent.py"')):
        page = serving.get("page/")
        assert "bb-wrong-box" in page
        assert "there is no such snippet" in page
        assert "It ends at" in page


def test_a_new_title_and_a_new_page_reach_all_pages(serving: Serving) -> None:
    with serving.edited("docs/page.md", PAGE.replace("# Page", "# Another name")) as said:
        assert said[-1].startswith("served the book,")
        assert "Another name" in serving.get("")
    with serving.edited("docs/new.md", "# A new page\n") as said:
        assert said[-1].startswith("served the book,")
        assert "A new page" in serving.get("")
        assert "A new page" in serving.get("new/")
    with pytest.raises(HTTPError, match="404"):
        serving.get("new/")


def test_a_style_sheet_is_copied(serving: Serving) -> None:
    with serving.edited("docs/own.css", "p { color: olive }"):
        assert serving.get("own.css") == "p { color: olive }"


def test_a_template_makes_all_pages_again(serving: Serving) -> None:
    template = '{% extends "base.html" %}{% block footer %}A new end.{% endblock %}\n'
    with serving.edited("overrides/main.html", template) as said:
        assert said[-1].startswith("served the book,")
        assert "A new end." in serving.get("page/")


def test_a_template_that_is_removed_makes_all_pages_again(serving: Serving) -> None:
    with serving.edited("overrides/partials/footer.html", "A new end.\n") as said:
        assert said[-1].startswith("served the book,")
        assert "A new end." in serving.get("page/")
    assert serving.last[-1].startswith("served the book,")
    assert "A new end." not in serving.get("page/")


def test_a_configuration_that_is_removed_is_missed(serving: Serving) -> None:
    config = serving.book.root / "mkdocs.yml"
    config.unlink()
    said = serving.until("^1 problem")
    assert "mkdocs.yml:1:1: this cannot be built: ConfigurationError" in said
    assert "It ends at" in serving.get("page/")
    save(config, MKDOCS)
    serving.until("^served the book")


def test_what_mkdocs_cannot_build_leaves_the_last_site(serving: Serving) -> None:
    config = serving.book.root / "mkdocs.yml"
    save(config, "site_name: [\n")
    said = serving.until("^1 problem")
    assert "mkdocs.yml:1:1: this cannot be built: " in said[-4]
    assert "It ends at" in serving.get("page/")
    assert "this cannot be built" in serving.get("page/")
    save(config, MKDOCS)
    serving.until("^served the book")
    assert "this cannot be built" not in serving.get("page/")


def test_a_broken_configuration_leaves_the_last_site(serving: Serving) -> None:
    config = serving.book.root / "pyproject.toml"
    text = config.read_text()
    save(config, "[tool.backprop_book\n")
    said = serving.until("^1 problem")
    assert said[0].startswith("pyproject.toml:1:")
    assert "It ends at" in serving.get("page/")
    save(config, text)
    assert "no problems, 1 mended" in serving.until("^served the book")[0]


def test_a_page_that_cannot_be_made_stays_as_it_was(serving: Serving) -> None:
    page = serving.book.root / "docs/page.md"
    save(page, f"---\ntemplate: nowhere.html\n---\n\n{PAGE}More.\n")
    said = serving.until("^1 problem")
    assert said[1] == "docs/page.md:1:1: this cannot be built: TemplateNotFound"
    assert said[2].startswith("    found:    'nowhere.html' not found")
    assert "More." not in serving.get("page/")
    assert "It ends at" in serving.get("page/")
    save(page, PAGE)
    assert "no problems, 1 mended" in "\n".join(serving.until("^served"))


def test_the_script_and_the_list_have_addresses_of_their_own(serving: Serving) -> None:
    assert "EventSource" in serving.get(".live/live.js")
    assert ".bb-board" in serving.get(".live/live.css")
    assert serving.get(".live/board?path=/page/") == ""
    with serving.edited("docs/page.md", f"{PAGE}And seven.\n"):
        assert 'href="#problem-' in serving.get(".live/board?path=/page/")
        assert 'href="/page/#problem-' in serving.get(".live/board?path=/")
        assert "It ends at" in serving.get("page")


def test_a_snippet_of_several_pages_makes_them_all_again(serving: Serving) -> None:
    with (
        serving.edited("docs/more.md", PAGE.replace("# Page", "# More")),
        serving.edited("snippets/descent.py", SNIPPET.replace('"3/4"', '"2/4"')) as said,
    ):
        assert said[-1].startswith("served 2 pages,")


def test_what_another_page_says_of_a_listing_is_made_again(serving: Serving) -> None:
    twin = PAGE.replace("# Page", "# Twin").replace("descent.py", "twin.py").replace("{best}", "{twin.best}")
    linked = "It is [0.1]{rate}.\n\nIn `twin`: `rate = 0.1`. [Both are the same]{twin.rate == rate}.\n"
    save(serving.book.root / "snippets/twin.py", SNIPPET)
    serving.until("checked in")
    with serving.edited("docs/twin.md", twin), serving.edited("snippets/twin.md", NOTES):
        assert "rate = 0.1</code></a>" not in serving.get("twin/")
        with serving.edited("snippets/descent.md", NOTES.replace("It is [0.1]{rate}.\n", linked)) as said:
            assert said[-1].startswith("served 2 pages,")
            page = serving.get("twin/")
            assert '<a href="../page/#descent' in page
            with serving.edited("docs/both.md", "# Both\n\n<!-- book: beside descent twin -->\n"):
                titled = PAGE.replace("```python\n", '```python title="The descent"\n')
                with serving.edited("docs/page.md", titled) as said:
                    assert said[-1].startswith("served 3 pages,")
                    assert "The descent" in serving.get("twin/")
                    assert "The descent" in serving.get("both/")
                with serving.edited("docs/page.md", PAGE.replace("# Page", "# Page\n\nA word more.")) as said:
                    assert said[-1].startswith("served 1 page,")
        assert '<a href="../page/#descent' not in serving.get("twin/")
    (serving.book.root / "snippets/twin.py").unlink()
    serving.until("checked in")


def test_a_figure_is_drawn_again_on_its_page(alone: Serving) -> None:
    save(alone.book.root / "figures/falling.py", FIGURE)
    # That its snippet is asked for more than before changes nothing of the page that shows it: only that of the figure is made.
    alone.until("^1 problem")
    with alone.edited("docs/page.md", f"{PAGE}\n![A line.](figures/falling.svg)\nIt falls.\n") as said:
        assert said[-1].startswith("served 1 page,")
        assert "bb-drawing" in alone.get("page/")
        with alone.edited("figures/falling.py", FIGURE.replace("data.loss,", "data.lost,")) as said:
            assert said[-1].startswith("served 1 page,")
            assert "there are no data lost" in alone.get("page/")


def test_prose_does_not_wait_for_a_figure_that_does_not_end(alone: Serving, begun: Path) -> None:
    place, page = alone.book.root / "figures/falling.py", alone.book.root / "docs/page.md"
    save(place, FIGURE)
    alone.until("^1 problem")
    save(page, f"{PAGE}\n![A line.](figures/falling.svg)\nIt falls.\n")
    alone.until("^no problems, 1 mended")
    alone.until("^served")
    endless = FIGURE.replace("    sheet", "    open(BEGUN, 'w').close()\n    while True:\n        pass\n    sheet")
    save(place, f"{endless}\n\nBEGUN = {str(begun)!r}\n")
    until(begun.exists)
    save(page, f"{PAGE}\n![A line.](figures/falling.svg)\nSeven fall.\n")
    left = "figures/falling.py:6:1: this figure is not drawn yet, because something else was saved meanwhile"
    said = alone.until("^served")
    assert [line for line in said if re.match(r"(docs|figures)/", line)] == ["docs/page.md:10:1: bare number", left]
    assert "this figure is not drawn yet" in alone.get("page/")
    # A book that cannot be read is told once, though something is still to be drawn.
    config = alone.book.root / "pyproject.toml"
    before = config.read_text()
    save(config, "[tool.backprop_book")
    assert alone.until(" · checked in")[0].startswith("pyproject.toml:1:")
    time.sleep(0.4)
    assert alone.lines.empty()
    begun.unlink()
    save(config, before)
    # Once nothing is saved, it is drawn again.
    until(begun.exists)
    save(page, f"{PAGE}\n![A line.](figures/falling.svg)\nIt falls.\n")
    said = alone.until("^served")
    assert (said[0], said[-2].split(" ·")[0]) == (left, "1 problem, 1 mended")
    save(place, FIGURE)
    assert alone.until("^no problems")[-1].startswith("no problems, 1 mended ·")


def test_a_file_that_shows_nothing_changes_no_page(serving: Serving) -> None:
    time.sleep(0.2)
    save(serving.book.root / "README.md", "# Words\n")
    assert times_aside(serving.until("checked in")) == ["no problems · checked in TIME"]


def test_a_file_that_is_included_is_missed_until_it_is_there_and_again_when_it_goes(serving: Serving) -> None:
    included = f'{PAGE}\n```text\n--8<-- "words.txt"\n```\n'
    with serving.edited("docs/page.md", included) as said:
        assert "docs/page.md:10:1: there is no file words.txt to include" in said
        with serving.edited("snippets/words.txt", "some words\n") as said:
            assert "docs/page.md:10:1: nothing checks what is included here" in said
            assert "1 problem, 1 mended · checked in TIME" in times_aside(said)
        assert "docs/page.md:10:1: there is no file words.txt to include" in serving.last
    assert "words.txt" not in serving.get("page/")


def test_a_file_that_a_snippet_reads_runs_it_again(serving: Serving) -> None:
    (serving.book.root / "snippets/number.txt").write_text("0.1")
    reading = SNIPPET.replace("rate = 0.1", 'rate = float(open(__file__[:-10] + "number.txt").read())')
    notes = NOTES.replace("rate = 0.1", "rate = ...")
    with serving.edited("snippets/descent.md", notes), serving.edited("snippets/descent.py", reading):
        assert "bb-wrong" not in serving.get("page/")
        with serving.edited("snippets/number.txt", "0.2") as said:
            assert "docs/page.md:7:13: this number is not what descent.py gives" in said
            assert "bb-wrong-here" in serving.get("page/")
    (serving.book.root / "snippets/number.txt").unlink()
    serving.until("checked in")


def test_a_file_elsewhere_that_a_snippet_reads_runs_it_again(serving: Serving, tmp_path: Path) -> None:
    place, data = tmp_path / "far" / "number.txt", serving.book.root / "data"
    place.parent.mkdir()
    place.write_text("0.1")
    reads = f"rate = float(open({str(place)!r}).read()) if pathlib.Path({str(place)!r}).exists() else 0.3"
    reads = f"import pathlib\n{reads}\nfound = len([*pathlib.Path('../data').glob('*.txt')])\n"
    page = PAGE.replace("It ends", "Of [0]{found} it ends")
    notes = NOTES.replace("rate = 0.1", "rate = ...")
    with (
        serving.edited("snippets/descent.md", notes),
        serving.edited("snippets/descent.py", SNIPPET.replace("rate = 0.1\n", reads)),
        serving.edited("docs/page.md", page),
    ):
        assert "bb-wrong" not in serving.get("page/")
        save(place, "0.2")
        said = serving.until("^served")
        assert "docs/page.md:7:27: this number is not what descent.py gives" in said
        assert said[-1].startswith("served 1 page, ")
        save(place, "0.1")
        assert serving.until("^served")[-1].startswith("served 1 page, ")
        # A folder that was not there, with a file in it.
        data.mkdir()
        save(data / "a.txt", "")
        serving.until("docs/page.md:7:5: this number is not what descent.py gives")
        serving.until("^served 1 page")
        shutil.rmtree(data)
        serving.until("^no problems")
        serving.until("^served 1 page")
        shutil.rmtree(place.parent)
        serving.until("docs/page.md:7:27: this number is not what descent.py gives")
        serving.until("^served 1 page")
        place.parent.mkdir()
        save(place, "0.1")
        serving.until("^no problems")
        serving.until("^served 1 page")


def test_without_mkdocs_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['mkdocs'] = None\n")
    command = [sys.executable, "-m", "backprop_book.site.live", "--port", "0"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == (
        "the book is not served: mkdocs is not installed\n    remedy:   pip install 'backprop-book[book]'\n"
    )


def test_links_that_lead_nowhere_or_to_themselves_end_nothing(serving: Serving) -> None:
    links = [serving.book.root / place for place in ("snippets/loop.py", "docs/loop.md", "docs/gone.md")]
    for link in links:
        link.symlink_to(link.name if link.stem == "loop" else "nowhere.md")
    with serving.edited("docs/page.md", f"{PAGE}More.\n"):
        assert "More." in serving.get("page/")
    for link in links:
        link.unlink()
    with serving.edited("docs/page.md", f"{PAGE}And more.\n"):
        assert "And more." in serving.get("page/")


def test_what_editors_leave_behind_changes_nothing(serving: Serving) -> None:
    for name in (".page.md.swp", "page.md~", ".#page.md"):
        (serving.book.root / "docs" / name).write_text("seven")
        (serving.book.root / "docs" / name).unlink()
    (serving.book.root / "docs/page.md").read_text()
    with serving.edited("docs/page.md", f"{PAGE}More.\n") as said:
        assert len([line for line in said if line.startswith("served")]) == 1


def test_an_editor_that_saves_by_renaming_is_followed(serving: Serving) -> None:
    page = serving.book.root / "docs/page.md"
    for name, text, sought in ((".page.new", f"{PAGE}More words.\n", True), ("sedK3bT9x", PAGE, False)):
        part = page.with_name(name)
        part.write_text(text)
        part.replace(page)
        assert serving.until("^served")[-1].startswith("served 1 page,")
        assert ("More words." in serving.get("page/")) is sought


def test_browsers_are_told_which_pages_are_new(serving: Serving) -> None:
    with urllib.request.urlopen(f"{serving.url}.live/events", timeout=PATIENCE) as events:
        first = news(events)
        with serving.edited("docs/page.md", f"{PAGE}More.\n"):
            told = [news(events)]
            # First what was checked, then what was made: in one message where this process was slow to listen.
            while told[-1]["epoch"] < first["epoch"] + 2:
                told.append(news(events))
            assert told[-1]["epoch"] == first["epoch"] + 2
            assert [page for each in told for page in each["pages"]] == ["/page/"]


def test_a_browser_is_told_of_the_pages_that_were_made_since_its_own_was_handed_out(serving: Serving) -> None:
    """While many pages are made, one that is being loaded misses some of the news, and is not to be loaded again for that."""

    def epoch() -> str:
        (found,) = re.findall(r'data-epoch="([0-9]+)" data-events', serving.get("page/"))
        return str(found)

    def told(since: str) -> list[str] | None:
        with urllib.request.urlopen(f"{serving.url}.live/events?epoch={since}", timeout=PATIENCE) as events:
            return cast("list[str] | None", news(events)["pages"])

    before = epoch()
    with serving.edited("docs/page.md", f"{PAGE}More.\n"):
        after = epoch()
        assert told(before) == ["/page/"]
        with serving.edited("docs/index.md", f"{OTHER}More.\n"):
            assert sorted(told(before) or ()) == ["/", "/page/"]
            assert told(after) == ["/"]
            assert told("0") is None
            assert told("nothing") is None
    with serving.edited("overrides/main.html", '{% extends "base.html" %} '):
        assert told(before) is None


def news(events: HTTPResponse) -> dict[str, Any]:
    for line in events:
        if line.startswith(b"data: "):
            return dict(json.loads(line[6:]))
    raise AssertionError("the server ended the answer")


def test_a_browser_that_goes_away_before_it_has_its_answer_is_not_spoken_of(serving: Serving) -> None:
    address = ("127.0.0.1", int(serving.url.rstrip("/").rpartition(":")[2]))
    for _ in range(20):
        with socket.create_connection(address) as browser:
            # To close with this option is to reset the connection.
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            browser.sendall(b"GET /page/ HTTP/1.0\r\n\r\n")
    with serving.edited("docs/page.md", f"{PAGE}More.\n") as said:
        assert times_aside(said) == ["no problems · checked in TIME", "served 1 page, TIME after saving"]


def test_what_is_wrong_with_the_server_itself_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    stage = Stage()
    stage.show(Served(0, Path("/nowhere"), problems=(None,)))  # type: ignore[arg-type]
    server = serve(stage, "127.0.0.1", 0)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    try:
        with pytest.raises(ConnectionError):
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}/.live/board", timeout=PATIENCE)
    finally:
        server.shutdown()
        running.join()
        server.server_close()
    assert "AttributeError" in capfd.readouterr().err


@pytest.mark.parametrize(
    "path", ["..%2f..%2fpyproject.toml", "%2e%2e/pyproject.toml", "page/%00", "//pyproject.toml", "nowhere"]
)
def test_only_files_of_the_site_are_handed_out(serving: Serving, path: str) -> None:
    with pytest.raises(HTTPError) as caught:
        serving.get(path)
    assert caught.value.code == 404
    assert "backprop_book]" not in caught.value.read().decode()


def test_a_page_is_never_held_back_and_never_half(serving: Serving) -> None:
    """Whoever asks while pages are being made gets the old one or the new one, whole and at once."""
    seen: list[tuple[float, str]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            start = time.perf_counter()
            text = serving.get("page/")
            seen.append((time.perf_counter() - start, text))

    asking = threading.Thread(target=ask)
    asking.start()
    with (
        serving.edited("docs/page.md", f"{PAGE}The new end.\n"),
        serving.edited("overrides/main.html", '{% extends "base.html" %} '),
    ):
        pass
    stop.set()
    asking.join()
    assert all(text.rstrip().endswith("</html>") and "It ends at" in text for _, text in seen)
    assert {"The new end." in text for _, text in seen} == {False, True}


def test_a_page_that_is_saved_while_it_is_made_is_made_again_without_a_word(serving: Serving) -> None:
    place = serving.book.root / "docs/page.md"
    with serving.edited("docs/page.md", f"{PAGE}Words.\n") as said:
        for number in range(40):
            save(place, f"{PAGE}Words, the {number}th time.\n")
            time.sleep(0.021 + number % 8 * 0.003)
        save(place, f"{PAGE}The last words.\n")
        while "The last words." not in serving.get("page/"):
            said += serving.until("^served")
        time.sleep(0.2)
        while not serving.lines.empty():
            said.append(serving.lines.get())
    assert not [line for line in said if "cannot be built" in line]


def test_a_page_that_fails_while_it_is_saved_again_is_made_as_it_is_then(serving: Serving) -> None:
    with serving.edited("docs/page.md", f"{PAGE}At the first attempt.\n") as said:
        assert "At the second one." in serving.get("page/")
        assert not [line for line in said if "cannot be built" in line]


def test_a_page_that_fails_while_the_configuration_breaks_is_not_to_blame(serving: Serving) -> None:
    config = (serving.book.root / "pyproject.toml").read_text()
    save(serving.book.root / "docs/page.md", f"{PAGE}While the book breaks.\n")
    said = serving.until("^1 problem")
    assert [line for line in said if "cannot be built" in line] == []
    assert [line for line in said if line.startswith("pyproject.toml:1:")]
    save(serving.book.root / "docs/page.md", PAGE)
    save(serving.book.root / "pyproject.toml", config)
    serving.until("^no problems, 1 mended")
    serving.until("^served")


def test_a_page_that_the_site_leaves_out_makes_the_whole_book_again(serving: Serving) -> None:
    """Where a folder has an index, MkDocs shows no README beside it; the book still checks it."""
    with (
        serving.edited("docs/more/index.md", "# More\n"),
        serving.edited("docs/more/README.md", "# Left out\n\nIt ends at [0.588]{descent.best}.\n"),
    ):
        with serving.edited("snippets/descent.py", f"{SNIPPET}\n") as said:
            assert said[-1].startswith("served the book,")
        assert "It ends at" in serving.get("page/")


def test_a_browser_that_waits_is_given_signs_of_life() -> None:
    server = serve(Stage(beat=0.05), "127.0.0.1", 0)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}/.live/events"
        with urllib.request.urlopen(url, timeout=PATIENCE) as events:
            lines = [events.readline() for _ in range(4)]
        assert re.fullmatch(rb'data: {"epoch": [0-9]+, "pages": null}\n', lines[0])
        assert lines[2] == b": here\n"
    finally:
        server.shutdown()
        running.join()
        server.server_close()


def test_a_first_build_that_fails_serves_what_is_wrong_and_the_book_once_it_is_mended(tmp_path: Path) -> None:
    book = write_book(Book(tmp_path, Tracer(Path())))
    book.write("docs/page.md", PAGE.replace("0.588", "0.589"))
    book.write("mkdocs.yml", MKDOCS.replace("name: material", "name: no-such-theme"))
    serving = Serving(book)
    try:
        assert "docs/page.md:7:13: this number is not what descent.py gives" in serving.until("^2 problems")
        with pytest.raises(HTTPError) as caught:
            serving.get("page/")
        page = caught.value.read().decode()
        assert "The book cannot be built" in page
        assert "docs/page.md:7:13" in page
        assert ".live/live.js" in page
        book.write("mkdocs.yml", MKDOCS)
        serving.until("^served the book")
        assert 'bb-wrong-words">0.589<' in serving.get("page/")
    finally:
        folders = serving.close()
    assert "Traceback" not in folders


def test_a_notebook_that_is_saved_is_made_again_alone(tmp_path: Path) -> None:
    book = write_book(Book(tmp_path, Tracer(Path())))
    notebook = "# %% [markdown]\n# # The lab\n# Turn a {}.\n\n# %%\nrate = 0.1\n"
    book.write("docs/lab.py", notebook.format("screw"))
    book.write("mkdocs.yml", MKDOCS.replace("[search]", "[search, mkdocs-jupyter: {include: [lab.py]}]"))
    serving = Serving(book)
    try:
        serving.until("^served the book")
        assert "Turn a screw." in serving.get("lab/")
        with serving.edited("docs/lab.py", notebook.format("knob")) as said:
            assert said[-1].startswith("served 1 page,")
            assert "Turn a knob." in serving.get("lab/")
        save(book.root / "docs/lab.py", notebook.format("knob").replace("0.1", "1 / 0"))
        problems = [line for line in serving.until("^1 problem ") if line.startswith("docs/lab.py")]
        assert problems == ["docs/lab.py:6:1: this cell of the notebook fails: ZeroDivisionError"]
        save(book.root / "docs/lab.py", notebook.format("wheel"))
        serving.until("^no problems, 1 mended")
        serving.until("^served")
        assert "Turn a wheel." in serving.get("lab/")
    finally:
        serving.close()


def test_an_address_that_is_taken_is_said(serving: Serving) -> None:
    port = serving.url.rstrip("/").rpartition(":")[2]
    another = int(port) + 1
    for words in ([], ["--try-port"]):
        command = [sys.executable, "-m", "backprop_book.site.live", "--port", port, *words]
        done = subprocess.run(command, cwd=serving.book.root, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 1
        assert done.stderr == (
            f"Error: port {port} of 127.0.0.1 cannot be served on: Address already in use\n"
            f"    remedy:   name another one: make serve PORT={another}, or --port {another}\n"
        )


def test_a_port_that_is_free_is_only_tried(serving: Serving) -> None:
    command = [sys.executable, "-m", "backprop_book.site.live", "--port", "0", "--try-port"]
    done = subprocess.run(command, cwd=serving.book.root, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("strict", [True, False])
def test_a_build_stops_at_what_the_server_shows(tmp_path: Path, strict: bool) -> None:
    book = write_book(Book(tmp_path, Tracer(Path())))
    book.write("docs/page.md", PAGE.replace("0.588", "0.589"))
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", *(["--strict"] if strict else [])]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert "docs/page.md:7:13: this number is not what descent.py gives" in done.stdout + done.stderr
    assert not list((book.root / "site").glob("**/*.html"))
