"""Admins and accounts: invites, resets, roles, deactivation, and the last admin."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.escalation.desk import PASSWORD, AgentClient, Desk, client_of

NEW = "another correct horse"


async def admin_of(desk: Desk, login: str = "ada") -> AgentClient:
    return await desk.agent(login, login.title(), "admin")


async def invite(admin: AgentClient, **more: Any) -> tuple[str, str]:
    """Invite Ben; returns his id and the link's token."""
    body = {"login": "Ben@Desk", "name": "Ben", "role": "agent", **more}
    answer = await admin.client.post("/agents", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], answer.json()["link"]["token"]


async def use(desk: Desk, token: str, password: str = NEW) -> httpx.Response:
    return await client_of(desk.app).post("/desk/v1/password-link", json={"token": token, "password": password})


async def sign_in(desk: Desk, login: str, password: str) -> httpx.Response:
    return await client_of(desk.app).post("/desk/v1/session", json={"login": login, "password": password})


async def account(reader: AgentClient, agent_id: str) -> dict[str, Any]:
    found = (await reader.get("/accounts"))["accounts"]
    return next(dict(one) for one in found if one["id"] == agent_id)


async def test_invited_agent_sets_a_password_and_signs_in(desk: Desk) -> None:
    ada = await admin_of(desk)
    ben, token = await invite(ada, queues=["risk"], languages=["zh"], capacity=2)
    invited = await account(ada, ben)

    shown = await client_of(desk.app).post("/desk/v1/password-link/look", json={"token": token})
    answer = await use(desk, token)

    assert (shown.json()["login"], shown.json()["kind"]) == ("ben@desk", "invite")
    assert answer.status_code == 204
    assert (await sign_in(desk, "ben@desk", NEW)).status_code == 200
    joined = await account(ada, ben)
    assert (invited["status"], invited["link"]["kind"]) == ("invited", "invite")
    assert (joined["status"], joined["link"], joined["queues"], joined["languages"], joined["capacity"]) == (
        "active",
        None,
        ["risk"],
        ["zh"],
        2,
    )


async def test_link_counts_once(desk: Desk) -> None:
    _, token = await invite(await admin_of(desk))
    await use(desk, token)

    again = await use(desk, token, "yet another password")

    assert (again.status_code, again.json()["error"]) == (404, "link_not_found")
    assert (await sign_in(desk, "ben@desk", NEW)).status_code == 200


async def test_two_who_use_a_link_at_once_set_one_password(desk: Desk) -> None:
    _, token = await invite(await admin_of(desk))

    answers = await asyncio.gather(*(use(desk, token, f"{NEW} {n}") for n in range(2)))

    assert sorted(answer.status_code for answer in answers) == [204, 404]


@pytest.mark.parametrize(("hours", "status"), [(71, 204), (72, 404)])
async def test_link_counts_for_72_hours(desk: Desk, hours: int, status: int) -> None:
    _, token = await invite(await admin_of(desk))

    desk.clock.advance(hours=hours)

    assert (await use(desk, token)).status_code == status


async def test_new_link_voids_the_one_before_and_a_revoked_one_is_void(desk: Desk) -> None:
    ada = await admin_of(desk)
    ben, first = await invite(ada)

    second = (await ada.client.post(f"/agents/{ben}/link")).json()["link"]["token"]
    voided = await use(desk, first)
    revoked = await ada.client.delete(f"/agents/{ben}/link")

    assert (voided.status_code, revoked.status_code) == (404, 204)
    assert (await use(desk, second)).status_code == 404


@pytest.mark.parametrize("password", ["short one", "ben@desk-ops.example", "BEN@desk-ops.example "])
async def test_password_that_breaks_a_rule_leaves_the_link_good(desk: Desk, password: str) -> None:
    _, token = await invite(await admin_of(desk), login="ben@desk-ops.example")

    refused = await use(desk, token, password)

    assert (refused.status_code, refused.json()["error"]) == (422, "invalid_request")
    assert (await use(desk, token)).status_code == 204


async def test_token_is_stored_hashed(desk: Desk) -> None:
    _, token = await invite(await admin_of(desk))

    async with desk.database.read() as session:
        stored = str((await session.execute(text("SELECT * FROM password_link"))).all())

    assert token not in stored


async def test_reset_ends_sessions_unlocks_and_voids_the_old_password(desk: Desk) -> None:
    ada, ana = await admin_of(desk), await desk.agent()
    for _ in range(5):
        await sign_in(desk, "ana", "wrong password")
    issued = (await ada.client.post(f"/agents/{ana.id}/link")).json()["link"]

    await use(desk, issued["token"])

    assert issued["kind"] == "reset"
    assert (await ana.client.get("/session")).status_code == 401
    assert (await sign_in(desk, "ana", NEW)).status_code == 200
    assert (await sign_in(desk, "ana", PASSWORD)).status_code == 401


async def test_invited_agent_covers_nothing_until_they_join(desk: Desk) -> None:
    ada = await admin_of(desk)
    _, token = await invite(ada, languages=["zh"])
    _, number = await desk.case(locale="zh")
    before = await ada.ticket(number)

    await use(desk, token)

    assert (before["has_no_skill"], (await ada.ticket(number))["has_no_skill"]) == (True, False)


async def test_change_of_role_ends_their_sessions_at_once(desk: Desk) -> None:
    ada, ana = await admin_of(desk), await desk.agent()
    stream = await desk.stream(ana)

    answer = await ada.edit(ana, role="lead")

    assert answer.json()["role"] == "lead"
    assert (await ana.client.get("/session")).status_code == 401
    await stream.ended()
    await ana.sign_in()
    assert (await ana.client.get("/accounts")).status_code == 200


async def test_deactivated_agent_is_out_and_their_tickets_return(desk: Desk) -> None:
    ada, ana = await admin_of(desk), await desk.agent()
    customer, number = await desk.case()
    await ana.take(number)
    await ana.reply(number, "Ana here.")

    answer = await ada.client.post(f"/agents/{ana.id}/deactivate")
    await desk.sweep()

    ticket = await ada.ticket(number)
    assert answer.status_code == 204
    assert (await ana.client.get("/session")).status_code == 401
    assert (await sign_in(desk, "ana", PASSWORD)).json()["detail"] == "Login or password is wrong."
    assert (ticket["assignee"], ticket["held_by"]) == (None, "queue")
    assert any(entry["actor"]["name"] == "Ana" for entry in ticket["history"])
    assert (await customer.events())[-1]["data"]["holder"] == "queue"
    assert [one["name"] for one in (await ada.get("/agents"))["agents"]] == ["Ada"]
    assert (await account(ada, ana.id))["status"] == "deactivated"


async def test_reactivated_agent_signs_in_with_the_old_password(desk: Desk) -> None:
    ada, ana = await admin_of(desk), await desk.agent()
    await ada.client.post(f"/agents/{ana.id}/deactivate")

    answer = await ada.client.post(f"/agents/{ana.id}/reactivate")

    assert answer.status_code == 204
    assert (await sign_in(desk, "ana", PASSWORD)).status_code == 200


async def test_last_active_admin_stays(desk: Desk) -> None:
    ada = await admin_of(desk)
    await invite(ada, role="admin")  # who has not joined yet

    demoted = await ada.edit(ada, role="lead")
    removed = await ada.client.post(f"/agents/{ada.id}/deactivate")

    assert (demoted.status_code, demoted.json()["error"]) == (409, "last_admin")
    assert (removed.status_code, removed.json()["error"]) == (409, "last_admin")
    assert (await ada.get("/session"))["agent"]["role"] == "admin"


async def test_two_admins_who_remove_each_other_at_once_leave_one(desk: Desk) -> None:
    ada, ben = await admin_of(desk), await admin_of(desk, "ben")

    await asyncio.gather(
        ada.client.post(f"/agents/{ben.id}/deactivate"), ben.client.post(f"/agents/{ada.id}/deactivate")
    )

    async with desk.database.read() as session:
        query = "SELECT count(*) FROM agent WHERE role = 'admin' AND deactivated_at IS NULL"
        assert (await session.execute(text(query))).scalar_one() == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/agents", {"login": "x", "name": "X", "role": "agent"}),
        ("PATCH", "/agents/{id}", {"role": "admin"}),
        ("PATCH", "/agents/{id}", {"name": "Boss"}),
        ("POST", "/agents/{id}/link", {}),
        ("DELETE", "/agents/{id}/link", None),
        ("POST", "/agents/{id}/deactivate", {}),
        ("POST", "/agents/{id}/reactivate", {}),
        ("GET", "/audit", None),
        ("GET", "/audit.csv", None),
    ],
)
async def test_leads_do_not_do_what_admins_do(desk: Desk, method: str, path: str, body: dict[str, Any] | None) -> None:
    lea = await desk.lead()
    before = await lea.get("/accounts")

    answer = await lea.client.request(method, path.format(id=lea.id), json=body)

    assert (answer.status_code, answer.json()["error"]) == (403, "wrong_role")
    assert await lea.get("/accounts") == before


async def test_agents_do_not_see_accounts(desk: Desk) -> None:
    ana = await desk.agent()

    answer = await ana.client.get("/accounts")

    assert (answer.status_code, answer.json()["error"]) == (403, "wrong_role")


async def change_password(agent: AgentClient, current: str = PASSWORD, password: str = NEW) -> httpx.Response:
    return await agent.client.post("/me/password", json={"current": current, "password": password})


async def test_changed_password_counts_from_now_on_and_other_sessions_end(desk: Desk) -> None:
    ada, ana = await admin_of(desk), await desk.agent()
    elsewhere = AgentClient(client_of(desk.app, "http://desk/desk/v1"), "ana")
    await elsewhere.sign_in()
    link = (await ada.client.post(f"/agents/{ana.id}/link")).json()["link"]["token"]

    answer = await change_password(ana)

    assert answer.status_code == 204
    assert (await ana.client.get("/session")).status_code == 200
    assert (await elsewhere.client.get("/session")).status_code == 401
    assert (await use(desk, link, "yet another password")).status_code == 404
    assert (await sign_in(desk, "ana", PASSWORD)).status_code == 401
    assert (await sign_in(desk, "ana", NEW)).status_code == 200
    entries = (await ada.get("/audit", action="password.changed"))["entries"]
    assert [(one["person"]["name"], one["object"]) for one in entries] == [("Ana", f"agent:{ana.id}")]


async def test_wrong_current_password_changes_nothing_and_locks_like_signing_in(desk: Desk) -> None:
    ada, ana = await admin_of(desk), await desk.agent()

    wrong = [await change_password(ana, "wrong password") for _ in range(5)]
    locked = await change_password(ana)

    assert {(answer.status_code, answer.json()["error"]) for answer in wrong} == {(422, "wrong_password")}
    assert (locked.status_code, locked.json()["error"], locked.headers["retry-after"]) == (
        429,
        "too_many_sign_ins",
        "30",
    )
    assert (await sign_in(desk, "ana", PASSWORD)).status_code == 429
    actions = [entry["action"] for entry in (await ada.get("/audit"))["entries"]]
    assert actions[:6] == ["session.locked", *["password.refused"] * 5]
    desk.clock.advance(seconds=30)
    assert (await sign_in(desk, "ana", PASSWORD)).status_code == 200


@pytest.mark.parametrize("password", ["short one", "ana@desk-ops.example", "ANA@desk-ops.example "])
async def test_own_password_that_breaks_a_rule_is_no_failed_attempt(desk: Desk, password: str) -> None:
    ana = await desk.agent("ana@desk-ops.example")

    refused = [await change_password(ana, PASSWORD, password) for _ in range(6)]

    assert {(answer.status_code, answer.json()["error"]) for answer in refused} == {(422, "invalid_request")}
    assert (await change_password(ana)).status_code == 204


async def test_own_password_needs_a_session_and_its_csrf_token(desk: Desk) -> None:
    ana = await desk.agent()
    del ana.client.headers["X-CSRF-Token"]
    nobody = AgentClient(client_of(desk.app, "http://desk/desk/v1"), "ana")

    assert (await change_password(ana)).json()["error"] == "wrong_csrf_token"
    assert (await change_password(nobody)).json()["error"] == "not_signed_in"
