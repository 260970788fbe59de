"""Parting a story: some of its articles become a story of their own, by strands, or by parts of strands.

An article that is to leave its strand is moved as settling moves, so that cluster hears of it. So is one that was moved
meanwhile, which link has not heard of yet: what people decide comes later, and holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from consumers.link.linking import Batch
from service.model import Move
from service.store.memberships import Membership


def part(batch: Batch, apart: Sequence[Membership], rest: Sequence[Membership], story_id: str, name: str) -> None:
    """Give these articles of a story a story of their own; the ids of new strands follow from `name`."""
    staying = {each.strand_id for each in rest}
    cut = {each.strand_id: _strand_id(name, each.strand_id) for each in apart if each.strand_id in staying}
    goes_to = {each.article_id: cut.get(each.strand_id, each.strand_id) for each in apart}
    number = _move(batch, apart, goes_to)
    strand_ids = sorted({*goes_to.values(), *cut})
    batch.ledger.strands |= batch.tx.stories.strands(strand_ids)
    for each in apart:
        if move := number.get(each.article_id):
            entered = replace(each, strand_id=goes_to[each.article_id], seq=batch.ledger.seq, move=move)
            batch.ledger.enter(entered)
    batch.ledger.open(story_id, min(each.at for each in apart))
    for strand_id in sorted(set(goes_to.values())):
        batch.ledger.place(strand_id, story_id)
    batch.ledger.keep()
    batch.memories.look_again(batch.tx, strand_ids, batch.ledger.seq)


def _move(batch: Batch, apart: Sequence[Membership], goes_to: Mapping[str, str]) -> dict[str, int]:
    """Move the articles that are not in these strands, and give the numbers of the moves."""
    now_in = batch.tx.articles.current(goes_to)
    language = {each.id: each.language for each in batch.tx.stories.strands(each.strand_id for each in apart).values()}
    moves = [
        Move(
            language=language[each.strand_id],
            article_id=each.article_id,
            revision=now_in[each.article_id][1],
            before=now_in[each.article_id][0],
            strand_id=goes_to[each.article_id],
            at=batch.ledger.now,
            told_with=0,
        )
        for each in apart
        if now_in[each.article_id][0] != goes_to[each.article_id]
    ]
    return {each.article_id: each.seq for each in batch.tx.moves.record(moves)}


def _strand_id(name: str, strand_id: str) -> str:
    return "sd_" + sha256(f"part {name} {strand_id}".encode()).hexdigest()[:20]
