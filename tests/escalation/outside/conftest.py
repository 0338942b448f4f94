"""The desk with a mail server and a webhook's receiver; what is to leave leaves only when the test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from escalation.outside.work import Outside
from hub.app import create_app, create_context
from hub.settings import Settings
from kit.clock import ManualClock
from tests.escalation.desk import AgentClient, Desk
from tests.escalation.outside.receivers import Post, Receiver, post_office, receiving
from tests.fakes.assistant import FakeAssistant

SITE = "https://support.example"
IDENTITY_KEY = "the key the site and the service share, long enough for every HMAC there is"


@dataclass
class OpenDesk(Desk):
    """A desk with a way out."""

    @property
    def outside(self) -> Outside:
        outside: Outside = self.app.state.outside
        return outside

    async def send(self) -> None:
        """Send all that is due now."""
        await self.outside.sweep()
        while await self.outside.dispatcher.deliver_due():
            pass

    async def admin(self) -> AgentClient:
        return await self.agent("ada", "Ada", "admin")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with post_office() as post:
        yield post


@pytest.fixture
def smtp_scheme() -> str:
    return "smtp"


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing leave by itself."""

    async def rest(_self: Outside) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Outside, "run", rest)


@pytest.fixture
def may_be_private() -> bool:
    return True


@pytest.fixture
async def desk(
    database_url: str,
    tmp_path: Path,
    clock: ManualClock,
    assistant: FakeAssistant,
    cheap_passwords: None,
    post: Post,
    still: None,
    may_be_private: bool,
    smtp_scheme: str,
) -> AsyncIterator[OpenDesk]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # known to pydantic-settings, not to its types
        data_dir=tmp_path,
        database_url=database_url,
        limit_open="1000/minute",
        limit_tickets_per_day=1000,
        public_url=SITE,
        smtp_url=SecretStr(f"{smtp_scheme}://127.0.0.1:{post.port}"),
        mail_from="Support <support@exchange.example>",
        webhook_private=may_be_private,
        identity_key=SecretStr(IDENTITY_KEY),
    )
    app = create_app(create_context(settings, assistant, clock))
    async with app.router.lifespan_context(app):
        yield OpenDesk(app, app.state.context.database, clock)
