"""A query's text in; out comes how it is understood here: with the names that are known and the model that there is."""

from dataclasses import dataclass, field
from functools import cached_property

from service.query.kept import thawed
from service.query.names import KnownNames, Names
from service.query.syntax import parse
from service.query.tree import Query
from service.query.understanding import Known, Meaning, Understanding, understand
from service.query.version import version_of


@dataclass(frozen=True)
class Reading:
    """One and the same for topics, search and whoever asks what a query means."""

    names: Names = field(default_factory=KnownNames)
    meaning: Meaning | None = None
    """None where `about:` cannot be asked."""
    _known: Known = field(default_factory=dict, init=False, repr=False, compare=False)

    def read(self, text: str) -> Understanding:
        """Raises `QuerySyntax`, and nothing else, whatever the text. May take a second when first asked."""
        return understand(parse(text), self.names, self.meaning, self._known)

    def opened(self, text: str, tree: bytes, read_as: str) -> Query:
        """How a query is understood: as it was kept, if by this very reading, else anew. Raises `QuerySyntax`."""
        if tree and read_as == self.version:
            try:
                return thawed(tree)
            except ValueError:  # kept by a release that kept it otherwise
                pass
        return self.read(text).query

    @cached_property
    def version(self) -> str:
        """With another one, the same text may be understood otherwise."""
        return version_of(self.names, self.meaning)
