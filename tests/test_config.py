"""The configuration of a book, and what is said where it is wrong."""

from pathlib import Path

import pytest

from backprop_book.core.config import Family, book_root, load_config
from backprop_book.core.problems import BookError


def write(root: Path, text: str) -> None:
    (root / "pyproject.toml").write_text(text, encoding="utf-8")


def test_configuration(tmp_path: Path) -> None:
    root = tmp_path
    write(root, "[tool.backprop_book]\n")
    (root / "docs" / "deep").mkdir(parents=True)
    (root / "snippets").mkdir()
    assert book_root(root / "docs" / "deep") == root
    write(
        root,
        '[tool.backprop_book]\ndocs = 3\nother = 1\nverified = ["no.md"]\n\n[tool.backprop_book.terms]\n"x" = "y"\n\'3x\' = ""\n',
    )
    assert [str(problem).splitlines()[0] for problem in load_config(root).problems] == [
        "pyproject.toml:2:1: `docs` is not a folder of the book",
        "pyproject.toml:3:1: [tool.backprop_book] has no key `other`",
        "pyproject.toml:4:1: `verified` is not a list of files",
        "pyproject.toml:8:1: the term `3x` has no reason",
    ]
    write(root, "[tool.backprop_book]\nterms = 3\n")
    assert [problem.message for problem in load_config(root).problems] == ["`terms` is not a table"]
    write(root, '[tool.backprop_book]\nterms = {"3x" = ""}\n')
    assert [(problem.line, problem.column) for problem in load_config(root).problems] == [(2, 11)]
    write(root, "[tool.backprop_book]\nsymbols = 3\n")
    assert [problem.message for problem in load_config(root).problems] == ["`symbols` is not a table"]
    write(
        root,
        '[tool.backprop_book]\n[tool.backprop_book.symbols]\nloss = { code = ["loss"], math = ["L"] }\n'
        'gradient = { code = [".grad"] }\nlosses = {}\noutput = { kode = ["y"] }\ninput = { code = "x" }\n',
    )
    config = load_config(root)
    assert config.symbols == (Family("loss", ("loss",), ("L",)), Family("gradient", (".grad",), ()))
    assert [str(problem) for problem in config.problems] == [
        "pyproject.toml:5:1: there is no family of symbols `losses`\n"
        "    found:    losses\n"
        "    expected: input, parameter, preactivation, activation, output, target, loss, gradient\n"
        "    remedy:   correct the name",
        *(
            f"pyproject.toml:{line}:1: the family `{name}` does not say which names are its own\n"
            f"    found:    {found}\n"
            '    expected: { code = ["dL_*", ".grad"], math = ["L"] }\n'
            "    remedy:   give lists of names in code and of letters in formulas"
            for line, name, found in ((6, "output", "{'kode': ['y']}"), (7, "input", "{'code': 'x'}"))
        ),
    ]
    for text, message in (("[tool", "this is no TOML"), ("[tool]\n", "there is no table [tool.backprop_book]")):
        write(root, text)
        with pytest.raises(BookError, match=message.replace("[", r"\[")):
            load_config(root)
    with pytest.raises(BookError, match="upwards holds a"):
        book_root(root)
    (root / "pyproject.toml").unlink()
    with pytest.raises(BookError, match="there is no py"):
        load_config(root)
