"""Trackers of the turns under way, kept as objects in this process and gone when the turn is."""

from __future__ import annotations

from collections.abc import Iterable

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.trackers import DialogueStateTracker


class TurnStore(TrackerStore):
    """An in-memory tracker store that neither copies nor serialises: one turn has its tracker to itself."""

    def __init__(self) -> None:
        super().__init__(None)
        self._trackers: dict[str, DialogueStateTracker] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps a tracker (see parent class for full docstring)."""
        self._trackers[tracker.sender_id] = tracker

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Returns a tracker (see parent class for full docstring)."""
        return self._trackers.get(sender_id)

    async def keys(self) -> Iterable[str]:
        """Returns the turns under way (see parent class for full docstring)."""
        return list(self._trackers)

    def free_key(self, turn_id: str) -> str:
        """Return a key for a turn that no other turn under way has: the same turn may come twice at once."""
        key, number = turn_id, 2
        while key in self._trackers:
            key, number = f"{turn_id}-{number}", number + 1
        return key

    def take(self, key: str) -> DialogueStateTracker | None:
        """Remove a tracker and return it."""
        return self._trackers.pop(key, None)
