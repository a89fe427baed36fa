"""What remembered results depend on beside what they were made from."""

import importlib.metadata
import platform
from pathlib import Path

import pytest

from backprop_book.memory import code, versions


def test_versions_are_those_of_the_libraries_that_are_there() -> None:
    known = ("numpy", "Markdown", "pymdown-extensions", "torch")
    expected = [("python", platform.python_version())] + [(name, importlib.metadata.version(name)) for name in known]
    assert list(versions("no-such-library", *known)) == expected


def test_libraries_that_were_installed_in_the_old_way_have_versions_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "oldlibrary.egg-info").mkdir()
    (tmp_path / "oldlibrary.egg-info/PKG-INFO").write_text("Metadata-Version: 1.0\nName: oldlibrary\nVersion: 3.4\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert dict(versions("oldlibrary"))["oldlibrary"] == "3.4"


def test_the_digest_of_code_is_that_of_its_modules_and_of_their_names(tmp_path: Path) -> None:
    made: list[str] = []
    for name, text in (
        ("one.py", "1\n"),
        ("one.py", "2\n"),
        ("two.py", "2\n"),
        ("inner/two.py", "2\n"),
        ("notes.md", "2\n"),
    ):
        folder = tmp_path / str(len(made))
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
        made.append(code(folder))
    assert len(set(made)) == 5
    (tmp_path / "4/notes.md").write_text("3\n")
    assert code.__wrapped__(tmp_path / "4") == made[4]
