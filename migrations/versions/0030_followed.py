"""An alert goes where the article went that raised it, so a topic may be told of the story it left once more.

That an article raises one alert of a topic follows from the alert's id.
"""

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    with op.batch_alter_table("alerts") as alerts:
        alerts.drop_constraint("uq_alerts_topic_id_story_id", type_="unique")
