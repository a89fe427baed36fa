"""environments: virtual environments with other versions of libraries, made once and used again by `check --matrix`."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import backprop_book
from backprop_book.core.problems import BookError, Problem

PACKAGE = "package"
"""The folder of an environment in which the machinery can be imported, and nothing else of where it is installed."""
_READY = "ready"


def environment(folder: Path, requirements: Sequence[str]) -> Path:
    """An interpreter that has the requirements, and the machinery that records.

    It is made with uv where that is installed, else with the module venv and pip; one that is ready is used again.

    Args:
        folder: Where it is kept.
        requirements: What it has, as pip reads it.

    Returns:
        The interpreter.

    Raises:
        BookError: It cannot be made.
    """
    python = folder / "bin" / "python"
    ready = folder / _READY
    wanted = "\n".join(requirements)
    if not ready.is_file() or ready.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        for command in _commands(folder, python, requirements):
            _call(command, requirements)
        ready.write_text(wanted, encoding="utf-8")
    link = folder / PACKAGE / "backprop_book"
    source = Path(backprop_book.__file__).resolve().parent
    if not link.is_symlink() or link.resolve() != source:
        shutil.rmtree(link.parent, ignore_errors=True)
        link.parent.mkdir(parents=True)
        link.symlink_to(source)
    return python


def _commands(folder: Path, python: Path, requirements: Sequence[str]) -> list[list[str]]:
    if uv := shutil.which("uv"):
        return [
            [uv, "venv", "--quiet", "--python", sys.executable, str(folder)],
            [uv, "pip", "install", "--quiet", "--python", str(python), *requirements],
        ]
    return [
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", *requirements],
    ]  # fmt: skip


def _call(command: Sequence[str], requirements: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).split("\n") if line.strip()]
        raise BookError([
            Problem(
                "pyproject.toml", 1, 1, f"there is no environment with {' and '.join(requirements)}",
                found=lines[-1].strip() if lines else f"status {done.returncode}",
                remedy=f"run `{' '.join(command)}` and mend what it reports", kind="configuration",
            )
        ])  # fmt: skip
