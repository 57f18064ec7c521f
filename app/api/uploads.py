"""/v1/uploads: a large file in parts."""

from fastapi import APIRouter, Request, Response

from app.api.bodies import json_response, read_json
from app.api.dependencies import ApiSettingsDep, CallerDep, UploadsDep
from app.api.documentation import documented
from app.api.forms import read_upload
from app.core.errors import TooLarge
from app.core.text import plain_name
from app.models import Upload
from app.wire.uploads import UploadCompleteRequest, UploadCreateRequest, upload_body, upload_part_body

router = APIRouter(prefix="/v1/uploads", tags=["uploads"])

_LARGEST_PART_BYTES = 64 * 1024**2


@router.post("", openapi_extra=documented(UploadCreateRequest))
async def create_upload(
    request: Request, api_settings: ApiSettingsDep, uploads: UploadsDep, caller: CallerDep
) -> Response:
    """Open an upload for an hour."""
    body = await read_json(request, UploadCreateRequest)
    limit = api_settings.max_upload_bytes
    if body.bytes > limit:
        raise TooLarge(f"The file is too large: at most {limit} bytes are taken.", param="bytes")
    upload = Upload(
        filename=plain_name(body.filename),
        purpose=body.purpose,
        size_bytes=body.bytes,
        mime_type=body.mime_type,
        file_expires_seconds=body.expires_after.seconds if body.expires_after else None,
    )
    return json_response(upload_body(await uploads.create(caller, upload)))


@router.post("/{upload_id}/parts")
async def create_upload_part(
    upload_id: str, request: Request, uploads: UploadsDep, caller: CallerDep
) -> Response:
    """Add a part, the form's field `data`."""
    async with read_upload(request, max_bytes=_LARGEST_PART_BYTES, field="data") as form:
        part = await uploads.add_part(caller, upload_id, form.files[0].path)
    return json_response(upload_part_body(part, upload_id=upload_id))


@router.post("/{upload_id}/complete", openapi_extra=documented(UploadCompleteRequest))
async def complete_upload(
    upload_id: str, request: Request, uploads: UploadsDep, caller: CallerDep
) -> Response:
    """Join the parts to a file."""
    body = await read_json(request, UploadCompleteRequest)
    upload, file = await uploads.complete(caller, upload_id, body.part_ids, md5=body.md5)
    return json_response(upload_body(upload, file))


@router.post("/{upload_id}/cancel")
async def cancel_upload(upload_id: str, uploads: UploadsDep, caller: CallerDep) -> Response:
    """Close the upload without a file."""
    return json_response(upload_body(await uploads.cancel(caller, upload_id)))
