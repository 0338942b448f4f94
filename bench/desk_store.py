"""A desk with as many tickets as wanted, and five messages each: English and Chinese, in every status, months of them.

Rows are made here and inserted in bulk, and say what the service would have stored; full-text terms are made by the
service's own functions. Nothing is due at the moment the clock is set to, so that background work stays quiet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, text

from conversations import search
from conversations.database import Database
from conversations.models import Conversation, Event
from escalation.domain import OPEN_STATUSES
from escalation.inbox.search import facts_of
from escalation.models import Ticket, TicketEvent
from kit.search_terms import search_terms
from kit.taxonomy import CASES

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BATCH = 2000
MESSAGES_EACH = 5
#: Share of each status; one ticket in five is open.
STATUSES = {"new": 4, "open": 6, "waiting_on_customer": 7, "on_hold": 3, "resolved": 20, "closed": 60}
CHINESE = 0.3
#: Disputes have evidence collected for them, which is not what is measured.
_CASES = [case for case in CASES.values() if not re.search("appeal|dispute", case.name)]
_COINS = ("XBT", "ETH", "USDT", "SOL", "XRP", "LTC")
_SYMBOLS = ("XBTUSD", "ETHUSD", "SOLUSD", "XBTUSDT", "ETHUSDT", "LINKUSDT")
_NAMES = (Path(__file__).parents[1] / "kit" / "bip39_english.txt").read_text().split()
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_ENGLISH = (
    "My deposit of {amount} {coin} is missing since yesterday, the transaction {tx} has {n} confirmations.",
    "The withdrawal {order} of {amount} {coin} to my {name} wallet is still pending, please check what blocks it.",
    "I was liquidated on {symbol} at {amount} although the {name} chart never traded there.",
    "Your API answers 400 for order {order}: Signature not valid. The key is called {name}-{name}.",
    "I cannot sign in since I lost my phone, the 2FA code of {email} is refused.",
    "Why was my stop order {order} on {symbol} filled {n} ticks away? {name} {name} had the same.",
    "Thanks, I sent the document from {email}, it is called {name}_{name}_{n}.pdf and shows my address.",
    "Still nothing after {n} hours. I asked {name} in the chat and got no answer about {coin}.",
    "The funding of {amount} {coin} on {symbol} was taken twice, see {order}.",
    "Please cancel the request {order}, the {name} account was verified in the meantime.",
)
_CHINESE = (
    "我的充值{amount} {coin}从昨天起没有到账，交易哈希{tx}已经有{n}个确认。",
    "提现申请{order}还在审核中，金额{amount} {coin}，请帮忙查一下是什么原因。",
    "{symbol}在{amount}被强平了，但是{name}图表上没有这个价格，请核实标记价格。",
    "API下单{order}返回签名无效，密钥名称是{name}，时间戳已经校准。",
    "手机丢失，无法登录，邮箱{email}的双重验证码收不到。",
    "止损单{order}在{symbol}上滑点{n}个跳动，请解释成交明细。",
    "谢谢，地址证明已经从{email}发送，文件名是{name}_{n}.pdf。",
    "等了{n}个小时还没有回复，资金费率收了两次，{coin}余额不对。",
)
_ANSWERS = {
    "en": "Thank you. We asked the {name} team about {order}; it takes up to {n} hours. We write to you here.",
    "zh": "感谢您的耐心，我们已经联系{name}团队核对{order}，大约需要{n}小时，有结果会在这里通知您。",
}
_BOT = {
    "en": "I have passed this to our team as case {number}. Please do not send the {amount} {coin} again.",
    "zh": "已经为您提交工单{number}，请不要重复操作{amount} {coin}，我们会尽快回复。",
}


@dataclass(frozen=True)
class Filled:
    """Some tickets of the bench's agent, and words to look for that really are there."""

    mine: list[str]
    numbers: list[str]
    transactions: list[str]
    orders: list[str]
    emails: list[str]


class Maker:
    """Makes rows; the same seed makes the same desk."""

    def __init__(self, tickets: int, agents: list[str], seed: int) -> None:
        self._random = Random(seed)
        self._tickets, self._agents = tickets, agents
        self.filled = Filled([], [], [], [], [])

    def batches(self) -> Iterator[dict[str, list[dict[str, Any]]]]:
        """Give rows by table, some thousand tickets at a time."""
        for start in range(0, self._tickets, BATCH):
            rows: dict[str, list[dict[str, Any]]] = {
                name: [] for name in ("conversation", "event", "ticket", "ticket_event", "document", "part")
            }
            for place in range(start, min(start + BATCH, self._tickets)):
                self._case(place, rows)
            yield rows

    def _case(self, place: int, rows: dict[str, list[dict[str, Any]]]) -> None:
        random = self._random
        language = "zh" if random.random() < CHINESE else "en"
        status = random.choices(list(STATUSES), list(STATUSES.values()))[0]
        is_open = status in OPEN_STATUSES
        days = 3 if is_open else 13 if status == "resolved" else 365  # after 14 the service closes what is resolved
        age = timedelta(minutes=random.randint(10, days * 24 * 60))
        opened_at = NOW - age
        ticket = self._ticket(place, language, status, opened_at)
        said = self._said(ticket, language)
        conversation_id = ticket["conversation_id"]
        rows["conversation"].append(_conversation(conversation_id, ticket, opened_at))
        rows["event"] += _events(conversation_id, ticket, said, opened_at)
        rows["ticket"].append(ticket)
        rows["ticket_event"] += _log(ticket, opened_at)
        rows["document"].append({"id": place + 1, "conversation_id": conversation_id})
        facts = " ".join(search_terms(facts_of([_Row(ticket)], None)))
        messages = [search_terms(message["text"]) for message in said]
        for part, terms in enumerate(search.parts_of(messages)):
            part_id = (place + 1) * search.MAX_PARTS + part
            rows["part"].append({"id": part_id, "facts": facts, "said": " ".join(terms), "length": len(terms)})
        self._remember(ticket)

    def _ticket(self, place: int, language: str, status: str, opened_at: datetime) -> dict[str, Any]:
        random, is_open = self._random, status in OPEN_STATUSES
        case = random.choice(_CASES)
        agent = None if status == "new" else random.choice(self._agents)
        answered_at = opened_at + timedelta(minutes=random.randint(1, 9)) if agent else None
        due_at = NOW + timedelta(minutes=random.randint(5, 2000)) if status in ("new", "open") else None
        done_at = None if is_open else min(opened_at + timedelta(hours=random.randint(1, 90)), NOW)
        letters = "".join(random.choices(_LETTERS, k=8))
        return {
            "number": f"PH-{letters[:4]}-{letters[4:]}",
            "conversation_id": f"{place:032x}",
            "case": case.name,
            "priority": case.priority,
            "queue": case.queue,
            "status": status,
            "held_by": "queue" if status == "new" else "agent" if is_open else "bot",
            "assignee_id": agent,
            "assigned_at": answered_at,
            "replied_at": answered_at,
            "waiting_since": opened_at if status in ("new", "open") else None,
            "fields": {
                "coin": random.choice(_COINS),
                "transaction_id": random.randbytes(32).hex(),
                "contact": f"{random.choice(_NAMES)}.{random.choice(_NAMES)}{place % 97}@example.com",
            },
            "missing": [],
            "summary": self._fill(random.choice(_CHINESE if language == "zh" else _ENGLISH)),
            "tags": random.sample(("vip", "hot-wallet", "kyc", "refund", "bug"), random.randint(0, 2)),
            "language": language,
            "has_no_skill": False,
            "first_response_due_at": opened_at + timedelta(hours=1),
            "first_response_at": answered_at,
            "created_at": opened_at,
            "updated_at": done_at or answered_at or opened_at,
            "resolved_at": done_at,
            "next_due_at": due_at,
            "next_due_clock": "resolution" if due_at else None,
            "search_document_id": place + 1,
            "watch_at": NOW + timedelta(days=1) if due_at else None,
            "version": 3,
        }

    def _said(self, ticket: dict[str, Any], language: str) -> list[dict[str, Any]]:
        random, templates = self._random, _CHINESE if language == "zh" else _ENGLISH
        customer, agent = {"author": "customer"}, {"author": "agent", "name": "Mia"}
        return [
            {**customer, "text": self._fill(random.choice(templates))},
            {"author": "bot", "text": self._fill(_BOT[language], number=ticket["number"]), "outcome": "handoff"},
            {**customer, "text": self._fill(random.choice(templates))},
            {**agent, "text": self._fill(_ANSWERS[language])},
            {**(customer if random.random() < 0.5 else agent), "text": self._fill(random.choice(templates))},
        ]

    def _fill(self, template: str, **known: str) -> str:
        random = self._random
        makers: dict[str, Callable[[], str]] = {
            "amount": lambda: f"{random.uniform(0.01, 60000):,.2f}",
            "coin": lambda: random.choice(_COINS),
            "symbol": lambda: random.choice(_SYMBOLS),
            "tx": lambda: random.randbytes(32).hex(),
            "order": lambda: "-".join(random.randbytes(16).hex()[a:b] for a, b in _UUID),
            "email": lambda: f"{random.choice(_NAMES)}@{random.choice(_NAMES)}.com",
            "name": lambda: random.choice(_NAMES),
            "n": lambda: str(random.randint(1, 99)),
        }
        return re.sub(r"\{(\w+)\}", lambda place: known.get(place[1]) or makers[place[1]](), template)

    def _remember(self, ticket: dict[str, Any]) -> None:
        if ticket["assignee_id"] == self._agents[0] and ticket["status"] in ("open", "waiting_on_customer"):
            self.filled.mine.append(ticket["number"])
        self.filled.numbers.append(ticket["number"])
        self.filled.transactions.append(ticket["fields"]["transaction_id"])
        self.filled.emails.append(ticket["fields"]["contact"])
        if found := re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", ticket["summary"]):
            self.filled.orders.append(found[0])


_UUID = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))


class _Row:
    """A row as `facts_of` reads a ticket."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.number, self.summary, self.fields, self.tags = row["number"], row["summary"], row["fields"], row["tags"]


def _conversation(conversation_id: str, ticket: dict[str, Any], opened_at: datetime) -> dict[str, Any]:
    return {
        "id": conversation_id,
        "channel": "web",
        "locale": "zh-CN" if ticket["language"] == "zh" else "en",
        "timezone": "UTC",
        "holder": ticket["held_by"],
        "epoch": 2,
        "last_event_id": MESSAGES_EACH + 1,
        "state": {"slots": {f"slot_{number}": None for number in range(40)}, "latest": ticket["summary"]},
        "created_at": opened_at,
    }


def _events(
    conversation_id: str, ticket: dict[str, Any], said: list[dict[str, Any]], opened_at: datetime
) -> Iterator[dict[str, Any]]:
    opened = {"number": ticket["number"], "case": ticket["case"], "status": "new"}
    events: list[tuple[str, dict[str, Any]]] = [("message.created", message) for message in said]
    events.insert(2, ("ticket.opened", opened))
    for id, (type, data) in enumerate(events, 1):
        at = opened_at + timedelta(minutes=id - 1)
        audience = "agents" if id == len(events) and data["author"] == "agent" else "customer"
        row = {"conversation_id": conversation_id, "id": id, "type": type, "audience": audience, "at": at}
        yield {**row, "data": data}


def _log(ticket: dict[str, Any], opened_at: datetime) -> Iterator[dict[str, Any]]:
    entries: list[tuple[str, str, dict[str, Any]]] = [
        ("ticket.opened", "bot", {"status": "new", "priority": ticket["priority"]})
    ]
    if ticket["assignee_id"]:
        entries.append(("ticket.taken", "agent", {"status": "open"}))
        entries.append(("ticket.replied", "agent", {"status": "waiting_on_customer"}))
    if ticket["status"] not in ("new", "waiting_on_customer"):
        entries.append(("ticket.customer_replied", "customer", {"status": "open"}))
    if ticket["resolved_at"]:
        entries.append(("ticket.resolved", "agent", {"status": "resolved"}))
    for place, (type, kind, data) in enumerate(entries):
        at = opened_at + timedelta(minutes=place)
        row = {"ticket_number": ticket["number"], "type": type, "at": at, "actor_kind": kind, "actor_name": "Mia"}
        yield {**row, "data": data}


async def fill(database: Database, tickets: int, agents: list[str], seed: int = 1) -> Filled:
    """Fill a migrated, empty store; the first of the agents is the one whose tickets are told."""
    maker = Maker(tickets, agents, seed)
    async with database.engine.execution_options(is_writer=True).connect() as connection:
        if database.is_sqlite:
            await connection.execute(text("COMMIT"))
            await connection.execute(text("PRAGMA synchronous=OFF"))
            await connection.execute(text("BEGIN IMMEDIATE"))
        else:  # built once over all rows, in a hundredth of the time
            await connection.execute(text("DROP INDEX search_index"))
        done = 0
        for rows in maker.batches():
            await connection.run_sync(_insert, rows)
            done += len(rows["ticket"])
            print(f"\r{done} of {tickets} tickets", end="", flush=True)
        print("\r" + " " * 40 + "\r", end="")
        if not database.is_sqlite:
            await connection.execute(text("SET maintenance_work_mem = '512MB'"))
            index = "CREATE INDEX search_index ON search_part USING gin (search_vector) WITH (fastupdate = off)"
            await connection.execute(text(index))
            await connection.execute(text("SELECT setval('search_document_id_seq', :last)"), {"last": tickets})
        await connection.commit()
    await _settle(database)
    return maker.filled


def _insert(connection: Connection, rows: dict[str, list[dict[str, Any]]]) -> None:
    tables = {
        "conversation": Conversation,
        "event": Event,
        "ticket": Ticket,
        "ticket_event": TicketEvent,
        "document": search.SearchDocument,
        "part": search.SearchPart,
    }
    for name, model in tables.items():
        connection.execute(insert(model), rows[name])


async def _settle(database: Database) -> None:
    """Do what the store does by itself in time: PostgreSQL's autovacuum, SQLite's checkpoint."""
    async with database.engine.connect() as connection:
        bare = await connection.execution_options(isolation_level="AUTOCOMMIT")
        if database.is_sqlite:
            await bare.execute(text("COMMIT"))
            await bare.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        else:
            await bare.execute(text("VACUUM ANALYZE"))
