"""The command `pharos`. Thin: each command reads settings, calls one function, and says errors in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from hub.settings import ROOT, Settings
from kit.errors import SupportError

if TYPE_CHECKING:  # what takes long to import is imported by the command that needs it
    from sqlalchemy.ext.asyncio import AsyncSession

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Pharos: a support assistant.")
kb = typer.Typer(no_args_is_help=True, help="The knowledge base.")
evaluate = typer.Typer(no_args_is_help=True, help="Figures on data the assistant was never made with.")
agent = typer.Typer(no_args_is_help=True, help="People who work at the desk.")
app.add_typer(kb, name="kb")
app.add_typer(agent, name="agent")
app.add_typer(evaluate, name="evaluate")
out = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Run a command; a SupportError is a sentence, not a traceback."""
    try:
        app()
    except SupportError as error:
        Console(stderr=True).print(f"[red]{error.detail}[/red]", soft_wrap=True)
        raise SystemExit(1) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(coroutine)


@app.command()
def up() -> None:
    """Install, train and build what is missing or stale, then run everything."""
    from hub.up import up as run_up

    run_up(Settings(), out.print)


@app.command()
def train() -> None:
    """Train the dialogue model and build the index anew."""
    from hub import prepare

    settings = Settings()
    prepare.sync_assistant(out.print)
    prepare.build_index(settings, out.print, force=True)
    prepare.train_model(settings, out.print, force=True)


@app.command()
def ask(
    text: Annotated[str | None, typer.Argument(help="One message; every message is a fresh conversation.")] = None,
    jsonl: Annotated[Path | None, typer.Option(help='Messages to ask: {"text": ...} a line.')] = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="Where the answers go, one line each.")] = None,
) -> None:
    """Ask the assistant without the service: the same decisions as the chat, nothing stored."""
    from hub import ask as asking

    if (text is None) == (jsonl is None) or (jsonl is None) != (out_file is None):
        raise typer.BadParameter("Give a TEXT, or both --jsonl and --out.")
    if jsonl is not None and out_file is not None:
        _run(asking.ask_file(Settings(), jsonl, out_file))
    else:
        _run(asking.ask_one(Settings(), text or "", out.print))


@app.command()
def doctor() -> None:
    """Say what is missing and how to mend it."""
    from hub.doctor import examine

    findings = examine(Settings())
    for finding in findings:
        mark = "[green]ok[/green]     " if finding.is_ok else "[red]missing[/red]"
        out.print(f"{mark} {finding.what}" + ("" if finding.is_ok else f"\n        {finding.remedy}"))
    raise SystemExit(0 if all(finding.is_ok for finding in findings) else 1)


@kb.command()
def build() -> None:
    """Build the index from the articles."""
    from hub import prepare

    prepare.build_index(Settings(), out.print, force=True)


@kb.command()
def check() -> None:
    """Check every article; errors name file and line."""
    _assistant(["kb_index", "check"])


@kb.command()
def search(text: str, language: str = "en") -> None:
    """Show what a query finds, with scores."""
    _assistant(["kb_index", "search", text, "--language", language])


@kb.command()
def stale() -> None:
    """List articles whose review is late, and those that expired."""
    _assistant(["kb_index", "stale"])


@kb.command()
def pictures() -> None:
    """Draw the pictures of the articles anew."""
    _assistant(["kb_index", "pictures"])


@evaluate.command()
def knowledge(
    held_out: Annotated[Path, typer.Option(help="Folder of held-out questions.")] = ROOT / "tests" / "evaluation",
    real: Annotated[Path | None, typer.Option(help="A file of real messages; only totals are told.")] = None,
) -> None:
    """Judge search on questions it has never seen; prints a table, writes JSON and SVG into the data folder."""
    settings = Settings()
    out_dir = settings.data_dir.absolute() / "evaluation"
    more = ["--real", str(real.absolute())] if real else []
    _assistant(["kb_index", "evaluate", "--held-out", str(held_out.absolute()), "--out", str(out_dir), *more])


@evaluate.command()
def understanding(
    rows: Annotated[Path, typer.Argument(help="Labelled messages, JSON lines; only totals are told.")],
) -> None:
    """Judge what the assistant does with messages; prints a table, writes JSON and SVG into the data folder."""
    from hub.understanding import evaluate as evaluate_understanding

    settings = Settings()
    _run(evaluate_understanding(settings, rows, settings.data_dir.absolute() / "evaluation", out.print))


@evaluate.command()
def dataset(
    train: Annotated[Path, typer.Option(help="CSV or JSON with text and label; `oos` is out of scope.")],
    test: Annotated[Path, typer.Option(help="What is judged, in the same form.")],
    val: Annotated[Path | None, typer.Option(help="Gives the threshold for out of scope.")] = None,
) -> None:
    """Judge the intent classifier on any labelled set; prints a table, writes JSON into the data folder."""
    out_dir = Settings().data_dir.absolute() / "evaluation"
    more = ["--val", str(val.absolute())] if val else []
    files = ["--train", str(train.absolute()), "--test", str(test.absolute()), *more]
    _assistant(["bot", "evaluate-dataset", *files, "--out", str(out_dir)])


def _assistant(arguments: list[str]) -> None:
    from hub import prepare

    raise SystemExit(prepare.run_assistant(Settings(), arguments))


@agent.command("add")
def add_agent(
    login: Annotated[str, typer.Argument(help="What they sign in with; customers never see it.")],
    name: Annotated[str, typer.Option(prompt="Name shown to customers")],
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="PHAROS_AGENT_PASSWORD")
    ],
    role: Annotated[str, typer.Option(help="agent, lead or admin")] = "agent",
) -> None:
    """Let a person sign in to the console."""
    _run(_add_agent(Settings(), login, name, password, role))
    out.print(f"{name} may sign in as {login}.")


@agent.command("recover")
def recover_agent(login: Annotated[str, typer.Argument(help="Whose account it is.")]) -> None:
    """Remove somebody's second factor and print a link that sets their password: for an admin who is locked out."""
    settings = Settings()
    site = settings.public_site or f"http://{settings.host}:{settings.port}"
    _run(_recover_agent(settings, login, lambda token: out.print(f"{site}/console#/invite/{token}")))
    out.print("It works once, within 72 hours.")


async def _add_agent(settings: Settings, login: str, name: str, password: str, role: str) -> None:
    from escalation import agents, audit

    async def add(session: AsyncSession, now: datetime) -> None:
        added = await agents.add_agent(session, now, login, name, password, role)
        data = {"login": added.login, "role": role}
        await audit.record(session, now, "command line", "agent.added", f"agent:{added.id}", data)

    await _at_the_desk(settings, add)


async def _recover_agent(settings: Settings, login: str, tell: Callable[[str], None]) -> None:
    from escalation import agents, agents_repository
    from escalation.accounts import invites
    from escalation.accounts import service as accounts
    from kit.errors import NotFound

    async def recover(session: AsyncSession, now: datetime) -> None:
        found = await agents_repository.agent_by_login(session, agents.normal(login))
        if found is None:
            raise NotFound(f"There is no agent with the login {login}.")
        await accounts.forget_factor(session, now, "command line", found.id)
        tell((await invites.issue(session, now, "command line", found.id)).token)

    await _at_the_desk(settings, recover)


async def _at_the_desk(settings: Settings, work: Callable[[AsyncSession, datetime], Awaitable[None]]) -> None:
    """Change the desk's accounts in one transaction, whether the service runs or not."""
    from conversations.database import Database
    from conversations.signals import Signals
    from hub.migrate import upgrade
    from kit.clock import SystemClock

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database, Signals())
    try:
        await upgrade(database)
        async with database.write() as session:
            await work(session, SystemClock().now())
    finally:
        await database.close()


if __name__ == "__main__":
    main()
