"""courant stories: show, lineage, decisions; merge, split, pin, unpin, undo."""

import getpass
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer

from consumers.cli.opening import open_store, quiet_settings, run
from consumers.cli.output import Json, line, listing, say
from consumers.poll.dates import read_date
from consumers.resources import open_broker
from service.clock import now
from service.errors import Invalid
from service.model.decisions import Decision, DecisionKind
from service.settings import Settings
from service.store import Transaction
from service.store.deciding import fresh_decision_id, part_id
from service.streams import STRANDS, decided

T = TypeVar("T")

app = typer.Typer(help="Stories: how they came to be, and what you decide of them.", no_args_is_help=True)

Story = Annotated[str, typer.Argument(help="The story's id.")]
Note = Annotated[str, typer.Option(help="What to remember with the decision.")]
STEPS = ("at", "kind", "article_id", "strand_id", "other_id", "score", "move", "decision")
DECISIONS = ("id", "at", "kind", "story_id", "other_id", "decided_by", "state", "why", "note")
MOST_STEPS = 10_000


def add_to(courant: typer.Typer) -> None:
    courant.add_typer(app, name="stories")


@app.command()
def show(
    story: Story,
    as_of: Annotated[str, typer.Option(help="As it stood then: a time with its offset.")] = "",
    as_json: Json = False,
) -> None:
    """A story as it stands, or stood at some time."""
    at = read_date(as_of) if as_of else now()
    if at is None:
        raise Invalid(f"{as_of} is not a time such as 2026-03-14T09:30:00Z")
    then = run(_read(quiet_settings(), lambda tx: tx.history.story(story, at)))
    if as_json:
        line(asdict(then))
        return
    for name in ("id", "title", "articles", "copies", "sources", "independent", "first_at", "last_at"):
        say(f"{name}: {getattr(then.story, name)}")
    listing([asdict(each) for each in then.articles], ("at", "source", "language", "title", "id"), False)


@app.command()
def lineage(story: Story, as_json: Json = False) -> None:
    """How a story came to be: every step, when and why."""
    steps = run(_read(quiet_settings(), lambda tx: (tx.stories.get(story), tx.lineage.of(story, most=MOST_STEPS))))[1]
    listing([asdict(each) for each in steps], STEPS, as_json)


@app.command()
def decisions(story: Story, as_json: Json = False) -> None:
    """What people decided of a story, and what became of it."""
    listing([asdict(each) for each in run(_read(quiet_settings(), lambda tx: _of(tx, story)))], DECISIONS, as_json)


def _of(tx: Transaction, story_id: str) -> list[Decision]:
    standing = tx.stories.get(story_id).id
    return tx.decisions.of_stories([story_id, standing, *tx.stories.lineage([standing])[standing]])


@app.command()
def merge(story: Story, into: Annotated[str, typer.Argument(help="The story it goes into.")], note: Note = "") -> None:
    """Both report one happening: merge STORY into INTO. Machines will not part them again."""
    _decide("merge", story, note, other_id=into)


@app.command()
def split(
    story: Story, articles: Annotated[list[str], typer.Argument(help="Ids of its articles.")], note: Note = ""
) -> None:
    """These articles, with their copies, become a story of their own. Machines will not merge the two again."""
    _decide("split", story, note, article_ids=tuple(articles))


@app.command()
def pin(story: Story, note: Note = "") -> None:
    """The story stays as it is: it only grows by new articles."""
    _decide("pin", story, note)


@app.command()
def unpin(story: Story, note: Note = "") -> None:
    """Machines may decide about the story again."""
    _decide("unpin", story, note)


@app.command()
def undo(story: Story, decision: Annotated[str, typer.Argument(help="Its id.")], note: Note = "") -> None:
    """Take a decision back."""
    _decide("undo", story, note, undoes=decision)


def _decide(kind: DecisionKind, story: str, note: str, **more: Any) -> None:
    at = now()
    decision_id = fresh_decision_id(at)
    more |= {"other_id": part_id(decision_id)} if kind == "split" else {}
    decision = Decision(decision_id, kind, story, at, f"{getpass.getuser()} (command line)", note, **more)
    made = run(_keep(quiet_settings(), decision))
    say(f"decision {made.id}: it is carried out when link comes to it; see `courant stories decisions {story}`")
    if kind == "split":
        say(f"the part becomes {made.other_id}")


async def _keep(loaded: Settings, decision: Decision) -> Decision:
    async with open_store(loaded) as store, open_broker(loaded) as broker:
        made = await store.write(lambda tx: tx.deciding.decide(decision))
        await broker.append(STRANDS.name, [decided(made.id)])
    return made


async def _read(loaded: Settings, read: Callable[[Transaction], T]) -> T:
    async with open_store(loaded) as store:
        return await store.read(read)
