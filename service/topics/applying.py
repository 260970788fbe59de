"""Carries out what files say: a manifest in, steps out, and with `apply` everything as they say.

What is there is read in portions; what is to be done with topics is done in portions, the rest in one transaction. An
apply that breaks off half-way is simply applied again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from service.endpoint_keys import keyed
from service.errors import Invalid, Refused
from service.model import Endpoint, Example, Feed, Saying, Subscription, Topic, fresh_id
from service.model.subscribing import Follow, Timing
from service.sealing import UNSEALED, Ring
from service.signing import checked_secret
from service.store import Transaction
from service.store.managed import Held, Kind
from service.topics.manifest import Entry, Manifest
from service.topics.many import Terms, Wanted, keep_many, read_many
from service.topics.planning import Named, Present, Step, plan
from service.topics.workbench import Workbench
from service.urls import feed_address, source_of

PORTION = 2_000
CHANGING = ("add", "adopt", "change")


@dataclass(frozen=True, slots=True)
class Applying:
    """Files, applied for one account."""

    bench: Workbench
    manifest: Manifest
    account: str
    check: Callable[[Kind, str], None] = lambda kind, address: None
    """Raises `Invalid` for an address of a feed or an endpoint that Courant does not connect to."""
    by: str = ""
    ring: Ring = UNSEALED
    """Seals the secrets of endpoints."""

    async def plan(self, prune: bool = False) -> list[Step]:
        """What there is to do. Raises `Invalid` for a query that cannot be kept, naming its topic."""
        for entry in self.manifest.entries:
            if "url" in entry.fields:
                self.check(entry.kind, entry.fields["url"])
        held = await self.bench.store.read(lambda tx: tx.managed.all(self.account))
        present = await self.bench.store.read(_present, self.manifest, self.account, held, self.ring)
        steps = plan(self.manifest, held, present, prune)
        await self._checked([each for each in steps if each.kind == "topic" and each.action in CHANGING])
        return steps

    async def apply(self, prune: bool = False) -> tuple[list[Step], dict[str, str]]:
        """The steps that were taken, and the secrets that were made, by endpoint."""
        steps = await self.plan(prune)
        topics = [each for each in steps if each.kind == "topic" and each.action in CHANGING]
        rest = _but(steps, topics)
        leaving = [each for each in rest if each.entry is None]
        await self.bench.store.write(self._take, leaving)
        for start in range(0, len(topics), PORTION):
            await self._keep(topics[start : start + PORTION])
        made = await self.bench.store.write(self._take, [each for each in rest if each.entry is not None])
        return steps, made

    async def _checked(self, steps: Sequence[Step]) -> None:
        for each, read in zip(steps, await read_many(self.bench, [self._wanted(each) for each in steps]), strict=True):
            if isinstance(read, Refused):
                raise Invalid(f"topic {each.name}: {read}")

    def _wanted(self, step: Step) -> Wanted:
        entry = _entry(step)
        now = self.bench.clock()
        topic = Topic(fresh_id(now), step.name, entry.fields["query"], entry.fields["enabled"], now)
        examples = msgspec.convert(entry.fields["examples"], tuple[Example, ...])
        return Wanted(replace(topic, account_id=self.account), examples, f"applied by {self.manifest.owner}")

    async def _keep(self, steps: Sequence[Step]) -> None:
        wanted = [self._wanted(each) for each in steps]
        read = await read_many(self.bench, wanted)
        saying = Saying(self.bench.clock(), self.by)

        def write(tx: Transaction) -> None:
            ended = keep_many(tx, wanted, read, Terms(saying, update=True))
            held = []
            for step, each in zip(steps, ended, strict=True):
                if isinstance(each, Refused):
                    raise each
                held.append(self._held(step, each.topic.id))
            tx.managed.put(held)

        await self.bench.store.write(write)

    def _take(self, tx: Transaction, steps: Iterable[Step]) -> dict[str, str]:
        """Gives the secrets that were made."""
        now, made = self.bench.clock(), dict[str, str]()
        for step in steps:
            match step.action:
                case "mark":
                    self._mark(tx, step, now)
                case "remove":
                    _remove(tx, step, self.account, now)
                case "add" | "adopt" | "change":
                    put_id, secret = self._put(tx, step, now)
                    tx.managed.put([self._held(step, put_id)])
                    made |= {step.name: secret} if secret else {}
        return made

    def _put(self, tx: Transaction, step: Step, now: datetime) -> tuple[str, str]:
        """Its id, and the secret that was made for it, if one was."""
        entry = _entry(step)
        match step.kind:
            case "feed":
                return _put_feed(tx, step, entry, now), ""
            case "endpoint":
                return self._put_endpoint(tx, step, entry, now)
            case _:
                return self._put_subscription(tx, step, entry, now), ""

    def _put_endpoint(self, tx: Transaction, step: Step, entry: Entry, now: datetime) -> tuple[str, str]:
        given, fields = self.manifest.secrets.get(step.name), entry.fields
        known = tx.endpoints.get(step.id, self.account) if step.id else None
        told: dict[str, Any] = {"url": fields["url"], "enabled": fields["enabled"]}
        told |= {"notices": tuple(dict.fromkeys(fields["notices"]))}
        made = ""
        if known is None:
            new = keyed(Endpoint(fresh_id(now), **told, created_at=now, account_id=self.account), self.ring, given)
            known, made = new.endpoint, "" if given else new.secret
            tx.endpoints.add(known)
        else:
            told |= {"secret": self.ring.seal(checked_secret(given), known.id)} if given else {}
            awake: dict[str, Any] = (
                {"disabled_why": "", "failures": 0, "failing_since": None} if fields["enabled"] else {}
            )
            tx.endpoints.update(replace(known, **told, **awake))
        return known.id, made

    def _put_subscription(self, tx: Transaction, step: Step, entry: Entry, now: datetime) -> str:
        options: dict[str, Any] = {
            "follow": msgspec.convert(entry.fields["follow"], Follow),
            "timing": msgspec.convert(entry.fields["timing"], Timing),
        }
        if step.id and (known := tx.subscriptions.get(step.id, self.account)):
            tx.subscriptions.update(replace(known, **options))
            return known.id
        topic = tx.topics.named([entry.fields["topic"]], self.account).get(entry.fields["topic"])
        held = {each.name: each.id for each in tx.managed.all(self.account) if each.kind == "endpoint"}
        endpoint_id = held.get(entry.fields["endpoint"])
        if topic is None or endpoint_id is None:
            missing = "topic" if topic is None else "endpoint"
            raise Invalid(f"subscription {step.name}: there is no {missing} {entry.fields[missing]}")
        made = Subscription(fresh_id(now), topic.id, endpoint_id, now, self.account, **options)
        tx.subscriptions.add(made)
        return made.id

    def _mark(self, tx: Transaction, step: Step, now: datetime) -> None:
        """Switched off, where it can be; a subscription goes on until it is removed."""
        assert step.held
        if step.kind == "topic" and (topic := tx.topics.get(step.id, self.account)):
            tx.topics.update(replace(topic, enabled=False), Saying(now, self.by))
        elif step.kind == "endpoint" and (endpoint := tx.endpoints.get(step.id, self.account)):
            tx.endpoints.update(replace(endpoint, enabled=False))
        elif step.kind == "feed":
            tx.feeds.update(replace(tx.feeds.get(step.id), enabled=False))
        tx.managed.put([replace(step.held, marked_at=now)])

    def _held(self, step: Step, resource_id: str) -> Held:
        entry, owner = _entry(step), self.manifest.owner
        return Held(self.account, step.kind, step.name, resource_id, owner, entry.fields, self.bench.clock())


def _entry(step: Step) -> Entry:
    assert step.entry
    return step.entry


def _but(steps: Sequence[Step], without: Sequence[Step]) -> list[Step]:
    left = {id(each) for each in without}
    return [each for each in steps if id(each) not in left]


def _remove(tx: Transaction, step: Step, account: str, now: datetime) -> None:
    match step.kind:
        case "topic":
            tx.topics.remove(step.id, account)
        case "endpoint" if tx.endpoints.remove(step.id, account):
            tx.deliveries.give_up_on(step.id, now)
        case "subscription":
            tx.subscriptions.remove(step.id, account)
        case "feed":
            tx.feeds.remove(step.id)
    assert step.held
    tx.managed.remove([step.held])


def _put_feed(tx: Transaction, step: Step, entry: Entry, now: datetime) -> str:
    fields = entry.fields
    told: dict[str, Any] = {name: fields[name] for name in ("title", "language", "enabled")}
    told |= {"labels": tuple(fields["labels"]), "source": fields["source"] or source_of(fields["url"])}
    address = feed_address(fields["url"])
    if step.id:
        return tx.feeds.update(replace(tx.feeds.get(step.id), url=address, **told)).id
    return tx.feeds.add(Feed(fresh_id(now), address, **told, next_poll_at=now, created_at=now)).id


def _present(
    tx: Transaction, manifest: Manifest, account: str, held: Sequence[Held], ring: Ring
) -> dict[Named, Present]:
    """Everything that the files name or manage, as it is."""
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
    fields = {"url": endpoint.url, "enabled": endpoint.enabled, "notices": list(endpoint.notices), "secret": secret}
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
