"""Articles from a feed server to a webhook inbox, the service killed with -9 on the way: nothing lost,
nobody told twice."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.e2e.house import SECRET, House, open_house
from tests.e2e.installation import wait_until
from tests.thorough import times

ARTICLES = times(500, thorough=2000)
KILLS = 5
TOPICS = {"Belarus": "country:BY", "Norway": "country:NO", "Spain": "country:ES", "all English": "lang:en"}


@pytest.mark.slow
def test_articles_survive_five_kills(tmp_path: Path) -> None:
    rng = random.Random(20260314)
    with open_house(tmp_path, ARTICLES) as house:
        house.furnish(TOPICS)
        for kill in range(1, KILLS + 1):
            house.installation.start("up", "up", "--port", "0")
            enough = ARTICLES * kill // (KILLS + 1) + rng.randrange(50)
            wait_until(lambda: house.linked() >= enough, 180, lambda: _where(house))  # noqa: B023
            house.installation.kill("up")
        house.installation.start("up", "up", "--port", "0")
        wait_until(house.done, 180, lambda: _where(house))
        wait_until(lambda: len(ids(house)) == len(delivered(house)), 30, lambda: _where(house))
        assert house.installation.terminate("up") == 0
        nothing_is_lost(house)
        nobody_is_told_twice(house)
        every_signature_holds(house)


def nothing_is_lost(house: House) -> None:
    stored = house.installation.count("select count(*) from articles")
    assert stored == ARTICLES
    assert house.installation.count("select count(*) from dead_letters") == 0
    assert set(delivered(house)) == ids(house)
    english = house.installation.rows("select story_id from story_languages where language = 'en'")
    assert set(english) <= told_of(house, "all English")


def told_of(house: House, topic: str) -> set[tuple[str]]:
    """The stories that the topic was told of, by the ids under which they stand now."""
    heirs = dict(house.installation.rows("select id, successor_id from stories where successor_id != ''"))
    told = house.installation.rows(f"select story_id from alerts where topic_id = '{topic}'")
    return {(heirs.get(story_id, story_id),) for (story_id,) in told}


def nobody_is_told_twice(house: House) -> None:
    """A delivery may come again after a kill, always under the same id; a story never under two."""
    said: dict[str, set[tuple[str, str]]] = {}
    for letter in house.received():
        payload = body(letter)["data"]
        said.setdefault(letter["id"], set()).add((payload["topic"]["id"], payload["story"]["id"]))
    assert all(len(pairs) == 1 for pairs in said.values())
    times = Counter(pair for pairs in said.values() for pair in pairs)
    assert [pair for pair, count in times.items() if count > 1] == []


def every_signature_holds(house: House) -> None:
    """Checked by the public package, at the time of receipt."""
    for letter in house.received():
        assert letter["verified"], letter["fault"]
        Webhook(SECRET).verify(letter["body"], letter["headers"])
    assert datetime.now(UTC) - datetime.fromisoformat(house.received()[0]["at"]) < timedelta(minutes=30)


def ids(house: House) -> set[str]:
    return {id for (id,) in house.installation.rows("select id from deliveries")}


def delivered(house: House) -> Counter[str]:
    return Counter(letter["id"] for letter in house.received())


def body(letter: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(letter["body"])
    return read


def _where(house: House) -> str:
    return f"{house.linked()} of {house.articles} linked, {house.owed()} owed\n{house.installation.log('up')[-3000:]}"
