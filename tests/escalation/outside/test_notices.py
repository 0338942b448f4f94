"""Who is told of what: by mail, as they chose, and never woken by every troll."""

from __future__ import annotations

from tests.escalation.desk import AgentClient
from tests.escalation.outside.conftest import OpenDesk
from tests.escalation.outside.receivers import Post, text_of

ANA, LEA = "ana@exchange.example", "lea@exchange.example"


async def staff(desk: OpenDesk) -> tuple[AgentClient, AgentClient]:
    return await desk.agent(ANA, "Ana"), await desk.agent(LEA, "Lea", "lead")


def subjects(post: Post, address: str) -> list[str]:
    return [str(mail["Subject"]) for mail in post.to(address)]


async def test_urgent_case_is_told_to_the_team_without_a_word_of_the_customers(desk: OpenDesk, post: Post) -> None:
    await staff(desk)
    _, number = await desk.case("My account was hacked.")

    await desk.send()

    assert subjects(post, ANA) == subjects(post, LEA) == [f"[P1] {number}: Urgent case opened"]
    text = text_of(post.to(ANA)[0])
    assert f"https://support.example/console#/tickets/{number}" in text
    assert "Security incident" in text
    assert "22 Nov 2026, 03:27 UTC" in text
    assert "hacked" not in text
    assert "at risk" not in text


async def test_less_urgent_case_wakes_nobody(desk: OpenDesk, post: Post) -> None:
    await staff(desk)
    await desk.case()

    await desk.send()

    assert post.mails == []


async def test_urgent_cases_of_strangers_are_capped_and_the_rest_is_said_once(desk: OpenDesk, post: Post) -> None:
    await staff(desk)
    numbers = [(await desk.case("My account was hacked."))[1] for _ in range(8)]
    await desk.send()
    told = subjects(post, ANA)
    desk.clock.advance(hours=1)
    await desk.case("My account was hacked.")

    await desk.send()

    assert told == [*(f"[P1] {number}: Urgent case opened" for number in numbers[:5]), "More urgent cases are waiting"]
    assert len([subject for subject in subjects(post, ANA) if "opened" in subject]) == 6


async def test_missed_deadline_is_told_to_lead_and_assignee(desk: OpenDesk, post: Post) -> None:
    ana, _lea = await staff(desk)
    _, number = await desk.case()
    await ana.take(number)
    desk.clock.advance(days=3)
    await desk.sweep()

    await desk.send()

    assert f"[P2] {number}: A deadline was missed" in subjects(post, ANA)
    assert f"[P2] {number}: A deadline was missed" in subjects(post, LEA)


async def test_customers_reply_is_told_only_to_an_agent_who_is_offline(desk: OpenDesk, post: Post) -> None:
    ana, _lea = await staff(desk)
    customer, number = await desk.case()
    await ana.take(number)
    for status in ("online", "offline"):
        await ana.reply(number, "Which network?")
        await ana.say(status)
        await customer.write("TRC20.")
        await desk.send()
        assert (f"[P2] {number}: The customer replied" in subjects(post, ANA)) == (status == "offline")


async def test_agent_chooses_what_they_are_told_where_and_in_which_language(desk: OpenDesk, post: Post) -> None:
    ana, lea = await staff(desk)
    chosen = {
        "ways": {"assigned": ["mail"], "p1_opened": []},
        "mail_address": "ana@home.example",
        "language": "zh",
    }
    answer = await ana.client.put("/me/notifications", json=chosen)
    _, number = await desk.case("My account was hacked.")
    await lea.take(number)
    await ana.say("online")
    await lea.change("transfer", number, agent_id=ana.id, note="You know this customer.")

    await desk.send()

    assert answer.status_code == 200, answer.text
    assert answer.json()["ways"]["sla_breached"] == ["mail", "telegram"]
    assert answer.json()["available"] == ["mail"]
    assert subjects(post, ANA) == []
    assert subjects(post, "ana@home.example") == [f"[P1] {number}: 有工单分配给您"]


async def test_wrong_choices_are_refused(desk: OpenDesk) -> None:
    ana, _ = await staff(desk)

    for wrong in (
        {"ways": {"lunch": ["mail"]}},
        {"ways": {"assigned": ["pigeon"]}},
        {"mail_address": "no\r\nBcc: x@y"},
    ):
        assert (await ana.client.put("/me/notifications", json=wrong)).status_code == 422


async def test_mail_server_that_says_later_gets_the_same_mail_later(desk: OpenDesk, post: Post) -> None:
    await desk.agent(ANA, "Ana")
    await desk.case("My account was hacked.")
    post.answers = ["451 Try again later"]
    await desk.send()
    assert post.mails == []

    desk.clock.advance(seconds=5)
    await desk.send()

    assert [mail["Message-ID"] for mail in post.mails] == [f"<{post.mails[0]['X-Pharos-Delivery']}@exchange.example>"]


async def test_refused_address_holds_up_nothing(desk: OpenDesk, post: Post) -> None:
    await desk.agent(ANA, "Ana")
    await desk.case("My account was hacked.")
    _, second = await desk.case("My account was hacked.")
    post.answers = ["550 No such user"]

    await desk.send()

    assert subjects(post, ANA) == [f"[P1] {second}: Urgent case opened"]
