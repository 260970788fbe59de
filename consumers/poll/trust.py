"""Whether a feed's ETag and Last-Modified can be believed: in come the feed and an answer; out comes the feed.

Some servers say "not modified" (304) whatever happened. So the first 304 is followed by a look at the whole
document, and so is every `CHECK_EVERY`th after that:

    unproved  a 304, then the same document       -> proved
              a 304, then news                    -> doubted: it may have come in between
    doubted   a 304, then the same document       -> proved
              a 304, then news again              -> broken: if that is no lie, it saves nothing either
    proved    a check finds news                  -> doubted
    any       news under the same ETag or date    -> broken

What is broken is not sent any more: the hash of the document alone tells whether it has changed. "The same"
means that no entry differs, for some servers stamp every answer with the time.
"""

from dataclasses import replace

from service.model import Feed

CHECK_EVERY = 20


def asks_conditionally(feed: Feed) -> bool:
    """Whether the next request may ask only for what has changed."""
    if feed.trust == "broken" or not feed.body_hash or not (feed.etag or feed.last_modified):
        return False
    return feed.claims < (CHECK_EVERY if feed.trust == "proved" else 1)


def claimed(feed: Feed) -> Feed:
    """The feed after a 304."""
    return replace(feed, claims=feed.claims + 1)


def looked_at(feed: Feed, etag: str, last_modified: str, news: bool) -> Feed:
    """The feed after an answer with a document, and the validators that came with it; `news` says whether any
    entry differs from those of the last one."""
    after = replace(feed, etag=etag, last_modified=last_modified, claims=0)
    if feed.trust == "broken" or not feed.body_hash:
        return after
    if news and _same_validator(feed, etag, last_modified):
        return replace(after, trust="broken")
    if not feed.claims:
        return after
    if not news:
        return replace(after, trust="proved")
    return replace(after, trust="broken" if feed.trust == "doubted" else "doubted")


def _same_validator(feed: Feed, etag: str, last_modified: str) -> bool:
    """The one that a server looks at: the ETag, and the date only where there is none."""
    if feed.etag or etag:
        return feed.etag == etag
    return bool(last_modified) and feed.last_modified == last_modified
