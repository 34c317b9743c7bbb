"""Writes of lists: draft, approve, publish, file.  A change of a list is a new version."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yangguang.duty import actions as duty
from yangguang.policy import packs
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer
from yangguang.trail.actions import action, lock
from yangguang.trail.errors import Refused

from . import queries
from .lists import kinds as table
from .lists import tables, wholes
from .lists.kinds import KINDS, ListKind
from .lists.tables import Problem, Row
from .models import PORTAL, Filing, FilingReceipt, ListApproval, ListPublication, ListVersion
from .versions import NotApproved, answerable, approval_of, standing


class BadRows(Refused):
    """Rows that are no list; `problems` names each cell with why and how to mend it."""

    def __init__(self, problems: Sequence[Problem], because: Iterable[Any] = ()):
        first, more = problems[0], len(problems) - 1
        words = f"{first}{f'（另有 {more} 处）' if more else ''}"
        super().__init__(words, because=because, mend=first.mend)
        self.problems = tuple(problems)


class NotTheOffice(Refused):
    """The plan names the office that approves this list, and it is another one."""


@action("catalogue.draft", kind="registry")
def draft(
    *, by: Officer, at: datetime, kind: str, rows: Sequence[Mapping[str, str]], in_force_from: date, note: str = ""
) -> ListVersion:
    """起草清单: a new version of a list of the drafter's body.

    **Shape** `rows`: [{column: text}], as typed or read from a file.
    **Clause** QD-3.2.2(1)a, QD-3.3.2b, QS-3.2.2a, WC-2.1.2(2)a, WC-2.2.3c, WC-2.3.1(3)b.
    **Raises** BadRows naming every cell; Refused (the list does not differ from the last one).
    """
    body = registry.body_at(by.scope, timezone.localdate(at)) or by.body
    pack, list_kind = packs.load(body.pack), KINDS[kind]
    read = read_rows(list_kind, rows, body=body, on=timezone.localdate(at))
    lock(f"list:{body.scope}{kind}")
    last = queries.versions(body.scope, kind).first()
    if (
        last is not None
        and last.rows == read
        and last.in_force_from == in_force_from
        and standing(getattr(last, "approval", None))
    ):
        raise Refused(f"与{last}没有差别", mend="改动内容或者施行日期后再提交", field="in_force_from")
    return ListVersion.objects.create(
        by=by,
        at=at,
        scope=body.scope,
        body=body,
        kind=kind,
        number=queries.next_number(body.scope, kind),
        title=queries.title_of(list_kind, pack, timezone.localdate(at)),
        rows=read,
        in_force_from=in_force_from,
        note=note.strip(),
        pack=pack.id,
        pack_version=pack.version,
    )


def read_rows(kind: ListKind, typed: Sequence[Mapping[str, str]], *, body: Any, on: date) -> list[Row]:
    """The rows of a list, each cell and the whole checked; nothing is written.  **Raises** BadRows."""
    pack = packs.load(body.pack)
    columns = table.columns(kind, pack)
    rows, problems = tables.read_rows(kind, columns, typed, queries.known(body, on))
    if problems:
        raise BadRows(problems)
    whole = wholes.check(kind, columns, rows, pack, on, queries.piloted(body, on))
    if whole.problems:
        raise BadRows(whole.problems, because=whole.because)
    return rows


@action("catalogue.approve", kind="registry", milestone=True, on="version")
def approve(*, by: Officer, at: datetime, version: ListVersion, approved: bool, opinion: str = "") -> ListApproval:
    """审核清单: by a head, or by the office the plan names; never by who drafted it.

    **Clause** WC-2.1.2(2)c (委办公室审核).  An approved list must be made public: a duty with its date.
    **Raises** OwnWork, NotTheOffice, BadRows (the rules became stricter since), Refused.
    """
    because = queries.office_of(queries.kind_of(version), packs.load(version.body.pack))[1]
    answerable(by, version, str(version), approved=approved, opinion=opinion, because=because)
    office = _office(by, version)
    if approved:
        _still_lawful(version, timezone.localdate(at))
    approval = ListApproval.objects.create(
        by=by,
        at=at,
        scope=version.scope,
        version=version,
        approved=approved,
        opinion=opinion.strip(),
        office=office,
        on=timezone.localdate(at),
    )
    if approved:
        _must_be_published(by, at, version)
    return approval


def _office(by: Officer, version: ListVersion) -> str:
    """The office in whose name this person approves.  **Raises** NotTheOffice."""
    office, because = queries.office_of(queries.kind_of(version), packs.load(version.body.pack))
    if office and not queries.speaks_for(by, office):
        raise NotTheOffice(
            f"《{version.title}》须由{office}审核后公示，{by.name}不在该机构",
            because=because,
            mend=f"由{office}的人员审核；没有登记这一承办机构的，先登记",
        )
    return office


def _still_lawful(version: ListVersion, on: date) -> None:
    pack, kind = packs.load(version.body.pack), queries.kind_of(version)
    body = registry.body_at(version.scope, on) or version.body
    whole = wholes.check(kind, table.columns(kind, pack), version.rows, pack, on, queries.piloted(body, on))
    if whole.problems:
        raise BadRows(whole.problems, because=whole.because)


def _must_be_published(by: Officer, at: datetime, version: ListVersion) -> None:
    for older in queries.versions(version.scope, version.kind).exclude(pk=version.pk):
        duty.fulfil(
            by=by, at=at, subject=older.subject, rule=queries.CLOCK, how="void", note=f"已由第 {version.number} 版代替"
        )
    duty.due(
        by=by,
        at=at,
        scope=version.scope,
        subject=version.subject,
        rule=queries.CLOCK,
        title=f"公布《{version.title}》第 {version.number} 版",
        role="disclosure",
        pack=packs.load(version.body.pack),
        start_on=timezone.localdate(at),
        facts={"changed_on": timezone.localdate(at)},
    )


@action("catalogue.publish", kind="disclosure", milestone=True, on="version")
def publish(*, by: Officer, at: datetime, version: ListVersion, on: date, proofs: Mapping[str, str]) -> ListPublication:
    """公布清单: on the portal and on the channels of the rules; never before it is approved.

    **Shape** `proofs`: channel → where it can be seen there; the portal needs none.
    **Clause** WC-2.1.2(2)c, QS-3.1.0b, QS-3.1.1b, QS-3.1.1c.  **Raises** NotApproved, Refused.
    """
    _approved(version, on)
    if not proofs:
        raise Refused("没有选择公布的渠道", mend="至少选择一个渠道", field="channels")
    if on > timezone.localdate(at):
        raise Refused("公布日期晚于今天", mend="填写实际公布的日期", field="on")
    channels = {one.code: one for one in queries.channels(version, timezone.localdate(at))}
    because = packs.load(version.body.pack).ask("channels", on=timezone.localdate(at)).because
    made = []
    for code, proof in proofs.items():
        if code not in channels:
            raise Refused(f"规则没有“{code}”这个公布渠道", because=because, mend="从所列渠道中选择", field="channels")
        if channels[code].publication is not None:
            raise Refused(f"{version}已在{channels[code].title}公布", mend="不必重复登记", field="channels")
        if code != PORTAL and not proof.strip():
            raise Refused(
                f"没有写明在{channels[code].title}公布的证明",
                because=because,
                mend="填写网址、刊期，或者公示栏的位置和照片编号",
                field=f"proof.{code}",
            )
        made.append(
            ListPublication.objects.create(
                by=by,
                at=at,
                scope=version.scope,
                version=version,
                channel=code,
                on=on,
                proof=proof.strip(),
                kind=version.kind,
                shown=queries.shown(version) if code == PORTAL else None,
            )
        )
    if all(one.publication is not None for one in queries.channels(version, timezone.localdate(at))):
        duty.fulfil(by=by, at=at, subject=version.subject, rule=queries.CLOCK, note="已在全部渠道公布")
    return made[-1]


def _approved(version: ListVersion, on: date) -> None:
    """**Raises** NotApproved unless the version was approved by that day."""
    approval = approval_of(version)
    if approval is not None and approval.approved and approval.on <= on:
        return
    office, because = queries.office_of(queries.kind_of(version), packs.load(version.body.pack))
    raise NotApproved(
        f"{version}{'审核没有同意' if approval and not approval.approved else f'在 {on} 还没有审核同意'}，不得公布或者备案",
        because=because,
        mend=f"先由{office or '负责人'}审核",
    )


@action("catalogue.file", kind="registry", milestone=True, on="version")
def file(*, by: Officer, at: datetime, version: ListVersion, addressee: str, on: date, note: str = "") -> Filing:
    """报送备案: the version that is approved, never a draft.  **Clause** WC-2.1.2(2)c, WC-2.3.1(3)b, QD-A3.审核.3."""
    _approved(version, on)
    if on > timezone.localdate(at):
        raise Refused("报送日期晚于今天", mend="填写实际报送的日期", field="on")
    return Filing.objects.create(
        by=by, at=at, scope=version.scope, version=version, addressee=addressee.strip(), on=on, note=note.strip()
    )


@action("catalogue.receive", kind="registry")
def receive(*, by: Officer, at: datetime, filing: Filing, number: str, on: date) -> FilingReceipt:
    """登记备案回执."""
    if FilingReceipt.objects.filter(filing=filing).exists():
        raise Refused("这次报送已经登记回执", mend="核对备案号", field="number")
    if not filing.on <= on <= timezone.localdate(at):
        raise Refused("备案日期应在报送之后、今天以前", mend="填写回执上的日期", field="on")
    return FilingReceipt.objects.create(by=by, at=at, scope=filing.scope, filing=filing, number=number.strip(), on=on)
