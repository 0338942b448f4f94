"""The policies in force in this process, and how others take their place.

Reading the file anew takes it whole or not at all: with an error it is refused, told with file and line, and what ran
stays. Every process notices by itself that its file has changed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.domain import OPEN_STATUSES
from escalation.models import Ticket
from escalation.sla import policy_file
from escalation.sla.policies import Policies
from escalation.sla.policy_file import POLICY_FILE, PolicyFileRefused

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Running:
    """Policies with the text they were read from."""

    text: str
    policies: Policies


class PolicyKeeper:
    """Holds the policies of this process, read when they are first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._running: Running | None = None
        self._seen: tuple[int, int] | None = None

    def running(self) -> Running:
        """Return what is in force.

        Raises:
            PolicyFileRefused: nothing is in force yet, and the file has an error.
        """
        return self._running or self.reload()

    def reload(self) -> Running:
        """Read the file anew.

        Raises:
            PolicyFileRefused: it has an error; what ran stays in force.
        """
        self._seen = self._stamp()
        text = policy_file.read(self.path)
        self._running = Running(text, policy_file.parse(text, str(self.path)))
        return self._running

    def reload_if_changed(self) -> bool:
        """Read the file anew if it is another than last time; a refused one is logged once and changes nothing."""
        if self._stamp() == self._seen:
            return False
        before = self._running
        try:
            self.reload()
        except PolicyFileRefused as error:
            log.error("The changed policies were refused, those that ran stay in force. %s", error.detail)
            return False
        return before is not None and before.text != self.running().text

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


#: The policies of this process.
KEEPER = PolicyKeeper(POLICY_FILE)


async def look_again(session: AsyncSession, now: datetime) -> None:
    """Let the clocks of every open ticket be measured anew, for other policies may have other deadlines."""
    await session.execute(update(Ticket).where(Ticket.status.in_(OPEN_STATUSES)).values(watch_at=now))
