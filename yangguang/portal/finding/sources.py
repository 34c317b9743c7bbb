"""What each published thing says to the search: its name, its number, its public words, and where it is read.

Only what the portal's own role reads goes in, and of officers just what the plan of their body publishes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from yangguang.catalogue.before.models import PolicyRelease, PolicyWords, PreRelease
from yangguang.catalogue.before.policies import KINDS as POLICIES
from yangguang.catalogue.models import ListPublication
from yangguang.registry.models import PublicBody, PublicOfficer, PublicPower
from yangguang.registry.queries.public import PORTAL

from ..forms import KINDS
from ..registers import reading

# In the order of the results: who may act, what they may do, how, by which lists and papers, and who they are.
RANK = {"body": "8", "power": "7", "guide": "6", "before": "5", "list": "4", "policy": "3", "officer": "2"}


@dataclass(frozen=True)
class Words:
    """One entry of the search.  **Shape** `part`: of a source that says several things, which one."""

    kind: str
    title: str
    body_name: str
    text: str
    url: str
    number: str = ""
    on: date | None = None
    part: str = ""

    @property
    def place(self) -> str:
        """Where it stands among the results: by kind, the newest first."""
        return RANK[self.kind] + (self.on.strftime("%Y%m%d") if self.on else "00000000")


def _lines(*values: object) -> str:
    return "\n".join(str(value) for value in values if value)


def read(sort: str, names: Sequence[str]) -> Iterator[tuple[str, Words]]:
    """The entries of these sources of one sort: (name of the source, entry)."""
    yield from READERS[sort](names)


def _bodies(names: Sequence[str]) -> Iterator[tuple[str, Words]]:
    for row in PublicBody.objects.using(PORTAL).filter(key__in=names):
        about = [
            *reading.about(row),
            *reading.complaint(row),
            ("行政复议机关", row.reconsideration),
            ("管辖法院", row.court),
        ]
        text = _lines(row.duties, row.authority, *(f"{label}：{value}" for label, value in about if value))
        yield str(row.key), Words("body", row.name, row.name, text, reverse("portal:body", args=[row.key]), row.uscc)


def _powers(names: Sequence[str]) -> Iterator[tuple[str, Words]]:
    for row in PublicPower.objects.using(PORTAL).filter(key__in=names):
        basis = (f"《{one.get('law', '')}》{one.get('article', '')} {one.get('text', '')}" for one in row.basis)
        grades = (f"{one.get('grade', '')}：{one.get('when', '')}" for one in row.discretion)
        given = (
            ("赋权依据", row.instrument),
            ("省级赋权决定", row.delegation),
            ("原实施部门", row.delegated_from),
            ("国家基本目录编码", row.national_code),
        )
        said = (f"{label}：{value}" for label, value in given if value)
        text = _lines(KINDS.get(row.kind, row.kind), row.field, *basis, *grades, *said)
        url = reverse("portal:power", args=[row.key])
        yield str(row.key), Words("power", row.name, row.body_name, text, url, row.code, row.published_on)


def _officers(names: Sequence[str]) -> Iterator[tuple[str, Words]]:
    for row in PublicOfficer.objects.using(PORTAL).filter(number__in=names):
        shown = reading.officer(row)
        text = "　".join(
            f"{label} {shown[name]}" for name, label in reading.COLUMNS.items() if shown[name] and name != "name"
        )
        url = f"{reverse('portal:officers')}?{urlencode({'q': row.name, 'body': str(row.body_key)})}"
        yield row.number, Words("officer", row.name, row.body_name, text, url, shown["number"])


def _lists(names: Sequence[str]) -> Iterator[tuple[str, Words]]:
    for row in ListPublication.objects.using(PORTAL).filter(pk__in=names).iterator(chunk_size=20):
        it = row.shown or {}
        text = "\n".join(
            "；".join(f"{label}：{cell}" for label, cell in zip(it["columns"], cells, strict=True) if cell)
            for cells in it["rows"]
        )
        url = reverse("portal:published_list", args=[row.pk])
        yield str(row.pk), Words("list", it["title"], it["body"], text, url, f"第 {it['number']} 版", row.on)


def _before(names: Sequence[str]) -> Iterator[tuple[str, Words]]:
    for row in PreRelease.objects.using(PORTAL).filter(pk__in=names).iterator(chunk_size=20):
        it, url = row.shown, reverse("portal:published_pre", args=[row.pk])
        parts = [(one["label"], *one["lines"]) for one in it["elements"]]
        parts += [(one["title"], one["outline"]) for one in it["procedures"]]
        text = "\n".join(_lines(*part) for part in parts)
        yield (
            str(row.pk),
            Words("before", f"{it['title']}事前公开", it["body"], text, url, f"第 {row.number} 版", row.on),
        )
        for one in it["guides"]:
            text = "\n".join(f"{field['label']}：{'；'.join(field['lines'])}" for field in one["fields"])
            place = reverse("portal:published_guide", args=[row.pk, one["key"]])
            words = Words("guide", f"{one['name']}服务指南", it["body"], text, place, one["code"], row.on, one["key"])
            yield str(row.pk), words


def _policies(names: Sequence[str]) -> Iterator[tuple[str, Words]]:
    rows = list(PolicyRelease.objects.using(PORTAL).filter(pk__in=names))
    bodies = _names({row.body_key for row in rows})
    inside = dict(PolicyWords.objects.using(PORTAL).filter(release__in=rows).values_list("release_id", "text"))
    for row in rows:
        url, body = reverse("portal:published_policy", args=[row.pk]), bodies.get(row.body_key, "")
        known = POLICIES.get(row.kind)
        said = (known.title if known else "", f"自 {row.in_force} 起施行" if row.in_force else "")
        text = _lines(*said, inside.get(row.pk, ""))
        yield str(row.pk), Words("policy", row.title, body, text, url, row.number, row.on)


def _names(keys: set[UUID]) -> dict[UUID, str]:
    found: Any = PublicBody.objects.using(PORTAL).filter(key__in=keys).values_list("key", "name")
    return dict(found)


READERS = {
    "body": _bodies,
    "power": _powers,
    "officer": _officers,
    "list": _lists,
    "before": _before,
    "policy": _policies,
}
