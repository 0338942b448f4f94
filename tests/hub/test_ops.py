"""What operators' machines are told."""

from __future__ import annotations

import httpx

from hub.ops import create_ops_app
from tests.hub.site import Site, Visitor, eventually


def ops(site: Site) -> httpx.AsyncClient:
    app = create_ops_app(site.app.state.context)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ops")


async def test_ready_while_database_and_assistant_are(site: Site) -> None:
    ready = await ops(site).get("/readyz")
    site.assistant.is_ready = False
    not_ready = await ops(site).get("/readyz")

    assert (ready.status_code, ready.json()) == (200, {"ready": True, "reasons": []})
    assert not_ready.status_code == 503
    assert not_ready.json()["reasons"] == ["assistant: not ready, as the test asked"]


async def test_turns_are_counted_by_outcome(site: Site, visitor: Visitor) -> None:
    await visitor.write("What is funding?")
    await visitor.wait_for_text("bot")

    async def is_counted() -> bool:
        return 'pharos_turns_total{outcome="answer"} 1.0' in (await ops(site).get("/metrics")).text

    await eventually(is_counted)


async def test_tickets_are_counted(site: Site, visitor: Visitor) -> None:
    await visitor.write("My deposit is missing.")
    await visitor.wait_for_type("ticket.opened")

    counted = (await ops(site).get("/metrics")).text

    assert 'pharos_tickets{status="new"} 1.0' in counted
    assert "pharos_tickets_opened_total 1.0" in counted
    assert "pharos_tickets_resolved_total 0.0" in counted


async def test_customers_cannot_see_operations(site: Site) -> None:
    for path in ("/readyz", "/metrics", "/docs", "/redoc"):
        assert (await site.client().get(path)).status_code == 404
    assert (await site.client().get("/healthz")).json() == {"status": "ok"}
