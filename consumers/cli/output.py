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

NOTHING = "-"
WHOLE = 10_000
"""Characters in a line of a table that goes into a pipe: nothing is folded there, so that it can be searched."""

_console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WHOLE)


def line(value: Any) -> None:
    """One JSON line, flushed, so that a reader at the other end of a pipe sees it at once."""
    sys.stdout.write(msgspec.json.encode(value, enc_hook=str).decode() + "\n")
    sys.stdout.flush()


def say(text: str = "") -> None:
    """A line for people, flushed as those for machines are; square brackets are shown as they are."""
    _console.print(text, markup=False)
    sys.stdout.flush()


def complain(text: str) -> None:
    sys.stderr.write(f"courant: {text}\n")


def listing(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], as_json: bool) -> None:
    """A table of the rows' columns, or every row whole as a JSON line.

    What names a row to other commands, its first column and its id, is never cut or folded. Columns in which no row has
    anything are left out.
    """
    if as_json:
        for row in rows:
            line(row)
        return
    lines = [[_cell(row.get(column)) for column in columns] for row in rows]
    shown = [n for n, cells in enumerate(zip(*lines, strict=True)) if n == 0 or {*cells} != {NOTHING}]
    table = Table(box=None, pad_edge=False)
    for n in shown if lines else range(len(columns)):
        widest = max((len(cells[n]) for cells in lines), default=0) if columns[n] in (columns[0], "id") else None
        table.add_column(columns[n].replace("_", " "), min_width=widest, no_wrap=widest is not None, overflow="fold")
    for cells in lines:
        table.add_row(*(cells[n] for n in shown))
    _console.print(table, markup=False)


def _cell(value: Any) -> str:
    if value is None or value == ():
        return NOTHING
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)
