"""Figures in Prometheus' text format, served on the ops port only: of this process, and of the desk as stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class DeskFigures(Collector):
    """The desk's tickets, the same in every replica: whoever serves them sets them first."""

    def __init__(self) -> None:
        self.by_status: Mapping[str, int] = {}
        self.resolved = 0

    def collect(self) -> Iterator[Metric]:
        tickets = GaugeMetricFamily("pharos_tickets", "Tickets by status", labels=["status"])
        for status, count in self.by_status.items():
            tickets.add_metric([status], count)
        yield tickets
        opened = sum(self.by_status.values())
        yield CounterMetricFamily("pharos_tickets_opened", "Tickets ever opened", value=opened)
        yield CounterMetricFamily("pharos_tickets_resolved", "Resolutions, reopened or not", value=self.resolved)


class Metrics:
    """Counters and timings of turns and of Telegram."""

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

        self.telegram_updates = Counter(
            "pharos_telegram_updates", "Updates by what they carry", ["kind"], registry=self._registry
        )
        self.telegram_sends = Counter(
            "pharos_telegram_sends", "Calls that send a message, by result", ["result"], registry=self._registry
        )
        self.telegram_files = Counter(
            "pharos_telegram_files", "Attempts to fetch a file, by result", ["result"], registry=self._registry
        )
        self.desk = DeskFigures()
        self._registry.register(self.desk)

    def render(self) -> bytes:
        """Return everything in the text exposition format."""
        return generate_latest(self._registry)
