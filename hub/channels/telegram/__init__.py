"""Telegram: private chats as a channel of their own.

An update comes in by webhook or polling, is read (`updates`) and stored (`receive`), and only then acknowledged; what
must be said to Telegram besides (`follow_ups`) may fail. Messages go out through the outbox (`send`), drawn from blocks
(`render`, `rich`) and paced (`limits`). `channel` puts the parts together.
"""

from __future__ import annotations

import os

# Telegram's library then gives durations as timedelta, as it always will one day, and does not warn.
os.environ.setdefault("PTB_TIMEDELTA", "true")
