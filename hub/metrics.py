"""Figures of this process, in Prometheus' text format, served on the ops port only."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Metrics:
    """Counters and timings of turns."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.turns = Counter("pharos_turns", "Turns committed", ["outcome"], registry=self._registry)
        self.failures = Counter("pharos_turn_failures", "Turns that failed", ["error"], registry=self._registry)
        self.assistant_seconds = Histogram(
            "pharos_assistant_seconds", "Time the assistant took", buckets=_STEPS, registry=self._registry
        )
        self.turn_seconds = Histogram(
            "pharos_turn_seconds",
            "Time from receiving a message to committing its reply",
            buckets=_STEPS,
            registry=self._registry,
        )

    def render(self) -> bytes:
        """Return everything in the text exposition format."""
        return generate_latest(self._registry)
