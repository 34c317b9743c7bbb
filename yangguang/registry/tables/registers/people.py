"""执法人员 as a table, each with the certificate and the exam it stands on."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from yangguang.policy import packs
from yangguang.trail.errors import Refused

from ... import actions
from ...actions import Call, people
from ...forms import registers as typed
from ...models import Body, Certificate, Exam, Officer
from .. import columns as kinds
from ..book import Book
from ..columns import PUBLIC, Column
from .base import Table, Unfit, Values, column, day, packed, plain

CERTIFICATE = "cert_"

EXAM = "exam_"
FIELDS = {"exam": "cert_exam_passed_on", "on": "cert_exam_passed_on", "officer": "auxiliary"} | {
    name: f"cert_exam_{name}" for name in ("title", "organiser", "regime", "proof")
}


def _told(held: Certificate, name: str) -> Any:
    """What a certificate, or the exam it stands on, says in a column."""
    if name.startswith(EXAM) and name != "exam_passed_on":
        return getattr(held.exam, name.removeprefix(EXAM)) if held.exam else ""
    return getattr(held, name)


def _certificate(name: str, label: str, example: str, how: str = "文字", code: bool = False, most: int = 100) -> Column:
    return plain(f"{CERTIFICATE}{name}", label, how, example, PUBLIC, most, code)


class Officers(Table):
    slug, what, title, model, takes = "officers", "officer", "执法人员", Officer, "officer"
    register, change = staticmethod(actions.register_officer), staticmethod(actions.change_officer)
    also, homonyms = ("certificate",), True
    own = (
        column(typed.OfficerForm, "name", "张伟"),
        plain("unit", "所在机构", "已登记的承办机构名称；没有的留空", "综合执法队", most=100),
        column(typed.OfficerForm, "post", "三级主办"),
        Column("kinds", "执法种类", "规则包中的种类，用、隔开", kinds.names, kinds.names_text, "行政检查、行政处罚"),
        column(typed.OfficerForm, "service_matters"),
        Column("auxiliary", "执法辅助人员", "填“是”或者“否”；留空为否", kinds.yes_no, kinds.yes_no_text, "否",
               choices=("是", "否")),
        _certificate("number", "执法证号", "16150001234", "文本格式；已领证的填写，其余执法证各栏随之必填", True, 40),
        _certificate("issuer", "发证机关", "河南省人民政府"),
        Column(f"{CERTIFICATE}issuer_family", "制发类别", f"选一项：{'、'.join(Certificate.IssuerFamily.labels)}；留空为省级",
               *kinds.choice(dict(Certificate.IssuerFamily.choices)), Certificate.IssuerFamily.PROVINCIAL.label,
               choices=tuple(Certificate.IssuerFamily.labels)),
        _certificate("family", "证件名称", "行政执法证", "本地认可的证件名称；可以留空", most=60),
        day(f"{CERTIFICATE}exam_passed_on", "考试合格日期", "日期，不得晚于证件有效期自；新登记的执法证必填", "2024-03-01"),
        _certificate("exam_title", "考试名称", "行政执法人员资格考试", "所凭的执法资格考试；新登记的执法证必填"),
        _certificate("exam_organiser", "考试举办机关", "省司法厅", "新登记的执法证必填"),
        _certificate("exam_regime", "执法资格考试种类", "", "本地规则写明认可哪些考试的，写其中一种；没有写明的留空", most=60),
        _certificate("exam_proof", "成绩单编号", "", "成绩单、合格证编号，文本格式；没有的留空", True),
        Column(f"{CERTIFICATE}covers", "执法领域", "用、隔开；留空为本机关全部领域（综合执法）", kinds.names, kinds.names_text),
        day(f"{CERTIFICATE}valid_from", "证件有效期自", example="2024-04-01"),
        day(f"{CERTIFICATE}valid_to", "证件有效期至", example="2029-03-31"),
    )  # fmt: skip

    def column_for(self, name: str, body: Body | None) -> Column:
        found = self.by_name[name]
        return packed(found, body, several=True) if name == "kinds" else found

    def open(self, book: Book) -> None:
        book.open_units()

    def fetch(self, book: Book, rows: list[tuple[str, Values]], keys: set[UUID]) -> None:
        book.fetch_certificates({n for _, said in rows if (n := said.get("cert_number"))}, ())
        owners = {one.officer_key for one in book.certificates.values()}
        names = {found for scope, said in rows if (found := super(Officers, self).natural(scope, said))}
        for thing in book.fetch(self.model, super().match(names), keys | owners):
            self.enrol(book, thing)
        self.fetch_beside(book, list(book.keyed.values()))

    def find(self, scope: str, said: Values, book: Book) -> list[Any]:
        held = book.certificates.get(said.get("cert_number") or "")
        if held is not None and held.officer_key in book.keyed:
            person = book.keyed[held.officer_key]
            if person.name != said.get("name"):  # a slip in the number must not rename somebody else
                raise Unfit(
                    f"证号 {held.number} 已登记给另一人（{person.name}）",
                    mend="请核对证号；确是此人改名的，填写登记编号",
                    field="cert_number",
                )
            return [person]
        named = super().natural(scope, said)
        return book.found.get(named, []) if named else []

    def fetch_beside(self, book: Book, things: list[Any]) -> None:
        unknown = {thing.key for thing in things} - set(book.held)
        if unknown:
            book.fetch_certificates((), unknown)

    def natural(self, scope: str, said: Values) -> Any:
        if said.get("cert_number"):
            return ("certificate", said["cert_number"])
        return super().natural(scope, said)

    def naturals_of(self, thing: Any) -> list[Any]:
        return [(thing.scope, thing.name)]

    def value_of(self, thing: Any, name: str, book: Book) -> Any:
        if name == "unit":
            return book.unit_keys.get(thing.unit.key, thing.unit).name if thing.unit else ""
        if name.startswith(CERTIFICATE):
            held = book.held.get(thing.key)
            return _told(held, name.removeprefix(CERTIFICATE)) if held else None
        return super().value_of(thing, name, book)

    def arguments(self, said: Values, thing: Any) -> Values:
        given = {n: v for n, v in super().arguments(said, thing).items() if not n.startswith(CERTIFICATE)}
        if "unit" in given and isinstance(given["unit"], str):
            given["unit"] = None
        return given

    def resolve(self, said: Values, scope: str, book: Book) -> None:
        if not said.get("unit"):
            return
        if (scope, said["unit"]) not in book.units:
            raise Unfit(f"没有登记过承办机构“{said['unit']}”", mend="先登记承办机构，或者核对名称", field="unit")
        said["unit"] = book.units[scope, said["unit"]]

    def beside(self, said: Values, thing: Any, body: Body, on: date, book: Book) -> tuple[Call, ...]:
        """The certificate of the row: granted if it is new, left alone if it is the one registered, else refused."""
        asked = {n.removeprefix(CERTIFICATE): v for n, v in said.items() if n.startswith(CERTIFICATE)}
        number = asked.get("number")
        if not number:
            if extra := next((n for n, v in asked.items() if v), None):
                raise Unfit(
                    "填写了执法证的内容，没有填写执法证号", mend="补上证号，或者清空执法证各栏", field=f"cert_{extra}"
                )
            return ()
        known = book.certificates.get(number)
        if known is not None:
            self._same_certificate(known, asked, thing)
            return ()
        if barred := book.hand.barred("certificate", body.scope):
            barred.field = "cert_number"
            raise barred
        for name, label in (("issuer", "发证机关"), ("valid_from", "证件有效期自"), ("valid_to", "证件有效期至")):
            if not asked.get(name):
                raise Unfit(f"没有填写{label}", mend=f"填写{label}", field=f"cert_{name}")
        asked["issuer_family"] = asked.get("issuer_family") or Certificate.IssuerFamily.PROVINCIAL
        holder = Officer(
            name=said.get("name") or thing.name,
            auxiliary=said["auxiliary"] if "auxiliary" in said else bool(thing and thing.auxiliary),
            body=body,
        )
        exam = {name.removeprefix(EXAM): asked.pop(name) for name in list(asked) if name.startswith(EXAM)}
        return self._granted(asked, exam, holder, thing, book)

    def _granted(self, asked: Values, exam: Values, holder: Officer, thing: Any, book: Book) -> tuple[Call, ...]:
        """The exam, unless it is on record, and the certificate that stands on it.  **Raises** Refused."""
        on = exam.pop("passed_on", None)
        if on is None:
            raise people.NoExam(
                f"{holder.name}在 {asked['valid_from']} 之前没有通过执法资格考试，不得颁发行政执法证",
                because=packs.load(holder.body.pack).parameter("exam_required").because,
                mend="填写考试合格日期、考试名称和举办机关",
                field="cert_exam_passed_on",
            )
        passes = book.exams.get(thing.key, []) if thing is not None else []
        known = next((one for one in passes if one.on == on), None)
        given = {"title": "", "organiser": "", "regime": "", "proof": ""} | exam
        try:
            if known is None:
                people.may_be_recorded(
                    holder, given["title"], given["organiser"], on, timezone.localdate(), given["regime"]
                )
            stands_on = known or Exam(passed=True, on=on, title=given["title"], regime=given["regime"])
            people.may_be_granted(holder, stands_on, asked["valid_from"], asked["valid_to"], asked.get("family") or "")
        except Refused as refused:
            refused.field = FIELDS.get(refused.field or "", f"cert_{refused.field}")
            raise
        if known is not None:
            return (Call(actions.grant_certificate, asked | {"exam": known}),)
        person = {} if thing is None else {"officer": thing}
        record = Call(actions.record_exam, given | person | {"on": on, "how": Exam.How.IMPORTED})
        return record, Call(actions.grant_certificate, asked, after="exam")

    def _same_certificate(self, known: Certificate, asked: Values, thing: Any) -> None:
        if thing is None or known.officer_key != thing.key:
            raise Unfit(f"证号 {known.number} 已登记给另一人", mend="请核对证号", field="cert_number")
        for name, value in asked.items():
            write = self.by_name[f"{CERTIFICATE}{name}"].write
            if value not in (None, "", []) and write(value) != write(_told(known, name)):
                raise Unfit(
                    f"执法证 {known.number} 已登记，内容不能改",
                    mend="换证有新的证号；暂扣、注销和年度审验在人员的页面办理",
                    field=f"cert_{name}",
                )
