"""The audit log's door, the innermost: in goes a request of a caller that may change something, out comes its answer,
with an entry in the log.

The entry is written in the transaction that changes something, the result when the answer is known. Reading, and what
the gate refuses, leaves no entry.
"""

import secrets
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import problems
from service.api.context import Context
from service.api.scopes import ONLY_READ, READS
from service.errors import Outage
from service.model.acts import Act
from service.store import Transaction
from service.store.audit import acting


class Audited:
    def __init__(self, app: ASGIApp, context: Context) -> None:
        self.app, self.context = app, context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READS or "caller" not in scope["state"]:
            return await self.app(scope, receive, send)
        if scope["path"] in ONLY_READ:
            return await self.app(scope, receive, send)
        entry_id, at = secrets.token_hex(12), self.context.clock()

        def act(resource: str = "") -> Act:
            caller = scope["state"]["caller"]
            who = {"account_id": caller.account_id, "key_id": caller.key_id}
            what = {"method": scope["method"], "route": _route(scope), "resource": resource or scope["path"]}
            return Act(entry_id, at, **who, **what, request_id=problems.request_id(scope))

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                made = Headers(raw=list(message.get("headers", ()))).get("location", "")
                await self._end(act(made), message["status"])
            await send(message)

        try:
            with acting(act):
                await self.app(scope, receive, watched)
        except Exception as error:
            await self._end(act(), problems.problem_of(error).kind.status)
            raise

    async def _end(self, act: Act, status: int) -> None:
        """If the database is away now, the entry says no more than that it was begun."""
        if act.route:
            with suppress(Outage):
                await self.context.store.write(_end, act, str(status))


def _route(scope: Scope) -> str:
    """The route's path, with names in braces; "" before it is known."""
    return str(getattr(scope.get("route"), "path", ""))


def _end(tx: Transaction, act: Act, result: str) -> None:
    tx.audit.end(act, result)
