"""A query's text in; out comes how it is understood here: with the names that are known and the model that there is."""

from dataclasses import dataclass, field

from service.query.names import KnownNames, Names
from service.query.syntax import parse
from service.query.understanding import Meaning, Understanding, understand


@dataclass(frozen=True)
class Reading:
    """One and the same for topics, search and whoever asks what a query means."""

    names: Names = field(default_factory=KnownNames)
    meaning: Meaning | None = None
    """None where `about:` cannot be asked."""

    def read(self, text: str) -> Understanding:
        """Raises `QuerySyntax`, and nothing else, whatever the text. May take a second when first asked."""
        return understand(parse(text), self.names, self.meaning)
