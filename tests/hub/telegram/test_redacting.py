"""What was redacted is taken back in the chat too."""

from __future__ import annotations

from conversations import redaction, service
from tests.fakes.telegram import Customer, FakeTelegram, Refused
from tests.hub.site import eventually
from tests.hub.telegram.chat import TelegramSite


async def redact(site: TelegramSite, text: str, part: str | None = None) -> None:
    """Redact the message that says this."""
    conversation_id = (await site.conversation()).id
    async with site.database.write() as session:
        conversation = await service.access_conversation(session, conversation_id)
        events = await service.events_after(session, conversation_id, 0)
        event_id = next(event["id"] for event in events if event["data"].get("text") == text)
        await redaction.redact(session, site.clock.now(), conversation, event_id, part=part)


async def test_our_message_is_edited_in_the_chat(site: TelegramSite, telegram: FakeTelegram, wei: Customer) -> None:
    await site.deliver(wei.write("My name is Wei."))
    (said,) = await site.wait_for_texts(1)

    await redact(site, said, "name is Wei")

    await site.wait_until(lambda: telegram.texts() == [said.replace("name is Wei", "[redacted]")])


async def test_customers_message_is_deleted_in_the_chat(
    site: TelegramSite, telegram: FakeTelegram, wei: Customer
) -> None:
    update = wei.write("My name is Wei.")
    await site.deliver(update)
    await site.wait_for_texts(1)

    await redact(site, "My name is Wei.")

    await site.wait_until(lambda: bool(telegram.called("deleteMessage")))
    assert telegram.called("deleteMessage")[0]["message_id"] == update["message"]["message_id"]


async def test_agents_are_told_where_telegram_keeps_the_message(
    site: TelegramSite, telegram: FakeTelegram, wei: Customer
) -> None:
    await site.deliver(wei.write("My name is Wei."))
    await site.wait_for_texts(1)
    telegram.failures["deleteMessage"].append(Refused(400, "Bad Request: message can't be deleted"))

    await redact(site, "My name is Wei.")

    async def told() -> bool:
        return any("Telegram keeps it" in text for _audience, _author, text in await site.transcript())

    await eventually(told)
