"""Topics, endpoints, subscriptions and feeds as files say: planned, and applied."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Response

from service import model
from service.addresses import check_url
from service.api.allowance import Allowance, AllowanceDep
from service.api.context import Context
from service.api.deps import CallerDep, ContextDep, json_body
from service.api.problems import CONFLICT, PLAN_CHANGED, with_body
from service.api.schemas.configuration import Applied, ApplyGiven, Configuration, MadeSecret, Planned, PlanStep
from service.api.scopes import permit
from service.channels import check_address
from service.store import Transaction
from service.store.managed import Kind
from service.topics import planning
from service.topics.applying import Applying
from service.topics.fingerprint import fingerprint
from service.topics.manifest import read_told

PLAN, APPLY = "/v1/plan", "/v1/apply"
router = APIRouter(tags=["configuration"])
STANDING: Mapping[Kind, model.Quota] = {
    "topic": "topics",
    "endpoint": "endpoints",
    "subscription": "subscriptions",
}


@router.post(
    PLAN,
    response_model=Planned,
    summary="Plan what files say",
    dependencies=[Depends(json_body)],
    responses=with_body(CONFLICT),
)
async def plan_configuration(given: Configuration, caller: CallerDep, kept: ContextDep) -> Planned:
    """What there is to do so that everything is as the files say, and what was changed by hand since they were applied.
    Changes nothing."""
    steps = await _applying(given, caller, kept).plan(given.prune)
    _permit(caller, steps, "GET")
    shown = [PlanStep.model_validate(each) for each in steps]
    return Planned(owner=given.owner, fingerprint=fingerprint(steps), steps=shown)


@router.post(
    APPLY,
    response_model=Applied,
    summary="Apply what files say",
    dependencies=[Depends(json_body)],
    responses=with_body(PLAN_CHANGED, CONFLICT),
)
async def apply_configuration(
    given: ApplyGiven, caller: CallerDep, kept: ContextDep, allowed: AllowanceDep, response: Response
) -> Applied:
    """Do what was planned, all of it or nothing. What has changed since the plan was made is refused and named. What
    the files have no more is switched off and marked, and removed the next time. Applied again, nothing changes."""

    def admit(tx: Transaction, steps: Sequence[planning.Step]) -> None:
        _permit(caller, steps, "POST")
        _charge(tx, allowed, steps, kept)

    steps, made = await _applying(given, caller, kept, admit=admit).apply(given.prune, given.fingerprint)
    response.headers["Cache-Control"] = "no-store"
    secrets = [MadeSecret(endpoint=name, secret=secret) for name, secret in made.items()]
    return Applied(owner=given.owner, steps=[PlanStep.model_validate(each) for each in steps], secrets=secrets)


def _applying(given: Configuration, caller: model.Caller, kept: Context, **admission: Any) -> Applying:
    said = given.model_dump(exclude={"secrets", "prune", "fingerprint"}, exclude_unset=True, exclude_none=True)
    manifest = read_told(said, given.secrets)

    def check(kind: Kind, address: str) -> None:
        check_address(address, kept.settings) if kind == "endpoint" else check_url(address, kept.settings.egress)

    return Applying(kept.workbench, manifest, caller.account_id, check, by=caller.key_id, ring=kept.ring, **admission)


def _permit(caller: model.Caller, steps: Sequence[planning.Step], method: str) -> None:
    """By a plan a key learns no more, and with `apply` it changes no more, than by each resource's own route."""
    for kind in {each.kind for each in steps if method == "GET" or each.action != "unchanged"}:
        permit(caller, method, f"/v1/{kind}s")


def _charge(tx: Transaction, allowed: Allowance, steps: Sequence[planning.Step], kept: Context) -> None:
    """What is removed in the same go makes room."""
    more = Counter(each.kind for each in steps if each.action == "add")
    more.subtract(Counter(each.kind for each in steps if each.action == "remove" and each.there))
    for kind, quota in STANDING.items():
        if more[kind] > 0:
            allowed.admit(tx, quota, more[kind])
    if feeds := sum(each.kind == "feed" and each.action == "add" for each in steps):
        allowed.charge(tx, "feeds", feeds, kept.clock())
