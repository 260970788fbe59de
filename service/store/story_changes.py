"""In which order stories changed, so that whoever follows them misses nothing: ids in, numbers out.

A story that changes again goes to the end. Numbers are given out one transaction after the other: who has seen a
number has seen all below it, however long a transaction takes.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, text, update

from service.store.story_tables import stories


def note_changes(connection: Connection, story_ids: Iterable[str]) -> None:
    """These stories are not what they were, or not any more."""
    changed = sorted(set(story_ids))
    if not changed:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(text("select pg_advisory_xact_lock(hashtext('story changes'))"))
    last = connection.scalar(select(func.max(stories.c.changed_seq))) or 0
    put = update(stories).where(stories.c.id == bindparam("story")).values(changed_seq=bindparam("seq"))
    connection.execute(put, [{"story": story, "seq": seq} for seq, story in enumerate(changed, last + 1)])
