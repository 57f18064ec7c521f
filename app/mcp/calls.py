"""What every call over MCP carries: who calls, and from where the links to sources start."""

from dataclasses import dataclass

from starlette.requests import Request

from app.access.keys import SourceLinkSigner
from app.core.errors import PermissionDenied
from app.core.permissions import Scope, SourceLinks, may
from app.core.types import Caller, Snippet


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its caller, and the address under which this server was reached."""

    caller: Caller
    base_url: str

    @classmethod
    def of(cls, request: Request) -> "Call":
        """Return the call of a request whose key was checked."""
        return cls(request.state.caller, str(request.base_url).rstrip("/"))

    async def links(self, signer: SourceLinkSigner) -> SourceLinks:
        """Return what makes the links that this caller may pass on."""
        return await signer.links(self.caller, base_url=self.base_url)

    def may(self, scope: Scope) -> bool:
        """Whether the caller's key has this scope."""
        return may(self.caller.scopes, (scope,))

    def check(self, scope: Scope) -> None:
        """Raise PermissionDenied when the caller's key lacks this scope."""
        if not self.may(scope):
            message = f"This API key may not do this: it needs the scope '{scope}'."
            raise PermissionDenied(message, code="insufficient_scope")


def title_of(filename: str, page: int | None) -> str:
    """Return how a passage is called: by its file, and its page where there are pages."""
    return filename if page is None else f"{filename}, p. {page}"


def url_of(snippet: Snippet, links: SourceLinks) -> str:
    """Return the address of the page that shows a passage in its document."""
    return links.url(snippet.file_id, snippet.chunk_id, page=snippet.page)
