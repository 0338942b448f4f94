"""Chooses by which ways things leave the desk, from the settings."""

from __future__ import annotations

from escalation.outside.work import Outside
from hub.channels.telegram.agents import AgentNotices
from hub.context import Context


def create_outside(context: Context) -> Outside:
    """Return the way out with what the settings open.

    Raises:
        Misconfigured: PHAROS_SMTP_URL or PHAROS_MAIL_FROM is wrong.
    """
    settings, telegram = context.settings, context.telegram
    outside = Outside(
        context.database,
        context.clock,
        context.key,
        site=settings.public_site,
        smtp_url=settings.smtp_url.get_secret_value() if settings.smtp_url else "",
        mail_from=settings.mail_from,
        may_be_private=settings.webhook_private,
    )
    if telegram is not None:
        outside.add_sender("telegram", AgentNotices(telegram.bot, telegram.send_limits, context.database))
        outside.bot_name = lambda: telegram.username
    return outside
