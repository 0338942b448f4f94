"""What redaction and erasure leave in SQLite's files: nothing, also where no query looks."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.escalation.desk import Desk
from tests.hub.site import eventually

#: PostgreSQL removes the terms of a row with the row.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CANARY = "zquetzalcoatl"
SAID = f"My name is {CANARY}."


async def said_in_a_case(desk: Desk) -> tuple[str, int]:
    """Return the number of a case whose customer said their name and went on, and the message's id."""
    customer, number = await desk.case()
    await customer.write(SAID)
    for count in ("one", "two", "three"):
        await customer.write(f"That was {count}.")
    await desk.until_dealt_with(customer)
    return number, next(event["id"] for event in await customer.events() if event["data"].get("text") == SAID)


async def segments(desk: Desk) -> bytes:
    """Return all that the index is made of."""
    async with desk.database.read() as session:
        return b"".join((await session.execute(text("SELECT block FROM search_index_data"))).scalars())


async def is_gone(desk: Desk, folder: Path) -> None:
    """Return once the name is neither in the index nor anywhere in the files of the store."""

    async def is_so() -> bool:
        files = b"".join(file.read_bytes() for file in folder.glob("pharos.db*"))
        return CANARY.encode() not in await segments(desk) + files

    await eventually(is_so)


async def test_redacted_words_are_in_no_file(desk: Desk, tmp_path: Path) -> None:
    number, event_id = await said_in_a_case(desk)
    ana = await desk.agent()
    assert CANARY.encode() in await segments(desk)

    await ana.do("redact", number, event_id=event_id, part=CANARY, reason="Not ours to keep")

    await is_gone(desk, tmp_path)
    assert (await ana.get("/tickets", q="three"))["tickets"][0]["number"] == number


async def test_erased_words_are_in_no_file(desk: Desk, tmp_path: Path) -> None:
    number, _ = await said_in_a_case(desk)
    admin = await desk.agent("ada", "Ada", "admin")
    assert CANARY.encode() in await segments(desk)

    erased = await admin.client.post("/erasures", json={"ticket": number, "reason": "Asked by letter"})

    assert erased.status_code == 200
    await is_gone(desk, tmp_path)
