"""Lists that are long: articles are listed by language, and on PostgreSQL found by words and day at once, stories by
when they lasted.

Every row of PostgreSQL's full text is written anew, which takes some minutes for each million articles.
"""

from alembic import op

revision = "0031"
down_revision = "0030"

STATEMENTS = (
    """update searched set words = words || array_to_tsvector(array['@' || to_char(at at time zone 'UTC', 'YYYYMMDD')])
        from articles where articles.id = article_id""",
    "create index ix_stories_lasting on stories using gist (tstzrange(least(first_at, last_at), last_at, '(]'))",
)


def upgrade() -> None:
    op.create_index("ix_articles_language_at_id", "articles", ["language", "at", "id"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in STATEMENTS:
            op.execute(statement)
