"""No secret is in the log: neither where all goes well, nor where a request is refused or fails."""

import secrets

import httpx
import pytest
import structlog

from service import telemetry
from service.api import Context
from service.api_keys import new_key
from service.settings import LogSettings
from tests.clock import SetClock
from tests.stores import sqlite_only

store = sqlite_only


async def test_the_log_of_a_day_at_the_api_holds_no_secret(
    client: httpx.AsyncClient,
    key: str,
    context: Context,
    clock: SetClock,
    capfd: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    telemetry.configure(LogSettings(level="debug"))
    request.addfinalizer(structlog.reset_defaults)
    signing = "whsec_" + "c2VjcmV0LXRoYXQtc2lnbnMtYWxsLXdlYmhvb2tz"
    made = (await client.post("/v1/endpoints", json={"url": "https://reader.test/in", "secret": signing})).json()
    second = (await client.post("/v1/keys", json={"name": "reader", "scopes": ["topics:read"]})).json()
    rotated = (await client.post(f"/v1/keys/{second['id']}:rotate", json={})).json()
    stranger, callback = new_key("never kept", clock())[1], secrets.token_urlsafe(32)
    for text in (stranger, stranger[:-1], key + "x"):
        await client.get("/v1/topics", headers={"Authorization": f"Bearer {text}"})
    await client.post("/v1/endpoints", json={"url": "nowhere", "secret": signing})
    await client.get(f"/v1/websub/{callback}")
    context.store.close()  # now everything fails, and that is logged
    await client.post("/v1/keys", json={"name": "late", "scopes": ["admin"]})
    await client.get(f"/v1/websub/{callback}")
    logged = "".join(capfd.readouterr())
    assert "request failed" in logged
    hidden = [text.split("_")[3] for text in (key, second["key"], rotated["key"], stranger)]
    assert [secret for secret in (*hidden, signing, made["secret"], callback) if secret in logged] == []
