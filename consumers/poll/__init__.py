"""Poll: visit the feeds that are due and pass on what is new in them.

due feeds -> articles.raw

For each feed: fetch, parse, append what is new, and only then record the poll. A crash in between leads to
repeats, which dedupe drops; the other way round it would lose articles. Any number of pollers may run: they
share the feeds by leases, and their manners by the hosts' turns in the database.
"""
