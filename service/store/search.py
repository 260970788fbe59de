"""Full text: the analyser's words of every article, in FTS5 or tsvector, and queries over them."""

from sqlalchemy import Connection


class Search:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
