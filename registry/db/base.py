"""The base of all tables: an own registry with named constraints, and shared column types."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Base of every table; its constructor does not validate, so validate at the edge."""


def enum_by_value(kind: type[StrEnum]) -> Any:
    """Return a portable column type that stores an enum by its value, not by its name."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=False,
        length=40,
    )
