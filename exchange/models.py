"""Tables of the price record.

Samples of the present hour are rows; a finished hour is packed into one block per symbol and its
rows go. Measured with 100 simulated symbols (random walks, prices from 0.0001 to 100,000, changed at
88 % of the polls), 90 days at 8,640 polls a day:

    rows, all 78 million     SQLite 4.4 GB   PostgreSQL 12.3 GB (with the key's index)
    only rows that changed   about 88 % of that: indices move every five seconds
    blocks                   SQLite 386 MB   PostgreSQL 356 MB (1.4 kB a block, indices included)

Packing a block takes 2 ms, reading one 1.4 ms; the present hour is at most 36,000 rows, 6 MB.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from conversations.database import Base


class PriceSample(Base):
    """One symbol at one poll, until its hour is packed. Numbers are text: exactly what was published."""

    __tablename__ = "price_sample"
    __table_args__ = {"sqlite_with_rowid": False}

    symbol: Mapped[str] = mapped_column(String(48), primary_key=True)
    #: Seconds since 1970, UTC.
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    mark: Mapped[str | None] = mapped_column(String(48))
    #: `index` is a word of SQL.
    index_price: Mapped[str | None] = mapped_column(String(48))
    funding: Mapped[str | None] = mapped_column(String(48))
    state: Mapped[str] = mapped_column(String(32))


class PriceHour(Base):
    """A finished hour of one symbol; exchange.samples says what is in the block."""

    __tablename__ = "price_hour"

    symbol: Mapped[str] = mapped_column(String(48), primary_key=True)
    #: The hour's first second since 1970.
    hour: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, index=True)
    samples: Mapped[bytes]


class RecorderLease(Base):
    """Which replica records, until when. The table has one row, made by the migration."""

    __tablename__ = "recorder_lease"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    owner: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime]
