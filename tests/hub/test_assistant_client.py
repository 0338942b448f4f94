"""The client of the assistant: whoever is ready takes the turn, and every failure has its name."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from hub.assistant import HttpAssistant, NoWorkerReady, TurnFailed
from kit import wire
from kit.codec import encode

REQUEST = wire.TurnRequest("t", "c", "2026-11-22T03:12:00.000Z", "UTC", "en", text="What is funding?")
REPLY = wire.TurnReply([wire.BotMessage("So.")], "answer", {}, {})

Answer = Callable[[httpx.Request], httpx.Response]


def good(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=encode(REPLY))


def dead(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


def busy(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(503, json={"detail": "not ready"})


def broken(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(502, json={"detail": "The action failed."})


def workers(*answers: Answer) -> tuple[HttpAssistant, list[str]]:
    """A client of workers that answer so, and the hosts it asks, in order."""
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return answers[int(request.url.host.removeprefix("w"))](request)

    urls = [f"http://w{number}" for number in range(len(answers))]
    return HttpAssistant(urls, "secret", httpx.MockTransport(handle)), asked


async def test_ready_worker_answers_and_is_shown_the_secret() -> None:
    seen: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers[wire.SECRET_HEADER])
        return good(request)

    client = HttpAssistant(["http://w0"], "the secret", httpx.MockTransport(handle))

    assert await client.turn(REQUEST) == REPLY
    assert seen == ["the secret"]


async def test_workers_take_turns() -> None:
    client, asked = workers(good, good)

    for _ in range(4):
        await client.turn(REQUEST)

    assert asked == ["w0", "w1", "w0", "w1"]


@pytest.mark.parametrize("absent", [dead, busy])
async def test_absent_worker_is_passed_over(absent: Answer) -> None:
    client, asked = workers(absent, good)

    assert await client.turn(REQUEST) == REPLY
    assert asked == ["w0", "w1"]


@pytest.mark.parametrize("answers", [(dead, busy), (dead,), ()], ids=["all-absent", "one", "none-configured"])
async def test_nobody_ready_is_not_a_failed_turn(answers: tuple[Answer, ...]) -> None:
    client, _ = workers(*answers)

    with pytest.raises(NoWorkerReady):
        await client.turn(REQUEST)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(broken, id="502"),
        pytest.param(slow, id="too-slow"),
        pytest.param(lambda _: httpx.Response(401), id="wrong-secret"),
        pytest.param(lambda _: httpx.Response(404), id="not-an-assistant"),
        pytest.param(lambda _: httpx.Response(200, content=b"<html>"), id="not-json"),
        pytest.param(lambda _: httpx.Response(200, json=[]), id="rasas-empty-list"),
        pytest.param(lambda _: httpx.Response(200, json={"messages": []}), id="half-a-reply"),
        pytest.param(lambda _: httpx.Response(302, headers={"Location": "http://evil.example"}), id="redirect"),
    ],
)
async def test_failure_of_a_ready_worker_is_a_failed_turn(answer: Answer) -> None:
    client, asked = workers(answer, good)

    with pytest.raises(TurnFailed):
        await client.turn(REQUEST)

    assert asked == ["w0"]


async def test_health_is_that_of_the_first_worker_that_answers() -> None:
    client, _ = workers(dead, lambda _: httpx.Response(200, json={"ready": True, "model_id": "m"}))

    assert await client.health() == wire.Health(ready=True, model_id="m")


async def test_health_without_workers_says_why() -> None:
    client, _ = workers(dead, lambda _: httpx.Response(200, content=b"<html>"))

    health = await client.health()

    assert not health.ready
    assert len(health.reasons) == 2
