"""Codes at sign-in: enrolling, spending each code once, losing the device, and roles that must have one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import text

from escalation.api import DeskContext
from tests.escalation.desk import PASSWORD, AgentClient, Desk, client_of


async def enrol(desk: Desk, agent: AgentClient) -> tuple[pyotp.TOTP, list[str]]:
    """Set up the second factor; returns what makes its codes, and the recovery codes."""
    offered = (await agent.client.post("/me/second-factor")).json()
    totp = pyotp.TOTP(offered["secret"])
    answer = await agent.client.post("/me/second-factor/confirm", json={"code": code_now(desk, totp)})
    assert answer.status_code == 200, answer.text
    desk.clock.advance(seconds=30)
    return totp, answer.json()["recovery_codes"]


def code_now(desk: Desk, totp: pyotp.TOTP) -> str:
    return totp.at(desk.clock.now())


async def try_sign_in(desk: Desk, login: str, code: str | None = None, password: str = PASSWORD) -> httpx.Response:
    body = {"login": login, "password": password, **({} if code is None else {"code": code})}
    return await client_of(desk.app).post("/desk/v1/session", json=body)


async def actions(admin: AgentClient, **filters: Any) -> list[str]:
    return [entry["action"] for entry in (await admin.get("/audit", **filters))["entries"]]


@pytest.fixture
async def strict(desk: Desk) -> Desk:
    """A desk whose leads and admins must have a second factor."""
    context: DeskContext = desk.app.state.desk
    desk.app.state.desk = replace(context, factors=replace(context.factors, is_required=True))
    return desk


async def test_password_alone_is_not_enough_once_enrolled(desk: Desk) -> None:
    ana = await desk.agent()
    totp, _ = await enrol(desk, ana)

    without = await try_sign_in(desk, "ana")
    wrong = await try_sign_in(desk, "ana", "000000" if code_now(desk, totp) != "000000" else "111111")
    right = await try_sign_in(desk, "ana", code_now(desk, totp))

    assert (without.status_code, without.json()["error"]) == (401, "code_needed")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "wrong_sign_in_code")
    assert right.status_code == 200


async def test_code_is_not_asked_for_after_a_wrong_password(desk: Desk) -> None:
    ana = await desk.agent()
    totp, _ = await enrol(desk, ana)

    answer = await try_sign_in(desk, "ana", code_now(desk, totp), password="wrong password")

    assert (answer.status_code, answer.json()["error"]) == (401, "not_signed_in")


async def test_code_counts_once_and_for_a_step_around_now(desk: Desk) -> None:
    ana = await desk.agent()
    totp, _ = await enrol(desk, ana)
    code = code_now(desk, totp)

    first, repeated = await try_sign_in(desk, "ana", code), await try_sign_in(desk, "ana", code)
    old = totp.at(int(desk.clock.now().timestamp()) + 30)
    desk.clock.advance(seconds=90)
    late = await try_sign_in(desk, "ana", old)

    assert (first.status_code, repeated.status_code, late.status_code) == (200, 401, 401)


async def test_offer_counts_only_after_a_right_code(desk: Desk) -> None:
    ana = await desk.agent()
    offered = (await ana.client.post("/me/second-factor")).json()

    refused = await ana.client.post("/me/second-factor/confirm", json={"code": "12345"})

    assert (refused.status_code, refused.json()["error"]) == (422, "wrong_code")
    assert offered["qr_svg"].startswith("<svg")
    assert f"secret={offered['secret']}" in offered["uri"]
    assert (await try_sign_in(desk, "ana")).status_code == 200


async def test_recovery_code_stands_in_once(desk: Desk) -> None:
    ana = await desk.agent()
    _, recovery = await enrol(desk, ana)

    codes = [(await try_sign_in(desk, "ana", recovery[0].upper())).status_code for _ in range(2)]

    left = await ana.get("/me/second-factor")
    assert len(set(recovery)) == 10
    assert codes == [200, 401]
    assert left == {"is_enrolled": True, "is_required": False, "recovery_codes": 9}


async def test_guessing_codes_locks_the_login_even_with_the_password_in_between(desk: Desk) -> None:
    ana = await desk.agent()
    totp, _ = await enrol(desk, ana)

    codes = []
    for _ in range(5):
        codes.append((await try_sign_in(desk, "ana", "0000000")).status_code)
        codes.append((await try_sign_in(desk, "ana")).status_code)
    locked = await try_sign_in(desk, "ana", code_now(desk, totp))

    assert codes == [401] * 9 + [429]
    assert (locked.status_code, locked.json()["error"]) == (429, "too_many_sign_ins")


async def test_enrolling_ends_the_other_sessions(desk: Desk) -> None:
    ana = await desk.agent()
    elsewhere = AgentClient(client_of(desk.app, "http://desk/desk/v1"), "ana")
    await elsewhere.sign_in()

    await enrol(desk, ana)

    assert (await ana.client.get("/session")).status_code == 200
    assert (await elsewhere.client.get("/session")).status_code == 401


async def test_secret_and_recovery_codes_cannot_be_read_from_the_database(desk: Desk) -> None:
    ana = await desk.agent()
    totp, recovery = await enrol(desk, ana)

    async with desk.database.read() as session:
        stored = str((await session.execute(text("SELECT * FROM second_factor"))).all())
        stored += str((await session.execute(text("SELECT * FROM recovery_code"))).all())

    assert totp.secret not in stored
    assert recovery[0] not in stored
    assert recovery[0].replace("-", "") not in stored


async def test_removing_it_takes_a_code(desk: Desk) -> None:
    ana = await desk.agent()
    totp, _ = await enrol(desk, ana)

    wrong = await ana.client.post("/me/second-factor/remove", json={"code": "0000000"})
    right = await ana.client.post("/me/second-factor/remove", json={"code": code_now(desk, totp)})

    assert (wrong.status_code, right.status_code) == (422, 204)
    assert (await try_sign_in(desk, "ana")).status_code == 200


async def test_new_recovery_codes_void_the_old_ones(desk: Desk) -> None:
    ana = await desk.agent()
    totp, old = await enrol(desk, ana)

    answer = await ana.client.post("/me/second-factor/recovery-codes", json={"code": code_now(desk, totp)})

    assert answer.status_code == 200
    assert (await try_sign_in(desk, "ana", old[1])).status_code == 401
    assert (await try_sign_in(desk, "ana", answer.json()["recovery_codes"][1])).status_code == 200


@pytest.mark.parametrize("role", ["lead", "admin"])
async def test_who_must_have_one_can_do_nothing_before(strict: Desk, role: str) -> None:
    lea = await strict.agent("lea", "Lea", role)
    session = await lea.get("/session")

    refused = [
        await lea.client.get("/tickets"),
        await lea.client.get("/accounts"),
        await lea.client.get("/stream"),
        await lea.client.post("/presence", json={"status": "online"}),
    ]
    totp, _ = await enrol(strict, lea)

    assert session["must_enrol"] is True
    assert {(answer.status_code, answer.json()["error"]) for answer in refused} == {(403, "second_factor_required")}
    assert (await lea.get("/session"))["must_enrol"] is False
    assert (await lea.client.get("/tickets")).status_code == 200
    kept = await lea.client.post("/me/second-factor/remove", json={"code": code_now(strict, totp)})
    assert (kept.status_code, kept.json()["error"]) == (403, "second_factor_required")


async def test_agents_may_do_without(strict: Desk) -> None:
    ana = await strict.agent()

    assert (await ana.get("/session"))["must_enrol"] is False
    assert (await ana.client.get("/tickets")).status_code == 200


async def test_admin_resets_it_and_the_agents_sessions_end(desk: Desk) -> None:
    ada, ana = await desk.agent("ada", "Ada", "admin"), await desk.agent()
    await enrol(desk, ana)

    answer = await ada.client.delete(f"/agents/{ana.id}/second-factor")

    assert answer.status_code == 204
    assert (await ana.client.get("/session")).status_code == 401
    assert (await try_sign_in(desk, "ana")).status_code == 200
    assert (await actions(ada, person=ada.id))[0] == "second_factor.reset"
    assert "second_factor.enrolled" in await actions(ada, person=ana.id)


async def test_only_an_admin_resets_anothers(desk: Desk) -> None:
    lea, ana = await desk.lead(), await desk.agent()
    await enrol(desk, ana)

    answer = await lea.client.delete(f"/agents/{ana.id}/second-factor")

    assert (answer.status_code, answer.json()["error"]) == (403, "wrong_role")
