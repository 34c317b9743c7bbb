"""Take over a compilation of forms.  **Clause** WC-2.2.2b, QD-3.2.1a, DH-2.2.2b."""

from datetime import datetime

from yangguang.registry.access import roles_of_person
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from . import queries, reading
from .models import FormSet


class NotAdopter(Refused):
    """Only the head of a body decides on which forms it writes."""


@action("record.adopt_forms")
def adopt(*, by: Officer, at: datetime, content: bytes) -> FormSet:
    """采用文书样式汇编: from the day each form names, the body's documents of that kind are written on it.

    **Raises** NotAdopter, reading.BadForms.
    """
    if "head" not in roles_of_person(by.key):
        raise NotAdopter("采用文书样式须由本机关负责人决定", mend="请负责人载入")
    given = reading.read(content)
    if any(one.digest == given.digest for one in queries.sets(by.scope)):
        raise reading.BadForms("这份汇编已经载入过", mend="样式有更改的，改写版本后再载入", field="file")
    for code, form in given.forms.items():
        if form["ends"] and not queries.editions(by.scope, code):
            raise reading.BadForms(f"本机关没有采用过“{code}”的样式，不能停用", mend="删去这一项", field="file")
    return FormSet.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        system=given.system,
        title=given.title,
        issuer=given.issuer,
        source=given.source,
        forms=given.forms,
        digest=given.digest,
    )
