"""Texts are kept in places whole, under one key that stands for all that they depend on."""

import importlib.metadata
import platform
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_book.core.cache import Memo, code, keep, kept, memo, versions

ANY = st.text(st.characters(codec=None))


@given(ANY, ANY)
def test_any_text_comes_back_as_it_was(place: str, text: str) -> None:
    with TemporaryDirectory() as name:
        keep(Path(name), place, "key", text)
        assert kept(Path(name), place, "key") == text


def test_a_place_keeps_the_last_text_only_and_for_its_key_only(tmp_path: Path) -> None:
    assert kept(tmp_path, "page", "1") is None
    keep(tmp_path, "page", "1", "one")
    keep(tmp_path, "other", "1", "another")
    keep(tmp_path, "page", "2", "two")
    assert [kept(tmp_path, "page", key) for key in ("1", "2")] == [None, "two"]
    assert kept(tmp_path, "other", "1") == "another"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_is_not_as_it_was_written_counts_for_nothing(tmp_path: Path) -> None:
    keep(tmp_path, "page", "key", "<p>0.5</p>\n")
    (file,) = tmp_path.iterdir()
    written = file.read_bytes()
    for content in (
        b"",
        b"key",
        written[:-1],
        written.replace(b"0.5", b"0.6"),
        written + b"\xff",
        written.split(b"\n")[0],
    ):
        file.write_bytes(content)
        assert kept(tmp_path, "page", "key") is None
    file.write_bytes(written)
    assert kept(tmp_path, "page", "key") == "<p>0.5</p>\n"


def test_what_cannot_be_written_is_no_error_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    keep(file / "below", "place", "key", "text")
    keep(tmp_path, "place", "key", "text")
    (entry,) = tmp_path.glob("*.kept")
    entry.unlink()
    entry.mkdir()
    keep(tmp_path, "place", "key", "text")  # a folder has the name
    assert set(tmp_path.iterdir()) == {file, entry}


def test_a_function_is_called_once_for_what_it_is_given(tmp_path: Path) -> None:
    calls = []

    def made(number: int) -> str:
        calls.append(number)
        return str(number)

    assert [memo(made, number, tmp_path, "place") for number in (1, 1, 2, 1)] == ["1", "1", "2", "1"]
    assert [memo(made, 3, None, "place") for _ in range(2)] == ["3", "3"]
    assert calls == [1, 2, 1, 3, 3]


def test_objects_are_kept_as_long_as_they_are_asked_for_and_good() -> None:
    memo, made = Memo(), iter(range(9))
    assert [memo(lambda: next(made), key) for key in "aab"] == [0, 0, 1]
    memo.forget()
    assert [memo(lambda: next(made), "a"), memo(lambda: next(made), "a", lambda known: known > 0)] == [0, 2]
    memo.forget()
    assert [memo(lambda: next(made), key) for key in "ab"] == [2, 3]


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
