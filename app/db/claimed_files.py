"""Files whose jobs were claimed: where the same was read before."""

from collections.abc import Sequence

from sqlalchemy import Select, String, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.file_status import FileStatus
from app.core.lexemes import WORDS_VERSION
from app.core.types import EmbeddingSpace
from app.db.vector_store_files import StoreFile
from app.models import File, VectorStore, VectorStoreFile

# Up to this many chunks, words are held in memory until their transaction. A longer file is read again.
_MOST_WORDED_AGAIN = 2_000


def _donor() -> Select[VectorStoreFile, File]:
    own = aliased(VectorStore)
    given = select(own.language).where(own.id == bindparam("store_id"), own.language_given)
    filename = bindparam("filename", type_=String)
    return (
        select(VectorStoreFile, File)
        .join(File, File.id == VectorStoreFile.file_id)
        .join(VectorStore, VectorStore.id == VectorStoreFile.vector_store_id)
        .where(VectorStoreFile.project_id == bindparam("project_id"))
        .where(VectorStoreFile.status == FileStatus.COMPLETED)
        .where(File.sha256 == bindparam("sha256"), File.mime_type == bindparam("mime_type"))
        .where(VectorStoreFile.words_version == WORDS_VERSION)
        .where(or_(File.filename == filename, VectorStoreFile.chunk_count <= _MOST_WORDED_AGAIN))
        .where(VectorStoreFile.chunking == bindparam("chunking"))
        .where(VectorStore.embedding_model == bindparam("model"))
        .where(VectorStore.dimensions == bindparam("dimensions"))
        .where(VectorStoreFile.language == func.coalesce(given.scalar_subquery(), VectorStoreFile.language))
        .order_by(File.filename != filename, VectorStoreFile.file_id)
        .limit(1)
    )


# Built once: building it costs more than running it.
_DONOR = _donor()


class ClaimedFileReader:
    """The files of one project's jobs."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def find_donors(self, jobs: Sequence[StoreFile], space: EmbeddingSpace) -> dict[int, StoreFile]:
        """Return, by the jobs' files, a completed membership of the same bytes and kind, chunked and embedded the same way.

        One of the same name is preferred, because the words of a file include its name and would have to be made again.
        Files without such a membership are not in it.
        """
        found = {job.file.id: await self._donor(job, space) for job in jobs}
        return {file_id: donor for file_id, donor in found.items() if donor is not None}

    async def _donor(self, job: StoreFile, space: EmbeddingSpace) -> StoreFile | None:
        wanted = {
            "project_id": self._project_id,
            "store_id": job.membership.vector_store_id,
            "sha256": job.file.sha256,
            "mime_type": job.file.mime_type,
            "filename": job.file.filename,
            "chunking": job.membership.chunking,
            "model": space.model,
            "dimensions": space.dimensions,
        }
        row = (await self._session.execute(_DONOR, wanted)).first()
        return StoreFile(*row) if row is not None else None
