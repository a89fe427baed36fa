"""outputs: whether a fence shows what a listing printed."""

from backprop_book.core.problems import legible, lines, shorten, visible
from backprop_book.scan import Source
from backprop_book.scan.document import Output
from backprop_book.verify.verdict import FIX, HOLDS, Edit, Judgement


def judge_output(source: Source, output: Output, stdout: str) -> Judgement:
    """The output on the page must be what the listing printed: all of it, or its first and last lines around `...`.

    Both are compared as a page shows them: without the colours of a terminal, with control characters written out. White space
    at the end of a line, which nobody sees, is not looked at.
    """
    stated = lines(output.text)
    printed = lines(legible(stdout.replace("\r\n", "\n")))
    gaps = [number for number, line in enumerate(stated) if line.strip() == "..."]
    if len(gaps) > 1:
        return Judgement(
            source.problem(
                output.start,
                "the output is cut in several places",
                remedy="keep one line `...`, or show the whole output",
                kind="output",
            )
        )
    if gaps and not any(line.strip() for line in stated if line.strip() != "..."):
        return Judgement(
            source.problem(
                output.start,
                "this shows nothing of the output",
                found="...",
                expected=_quote(stdout),
                remedy="show its first or last lines around the line `...`, or remove the fence",
                kind="output",
            )
        )
    if not gaps:
        pairs = list(zip(range(len(stated)), stated, printed, strict=False))
        same_length = len(stated) == len(printed)
    else:
        head, tail = gaps[0], len(stated) - gaps[0] - 1
        pairs = list(zip(range(head), stated, printed, strict=False))
        if tail:
            pairs += list(zip(range(head + 1, len(stated)), stated[-tail:], printed[-tail:], strict=False))
        same_length = len(printed) >= head + tail
    wrong = [(number, said, really) for number, said, really in pairs if _seen(said) != _seen(really)]
    if not wrong and same_length:
        return HOLDS
    starts = _line_starts(source.text, output.text_start, output.text_end)
    if not wrong:
        return Judgement(
            source.problem(
                output.start,
                f"the output shows {_lines(len(stated) - len(gaps))}, and {output.listing}.py printed {len(printed)}",
                expected=_quote(stdout),
                remedy="copy the whole output, or cut it with one line `...`",
                kind="output",
            )
        )
    # Other digits are drift; other words are for a person, and so is another number of lines.
    mere_digits = same_length and all(_without_digits(said) == _without_digits(really) for _, said, really in wrong)
    number, said, really = wrong[0]
    problem = source.problem(
        min(starts[number] + output.indent, output.text_end),
        f"this is not what {output.listing}.py prints",
        found=said,
        expected=really,
        remedy=FIX if mere_digits else "copy what it prints",
        kind="output",
    )
    edits = (
        Edit(starts[number] + output.indent, starts[number] + output.indent + len(said), really)
        for number, said, really in wrong
    )
    return Judgement(problem, tuple(edits) if mere_digits else ())


def _line_starts(text: str, start: int, end: int) -> list[int]:
    starts = [start]
    while (newline := text.find("\n", starts[-1], end)) >= 0:
        starts.append(newline + 1)
    return starts


def _seen(line: str) -> str:
    return visible(legible(line)).rstrip()


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"


def _without_digits(line: str) -> str:
    return "".join(character for character in legible(line) if character not in "0123456789-−").replace(" ", "")


def _quote(text: str) -> str:
    return shorten(legible(text).rstrip("\n").replace("\n", " ⏎ "))
