"""The demo newsroom's day, piece by piece through the whole pipeline: who is told what of it, and of what nobody is."""

import pytest

from consumers.demo import BY_WORDS, FOLLOW, TOPICS
from consumers.demo.script import read_day
from service.broker import Broker
from service.model import Notice
from service.store import Store, Transaction
from tests.builders import a_subscription, a_topic, an_endpoint
from tests.clock import SetClock
from tests.stages.newsdesk import Newsdesk

WATCHED = {name: query for name, query in (TOPICS | BY_WORDS).items() if name != "low water"}


def watch(tx: Transaction) -> None:
    tx.endpoints.add(an_endpoint(id="ep"))
    for name, query in WATCHED.items():
        tx.topics.add(a_topic(id=name, name=name, query=query))
        tx.subscriptions.add(a_subscription(id=f"sb {name}", topic_id=name, endpoint_id="ep", follow=FOLLOW))


def notices(tx: Transaction) -> list[Notice]:
    return list(tx.notices.since(0, 1000))


@pytest.mark.slow
async def test_each_topic_is_told_once_and_the_corrected_number_follows(
    sqlite_store: Store, embedded_broker: Broker, clock: SetClock
) -> None:
    day, told_at = read_day(), clock()
    outlets = {each.id: each for each in day.outlets}
    await sqlite_store.write(watch)
    async with Newsdesk.open(sqlite_store, embedded_broker, clock, recheck={"enabled": False}) as desk:
        for each in day.publications:
            clock.now = told_at
            clock.advance(3600 * each.hour)
            outlet = outlets[each.outlet]
            url = f"https://{outlet.source}/{each.slug}"
            given = {"content": each.text, "complete": True, "source": outlet.source, "language": outlet.language}
            await desk.bring(url, each.title, **given)
    told = await sqlite_store.read(notices)
    alerts = [each for each in told if each.kind == "story.alerted"]
    assert sorted(each.payload["topic"]["name"] for each in alerts) == sorted(WATCHED)
    assert len({each.subject for each in alerts}) == 1
    words = {reason["text"] for each in alerts for reason in each.payload["reasons"]}
    assert {"Belarus", "prisoners"} <= words
    revised = [each for each in told if each.kind == "story.revised"]
    assert {each.payload["topic"]["name"] for each in revised} == set(WATCHED)
    assert all(any(fact.startswith("number:") and "52" in fact for fact in each.payload["change"]["facts"])
               for each in revised)  # fmt: skip
    passages = [each.payload["change"]["passages"] for each in revised]
    assert all(any("52" in each["after"] for each in some) for some in passages)
    assert {each.payload["alert"]["id"] for each in revised} == {each.id for each in alerts}
    grown = [passed["measure"] for each in told if each.kind == "story.grew" for passed in each.payload["passed"]]
    assert sorted(grown) == ["independent", "independent", "languages", "languages"]
    assert len(told) == len(alerts) + len(revised) + len([each for each in told if each.kind == "story.grew"])
