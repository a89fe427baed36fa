"""explanations: the notes of a snippet, begun by headings that quote its statements, and ended by the next heading."""

from dataclasses import replace

from backprop_book.chapter.blocks import Block
from backprop_book.chapter.book import Place
from backprop_book.chapter.count import Count
from backprop_book.chapter.headings import read_heading
from backprop_book.chapter.notes import Note
from backprop_book.chapter.prose import Prose
from backprop_book.chapter.trouble import Trouble
from backprop_book.errors import place as place_of


class Explanations:
    """Reads the headings of the notes of one snippet, and measures what stands below each of them."""

    def __init__(self, prose: Prose, stem: str, text: str) -> None:
        self.notes: list[Note] = []
        """The notes so far; the last one may still go on."""
        self._prose = prose
        self._stem = stem
        self._text = text
        self._quoted: dict[int, int] = {}
        self._begun: tuple[Count, int] | None = None

    def heading(self, block: Block, above: Place) -> Place:
        """Begin a note, or end one at a heading of the first level.

        Args:
            block: The heading.
            above: What the notes speak of outside of a note.

        Returns:
            What is spoken of below the heading.
        """
        self._measure()
        if self.notes:
            self.notes[-1] = replace(self.notes[-1], end=min(self.notes[-1].end, block.line))
        if block.level == 1:
            self._prose.read(block, above)
            return above
        heading = read_heading(self._prose.clean, block, self._prose.chapter.snippets.get(self._stem))
        self._prose.troubles += heading.troubles
        for quote in heading.quotes:
            if quote.statement in self._quoted:
                line = place_of(self._text, self._quoted[quote.statement])[0]
                message = f"this statement is explained in line {line} already"
                remedy = "join the notes, or quote another statement"
                self._prose.troubles.append(Trouble(quote.start, message, remedy, quote.text, "", "notes"))
            self._quoted.setdefault(quote.statement, quote.start)
        body = self._text.find("\n", block.end)
        body = len(self._text) if body < 0 else body + 1
        place = Place(self._stem, silent=True)
        if heading.quotes:
            place = Place(self._stem, heading.quotes[0].statement)
            end = len(self._text)
            self.notes.append(Note(block.line, end, heading.quotes, heading.title_start, block.end, body, Count(), 0))
            self._begun = (self._prose.count(), self._prose.size)
        self._prose.words(heading.title_start, block.end, place)
        return place

    def finish(self) -> None:
        """End the last note, and each other one where the next one begins."""
        self._measure()
        for n, note in enumerate(self.notes[:-1]):
            self.notes[n] = replace(note, end=min(note.end, self.notes[n + 1].start))
        for note in self.notes:
            if not note.words:
                remedy = "say below the heading what the statement does and why, or remove the heading"
                shown = self._text[note.start : note.title_end]
                self._prose.troubles.append(Trouble(note.start, "this note has no words", remedy, shown, "", "notes"))

    def _measure(self) -> None:
        """What was read since the heading of the last note is its size."""
        if self._begun is not None:
            count, words = self._begun
            self.notes[-1] = replace(self.notes[-1], count=self._prose.count() - count, words=self._prose.size - words)
            self._begun = None
