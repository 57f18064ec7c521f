"""Who may call."""

import asyncio

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.access.keys import KeyRing
from app.core.errors import Unauthenticated
from app.core.permissions import ALL_SCOPES, Scope
from app.db.connections import Failures, SystemConnections
from app.db.database import Database
from app.db.keys import Keys, Standing, StoredKey
from app.library.keys import KeyLibrary, KeyWish
from tests.factories import engine_of

SECRET = SecretStr("secret-two")


def ring_of(db: Database, *bootstrap: SecretStr) -> KeyRing:
    return KeyRing(bootstrap, db.system("keys").keys)


def library_of(db: Database) -> KeyLibrary:
    return KeyLibrary(db.system("keys").keys, db.system("keys").audit)


async def make_key(db: Database, **wish: object) -> tuple[str, str]:
    """Return a new key's id and its Authorization header."""
    token = await library_of(db).create(KeyWish(**({"project": "default"} | wish)))  # type: ignore[arg-type]
    return token.key_id, f"Bearer {token.text.get_secret_value()}"


async def test_without_keys_anyone_may_call(db: Database) -> None:
    """Everyone is the default project."""
    ring = ring_of(db)

    assert await ring.is_open()
    assert (await ring.identify(None)).project_id == "proj_default"


async def test_a_known_key_is_let_in_under_an_id_that_does_not_tell_it(db: Database) -> None:
    """The key's id is stable and is not the key; a key of the settings may do everything."""
    ring = ring_of(db, SecretStr("one"), SECRET)

    caller = await ring.identify("bearer secret-two")

    assert caller == await ring.identify("Bearer  secret-two ")
    assert caller.key_id is not None
    assert "secret" not in caller.key_id
    assert caller.scopes == ALL_SCOPES


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "secret-two"])
async def test_no_key_is_said_so(db: Database, header: str | None) -> None:
    """A header without a bearer token counts as none."""
    with pytest.raises(Unauthenticated, match="didn't provide") as raised:
        await ring_of(db, SECRET).identify(header)

    assert raised.value.code is None


@pytest.mark.parametrize(
    "token",
    [
        "sk-abcdefghijklmnop",
        "x",
        "ключ-длинный-очень",
        "' or 1=1 --",
        f"fn_abcdefgh_{'A' * 43}",
        "fn_abcdefgh_",
    ],
)
async def test_a_wrong_key_is_masked(db: Database, token: str) -> None:
    """The message does not repeat the key."""
    with pytest.raises(Unauthenticated) as raised:
        await ring_of(db, SECRET).identify(f"Bearer {token}")

    assert raised.value.code == "invalid_api_key"
    assert token not in raised.value.message


async def test_a_key_of_the_database_brings_its_project_and_scopes(db: Database) -> None:
    """The first key ends open mode; only the hash of its secret is stored."""
    key_id, header = await make_key(db, project="legal", scopes=frozenset({Scope.CHAT}))
    ring = ring_of(db)

    caller = await ring.identify(header)

    assert not await ring.is_open()
    assert caller.key_id == key_id
    assert caller.project_id != "proj_default"
    assert caller.scopes == {Scope.CHAT}
    async with engine_of(db).connect() as connection:
        row = (await connection.execute(text("select api_keys::text from api_keys"))).scalar_one()
    assert header.split("_", 2)[2] not in row
    with pytest.raises(Unauthenticated):
        await ring.identify(None)
    with pytest.raises(Unauthenticated):
        await ring.identify(header[:-1] + ("A" if header[-1] != "A" else "B"))


async def test_open_mode_does_not_come_back(db: Database) -> None:
    """A key that was revoked still says that keys are needed."""
    key_id, header = await make_key(db)
    await library_of(db).revoke(key_id)
    ring = ring_of(db)

    assert not await ring.is_open()
    with pytest.raises(Unauthenticated, match="revoked") as raised:
        await ring.identify(header)
    assert raised.value.code == "invalid_api_key"


async def test_an_expired_key_is_refused(db: Database) -> None:
    """At its moment, even while it is remembered."""
    _, header = await make_key(db, expires_seconds=5)
    ring = ring_of(db)

    await ring.identify(header)
    await asyncio.sleep(5.1)

    with pytest.raises(Unauthenticated, match="expired"):
        await ring.identify(header)


async def test_a_rotated_key_keeps_its_id(db: Database) -> None:
    """Only the new secret is accepted."""
    key_id, header = await make_key(db)
    token = await library_of(db).rotate(key_id)
    ring = ring_of(db)

    assert (await ring.identify(f"Bearer {token.text.get_secret_value()}")).key_id == key_id
    with pytest.raises(Unauthenticated):
        await ring.identify(header)


class CountedKeys(Keys):
    """The keys of a database, and how often it was asked."""

    asked = 0

    async def find(self, key_id: str) -> StoredKey | None:
        self.asked += 1
        return await super().find(key_id)

    async def standing(self, project_id: str) -> Standing:
        self.asked += 1
        return await super().standing(project_id)


async def test_a_key_is_looked_up_once(db: Database) -> None:
    """A hundred requests at once and a hundred after them ask the database once for the key and once for its project."""
    _, header = await make_key(db)
    stored = CountedKeys(SystemConnections(engine_of(db), "keys", Failures(db.pulse, None)))
    ring = KeyRing((SECRET,), stored)

    await asyncio.gather(*(ring.identify(header) for _ in range(100)))
    for _ in range(100):
        await ring.identify(header)

    assert stored.asked == 2
