"""The query language: text to tree, tree against an article, many trees against an article at once.

Pure. The API, the match stage, search and `courant try` all ask here, so they can never disagree.
"""

from service.query.conditions import conditions, may_hold, text_part
from service.query.cost import Cost, cost
from service.query.document import Document
from service.query.index import TopicIndex
from service.query.known import Knowledge, StoryFacts
from service.query.match import Found, Match, find
from service.query.names import KnownNames, Meant, Names
from service.query.reading import Reading
from service.query.sift import try_query
from service.query.syntax import parse
from service.query.tree import Query
from service.query.understanding import Meaning, Understanding, Understood, understand

__all__ = [
    "Cost",
    "Document",
    "Found",
    "Knowledge",
    "KnownNames",
    "Match",
    "Meaning",
    "Meant",
    "Names",
    "Query",
    "Reading",
    "StoryFacts",
    "TopicIndex",
    "Understanding",
    "Understood",
    "conditions",
    "cost",
    "find",
    "may_hold",
    "parse",
    "text_part",
    "try_query",
    "understand",
]
