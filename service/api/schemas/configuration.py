"""Topics, endpoints, subscriptions and feeds as files say: all of it together, and what is to be done."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from service.api.schemas import READABLE, Given, Language, Line, OrNone, Shown, TopicText, Url
from service.api.schemas.endpoints import SecretGiven
from service.api.schemas.examples import MOST_EXAMPLES, Example
from service.api.schemas.feeds import Label
from service.api.schemas.topics import FollowGiven, TimingGiven
from service.model import Asked
from service.topics.fingerprint import SIZE

MOST_RESOURCES = 10_000
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=READABLE)]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][0-9A-Za-z_]{0,99}$")]


class ManagedTopic(Given):
    """A topic, under its name."""

    query: TopicText = Field(examples=["ferry NOT company"])
    examples: Sequence[Example] = Field((), max_length=MOST_EXAMPLES)
    enabled: bool = Field(True, strict=True)


class ManagedSecret(Given):
    """Which secret."""

    env: Variable = Field(examples=["DESK_SECRET"])
    """Its name among `secrets`."""


class ManagedEndpoint(Given):
    """An endpoint, under a name that it has in the files alone."""

    url: Url = Field(examples=["https://reader.example/inbox"])
    notices: Sequence[Asked] = Field((), max_length=50, examples=[["feed.*"]])
    enabled: bool = Field(True, strict=True)
    secret: ManagedSecret | None = None
    """Left out, one is made, and told by `apply` this once."""


class ManagedSubscription(Given):
    """Deliver the topic of this name to the endpoint of that name."""

    topic: Word = Field(examples=["Ferries"])
    endpoint: Word = Field(examples=["desk"])
    follow: FollowGiven = FollowGiven()
    timing: TimingGiven = TimingGiven()


class ManagedFeed(Given):
    """A feed, under a name that it has in the files alone."""

    url: Url = Field(examples=["https://harbour-gazette.example/feed.xml"])
    title: Line = ""
    source: Line = ""
    """Who publishes; the domain of the address if left out."""
    language: Language | None = None
    labels: Sequence[Label] = Field((), max_length=50)
    enabled: bool = Field(True, strict=True)


class Configuration(Given):
    """Everything of one owner, as its files say; at most 10,000 resources. What it has no more is to go."""

    owner: Word = Field("files", examples=["newsdesk"])
    """A set of files; what others manage is not touched."""
    topics: Mapping[Word, ManagedTopic] = Field(
        {}, max_length=MOST_RESOURCES, examples=[{"Ferries": {"query": "ferry"}}]
    )
    endpoints: Mapping[Word, ManagedEndpoint] = Field({}, max_length=MOST_RESOURCES, examples=[{}])
    subscriptions: Sequence[ManagedSubscription] = Field((), max_length=MOST_RESOURCES)
    feeds: Mapping[Word, ManagedFeed] = Field({}, max_length=MOST_RESOURCES, examples=[{}])
    secrets: Mapping[Variable, SecretGiven] = Field({}, max_length=MOST_RESOURCES, examples=[{}], repr=False)
    """Those that endpoints name."""
    prune: bool = Field(False, strict=True)
    """Remove at once what the files have no more, instead of switching it off first."""

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        if sum(map(len, (self.topics, self.endpoints, self.subscriptions, self.feeds))) > MOST_RESOURCES:
            raise ValueError(f"there may be {MOST_RESOURCES} resources in all")
        return self


class ApplyGiven(Configuration):
    """The same as was planned, and the plan's fingerprint."""

    fingerprint: str = Field(max_length=MOST_RESOURCES * SIZE * 4, pattern=r"^[0-9A-Za-z_=\-]*$", examples=[""])
    """What has changed since the plan was made is refused, and nothing is done."""


class PlanChange(Shown):
    """One field that is to be changed."""

    field: str = Field(examples=["query"])
    before: Any = Field(examples=["ferry"])
    after: Any = Field(examples=["ferry NOT company"])
    drift: bool
    """Somebody has changed it by hand since the files were applied."""


class PlanStep(Shown):
    """What is to be done with one resource."""

    action: Literal["add", "adopt", "change", "unchanged", "mark", "remove"] = Field(examples=["change"])
    """`adopt`: it was made by hand and is managed by the files from now on. `mark`: the files have it no more; it is
    switched off, and removed the next time."""
    kind: Literal["feed", "topic", "endpoint", "subscription"] = Field(examples=["topic"])
    name: str = Field(examples=["Ferries"])
    id: OrNone = Field(examples=["018f3a5c2b7e9d41c0"])
    """null of what is to be added."""
    note: OrNone = Field(examples=["it was removed by hand"])
    changes: Sequence[PlanChange]


class Planned(Shown):
    """What `apply` would do, in this order. Nothing was changed."""

    owner: str = Field(examples=["newsdesk"])
    fingerprint: str = Field(examples=[""])
    """To be sent with `apply`."""
    steps: Sequence[PlanStep]


class MadeSecret(Shown):
    """The secret that was made for an endpoint."""

    endpoint: str = Field(examples=["desk"])
    secret: str = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class Applied(Shown):
    """What was done, all of it in one transaction."""

    owner: str = Field(examples=["newsdesk"])
    steps: Sequence[PlanStep]
    secrets: Sequence[MadeSecret]
    """Shown this once."""
