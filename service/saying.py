"""What a notice says to people, in a few words: its kind and payload in; a title, a short text and a link out.

For chats, mails and feed readers. Every kind has its own wording; one that has none yet is told by what it carries.
The payload may have been cut: what is missing is left out. Pure.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MOST_TITLE, MOST_TEXT = 200, 1000
MOST_EXCERPTS = 3
Data = Mapping[str, Any]
_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, and what turns the direction of the rest around."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Plain text; `link` is "" if there is nothing to open."""

    title: str
    text: str
    link: str = ""


def said(kind: str, data: Data) -> Saying:
    """Never fails, whatever the payload lacks."""
    saying = SAYINGS.get(kind)
    told = saying(data) if saying else _plainly(kind, data)
    return Saying(_line(told.title)[:MOST_TITLE] or kind, _cut(told.text), told.link)


def counted(story: Data) -> str:
    """How much is reported, by whom: "12 articles, 3 independent sources; be, en"."""
    numbers = ((story.get("articles"), "article"), (story.get("sources"), "source"))
    if story.get("independent"):
        numbers = (numbers[0], (story.get("independent"), "independent source"))
    told = ", ".join(f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in numbers if number)
    return "; ".join(part for part in (told, ", ".join(_texts(story.get("languages")))) if part)


def _alerted(data: Data) -> Saying:
    topic, story, article = _part(data, "topic"), _part(data, "story"), _part(data, "article")
    excerpts = [f"… {_line(text)} …" for text in _texts(_excerpts(data))][:MOST_EXCERPTS]
    lines = [_named("Topic", topic), counted(story), *excerpts]
    return Saying(_text(story, "title") or _text(article, "title"), _lines(lines), _text(article, "url"))


def _grew(data: Data) -> Saying:
    story, passed = _part(data, "story"), data.get("passed")
    each = [one for one in passed if isinstance(one, Mapping)] if isinstance(passed, list | tuple) else []
    told = [f"{_text(one, 'measure')}: {one.get('was', '')} → {one.get('now', '')}" for one in each]
    return Saying(
        f"Grown: {_text(story, 'title')}", _lines([_named("Topic", _part(data, "topic")), *told, counted(story)])
    )


def _revised(data: Data) -> Saying:
    return _of_change("Corrected", data)


def _retracted(data: Data) -> Saying:
    return _of_change("Taken back", data)


def _of_change(what: str, data: Data) -> Saying:
    article, topic = _part(data, "article"), _part(data, "topic")
    by = f"Says {_text(article, 'source')}" if _text(article, "source") else ""
    lines = [_named("Topic", topic), by, *_texts(_part(data, "change").get("facts"))]
    title = _text(_part(data, "story"), "title") or _text(article, "title")
    return Saying(f"{what}: {title}", _lines(lines), _text(article, "url"))


def _merged(data: Data) -> Saying:
    return Saying(f"Two stories are one: {_text(_part(data, 'story'), 'title')}", _named("Topic", _part(data, "topic")))


def _digest(data: Data) -> Saying:
    told = data.get("told")
    stories = [_part(each, "story") for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []
    titles = dict.fromkeys(_text(each, "title") for each in stories)
    return Saying(f"{data.get('count', 'Some')} times: {_name(_part(data, 'topic'))}", _lines(map(_line, titles)))


def _failing(data: Data) -> Saying:
    why = f"{data.get('failures', 'Several')} failures since {_text(data, 'since')}: {_text(data, 'why')}"
    return _of_feed("Feed fails", data, why)


def _recovered(data: Data) -> Saying:
    return _of_feed("Feed is back", data, f"It had failed since {_text(data, 'since')}: {_text(data, 'why')}")


def _gap(data: Data) -> Saying:
    lost = f"About {data.get('lost', 'some')} entries came and went"
    return _of_feed("Feed lost entries", data, f"{lost} between {_text(data, 'since')} and {_text(data, 'until')}.")


def _silent(data: Data) -> Saying:
    usual = f"It usually brings {data.get('per_day', 'more')} a day."
    return _of_feed("Feed is silent", data, f"Nothing new since {_text(data, 'since')}. {usual}")


def _extraction(data: Data) -> Saying:
    pages = f"{data.get('failed', '')} of {data.get('pages', '')} pages"
    return Saying(f"Pages are read badly: {_text(data, 'source')}", _lines([_text(data, "why"), pages]))


def _quarantined(data: Data) -> Saying:
    return Saying(f"Topic is left alone: {_name(_part(data, 'topic'))}", f"Its query misbehaves: {_text(data, 'why')}")


def _endpoint_tested(data: Data) -> Saying:
    return Saying("A test", _lines([_of_endpoint(data), _text(data, "note")]))


def _endpoint_failing(data: Data) -> Saying:
    until = f"It is switched off at {_text(data, 'disabled_after')}." if _text(data, "disabled_after") else ""
    return Saying("Endpoint fails", _lines([_of_endpoint(data), _failed(data), _text(data, "last_error"), until]))


def _endpoint_disabled(data: Data) -> Saying:
    return Saying("Endpoint is switched off", _lines([_of_endpoint(data), _text(data, "why"), _failed(data)]))


def _of_endpoint(data: Data) -> str:
    own = _part(data, "endpoint")
    return f"Endpoint {_text(own, 'id')} {_text(own, 'host')}".rstrip()


def _failed(data: Data) -> str:
    return f"{data.get('failures', 'Several')} failures since {_text(data, 'first_failure_at')}"


def _of_feed(what: str, data: Data, text: str) -> Saying:
    feed = _part(data, "feed")
    named = _text(feed, "title") or _text(feed, "url")
    return Saying(f"{what}: {named}", text, _text(feed, "url"))


def _plainly(kind: str, data: Data) -> Saying:
    """Whatever is short and can be read: first what it is about, then the rest."""
    about = next((_name(value) for value in data.values() if isinstance(value, Mapping) and _name(value)), "")
    words = kind.replace(".", " ").replace("_", " ").capitalize()
    facts = [f"{name}: {value}" for name, value in data.items() if isinstance(value, str | int | float) and value != ""]
    article = _part(data, "article")
    return Saying(f"{words}: {about}" if about else words, _lines(facts), _text(article, "url"))


SAYINGS: Mapping[str, Callable[[Data], Saying]] = {
    "story.alerted": _alerted,
    "story.grew": _grew,
    "story.revised": _revised,
    "article.retracted": _retracted,
    "story.merged": _merged,
    "digest": _digest,
    "feed.failing": _failing,
    "feed.recovered": _recovered,
    "feed.gap": _gap,
    "feed.silent": _silent,
    "source.extraction_failing": _extraction,
    "topic.quarantined": _quarantined,
    "endpoint.test": _endpoint_tested,
    "endpoint.failing": _endpoint_failing,
    "endpoint.disabled": _endpoint_disabled,
}


def _excerpts(data: Data) -> list[Any]:
    reasons = data.get("reasons")
    found = (
        [each.get("excerpt") or "" for each in reasons if isinstance(each, Mapping)]
        if isinstance(reasons, list)
        else []
    )
    return list(dict.fromkeys(found))


def _named(what: str, part: Data) -> str:
    return f"{what}: {_name(part)}" if _name(part) else ""


def _name(part: Data) -> str:
    return _text(part, "name") or _text(part, "title")


def _part(data: Data, name: str) -> Data:
    part = data.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(data: Data, name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _texts(values: Any) -> list[str]:
    return [each for each in values if isinstance(each, str) and each] if isinstance(values, list | tuple) else []


def _line(text: str) -> str:
    return " ".join(_UNFIT.sub("", text).split())


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line.strip())


def _cut(text: str) -> str:
    text = _UNFIT.sub("", text)
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
