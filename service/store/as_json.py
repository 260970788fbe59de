"""A column that holds a value as JSON: a dataclass, or a tuple of words."""

from typing import Any

import msgspec
from sqlalchemy import Dialect, Text, TypeDecorator


class AsJson(TypeDecorator[Any]):
    """Text in the database; None is NULL. `kind` is the value's type."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else msgspec.json.decode(value, type=self.kind)
