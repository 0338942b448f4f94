"""The worker process: one model, one index, one event loop, on 127.0.0.1.

It answers `/health` at once and turns as soon as model and index are loaded. Nothing
is kept between turns; killing it loses only the turns under way.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import register
from rasa.utils.log_utils import configure_structlog
from sanic import Sanic

from bot import knowledge, training
from bot.channel import PharosChannel
from bot.endpoint import RecordingEndpoint, trust_checked_results
from bot.store import TurnStore
from bot.turns import TurnRunner
from kit.errors import SupportError
from kit.wire import SECRET_VARIABLE, Candidate, Health, SearchRequest

HOST = "127.0.0.1"
#: Seconds between two looks at which build of the knowledge base is current.
FOLLOW_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Worker:
    """What the routes need: turns, search, health."""

    def __init__(self, model: Path, endpoint: RecordingEndpoint) -> None:
        self.model_id = model.name.partition(".")[0]
        self.endpoint = endpoint
        store = TurnStore()
        self.agent = Agent(tracker_store=store, action_endpoint=endpoint)
        self.turns = TurnRunner(self.agent, store, self.model_id, self.index_id)
        self._model = model
        self._reasons = ["the model is loading"]
        trust_checked_results()

    def load(self) -> None:
        """Load model and index; why it failed is told by `health`."""
        try:
            knowledge.index()
            self.agent.load_model(str(self._model), fingerprint=self.model_id)
            gc.collect()
            gc.freeze()  # a model is never garbage: collections need not walk it in the middle of a turn
            self._reasons = []
        except SupportError as error:
            self._reasons = [error.detail]
        except Exception as error:
            logger.exception("Loading failed")
            self._reasons = [f"loading failed: {type(error).__name__}: {error}"]

    def follow_builds(self) -> None:
        """Take up a new build of the knowledge base; turns go on with the old one while it loads."""
        if self._reasons:
            return
        try:
            knowledge.index().reload_if_changed()
        except Exception:  # whatever is wrong with one build, the next one must still be looked for
            logger.exception("Looking for a new build of the knowledge base failed; build %s stays", self.index_id())

    def health(self) -> Health:
        """Return whether turns are taken, and if not, why."""
        ready = not self._reasons
        return Health(ready, list(self._reasons), self.model_id, self.index_id() if ready else "")

    def index_id(self) -> str:
        """Return the build the index serves."""
        return knowledge.index().build

    def search(self, asked: SearchRequest) -> list[Candidate]:
        """Return the articles a query finds."""
        index = knowledge.index()
        return [_candidate(match) for match in index.search(asked.query, asked.language, top_k=asked.top_k)]


def _candidate(match: Candidate) -> Candidate:
    """Drop what the index knows beyond the wire's shape."""
    return Candidate(match.article_id, match.topic, match.title, match.url, match.score, match.probability)


def create_app(worker: Worker, channel: PharosChannel) -> Any:
    """Return the application; it loads the model beside the first requests."""
    app: Any = Sanic(f"pharos-worker-{id(worker)}", configure_logging=False)
    app.ctx.worker = worker
    app.ctx.agent = worker.agent
    app.config.KEEP_ALIVE_TIMEOUT = 65
    register([channel], app, route="/")

    @app.after_server_start
    async def load(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        app.ctx.loading = loop.run_in_executor(None, worker.load)

    @app.after_server_start
    async def follow(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        app.add_task(_follow_builds(worker))

    @app.after_server_stop
    async def close(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        await worker.endpoint.close()

    return app


async def _follow_builds(worker: Worker) -> None:
    while True:
        await asyncio.sleep(FOLLOW_SECONDS)
        await asyncio.get_running_loop().run_in_executor(None, worker.follow_builds)


def run(options: argparse.Namespace, data_dir: Path) -> int:
    """Serve until stopped and return the exit status."""
    configure_structlog(logging.WARNING)
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)  # libraries of 2022 about each other
    try:
        channel = PharosChannel.from_credentials(None)
        model = options.model.resolve() if options.model else training.current_model(data_dir)
    except SupportError as error:
        print(error.detail, file=sys.stderr)
        return 1
    endpoint = RecordingEndpoint(options.actions_url, os.environ[SECRET_VARIABLE])
    app = create_app(Worker(model, endpoint), channel)
    app.run(HOST, options.port, access_log=False, debug=False, motd=False)
    return 0
