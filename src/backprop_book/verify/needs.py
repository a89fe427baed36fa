"""needs: what a document asks, and the runs that it speaks of."""

from backprop_book.chapter import Claim, Document, Mention, Question


def questions_of(document: Document) -> list[Question]:
    """The questions of its claims and mentions."""
    asking: list[Claim | Mention] = [*document.claims, *document.mentions]
    return [region.question for region in asking if region.question is not None]


def spoken_of(document: Document) -> set[str]:
    """The snippets that it asks, or whose output or listing it shows."""
    stems = {part.snippet for question in questions_of(document) for part in question.parts}
    return stems | {output.listing for output in document.outputs} | {listing.snippet for listing in document.listings}
