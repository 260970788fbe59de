"""What a query must pass before it is kept as a version of a topic.

In goes a query's text, with examples; out comes how it was understood, what it costs and how often it will match; or it
is refused, with where and why.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.errors import ExamplesFailed
from service.model import Example, Topic
from service.query import Query, cost
from service.query.kept import frozen
from service.topics.examples import judged
from service.topics.trying import estimate
from service.topics.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Understood:
    """A query that may be kept."""

    query: Query
    tree: bytes
    read_as: str
    cost_class: str
    per_day: float | None = None

    def given(self, topic: Topic) -> Topic:
        """The topic with what is known of its query."""
        told = replace(topic, matches_per_day=self.per_day, cost_class=self.cost_class)
        return replace(told, tree=self.tree, read_as=self.read_as)


def understood(bench: Workbench, text: str) -> Understood:
    """Raises `QuerySyntax`."""
    query = bench.reading.read(text).query
    return Understood(query, frozen(query), bench.reading.version, cost(query).cost_class)


async def checked(bench: Workbench, text: str, examples: Sequence[Example]) -> Understood:
    """Raises `QuerySyntax`, or `ExamplesFailed` that names each example that it fails."""
    found = await asyncio.to_thread(understood, bench, text)
    await refuse_failing(bench, found.query, examples)
    expected = await estimate(bench, found.query)
    return replace(found, per_day=expected.per_day if expected else None)


async def refuse_failing(bench: Workbench, query: Query, examples: Sequence[Example]) -> None:
    """Raises `ExamplesFailed`."""
    wrong = [each for each in await judged(bench, query, examples) if not each.passes]
    if wrong:
        raise ExamplesFailed([(f"/examples/{each.number}", each.detail) for each in wrong], len(examples))
