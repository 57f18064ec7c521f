"""The order in which rows are locked. Who keeps to it waits for others instead of deadlocking with them.

First the files, to keep or to delete them, then the keys of stores, then memberships, each in the order of their numbers. After
that come the counts in the stores' rows, and last the lock on what records quote. A store that is deleted is locked before
its memberships: whoever locks a membership has to keep the store first.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

KEEP_STORE = text(
    "select id from vector_stores where id = :store_id and project_id = :project_id for key share"
)
_KEEP_STORES = text("""
    select id from vector_stores
    where id in (select vector_store_id from vector_store_files where file_id = any(:file_ids))
      and id = coalesce(:store_id, id)
    order by id for key share
""").bindparams(bindparam("store_id", type_=BigInteger))
_LOCK_MEMBERSHIPS = text("""
    select vector_store_id from vector_store_files
    where file_id = any(:file_ids) and vector_store_id = any(:store_ids) order by vector_store_id, file_id for update
""")
_LOCK_COUNTS = text("select id from vector_stores where id = any(:store_ids) order by id for no key update")


async def keep_store(connection: AsyncConnection, project_id: str, store_id: int) -> None:
    """Keep a store from being deleted until the transaction ends."""
    await connection.execute(KEEP_STORE, {"project_id": project_id, "store_id": store_id})


async def lock_memberships(
    connection: AsyncConnection, file_ids: Sequence[int], *, store_id: int | None = None
) -> list[int]:
    """Lock the memberships of files in one store or in all, and keep these stores; return them."""
    wanted = {"file_ids": list(file_ids), "store_id": store_id}
    stores = list(await connection.scalars(_KEEP_STORES, wanted))
    await connection.execute(_LOCK_MEMBERSHIPS, {"file_ids": list(file_ids), "store_ids": stores})
    return stores


async def lock_counts(connection: AsyncConnection, store_ids: Sequence[int]) -> None:
    """Lock the rows of stores, whose counts are about to change."""
    await connection.execute(_LOCK_COUNTS, {"store_ids": list(store_ids)})
