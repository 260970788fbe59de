import json
import os
from pathlib import Path

from consumers.poll.check import check

FOLDER = Path(__file__).parents[2] / "data" / "feeds"


async def test_a_file_is_shown_as_plain_values() -> None:
    found = await check(None, str(FOLDER / "rss_2.0.xml"))
    assert json.loads(json.dumps(found)) == found
    assert found["title"] == "Harbour Gazette"
    first, _, third = found["entries"]
    assert " ".join(first) == "id link title published updated summary content author language"
    assert (first["published"], first["updated"]) == ("2026-03-14T07:30:00+00:00", None)
    assert (third["title"], third["published"]) == ("", None)


async def test_what_cannot_be_read_says_why_and_raises_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"")
    os.truncate(tmp_path / "large", 16 * 2**20)
    reasons = {
        str(tmp_path): "directory",
        str(tmp_path / "pipe"): "not an ordinary file",
        str(tmp_path / "large"): "larger than",
        str(tmp_path / "none"): "No such file",
        "with\x00nul": "cannot be read",
        "": "neither an address nor a file",
        "https://harbour-gazette.test/feed.xml": "only files",
        str(FOLDER / "page.html"): "HTML page",
        str(FOLDER / "entity_bomb.xml"): "declares entities",
    }
    for target, reason in reasons.items():
        found = await check(None, target)
        assert found.keys() == {"address", "error"}
        assert found["address"] == target
        assert reason in found["error"], found
