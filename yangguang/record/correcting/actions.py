"""Put a document right by a new version.  **Clause** 行政处罚法 art. 47: the record is neither changed nor lost."""

import copy
from datetime import datetime
from typing import Any

from yangguang.registry.access import roles_of_person
from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import actions as record
from .. import documents
from .. import queries as dossiers
from ..models import Item
from . import queries

SHORTEST = 5


class NotCorrectable(Refused):
    """What is to be corrected is no document of ours, is not the newest version, or says something that is decided anew."""


@action("record.correct", on="item")
def correct(*, by: Officer, at: datetime, item: Item, changes: dict[str, str], reason: str) -> Item:
    """更正文书: the same document with other words, under the same number and code; the old one stays and says so.

    **Shape** `changes`: place (`queries.Place.key`) → words.
    **Raises** NotCorrectable, NotKeeper, Archived, Incomplete, BadPaper.
    """
    if not item.code or not item.data or item.event == "public":
        raise NotCorrectable("只有本系统制作的文书可以更正", mend="证据材料有误的，另行收存并说明")
    record.not_archived(item.dossier, item.step)
    form = documents.template(item.code)
    if form.internal:
        record.may_add(by, item.dossier)
    else:
        record.not_closed(item.dossier)
        if by.scope != item.scope or "head" not in roles_of_person(by.key):
            raise record.NotKeeper(f"《{form.title}》对外出具，由本机关负责人批准更正", mend="请负责人办理")
    if dossiers.versions(item)[-1].pk != item.pk:
        raise NotCorrectable("这一版已经更正过", mend="请在最新的版本上更正")
    if len(reason.strip()) < SHORTEST:
        raise NotCorrectable("没有写明更正的理由", mend="写明错在哪里、依据什么改", field="reason")
    data = _changed(item, changes)
    if absent := documents.missing(item.code, data):
        raise record.Incomplete(
            f"《{form.title}》还缺：{'、'.join(field.label for field in absent)}", mend="这一项不能更正为空"
        )
    seal = dossiers.seal_of(item)
    own = seal.code if seal else ""
    return record.set_and_kept(
        by=by,
        at=at,
        dossier=item.dossier,
        step=item.step,
        code=item.code,
        data=data,
        on=item.on,
        number=item.number,
        event=item.event,
        qr_url=None,
        own=own,
        replaces=item,
        more={"correction": {"reason": reason.strip(), "places": sorted(changes)}},
    )


def _changed(item: Item, changes: dict[str, str]) -> dict[str, Any]:
    """The data with the new words.  **Raises** NotCorrectable."""
    known = {place.key: place for place in queries.places(item)}
    data, really = copy.deepcopy(item.data), False
    for key, words in changes.items():
        place = known.get(key)
        if place is None:
            raise NotCorrectable(
                f"“{key[:60]}”不能更正", mend="金额、处罚种类等决定内容不能用更正改变，须依法另行作出决定"
            )
        really = really or words != place.value
        inside: Any = data
        for name in place.path[:-1]:
            inside = inside[name]
        inside[place.path[-1]] = words
    if not really:
        raise NotCorrectable("没有改动任何内容", mend="改正错误之处后再提交")
    return dict(data)
