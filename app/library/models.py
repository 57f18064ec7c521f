"""The models that can be asked for: upstream's, the configured ones, and each store's."""

from collections import Counter
from collections.abc import Mapping, Sequence

from app.core.errors import NotFound
from app.core.permissions import Reach
from app.core.types import Caller, ListedModel
from app.core.waiting import Remembered
from app.db.database import Database
from app.db.project_search import NamedStore
from app.providers.base import ChatProvider, EmbeddingProvider
from app.wire.base import WITHOUT_STORE, model_at, split_model

_MOST_STORES = 100
# How long a renamed store may still be listed while PostgreSQL cannot tell of it.
_SECONDS = 10.0
# Upstream lists no times for its models.
_RELEASED = 1_758_240_000


class ModelLibrary:
    """What a project can ask for as a `model`."""

    def __init__(
        self,
        database: Database,
        chat: ChatProvider,
        embeddings: EmbeddingProvider,
        *,
        chat_model: str,
        embedding_model: str,
    ) -> None:
        self._database = database
        self._chat = chat
        self._embeddings = embeddings
        self._chat_model = chat_model
        self._embedding_model = embedding_model
        self._stores = Remembered(self._newest_stores, seconds=_SECONDS)

    async def forget_stores(self) -> None:
        """Ask the database again: a store was made, renamed or deleted somewhere."""
        self._stores.forget_all()

    async def list(self, caller: Caller) -> Mapping[str, ListedModel]:
        """Return the models by id: each model, one that searches nothing, and one for each of the newest stores."""
        owner = self._chat.model_owner
        names = dict.fromkeys([self._chat_model, self._embedding_model, *await self._chat.models()])
        models = [ListedModel(name, _RELEASED, owner) for name in names]
        models.append(ListedModel(model_at(self._chat_model, WITHOUT_STORE), _RELEASED, "footnote"))

        # What this process has written counts, so that its own changes are seen before PostgreSQL tells of them.
        writes = self._database.of(caller).writes
        stores = await self._stores.get((caller.project_id, caller.reach.stores, writes))
        for reference, store in _references(stores).items():
            made_at = int(store.created_at.timestamp())
            models.append(ListedModel(model_at(self._chat_model, reference), made_at, "footnote"))
        return {model.model_id: model for model in models}

    async def _newest_stores(self, key: tuple[str, tuple[str, ...] | None, int]) -> Sequence[NamedStore]:
        """Ask the primary: a replica may not have yet what PostgreSQL has told of."""
        project_id, reached, _ = key
        caller = Caller(project_id, reach=Reach(reached))
        return await self._database.fresh(caller).search.newest_stores(_MOST_STORES)

    async def retrieve(self, caller: Caller, model_id: str) -> ListedModel:
        """Return one of the list; raise NotFound."""
        found = (await self.list(caller)).get(model_id)
        if found is None:
            raise NotFound(
                f"The model '{model_id[:64]}' does not exist or you do not have access to it.",
                param="model",
                code="model_not_found",
            )
        return found

    def check_chat(self, model_id: str) -> None:
        """Raise NotFound for a chat with a model that does not exist. A store may be named behind an @."""
        if not self._chat.answers_to(split_model(model_id).model):
            raise _not_found(model_id)

    def check_embeddings(self, model_id: str) -> None:
        """Raise NotFound for embeddings by a model that does not exist."""
        if not self._embeddings.answers_to(model_id):
            raise _not_found(model_id)


def _not_found(model_id: str) -> NotFound:
    return NotFound(
        f"The model `{model_id[:64]}` does not exist or you do not have access to it.", code="model_not_found"
    )


def _references(stores: Sequence[NamedStore]) -> dict[str, NamedStore]:
    """Return each store by its name if that is unique in model ids, else by its own id."""
    named = Counter(store.name for store in stores)
    return {
        store.name if named[store.name] == 1 and _is_plain(store.name) else store.public_id: store
        for store in stores
    }


def _is_plain(name: str) -> bool:
    return bool(name) and "@" not in name and name != WITHOUT_STORE and not name.startswith("vs_")
