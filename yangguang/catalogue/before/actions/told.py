"""Who answers for what is shown, and what only the body itself can say."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import elements, queries
from ..models import ElementText, ResponsiblePerson
from .own import body_of


@action("before.name", kind="registry")
def name(*, by: Officer, at: datetime, matter: str, person: Officer, since: date, note: str = "") -> ResponsiblePerson:
    """明确公示责任人.  **Clause** QD-3.1.1(3)a, QD-A3.公示.2(⑤), DH-2.1.1d."""
    body = body_of(by, at)
    if matter not in {code for code, _ in queries.matters(body, timezone.localdate(at))}:
        raise Refused(f"没有“{matter}”这一公示事项", mend="从列出的事项中选择", field="matter")
    serving = registry.officers(body.scope, since).filter(key=person.key).exists()
    if not serving:
        raise Refused(f"{person.name}在 {since} 不是本机关的人员", mend="另选一人", field="person")
    return ResponsiblePerson.objects.create(
        by=by,
        at=at,
        scope=body.scope,
        body=body,
        matter=matter,
        person=person,
        person_key=person.key,
        since=since,
        note=note.strip(),
    )


@action("before.tell")
def tell(*, by: Officer, at: datetime, kind: str, element: str, text: str) -> ElementText:
    """补充公开内容: what no register holds, in the body's own words."""
    body = body_of(by, at)
    if element not in elements.demanded(packs.load(body.pack), timezone.localdate(at)):
        raise Refused(f"本方案的要素中没有“{element}”", mend="从列出的要素中选择", field="element")
    if not text.strip():
        raise Refused("没有填写内容", field="text")
    return ElementText.objects.create(
        by=by, at=at, scope=body.scope, body=body, kind=kind, element=element, text=text.strip()
    )
