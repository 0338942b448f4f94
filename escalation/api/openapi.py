"""The public desk API as OpenAPI, made from the endpoints themselves: what is open to tokens, and nothing else."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from escalation.accounts.tokens import CALLS_PER_MINUTE, OPEN
from escalation.api import changes, talk

_ABOUT = f"""The desk for other systems. An admin makes a token in the console, with the scopes it needs; send it as
`Authorization: Bearer pharos_...`. A token may make {CALLS_PER_MINUTE} calls a minute. Instants are RFC 3339 in UTC.
Every change names the `version` of the ticket it was made from. An error is `{{"error": code, "detail": sentence}}`."""

#: What each change takes; endpoints read their bodies themselves, so that they are refused in our own words.
BODIES: dict[str, type[BaseModel]] = {
    "assign": changes.AssignRequest,
    "hand-back": talk.HandBackRequest,
    "hold": changes.Change,
    "link": changes.LinkRequest,
    "merge": changes.MergeRequest,
    "note": talk.MessageRequest,
    "priority": changes.PriorityRequest,
    "release": changes.Change,
    "reopen": changes.Change,
    "reply": talk.ReplyRequest,
    "resolve": changes.ResolveRequest,
    "tags": changes.TagsRequest,
    "take": talk.TakeRequest,
    "transfer": changes.TransferRequest,
    "unhold": changes.Change,
}

_ERRORS = {
    "401": "not_signed_in: no token, or one that is unknown, expired or revoked",
    "403": "missing_scope: the token may not do this; not_for_tokens: no token may",
    "404": "There is no such thing.",
    "422": "invalid_request: a value breaks a rule; nothing was changed",
    "429": "too_many: too many calls; Retry-After says how many seconds to wait",
}
_CHANGE_ERRORS = {
    "409": "stale_page: the ticket changed since `version`; not_allowed_now, taken_by_someone_else, not_taken, "
    "client_id_reused: its state does not allow this"
}
_REFERENCE = "#/components/schemas/{model}"


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document."""
    whole = get_openapi(title="Pharos desk API", version="1", description=_ABOUT, routes=app.routes)
    schemas: dict[str, Any] = {"Error": _error_schema()}
    paths: dict[str, Any] = {}
    for (method, path), scope in sorted(OPEN.items()):
        operation = whole["paths"][path][method.lower()]
        paths.setdefault(path, {})[method.lower()] = _described(operation, method, path, scope, schemas)
    return {
        "openapi": whole["openapi"],
        "info": whole["info"],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _described(
    operation: dict[str, Any], method: str, path: str, scope: str, schemas: dict[str, Any]
) -> dict[str, Any]:
    errors = _ERRORS | (_CHANGE_ERRORS if method != "GET" else {})
    content = {"application/json": {"schema": {"$ref": _REFERENCE.format(model="Error")}}}
    answers = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    operation["responses"] = answers | {
        status: {"description": text, "content": content} for status, text in sorted(errors.items())
    }
    operation["security"] = [{"token": [scope]}]
    operation["description"] = f"{operation.get('description', '')}\n\nScope: `{scope}`."
    if method != "GET":
        operation["requestBody"] = _body(BODIES[path.rsplit("/", 1)[1]], schemas)
    return operation


def _body(model: type[BaseModel], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=_REFERENCE)
    schemas |= schema.pop("$defs", {})
    schemas[model.__name__] = schema
    reference = {"$ref": _REFERENCE.format(model=model.__name__)}
    return {"required": True, "content": {"application/json": {"schema": reference}}}


def _error_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {"type": "object", "required": ["error", "detail"], "properties": {"error": text, "detail": text}}
