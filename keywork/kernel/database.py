"""The declarative base, and the one way to commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

BigId = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
Recorded = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
"""When the row was written, by the database's clock."""


class Base(DeclarativeBase):
    """Every table of the product. Migrations own the schema; models describe its columns."""

    metadata = MetaData()
    type_annotation_map = {
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        list[Any]: JSONB,
    }


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Commit what happens inside, or none of it."""
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def engine_options() -> dict[str, Any]:
    """How this product's engines connect, in any process.

    A statement that runs for 20 seconds is ended by the database, so that one slow page cannot
    hold up the rest.
    """
    return {
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 5,
        "pool_timeout": 10,
        "hide_parameters": True,
        "connect_args": {"options": "-c statement_timeout=20000 -c timezone=UTC"},
    }
