"""HEAD wherever GET is: what GET would answer, without its body and without the work of making it."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _AllIsSaid(Exception):
    """The headers are sent, so nothing more is wanted of the route."""


class HeadersOnly:
    """Hands HEAD on as GET, and ends the work once the headers are there. The route's key, scope and limits hold."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
                raise _AllIsSaid

        try:
            # A copy: the server below must know that it is a HEAD.
            await self._app({**scope, "method": "GET"}, receive, send_headers)
        except* _AllIsSaid:
            pass
