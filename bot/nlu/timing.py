"""Where the time of one message goes: components add their share to the message attribute `timings_ms`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from rasa.shared.nlu.training_data.message import Message

TIMINGS = "timings_ms"


@contextmanager
def timed(message: Message, step: str) -> Iterator[None]:
    """Add the time spent inside to a message, in milliseconds."""
    started = perf_counter()
    yield
    spent = dict(message.get(TIMINGS) or {})
    spent[step] = round(spent.get(step, 0.0) + (perf_counter() - started) * 1000, 2)
    message.set(TIMINGS, spent)
