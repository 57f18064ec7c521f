"""Deletes what has expired: files, contents of stores, old records, and embeddings beyond the cache's size."""

from sqlalchemy import text

from app.db.connections import SystemConnections
from app.db.forgetting import forget_late_texts, forget_texts
from app.db.locks import lock_counts, lock_memberships

_FILES_AT_ONCE = 500
_STORES_AT_ONCE = 20

_EXPIRED_FILES = text("""
    select id, public_id from files where expires_at <= now() order by expires_at, id limit :most for update skip locked
""")
_COUNT_LEXEMES_OUT = text("""
    insert into lexeme_counts (project_id, vector_store_id, lexeme, chunks)
    select m.project_id, l.vector_store_id, lexeme & 4294967295, -count(*)
    from vector_store_files m
    join chunk_lexemes l on l.vector_store_id = m.vector_store_id and l.file_id = m.file_id,
    unnest(l.lexemes) lexeme
    where m.file_id = any(:files) group by 1, 2, 3
""")
_DETACH = text("""
    with gone as (
        delete from vector_store_files where file_id = any(:files)
        returning vector_store_id, chunk_count, usage_bytes
    ), sums as (
        select vector_store_id, count(*) filter (where chunk_count > 0) files, sum(chunk_count) chunks,
               sum(usage_bytes) bytes
        from gone group by 1
    )
    update vector_stores s set file_count = s.file_count - sums.files, chunk_count = s.chunk_count - sums.chunks,
        usage_bytes = s.usage_bytes - sums.bytes
    from sums where s.id = sums.vector_store_id
""")
_DELETE_UPLOADS = text("delete from uploads where file_id = any(:files)")
_DELETE_FILES = text("delete from files where id = any(:files)")
_EXPIRED_STORES = text("""
    select id from vector_stores s
    where expires_after_days is not null
      and coalesce(last_active_at, created_at) + make_interval(days => expires_after_days::int) <= now()
      and exists (select from vector_store_files m where m.vector_store_id = s.id)
    order by id limit :most for update skip locked
""")
_EMPTY_STORES = text("""
    delete from vector_store_files m using files f
    where f.id = m.file_id and m.vector_store_id = any(:stores) returning f.public_id
""")
_EMPTY_LEXICONS = text("""
    with added as (delete from lexeme_additions where vector_store_id = any(:stores))
    delete from lexeme_counts where vector_store_id = any(:stores)
""")
_COUNT_NOTHING = text("""
    update vector_stores set file_count = 0, chunk_count = 0, usage_bytes = 0, languages = '{}' where id = any(:stores)
""")
_EMPTY_UPLOADS = text("""
    delete from upload_parts p using uploads u
    where u.id = p.upload_id and u.status = 'pending' and u.expires_at <= now()
""")
_TRIM_CACHE = text("""
    delete from embedding_cache
    where (created_at, sha256) <= (
        select created_at, sha256 from embedding_cache order by created_at desc, sha256 desc offset :most limit 1
    )
""")
_TRIM_RETRIEVALS = text("""
    delete from retrievals
    where id <= (select id from retrievals order by id desc offset :most limit 1)
       or created_at < now() - make_interval(days => :days)
""")
_EXPIRED_RESPONSES = text("""
    delete from responses where id in (
        select id from responses where expires_at <= now() order by expires_at limit :most for update skip locked
    )
""")
_FORGET_PLACES = text("delete from deleted_places where deleted_at < now() - make_interval(hours => :hours)")
_FORGET_ANSWERS = text("delete from idempotent_answers where created_at < now() - interval '24 hours'")
_TRIM_AUDIT = text("delete from audit_entries where created_at < now() - make_interval(days => :days)")


class ExpiredRows:
    """The expired rows of all projects."""

    def __init__(self, connections: SystemConnections) -> None:
        self._connections = connections

    async def delete_files(self) -> int:
        """Delete expired files, out of their stores as well; return how many."""
        async with self._connections.begin() as connection:
            expired = (await connection.execute(_EXPIRED_FILES, {"most": _FILES_AT_ONCE})).all()
            files = [row.id for row in expired]
            if files:
                stores = await lock_memberships(connection, files)
                await connection.execute(_COUNT_LEXEMES_OUT, {"files": files})
                await lock_counts(connection, stores)
                await connection.execute(_DETACH, {"files": files})
                await connection.execute(_DELETE_UPLOADS, {"files": files})
                await connection.execute(_DELETE_FILES, {"files": files})
                await forget_texts(connection, [row.public_id for row in expired])
        return len(files)

    async def empty_stores(self) -> int:
        """Take all files out of expired stores; the stores stay, to say that they are expired. Return how many."""
        async with self._connections.begin() as connection:
            stores = list(await connection.scalars(_EXPIRED_STORES, {"most": _STORES_AT_ONCE}))
            if stores:
                emptied = list(await connection.scalars(_EMPTY_STORES, {"stores": stores}))
                await connection.execute(_EMPTY_LEXICONS, {"stores": stores})
                await connection.execute(_COUNT_NOTHING, {"stores": stores})
                await forget_texts(connection, emptied)
        return len(stores)

    async def delete_responses(self) -> int:
        """Delete expired responses and their items; return how many."""
        async with self._connections.begin() as connection:
            return (await connection.execute(_EXPIRED_RESPONSES, {"most": _FILES_AT_ONCE})).rowcount

    async def empty_uploads(self) -> None:
        """Delete the parts of uploads that nobody completed in time."""
        async with self._connections.begin() as connection:
            await connection.execute(_EMPTY_UPLOADS)

    async def forget_texts(self) -> None:
        """Take out of the latest records what they quote of files that have gone meanwhile."""
        async with self._connections.begin() as connection:
            await forget_late_texts(connection)

    async def trim_cache(self, most: int) -> None:
        """Keep this many of the cached embeddings, the newest."""
        async with self._connections.begin() as connection:
            await connection.execute(_TRIM_CACHE, {"most": most})

    async def trim_retrievals(self, most: int, *, days: int) -> None:
        """Keep this many recorded retrievals, the newest, and none older than this many days."""
        async with self._connections.begin() as connection:
            await connection.execute(_TRIM_RETRIEVALS, {"most": most, "days": days})

    async def forget_answers(self) -> None:
        """Delete the answers that were kept for repeated requests a day ago."""
        async with self._connections.begin() as connection:
            await connection.execute(_FORGET_ANSWERS)

    async def trim_audit(self, *, days: int) -> None:
        """Delete audit entries that are older than this many days."""
        async with self._connections.begin() as connection:
            await connection.execute(_TRIM_AUDIT, {"days": days})

    async def forget_places(self, *, hours: int) -> None:
        """Delete the places of rows that were deleted more than this many hours ago."""
        async with self._connections.begin() as connection:
            await connection.execute(_FORGET_PLACES, {"hours": hours})
