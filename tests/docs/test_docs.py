"""The pages say all there is, and nothing else: settings, streams, outcomes, commands, metrics, words."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import typer
from prometheus_client.metrics import MetricWrapperBase

from consumers.enrich.quality import PAGES as PAGES_READ
from consumers.poll.receive import ReceiveOutcome
from service import messages, model, telemetry
from service.settings import FILE_VARIABLE, KEY_VARIABLE, PREFIX
from service.streams import STREAMS
from tests.docs.settings_page import page

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.glob("*.md")])
MENTIONS = [*PAGES, *(ROOT / name for name in ("Dockerfile", "compose.yaml", "Makefile"))]
STAGES = ("poll", "receive", "dedupe", "enrich", "cluster", "link", "match", "deliver")


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def rows(page: str) -> Iterator[list[str]]:
    """The cells of each row of each table of a page."""
    for line in (DOCS / page).read_text().splitlines():
        if line.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_settings_page_is_current() -> None:
    again = "python -m tests.docs.settings_page > docs/settings.md"
    assert (DOCS / "settings.md").read_text() == page(), f"write it again: {again}"


def test_every_setting_says_what_it_does() -> None:
    for line in page().splitlines():
        if line.startswith("| `"):
            assert len(line.split("|")[3].strip()) > 10, line


@pytest.mark.parametrize("name", names(MENTIONS))
def test_every_variable_mentioned_is_a_setting(name: str) -> None:
    known = set(re.findall(rf"`({PREFIX}\w+)`", page())) | {FILE_VARIABLE, KEY_VARIABLE}
    mentioned = set(re.findall(rf"\b{PREFIX}[A-Z_]+[A-Z]\b", (ROOT / name).read_text()))
    assert mentioned <= known


@pytest.mark.parametrize("name", names(PAGES))
def test_every_link_within_the_repository_leads_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / name).read_text()):
        if "://" not in target:
            assert ((ROOT / name).parent / target).exists(), target


def test_every_stream_is_described_with_its_message() -> None:
    described = {cells[0]: cells[1] for cells in rows("streams.md")}
    assert {f"`{each.name}`": f"`{each.message.__name__}`" for each in STREAMS}.items() <= described.items()


def documented_outcomes() -> dict[str, set[str]]:
    found = defaultdict(set)
    for stage, outcome, *_ in rows("streams.md"):
        found[stage].add(outcome)
    return found


def outcomes_in_code(stage: str) -> set[str]:
    """The words that a stage's code gives to `Outcome(...)`, or counts."""
    trees = [ast.parse(file.read_text()) for file in (ROOT / "consumers" / stage).rglob("*.py")]
    calls = [ast.unparse(node) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    said = [re.match(rf"(?:Outcome\(|telemetry\.count\('{stage}', )('.*)", call) for call in calls]
    return {word for match in said if match for word in re.findall(r"'(\w+)'", match[1])}


@pytest.mark.parametrize("stage", STAGES)
def test_every_outcome_is_explained(stage: str) -> None:
    typed: dict[str, set[str]] = {
        "poll": {"fetched", "detoured", *get_args(model.FeedStatus)} - {"waiting", "ok"},
        "receive": {*get_args(ReceiveOutcome)},
        "dedupe": {*get_args(messages.ArticleKind)},
        "cluster": {*get_args(messages.StrandChange)} - {"settled"},  # a message beside an outcome
        "link": {*get_args(messages.StoryChange)},
        "deliver": {*get_args(model.DeliveryState)} - {"waiting"},
    }
    assert outcomes_in_code(stage) | typed.get(stage, set()) <= documented_outcomes()[stage]


@pytest.mark.parametrize("stage", STAGES)
def test_the_design_names_no_other_outcomes(stage: str) -> None:
    told = next(cells[-1] for cells in rows("design.md") if cells[0] == stage)
    assert set(told.split(", ")) <= documented_outcomes()[stage]


def documented_commands() -> set[str]:
    """`courant feeds add URL` / `list` stands for "feeds add" and "feeds list"."""
    found = set()
    for cell, *_ in rows("cli.md"):
        first, *more = re.findall(r"`([^`]+)`", cell) or [""]
        words = [word for word in first.removeprefix("courant").split() if re.fullmatch("[a-z]+", word)]
        found.add(" ".join(words))
        found |= {" ".join([*words[:-1], other.split()[0]]) for other in more}
    return found - {""}


def commands() -> set[str]:
    from consumers.cli.commands import assemble

    def below(command: object, path: tuple[str, ...]) -> Iterator[str]:
        inner = getattr(command, "commands", {})
        if not inner:
            yield " ".join(path)
        for name, each in inner.items():
            yield from below(each, (*path, name))

    return set(below(typer.main.get_command(assemble()), ()))


def test_every_command_is_described_and_no_other() -> None:
    assert documented_commands() == commands()


def test_every_command_is_found_by_its_words() -> None:
    from consumers.cli.commands import MODULES, modules

    listed = [command for has in MODULES.values() for command in has]
    assert sorted(listed) == sorted(commands())
    for module, has in MODULES.items():
        for command in has:
            assert modules([*command.split(), "further"]) == [module], command


def test_every_metric_is_in_the_operations_page() -> None:
    metrics = [each for each in vars(telemetry).values() if isinstance(each, MetricWrapperBase)]
    text = (DOCS / "operations.md").read_text()
    assert metrics
    for metric in metrics:
        assert f"`{metric._name}" in text, metric._name


def test_the_operations_page_names_no_metric_that_is_not_there() -> None:
    metrics = {each._name for each in (*vars(telemetry).values(), PAGES_READ) if isinstance(each, MetricWrapperBase)}
    named = set(re.findall(r"\bcourant_[a-z_]+", (DOCS / "operations.md").read_text()))
    assert {re.sub("_(total|bucket)$", "", each) for each in named} <= metrics


def test_every_stage_and_role_is_in_the_operations_page() -> None:
    text = (DOCS / "operations.md").read_text()
    for word in (
        *STAGES,
        "courant serve",
        "courant poll",
        "courant work",
        "courant deliver",
        "courant migrate",
    ):
        assert word in text, word


THINGS = (
    *(model.Feed, model.Poll, model.Sighting, model.Strand, model.Story, model.Topic, model.Endpoint),
    *(model.Subscription, model.Alert, model.Delivery, model.Attempt, model.DeadLetter),
    *(messages.Message, messages.Hop, messages.RawArticle, messages.Article, messages.PushedDocument),
    model.HubSubscription,
)
WORDS = {"source", "entry", "revision", "repeat", "copy", "original", "live", "backfill"}
WORDS |= {"stream", "record", "position", "stage", "outcome"}


def test_the_glossary_has_every_word_that_matters() -> None:
    explained = {term for cells in rows("glossary.md") for term in re.findall(r"\*\*(.+?)\*\*", cells[0])}
    things = {re.sub(r"(?<=[a-z])(?=[A-Z])", " ", thing.__name__).lower() for thing in THINGS}
    assert things | WORDS <= explained
