"""The articles of the build in use, by id or by case: articles.json only, no search, no model.

Expired articles are not given out; overdue ones are, and `is_overdue` tells.
"""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

from kb_index.models import Article, Catalogue, read_catalogue
from kb_index.store import Pointer
from kit.clock import Clock, SystemClock
from kit.errors import Misconfigured, SupportError

logger = logging.getLogger(__name__)


class Library:
    """Articles of one build; follows the pointer when asked to."""

    def __init__(self, kb_dir: Path, now: Clock) -> None:
        self._pointer = Pointer(kb_dir)
        self._now = now
        self._use(_read(self._pointer.folder()))

    @classmethod
    def open(cls, kb_dir: Path, now: Clock | None = None) -> Library:
        """Open the build in use, or raise Misconfigured saying how to make one."""
        return cls(kb_dir, now or SystemClock())

    @property
    def build(self) -> str:
        return self._catalogue.build

    def get(self, article_id: str, language: str) -> Article | None:
        """Return an article that may be shown today, by its id or one it replaces."""
        return self._shown(self._by_id.get((article_id, language)))

    def first_aid(self, case: str, language: str) -> Article | None:
        """Return what to do first in a case."""
        return self._shown(self._by_case.get((case, language)))

    def is_overdue(self, article: Article) -> bool:
        """Tell whether an article must be shown as "may be outdated"."""
        return article.is_overdue(self._today())

    def reload_if_changed(self) -> bool:
        """Take a new build up; a broken one is reported and the old one kept."""
        if not self._pointer.has_moved():
            return False
        try:
            self._use(_read(self._pointer.folder()))
        except SupportError as error:
            logger.error("Keeping build %s: %s", self.build, error.detail)
            return False
        return True

    def _use(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._by_id = {
            (name, article.language): article
            for article in catalogue.articles
            for name in (article.id, *article.replaces)
        }
        self._by_case = {(article.case, article.language): article for article in catalogue.articles if article.case}

    def _shown(self, article: Article | None) -> Article | None:
        return None if article is None or article.is_expired(self._today()) else article

    def _today(self) -> date:
        return self._now.now().date()


def _read(folder: Path) -> Catalogue:
    try:
        return read_catalogue(folder)
    except (OSError, ValueError, SupportError) as error:
        raise Misconfigured(f"Build {folder.name} cannot be read ({error}). Run: python -m kb_index build") from error
