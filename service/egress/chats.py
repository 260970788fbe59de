"""Chats and push services, by apprise: in goes an address such as `slack://...` and what to say; out comes the answer.

apprise knows how each service wants to be spoken to. Its way to the network is taken from it: what its services send
goes through our door, with our rules and limits, and nothing else is left open to them. Of an address's parameters
those few are allowed that cannot make it wait, read files or fetch.
"""

import asyncio
import logging
import re
import sys
from collections.abc import Mapping
from concurrent.futures import Executor
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

from service.egress import Egress
from service.egress.reply import Reply, Unreachable
from service.errors import Invalid

SERVICES = ("discord", "ntfy", "ntfys", "slack", "tgram", "workflows")
"""The schemes of what can be spoken to; `workflows` is Teams."""
PARAMETERS = frozenset(("priority", "sig", "silent", "tags", "thread", "topic"))
MOST_REQUESTS = 3
"""That one thing said may take."""
_FORM = re.compile(r"[a-z]+://[^\s\\]+", re.ASCII)


@dataclass
class Line:
    """One thing being said: through what, and what came back."""

    egress: Egress
    loop: asyncio.AbstractEventLoop
    seconds: float
    answers: list[Reply | Unreachable] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply | Unreachable:
        """Called from a thread."""
        if len(self.answers) >= MOST_REQUESTS:
            return Unreachable("protocol", "this takes too many requests")
        sent = self.egress.post(url, body, headers, self.seconds)
        answer = asyncio.run_coroutine_threadsafe(sent, self.loop).result()
        self.answers.append(answer)
        return answer


_line = ContextVar[Line]("line")


async def say(line: Line, threads: Executor, address: str, title: str, text: str) -> bool:
    """Whether the service has taken it; `line.answers` tells more. Raises `Invalid` for an address that cannot be."""
    service = await asyncio.to_thread(opened, address)
    told = copy_context()
    told.run(_line.set, line)
    return bool(await line.loop.run_in_executor(threads, told.run, _say, service, title, text))


def _say(service: Any, title: str, text: str) -> bool:
    library = _library()
    every = library.Apprise(asset=service.asset)
    every.add(service)
    return bool(every.notify(title=title, body=text, body_format=library.NotifyFormat.TEXT))


def opened(address: str) -> Any:
    """The service at this address, with its way to the network replaced. Raises `Invalid`."""
    scheme, _, rest = address.partition("://")
    if scheme not in SERVICES:
        raise Invalid(f"There is no channel for {scheme[:20]} addresses.", "/url")
    if not _FORM.fullmatch(address):
        raise Invalid(f"This is no {scheme} address.", "/url")
    given = {name.lower() for name, _ in parse_qsl(rest.partition("?")[2], keep_blank_values=True)}
    if unknown := sorted(given - PARAMETERS):
        raise Invalid(f"The parameter {unknown[0][:20]} is not allowed in a {scheme} address.", "/url")
    if find_spec("apprise") is None:
        raise Invalid(f"For {scheme} addresses the extra `channels` must be installed.", "/url")
    service = _library().Apprise.instantiate(address, asset=_asset())
    if service is None:
        raise Invalid(f"This is no {scheme} address: something is missing or misspelt.", "/url")
    _redirect(sys.modules[type(service).__module__])
    return service


@cache
def _library() -> Any:
    import apprise  # an extra, and slow to load

    logging.getLogger("apprise").disabled = True  # it would tell what the outcome tells, and might tell secrets
    return apprise


@cache
def _asset() -> Any:
    asset = _library().AppriseAsset(app_id="Courant", app_desc="Courant", app_url="", async_mode=False)
    asset.image_url_mask = asset.image_url_logo = ""  # pictures from elsewhere
    return asset


def _redirect(module: ModuleType) -> None:
    """Whatever this module sends goes through the line of whoever speaks."""
    if not isinstance(module.requests, SimpleNamespace):
        module.requests = _requests(module.requests)  # type: ignore[attr-defined]  # it has what it imports


def _requests(real: ModuleType) -> SimpleNamespace:
    """What stands in for the library that apprise's services send with; it can do what they need, and no more."""

    def request(method: str, url: str, **given: Any) -> Any:
        if method.upper() != "POST":
            raise real.RequestException("only POST is possible here")
        kept = {name: given[name] for name in ("data", "json", "headers", "params", "auth") if name in given}
        ready = real.Request("POST", url, **kept).prepare()
        body = ready.body.encode() if isinstance(ready.body, str) else ready.body or b""
        return _answered(real, _line.get().post(ready.url, body, dict(ready.headers)))

    def post(url: str, data: Any = None, json: Any = None, **given: Any) -> Any:
        return request("POST", url, data=data, json=json, **given)

    return SimpleNamespace(
        request=request,
        post=post,
        get=lambda url, **_: request("GET", url),
        codes=real.codes,
        RequestException=real.RequestException,
        ConnectionError=real.ConnectionError,
        Timeout=real.Timeout,
    )


def _answered(real: ModuleType, answer: Reply | Unreachable) -> Any:
    if isinstance(answer, Unreachable):
        raise real.ConnectionError(answer.why)
    response = real.Response()
    response.status_code, response._content = answer.status, answer.body
    response.headers.update(answer.headers)
    return response
