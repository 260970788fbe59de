"""The query language: text to tree, tree against an article, many trees against an article at once.

Pure. The API, the match stage, search and `courant try` all ask here, so they can never disagree.
"""

from service.query.document import Document
from service.query.index import TopicIndex
from service.query.known import Knowledge, StoryFacts
from service.query.match import Found, Match, find
from service.query.sift import try_query
from service.query.syntax import parse
from service.query.tree import Query

__all__ = ["Document", "Found", "Knowledge", "Match", "Query", "StoryFacts", "TopicIndex", "find", "parse", "try_query"]
