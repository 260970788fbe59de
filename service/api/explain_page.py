"""Why a topic alerted, or did not, as a page for people: an explanation in, HTML out, in which all is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from service.api.paper import paper
from service.api.schemas.explained import ClauseTraced, Explanation

_MARKS = {True: "✓", False: "✗"}


def explain_page(told: Explanation) -> str:
    heading = f"{told.topic.name}: {told.verdict.why.replace('_', ' ')}"
    return paper(
        heading,
        "en",
        f"<h1>{escape(heading)}</h1><p>{escape(told.verdict.detail)}</p>"
        f"<p dir=auto>{escape(told.title or told.url)}</p>{_steps(told)}{_clauses(told)}{_story(told)}",
    )


def _steps(told: Explanation) -> str:
    rows = (
        (f"{each.at:%m-%d %H:%M:%S}" if each.at else "", each.stage, each.outcome, each.told) for each in told.steps
    )
    return f"<h2>The article's way</h2>{_table(rows)}"


def _clauses(told: Explanation) -> str:
    return f"<h2>The query</h2><ul>{_clause(told.clauses)}</ul>" if told.clauses else ""


def _clause(clause: ClauseTraced) -> str:
    note = f" <em>({escape(clause.note)})</em>" if clause.note else ""
    places = "".join(
        f"<blockquote dir=auto>{escape(each.field)} {each.start}-{each.end}: {escape(each.excerpt or each.text)}"
        "</blockquote>"
        for each in clause.places
    )
    more = f"<li>and {clause.left_out} more</li>" if clause.left_out else ""
    inside = "".join(map(_clause, clause.parts)) + more
    parts = f"<ul>{inside}</ul>" if inside else ""
    return f"<li>{_MARKS[clause.holds]} {escape(clause.clause)}{note}{places}{parts}</li>"


def _story(told: Explanation) -> str:
    if told.story_title is None:
        return ""
    count = f"{len(told.matching)} of the latest {told.looked_at} articles match."
    return f"<h2 dir=auto>Story: {escape(told.story_title)}</h2><p>{count}</p>"


def _table(rows: Iterable[Sequence[str]]) -> str:
    cells = ("".join(f"<td dir=auto>{escape(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
