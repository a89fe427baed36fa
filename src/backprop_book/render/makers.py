"""makers: of which values that a step read the table stands in the page already, at the step that made them."""

from collections.abc import Iterable, Mapping

from backprop_book.render.drawn import Drawn
from backprop_book.render.moments import Moment


def makers(written: Iterable[Moment]) -> Mapping[int, Mapping[str, Moment]]:
    """For each step, by its index: the step that shows the same table under the same name, for each name that it read.

    Single numbers and words are not in it: a reference would take as much room as they do.

    Args:
        written: The steps whose values the page shows, each once, in any order.
    """
    # By frame and name: another call may have the same name for something else.
    made: dict[tuple[int, str], tuple[Moment, Drawn | None]] = {}
    found: dict[int, Mapping[str, Moment]] = {}
    for moment in sorted(written, key=lambda each: each.step.index):
        frame = moment.step.frame
        found[moment.step.index] = {
            name: made[frame, name][0]
            for name, drawn in moment.read
            if (frame, name) in made and drawn.rows and made[frame, name][1] == drawn
        }
        made |= {(frame, change.name): (moment, change.new) for change in moment.changed}
    return found
