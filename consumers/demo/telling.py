"""What the demo prints as it goes: lines for people, JSON lines for machines."""

import sys
from dataclasses import dataclass, field
from typing import Any

import msgspec
from rich.console import Console

from consumers.demo.inbox import Received
from consumers.demo.script import Day, Publication
from service.settings import Settings


@dataclass
class Teller:
    """Prints to standard output."""

    as_json: bool
    key: str = ""
    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))

    def begins(self, day: Day, key: str) -> None:
        self.key = key
        languages = len({each.language for each in day.outlets})
        self._say(f"A newsroom opens: {len(day.outlets)} outlets, {languages} languages.")

    def listening(self, settings: Settings, port: int) -> None:
        address = f"http://{settings.api.host}:{port}"
        if self.as_json:
            self._line("listening", api=address, key=self.key)
        self._say(f"API on {address} (described at {address}/openapi.json)\nKey for this demo: {self.key}\n")

    def published(self, publication: Publication) -> None:
        hour, minutes = int(publication.hour), round(publication.hour % 1 * 60)
        at = f"{hour:02}:{minutes:02}"
        if self.as_json:
            self._line("published", at=at, outlet=publication.outlet, title=publication.title)
        self._say(f"[dim]{at}  {publication.outlet:<22}[/dim]{_shown(publication.title)}", styled=True)

    def received(self, received: Received) -> None:
        told: dict[str, Any] = msgspec.json.decode(received.body) if not received.fault else {"type": "", "data": {}}
        if self.as_json:
            kind, said = told["type"], told["data"]
            self._line("received", webhook_id=received.id, fault=received.fault, type=kind, data=said)
        elif received.fault:
            self._say(
                f"       [red]a request that is not signed as it should be: {received.fault}[/red]",
                styled=True,
            )
        elif told["type"] == "story.alerted":
            self._alert(told["data"])
        else:
            self._follow_up(told["type"], told["data"])

    def _alert(self, said: dict[str, Any]) -> None:
        topic, article, story = said["topic"]["name"], said["article"], said["story"]
        self._say(f"       [bold green]ALERT {_shown(topic)}[/]: {_shown(story['title'])}", styled=True)
        self._say(
            f"             {article['source']} ({article['language']}), because of {'; '.join(_why(said['reasons']))}"
        )
        numbers = ", ".join(f"{each['value']} {each['counts']}" for each in story["numbers"][:2])
        told = f"{story['independent']} independent, {', '.join(story['languages'])}"
        self._say(f"             {told}{'; ' + numbers if numbers else ''} (signature verified)")

    def _follow_up(self, kind: str, said: dict[str, Any]) -> None:
        passed = [f"{each['was']} → {each['now']} {each['measure']}" for each in said.get("passed", ())]
        change = said.get("change") or {}
        news = passed or [*change.get("facts", ()), f"says {said['article']['source']}" if change else ""]
        self._say(
            f"       [bold yellow]{kind} {_shown(said['topic']['name'])}[/]: {_shown(', '.join(filter(None, news)))}",
            styled=True,
        )
        self._say(f"             follows alert {said['alert']['id']} of {said['times']['alerted'][11:19]} UTC")

    def summed_up(self, summed: dict[str, Any]) -> None:
        if self.as_json:
            self._line("summary", **summed)
        self._say("\nThe day is over.")
        for name, value in summed.items():
            shown = "; ".join(value) if isinstance(value, list) else value
            self._say(f"  {name:<46}{shown}")

    def stays(self) -> None:
        self._say("\nThe API stays up; Ctrl-C ends it.")

    def _say(self, text: str, styled: bool = False) -> None:
        if not self.as_json:
            self.console.print(text, markup=styled)

    def _line(self, what: str, **told: Any) -> None:
        sys.stdout.write(msgspec.json.encode({"what": what, **told}, enc_hook=str).decode() + "\n")
        sys.stdout.flush()


def _why(reasons: list[dict[str, Any]]) -> list[str]:
    """`belarus: “Belarus” in title, body`: a clause once, with what met it and where."""
    fields: dict[tuple[str, str], list[str]] = {}
    for each in reasons:
        fields.setdefault((each["clause"], each["text"]), []).append(each["field"])
    return [f"{clause}: {_met(text, [*dict.fromkeys(found)])}" for (clause, text), found in fields.items()]


def _met(text: str, fields: list[str]) -> str:
    return f"likeness {text}" if fields == ["meaning"] else f"“{text}” in {', '.join(fields)}"


def _shown(text: str) -> str:
    """Square brackets of a text are no markup."""
    return text.replace("[", r"\[")
