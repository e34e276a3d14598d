"""Ruling 27: pages are made from the use cases of the API, and no JSON route is theirs alone.

That they use neither the API's handlers nor a store, tests/architecture/test_imports.py looks at.
"""

import ast
from pathlib import Path

from procession import pages
from procession.kit.http import CSV, HTML, PAGE
from procession.web.routes import ALL_ROUTES, PAGE_ROUTES

#: By which a page could call the API from outside.
CALLING = {"http", "urllib", "requests", "httpx", "socket", "urllib3"}
#: Nothing of it calls anybody.
HARMLESS = {"urllib.parse", "http.cookies"}


def test_ruling_27_pages_answer_pages_alone() -> None:
    assert len(PAGE_ROUTES) > 20
    of_pages = [route for route in ALL_ROUTES if ".pages." in route.act.__module__]
    assert set(map(id, PAGE_ROUTES)) <= set(map(id, of_pages))
    for route in of_pages:
        assert route.door == PAGE, route.path
        assert route.answers is None, route.path
        # What a person saves as a file is no page, and nothing that a program reads instead.
        is_kept = route.content_type == CSV or route.gives_file
        assert is_kept or route.content_type == HTML or route.status in {302, 303}, route.path


def test_ruling_27_pages_call_use_cases_in_the_process() -> None:
    assert pages.__file__ is not None
    for path in sorted(Path(pages.__file__).parent.rglob("*.py")):
        named: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                named.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                named.add(str(node.module))
        called = {name for name in named - HARMLESS if name.split(".")[0] in CALLING}
        assert not called, path.name
