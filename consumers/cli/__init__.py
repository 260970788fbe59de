"""The command line: `courant COMMAND`. Each command is a screen of code that calls what does the work.

Exit codes: 0 done, 1 something we depend on is down, 2 the command or the settings cannot be used.
"""

import sys

import typer

from consumers.cli import (
    backfills,
    dead,
    discovery,
    entities,
    feeds,
    keys,
    lists,
    look,
    payloads,
    reconcile,
    run,
    sources,
    stories,
    story,
    topics,
)
from consumers.cli.output import complain
from service.errors import CourantError, Misconfigured, Refused

app = typer.Typer(
    name="courant",
    help="Streaming news: feeds in, one alert per story out, with its reasons, never lost and never twice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
run.add_to(app)
look.add_to(app)
story.add_to(app)
reconcile.add_to(app)
discovery.add_to(feeds.app)
payloads.add_to(app, feeds.app)
app.add_typer(feeds.app, name="feeds")
app.add_typer(lists.app, name="lists")
app.command("backfill")(backfills.backfill)
app.add_typer(backfills.app, name="backfills")
app.add_typer(sources.app, name="sources")
app.add_typer(entities.app, name="entities")
app.add_typer(stories.app, name="stories")
app.add_typer(topics.app, name="topics")
app.command("subscribe")(topics.subscribe)
app.add_typer(dead.app, name="dead")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """The script `courant`."""
    try:
        app()
    except (Refused, Misconfigured) as error:
        complain(str(error))
        sys.exit(2)
    except CourantError as error:
        complain(str(error))
        sys.exit(1)
