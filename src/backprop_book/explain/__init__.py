"""explain: the arithmetic of one step, written out from the values that its statement read.

`write_out` evaluates a statement over terms, which are numbers that keep their arithmetic as text (`working`, `evaluate`, `operations`,
`term`), and compares the result with the value in the run. For PyTorch calls that hide their arithmetic, `learning` does so.
"""

from collections.abc import Mapping

from backprop_book.core.model import Step, Trace, Value
from backprop_book.explain.result import Element, Working

__all__ = ["Element", "Working", "write_out"]


def write_out(trace: Trace, step: Step, before: Mapping[str, Value], after: Mapping[str, Value]) -> tuple[Working, ...]:
    """Write out the arithmetic of a step.

    Args:
        trace: The run.
        step: The step.
        before: The values of the names in its frame before the step.
        after: Those after it; the value of a `return`, of a test or of an expression under the empty name.

    Returns:
        The arithmetic of each result; empty where there is none to show, or where it does not give the values of the run.
    """
    # NumPy takes as long to import as a listing takes to draw; a book whose listings are all cached is built without it.
    from backprop_book.explain.learning import learned
    from backprop_book.explain.working import workings

    # Without the modules, `np.outer` is read as NumPy's function.
    code = trace.statements[step.statement].code
    made = workings(code, {name: value for name, value in before.items() if value.kind != "module"}, after)
    return tuple(each for each in made or learned(trace, step, before) if each.agrees and each.elements)
