"""Texts that are kept in places: whole, under one key, and never another one."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from backprop_book.memory import keep, kept, put

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
    put(file / "below", "name", "text")
    (tmp_path / "name").mkdir()
    put(tmp_path, "name", "text")  # a folder has the name
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "name"]
