"""Stand-ins for the embedding model, the index and the action server; small enough to predict by reading."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from bot.nlu.tiers import CHOICES, TierModel
from kb_index.index import Found, Match
from kit.wire import SECRET_HEADER, Candidate

DIMENSION = 64
#: Takes the classifier's tiers and the search's probability for what they say.
TRUSTING = TierModel({name: {f"is_{name}": 1.0} for name in CHOICES}, {"first": 1.0})


class FakeEmbedder:
    """Words hashed into a unit vector: texts that share words are near."""

    model_id = "fake"
    vocabulary: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: list[str]) -> Any:
        self.embedded += texts
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, int(hashlib.md5(word.encode()).hexdigest(), 16) % DIMENSION] += 1.0
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class FakeIndex:
    """Finds an article when the query holds its key phrase, with the probability given for it."""

    build = "fake-build"

    def __init__(self, **articles: tuple[str, str, float]) -> None:
        self._articles = articles
        self.vectors: list[Any] = []
        self.reloads = 0

    def look(self, query: str, language: str, vector: Any = None, top_k: int = 5) -> Found:
        self.vectors.append(vector)
        found = [
            Match(name, topic, name.title(), f"/help/{language}/{name}", probability, probability)
            for name, (phrase, topic, probability) in self._articles.items()
            if phrase in query.lower()
        ]
        return Found(sorted(found, key=lambda match: -match.probability)[:top_k])

    def search(self, query: str, language: str, vector: Any = None, top_k: int = 5) -> list[Candidate]:
        return list(self.look(query, language, vector, top_k).matches)

    def reload_if_changed(self) -> bool:
        self.reloads += 1
        return False


Answer = Callable[[dict[str, Any]], tuple[int, Any]]


class FakeActionServer:
    """Answers actions from a table and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.is_healthy = True
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.requests.append(body)
                fake.secrets.append(self.headers.get(SECRET_HEADER))
                status, answer = fake.answers[body["next_action"]](body)
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                self.send_response(200 if fake.is_healthy else 503)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


def says(text: str, outcome: str = "answer", events: tuple[dict[str, Any], ...] = (), **turn: Any) -> Answer:
    """Return an action's answer that ends the turn with one message."""
    custom = {"turn": {"outcome": outcome, "messages": [{"text": text}], **turn}}
    return lambda body: (200, {"events": list(events), "responses": [{"custom": custom}]})
