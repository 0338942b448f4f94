from __future__ import annotations

import asyncio

import pytest

from conversations.database import Database
from escalation import agents
from kit.clock import ManualClock
from kit.errors import Conflict, InvalidRequest
from tests.escalation.desk import PASSWORD, Desk, client_of


async def test_session_says_who_is_signed_in(desk: Desk) -> None:
    ana = await desk.agent("Ana@Desk", "Ana")

    session = await ana.get("/session")

    assert session["agent"] == {"id": ana.id, "login": "ana@desk", "name": "Ana", "role": "agent"}
    assert session["csrf"] == ana.client.headers["X-CSRF-Token"]


@pytest.mark.parametrize(("scheme", "is_secure"), [("http", False), ("https", True)])
async def test_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk, scheme: str, is_secure: bool) -> None:
    await desk.hire()

    answer = await client_of(desk.app, f"{scheme}://desk").post(
        "/desk/v1/session", json={"login": "ana", "password": PASSWORD}
    )

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("pharos_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert ("Secure" in cookie) == is_secure
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("login", "password"), [("ana", "wrong password"), ("nobody", PASSWORD), ("ana", ""), ("", PASSWORD)]
)
async def test_wrong_login_or_password_is_refused_alike(desk: Desk, login: str, password: str) -> None:
    await desk.hire()

    answer = await client_of(desk.app).post("/desk/v1/session", json={"login": login, "password": password})

    assert (answer.status_code, answer.json()) == (
        401,
        {"error": "not_signed_in", "detail": "Login or password is wrong."},
    )


@pytest.mark.parametrize("login", ["ana", "nobody"])
async def test_repeated_failures_lock_a_login_for_twice_as_long_each_time(desk: Desk, login: str) -> None:
    await desk.hire()
    client = client_of(desk.app)
    wrong = {"login": login, "password": "wrong password"}

    codes = [(await client.post("/desk/v1/session", json=wrong)).status_code for _ in range(5)]
    first = await client.post("/desk/v1/session", json={"login": login, "password": PASSWORD})
    desk.clock.advance(seconds=30)
    again = await client.post("/desk/v1/session", json=wrong)
    second = await client.post("/desk/v1/session", json=wrong)

    assert codes == [401] * 5
    assert (first.status_code, first.json()["error"], first.headers["retry-after"]) == (429, "too_many_sign_ins", "30")
    assert again.status_code == 401
    assert (second.status_code, second.headers["retry-after"]) == (429, "60")


async def test_many_attempts_at_once_do_not_outrun_the_lock(desk: Desk) -> None:
    await desk.hire()
    client = client_of(desk.app)
    wrong = {"login": "ana", "password": "wrong password"}

    answers = await asyncio.gather(*(client.post("/desk/v1/session", json=wrong) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 3


async def test_right_password_forgets_the_wrong_ones(desk: Desk) -> None:
    await desk.hire()
    client = client_of(desk.app)

    codes = []
    for password in ["wrong password"] * 4 + [PASSWORD] + ["wrong password"] * 4 + [PASSWORD]:
        answer = await client.post("/desk/v1/session", json={"login": "ana", "password": password})
        codes.append(answer.status_code)

    assert codes == [401] * 4 + [200] + [401] * 4 + [200]


async def test_session_ends_12_hours_after_its_last_use(desk: Desk) -> None:
    ana = await desk.agent()

    codes = []
    for hours in (11, 11, 12):
        desk.clock.advance(hours=hours)
        codes.append((await ana.client.get("/session")).status_code)

    assert codes == [200, 200, 401]


async def test_signing_out_ends_the_session_itself(desk: Desk) -> None:
    ana = await desk.agent()
    token = ana.client.cookies["pharos_session"]

    answer = await ana.client.delete("/session")

    kept = client_of(desk.app)
    kept.cookies.set("pharos_session", token)
    assert answer.status_code == 204
    assert (await kept.get("/desk/v1/session")).status_code == 401


@pytest.mark.parametrize("path", ["/session", "/tickets", "/tickets/PH-2222-2222", "/turns/x", "/stream"])
async def test_nothing_is_shown_without_a_session(desk: Desk, path: str) -> None:
    answer = await client_of(desk.app).get(f"/desk/v1{path}")

    assert (answer.status_code, answer.json()["error"]) == (401, "not_signed_in")


@pytest.mark.parametrize("token", [None, "", "wrong", "é"])
@pytest.mark.parametrize("verb", ["take", "reply", "note", "hand-back", "resolve", "typing"])
async def test_change_without_the_csrf_token_is_refused(desk: Desk, verb: str, token: str | None) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    before = await ana.ticket(number)
    del ana.client.headers["X-CSRF-Token"]
    headers = {} if token is None else {b"X-CSRF-Token": token.encode()}
    body = {"version": before["version"], "client_id": "1", "text": "Hello."}

    answer = await ana.client.post(f"/tickets/{number}/{verb}", json=body, headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (403, "wrong_csrf_token")
    assert await ana.ticket(number) == before


@pytest.mark.parametrize(
    ("login", "name", "password", "role"),
    [
        pytest.param("ben", "Ben", "too short", "agent", id="password-of-nine-characters"),
        pytest.param(" ", "Ben", PASSWORD, "agent", id="no-login"),
        pytest.param("ben", "", PASSWORD, "agent", id="no-name"),
        pytest.param("ben", "Ben", PASSWORD, "king", id="unknown-role"),
    ],
)
async def test_agent_who_breaks_a_rule_is_not_added(
    desk: Desk, login: str, name: str, password: str, role: str
) -> None:
    async with desk.database.write() as session:
        with pytest.raises(InvalidRequest):
            await agents.add_agent(session, desk.clock.now(), login, name, password, role)


async def test_login_belongs_to_one_agent_whatever_its_case(desk: Desk) -> None:
    await desk.hire("ana")

    with pytest.raises(Conflict):
        await desk.hire(" ANA ")


async def test_password_is_stored_as_a_costly_hash_only(database: Database, clock: ManualClock) -> None:
    async with database.write() as session:
        agent = await agents.add_agent(session, clock.now(), "ana", "Ana", PASSWORD, "agent")

    assert agent.password_hash.startswith("$argon2id$v=19$m=65536,t=3,")
    assert PASSWORD not in agent.password_hash
