"""The schema's history: does it lead, on both databases, to exactly the tables that the store works with?"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import bindparam, inspect, text

import migrations
from service.errors import Misconfigured, Outage
from service.store import Store, Transaction, metadata
from service.store.table import Time
from service.store.ties import Tie
from tests.builders import NOW
from tests.services import free_port

MakeDatabase = Callable[[], str]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> MakeDatabase:
    """Gives the address of one more empty database with each call."""
    if request.param == "postgres":
        make: MakeDatabase = request.getfixturevalue("postgres_server").database
        return make
    addresses = (f"sqlite:///{tmp_path}/{number}.db" for number in range(1, 9))
    return lambda: next(addresses)


@pytest.fixture
def url(empty: MakeDatabase) -> str:
    return empty()


@pytest.fixture
def opened(url: str) -> Iterator[Store]:
    """An empty database brought to this release."""
    migrations.upgrade(url)
    store = Store(url)
    yield store
    store.close()


def test_an_empty_database_becomes_this_release(url: str) -> None:
    assert migrations.current(url) == ""
    migrations.upgrade(url)
    assert migrations.current(url) == migrations.head() != ""


def test_alembic_sees_no_difference_to_the_store(opened: Store) -> None:
    def known(_: object, name: str | None, kind: str, *__: object) -> bool:
        return kind != "table" or name in metadata.tables  # neither full text nor Alembic's own table

    with opened.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": known}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_the_tables_are_those_that_the_store_creates_itself(opened: Store, empty: MakeDatabase) -> None:
    """More than Alembic sees: primary keys, full text, and everything else the database knows of."""
    created = Store(empty())
    created.create()
    migrated_schema, created_schema = schema(opened), schema(created)
    created.close()
    assert migrated_schema.pop("alembic_version")
    assert migrated_schema == created_schema


def schema(store: Store) -> dict[str, Any]:
    """What the database says of its tables, in no order."""
    database = inspect(store.engine)

    def known(table: str) -> dict[str, Any]:
        columns = {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in database.get_columns(table)}
        indexes = {i.pop("name"): i for i in map(dict, database.get_indexes(table))}
        uniques = {tuple(unique["column_names"]) for unique in database.get_unique_constraints(table)}
        key = database.get_pk_constraint(table)["constrained_columns"]
        return {"columns": columns, "indexes": indexes, "uniques": uniques, "key": key}

    return {table: known(table) for table in database.get_table_names()} | virtual_tables(store)


def virtual_tables(store: Store) -> dict[str, Any]:
    """SQLite's full text, as it was asked for: spaces aside, for nothing else tells its options."""
    if store.engine.dialect.name != "sqlite":
        return {}
    asked_for = "select name, sql from sqlite_master where sql like 'create virtual%'"
    with store.engine.connect() as connection:
        return {name: "".join(statement.split()) for name, statement in connection.execute(text(asked_for))}


def test_upgrading_again_changes_nothing(opened: Store, url: str) -> None:
    before = schema(opened)
    with opened.engine.begin() as connection:
        connection.execute(text("insert into story_sources (source, story_id) values ('a.test', 'story-1')"))
    migrations.upgrade(url)
    assert schema(opened) == before
    with opened.engine.begin() as connection:
        assert connection.execute(text("select story_id from story_sources")).scalars().all() == ["story-1"]


def test_four_migrators_at_once_take_turns(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrations.upgrade, [url] * 4))
    assert migrations.current(url) == migrations.head()


def test_an_upgrade_that_fails_leaves_nothing_behind(url: str) -> None:
    store = Store(url)
    with store.engine.begin() as connection:
        connection.execute(text("create table stories (mine integer)"))  # in the way of ours
    with pytest.raises(Exception, match="stories"):
        migrations.upgrade(url)
    assert set(schema(store)) == {"stories"}
    store.close()


def test_a_database_of_a_newer_release_is_refused(opened: Store, url: str) -> None:
    with opened.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(Misconfigured, match="9999"):
        migrations.upgrade(url)


@pytest.mark.parametrize("migrate", [migrations.upgrade, migrations.current])
def test_a_database_that_is_away_is_an_outage(migrate: Callable[[str], object]) -> None:
    with pytest.raises(Outage, match="does not answer"):
        migrate(f"postgresql://postgres@127.0.0.1:{free_port()}/none")


def test_what_was_owed_before_there_were_notices_is_owed_after(url: str) -> None:
    """Two alerts, one with a delivery that is half done, as the first release kept them."""
    migrations.upgrade(url, "0003")
    store = Store(url)
    for statement in (
        "insert into alerts (id, topic_id, story_id, article_id, payload, created_at)"
        " values ('al_1', 'topic', 'story-1', 'ar', :payload, :at), ('al_2', 'topic', 'story-2', 'ar', :payload, :at)",
        "insert into endpoints (id, url, secret, enabled, disabled_why, failures, created_at)"
        " values ('ep', 'https://reader.test/', 'whsec_x', true, '', 0, :at)",
        "insert into deliveries (id, alert_id, endpoint_id, state, attempts, next_attempt_at, created_at)"
        " values ('msg_1', 'al_1', 'ep', 'waiting', 2, :at, :at)",
    ):
        given = [bindparam("at", NOW, Time), bindparam("payload", b'{"n":1}')]
        used = [each for each in given if f":{each.key}" in statement]
        with store.engine.begin() as connection:
            connection.execute(text(statement).bindparams(*used))
    migrations.upgrade(url)
    with store.engine.execution_options(writes=True).begin() as connection:
        tx = Transaction(connection)
        (due,) = tx.deliveries.claim_due(NOW, 10, 90, 4, {})
        assert (due.type, due.timestamp, due.data, due.endpoint.notices) == ("story.alerted", NOW, {"n": 1}, ())
        assert (due.delivery.notice_id, due.delivery.alert_id, due.delivery.attempts) == ("al_1", "al_1", 2)
        assert [alert.payload for alert in tx.alerts.list_alerts(None)] == [{"n": 1}] * 2
        assert [notice.seq for notice in tx.notices.since(0)] == [1, 2]
    store.close()


def test_sightings_of_an_earlier_release_are_kept(url: str) -> None:
    migrations.upgrade(url, "0008")
    store = Store(url)
    columns = "url, text_hash, article_id, revision, kind, original_id, position, seen_at"
    at = "1" if url.startswith("sqlite") else "now()"
    with store.engine.begin() as connection:
        for revision, kind in enumerate(("new", "revision")):
            row = f"'u', 'text {revision}', 'a', {revision}, '{kind}', '', 'articles.raw/0/{revision}', {at}"
            connection.execute(text(f"insert into sightings ({columns}) values ({row})"))
    migrations.upgrade(url)
    with store.engine.begin() as connection:
        found = Transaction(connection).sightings.of_article("a")
    store.close()
    assert [(each.revision, each.text_hash, each.state, each.moved_to) for each in found] == [
        (0, "text 0", "published", ""),
        (1, "text 1", "published", ""),
    ]


def test_what_was_linked_before_there_were_memberships_stands_where_it_stood(url: str) -> None:
    """Two articles of one strand, one of them revised, and what people decided of them."""
    migrations.upgrade(url, "0017")
    store = Store(url)
    row = "insert into linkings (article_id, revision, seq, strand_id, story_id, change, merged, position, at) values"
    for statement in (
        *(
            f"{row} ('{article}', {revision}, {seq}, 'sd', 'st', 'grown', :none, 'p', :at)"
            for article, revision, seq in (("a", 0, 1), ("b", 0, 2), ("a", 1, 3))
        ),
        "insert into strands (id, language, story_id, opened_at, last_at) values ('sd', 'en', 'st', :at, :at)",
        "insert into decisions (kind, article_id, other_id, at, decided_by, note) values"
        " ('pinned', 'a', '', :at, 'ann', 'as it is')",
    ):
        given = [bindparam("at", NOW, Time), bindparam("none", b"[]")]
        with store.engine.begin() as connection:
            used = [each for each in given if f":{each.key}" in statement]
            connection.execute(text(statement).bindparams(*used))
    migrations.upgrade(url)
    with store.engine.begin() as connection:
        tx = Transaction(connection)
        found = tx.memberships.of_story("st")
        assert [(each.article_id, each.seq, each.revision, each.at) for each in found] == [
            ("a", 1, 0, NOW),
            ("b", 2, 0, NOW),
        ]
        assert tx.memberships.births(["st"]) == {"st": 1}
        assert tx.ties.all() == [Tie("pinned", "a", NOW, "", "ann", "as it is")]
        assert tx.decisions.pending() == []
    store.close()


def test_callbacks_that_hubs_know_are_still_found(url: str) -> None:
    migrations.upgrade(url, "0031")
    store = Store(url)
    columns = "id, feed_id, hub, topic, token, secret, state, mode, failures, error, created_at"
    given = "'{0}', 'feed', 'https://hub.test/', 'https://gazette.test/', 'token-{0}', '', 'verified', '', 0, '', :at"
    with store.engine.begin() as connection:
        for name in "ab":
            row = text(f"insert into hub_subscriptions ({columns}) values ({given.format(name)})")
            connection.execute(row.bindparams(bindparam("at", NOW, Time)))
    migrations.upgrade(url)
    with store.engine.begin() as connection:
        tx = Transaction(connection)
        found = {name: tx.websub.by_token(f"token-{name}") for name in "abc"}
    store.close()
    assert {name: each and (each.id, each.token) for name, each in found.items()} == {
        "a": ("a", "token-a"),
        "b": ("b", "token-b"),
        "c": None,
    }
