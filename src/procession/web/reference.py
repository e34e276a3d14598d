"""Endpoints that describe the API: two documents for programs, one page for people."""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from procession.kit.http import HTML, PUBLIC, Answer, Request, Route, Routes
from procession.pages.layout import favicon
from procession.web.describing.openapi import Document, openapi
from procession.web.describing.swagger import swagger

routes = Routes("Reference")

#: What is described. Filled by `web/routes.py`, which lists the endpoints of this file, too.
described: list[Route] = []

_ASSETS = Path(__file__).parent / "assets"


@routes.get("/openapi.json", door=PUBLIC, policy="visible", answers=dict[str, Any], is_plain=True)
def get_openapi(_request: Request) -> Answer:
    """Read the description of this API as OpenAPI 3.1."""
    return Answer(body=_openapi_body())


@routes.get("/docs/index", door=PUBLIC, policy="visible", answers=dict[str, Any], is_plain=True)
def get_swagger(_request: Request) -> Answer:
    """Read the description of this API as Swagger 2.0, for older clients."""
    return Answer(body=_swagger_body())


@routes.get("/docs", door=PUBLIC, policy="visible", content_type=HTML)
def get_page(_request: Request) -> Answer:
    """Read this API's reference as a page, with forms to try it."""
    page, policy = _page()
    return Answer(body=page, content_type=HTML).with_header("Content-Security-Policy", policy)


def describe() -> Document:
    """All endpoints, these included."""
    return openapi(described)


# Descriptions depend on the code only, so each server process makes them once, when first asked.


@cache
def _openapi_body() -> bytes:
    return msgspec.json.encode(describe())


@cache
def _swagger_body() -> bytes:
    return msgspec.json.encode(swagger(describe()))


@cache
def _page() -> tuple[bytes, str]:
    """The page in one piece, and the policy that lets only this style and this script run.

    People type their token there, so nothing else may.
    """
    style, script = _asset("reference.css"), _asset("reference.js")
    page = _asset("reference.html").replace("/* style */", style).replace("/* script */", script)
    page = page.replace("/* icon */", favicon())
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return page.encode(), policy


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
