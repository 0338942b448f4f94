"""A conversation driven through the actions, as the worker would: rules pick the action, slots and loop are kept.

The domain and the rules are the real files; the library is a fake with a few articles.
"""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from kb_index.models import Article, Passage
from kit.blocks import check, paragraph

ROOT = Path(__file__).parents[2]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
NOW = "2026-11-22T05:00:00.000Z"
TODAY = date(2026, 11, 22)
THRESHOLDS = {"t_answer": 0.6, "t_control": 0.7}


def article(article_id: str, language: str = "en", **changes: Any) -> Article:
    """Return an article that can be told from others by its text."""
    lead = f"Lead of {article_id} in {language}."
    values = {
        "id": article_id, "language": language, "kind": "faq", "topic": "deposit_withdrawal", "case": None,
        "title": f"Title of {article_id}", "version": "0123456789ab", "reviewed_on": "2026-11-01",
        "review_due_on": "2027-01-30", "expires_on": None, "owner": "payments", "audience": "all", "risk": None,
        "sources": ["F001"], "related": [], "questions": [],
        "passages": [Passage("lead", "", "f00d", lead, [paragraph(lead)])],
    }  # fmt: skip
    return Article(**{**values, **changes})


class FakeLibrary:
    """The articles of a test; the same methods as kb_index.library.Library."""

    def __init__(self, *articles: Article) -> None:
        self._articles = articles

    def get(self, article_id: str, language: str) -> Article | None:
        return next((item for item in self._articles if (item.id, item.language) == (article_id, language)), None)

    def replace(self, article_id: str, *articles: Article) -> None:
        """Put other articles in an article's place, as a new build does."""
        self._articles = (*(item for item in self._articles if item.id != article_id), *articles)

    def first_aid(self, case: str, language: str) -> Article | None:
        return next((item for item in self._articles if (item.case, item.language) == (case, language)), None)


def candidate(article_id: str, probability: float = 0.9) -> dict[str, Any]:
    """Return what the gate says of an article that may answer."""
    named = {"article_id": article_id, "topic": "deposit_withdrawal", "title": "", "url": ""}
    return {**named, "score": 1.0, "probability": probability}


def actions_by_intent() -> dict[str, str]:
    """Read data/rules.yml: which action answers an intent outside the form."""
    rules = yaml.safe_load((ROOT / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    routes: dict[str, str] = {}
    for rule in rules:
        first, second = rule["steps"][0], rule["steps"][1]
        for step in first.get("or", [first]):
            if "intent" in step:
                routes[step["intent"]] = second["action"]
    return routes


def _executor() -> ActionExecutor:
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor


EXECUTOR = _executor()
ROUTES = actions_by_intent()


class Chat:
    """One customer's conversation; the last turn is in `turn`."""

    def __init__(self, locale: str = "en-GB", timezone: str = "Europe/London", **customer: Any) -> None:
        self.slots: dict[str, Any] = dict.fromkeys(DOMAIN["slots"])
        self._context = {"now": NOW, "timezone": timezone, "locale": locale, "customer": customer}
        self.events: list[dict[str, Any]] = []
        self.loop: str | None = None
        self.turn: dict[str, Any] = {}

    def says(
        self,
        text: str,
        intent: str = "clarify",
        candidates: tuple[dict[str, Any], ...] = (),
        *,
        language: str = "",
        also_answer: bool = False,
        raw_intent: str = "",
        case: str = "",
        **entities: str | list[str],
    ) -> str:
        """Send a text as the gate would pass it on; return what comes back as one text."""
        code = language or ("zh" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en")
        gate = {
            "language": {"code": code, "name": {"ko": "Korean"}.get(code, code), "supported": code in ("en", "zh")},
            "candidates": list(candidates), "probability": candidates[0]["probability"] if candidates else 0.0,
            "thresholds": THRESHOLDS, "also_answer": also_answer, "raw_intent": raw_intent, "confidence": 0.44,
            "case": case, "offers_case": bool(case),
        }  # fmt: skip
        found = [
            {"entity": name, "value": value}
            for name, given in entities.items()
            for value in (given if isinstance(given, list) else [given])
        ]
        return self._send({"text": text, "intent": {"name": intent}, "entities": found, "gate": gate})

    def presses(self, intent: str, **entities: Any) -> str:
        """Press a button; it must have been offered in the last turn, unless the test names it `stale`."""
        is_stale = entities.pop("stale", False)
        payload = {"intent": intent, "entities": entities}
        assert is_stale or payload in [button["payload"] for button in self.buttons], (payload, self.buttons)
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        return self._send({"text": f"/{intent}", "intent": {"name": intent}, "entities": found})

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [button for message in self.turn["messages"] for button in message["buttons"]]

    @property
    def labels(self) -> list[str]:
        return [button["label"] for button in self.buttons]

    @property
    def last(self) -> str:
        """The text of the last message."""
        return str(self.turn["messages"][-1]["text"])

    def _send(self, message: dict[str, Any]) -> str:
        told = (self.slots["intake"] or {}).get("zone")
        self.slots["turn_context"] = {**self._context, "timezone": told or self._context["timezone"]}
        self.events.append({"event": "user", "text": message["text"], "parse_data": message})
        action = "intake_form" if self.loop else ROUTES[message["intent"]["name"]]
        loop = {"name": self.loop} if self.loop else {}
        tracker = Tracker("c1", dict(self.slots), message, list(self.events), False, None, loop, "action_listen")
        dispatcher = CollectingDispatcher()
        events = asyncio.run(EXECUTOR.actions[action](dispatcher, tracker, DOMAIN))
        self._apply(events)
        (sent,) = dispatcher.messages
        self.turn = sent["custom"]["turn"]
        for made in self.turn["messages"]:
            check(made["blocks"])
        return "\n".join(made["text"] for made in self.turn["messages"])

    def _apply(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event["event"] == "slot":
                assert event["name"] in self.slots or event["name"] == "requested_slot", event
                self.slots[event["name"]] = event["value"]
            else:
                assert event["event"] == "active_loop"
                self.loop = event["name"]
        self.events += events
