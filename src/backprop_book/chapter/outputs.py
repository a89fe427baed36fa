"""outputs: fences that show what a listing prints."""

from backprop_book.chapter.book import Place
from backprop_book.chapter.fences import Fence
from backprop_book.chapter.regions import Output
from backprop_book.chapter.trouble import Trouble


def read_output(fence: Fence, place: Place) -> tuple[tuple[Output, ...], tuple[Trouble, ...]]:
    """Read a fence titled "Output".

    Returns:
        The region, unless there is nothing that could print it, and what is wrong.
    """
    if place.silent:
        return (), ()
    if place.listing is None:
        remedy = "show the listing above it, or give the fence another title"
        message = "there is no listing above whose output this could be"
        return (), (Trouble(fence.mark, message, remedy, "", "", "output"),)
    output = Output(fence.start, fence.end, fence.text_start, fence.text_end, fence.text, fence.indent, place.listing)
    return (output,), ()
