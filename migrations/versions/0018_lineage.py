"""Which article stood in which story, from when until when, and what people decided.

In goes the schema of 0017; out come memberships, the lineage of stories, decisions with what became of them, and the
ties that stand. What was linked before counts from the time of its articles; the steps before are not known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

TIME = sa.DateTime(timezone=True).with_variant(sa.Integer(), "sqlite")
EMPTY = sa.text("''")


def upgrade() -> None:
    _ties()
    _decisions()
    _memberships()
    _lineage()
    op.drop_index("ix_linkings_strand_id", "linkings")
    op.create_index("ix_alerts_article_id", "alerts", ["article_id"])
    op.add_column("strands", sa.Column("successor_id", sa.String, nullable=False, server_default=EMPTY))


def _ties() -> None:
    """What was called decisions."""
    op.create_table(
        "ties",
        *(sa.Column(name, sa.String, nullable=False) for name in ("kind", "article_id", "other_id")),
        sa.Column("at", TIME, nullable=False),
        sa.Column("decided_by", sa.String, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("decision", sa.String, nullable=False, server_default=EMPTY),
        sa.PrimaryKeyConstraint("kind", "article_id", "other_id", name="pk_ties"),
    )
    op.execute("""
        insert into ties (kind, article_id, other_id, at, decided_by, note)
        select kind, article_id, other_id, at, decided_by, note from decisions
    """)
    op.drop_table("decisions")
    op.create_index("ix_ties_other_id", "ties", ["other_id"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        *(sa.Column(name, sa.String, nullable=False) for name in ("id", "kind", "story_id", "other_id", "undoes")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("article_ids", "decided_by", "note", "why")),
        sa.Column("at", TIME, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("done_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    for name in ("story_id", "other_id"):
        op.create_index(f"ix_decisions_{name}", "decisions", [name])
    op.create_index("ix_decisions_state_at", "decisions", ["state", "at"])


def _memberships() -> None:
    op.create_table(
        "memberships",
        *(sa.Column(name, sa.String, nullable=False) for name in ("article_id", "strand_id")),
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("move", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        *(sa.Column(name, TIME, nullable=False) for name in ("at", "since")),
        sa.Column("until", TIME),
        sa.PrimaryKeyConstraint("article_id", "seq", name="pk_memberships"),
    )
    op.create_table(
        "placements",
        *(sa.Column(name, sa.String, nullable=False) for name in ("strand_id", "story_id")),
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("until", TIME),
        sa.PrimaryKeyConstraint("strand_id", "seq", name="pk_placements"),
    )
    _fill()
    for name in ("strand_id", "at"):
        op.create_index(f"ix_memberships_{name}", "memberships", [name])
    for name in ("story_id", "seq"):
        op.create_index(f"ix_placements_{name}", "placements", [name])


def _fill() -> None:
    """From the first linking of every article, and the story that each strand is in."""
    op.execute("""
        insert into memberships (article_id, seq, strand_id, revision, at, since)
        select linkings.article_id, linkings.seq, strand_id, revision, at, at
        from linkings
        join (select article_id, min(seq) as seq from linkings group by article_id) as firsts
        on firsts.article_id = linkings.article_id and firsts.seq = linkings.seq
    """)
    op.execute("""
        insert into placements (strand_id, seq, story_id, since)
        select id, first, story_id, opened_at
        from strands
        join (select strand_id, min(seq) as first from linkings group by strand_id) as firsts on strand_id = id
        where story_id != ''
    """)


def _lineage() -> None:
    op.create_table(
        "lineage",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("story_id", "kind")),
        sa.Column("at", TIME, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("article_id", "strand_id", "other_id", "decision")),
        sa.Column("score", sa.Float),
        sa.Column("move", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("seq", "story_id", "kind", name="pk_lineage"),
    )
    op.create_index("ix_lineage_story_id_seq", "lineage", ["story_id", "seq"])
    op.create_table(
        "answers",
        *(sa.Column(name, sa.String, nullable=False) for name in ("cause", "label", "position")),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("said", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("cause", name="pk_answers"),
        sa.UniqueConstraint("seq", name="uq_answers_seq"),
    )
