"""Carries out what files say: a manifest in, steps out, and with `apply` everything as they say.

Queries are understood and examples tried first, a portion at a time; then everything is done in one transaction, or
nothing is.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from service.endpoint_addresses import opened_address, sealed_address
from service.endpoint_keys import keyed
from service.errors import Invalid, Refused, Unfit
from service.model import Endpoint, Example, Feed, Saying, Subscription, Topic, fresh_id
from service.model.subscribing import Follow, Timing
from service.sealing import UNSEALED, Ring
from service.signing import checked_secret
from service.store import Transaction
from service.store.managed import Held, Kind
from service.topics.fingerprint import fingerprint, pointer, refuse_changed
from service.topics.manifest import Entry, Manifest
from service.topics.many import Terms, Wanted, keep_many, read_many
from service.topics.planning import Step, plan
from service.topics.present import present
from service.topics.workbench import Workbench
from service.urls import feed_address, source_of

CHANGING = ("add", "adopt", "change")


@dataclass(frozen=True, slots=True)
class Ready:
    """What there is to do, and the queries of its topics, understood."""

    steps: list[Step]
    topics: list[Step]
    wanted: list[Wanted]
    read: list[Topic | Refused]


@dataclass(frozen=True, slots=True)
class Applying:
    """Files, applied for one account."""

    bench: Workbench
    manifest: Manifest
    account: str
    check: Callable[[Kind, str], None] = lambda kind, address: None
    """Raises `Invalid` for an address of a feed or an endpoint that Courant does not connect to."""
    admit: Callable[[Transaction, Sequence[Step]], None] = lambda tx, steps: None
    """Told what is going to be done, before anything is; raises `Refused` if that may not be."""
    by: str = ""
    ring: Ring = UNSEALED
    """Seals the secrets of endpoints."""

    async def plan(self, prune: bool = False) -> list[Step]:
        """What there is to do. Raises `Unfit` for addresses and queries that cannot be kept."""
        return (await self._ready(prune)).steps

    async def apply(self, prune: bool = False, planned: str | None = None) -> tuple[list[Step], dict[str, str]]:
        """The steps that were taken, all in one transaction, and the secrets that were made, by endpoint.

        `planned`: the fingerprint of the plan that was looked at. Raises `PlanChanged` if there is another one now."""
        ready = await self._ready(prune)
        if planned is not None:
            refuse_changed(planned, ready.steps)
        made = await self.bench.store.write(self._all, ready, prune)
        return ready.steps, made

    async def _ready(self, prune: bool) -> Ready:
        await asyncio.to_thread(self._check_addresses)
        steps = await self.bench.store.read(self._steps, prune)
        topics = [each for each in steps if each.kind == "topic" and each.action in CHANGING]
        wanted = [self._wanted(each) for each in topics]
        read = await read_many(self.bench, wanted)
        pairs = zip(topics, read, strict=True)
        faults = [(pointer(each.kind, each.name), str(one)) for each, one in pairs if isinstance(one, Refused)]
        if faults:
            raise Unfit(faults)
        return Ready(steps, topics, wanted, read)

    def _check_addresses(self) -> None:
        faults = []
        for entry in self.manifest.entries:
            try:
                if "url" in entry.fields:
                    self.check(entry.kind, entry.fields["url"])
            except Invalid as error:
                faults.append((pointer(entry.kind, entry.name), str(error)))
        if faults:
            raise Unfit(faults)

    def _steps(self, tx: Transaction, prune: bool) -> list[Step]:
        held = [self._opened(each) for each in tx.managed.all(self.account)]
        return plan(self.manifest, held, present(tx, self.manifest, self.account, held, self.ring), prune)

    def _all(self, tx: Transaction, ready: Ready, prune: bool) -> dict[str, str]:
        """Queries were read without holding others up; so it is looked once more whether all is as it was."""
        steps = self._steps(tx, prune)
        refuse_changed(fingerprint(ready.steps), steps)
        self.admit(tx, steps)
        rest = _but(ready.steps, ready.topics)
        self._take(tx, [each for each in rest if each.entry is None])
        self._keep(tx, ready)
        return self._take(tx, [each for each in rest if each.entry is not None])

    def _wanted(self, step: Step) -> Wanted:
        entry = _entry(step)
        now = self.bench.clock()
        topic = Topic(fresh_id(now), step.name, entry.fields["query"], entry.fields["enabled"], now)
        examples = msgspec.convert(entry.fields["examples"], tuple[Example, ...])
        return Wanted(replace(topic, account_id=self.account), examples, f"applied by {self.manifest.owner}")

    def _keep(self, tx: Transaction, ready: Ready) -> None:
        saying = Saying(self.bench.clock(), self.by)
        held = []
        for step, each in zip(
            ready.topics, keep_many(tx, ready.wanted, ready.read, Terms(saying, update=True)), strict=True
        ):
            if isinstance(each, Refused):
                raise each
            held.append(self._held(step, each.topic.id))
        tx.managed.put(held)

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
        url = sealed_address(fields["url"], known.id, self.ring) if known else fields["url"]
        told: dict[str, Any] = {"url": url, "enabled": fields["enabled"]}
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
        elif step.kind == "feed" and not tx.managed.elsewhere("feed", step.id, self.account):
            tx.feeds.update(replace(tx.feeds.get(step.id), enabled=False))
        tx.managed.put([self._sealed(replace(step.held, marked_at=now))])

    def _held(self, step: Step, resource_id: str) -> Held:
        entry, owner = _entry(step), self.manifest.owner
        held = Held(self.account, step.kind, step.name, resource_id, owner, entry.fields, self.bench.clock())
        return self._sealed(held)

    def _sealed(self, held: Held) -> Held:
        """Addresses that hold secrets are kept sealed here, too."""
        if held.kind != "endpoint":
            return held
        return replace(held, applied=held.applied | {"url": sealed_address(held.applied["url"], held.id, self.ring)})

    def _opened(self, held: Held) -> Held:
        if held.kind != "endpoint":
            return held
        return replace(held, applied=held.applied | {"url": opened_address(held.applied["url"], held.id, self.ring)})


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
        case "feed" if not tx.managed.elsewhere("feed", step.id, account):
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
