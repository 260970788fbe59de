"""Examples of a topic: what it must match, and what it must not."""

from pydantic import Field, model_validator

from service.api.schemas import Given, Key, Language, OrNone, Shown, Words
from service.model import Example as KeptExample

MOST_EXAMPLES = 100


class Example(Given):
    """An article that a topic must match, or must not: one that is stored, or a text."""

    must_match: bool = Field(strict=True, examples=[True])
    article_id: Key | None = None
    """The id of a stored article; with it, no text."""
    title: Words = Field("", max_length=1000, examples=["Fourteen prisoners released in Belarus"])
    text: Words = Field("", max_length=20_000, examples=["Belarus released fourteen prisoners on Saturday."])
    language: Language | None = Field(None, examples=["en"])
    """Of the text; left out, it is found out."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "Example":
        if bool(self.article_id) == bool(self.title or self.text):
            raise ValueError("an example is either the id of an article or a text")
        return self

    def kept(self) -> KeptExample:
        return KeptExample(self.must_match, self.article_id or "", self.title, self.text, self.language or "")


class ExampleShown(Shown):
    """An article that a topic must match, or must not."""

    must_match: bool
    article_id: OrNone
    title: str
    text: str
    language: OrNone
