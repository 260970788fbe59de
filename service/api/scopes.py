"""Which scope a route needs: in goes a method and a path, out comes the scope.

One table for all routes, so that it can be read as a whole; what it does not name is for the operator alone.
`tests/api/test_scopes.py` finds a rule for every route there is.
"""

from dataclasses import dataclass

from service.errors import Forbidden
from service.model import ADMIN, OPERATOR, Caller, Scope

READS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Rule:
    """Of the paths that begin so, up to a `/`, a `:` or a `.`."""

    path: str
    read: Scope
    write: Scope


SHARED: Scope = "stories:read"
OWN: Scope = "topics:read"
RULES = (
    Rule("/v1/accounts", OPERATOR, OPERATOR),
    Rule("/v1/dead-letters", OPERATOR, OPERATOR),
    Rule("/v1/account", OWN, ADMIN),
    Rule("/v1/audit", ADMIN, ADMIN),
    Rule("/v1/keys", "keys:write", "keys:write"),
    *(Rule(f"/v1/{each}", OWN, "topics:write") for each in ("topics", "subscriptions", "backtests", "bulletins")),
    *(Rule(f"/v1/{each}", OWN, "topics:write") for each in ("plan", "apply")),
    *(Rule(f"/v1/{each}", OWN, "endpoints:write") for each in ("endpoints", "deliveries", "recoveries", "attempts")),
    *(Rule(f"/v1/{each}", OWN, OWN) for each in ("alerts", "notices", "events", "stream", "explain")),
    *(Rule(f"/v1/{each}", SHARED, "feeds:write") for each in ("feeds", "lists", "backfills", "sources", "articles")),
    *(Rule(f"/v1/{each}", SHARED, "stories:write") for each in ("stories", "entities")),
    *(Rule(f"/v1/{each}", SHARED, SHARED) for each in ("extraction", "payloads", "quotes", "citations", "queries")),
    *(Rule(f"/v1/{each}", SHARED, SHARED) for each in ("search", "facets", "timelines", "health", "stats")),
)
ONLY_READ = (
    "/v1/feeds/discover",
    "/v1/queries:explain",
    "/v1/topics:validate",
    "/v1/topics:preview",
    "/v1/plan",
)
"""Sent by POST, for their bodies; they change nothing."""


def rule_of(path: str) -> Rule | None:
    return next((rule for rule in RULES if path == rule.path or path.startswith(_begins(rule.path))), None)


def needed(method: str, path: str) -> Scope:
    """The scope that a request needs."""
    rule = rule_of(path)
    if rule is None:
        return OPERATOR
    return rule.read if method in READS or path in ONLY_READ else rule.write


def permit(caller: Caller, method: str, path: str) -> None:
    """Raises `Forbidden` if the caller's key lacks the scope."""
    scope = needed(method, path)
    if not caller.may(scope):
        raise Forbidden(f"This needs the scope {scope}, which the key does not have.", scope)


def _begins(path: str) -> tuple[str, ...]:
    return tuple(path + each for each in "/:.")
