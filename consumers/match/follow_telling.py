"""Tell what follows alerts: follow-ups in, notices with their deliveries out. Inside a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from consumers.match.follow_payload import Followed, follow_payload
from consumers.match.following import FollowUp, Passed, Revised
from consumers.match.owing import told_at
from consumers.match.storied import Storied
from service.model import Notice, Topic, notice_id
from service.model.differences import compare
from service.store import Transaction
from service.store.held import Holding
from service.text.passages import Passage, passages

EARLIER = 8
"""Revisions looked through for the one that a revision was compared with."""
Group = Sequence[FollowUp]
"""Of one alert, that tell the same to several endpoints."""


def follow(tx: Transaction, follow_ups: Sequence[FollowUp], storied: Mapping[str, Storied], now: datetime) -> None:
    """What was told to an endpoint before is not told to it again."""
    new = tx.told.note([each.telling for each in follow_ups], now)
    groups = grouped([each for each in follow_ups if each.telling in new])
    if not groups:
        return
    notices = _notices(tx, groups, storied, now)
    pairs = [(notice.id, each) for notice, group in zip(notices, groups, strict=True) for each in group]
    at_once: dict[str, list[str]] = {}
    for told_as, each in pairs:
        due = told_at(each.subscription, now) if each.subscription else None
        if each.subscription and due:
            tx.held.hold([Holding(each.subscription.id, told_as, due)])
        else:
            at_once.setdefault(told_as, []).append(each.endpoint_id)
    tx.notices.tell_to(notices, {id: sorted(set(some)) for id, some in at_once.items()}, now)


def _notices(tx: Transaction, groups: Sequence[Group], storied: Mapping[str, Storied], now: datetime) -> list[Notice]:
    """One of each group."""
    revised = {each.news.article_id for some in groups for each in some if isinstance(each.news, Revised)}
    articles = tx.articles.enriched_of(revised)
    changed = _changed(tx, {each.news for some in groups for each in some if isinstance(each.news, Revised)})
    topics = {topic_id: tx.topics.get(topic_id, None) for topic_id in {some[0].alert.topic_id for some in groups}}
    made = []
    for group in groups:
        first = group[0]
        topic = topics[first.alert.topic_id] or Topic(first.alert.topic_id, "", "")  # it was removed
        news = first.news if isinstance(first.news, Revised) else None
        article = articles.get(news.article_id) if news else None
        where = changed.get((news.article_id, news.revision), ()) if news else ()
        said = follow_payload(Followed(group, topic, storied[first.story.id], now, article, where))
        id = notice_id(first.kind, first.alert.id, *dict.fromkeys(each.what for each in group))
        made.append(
            Notice(id, first.kind, first.story.id, now, said, account_id=first.alert.account_id, topic_id=topic.id)
        )
    return made


def _changed(tx: Transaction, news: Iterable[Revised]) -> dict[tuple[str, int], Sequence[Passage]]:
    """By article and revision, where its text is another one than that with which it was compared."""
    keys = {(each.article_id, each.revision) for each in news}
    stored = tx.articles.stored([(id, n) for id, last in keys for n in range(max(0, last - EARLIER), last + 1)])
    found: dict[tuple[str, int], Sequence[Passage]] = {}
    for id, last in keys:
        some = [stored[id, n].enriched for n in range(max(0, last - EARLIER), last + 1) if (id, n) in stored]
        if len(some) > 1 and (id, last) in stored:
            compared = compare(some[-1], some[:-1])
            found[id, last] = passages(compared.before, compared.after, compared.difference)
    return found


def grouped(follow_ups: Sequence[FollowUp]) -> list[Group]:
    """By alert and by what is told. What an endpoint hears of growth is told in one notice; of several numbers that
    were passed at once, the highest."""
    apart: dict[tuple[str, str, str], list[FollowUp]] = {}
    for each in follow_ups:
        what = "" if isinstance(each.news, Passed) else each.what
        apart.setdefault((each.alert.id, each.endpoint_id, what), []).append(each)
    groups: dict[tuple[str, ...], list[FollowUp]] = {}
    for (alert_id, _, _), some in apart.items():
        shown = _highest(some)
        groups.setdefault((alert_id, *(each.what for each in shown)), []).extend(shown)
    return list(groups.values())


def _highest(follow_ups: Group) -> Group:
    """Of each measure; they come in the order of their numbers."""
    last = {each.news.measure if isinstance(each.news, Passed) else each.what: each for each in follow_ups}
    return list(last.values())
