"""Every error Courant raises on purpose.

* CourantError
  + Refused            the caller asked for something we will not do   -> a 4xx problem, exit code 2
    - Invalid          what was given cannot be used; says what and why
      . QuerySyntax    with line, column and what was expected
      . UnsafeAddress  an address we will not connect to
      . ExamplesFailed a query that does not do what its examples say; says which
      . Unfit          some of what was given together cannot be used; says which
    - NotFound
    - Conflict
      . PlanChanged    what was planned is not what there is any more; says which
    - Unauthorised     no key, or one we do not know
    - Forbidden        a key that may not do this
    - QuotaReached     the account has as many of these as it may have
    - TooMany          more in a stretch of time than may be
  + Rejected           this message can never be handled               -> dead letter at once
  + Outage             something we depend on is down                  -> wait in place
    - Collision        two transactions stood in each other's way      -> try again at once
  + Misconfigured      refuse to start

The text of a `Refused` is shown to strangers: it names their input and never our insides.
"""

from collections.abc import Sequence


class CourantError(Exception):
    """The root of the tree; its text is a whole sentence about what went wrong."""


class Refused(CourantError):
    """The caller asked for something we will not do."""


class Invalid(Refused):
    """What was given cannot be used. `field` is a JSON pointer such as `/url`, or "" for the whole."""

    def __init__(self, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.field = field


class QuerySyntax(Invalid):
    """A query that does not parse: where (1-based line and column), and what would have been right."""

    def __init__(self, detail: str, line: int, column: int, expected: tuple[str, ...] = ()) -> None:
        where = f"line {line}, column {column}: {detail}"
        super().__init__(where + (f"; expected {', '.join(expected)}" if expected else ""), "/query")
        self.line, self.column, self.expected = line, column, expected


class UnsafeAddress(Invalid):
    """An address that Courant will not connect to."""


class ExamplesFailed(Invalid):
    """A version of a topic that fails its examples. `faults`: a JSON pointer to each, and what is wrong with it."""

    def __init__(self, faults: Sequence[tuple[str, str]], of: int) -> None:
        told = "; ".join(f"{pointer.removeprefix('/')}: {detail}" for pointer, detail in faults)
        super().__init__(f"the query fails {len(faults)} of {of} examples: {told}", "/examples")
        self.faults = tuple(faults)


class Unfit(Invalid):
    """Some of many things cannot be used. `faults`: a JSON pointer to each, and what is wrong with it."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(_listed(faults))
        self.faults = tuple(faults)


class NotFound(Refused):
    """There is no such thing, or it is not the caller's."""


class Conflict(Refused):
    """The thing exists already, or has changed meanwhile."""


class PlanChanged(Conflict):
    """What was planned is not what there is any more. `faults`: a JSON pointer to each, and what became of it."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"since the plan was made, something has changed; plan again: {_listed(faults)}")
        self.faults = tuple(faults)


class Unauthorised(Refused):
    """No API key was given, or not one that we know."""


class Forbidden(Refused):
    """The key is known and lacks the scope that this needs."""

    def __init__(self, detail: str, scope: str) -> None:
        super().__init__(detail)
        self.scope = scope


class QuotaReached(Refused):
    """The account has as many of something as it may have."""

    def __init__(self, quota: str, limit: int, used: int) -> None:
        super().__init__(f"The account may have {limit} {quota} and has {used}.")
        self.quota, self.limit, self.used = quota, limit, used


class TooMany(Refused):
    """More in a stretch of time than may be: `seconds` until there may be more."""

    def __init__(self, policy: str, limit: int, seconds: int) -> None:
        super().__init__(f"The quota {policy} is used up: {limit}. There is more in {seconds} seconds.")
        self.policy, self.limit, self.seconds = policy, limit, seconds


class Rejected(CourantError):
    """This message can never be handled: set it aside at once."""


class Outage(CourantError):
    """Something we depend on is down: keep the message and wait."""


class Collision(Outage):
    """Two transactions stood in each other's way, and the database ended one: try again at once."""


class Misconfigured(CourantError):
    """The settings cannot work: refuse to start."""


MOST_LISTED = 20


def _listed(faults: Sequence[tuple[str, str]]) -> str:
    """The first of them, each as `topic Ferries: what is wrong`."""
    some = [f"{_named(pointer)}: {told}" if pointer else told for pointer, told in faults[:MOST_LISTED]]
    more = [f"and {len(faults) - MOST_LISTED} more"] if len(faults) > MOST_LISTED else []
    return "; ".join(some + more)


def _named(pointer: str) -> str:
    section, _, name = pointer.removeprefix("/").partition("/")
    return f"{section.removesuffix('s')} {name.replace('~1', '/').replace('~0', '~')}"
