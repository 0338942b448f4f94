"""The audit log: what is written, that it stays, how it is read."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from escalation import audit
from tests.escalation.desk import PASSWORD, AgentClient, Desk, client_of


async def admin_of(desk: Desk) -> AgentClient:
    return await desk.agent("ada", "Ada", "admin")


async def entries(admin: AgentClient, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await admin.get("/audit", **filters))["entries"]
    return found


async def test_signing_in_and_out_and_failing_is_written_down_without_what_was_typed(desk: Desk) -> None:
    ada, ana = await admin_of(desk), await desk.agent()
    client = client_of(desk.app)
    await client.post("/desk/v1/session", json={"login": "my secret phrase", "password": "x"})
    for _ in range(5):
        await client.post("/desk/v1/session", json={"login": "ana", "password": "guessed secret"})
    await ana.client.delete("/session")

    found = await entries(ada)

    assert [entry["action"] for entry in found] == [
        "session.ended",
        "session.locked",
        *["session.refused"] * 6,
        "session.started",
        "session.started",
    ]
    assert found[1]["data"] == {"seconds": 30}
    assert found[2]["object"] == f"agent:{ana.id}"
    assert found[7]["object"] == "login:unknown"
    assert all(entry["address_hash"] for entry in found)
    assert "secret" not in str(found)
    assert PASSWORD not in str(found)


async def test_who_changed_whose_skills_and_role_is_written_down(desk: Desk) -> None:
    ada, ana = await admin_of(desk), await desk.agent()

    await ada.edit(ana, capacity=7, languages=["en"], role="lead")

    skills, role = (await entries(ada, person=ada.id))[:2]
    assert (skills["action"], skills["object"], skills["data"]) == (
        "skills.changed",
        f"agent:{ana.id}",
        {"capacity": [5, 7]},
    )
    assert (role["action"], role["person"]["name"], role["data"]) == (
        "role.changed",
        "Ada",
        {"from": "agent", "to": "lead"},
    )


async def test_what_is_refused_leaves_no_entry(desk: Desk) -> None:
    ada = await admin_of(desk)

    await ada.edit(ada, capacity=7, role="agent")

    assert [entry["action"] for entry in await entries(ada)] == ["session.started"]


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET actor_name = 'Nobody'", "DELETE FROM audit_entry"])
async def test_database_refuses_to_change_an_entry(desk: Desk, change: str) -> None:
    ada = await admin_of(desk)
    before = await entries(ada)

    with pytest.raises(DatabaseError, match="append-only"):
        async with desk.database.write() as session:
            await session.execute(text(change))

    assert await entries(ada) == before


async def test_detail_named_like_a_secret_is_refused(desk: Desk) -> None:
    async with desk.database.write() as session:
        with pytest.raises(ValueError, match="'token'"):
            await audit.record(session, desk.clock.now(), "system", "link.issued", "agent:1", {"token": "x"})


async def test_pages_follow_each_other_while_entries_are_added(desk: Desk) -> None:
    ada = await admin_of(desk)
    for capacity in range(1, 6):
        await ada.edit(ada, capacity=capacity + 10)

    first = await ada.get("/audit", limit=3)
    await ada.edit(ada, capacity=50)
    second = await ada.get("/audit", limit=3, before=first["next"])

    ids = [entry["id"] for entry in (*first["entries"], *second["entries"])]
    assert len(ids) == 6
    assert ids == sorted(ids, reverse=True)
    assert second["next"] is None
    assert first["actions"] == ["session.started", "skills.changed"]


async def test_filters_by_person_action_and_time(desk: Desk) -> None:
    ada, ana = await admin_of(desk), await desk.agent()
    noon = desk.clock.now()
    desk.clock.advance(hours=1)
    await ada.edit(ana, capacity=1)
    since = desk.clock.now().isoformat()

    assert [entry["action"] for entry in await entries(ada, person=ana.id)] == ["session.started"]
    assert [entry["person"]["name"] for entry in await entries(ada, action="skills.changed")] == ["Ada"]
    assert [entry["action"] for entry in await entries(ada, since=since)] == ["skills.changed"]
    assert await entries(ada, until=noon.isoformat()) == []
    wrong = await ada.client.get("/audit", params={"since": "yesterday"})
    assert (wrong.status_code, wrong.json()["error"]) == (422, "invalid_request")


async def test_export_is_written_down_and_holds_no_formula(desk: Desk) -> None:
    ada = await desk.agent("ada", "=Ada", "admin")

    answer = await ada.client.get("/audit.csv", params={"action": "session.started"})

    rows = list(csv.DictReader(answer.text.splitlines()))
    assert answer.headers["content-type"].startswith("text/csv")
    assert [(row["person"], row["action"]) for row in rows] == [("'=Ada", "session.started")]
    noted = (await entries(ada))[0]
    assert (noted["action"], noted["data"]) == ("export.made", {"action": "session.started"})
