"""python -m tests.api.fuzz [EXAMPLES [OPERATIONS]]: Schemathesis over the whole API, every check, so many examples an
operation; of those operations whose name has these letters.

python -m tests.api.fuzz stateful [RUNS]: the same checks on what one answer leads to, by the links of the document.

The app runs in this process, over a store and a broker of its own. What is found is printed; ends with 0 only if
nothing was. One check is left out: that whatever fits its schema is taken. No schema can say that a cursor is one of
this list, an address on the open internet, or a tag the present one.
"""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import schemathesis
from fastapi import FastAPI
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from service.api import Context, create_app
from service.api.problems import KINDS
from service.api_keys import new_key
from service.broker.embedded import EmbeddedBroker
from service.model import Discovery
from service.settings import QuotaSettings, Settings
from service.store import Store
from tests.clock import SetClock

SETTINGS = hypothesis.settings(
    deadline=None, suppress_health_check=list(hypothesis.HealthCheck), derandomize=True, database=None
)
STREAMS = ("/v1/stream",)
"""They do not end."""
ENDLESS = QuotaSettings(requests=10**9, account_requests=10**9)
"""The clock stands still: the requests of a minute would be all there ever are."""
LONG = [str(seconds) for seconds in range(1, 61)]
BATCHES = ("/v1/topics:batch", "/v1/feeds:batch", "/v1/articles:batch")
"""What is wrong with one of many is said of that one, in an answer that is a success."""


@contextmanager
def running(directory: Path) -> Iterator[tuple[FastAPI, str]]:
    """An app over an empty store, and a key that opens everything."""
    clock = SetClock()
    store = Store(f"sqlite:///{directory}/store.db")
    store.create()
    key, text = new_key("fuzz", clock())
    asyncio.run(store.write(lambda tx: tx.keys.add(key, text)))
    broker = EmbeddedBroker(directory / "log.db")
    asyncio.run(broker.call(broker._connect))
    try:
        yield create_app(Context(Settings(quotas=ENDLESS), store, broker, clock, discover=_nothing)), text
    finally:
        store.close()


async def _nothing(url: str) -> Discovery:
    return Discovery(url, ())


def _schema(app: FastAPI) -> "schemathesis.BaseSchema":
    refusals = [str(kind.status) for kind in KINDS if kind.status < 500]
    known = [*dict.fromkeys(refusals), "5xx"]
    one_by_one = [
        {"include-path": path, "checks": {"negative_data_rejection": {"expected-statuses": [*known, "200", "202"]}}}
        for path in BATCHES
    ]
    told = {"checks": {"negative_data_rejection": {"expected-statuses": known}}, "operations": one_by_one}
    return schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig.from_dict(told))


def check(app: FastAPI, key: str, examples: int, only: str = "") -> Iterator[tuple[str, str]]:
    """Every operation, and what is wrong with it; "" if nothing is."""
    for found in _schema(app).get_all_operations():
        operation = found.ok()
        if operation.path in STREAMS or only not in operation.label:
            continue
        try:
            _check(operation, {"Authorization": f"Bearer {key}"}, examples)
        except BaseExceptionGroup as group:
            yield operation.label, "; ".join(str(each)[:1500] for each in group.exceptions)
        except Exception as error:
            yield operation.label, f"{type(error).__name__}: {str(error)[:1500]}"
        else:
            yield operation.label, ""


def _check(operation: "schemathesis.APIOperation", headers: dict[str, str], examples: int) -> None:
    """Half of them keep to the document, and half do not; all do where nothing can be sent that does not."""
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)

    @hypothesis.settings(SETTINGS, max_examples=examples)
    @hypothesis.given(case=st.one_of(*map(operation.as_strategy, modes)))
    def holds(case: "schemathesis.Case") -> None:
        hypothesis.assume(_is_sent(case))
        _hurry(case)
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    holds()


def _is_sent(case: "schemathesis.Case") -> bool:
    """Whether its query reaches anybody: a parameter with no values is not on the wire."""
    return [] not in (case.query or {}).values()


def _hurry(case: "schemathesis.Case") -> None:
    """Whoever asks to `wait` up to a minute for a notice does."""
    if str((case.query or {}).get("wait")) in LONG:
        case.query["wait"] = 0


def follow(app: FastAPI, key: str, runs: int, steps: int = 20) -> str:
    """So many walks over the API, each request made with what earlier answers told; what is wrong, "" if nothing is.

    The store remembers earlier walks, so that one can not always be walked again as it was: Hypothesis gives up then,
    and is begun again from another seed.
    """
    walk, wrong = _walk(app, key)
    seed = 0
    while walk.begun < runs and not wrong:
        told = hypothesis.settings(SETTINGS, max_examples=runs - walk.begun, stateful_step_count=steps)
        try:
            run_state_machine_as_test(hypothesis.seed(seed)(walk), settings=told)
        except Exception as error:
            if not wrong and not isinstance(error, Flaky):
                raise
        seed += 1
    return "; ".join(wrong)


def _walk(app: FastAPI, key: str) -> tuple[Any, list[str]]:
    """What walks, with the number `begun`, and what it found wrong."""
    wrong: list[str] = []

    class Walk(_schema(app).exclude(path=list(STREAMS)).as_state_machine()):  # type: ignore[misc]  # made anew for each app
        begun = 0

        def setup(self) -> None:
            Walk.begun += 1

        def before_call(self, case: "schemathesis.Case") -> None:
            hypothesis.assume(_is_sent(case))
            _hurry(case)

        def get_call_kwargs(self, case: "schemathesis.Case") -> dict[str, dict[str, str]]:
            return {"headers": {"Authorization": f"Bearer {key}"}}

        def validate_response(self, response: Any, case: "schemathesis.Case", **given: Any) -> None:
            try:
                case.validate_response(response, excluded_checks=[positive_data_acceptance], **given)
            except Exception as error:
                wrong.append(f"{case.operation.label} {type(error).__name__}: {str(error)[:1500]}")
                raise

    return Walk, wrong


def main() -> None:
    logging.disable(logging.CRITICAL)
    if sys.argv[1:2] == ["stateful"]:
        runs = int(sys.argv[2]) if len(sys.argv) > 2 else 200
        with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as (app, key):
            wrong = follow(app, key, runs)
        print(wrong or f"{runs} walks: nothing found")
        sys.exit(bool(wrong))
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as (app, key):
        failures = 0
        for operation, wrong in check(app, key, examples, only):
            print(f"{'FOUND' if wrong else 'ok':6}{operation} {wrong}", flush=True)
            failures += bool(wrong)
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
