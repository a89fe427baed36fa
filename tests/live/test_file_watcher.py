"""What is told of files that were saved."""

import shutil
import time
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


def test_a_file_that_went_before_it_was_followed_is_told(tmp_path: Path) -> None:
    """A run read the file, and the folder was deleted before anybody watched it."""
    book, place = tmp_path / "book", tmp_path / "far" / "data.txt"
    book.mkdir()
    place.parent.mkdir()
    place.write_text("1")
    with FileWatcher([book]) as watch:
        time.sleep(0.02)  # the clock of files goes in steps
        shutil.rmtree(place.parent)
        watch.follow([place], [])
        assert watch.saved(timeout=60) == {place}


def test_a_folder_that_was_made_anew_is_followed(tmp_path: Path) -> None:
    book, far = tmp_path / "book", tmp_path / "far"
    book.mkdir()
    far.mkdir()
    place = far / "data.txt"
    place.write_text("1")
    with FileWatcher([book]) as watch:
        watch.follow([place], [])
        shutil.rmtree(far)
        wait_for(watch, place)
        far.mkdir()
        place.write_text("2")
        watch.follow([place], [])
        wait_for(watch, place)
        place.write_text("3")
        wait_for(watch, place)


def wait_for(watch: FileWatcher, place: Path) -> None:
    """Wait until a file is told, and follow it after all that is told, as the server does."""
    told: frozenset[Path] = frozenset()
    while place not in told:
        told = watch.saved(timeout=60)
        assert told
        watch.follow([place], [])
