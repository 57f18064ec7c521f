"""/v1/files: the bytes behind a citation."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi import APIRouter, Response
from starlette.responses import StreamingResponse

from app.api.dependencies import CallerDep, ServicesDep
from app.core.types import Caller
from app.models import File
from app.services import Services

router = APIRouter(prefix="/v1/files", tags=["files"])


@router.get("/{file_id}/content")
async def retrieve_file_content(file_id: str, services: ServicesDep, caller: CallerDep) -> Response:
    """Return the file's bytes as they were uploaded, to be saved and not shown."""
    async with services.database.snapshot(caller.project_id) as snapshot:
        file = await snapshot.files.get(file_id)
    return StreamingResponse(
        _pieces(services, caller, file),
        media_type="application/octet-stream",
        headers={
            "content-length": str(file.size_bytes),
            "content-disposition": f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}",
        },
    )


async def _pieces(services: Services, caller: Caller, file: File) -> AsyncIterator[bytes]:
    """Yield the bytes piece by piece; no connection is held while the client takes them."""
    ordinal = 0
    while True:
        async with services.database.snapshot(caller.project_id) as snapshot:
            piece = await snapshot.files.find_part(file, ordinal)
        if piece is None:
            return
        yield piece
        ordinal += 1
