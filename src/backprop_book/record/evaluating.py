"""evaluating: expressions over values that were recorded, outside of any run."""

import sys
from pathlib import Path
from typing import Any

from backprop_book.core.model import Answer, Outcome, Probe, Run, Trace
from backprop_book.record.codec import values_from_json, write_run
from backprop_book.record.decoder import OpaqueError, decode
from backprop_book.record.encoder import encode
from backprop_book.record.evaluation import evaluate_alone
from backprop_book.record.question import compiled


def evaluate(message: dict[str, Any]) -> None:
    """Evaluate the expressions of a message and write_run the answers in its folder."""
    values = values_from_json(message["values"])
    answers = []
    for expression, names in message["combinations"]:
        answers.append(_answer(expression, {name: values[index] for name, index in names.items()}))
    trace = Trace("", "", (), (), (), (), "", "")
    write_run(Run(Outcome("finished"), trace, tuple(answers)), Path(message["order"]["folder"], "result.json"))


def _answer(expression: str, names: dict[str, Any]) -> Answer:
    probe = Probe(expression)
    try:
        asked = compiled(expression)
        space = {name: decode(value) for name, value in names.items() if name in asked.names}
    except OpaqueError as error:
        return Answer(probe, error=f"ValueError: {error}")
    except ValueError as error:
        return Answer(probe, error=str(error))
    space.setdefault("np", sys.modules["numpy"])  # whoever asks has it imported before
    found, error_text, near = evaluate_alone(asked, space, names)
    return Answer(probe, None if error_text else encode(found), error_text, near)
