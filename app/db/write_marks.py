"""How far PostgreSQL's log of changes reached when a project was last written. A replica that has come as far has it all."""

from sqlalchemy import text

from app.db.direct import DirectConnections, bind
from app.db.statements import compiled

# What is committed is flushed, unless the server was told not to wait for that.
_REACHED = """(case current_setting('synchronous_commit') when 'off' then pg_current_wal_insert_lsn()
               else pg_current_wal_flush_lsn() end - '0/0')::bigint"""
_SETTINGS = compiled(text("select set_config('footnote.project', :project_id, true)"))
_FIND = compiled(text("select lsn from write_marks where project_id = :project_id"))
_NOTE = compiled(
    text(f"""
    insert into write_marks (project_id, lsn) select :project_id, {_REACHED}
    on conflict (project_id) do update set lsn = greatest(write_marks.lsn, excluded.lsn)
    returning lsn
""")
)
_NOW = compiled(text(f"select {_REACHED}"))


class WriteMarks:
    """The marks of all projects, on the primary. Places in the log are numbers, as `pg_lsn` counts bytes.

    The table is not logged: after a crash or on a promoted replica it is empty. A project without a mark gets the present one,
    which no replica can have reached too early.
    """

    def __init__(self, primary: DirectConnections) -> None:
        self._primary = primary
        self._started_at: int | None = None

    async def note(self, project_id: str) -> int:
        """Note that the project was written just now."""
        ((_, ((lsn,),))) = await self._primary.run(
            [
                bind(_SETTINGS, {"project_id": project_id}, is_read=False),
                bind(_NOTE, {"project_id": project_id}),
            ]
        )
        return int(lsn)

    async def of(self, project_id: str) -> int:
        """Return how far a replica must have come to show all that was written to the project.

        And never less than the log reached at our own start: before that, a replica may lack a migration.
        """
        asked = [
            bind(_SETTINGS, {"project_id": project_id}, is_read=False),
            bind(_FIND, {"project_id": project_id}),
        ]
        if self._started_at is None:
            asked.append(bind(_NOW, {}))
        _, found, *now = await self._primary.run(asked)
        if self._started_at is None:
            self._started_at = int(now[0][0][0])
        mark = int(found[0][0]) if found else await self.note(project_id)
        return max(mark, self._started_at)
