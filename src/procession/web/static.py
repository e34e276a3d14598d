"""The files that pages load. Their names hold a digest of what is in them: they never change."""

from procession.kit.errors import NotFound
from procession.kit.http import HTML, PUBLIC, Answer, Request, Routes
from procession.pages import assets

routes = Routes("Pages")

_FOR_EVER = "public, max-age=31536000, immutable"


@routes.get(
    f"{assets.ADDRESS}/{{name}}",
    door=PUBLIC,
    policy="visible",
    content_type=HTML,
    is_uncounted=True,
)
def get(request: Request) -> Answer:
    """Load a file that a page names."""
    found = assets.by_name().get(request.path["name"])
    if found is None:
        raise NotFound
    return Answer(
        body=found.content,
        content_type=found.content_type,
        headers=(("Cache-Control", _FOR_EVER), ("Cross-Origin-Resource-Policy", "same-origin")),
    )
