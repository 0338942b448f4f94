"""The application factory: here, and only here, real things are chosen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

from conversations import repository, search
from conversations.attachments.service import Keeper
from conversations.attachments.storage import Folder
from conversations.database import Database
from conversations.http import install_error_handlers
from conversations.signals import Signals
from escalation import api as desk_api
from escalation import attachments_api as desk_attachments
from escalation.accounts.second_factor import FactorPolicy
from escalation.evidence import api as desk_evidence
from escalation.evidence.worker import EvidenceWorker
from escalation.relay import service as relay
from escalation.upkeep import Upkeep
from exchange.client import ExchangeClient
from exchange.facts import LiveFacts
from exchange.recorder import Recorder
from hub import help as help_pages
from hub import help_api
from hub.assistant import Assistant, HttpAssistant
from hub.channels import attachments_api, cases_api, resume_api, web
from hub.channels.telegram import account_page, link_api, webhook
from hub.channels.telegram.channel import Telegram
from hub.channels.telegram.repository import CHANNEL
from hub.context import Context
from hub.deliveries import Dispatcher
from hub.desk_articles import DeskArticles
from hub.identity import IdentityVerifier
from hub.limits import Limits
from hub.migrate import upgrade
from hub.outside import create_outside
from hub.pages import SecurityHeaders, add_pages
from hub.relay import Relay
from hub.settings import Settings
from hub.turns import TurnRunner
from kit.clock import Clock, SystemClock
from kit.zones import zone_of

#: Link codes for Telegram one customer may ask for, or one chat may try.
LINK_LIMIT = "20/hour"


def create_context(settings: Settings, assistant: Assistant | None = None, clock: Clock | None = None) -> Context:
    """Choose the real things, or take the ones given."""
    clock = clock or SystemClock()
    context = Context(
        settings=settings,
        database=Database(settings.database, Signals()),
        assistant=assistant or HttpAssistant(settings.assistants, settings.assistant_secret.get_secret_value()),
        clock=clock,
        limits=Limits(
            open=settings.limit_open,
            address=settings.limit_address,
            messages=settings.limit_messages,
            link=LINK_LIMIT,
        ),
        identity=IdentityVerifier(settings),
        help_centre=help_pages.HelpCentre(settings.kb_dir, clock),
        key=settings.key(),
        exchange=ExchangeClient(settings.exchange_url, clock) if settings.exchange_url else None,
    )
    context.push_channels[relay.CHANNEL] = Relay(context.database, clock)
    if settings.telegram_token is not None:
        add_telegram(
            context, Telegram(settings, context.database, clock, context.limits, context.key, metrics=context.metrics)
        )
    return context


def add_telegram(context: Context, telegram: Telegram) -> None:
    """Open the Telegram channel."""
    context.telegram = telegram
    context.push_channels[CHANNEL] = telegram.push


def create_app(context: Context) -> FastAPI:
    """Build the service around a context."""
    app = FastAPI(title="Pharos", version="1", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.context = context
    app.state.desk = desk_api.DeskContext(
        context.database,
        context.clock,
        FactorPolicy(context.key, context.settings.require_totp),
        DeskArticles(context.help_centre, context.assistant),
        context.settings.domains,
        zone_of(context.settings.desk_zone),
    )
    app.state.attachments = Keeper(Folder(context.settings.data_dir / "attachments"))
    app.state.outside = create_outside(context)
    app.state.evidence = EvidenceWorker(context.database, context.exchange, context.clock)
    install_error_handlers(app)
    for api in (web, attachments_api, cases_api, link_api, resume_api):
        app.include_router(api.router, tags=["customers"], dependencies=[Depends(web.check_origin)])
    app.include_router(account_page.router)
    app.include_router(webhook.router)
    app.include_router(desk_api.router, tags=["desk"])
    app.include_router(desk_attachments.router, tags=["desk"])
    app.include_router(desk_evidence.router, tags=["desk"])
    app.include_router(help_api.router, tags=["customers"])
    app.include_router(help_pages.router, include_in_schema=False)
    add_pages(app)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    app.add_middleware(SecurityHeaders)
    app.add_middleware(GZipMiddleware, minimum_size=1024)  # event streams are left alone
    if context.settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=context.settings.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
            expose_headers=["Retry-After"],
        )
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    await upgrade(context.database)
    if context.database.is_sqlite:  # its only service: whoever held a lease is gone
        async with context.database.write() as session:
            await repository.expire_leases(session, context.clock.now())
    runner = TurnRunner(
        context.database,
        context.assistant,
        context.clock,
        context.metrics,
        tickets_per_day=context.settings.limit_tickets_per_day,
        live=LiveFacts(context.exchange) if context.exchange else None,
        domains=context.settings.domains,
        official_address=context.settings.official_address,
    )
    dispatcher = Dispatcher(context.database, context.clock, context.push_channels)
    files: Keeper = app.state.attachments
    work = [runner.run(), dispatcher.run(), context.database.listen(), files.run(context.database, context.clock)]
    work.append(app.state.evidence.run())
    work.append(app.state.outside.run())
    work.append(Upkeep(context.database, context.clock).run())
    work.append(search.keep_purged(context.database))
    if context.exchange is not None:
        work.append(Recorder(context.database, context.exchange, context.clock).run())
    if context.telegram is not None:
        work += [context.telegram.run(), context.telegram.files.run(files)]
    tasks = [asyncio.create_task(part) for part in work]
    try:
        yield
    finally:
        context.is_stopping = True
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if context.exchange is not None:
            await context.exchange.close()
        await context.database.close()
