"""The rows of all projects, for the server's own work: the queue, sweepers, index care. Each repository is made on first use."""

from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.announcements import Announcements
from app.db.audit import AuditRows
from app.db.connections import SystemConnections
from app.db.expiry import ExpiredRows
from app.db.idempotent_answers import IdempotentAnswers
from app.db.index_samples import IndexSamples
from app.db.jobs import JobQueue
from app.db.keys import Keys
from app.db.lexemes import LexemeTotals
from app.db.secrets import Secrets
from app.db.server import Server
from app.db.usage import UsageRows
from app.db.vector_indexes import VectorIndexes
from app.db.words import OutdatedWords


class SystemDatabase:
    """Repositories for one kind of the server's own work. `owner` connects as the owner of the tables."""

    def __init__(self, server: Server, owner: AsyncEngine, reason: str) -> None:
        self._connections = SystemConnections(server.engine, reason, server.failures)
        self._direct = server.direct
        self._owner = owner

    @cached_property
    def jobs(self) -> JobQueue:
        return JobQueue(self._connections, self._direct)

    @cached_property
    def expired_rows(self) -> ExpiredRows:
        return ExpiredRows(self._connections)

    @cached_property
    def outdated_words(self) -> OutdatedWords:
        return OutdatedWords(self._connections)

    @cached_property
    def lexeme_totals(self) -> LexemeTotals:
        return LexemeTotals(self._connections, self._owner)

    @cached_property
    def index_samples(self) -> IndexSamples:
        return IndexSamples(self._connections)

    @cached_property
    def vector_indexes(self) -> VectorIndexes:
        return VectorIndexes(self._connections, self._owner)

    @cached_property
    def idempotent_answers(self) -> IdempotentAnswers:
        return IdempotentAnswers(self._connections)

    @cached_property
    def audit(self) -> AuditRows:
        return AuditRows(self._connections)

    @cached_property
    def announcements(self) -> Announcements:
        return Announcements(self._connections)

    @cached_property
    def keys(self) -> Keys:
        return Keys(self._connections)

    @cached_property
    def usage(self) -> UsageRows:
        return UsageRows(self._connections)

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets(self._connections)
