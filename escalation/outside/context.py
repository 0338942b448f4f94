"""What endpoints are given of the work that sends things."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from escalation.outside.work import Outside


def outside_of(connection: HTTPConnection) -> Outside:
    """FastAPI dependency: the application's way out."""
    outside: Outside = connection.app.state.outside
    return outside


Out = Annotated[Outside, Depends(outside_of)]
