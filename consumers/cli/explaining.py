"""courant explain: why a topic alerted, or why it did not."""

from dataclasses import asdict
from typing import Annotated

import typer

from consumers.cli.opening import run
from consumers.cli.output import Account, Json, line, say
from consumers.cli.topic_trials import find_topic, workbench
from service.errors import Invalid
from service.model import MAIN
from service.topics.explain import Explained, StoryExplained, explain_article, explain_story
from service.topics.highlights import TracedShown, highlights_in
from service.urls import article_id, canonical

MARKS = {True: "+", False: "-"}


def add_to(courant: typer.Typer) -> None:
    courant.command()(explain)


def explain(
    topic: Annotated[str, typer.Option(help="The topic's name or id.")],
    article: Annotated[str, typer.Option(help="An article's address or id.")] = "",
    story: Annotated[str, typer.Option(help="A story's id.")] = "",
    account: Account = MAIN,
    as_json: Json = False,
) -> None:
    """Why a topic alerted on an article or a story, or why it did not: how the article came, which clauses of the query
    hold of it and where, and what became of that."""
    if bool(article) == bool(story):
        raise Invalid("give --article or --story")
    told = run(_explain(topic, article, story, account))
    line(asdict(told)) if as_json else _show(told)


async def _explain(topic: str, article: str, story: str, account: str) -> Explained | StoryExplained:
    async with workbench() as bench:
        known = await find_topic(bench, topic, account)
        if story:
            return await explain_story(bench, known, story)
        return await explain_article(bench, known, article_id(canonical(article)) if "/" in article else article)


def _show(told: Explained | StoryExplained) -> None:
    if isinstance(told, StoryExplained):
        say(f"story {told.story_id}: {told.title}")
        say(f"{len(told.matching)} of the latest {told.looked_at} articles match; this one decides:")
        told = told.explained
    say(f"{told.article.title or told.article.url}")
    for step in told.article.steps:
        at = step.at.strftime("%Y-%m-%d %H:%M:%S") if step.at else ""
        say(f"  {at:<19}  {step.stage:<9} {step.outcome}  {step.told}")
    if told.clauses:
        say(f"  {told.topic.name}, version {told.topic.version}: {told.topic.query}")
        _show_clause(highlights_in(told.clauses, told.texts), 2)
    say(f"{told.verdict.why}: {told.verdict.detail}")


def _show_clause(clause: TracedShown, depth: int) -> None:
    indent = "  " * depth
    say(f"{indent}{MARKS[clause.holds]} {clause.clause}" + (f"  ({clause.note})" if clause.note else ""))
    for each in clause.places:
        say(f"{indent}    {each.field} {each.start}-{each.end}: {each.excerpt or each.text}")
    for part in clause.parts:
        _show_clause(part, depth + 1)
    if clause.left_out:
        say(f"{indent}  and {clause.left_out} more")
