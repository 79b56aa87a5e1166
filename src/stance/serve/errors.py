"""Every error leaves the server in one shape: ``{"error": {"code", "message", "where"}}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from stance.serve.schemas import ErrorResponse, Fault

_LONGEST = 300  # characters of a message or a place: inputs are not sent back whole
_OF_STATUS = {
    400: ("invalid_json", "the body is not JSON in UTF-8"),
    404: ("not_found", "there is nothing here; /openapi.json describes what there is"),
    405: ("method_not_allowed", "this address is not for that method; see the Allow header"),
}


class ApiError(Exception):
    """An error that a route answers with."""

    def __init__(
        self, status: int, code: str, message: str, where: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.where, self.headers = status, code, where, headers

    def response(self) -> JSONResponse:
        """As it goes over the wire."""
        fault = Fault(code=self.code, message=_clean(str(self)), where=_clean(self.where) if self.where else None)
        return JSONResponse(ErrorResponse(error=fault).model_dump(), self.status, self.headers)


def internal_error() -> ApiError:
    """A fault that is not the client's. What it was stands in the server's log alone."""
    return ApiError(500, "internal", "the server failed on this request; its log says why")


def handle_errors(app: FastAPI) -> None:
    """Give everything that FastAPI and Starlette raise the one shape."""

    @app.exception_handler(ApiError)
    async def _own(_: Request, error: ApiError) -> JSONResponse:
        return error.response()

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _of_validation(request, error).response()

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        code, message = _OF_STATUS.get(error.status_code, ("http_error", str(error.detail)))
        return ApiError(error.status_code, code, message, headers=error.headers).response()

    @app.exception_handler(Exception)
    async def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
        return internal_error().response()


def is_json(content_type: str) -> bool:
    """Whether a Content-Type header names JSON."""
    return content_type.split(";", maxsplit=1)[0].strip().lower() == "application/json"


def _of_validation(request: Request, error: RequestValidationError) -> ApiError:
    faults = error.errors()
    first = faults[0]
    if not is_json(request.headers.get("content-type", "")):
        return ApiError(415, "unsupported_media_type", "send the body as JSON, with Content-Type: application/json")
    if first["type"] == "json_invalid":
        detail = first.get("ctx", {}).get("error", "")
        return ApiError(400, "invalid_json", f"the body is not JSON ({detail})", f"character {first['loc'][-1]}")
    message = str(first["msg"]).removeprefix("Value error, ")
    several = f" (the first of {len(faults)} faults)" if len(faults) > 1 else ""
    return ApiError(422, "invalid_request", message + several, _place(first["loc"]) or None)


def _place(parts: Sequence[str | int]) -> str:
    """``("body", "articles", 2, "text")`` as ``articles[2].text``."""
    place = ""
    for part in parts[1:]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}"
    return place.removeprefix(".")


def _clean(words: str) -> str:
    """Short enough, and without halves of characters, which no JSON in UTF-8 can carry."""
    whole = words.encode("utf-8", "backslashreplace").decode("utf-8")
    return whole if len(whole) <= _LONGEST else whole[: _LONGEST - 1] + "…"
