"""/v1/files: upload, retrieve, list, delete, and the bytes themselves."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.bodies import json_response, validate
from app.api.dependencies import CallerDep, FilesDep, PlainRoute, admitted
from app.api.file_content import content_response
from app.api.forms import UploadForm, read_upload
from app.api.pagination import FilePageDep
from app.core.errors import InvalidRequest
from app.wire.files import FileCreateRequest, file_body, file_deleted_body
from app.wire.vector_stores import list_body

router = APIRouter(prefix="/v1/files", tags=["files"])
_hot = APIRouter(prefix=router.prefix, tags=["files"], route_class=PlainRoute)


@_hot.post("")
async def create_file(request: Request) -> Response:
    """Store an uploaded file."""
    services, caller = await admitted(request)
    most = services.api_settings.max_upload_bytes
    async with read_upload(request, max_bytes=most, keeps_small=True) as form:
        body = validate(_nested(form), FileCreateRequest)
        upload = form.files[0]
        file = await services.files.create(
            caller,
            upload.content,
            filename=upload.filename,
            purpose=body.purpose,
            expires_seconds=body.expires_after.seconds if body.expires_after else None,
        )
    return json_response(file_body(file))


router.routes.extend(_hot.routes)


@router.get("")
async def list_files(
    files: FilesDep,
    caller: CallerDep,
    page: FilePageDep,
    purpose: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """List files by creation."""
    found = await files.list(caller, page, purpose=purpose)
    bodies = [file_body(file) for file in found.items]
    return json_response(list_body(bodies, has_more=found.has_more))


@router.get("/{file_id}")
async def retrieve_file(file_id: str, files: FilesDep, caller: CallerDep) -> Response:
    """Return one file."""
    return json_response(file_body(await files.retrieve(caller, file_id)))


@router.delete("/{file_id}")
async def delete_file(file_id: str, files: FilesDep, caller: CallerDep) -> Response:
    """Delete a file, from every store as well."""
    await files.delete(caller, file_id)
    return json_response(file_deleted_body(file_id))


@router.get("/{file_id}/content")
async def retrieve_file_content(file_id: str, files: FilesDep, caller: CallerDep) -> Response:
    """Return the file's bytes as they were uploaded, to be saved and not shown."""
    file = await files.retrieve(caller, file_id)
    return content_response(files, caller, file)


def _nested(form: UploadForm) -> dict[str, object]:
    """Return the form's fields as an object; `expires_after[seconds]` is a field of a field."""
    fields: dict[str, object] = {}
    expiry: dict[str, object] = {}
    for name, value in form.fields:
        if name == "expires_after[anchor]":
            expiry["anchor"] = value
        elif name == "expires_after[seconds]":
            if not value.isdecimal():
                raise InvalidRequest(
                    "Invalid type for 'expires_after.seconds': expected an integer.",
                    param="expires_after.seconds",
                    code="invalid_type",
                )
            expiry["seconds"] = int(value)
        else:
            fields[name] = value
    return fields | ({"expires_after": expiry} if expiry else {})
