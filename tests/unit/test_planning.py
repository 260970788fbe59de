"""What is to be done so that all is as files say: steps from what they say, what they said, and what there is."""

from typing import Any

from service.api.schemas.configuration import Configuration
from service.store.managed import Held
from service.topics.manifest import Entry, Manifest, as_told, read, read_told
from service.topics.planning import Present, Step, plan
from tests.builders import NOW


def entry(query: str) -> Entry:
    return Entry("topic", "Ferries", {"query": query, "enabled": True})


def held(query: str, **given: Any) -> Held:
    applied = {"query": query, "enabled": True}
    return Held("main", "topic", "Ferries", "tp", "newsdesk", applied, NOW, **given)


def planned(now: str | None, *, files: str | None, before: Held | None = None, prune: bool = False) -> Step:
    manifest = Manifest("newsdesk", (entry(files),) if files else ())
    there = {("topic", "Ferries"): Present("tp", {"query": now, "enabled": True})} if now else {}
    (step,) = plan(manifest, [before] if before else [], there, prune)  # type: ignore[arg-type]  # the kind is a literal
    return step


def test_a_change_by_hand_is_told_from_one_of_the_files() -> None:
    by_hand = planned("boat", files="ferry", before=held("ferry"))
    assert (by_hand.action, by_hand.changes[0].drift) == ("change", True)
    of_files = planned("ferry", files="boat", before=held("ferry"))
    assert (of_files.action, of_files.changes[0].drift) == ("change", False)
    assert planned("ferry", files="ferry", before=held("ferry")).action == "unchanged"


def test_what_is_there_is_adopted_and_what_is_not_is_added() -> None:
    assert planned("boat", files="ferry").action == "adopt"
    assert planned(None, files="ferry").action == "add"


def test_what_a_server_is_told_is_what_the_files_say() -> None:
    files = """
owner: newsdesk
topics:
  Ferries: {query: ferry, examples: {must_match: ["It sails."]}}
  Belarus: Belarus
endpoints: {desk: {url: "https://reader.com/a", secret: {env: DESK}}, spare: {url: "https://reader.com/b"}}
subscriptions: [{topic: Ferries, endpoint: desk, follow: {grew: {sources: [3]}}, timing: {digest: "0 7 * * *"}}]
feeds: {gazette: {url: "https://gazette.com/feed", labels: [sea]}}
"""
    manifest = read({"desk.yaml": files}, {"DESK": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"})
    given = Configuration.model_validate(as_told(manifest) | {"secrets": {"DESK": manifest.secrets["desk"]}})
    said = given.model_dump(exclude={"secrets", "prune"}, exclude_unset=True, exclude_none=True)
    assert read_told(said, given.secrets) == manifest


def test_removal_takes_two_steps_or_prune() -> None:
    assert planned("ferry", files=None, before=held("ferry")).action == "mark"
    assert planned("ferry", files=None, before=held("ferry", marked_at=NOW)).action == "remove"
    assert planned("ferry", files=None, before=held("ferry"), prune=True).action == "remove"
    assert planned(None, files=None, before=held("ferry")).action == "remove"
    assert planned("ferry", files="ferry", before=held("ferry", marked_at=NOW)).action == "change"
