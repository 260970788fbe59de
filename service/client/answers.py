"""What an answer means: an HTTP answer in; out comes whether to ask again, after how long, and what was refused."""

import httpx
import msgspec

from service.client.shapes import Problem
from service.errors import CourantError

TRIES = 4
LONGEST_WAIT = 30.0
_AGAIN = (429, 502, 503, 504)
_IN_PROGRESS = "request-in-progress"


class Refusal(CourantError):
    """The server did not do what was asked; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        told = "; ".join(f"{each.pointer}: {each.detail}" for each in problem.errors)
        super().__init__(problem.detail + (f" ({told})" if told and told not in problem.detail else ""))
        self.problem = problem


def for_now(answer: httpx.Response) -> bool:
    """Whether the same may be asked again."""
    busy = answer.status_code == 409 and _IN_PROGRESS in answer.text
    return busy or answer.status_code in _AGAIN


def pause(answer: httpx.Response | None, number: int, first: float = 0.2) -> float:
    """Seconds until it is asked again, after so many tries before: what was asked for, or twice as long each time."""
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(float(asked) if asked.isdigit() else first * 2 ** min(number, 10), LONGEST_WAIT)


def accepted(answer: httpx.Response) -> httpx.Response:
    """Raises `Refusal`."""
    if answer.is_success:
        return answer
    try:
        problem = msgspec.json.decode(answer.content, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        told = f"{answer.url.host} answered {answer.status_code}, and not as Courant does"
        problem = Problem(type="about:blank", title="", status=answer.status_code, detail=told, instance="")
    raise Refusal(problem)
