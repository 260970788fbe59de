"""Versions of what is shown: `ETag` and `If-None-Match` for reading, `If-Match` for changing.

In goes a request; out comes its answer with the hash of its body as its tag: strong for one thing, weak for a list,
the same for every caller who may see it. Who changes or removes what people have set up says which version is meant:
that is looked up, compared and changed in one transaction, so that no change of somebody else is overwritten unseen.
"""

import re
from dataclasses import replace
from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.context import Context
from service.api.exchange import Answer, Holding, answer_of, asking, nothing
from service.api.header_names import ETAG, IF_MATCH, IF_NONE_MATCH
from service.api.problems import MALFORMED, PRECONDITION_FAILED, PRECONDITION_REQUIRED, Declined

READS = ("GET", "HEAD")
CHANGES = ("PUT", "PATCH", "DELETE")
UNCONDITIONAL = ("/v1/dead-letters/",)
"""Nobody sets these up."""
LIST = b'{"items":'
KEEP = "private, max-age=0, must-revalidate"
TAGS = r'^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$'
MOST_TAGS = 1024
"""Characters."""
TAG = re.compile(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"')
OF_THE_BODY = (b"content-length", b"content-type", b"content-language", b"content-disposition")


class Conditions:
    """Stands inside the gate: of a tag nobody learns who may not see what it is of."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self.app, self.context = app, context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/") or "caller" not in scope["state"]:
            return await self.app(scope, receive, send)
        if scope["method"] in READS:
            return await self._read(scope, receive, send)
        if scope["method"] in CHANGES and not scope["path"].startswith(UNCONDITIONAL):
            answer = await self._change(scope, receive)
            return await answer.send(send)
        await self.app(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = Headers(scope=scope).getlist(IF_NONE_MATCH)
        given = ", ".join(told)
        if told and not (len(given) <= MOST_TAGS and re.fullmatch(TAGS, given)):
            raise Declined(
                MALFORMED, f'{IF_NONE_MATCH} is * or tags in quotes, such as "5d41402a", with commas between.'
            )
        held = Holding(send)
        await self.app(scope, receive, held)
        if (answer := held.answer) is None:
            return
        if answer.status == 200 and answer.header("cache-control") != "no-store":
            answer = _tagged(answer)
            if given and matches(given, answer.header(ETAG), weakly=True):
                answer = Answer(304, answer.headers).without(OF_THE_BODY)
        await answer.send(send)

    async def _change(self, scope: Scope, receive: Receive) -> Answer:
        store, path = self.context.store, scope["path"]
        async with store.together():
            await store.write(lambda tx: tx.requests.take_turns(path))
            _check(scope, await answer_of(self.app, asking(scope), nothing))
            answer = await answer_of(self.app, dict(scope), receive)
            if answer.status == 200:
                now = _tagged(await answer_of(self.app, asking(scope), nothing))
                answer = answer.with_headers(ETag=now.header(ETAG)) if now.status == 200 else answer
            return answer


def tag_of(body: bytes) -> str:
    """Strong for one thing, weak for a list."""
    digest = blake2b(body, digest_size=16, person=b"courant-etag").hexdigest()
    return f'W/"{digest}"' if body.startswith(LIST) else f'"{digest}"'


def _tagged(answer: Answer) -> Answer:
    told = {"type": "http.response.start", "headers": list(answer.headers)}
    headers = MutableHeaders(scope=told)
    headers.setdefault(ETAG, tag_of(answer.body))
    headers.setdefault("Cache-Control", KEEP)
    return replace(answer, headers=tuple(headers.raw))


def _check(scope: Scope, current: Answer) -> None:
    """Raises `Declined`. What is not there, or may not be seen, is left to its route."""
    given = Headers(scope=scope).getlist(IF_MATCH)
    if current.status != 200:
        if given and current.status == 404 and given != ["*"]:
            raise Declined(PRECONDITION_FAILED, "There is no such thing any more.")
        return
    if not given:
        raise Declined(PRECONDITION_REQUIRED, f"Send {IF_MATCH} with the ETag that you read, or * for any.")
    if not matches(", ".join(given), current.header(ETAG) or tag_of(current.body), weakly=False):
        raise Declined(PRECONDITION_FAILED, "It has changed since you read it: read it again, then decide.")


def matches(given: str, tag: str, weakly: bool) -> bool:
    """Whether one of the tags given is this one; two weak ones are the same only `weakly`."""
    if given.strip() == "*":
        return True
    if not weakly:
        return not tag.startswith("W/") and any(each[0] == tag for each in TAG.finditer(given))
    return any(each[0].removeprefix("W/") == tag.removeprefix("W/") for each in TAG.finditer(given))
