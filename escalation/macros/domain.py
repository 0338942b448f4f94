"""What a macro may say, and how its placeholders are filled.

A *placeholder* is a name in double braces, `{{number}}`. Only names the desk can know are
allowed; a value that is missing for a ticket leaves the placeholder in the draft, where the
agent writes it. A text with a placeholder left in it is never sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kit.errors import Conflict, InvalidRequest, NotFound
from kit.text import check_message

LANGUAGES = ("en", "zh")
#: What the ticket may become after the reply; without one it waits on the customer, as after any reply.
STATUSES = ("on_hold", "resolved")
MAX_NAME_LENGTH = 80

#: What the desk itself knows of a ticket.
OF_THE_TICKET = ("number", "case", "agent", "customer", "deadline")
#: Facts of the case, by the names the intake collects them under.
FACTS = ("symbol", "currency", "network", "amount", "txid", "order_id", "reference")
PLACEHOLDERS = (*OF_THE_TICKET, *FACTS)

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")


class MacroNotFound(NotFound):
    """No macro has this id."""


class MacroNameTaken(Conflict):
    """Another macro has this name."""


class StaleMacro(Conflict):
    """The macro changed since the page was loaded."""


class UnknownPlaceholder(InvalidRequest):
    """A text names what the desk does not know."""


class UnfilledPlaceholder(InvalidRequest):
    """A reply still holds a placeholder."""


def check_texts(texts: Mapping[str, object]) -> dict[str, str]:
    """Return the texts that say something, by language, or raise where one cannot be a macro's.

    Raises:
        UnknownPlaceholder: with the list of known ones.
        InvalidRequest: another language, nothing said in any, too long.
    """
    wrong = next((language for language in texts if language not in LANGUAGES), None)
    if wrong is not None:
        raise InvalidRequest(f"'texts': '{wrong[:16]}' is not one of {', '.join(LANGUAGES)}.")
    said = {language: texts[language] for language in LANGUAGES if texts.get(language) not in (None, "")}
    checked = {language: check_message(text) for language, text in said.items()}
    if not checked:
        raise InvalidRequest("A macro needs a text in at least one language.")
    for language, text in checked.items():
        _check_placeholders(language, text)
    return checked


def _check_placeholders(language: str, text: str) -> None:
    unknown = next((name for name in _names(text) if name not in PLACEHOLDERS), None)
    if unknown is None and "{{" in _PLACEHOLDER.sub("", text):
        unknown = text[text.rindex("{{") :][:40]
    if unknown is not None:
        known = ", ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)
        raise UnknownPlaceholder(f"'{unknown[:40]}' in the text ({language}) is not known. Known are {known}.")


def _names(text: str) -> list[str]:
    return [found.strip().lower() for found in _PLACEHOLDER.findall(text)]


def fill(text: str, values: Mapping[str, str | None]) -> tuple[str, list[str]]:
    """Return the text with what is known written into it, and the names of what is missing, each once."""
    missing: list[str] = []

    def write(match: re.Match[str]) -> str:
        name = match[1].strip().lower()
        value = values.get(name)
        if value:
            return value
        missing.append(name)
        return f"{{{{{name}}}}}"

    return _PLACEHOLDER.sub(write, text), list(dict.fromkeys(missing))


def check_filled(text: str) -> None:
    """Raise UnfilledPlaceholder where a reply still holds a known placeholder; other braces are the agent's own."""
    left = next((name for name in _names(text) if name in PLACEHOLDERS), None)
    if left is not None:
        raise UnfilledPlaceholder(f"{{{{{left}}}}} is not filled in. Write what belongs there, or take it out.")
