"""What the record says of a dispute: ranges, and whether the mark price reached the price in dispute.

The mark price, not the last trade, decides a liquidation (F218); it is known every ten seconds at most.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from escalation.evidence.domain import Note
from exchange.answers import Bucket
from exchange.fields import number
from exchange.samples import GAP_AFTER, Sample


def findings(
    samples: Sequence[Sample], buckets: Sequence[Bucket], price: Decimal | None, *, is_whole: bool
) -> list[Note]:
    """Return what can be said; `is_whole`: the record has no gap in the window."""
    notes = [*_mark_range(samples), *_trade_range(buckets)]
    if price is None or not samples:
        return notes
    reached_at = first_reached(samples, price)
    if reached_at is not None:
        return [*notes, Note("mark_reached", {"price": number(price), "at": reached_at})]
    return [*notes, Note("mark_not_reached" if is_whole else "mark_not_seen", {"price": number(price)})]


def first_reached(samples: Sequence[Sample], price: Decimal) -> datetime | None:
    """Return the first sample at a price, or on its other side from the sample before; a gap joins nothing."""
    known = [(sample.at, sample.mark) for sample in samples if sample.mark is not None]
    if known and known[0][1] == price:
        return known[0][0]
    for (before_at, before), (at, mark) in itertools.pairwise(known):
        if (before - price) * (mark - price) <= 0 and (mark == price or at - before_at <= GAP_AFTER):
            return at
    return None


def _mark_range(samples: Sequence[Sample]) -> list[Note]:
    known = [(sample.mark, sample.at) for sample in samples if sample.mark is not None]
    if not known:
        return []
    low, high = min(known), max(known, key=lambda entry: entry[0])
    return [Note("mark_range", {"low": number(low[0]), "low_at": low[1], "high": number(high[0]), "high_at": high[1]})]


def _trade_range(buckets: Sequence[Bucket]) -> list[Note]:
    lows = [bucket.low for bucket in buckets if bucket.low is not None]
    highs = [bucket.high for bucket in buckets if bucket.high is not None]
    return [Note("trade_range", {"low": number(min(lows)), "high": number(max(highs))})] if lows and highs else []
