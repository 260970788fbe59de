"""The command `changes`: what became of an article from one revision to the next, word by word."""

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Any

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, say
from service.errors import Invalid, NotFound
from service.model import StoredArticle
from service.model.differences import Compared, compare
from service.settings import Settings
from service.store import Transaction
from service.urls import article_id, canonical

AROUND = 30
"""Characters shown on either side of a change."""


def changes(url: Annotated[str, typer.Argument(help="The article's address or id.")], as_json: Json = False) -> None:
    """What became of an article: edited, retitled, deleted, moved or restored, and what changed in it."""
    for told in run(_changes(quiet_settings(), url)):
        line(told) if as_json else _show(told)


async def _changes(loaded: Settings, named: str) -> list[dict[str, Any]]:
    async with open_store(loaded) as store:
        filed = await store.read(_revisions, named)
    return [_told(each, filed[:place]) for place, each in enumerate(filed)]


def _revisions(tx: Transaction, named: str) -> list[StoredArticle]:
    try:
        known = article_id(canonical(named)) if "/" in named else named
    except Invalid as error:
        raise Invalid(f"{named}: {error}") from None
    filed = tx.articles.revisions(tx.identities.behind([known]).get(known, known))
    if not filed:
        raise NotFound(f"no article {named} is filed: see `courant article`")
    return filed


def _told(stored: StoredArticle, earlier: list[StoredArticle]) -> dict[str, Any]:
    raw, weighed = stored.enriched.article.raw, stored.weighed
    compared = compare(stored.enriched, [each.enriched for each in earlier]) if earlier else None
    return {
        "number": stored.revision,
        "seen_at": raw.seen_at,
        "type": weighed.type or "first",
        "state": raw.state,
        "moved_to": raw.moved_to,
        "title": raw.title,
        "classes": weighed.classes,
        "facts": weighed.facts,
        "changes": list(_passages(compared)) if compared else [],
    }


def _passages(compared: Compared) -> Iterator[dict[str, str]]:
    """What went and came, with the words before it."""
    before, after = compared.before.text, compared.after.text
    for equal, some in groupby(compared.difference.text, lambda each: each.kind == "equal"):
        places = list(some)
        if not equal:
            start = places[0].start
            yield {
                "after": before[max(0, start - AROUND) : start],
                "gone": "".join(before[each.start : each.end] for each in places),
                "come": "".join(after[each.other : each.other_end] for each in places if each.kind == "insert"),
            }


def _show(told: dict[str, Any]) -> None:
    moved = f" to {told['moved_to']}" if told["moved_to"] else ""
    say(f"revision {told['number']}, seen {told['seen_at']:%Y-%m-%d %H:%M:%S}: {told['type']}{moved}")
    say(f"  {told['title']}")
    for fact in told["facts"]:
        say(f"  {fact}")
    for change in told["changes"]:
        sides = (("[-", change["gone"], "-]"), ("{+", change["come"], "+}"))
        marked = " ".join(f"{opening}{text.strip()}{closing}" for opening, text, closing in sides if text.strip())
        say(f"    ...{' '.join(change['after'].split())} {marked}")
