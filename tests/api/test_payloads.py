"""Documents as they were fetched, over HTTP."""

import hashlib

import httpx

from service.store import Store
from tests.builders import NOW

PAGE = b"<html><script>alert(1)</script>\xff\x00</html>"
HASH = hashlib.sha256(PAGE).hexdigest()


async def test_a_document_comes_back_as_it_was_and_runs_nowhere(store: Store, client: httpx.AsyncClient) -> None:
    url = "https://harbour-gazette.test/f\u00e9\r\nX-Smuggled: 1"
    await store.write(lambda tx: tx.payloads.keep(HASH, PAGE, "text/html", url, NOW, "f1"))
    answer = await client.get(f"/v1/payloads/{HASH}")
    assert (answer.status_code, answer.content) == (200, PAGE)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == f'attachment; filename="{HASH}.bin"'
    assert answer.headers["x-payload-content-type"] == "text/html"
    assert answer.headers["x-payload-url"] == "https://harbour-gazette.test/f???X-Smuggled: 1"
    assert "x-smuggled" not in answer.headers


async def test_what_is_not_kept_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/v1/payloads/{'0' * 64}")).status_code == 404
    for name in ("0" * 63, "..%2f..%2fetc", HASH.upper()):
        assert (await client.get(f"/v1/payloads/{name}")).status_code in (404, 422)


async def test_a_document_is_not_for_strangers(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get(f"/v1/payloads/{HASH}")).status_code == 401
