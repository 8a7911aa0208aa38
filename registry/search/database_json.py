"""Reading JSON columns as rows, on SQLite and PostgreSQL alike."""

from typing import Any

from sqlalchemy import FromClause, case, func, literal_column
from sqlmodel import col

from registry.db.session import Database


def list_items(database: Database, column: Any) -> FromClause:
    """Return the items of a JSON list as rows with one column `value`; no list gives none."""
    if database.is_sqlite:
        return func.json_each(col(column)).table_valued("value").alias()
    is_list = func.json_typeof(col(column)) == "array"
    safe = case((is_list, col(column)), else_=literal_column("'[]'::json"))
    return func.json_array_elements_text(safe).table_valued("value").render_derived()


def object_values(database: Database, column: Any) -> FromClause:
    """Return the values of a JSON object as rows with a column `value`; no object gives none."""
    if database.is_sqlite:
        return func.json_each(col(column)).table_valued("value").alias()
    is_object = func.json_typeof(col(column)) == "object"
    safe = case((is_object, col(column)), else_=literal_column("'{}'::json"))
    return func.json_each_text(safe).table_valued("key", "value").render_derived()
