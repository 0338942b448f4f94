"""The worker through HTTP: a tiny trained model, the real channel, a fake action server."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import __main__ as entry
from bot import knowledge, training
from bot.endpoint import RecordingEndpoint
from bot.worker import Worker
from kb_index import build, store
from kb_index.index import Index
from kit.wire import SECRET_HEADER
from tests.bot.fakes import FakeActionServer, FakeEmbedder, FakeIndex, says
from tests.bot.serving import serving
from tests.kb_index.corpus import ARTICLES, write

pytestmark = pytest.mark.slow

SECRET = "a shared secret"
PROJECT = Path(__file__).parent / "project"


@pytest.fixture(scope="module")
def actions() -> Iterator[FakeActionServer]:
    server = FakeActionServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, actions: FakeActionServer) -> Iterator[str]:
    """Train the tiny project with the real pipeline, serve it, and return its address."""
    folder = tmp_path_factory.mktemp("worker")
    shutil.copytree(PROJECT, folder / "project")
    shutil.copy(entry.PROJECT / "config.yml", folder / "project")
    fakes = pytest.MonkeyPatch()
    embedder, index = FakeEmbedder(), FakeIndex(fees=("fee", "fees", 0.9))
    fakes.setattr(knowledge, "embedder", lambda: embedder)
    fakes.setattr(knowledge, "index", lambda: index)
    fakes.setattr(knowledge, "articles", list)
    fakes.setenv("RASA_MAX_CACHE_SIZE", "0")
    fakes.setenv("RASA_TELEMETRY_ENABLED", "false")
    model = folder / "models" / "tiny.tar.gz"
    training.train(folder / "project", model)
    with serving(Worker(model, RecordingEndpoint(actions.url, SECRET, timeout_seconds=0.3)), SECRET) as address:
        yield address
    fakes.undo()


@pytest.fixture
def post(url: str, actions: FakeActionServer) -> Any:
    """Return a function that posts a turn and gives the response."""
    actions.requests.clear()
    actions.secrets.clear()
    actions.answers.clear()
    for name in ("action_answer", "action_done", "action_case"):
        actions.answers[name] = says("An answer.")

    def send(text: str | None = None, state: Any = None, **fields: Any) -> httpx.Response:
        turn = {"turn_id": "t1", "conversation_id": "c1", "now": "2026-11-22T12:00:00.000Z", "timezone": "UTC"}
        body = {**turn, "locale": "en", "text": text, "state": state, **fields}
        return httpx.post(f"{url}/turn", json=body, headers={SECRET_HEADER: SECRET})

    return send


def test_a_question_gets_its_answer_with_the_reasons(post: Any, actions: FakeActionServer) -> None:
    actions.answers["action_answer"] = says("0.05 %.", trace={"article": "fees"})

    reply = post("what is the taker fee")

    assert reply.status_code == 200
    body = reply.json()
    assert [message["text"] for message in body["messages"]] == ["0.05 %."]
    assert (body["outcome"], body["case"], body["handoff"]) == ("answer", None, None)
    trace = body["trace"]
    assert trace["gate"]["raw_intent"] == "topic_fees"
    assert trace["gate"]["candidates"][0]["article_id"] == "fees"
    assert (trace["article"], trace["actions"]) == ("fees", ["action_answer"])
    assert (trace["model_id"], trace["index_id"]) == ("tiny", "fake-build")
    assert {"embed", "classify", "retrieve", "actions", "total"} <= set(trace["timings_ms"])


def test_actions_get_the_secret_the_gate_and_the_turns_context(post: Any, actions: FakeActionServer) -> None:
    post("what is the taker fee", locale="zh-CN", customer={"verified": True, "tickets": []})

    (asked,) = actions.requests
    assert actions.secrets == [SECRET]
    assert asked["tracker"]["latest_message"]["gate"]["topic"] == "fees"
    context = asked["tracker"]["slots"]["turn_context"]
    assert (context["now"], context["locale"]) == ("2026-11-22T12:00:00.000Z", "zh-CN")
    assert context["customer"]["verified"] is True


@pytest.mark.parametrize("secret", [None, "", "wrong", "a shared secrets"])
def test_without_the_secret_nothing_is_done(url: str, actions: FakeActionServer, secret: str | None) -> None:
    actions.requests.clear()
    headers = {} if secret is None else {SECRET_HEADER: secret}
    for path in ("/turn", "/search"):
        reply = httpx.post(url + path, json={}, headers=headers)

        assert (reply.status_code, reply.json()["error"]) == (401, "not_signed_in")
    assert actions.requests == []


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="neither-text-nor-payload"),
        pytest.param({"text": "x", "payload": {"intent": "affirm"}}, id="both"),
        pytest.param({"text": 7}, id="text-is-a-number"),
        pytest.param({"text": "  "}, id="blank"),
        pytest.param({"text": "x" * 4001}, id="too-long"),
        pytest.param({"text": "a\x00b"}, id="nul"),
        pytest.param({"text": "x", "now": "yesterday"}, id="no-instant"),
        pytest.param({"text": "x", "turn_id": None}, id="no-turn-id"),
        pytest.param({"text": "x", "state": {"events": ["x"]}}, id="state-is-no-dialogue"),
        pytest.param({"payload": {"intent": "faq"}}, id="payload-outside-the-list"),
        pytest.param({"payload": {"intent": "restart"}}, id="rasas-own-intent"),
    ],
)
def test_a_bad_turn_is_refused_and_rasa_is_not_asked(post: Any, actions: FakeActionServer, fields: Any) -> None:
    reply = post(**fields)

    assert reply.status_code in (413, 422)
    assert set(reply.json()) == {"error", "detail"}
    assert actions.requests == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'"text"'])
def test_a_body_that_is_no_object_is_refused(url: str, content: bytes) -> None:
    reply = httpx.post(f"{url}/turn", content=content, headers={SECRET_HEADER: SECRET})

    assert reply.status_code == 422


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda body: (500, {"error": "boom"}), id="500"),
        pytest.param(lambda body: (404, {"error": "no such action"}), id="404"),
        pytest.param(lambda body: (200, ["not", "an", "object"]), id="no-object"),
        pytest.param(lambda body: (200, {"events": "x", "responses": []}), id="misshapen"),
        pytest.param(lambda body: (time.sleep(0.6), (200, {"events": [], "responses": []}))[1], id="too-slow"),
    ],
)
def test_a_failing_action_fails_the_turn_with_its_cause(post: Any, actions: FakeActionServer, broken: Any) -> None:
    actions.answers["action_answer"] = broken

    reply = post("what is the taker fee")

    assert reply.status_code == 502
    assert set(reply.json()) == {"error", "detail"}
    assert "action_answer" in reply.json()["detail"]


def test_an_action_server_that_dies_in_a_turn_is_no_failure_of_the_turn(post: Any, actions: FakeActionServer) -> None:
    def hang_up(body: dict[str, Any]) -> tuple[int, Any]:
        raise ConnectionAbortedError

    actions.answers["action_answer"] = hang_up

    assert post("what is the taker fee").status_code == 503


def test_an_action_server_that_is_still_starting_is_no_failure_of_the_turn(
    post: Any, actions: FakeActionServer
) -> None:
    actions.is_healthy = False
    actions.answers["action_answer"] = lambda body: (time.sleep(0.6), (200, {"events": [], "responses": []}))[1]

    assert post("what is the taker fee").status_code == 503


def test_a_turn_without_an_outcome_has_failed(post: Any, actions: FakeActionServer) -> None:
    actions.answers["action_answer"] = lambda body: (200, {"events": [], "responses": [{"text": "just words"}]})

    reply = post("what is the taker fee")

    assert (reply.status_code, reply.json()["error"]) == (502, "turn_failed")


def test_a_failed_turn_leaves_the_next_one_alone(post: Any, actions: FakeActionServer) -> None:
    actions.answers["action_answer"] = lambda body: (500, {})
    post("what is the taker fee")
    actions.answers["action_answer"] = says("An answer.")

    assert post("what is the taker fee").status_code == 200


@pytest.mark.parametrize("text", ["/restart", "  /restart", "//faq", '/choose_article{"article_id": "x"}'])
def test_text_never_runs_as_a_command(post: Any, actions: FakeActionServer, text: str) -> None:
    actions.answers["action_choose"] = says("A command ran.")

    reply = post(text)

    assert reply.status_code == 200
    assert [asked["next_action"] for asked in actions.requests] != ["action_choose"]
    assert actions.requests[0]["tracker"]["latest_message"]["text"] == text.lstrip(" /")


@pytest.mark.parametrize(("locale", "word"), [("en-GB", "What"), ("zh-CN", "请问")])
def test_nothing_but_slashes_is_asked_about_without_rasa(
    post: Any, actions: FakeActionServer, locale: str, word: str
) -> None:
    reply = post(" / / ", state={"v": 1, "slots": {"seen": 1}, "events": []}, locale=locale).json()

    assert reply["outcome"] == "clarify"
    assert word in reply["messages"][0]["text"]
    assert reply["state"]["slots"] == {"seen": 1}
    assert actions.requests == []


def test_a_button_reaches_its_action_with_its_entities(post: Any, actions: FakeActionServer) -> None:
    actions.answers["action_choose"] = says("The article.")

    reply = post(payload={"intent": "choose_article", "entities": {"article_id": "fees", "language": "en"}})

    assert reply.json()["messages"][0]["text"] == "The article."
    latest = actions.requests[0]["tracker"]["latest_message"]
    assert {item["entity"]: item["value"] for item in latest["entities"]} == {"article_id": "fees", "language": "en"}


def test_two_turns_carry_slots_through_the_state_alone(post: Any, actions: FakeActionServer) -> None:
    actions.answers["action_case"] = says(
        "Noted.", "intake", events=({"event": "slot", "name": "seen", "value": {"deposit": 1}},)
    )

    state = post("my deposit never arrived").json()["state"]
    post("what is the taker fee", state=json.loads(json.dumps(state)))

    tracker = actions.requests[-1]["tracker"]
    assert tracker["slots"]["seen"] == {"deposit": 1}
    assert [event["text"] for event in tracker["events"] if event["event"] == "user"] == [
        "my deposit never arrived",
        "what is the taker fee",
    ]
    assert post("what is the taker fee").json()["state"]["slots"].get("seen") is None


def test_a_response_of_rasas_own_comes_whole_and_in_order(post: Any, actions: FakeActionServer) -> None:
    actions.answers["action_done"] = says("What can I do?", "instant")

    reply = post("hello").json()

    assert [message["text"] for message in reply["messages"]] == ["Hello.\n\nTwo paragraphs.", "What can I do?"]
    assert reply["outcome"] == "instant"


def test_turns_run_beside_each_other_even_under_one_id(post: Any, actions: FakeActionServer) -> None:
    together = threading.Barrier(4, timeout=0.25)

    def wait(body: dict[str, Any]) -> tuple[int, Any]:
        together.wait()
        return says(body["tracker"]["latest_message"]["text"])(body)

    actions.answers["action_answer"] = wait
    texts = [f"what is the taker fee {number}" for number in range(4)]
    for _ in range(20):  # the fakes meet only when four turns are under way at once
        together.reset()
        with ThreadPoolExecutor(4) as pool:
            replies = list(pool.map(post, texts))
        if all(reply.status_code == 200 for reply in replies):
            break

    assert [reply.json()["messages"][0]["text"] for reply in replies] == texts


def test_search_gives_candidates_of_the_wires_shape(url: str) -> None:
    reply = httpx.post(f"{url}/search", json={"query": "taker fee"}, headers={SECRET_HEADER: SECRET})

    (found,) = reply.json()["candidates"]
    assert found == {
        "article_id": "fees",
        "topic": "fees",
        "title": "Fees",
        "url": "/help/en/fees",
        "score": 0.9,
        "probability": 0.9,
    }


def test_health_needs_no_secret_and_names_model_and_index(url: str) -> None:
    reply = httpx.get(f"{url}/health")

    assert reply.json() == {"ready": True, "reasons": [], "model_id": "tiny", "index_id": "fake-build"}


def test_a_worker_that_cannot_load_says_why_and_takes_no_turn(tmp_path: Path, url: str) -> None:
    worker = Worker(tmp_path / "absent.tar.gz", RecordingEndpoint("http://127.0.0.1:9", SECRET))
    worker.load()

    assert worker.health().ready is False
    assert "absent.tar.gz" in worker.health().reasons[0]


def served_by(post: Any, build_id: str) -> httpx.Response:
    """Post turns until one is answered from a build, for at most the seconds a worker may take."""
    deadline = time.monotonic() + 5
    reply: httpx.Response = post("how do I withdraw?")
    while reply.json()["trace"]["index_id"] != build_id and time.monotonic() < deadline:
        reply = post("how do I withdraw?")
    return reply


def rebuilt(folder: Path, word: str) -> str:
    """Build the small knowledge base with one article changed, and return the build's id."""
    sources = write(folder, ARTICLES[0].with_(risk=f"Risk {word}."), *ARTICLES[1:])
    return build.build(folder / "kb", FakeEmbedder(), sources).build


@pytest.fixture
def kb(tmp_path: Path, post: Any, actions: FakeActionServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a real build in it, which the running worker serves."""
    rebuilt(tmp_path, "one")
    index = Index.open(tmp_path / "kb", FakeEmbedder())
    monkeypatch.setattr(knowledge, "index", lambda: index)
    actions.answers["action_choose"] = says("Which one?", outcome="clarify")
    return tmp_path


def test_a_new_build_is_served_within_seconds_and_no_turn_fails(post: Any, url: str, kb: Path) -> None:
    old, stop = httpx.get(f"{url}/health").json()["index_id"], threading.Event()

    def ask() -> list[httpx.Response]:
        replies = []
        while not stop.is_set():
            replies.append(post("how do I withdraw?"))
        return replies

    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        new = rebuilt(kb, "two")
        after = served_by(post, new)
        stop.set()

    replies = [reply for asked in asking for reply in asked.result()]
    assert {reply.status_code for reply in [*replies, after]} == {200}
    assert old != new
    assert old in {reply.json()["trace"]["index_id"] for reply in replies} <= {old, new}
    assert after.json()["trace"]["index_id"] == httpx.get(f"{url}/health").json()["index_id"] == new
    assert after.json()["trace"]["gate"]["candidates"][0]["article_id"] == "how-to-withdraw"


def test_a_half_written_build_is_not_served_and_no_turn_fails(
    post: Any, kb: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = post("how do I withdraw?").json()["trace"]["index_id"]
    half = shutil.copytree(kb / "kb" / old, kb / "kb" / "half") / "en" / "learned.npz"
    half.write_bytes(half.read_bytes()[:-100])
    store.point_to(kb / "kb", "half")

    while "Keeping build" not in caplog.text:
        reply = post("how do I withdraw?")
        assert (reply.status_code, reply.json()["trace"]["index_id"]) == (200, old)

    reply = post("how do I withdraw?")
    assert (reply.status_code, reply.json()["trace"]["index_id"]) == (200, old)
