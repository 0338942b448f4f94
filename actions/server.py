"""The action server: rasa_sdk's executor on loopback, behind the shared secret.

Logs name actions and errors, never what a customer wrote; a failed action answers 500 without the request's body.
"""

from __future__ import annotations

import hmac
import logging
import os

from rasa_sdk.endpoint import create_app as create_sdk_app
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from actions import wiring
from kit.errors import Misconfigured
from kit.wire import SECRET_HEADER, SECRET_VARIABLE

HOST = "127.0.0.1"
#: The package whose actions are served.
PACKAGE = "actions"


def create_app(secret: str) -> Sanic:
    """Return the application; every path but /health wants the secret."""
    app: Sanic = create_sdk_app(PACKAGE, cors_origins="")

    app.register_listener(_open_library, "before_server_start")  # type: ignore[no-untyped-call]  # sanic 21 has no types

    @app.middleware("request")  # type: ignore[untyped-decorator, no-untyped-call]  # sanic 21 has no types
    async def check_secret(request: Request) -> HTTPResponse | None:
        sent = request.headers.get(SECRET_HEADER, "")
        if request.path == "/health" or hmac.compare_digest(sent.encode(), secret.encode()):
            return None
        return response.json({"error": "not_signed_in", "detail": f"{SECRET_HEADER} is missing or wrong."}, status=401)

    @app.middleware("response")  # type: ignore[untyped-decorator, no-untyped-call]  # as above
    async def keep_private(request: Request, answer: HTTPResponse) -> HTTPResponse | None:
        if answer.status < 500:
            return None
        return response.json({"error": "action_failed", "detail": "The action failed; its log says why."}, status=500)

    return app


async def _open_library(*_: object) -> None:
    """Read the articles now, so that the first customer does not wait for it."""
    try:
        wiring.library()
    except Misconfigured:
        logging.getLogger(__name__).exception("No articles yet; they are opened when first asked for.")


def run(port: int) -> None:
    """Serve until stopped."""
    secret = os.environ.get(SECRET_VARIABLE, "")
    if not secret:
        raise Misconfigured(f"{SECRET_VARIABLE} is not set. The service sets it for its children.")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    create_app(secret).run(HOST, port, access_log=False, debug=False)
