"""What commands print: tables and lines for people, JSON lines for machines (`--json`)."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON lines, for machines.")]

Account = Annotated[str, typer.Option("--account", help="Whose it is.")]

_console = Console(highlight=False, soft_wrap=True)


def line(value: Any) -> None:
    """One JSON line, flushed, so that a reader at the other end of a pipe sees it at once."""
    sys.stdout.write(msgspec.json.encode(value, enc_hook=str).decode() + "\n")
    sys.stdout.flush()


def say(text: str = "") -> None:
    """A line for people; square brackets are shown as they are."""
    _console.print(text, markup=False)


def complain(text: str) -> None:
    sys.stderr.write(f"courant: {text}\n")


def listing(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], as_json: bool) -> None:
    """A table of the rows' columns, or every row whole as a JSON line."""
    if as_json:
        for row in rows:
            line(row)
        return
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    _console.print(table, markup=False)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
