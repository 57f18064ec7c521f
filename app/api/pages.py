"""The chat page, its files, and the API's documentation, all served from here: no page loads anything from elsewhere."""

from html import escape

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.responses import FileResponse, HTMLResponse
from starlette.staticfiles import StaticFiles

from app.api.bodies import json_response
from app.api.dependencies import KeysDep
from app.api.documentation import describe
from app.core.shipped import shipped

router = APIRouter(include_in_schema=False)

_STATIC = shipped("static")
# Swagger UI sets styles on its elements.
_DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get("/")
async def chat_page(keys: KeysDep) -> Response:
    """Return the chat page, with a key for visitors who have none if PAGE_API_KEY gives one that only reads."""
    key = await keys.page_key()
    if key is None:
        return FileResponse(_STATIC / "chat.html", headers={"cache-control": "no-cache"})
    page = (_STATIC / "chat.html").read_text(encoding="utf-8")
    meta = f'<meta name="footnote-key" content="{escape(key)}">\n</head>'
    return HTMLResponse(page.replace("</head>", meta, 1), headers={"cache-control": "no-store"})


@router.get("/retrievals/{retrieval_id}")
async def retrieval_page(retrieval_id: str) -> Response:  # noqa: ARG001 - the page itself reads its address
    """Return the page that shows a retrieval to people; what it shows comes from the API, with the key."""
    return FileResponse(_STATIC / "retrieval.html", headers={"cache-control": "no-cache"})


@router.get("/docs")
async def docs_page() -> Response:
    """Return the API's documentation, readable without internet."""
    return FileResponse(_STATIC / "docs.html", headers={"content-security-policy": _DOCS_POLICY})


@router.get("/openapi.json")
async def openapi(request: Request) -> Response:
    """Return the API's description."""
    return json_response(describe(request.app))


def mount_static(app: FastAPI) -> None:
    """Serve the page's files, and Swagger UI's from its package."""
    app.mount("/static/swagger", StaticFiles(packages=[("fastapi_offline", "static")]), name="swagger")
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
