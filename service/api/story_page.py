"""A story as a page for people: what is told of it in, HTML out, in which all that articles say is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from service.api.paper import paper
from service.messages import EntityKind
from service.portraits import Read, StoryPortrait
from service.story.claims import Claim
from service.story.contradictions import Number
from service.story.mentions import Key
from service.story.origins import Origin
from service.story.provenance import Edge, provenance
from service.story.summary import Sentence

SHOWN = 30
"""Rows of a table."""
_BOUNDS = {"": "", "least": "at least ", "most": "at most ", "about": "about "}


def story_page(told: StoryPortrait, read: Read) -> str:
    """`read` are the reports that it was told by."""
    own = told.portrait
    title = own.headline.title if own.headline else told.story.title
    edges = provenance(read.reports, read.citings).edges
    return paper(
        title,
        own.language or "und",
        f"<h1 dir=auto>{escape(title)}</h1>{_standing(told)}{_summary(own.summary)}"
        f"{_key(own.key)}{_numbers(own.differing)}{_voices(own.corroboration.origins)}{_edges(edges)}",
    )


def _standing(told: StoryPortrait) -> str:
    story, found, pace = told.story, told.portrait.corroboration, told.growth
    rows = [
        f"{story.articles} articles in {len(story.languages)} languages ({', '.join(map(escape, story.languages))}), "
        f"{story.first_at:%Y-%m-%d %H:%M} to {story.last_at:%Y-%m-%d %H:%M} UTC.",
        f"On the word of {found.independent} voices, of which a government steers {found.controlled}; "
        f"{found.citing} articles only cite.",
        f"{pace.rate:g} articles in the last hour, {pace.before:g} an hour in the day before.",
    ]
    return "".join(f"<p>{row}</p>" for row in rows)


def _summary(summary: Mapping[str, Sequence[Sentence]]) -> str:
    told = ((escape(language), escape(" ".join(each.text for each in some))) for language, some in summary.items())
    return "".join(f'<blockquote lang="{language}" dir=auto>{text}</blockquote>' for language, text in told)


def _key(key: Mapping[EntityKind, Sequence[Key]]) -> str:
    named = (each for kind in key.values() for each in kind)
    told = ", ".join(f"{escape(each.name)} ({each.origins})" for each in named)
    return f"<h2>Named by most voices</h2><p>{told}</p>" if told else ""


def _numbers(differing: Iterable[Number]) -> str:
    return "".join(
        f"<h2>{each.verdict.capitalize()}: {escape(f'{each.subject} {each.unit}'.rstrip())}</h2>"
        + _table(_claim(claim) for claim in each.claims)
        for each in differing
    )


def _claim(claim: Claim) -> Sequence[str]:
    amount = f"{_BOUNDS[claim.bound]}{claim.written} {claim.unit}".rstrip()
    return f"{claim.at:%m-%d %H:%M}", claim.source, amount, claim.sentence


def _voices(origins: Sequence[Origin]) -> str:
    rows = ((each.source, each.control, f"{len(each.reports)} articles") for each in origins[:SHOWN])
    return f"<h2>Voices</h2>{_table(rows)}"


def _edges(edges: Sequence[Edge]) -> str:
    if not edges:
        return ""
    rows = ((f"{each.at:%m-%d %H:%M}", each.source, each.way, each.from_source, each.cue) for each in edges[:SHOWN])
    return f"<h2>Who has it from whom</h2>{_table(rows)}"


def _table(rows: Iterable[Sequence[str]]) -> str:
    cells = ("".join(f"<td dir=auto>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
