"""What operators' machines ask: ready, and if not why; figures. Loopback only, on a port of its own."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text

from escalation import repository as desk
from hub.context import Context


def create_ops_app(context: Context) -> FastAPI:
    """Build the ops application around the service's context."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/readyz")
    async def readyz() -> JSONResponse:
        reasons = await not_ready_reasons(context)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    @app.get("/metrics")
    async def metrics() -> Response:
        async with context.database.read() as session:
            context.metrics.desk.by_status = await desk.count_by_status(session)
            context.metrics.desk.resolved = await desk.count_resolutions(session)
        return Response(context.metrics.render(), media_type="text/plain; version=0.0.4")

    return app


async def not_ready_reasons(context: Context) -> list[str]:
    """Return why the service cannot do its job now; empty when it can."""
    reasons = []
    try:
        async with context.database.read() as session:
            await session.execute(text("SELECT 1"))
    except Exception as error:
        reasons.append(f"database: {error}")
    health = await context.assistant.health()
    if not health.ready:
        reasons += [f"assistant: {reason}" for reason in health.reasons or ["not ready"]]
    return reasons
