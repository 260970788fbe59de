"""Nothing that a step of the schema could do: addresses of chats and secrets of hubs are sealed from here on, and to
seal those that are there needs the sealing keys. Who delivers does it as it starts (`consumers/deliver/reseal.py`).
"""

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    pass
