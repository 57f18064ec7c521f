"""Files whose jobs were claimed: what is read, and where the same was read before."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, LargeBinary, Select, String, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.file_status import FileStatus
from app.core.lexemes import WORDS_VERSION
from app.core.types import EmbeddingSpace
from app.db.jobs import Claim
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


# Built once: each file that is read asks them, and building them costs more than running them.
_DONOR = _donor()
_CLAIMED = (
    select(VectorStoreFile, File)
    .join(File, File.id == VectorStoreFile.file_id)
    .where(VectorStoreFile.project_id == bindparam("project_id"))
    .where(VectorStoreFile.vector_store_id == bindparam("store_id"))
    .where(VectorStoreFile.file_id == func.any(bindparam("file_ids", type_=ARRAY(BigInteger))))
)
_READ_BEFORE = (
    select(File.sha256)
    .join(VectorStoreFile, VectorStoreFile.file_id == File.id)
    .where(VectorStoreFile.project_id == bindparam("project_id"))
    .where(VectorStoreFile.status == FileStatus.COMPLETED)
    .where(File.sha256 == func.any(bindparam("hashes", type_=ARRAY(LargeBinary))))
    .distinct()
)


class ClaimedFileReader:
    """The files of one project's jobs."""

    def __init__(self, session: AsyncSession, project_id: str) -> None:
        self._session = session
        self._project_id = project_id

    async def find(self, claims: Sequence[Claim]) -> dict[Claim, StoreFile]:
        """Return the memberships and files of jobs that were claimed together, as far as they are still there."""
        file_ids = [claim.file_id for claim in claims]
        wanted = {"project_id": self._project_id, "store_id": claims[0].store_id, "file_ids": file_ids}
        found = {row[1].id: StoreFile(*row) for row in await self._session.execute(_CLAIMED, wanted)}
        return {claim: found[claim.file_id] for claim in claims if claim.file_id in found}

    async def find_donors(self, jobs: Sequence[StoreFile], space: EmbeddingSpace) -> dict[int, StoreFile]:
        """Return, by the jobs' files, a completed membership of the same bytes and kind, chunked and embedded the same way.

        One of the same name is preferred, because the words of a file include its name and would have to be made again.
        Files without such a membership are not in it.
        """
        wanted = {"project_id": self._project_id, "hashes": [job.file.sha256 for job in jobs]}
        read_before = set(await self._session.scalars(_READ_BEFORE, wanted))
        found = {job.file.id: await self._donor(job, space) for job in jobs if job.file.sha256 in read_before}
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
