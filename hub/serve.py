"""Runs the service: the public application and, on loopback, the ops one. `python -m hub.serve`."""

from __future__ import annotations

import asyncio
import logging

import uvicorn

from hub.app import create_app, create_context
from hub.ops import create_ops_app
from hub.settings import Settings


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    context = create_context(settings)
    public = uvicorn.Server(
        uvicorn.Config(
            create_app(context),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            timeout_graceful_shutdown=3,
            server_header=False,
        )
    )
    ops_port = settings.ops_port or settings.port + 1
    ops = uvicorn.Server(
        uvicorn.Config(create_ops_app(context), host="127.0.0.1", port=ops_port, log_level="warning", lifespan="off")
    )
    ops_task = asyncio.create_task(ops.serve())
    try:
        await public.serve()
    finally:
        ops.should_exit = True
        await ops_task


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(serve(Settings()))


if __name__ == "__main__":
    main()
