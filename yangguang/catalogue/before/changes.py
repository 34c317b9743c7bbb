"""What changed in the registers and is not yet noted: a change of a body, a power, a person or a certificate.

The registers stand below this stage and know nothing of it; their trail is read instead.  `note_what_changed` is run by a
process of its own (`yangguang changes run`), so that the clock starts whoever made the change and through whichever page.
**Clause** QS-3.1.4a, DH-2.1.2c, QD-3.1.1(3)b.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet

from yangguang.registry import queries as registry
from yangguang.registry.models import (
    Body,
    Certificate,
    CertificateChange,
    CertificateCheck,
    Officer,
    Power,
    Succession,
)
from yangguang.trail.models import Entry

from .models import Change

NOTE = "before.note_change"
VERBS = (
    "registry.change_body",
    "registry.register_power",
    "registry.change_power",
    "registry.change_officer",
    "registry.end",
    "registry.succeed",
    "registry.grant_certificate",
    "registry.change_certificate",
    "registry.check_certificate",
)
WHAT = {Body: Change.What.BODY, Power: Change.What.POWER, Officer: Change.What.OFFICER}
PERSON = "registry.officer:"
MOST = 4  # changed columns named in a title


@dataclass(frozen=True)
class Seen:
    """One change of the registers in the words of `note_change`."""

    entry: Entry
    by: Officer
    scope: str
    what: str
    key: str
    changed_on: date
    why: str
    title: str

    def given(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("by", "scope", "what", "key", "changed_on", "why", "title")}


def unnoted() -> QuerySet[Entry]:
    """Lines of the registers that people wrote and no change was noted for; what an import wrote at the start is none."""
    noted = Entry.objects.filter(cause=OuterRef("pk"), verb=NOTE)
    lines = Entry.objects.filter(verb__in=VERBS, by_ref__startswith=PERSON)
    return lines.filter(~Exists(noted)).order_by("id")


def seen(entry: Entry) -> list[Seen]:
    """What a line says has changed, and from which day; nothing for what changes nothing the public is shown."""
    label, _, pk = entry.fact_ref.rpartition(":")
    row: Any = apps.get_model(label)._default_manager.filter(pk=pk).first()
    by = Officer.objects.filter(pk=entry.by_ref.removeprefix(PERSON)).first()
    if row is None or by is None:
        return []
    if isinstance(row, Succession):
        return _succeeded(entry, by, row)
    if (found := _told(row)) is None:
        return []
    what, key, on, why, title = found
    return [Seen(entry, by, row.scope, what, str(key), on, why or title, title)]


def _succeeded(entry: Entry, by: Officer, row: Succession) -> list[Seen]:
    """Both sides of a succession: what the one still shows, and what the other has to show from now on.  **Clause** SY-3.3b."""
    given, taken = f"由{row.successor_name}承继", f"承继{row.predecessor_name}"
    return [
        Seen(entry, by, scope, Change.What.BODY, str(key), row.on, row.instrument, f"{name}：{words}"[:200])
        for scope, key, name, words in (
            (row.predecessor.scope, row.predecessor_key, row.predecessor_name, given),
            (row.successor.scope, row.successor_key, row.successor_name, taken),
        )
    ]


def _told(row: Any) -> tuple[str, Any, date, str, str] | None:
    """What, of which key, since when, why, in which words."""
    match row:
        case Body() | Power() | Officer():
            return WHAT[type(row)], row.key, row.valid_from, row.reason, f"{row.name}：{_how(row)}"
        case Certificate():
            return "certificate", row.officer_key, row.valid_from, "", f"{row.officer}：颁发执法证 {row.number}"
        case CertificateChange():
            held = row.certificate
            return (
                "certificate",
                held.officer_key,
                row.on,
                row.reason,
                f"{held.officer}：执法证{row.get_state_display()}",
            )
        case CertificateCheck() if not row.passed:
            held = row.certificate
            return "certificate", held.officer_key, row.on, row.note, f"{held.officer}：{row.year} 年度审验不合格"
    return None


def _how(row: Any) -> str:
    """Which columns the version changed, in the words of the register."""
    if row.valid_to == row.valid_from:
        return "终止"
    line = registry.history(registry.versions(type(row), row.key))
    version = next(one for one in line if one.row.pk == row.pk)
    labels = [one.label for one in version.changed]
    if not labels:
        return "登记"
    return f"变更{'、'.join(labels[:MOST])}{'等' if len(labels) > MOST else ''}"
