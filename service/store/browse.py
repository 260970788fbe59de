"""What the API's lists show: articles and stories by filter, a page at a time."""

from sqlalchemy import Connection


class Browse:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
