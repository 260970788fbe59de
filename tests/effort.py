"""How much work something is, whatever the machine and whatever else runs on it: a function goes in, seconds of this
thread's processor time come out."""

import gc
from collections.abc import Callable
from time import thread_time

TIMES, LIMIT = 8, 24
"""Eight times the size is eight times the work, or 64 times where it grows with the square: a limit between."""
NOISE_SECONDS = 0.1


def effort(work: Callable[[], object], tries: int = 3) -> float:
    """Seconds, the least of so many tries; none of them with a collection of garbage that others have left."""
    return min(_seconds(work) for _ in range(tries))


def demand_linear(work: Callable[[int], object], size: int) -> None:
    """Fails if the work grows much faster than the size, from an eighth of it on, in each of three tries."""
    work(size // TIMES)  # what is loaded or compiled once is no part of it
    tries = list[tuple[float, float]]()
    while len(tries) < 3:
        small, large = _seconds(lambda: work(size // TIMES)), _seconds(lambda: work(size))
        if large <= LIMIT * small + NOISE_SECONDS:
            return
        tries.append((small, large))
    raise AssertionError(f"{TIMES} times the size takes, in seconds: {tries}")


def _seconds(work: Callable[[], object]) -> float:
    collects = gc.isenabled()
    gc.disable()
    begun = thread_time()
    try:
        work()
        return thread_time() - begun
    finally:
        if collects:
            gc.enable()
