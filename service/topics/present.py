"""What there is of that which files name or manage: a manifest and what was applied before in; out come resources as
they are now, in the form in which files speak of them.
"""

from collections.abc import Sequence

import msgspec

from service.endpoint_addresses import opened_address
from service.sealing import Ring
from service.store import Transaction
from service.store.managed import Held
from service.topics.manifest import Entry, Manifest
from service.topics.planning import Named, Present
from service.urls import feed_address, source_of


def present(
    tx: Transaction, manifest: Manifest, account: str, held: Sequence[Held], ring: Ring
) -> dict[Named, Present]:
    """By kind and name."""
    ids = {(each.kind, each.name): each.id for each in held}
    names = {(each.kind, each.name): each for each in manifest.entries}
    every = ids.keys() | names.keys()
    found = _topics(tx, [name for kind, name in every if kind == "topic"], account)
    for kind, name in every:
        there = None
        if kind == "endpoint" and (kind, name) in ids:
            applied = next(each.applied for each in held if each.id == ids[kind, name])["secret"]
            there = _endpoint(tx, ids[kind, name], account, applied, manifest.secrets.get(name), ring)
        elif kind == "subscription":
            there = _subscription(tx, ids.get((kind, name), ""), account)
        elif kind == "feed":
            there = _feed(tx, ids.get((kind, name), ""), names.get((kind, name)))
        if there:
            found[kind, name] = there
    return found


def _topics(tx: Transaction, names: Sequence[str], account: str) -> dict[Named, Present]:
    topics = tx.topics.named(names, account)
    examples = tx.topic_versions.examples_of(each.id for each in topics.values())
    return {
        ("topic", name): Present(
            topic.id,
            {
                "query": topic.query,
                "enabled": topic.enabled,
                "examples": msgspec.to_builtins(list(examples.get(topic.id, ()))),
            },
        )
        for name, topic in topics.items()
    }


def _endpoint(
    tx: Transaction, endpoint_id: str, account: str, applied: str, given: str | None, ring: Ring
) -> Present | None:
    """Its secret is compared and never told: as applied, if it is what the environment holds."""
    endpoint = tx.endpoints.get(endpoint_id, account)
    if endpoint is None:
        return None
    secret = applied if given in (None, ring.open(endpoint.secret, endpoint.id)) else "another one"
    url = opened_address(endpoint.url, endpoint.id, ring)
    fields = {"url": url, "enabled": endpoint.enabled, "notices": list(endpoint.notices), "secret": secret}
    return Present(endpoint_id, fields)


def _subscription(tx: Transaction, subscription_id: str, account: str) -> Present | None:
    found = tx.subscriptions.get(subscription_id, account) if subscription_id else None
    if found is None:
        return None
    topic = tx.topics.get(found.topic_id, account)
    endpoints = {each.id: each.name for each in tx.managed.all(account) if each.kind == "endpoint"}
    return Present(
        found.id,
        {
            "topic": topic.name if topic else "",
            "endpoint": endpoints.get(found.endpoint_id, ""),
            "follow": msgspec.to_builtins(found.follow),
            "timing": msgspec.to_builtins(found.timing),
        },
    )


def _feed(tx: Transaction, feed_id: str, entry: Entry | None) -> Present | None:
    """By its id, or by its address if files do not manage it yet."""
    feed = tx.feeds.known(feed_id, feed_address(entry.fields["url"]) if entry else "")
    if feed is None:
        return None
    fields = {name: getattr(feed, name) for name in ("url", "title", "language", "enabled")}
    source = feed.source
    if entry:
        asked = entry.fields
        fields["url"] = asked["url"] if feed.url == feed_address(asked["url"]) else feed.url
        source = "" if not asked["source"] and feed.source == source_of(asked["url"]) else feed.source
    return Present(feed.id, fields | {"labels": list(feed.labels), "source": source})
