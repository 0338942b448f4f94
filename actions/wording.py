"""The assistant's words: responses of domain.yml in the customer's language, filled with values.

A response has, per language, several variations; which one is said follows from the number of the turn, so that two
turns in a row never say the same. Labels and names have one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kit.clock import from_wire
from kit.zones import zone_of


class Wording:
    """Says things in one language, for one turn."""

    def __init__(self, domain: dict[str, Any], language: str, position: int, timezone: str = "UTC") -> None:
        self._responses: dict[str, list[dict[str, Any]]] = domain["responses"]
        self.language = language
        self._position = position
        self.timezone = timezone

    def has(self, key: str) -> bool:
        return f"utter_{key}" in self._responses

    def say(self, key: str, **values: object) -> str:
        """Return the response `utter_<key>` in the customer's language, this turn's variation."""
        variations = [item["text"] for item in self._responses[f"utter_{key}"] if _language_of(item) == self.language]
        return str(variations[self._position % len(variations)].format_map(values))

    def moment(self, wire: str) -> str:
        """Write an instant (or a day) for people: UTC, and the customer's own time where it differs."""
        if len(wire) == len("2026-11-22"):
            return wire
        at = from_wire(wire)
        local = at.astimezone(zone_of(self.timezone))
        written = f"{at:%Y-%m-%d %H:%M} UTC"
        return written if local.utcoffset() == at.utcoffset() else f"{written} ({_local(at, local)} {self.timezone})"


def _local(at: datetime, local: datetime) -> str:
    return f"{local:%H:%M}" if local.date() == at.date() else f"{local:%m-%d %H:%M}"


def _language_of(variation: dict[str, Any]) -> str:
    return str(next(item["value"] for item in variation["condition"] if item["name"] == "language"))
