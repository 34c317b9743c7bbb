"""Policy documents: which there are, which the plan presupposes, which the law has left behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from yangguang.catalogue import queries as lists
from yangguang.catalogue.models import ListVersion
from yangguang.lawbook import queries as lawbook
from yangguang.policy import diff, packs
from yangguang.policy.answers import Citation
from yangguang.registry import queries as registry
from yangguang.registry.access import Caller
from yangguang.registry.models import Body, Device, Power

from .. import policies as policies_words
from ..models import PolicyDocument, PolicyWords
from .bodies import within_reach


def policies(caller: Caller) -> QuerySet[PolicyDocument]:
    found = PolicyDocument.objects.filter(within_reach(caller))
    return found.select_related("body", "by", "approval__by", "release__by")


def powers(caller: Caller, on: date, q: str = "") -> QuerySet[Power]:
    """The matters whose guides the caller may read."""
    return registry.powers_below(caller.scope, on, q).filter(within_reach(caller))


def policies_of(body: Body) -> QuerySet[PolicyDocument]:
    """The documents of one body without their contents."""
    return PolicyDocument.objects.filter(scope=body.scope).defer("content").select_related("approval", "release")


def next_version(scope: str, kind: str) -> int:
    rows = PolicyDocument.objects.filter(scope=scope, kind=kind)
    return (rows.aggregate(last=Max("version"))["last"] or 0) + 1


# Which documents a body's rules presuppose, and the parameters that say so.
PRESUPPOSED: Mapping[str, tuple[str, ...]] = {
    "rules_disclosure": ("disclosure_rules_items", "result_rules_items", "pre_approval"),
    "rules_recording": ("record_stages", "av_scope"),
    "rules_review": ("review_rules_items", "reviewing_body"),
    "device_measure": ("device_rules",),
    "accountability_review": ("review_accountability",),
    "record_info_rules": ("record_info_rules",),
    "retrieval_rules": ("retrieval",),
    "info_review_correction": ("correction_mechanism",),
    "flowchart_review": ("review_flowchart",),
    "handbook": ("rules_target_on",),
}


def owed_policies(body: Body, on: date) -> list[tuple[str, str, tuple[Citation, ...]]]:
    """The documents the body's plan asks for, with the clauses.  **Clause** QD-4.2a, DH-3.2a."""
    pack = packs.load(body.pack)
    found = []
    for code, names in PRESUPPOSED.items():
        said = [pack.parameter(name) for name in names]
        because = tuple({c.clause: c for one in said if one.value is not None for c in one.because}.values())
        if because:
            found.append((code, policies_words.KINDS[code].title, because))
    return found


@dataclass(frozen=True)
class Outdated:
    """How the rules differ from those a document was written under."""

    lines: tuple[str, ...]
    known: bool  # the earlier edition is kept, so that the difference can be told


def outdated(document: PolicyDocument) -> Outdated | None:
    """须更新: what changed in the law since; None where nothing did.  **Clause** WC-2.1.1d."""
    now = packs.load(document.pack)
    if now.version == document.pack_version:
        return None
    if not lawbook.kept(document.pack_version):
        return Outdated((), False)
    found = diff.compare(lawbook.pack(document.pack, document.pack_version), now)
    return Outdated(tuple(found.lines()), True) if found.changes else None


def devices(scope: str, on: date) -> list[Device]:
    return list(registry.in_force(Device, on).filter(scope=scope).select_related("keeper").order_by("serial"))


def lists_of(scope: str, on: date) -> dict[str, ListVersion]:
    """The lists of a body that hold on a day, by kind."""
    return {kind: one for (_, kind), one in lists.all_in_force([scope], on).items()}


def words_of(document: PolicyDocument) -> PolicyWords | None:
    """What the search reads of a published document; None where it is not published or was not read yet."""
    return PolicyWords.objects.filter(release__document=document).first()
