"""Following what settling moved: an article leaves the story of one strand and enters that of another. Quietly.

An article that link has not heard of yet is linked first where it was filed, for after a crash a move may come before
the article. Who is moved twice is where the later move put it, whichever is heard last.
"""

from dataclasses import replace

from consumers.link.join import best_story
from consumers.link.linking import Batch, Incoming, quietly, story_id_of
from service.messages import StoryChanged, StrandChanged
from service.store.lineage import Step
from service.store.memberships import Membership


def follow(batch: Batch, incoming: Incoming) -> StoryChanged:
    """Take one move in, and say where the article is now."""
    ledger, changed, here = batch.ledger, incoming.changed, _here(batch, incoming)
    left, seq = ledger.strands[here.strand_id].story_id, ledger.next()
    if here.strand_id == changed.strand_id or here.move > changed.move:
        batch.memories.pass_on(seq)
        return quietly(changed, left, "unchanged")
    ledger.enter(replace(here, strand_id=changed.strand_id, seq=seq, move=changed.move))
    ledger.keep()
    batch.memories.look_again(batch.tx, (here.strand_id, changed.strand_id), seq)
    how = ledger.step(article_id=here.article_id, strand_id=changed.strand_id, move=changed.move)
    opens = not ledger.strands[changed.strand_id].story_id and _find_story(batch, here, how)
    story_id = ledger.strands[changed.strand_id].story_id
    ledger.touched.add(story_id)
    if story_id != left:
        ledger.note_both(how, (story_id, "split" if opens else "entered"), (left, "parted" if opens else "left"))
    merged = _leave_behind(batch, here.strand_id, how)
    return quietly(changed, story_id, "moved", left if left != story_id else "", merged)


def _here(batch: Batch, incoming: Incoming) -> Membership:
    """Where the article is, as far as link knows."""
    changed = incoming.changed
    if changed.article_id not in batch.ledger.members:
        filed = StrandChanged(
            strand_id=changed.before,
            change="joined",
            article_id=changed.article_id,
            revision=changed.revision,
            language=changed.language,
        )
        batch.link(replace(incoming, changed=filed))
    return batch.ledger.members[changed.article_id]


def _find_story(batch: Batch, here: Membership, how: Step) -> bool:
    """Link a strand that a move opened as any other. Whether it opens a story, whose id follows from the move."""
    memory = batch.memory(here.at)
    chosen = best_story(batch.scores(memory, memory.strands[how.strand_id]), batch.threshold)
    story_id = chosen or story_id_of(f"{here.article_id} {how.move}")
    if not chosen:
        batch.ledger.open(story_id, here.at)
    batch.place(how.strand_id, story_id)
    return not chosen


def _leave_behind(batch: Batch, strand_id: str, how: Step) -> tuple[str, ...]:
    """A strand that has no article left leads on, and so does its story; gives that story's id."""
    tx, story_id = batch.tx, batch.ledger.strands[strand_id].story_id
    batch.ledger.keep()
    if tx.memberships.holds_strand(strand_id):
        return ()
    tx.stories.redirect_strand(strand_id, how.strand_id)
    if tx.memberships.holds_story(story_id):
        return ()
    heirs = (tx.stories.get(each).id for each in tx.lineage.heirs_of(story_id))
    heir = next(each for each in heirs if each != story_id)
    batch.swallow(story_id, heir, how)
    return (story_id,)
