"""The full text of articles: FTS5 on SQLite, a tsvector on PostgreSQL."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = {
    "sqlite": (
        """create table searched (
            id integer primary key, article_id varchar not null unique, analyser integer not null)""",
        """create virtual table search_words using fts5(
            words, tokenize = 'ascii', detail = 'none', columnsize = 0)""",
        "create table search_languages (language varchar not null primary key)",
    ),
    "postgresql": (
        """create table searched (
            article_id varchar not null primary key, analyser integer not null, words tsvector not null)""",
        "create index ix_searched_words on searched using gin (words)",
        "create table search_languages (language varchar not null primary key)",
    ),
}


def upgrade() -> None:
    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)
