"""remembered: what was made of a listing, remembered by all that it was made from.

To write out the arithmetic of a run takes longer than the run. What is remembered stands in a place of its own, so that no more is
kept than is shown.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from backprop_book.memory import keep, kept, machinery
from backprop_book.render.listing import ListingView


def remembered(folder: Path | None, place: str, make: Callable[[ListingView], str], view: ListingView) -> str:
    """What is made of a listing; made only if it is not known.

    Args:
        folder: Where it is remembered; nowhere without it.
        place: What it is called there: no two things share a name, and one that is made again has the same.
        make: Makes it, from the view alone.
        view: The listing.
    """
    if folder is None:
        return make(view)
    # A view says in full what it is made of, down to the last digit.
    key = hashlib.sha256(f"{machinery()} {view!r}".encode("utf-8", "surrogatepass")).hexdigest()
    made = kept(folder, place, key)
    if made is None:
        made = make(view)
        keep(folder, place, key, made)
    return made
