"""The page of all errors: it says what is said, and it leaves out nothing."""

from error_gallery import COMMAND, PAGE, gallery, page
from error_templates import Template, templates

UNSHOWN = {
    "this file cannot be read: …": "takes a file that exists and cannot be read, also by an administrator",
    "a text was given to the extension that is no page of the book": "takes another plug-in that rewrites a page",
    "there is no environment with …": "takes a version that cannot be had; the tests of the matrix assert it",
    "this does not hold on …": "takes another version of NumPy; the tests of the matrix assert it",
    "the snippet still runs, so nothing is checked that is said of it": "takes a server; its tests assert it",
    "this figure is not drawn yet, because something else was saved meanwhile": "takes a server; its tests assert it",
    "this statement asks for the environment variable …, which snippets are not given": (
        "takes a variable that is set around the book; a test of surroundings asserts it"
    ),
    "this figure is not drawn: … is not installed": "takes an environment without matplotlib; a test of figures asserts it",
    "this cannot be built: …": "takes a server whose build fails; its tests assert it",
    "the values of this listing are too heavy for a page, even without those of middle iterations: ….py": (
        "takes forty kilobytes of values, which would bury the page; the tests of the weight assert it"
    ),
    "nothing notices when this claim is the opposite": "nothing that passes a check is known to give it",
    "nothing notices when this name in a quote is another one": "nothing that passes a check is known to give it",
    "nothing notices when this name is another one": "nothing that passes a check is known to give it",
}
"""Messages that no sample book can bring about, and why."""


def origin(message: str, known: tuple[Template, ...]) -> str:
    """The template that a message was made from: of those that match, the one that says most of it."""
    return max((each.text for each in known if each.matches(message)), key=lambda text: len(text.replace("…", "")))


def test_the_page_shows_every_message_as_it_is_said_with_what_to_do() -> None:
    shown = gallery()
    assert PAGE.read_text(encoding="utf-8") == page(shown), f"run `{COMMAND}`"
    assert [str(each.problem) for each in shown if not each.problem.remedy] == []
    known = templates()
    seen = {origin(each.problem.message, known) for each in shown}
    missing = [f"{each.place}: {each.text}" for each in known if each.text not in seen and each.text not in UNSHOWN]
    assert missing == [], "add what brings it about to a book under tests/gallery/samples"
    assert {text for text in UNSHOWN if text in seen or text not in {each.text for each in known}} == set()
