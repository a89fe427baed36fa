"""What is told of files that were saved."""

from pathlib import Path

from backprop_book.site.live.file_watcher import FileWatcher


def test_a_file_that_came_with_its_folder_is_told(tmp_path: Path) -> None:
    """The folder is watched only after it was noticed, and by then the file may be there."""
    book, file = tmp_path / "book", tmp_path / "data" / "number.txt"
    book.mkdir()
    with FileWatcher([book]) as watch:
        watch.follow([file], [])
        file.parent.mkdir()
        assert watch.saved(timeout=60) == {file.parent}
        file.write_text("0.1")
        watch.follow([file], [])
        assert watch.saved(timeout=60) == {file}


def test_what_was_there_before_is_not_told(tmp_path: Path) -> None:
    book, file = tmp_path / "book", tmp_path / "number.txt"
    book.mkdir()
    file.write_text("0.1")
    with FileWatcher([book]) as watch:
        watch.follow([file, tmp_path / "data" / "missing.txt"], [])
        assert watch.saved(timeout=0.3) == frozenset()
