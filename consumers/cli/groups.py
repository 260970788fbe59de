"""What several modules of commands share: the group they add to, the help of an option."""

import typer

feeds = typer.Typer(help="The feeds that are polled.", no_args_is_help=True)

RULE = "For a page without a feed: entry=SELECTOR, link=, title=, summary=, date=."
topics = typer.Typer(help="Topics: named queries that raise alerts.", no_args_is_help=True)
