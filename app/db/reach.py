"""What a bound key reaches, as conditions of SQL. There are none for a key that is not bound."""

from typing import Any

from sqlalchemy import ColumnElement, select

from app.core.permissions import Reach
from app.core.types import Caller
from app.db.attribute_filters import attribute_condition
from app.models import File, VectorStore, VectorStoreFile

Conditions = list[ColumnElement[bool]]


def reachable_stores(reach: Reach) -> Conditions:
    """Return what a row of vector_stores must fulfil."""
    return [] if reach.stores is None else [VectorStore.public_id.in_(reach.stores)]


def reachable_memberships(reach: Reach) -> Conditions:
    """Return what a row of vector_store_files must fulfil."""
    conditions: Conditions = []
    if reach.stores is not None:
        stores: Any = select(VectorStore.id).where(VectorStore.public_id.in_(reach.stores))
        conditions.append(VectorStoreFile.vector_store_id.in_(stores))
    if reach.filters is not None:
        conditions.append(attribute_condition(reach.filters))
    return conditions


def made_by(column: Any, caller: Caller) -> Conditions:
    """Return what a row must fulfil that may quote documents: a bound key sees only what it made itself."""
    return [column == caller.key_id] if caller.reach.is_bound else []


def reachable_files(reach: Reach) -> Conditions:
    """Return what a row of files must fulfil: a store that is reached holds it, with attributes that pass."""
    if not reach.is_bound:
        return []
    held = select(VectorStoreFile.file_id).where(
        VectorStoreFile.file_id == File.id, VectorStoreFile.project_id == File.project_id
    )
    return [held.where(*reachable_memberships(reach)).exists()]
