"""Which module has which command: in go the words of a command line, out comes the app that understands them.

Only the module of the command that is meant is imported, for all of them together cost seconds.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module

import typer

MODULES: Mapping[str, tuple[str, ...]] = {
    "run": ("up", "demo", "serve", "poll", "work", "deliver", "migrate"),
    "look": ("article", "changes", "status"),
    "trying": ("try",),
    "story": ("story",),
    "reconcile": ("reconcile",),
    "feeds": ("feeds add", "feeds list", "feeds show", "feeds import", "feeds remove"),
    "checking": ("feeds check",),
    "discovery": ("feeds discover", "feeds export"),
    "payloads": ("payload", "feeds replay"),
    "lists": ("lists add", "lists list", "lists sync", "lists remove"),
    "backfills": ("backfill", "backfills list", "backfills show", "backfills stop", "backfills resume"),
    "sources": ("sources list", "sources show", "sources extraction"),
    "entities": ("entities find", "entities show"),
    "stories": (
        *("stories show", "stories lineage", "stories decisions", "stories merge", "stories split"),
        *("stories pin", "stories unpin", "stories undo"),
    ),
    "topics": ("topics add", "topics explain", "topics list", "topics remove"),
    "topic_trials": ("topics try", "topics backtest", "topics test", "topics versions", "topics mute"),
    "explaining": ("explain",),
    "planning": ("plan", "apply"),
    "subscribing": ("subscribe",),
    "endpoints": ("endpoints list", "endpoints add", "endpoints rotate", "endpoints test", "endpoints recover"),
    "dead": ("dead list", "dead show", "dead retry", "dead drop"),
    "keys": ("keys add", "keys list", "keys rotate", "keys revoke", "keys sealing"),
    "accounts": ("accounts add", "accounts list", "accounts limit", "accounts close"),
    "acts": ("audit",),
}
"""The commands, in the order in which help shows them."""
HELP = "Streaming news: feeds in, one alert per story out, with its reasons, never lost and never twice."


def assemble(words: Sequence[str] = ()) -> typer.Typer:
    """`courant` as far as these words may mean it; all of it if they name no command."""
    app = typer.Typer(name="courant", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback(help=HELP)(_commands_follow)
    for module in modules(words):
        import_module(f"consumers.cli.{module}").add_to(app)
    return app


def modules(words: Sequence[str]) -> list[str]:
    """Those with the command that the words begin with, or with commands of the group that they name."""
    for meant in (list(words[:2]), list(words[:1])):
        found = [module for module, has in MODULES.items() if any(each.split()[: len(meant)] == meant for each in has)]
        if found:
            return found
    return list(MODULES)


def _commands_follow() -> None:
    """Makes a single command one of a group, to be named like all others."""
