"""Every command and request that the pages show is one that there is: its name, its options, its path and body."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import click
import httpx
import jsonschema
import pytest
import typer
from standardwebhooks import Webhook

from consumers.cli.commands import assemble
from service.clock import now
from service.signing import new_secret
from tests.docs.test_docs import DOCS, PAGES, ROOT
from tests.services import free_port

OPENAPI = json.loads((DOCS / "openapi.json").read_text())
PLACEHOLDER = re.compile(r"\$\{?[A-Z]+\}?|\.\.\.")


def lines(text: str) -> Iterator[str]:
    """Those of every block that is not of another language; one that ends in a backslash goes on."""
    for block in re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from block.replace("\\\n", " ").splitlines()
    yield from re.findall(r"^    (curl .*)$", text, re.MULTILINE)


def examples(program: str) -> list[tuple[str, list[str]]]:
    """Page and words of each line that runs this program, or runs it in a container or from `.venv/bin`."""
    found = []
    for page in PAGES:
        for line in lines(page.read_text()):
            if re.match(rf"(\.venv/bin/|kubectl .+ -- )?{program} ", line):
                words = shlex.split(line, comments=True)
                first = next(n for n, word in enumerate(words) if word.endswith(program))
                found.append((str(page.relative_to(ROOT)), words[first + 1 :]))
    return found


@pytest.fixture(scope="module")
def courant() -> Any:
    return typer.main.get_command(assemble())


def test_there_are_examples() -> None:
    assert len(examples("courant")) >= 20
    assert len(examples("curl")) >= 15


@pytest.mark.parametrize(("page", "words"), examples("courant"))
def test_every_command_line_is_one_that_the_program_takes(courant: Any, page: str, words: list[str]) -> None:
    command = courant
    context = click.Context(command, info_name="courant")
    while isinstance(command, click.Group):
        name, command, words = command.resolve_command(context, words)
        assert command is not None, f"{page}: no command {name}"
        context = click.Context(command, info_name=name, parent=context)
    command.make_parser(context).parse_args(list(words))


def operation(method: str, path: str) -> Mapping[str, Any]:
    """Raises `KeyError` if there is no such request. A path without a parameter goes before one with."""
    for known in sorted(OPENAPI["paths"], key=lambda each: each.count("{")):
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/:]+", re.escape(known)), path):
            found = OPENAPI["paths"][known]
            if method in found:
                return dict(found[method])
    raise KeyError(f"{method} {path}")


def referred(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    name = parameter.get("$ref", "").rpartition("/")[2]
    return dict(OPENAPI["components"]["parameters"][name]) if name else parameter


class Request(click.Command):
    """What curl was asked for, of the options that the pages use."""

    def __init__(self) -> None:
        many = {"-H": "headers"}
        one = {"-X": "method", "-d": "body", "--json": "body", "--data-binary": "file", "-o": "out", "-m": "most"}
        options = [click.Option([flag, name], multiple=flag in many) for flag, name in (many | one).items()]
        flags = [click.Option([f"-{letter}", f"flag_{letter}"], is_flag=True) for letter in "sSNif"]
        super().__init__("curl", params=[*options, *flags, click.Argument(["url"])])


@pytest.mark.parametrize(("page", "words"), examples("curl"))
def test_every_request_is_one_that_the_api_takes(page: str, words: list[str]) -> None:
    given = Request().make_context("curl", list(words)).params
    parts = urlsplit(given["url"] if "://" in given["url"] else f"http://{given['url']}")
    method = given["method"] or ("POST" if given["body"] or given["file"] else "GET")
    asked = operation(method.lower(), PLACEHOLDER.sub("x", parts.path))
    known = {referred(each)["name"] for each in asked.get("parameters", ())}
    assert {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)} <= known, page
    if given["body"] and not given["body"].startswith("@"):
        schema = asked["requestBody"]["content"]["application/json"]["schema"]
        whole = {**schema, "components": OPENAPI["components"]}
        jsonschema.Draft202012Validator(whole).validate(json.loads(given["body"]))


def test_the_receiver_of_the_quickstart_takes_what_is_signed_once_and_nothing_else(tmp_path: Path) -> None:
    """As it stands on the page, but for its port."""
    (program,) = re.findall(r"```python\n(.*?)```", (DOCS / "quickstart.md").read_text(), re.DOTALL)
    port, secret = free_port(), new_secret()
    (tmp_path / "receive.py").write_text(program.replace("9100", str(port)))
    command = [sys.executable, str(tmp_path / "receive.py"), secret]
    with subprocess.Popen(command, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True) as receiver:
        try:
            body = '{"type": "story.alerted", "data": {"story": {"title": "Ferry"}}, "cursor": "c1"}'
            signed = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now().timestamp()))}
            signed["webhook-signature"] = Webhook(secret).sign("msg_1", now(), body)
            posted = httpx.HTTPTransport(retries=8)  # until it listens
            with httpx.Client(transport=posted, base_url=f"http://127.0.0.1:{port}", headers=signed) as client:
                assert [client.post("/hook", content=content).status_code for content in (body, body, body + " ")] == [
                    204,
                    204,
                    401,
                ]
        finally:
            receiver.terminate()
        told, _ = receiver.communicate(timeout=20)
    assert told == "story.alerted Ferry c1\n"
