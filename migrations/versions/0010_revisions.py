"""What changed from text to text, and when pages are looked at again.

In goes the schema of 0009; out come revisions that say how they differ, articles in the order in which they
changed, and the pages that are to be looked at again. What was filed before counts as changed in the order in
which it was seen.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _on_articles()
    _on_revisions()
    _put_in_order()
    for name in ("changed_seq", "changed_at"):
        op.create_index(f"ix_articles_{name}", "articles", [name])
    _rechecks()


def _on_articles() -> None:
    op.add_column("articles", sa.Column("state", sa.String, nullable=False, server_default="published"))
    op.add_column("articles", sa.Column("moved_to", sa.Text, nullable=False, server_default=sa.text("''")))
    op.add_column("articles", sa.Column("changed_at", TIME))
    op.add_column("articles", sa.Column("changed_seq", sa.BigInteger, nullable=False, server_default=sa.text("0")))


def _on_revisions() -> None:
    op.add_column("revisions", sa.Column("type", sa.String, nullable=False, server_default=sa.text("''")))
    op.add_column("revisions", sa.Column("classes", sa.Text, nullable=False, server_default=sa.text("''")))
    op.add_column("revisions", sa.Column("facts", sa.Text, nullable=False, server_default="[]"))
    op.add_column("revisions", sa.Column("against", sa.Integer))
    op.execute("update revisions set type = 'edited' where revision > 0")


def _put_in_order() -> None:
    op.execute("""
        update articles set changed_at = seen_at, changed_seq = numbered.place
        from (select id as known, row_number() over (order by seen_at, id) as place from articles) as numbered
        where numbered.known = articles.id
    """)


def _rechecks() -> None:
    op.create_table(
        "rechecks",
        sa.Column("article_id", sa.String, nullable=False),
        *(sa.Column(name, TIME, nullable=False) for name in ("since", "due_at")),
        sa.Column("claimed_until", TIME),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("step", "tries")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("missing", "page_url", "page_title")),
        sa.Column("page_text", sa.LargeBinary),
        sa.Column("page_hash", sa.String, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_rechecks"),
    )
    op.create_index("ix_rechecks_due_at", "rechecks", ["due_at"])
