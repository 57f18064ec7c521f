"""Takes the texts of files out of recorded retrievals, once no store that was searched holds them any more."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db.statements import compiled

# A record keeps ids, offsets and scores, and loses every text. The prompt quotes the text, and a query that a model
# has written may. Records are large, so they are read only where they are changed, not for each of their files.
_FORGET = text("""
    with quoting as materialized (
        select id, file_ids,
               array(select jsonb_array_elements_text(record -> 'vector_store_ids')) as store_ids
        from retrievals where file_ids && cast(:file_ids as varchar[])
    ), quoted as materialized (
        select q.id, quoted.file_id, exists (
            select from files f
            join vector_store_files m on m.file_id = f.id
            join vector_stores s on s.id = m.vector_store_id
            where f.public_id = quoted.file_id and s.public_id = any(q.store_ids)
        ) as is_held
        from quoting q, unnest(q.file_ids) as quoted (file_id)
    ), parted as (
        select id, coalesce(array_agg(file_id) filter (where is_held), '{}') as held,
               array_agg(file_id) filter (where not is_held) as gone
        from quoted group by id
    )
    update retrievals r set
        file_ids = p.held,
        record = r.record
            || jsonb_build_object('prompt', null, 'queries', r.record -> 'asked')
            || (
                select jsonb_object_agg(name, (
                    select coalesce(jsonb_agg(
                        case when entry ->> 'file_id' = any(p.gone) then
                            entry || (
                                select coalesce(jsonb_object_agg(key, null), '{}') from jsonb_object_keys(entry) key
                                where key not in ('n', 'chunk_id', 'file_id', 'char_start', 'char_end', 'score', 'scores')
                            ) || '{"deleted": true}'
                        when jsonb_typeof(entry -> 'also_in') = 'array' then
                            entry || jsonb_build_object('also_in', (
                                select coalesce(jsonb_agg(same), '[]') from jsonb_array_elements(entry -> 'also_in') same
                                where not same ->> 'file_id' = any(p.gone)
                            ))
                        else entry end order by place
                    ), '[]')
                    from jsonb_array_elements(r.record -> name) with ordinality as entries (entry, place)
                ))
                from unnest(array['chunks', 'files']) name where r.record ? name
            )
    from parted p where p.id = r.id and p.gone is not null
""")
# A search that was under way writes its record after the file has gone. A record is read once, since it is large, and each of its
# files is looked up by its id: for a join, PostgreSQL may read all files while it takes their growing table for small.
_LATE = """
    with quoting as materialized (
        select r.file_ids, array(
            select s.id from vector_stores s
            where s.public_id = any(array(select jsonb_array_elements_text(r.record -> 'vector_store_ids')))
        ) as store_ids
        from retrievals r where {records}
    ), quoted as (
        select distinct file_id, store_ids from quoting, unnest(file_ids) file_id
    )
    select distinct file_id from quoted where (
        select true from vector_store_files m
        where m.file_id = (select f.id from files f where f.public_id = quoted.file_id)
          and m.vector_store_id = any(quoted.store_ids)
        limit 1
    ) is null
"""
_OF_LATEST = text(_LATE.format(records="r.created_at > now() - interval '10 minutes'"))
# Records are written while nobody forgets, and nobody forgets while one is being written: neither would see the other's rows.
_LOCKED_ROWS = 7_021_946_354
_LOCK = text(f"select pg_advisory_xact_lock({_LOCKED_ROWS})")
BEFORE_QUOTING = text(f"select pg_advisory_xact_lock_shared({_LOCKED_ROWS})")
_FORGET_ANSWERS = text("delete from idempotent_answers where file_ids && cast(:file_ids as varchar[])")
# For the direct connections that write records: the files of these that were deleted before they were written.
GONE = compiled(text(_LATE.format(records="r.public_id = any(cast(:retrieval_ids as varchar[]))")))
FORGETTING = (compiled(_FORGET), compiled(_FORGET_ANSWERS))


async def forget_texts(connection: AsyncConnection, file_ids: Sequence[str]) -> None:
    """Take the texts of these files out of the records of searches whose stores do not hold them any more.

    Answers that were kept for repeated requests and quote one of them are deleted. No record is written until the
    transaction ends.
    """
    if file_ids:
        await connection.execute(_LOCK)
        await connection.execute(_FORGET_ANSWERS, {"file_ids": list(file_ids)})
        await connection.execute(_FORGET, {"file_ids": list(file_ids)})


async def forget_late_texts(connection: AsyncConnection) -> None:
    """Take the texts of deleted files out of the latest records that name one."""
    await forget_texts(connection, list(await connection.scalars(_OF_LATEST)))
