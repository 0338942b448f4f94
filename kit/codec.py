"""Dataclasses to JSON-ready dictionaries and back, naming the path of whatever does not fit."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from typing import Any, TypeVar

from kit.errors import InvalidRequest

T = TypeVar("T")


def encode(value: Any) -> Any:
    """Return a dataclass (or anything holding some) as plain dictionaries and lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    return value


def decode(kind: type[T], data: Any, path: str = "") -> T:
    """Build a dataclass from JSON. Unknown keys are ignored, so that either side may be newer.

    Raises:
        InvalidRequest: a field is missing or of the wrong type; the text names its path.
    """
    if not isinstance(data, dict):
        raise InvalidRequest(f"{path or kind.__name__}: expected an object, got {type(data).__name__}.")
    hints = _hints(kind)  # type: ignore[arg-type]  # classes are hashable, which mypy does not know of type[T]
    values = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]  # kind is a dataclass by contract
        where = f"{path}.{field.name}" if path else field.name
        if field.name in data:
            values[field.name] = _decode_value(hints[field.name], data[field.name], where)
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise InvalidRequest(f"{where}: missing.")
    return kind(**values)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    """Return the types of a dataclass's fields; working them out takes longer than everything else here."""
    return typing.get_type_hints(kind)


def _decode_value(hint: Any, value: Any, path: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        return _decode_value(next(a for a in arguments if a is not type(None)), value, path)
    if origin is list:
        if not isinstance(value, list):
            raise InvalidRequest(f"{path}: expected a list, got {type(value).__name__}.")
        return [_decode_value(arguments[0], item, f"{path}[{i}]") for i, item in enumerate(value)]
    if origin is dict or hint is dict:
        if not isinstance(value, dict):
            raise InvalidRequest(f"{path}: expected an object, got {type(value).__name__}.")
        return value
    if dataclasses.is_dataclass(hint):
        return decode(typing.cast("Any", hint), value, path)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise InvalidRequest(f"{path}: expected {hint.__name__}, got {type(value).__name__}.")
    return value
