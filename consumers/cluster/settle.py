"""Settling: articles of the last days are decided again, all at once. Strands as they are and pair scores come in,
strands as they should be go out.

Pure. Average link finds the groups; then each article moves to where it fits best, by the rule by which it was first
assigned. Older articles stay where they are. A group keeps the strand that most of its articles were in.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from consumers.cluster.average import Pairs, average_link
from consumers.cluster.choose import CLIP, strand_score

THRESHOLD = -0.25
"""Likeness above which two groups are one; lower makes larger strands."""
SWEEPS = 4
"""How often all articles are asked whether they would rather be elsewhere."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An article that takes part: where it is now, and whether it is too old to be moved."""

    article_id: str
    strand_id: str
    fixed: bool


def settle(standing: Sequence[Standing], pairs: Pairs, threshold: float, seq: int = 0) -> list[str]:
    """Of each article, the strand where it belongs. `threshold` is for a single article; `seq` is the number
    of the last article filed, by which new strands are told from earlier ones."""
    bound: dict[str, list[int]] = {}
    for place, each in enumerate(standing):
        bound.setdefault(each.strand_id if each.fixed else f"article {each.article_id}", []).append(place)
    fixed = [standing[places[0]].fixed for places in bound.values()]
    group_of = average_link(list(bound.values()), fixed, pairs, THRESHOLD)
    _relocate(group_of, [each.fixed for each in standing], _neighbours(len(standing), pairs), threshold)
    return _named(standing, group_of, seq)


def _neighbours(articles: int, pairs: Pairs) -> list[list[tuple[int, float]]]:
    near: list[list[tuple[int, float]]] = [[] for _ in range(articles)]
    for (one, other), score in sorted(pairs.items()):
        near[one].append((other, score))
        near[other].append((one, score))
    return near


def _relocate(
    group_of: list[int], fixed: Sequence[bool], near: Sequence[Sequence[tuple[int, float]]], threshold: float
) -> None:
    """Let each article go where it fits better, in place. Groups of their own have numbers from `len(near)` on."""
    sizes = Counter(group_of)
    for _ in range(SWEEPS):
        before = list(group_of)
        for place, own in enumerate(before):
            if not fixed[place]:
                scores = _scores(group_of, near[place])
                chosen = _preferred(scores, own, sizes[own] == 1, threshold)
                chosen = len(near) + place if chosen is None else chosen
                sizes.subtract((own,))
                sizes.update((chosen,))
                group_of[place] = chosen
        if group_of == before:
            return


def _scores(group_of: Sequence[int], near: Sequence[tuple[int, float]]) -> dict[int, float]:
    of_group: dict[int, list[float]] = {}
    for other, score in near:
        of_group.setdefault(group_of[other], []).append(score)
    return {group: strand_score(scores) for group, scores in of_group.items()}


def _preferred(scores: dict[int, float], own: int, alone: bool, threshold: float) -> int | None:
    """The group where an article fits best; None if it had better be by itself. In doubt it stays."""
    if not scores:
        return own
    best = min(scores, key=lambda group: (-scores[group], group))
    if best != own and scores[best] > threshold and (alone or scores[best] > scores.get(own, -CLIP - 1)):
        return best
    return None if best == own and scores[own] < threshold else own


def _named(standing: Sequence[Standing], group_of: Sequence[int], seq: int) -> list[str]:
    """Each group keeps a strand: that of its settled articles, else the one most of its articles were in."""
    groups: dict[int, list[Standing]] = {}
    for each, group in zip(standing, group_of, strict=True):
        groups.setdefault(group, []).append(each)
    names = {group: each.strand_id for group, some in groups.items() for each in some if each.fixed}
    taken = set(names.values())
    for group in sorted(groups.keys() - names.keys(), key=lambda group: (-len(groups[group]), group)):
        names[group] = _name(groups[group], taken) or new_strand_id(min(each.article_id for each in groups[group]), seq)
        taken.add(names[group])
    return [names[group] for group in group_of]


def _name(articles: Sequence[Standing], taken: set[str]) -> str:
    held = Counter(each.strand_id for each in articles if each.strand_id not in taken)
    if held:
        return min(held, key=lambda strand_id: (-held[strand_id], strand_id))
    return ""


def new_strand_id(article_id: str, seq: int) -> str:
    """The strand that settling opens for this article and those with it: never one that there was before."""
    return "sd_" + sha256(f"settled {seq} {article_id}".encode()).hexdigest()[:20]
