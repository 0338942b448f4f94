"""Policies through the desk API: a preview, a checked text, a file taken up whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conversations.database import Database
from conversations.signals import Signals
from escalation.sla import policy_running
from escalation.sla.policy_file import POLICY_FILE, PolicyFileRefused
from escalation.sla.policy_running import PolicyKeeper
from escalation.upkeep import Upkeep
from kit.clock import ManualClock
from tests.escalation.desk import AgentClient, Desk

OFFICE = """
calendars:
  office:
    zone: Asia/Hong_Kong
    day: 8 h
    week: {monday: [09:00-17:00], tuesday: [09:00-17:00]}
    holidays: [2026-12-25]
rules:
  - {calendar: always, first_response: 8 h, next_response: 1 d, resolution: 5 d}
  - {case: missing_deposit, calendar: office, first_response: 9 h}
"""
BROKEN = OFFICE.replace("9 h", "9 hours")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A policy file of our own, in force."""
    path = tmp_path / "policies.yml"
    path.write_text(POLICY_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(policy_running, "KEEPER", PolicyKeeper(path))
    return path


@pytest.fixture
async def admin(desk: Desk) -> AgentClient:
    return await desk.agent("ada", "Ada", "admin")


async def post(admin: AgentClient, path: str, **body: Any) -> Any:
    return await admin.client.post(f"/policies/{path}", json=body)


async def test_preview_says_when_a_ticket_would_be_due(admin: AgentClient) -> None:
    asked = {"case": "missing_deposit", "priority": "P3", "opened_at": "2026-11-23T00:30:00Z"}  # Monday, 08:30 there

    running = (await post(admin, "preview", **asked)).json()
    pasted = (await post(admin, "preview", **asked, text=OFFICE)).json()

    assert (running["first_response_due_at"], running["calendar"]) == ("2026-11-23T04:30:00.000Z", "always")
    # Eight hours on Monday from nine, the ninth on Tuesday.
    assert (pasted["first_response_due_at"], pasted["calendar"]) == ("2026-11-24T02:00:00.000Z", "office")
    assert pasted["zone"] == "Asia/Hong_Kong"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"case": "nothing"}, "'case'"),
        ({"priority": "P9"}, "'priority'"),
        ({"customer": "rich"}, "'customer'"),
        ({"opened_at": "9999-12-31T23:59:59Z"}, "opened_at"),
        ({"opened_at": "2026-11-23T00:30:00"}, "opened_at"),
    ],
)
async def test_preview_of_what_is_not_is_refused(admin: AgentClient, wrong: dict[str, str], says: str) -> None:
    answer = await post(admin, "preview", **{"case": "missing_deposit", "priority": "P3", **wrong})

    assert answer.status_code == 422
    assert says in answer.json()["detail"]


async def test_text_with_an_error_is_told_by_its_line(admin: AgentClient) -> None:
    good, broken = await post(admin, "check", text=OFFICE), await post(admin, "check", text=BROKEN)

    assert [rule["line"] for rule in good.json()["rules"]] == [9, 10]
    assert [calendar["name"] for calendar in good.json()["calendars"]] == ["always", "office"]
    assert (broken.status_code, broken.json()["error"]) == (422, "policy_text_invalid")
    assert broken.json()["detail"].startswith("policies, line 10: ")


async def test_changed_file_is_taken_up_and_one_with_an_error_is_not(
    desk: Desk, file: Path, admin: AgentClient
) -> None:
    asked = {"case": "missing_deposit", "priority": "P3", "opened_at": "2026-11-23T00:30:00Z"}
    file.write_text(OFFICE, encoding="utf-8")
    assert (await post(admin, "reload")).status_code == 200

    file.write_text(BROKEN, encoding="utf-8")
    refused = await post(admin, "reload")
    await desk.sweep()  # it does not come in by itself either

    assert (refused.status_code, refused.json()["detail"].startswith(f"{file}, line 10: ")) == (422, True)
    assert (await post(admin, "preview", **asked)).json()["calendar"] == "office"
    assert (await admin.get("/policies"))["text"] == OFFICE
    actions = [(entry["person"]["name"], entry["action"]) for entry in (await admin.get("/audit"))["entries"]]
    assert actions.count(("Ada", "policies.reloaded")) == 1


def test_service_does_not_start_with_an_error_in_the_file(file: Path, tmp_path: Path, clock: ManualClock) -> None:
    file.write_text(BROKEN, encoding="utf-8")

    with pytest.raises(PolicyFileRefused) as refused:
        Upkeep(Database(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}", Signals()), clock)

    assert refused.value.detail.startswith(f"{file}, line 10: ")


async def test_running_service_takes_up_a_changed_file_by_itself(desk: Desk, file: Path, admin: AgentClient) -> None:
    await admin.get("/policies")
    file.write_text(OFFICE, encoding="utf-8")

    await desk.sweep()

    assert (await admin.get("/policies"))["text"] == OFFICE


async def test_open_tickets_are_measured_by_the_new_policies(desk: Desk, file: Path, admin: AgentClient) -> None:
    _customer, number = await desk.case()
    await desk.sweep()
    file.write_text(OFFICE.replace("calendar: office, first_response: 9 h", "first_response: 1 min"), encoding="utf-8")
    await post(admin, "reload")
    desk.clock.advance(minutes=2)

    await desk.sweep()

    assert "ticket.breached" in [entry["type"] for entry in (await admin.ticket(number))["history"]]


async def test_policies_are_for_admins(desk: Desk) -> None:
    lead = await desk.lead()

    assert (await lead.client.get("/policies")).status_code == 403
    assert (await post(lead, "reload")).status_code == 403
