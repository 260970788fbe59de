"""What a run is compared by: the stories, articles, alerts and deliveries it leaves behind."""

from dataclasses import dataclass, replace
from typing import Any

from service.store import Transaction
from tests.builders import a_subscription, a_topic, an_endpoint
from tests.properties.world import TOPICS

TOLD = """
    select alerts.topic_id, strands.story_id, count(deliveries.id)
    from alerts
    join articles on articles.id = alerts.article_id
    join strands on strands.id = articles.strand_id
    left join deliveries on deliveries.notice_id = alerts.id
    group by alerts.id, alerts.topic_id, strands.story_id
"""


@dataclass(frozen=True)
class End:
    """What a run leaves behind, without what may differ: times, positions, the order of rows."""

    stories: frozenset[tuple[str, ...]]
    articles: frozenset[tuple[str, str, int, str]]
    alerts: frozenset[tuple[str, str]]
    deliveries: frozenset[str]
    """Of alerts. What follows an alert differs: one that is raised before its article is corrected is followed by the
    correction, one that is raised after says it itself."""
    told: frozenset[tuple[str, str, int]]
    """Topics, with the stories for which their alerts stand, and how often each alert was delivered."""
    dead: int

    def whenever_told(self) -> "End":
        """What is the same however far match is behind link. An article that moves raises its alert in the story where
        it is when it is looked at, and two stories that are told become one, or are one and told once: so there may be
        other alerts. They stand for the same stories."""
        return replace(self, alerts=frozenset(), deliveries=frozenset())


def watch_topics(tx: Transaction) -> None:
    """An endpoint that hears of every topic."""
    tx.endpoints.add(an_endpoint(id="ep"))
    for name, query in TOPICS.items():
        tx.topics.add(a_topic(id=name, name=name, query=query))
        tx.subscriptions.add(a_subscription(id=f"sb {name}", topic_id=name, endpoint_id="ep"))


def end(tx: Transaction) -> End:
    run = tx.connection.exec_driver_sql

    def rows(query: str) -> Any:
        return frozenset(tuple(row) for row in run(query))

    return End(
        stories=rows("select id, title, articles, copies, sources, successor_id from stories"),
        articles=rows("select id, strand_id, revision, original_id from articles"),
        alerts=rows("select topic_id, story_id from alerts"),
        deliveries=frozenset(id for (id,) in run("select id from deliveries where kind = 'story.alerted'")),
        told=rows(TOLD),
        dead=len(run("select id from dead_letters").all()),
    )
