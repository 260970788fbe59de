"""courant try."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from consumers.cli.opening import quiet_settings
from consumers.cli.output import Json, line, say
from consumers.enrich import describe
from consumers.resources import how_read, known_sources
from service.errors import Invalid
from service.query.sift import try_query


def add_to(courant: typer.Typer) -> None:
    courant.command("try")(try_)


def try_(
    query: str,
    articles: Annotated[Path, typer.Option(help="JSON lines with text and, if known, title, lang, ...; .gz too.")],
    as_json: Json = False,
) -> None:
    """Which articles of a file a query matches, with what matched and where. Stores nothing."""
    loaded = quiet_settings()
    for found in try_query(query, _read(articles), describe, how_read(loaded, known_sources(loaded))):
        if as_json:
            line(found)
        else:
            say(f"{found['id']}  {found['title']}")
            for each in found["matched"]:
                say(f"    {each['clause']}: {each['text']!r} ({each['field']} {each['start']}-{each['end']})")


def _read(file: Path) -> Iterator[dict[str, Any]]:
    if not file.is_file():
        raise Invalid(f"{file} is not a file")
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        for number, text in enumerate(lines, 1):
            try:
                read = json.loads(text)
            except ValueError as error:
                raise Invalid(f"{file}, line {number}: not JSON: {error}") from None
            if not isinstance(read, dict) or not isinstance(read.get("text"), str):
                raise Invalid(f'{file}, line {number}: not an object with a "text"')
            yield read
