"""Decisions as the portal meets them: public rows, sealed bytes, entries and a log, without the case behind them."""

import hashlib
import io
import secrets
from datetime import date, datetime, timedelta
from typing import Any

import rfc8785
from django.db import connection
from django.utils import timezone

from yangguang.disclosure import redaction, search
from yangguang.disclosure.models import PublicDecision
from yangguang.record import documents
from yangguang.record.models import Seal
from yangguang.registry import access
from yangguang.registry.models import Party
from yangguang.trail.models import Entry, Kind, Pending, commit
from yangguang.trail.sequencer import integrate_now
from yangguang.vault import store

BODY = "信阳市浉河区青山镇人民政府"
SCOPE = "41.1503.qs/"
DECIDED = date(2026, 9, 18)
AT = datetime.fromisoformat("2026-09-21T09:30:00+08:00")
BASIS = "《河南省城市市容和环境卫生管理条例》第五十条第一项"
REASON = "认定事实的主要证据不足"
BECAUSE = [
    {
        "clause": "行政处罚法 第四十八条第二款",
        "text": "公开的行政处罚决定被依法变更、撤销、确认违法或者确认无效的，行政机关应当在三日内撤回"
        "行政处罚决定信息并公开说明理由。",
        "source": "中华人民共和国行政处罚法",
    },
]
PARTY = Party(
    kind="natural",
    name="赵大勇",
    id_no="411503198001011233",
    phone="13800138000",
    address="河南省信阳市浉河区青山镇青山街12号",
)


def data(number: str) -> dict[str, Any]:
    return {
        "body": {"name": BODY},
        "number": number,
        "case": {"cause": "在禁止区域摆摊经营"},
        "party": {"kind": "person", "name": PARTY.name, "id_no": PARTY.id_no, "address": PARTY.address},
        "officers": [{"name": "张立", "cert_no": "16150301001"}, {"name": "李卫", "cert_no": "16150301002"}],
        "evidence": [{"name": "现场笔录", "proves": "当事人赵大勇占道经营的事实"}],
        "remedies": {"reconsideration": "信阳市浉河区人民政府", "court": "信阳市浉河区人民法院"},
        "opened_on": "2026-09-01",
        "facts": "当事人赵大勇于2026年8月20日上午在青山镇中心小学东门禁止摆卖区域摆设流动小吃摊一处，占道约6平方米，经两次劝导拒不改正。",
        "notice": "本机关已告知当事人拟作出的处罚及其享有的陈述、申辩权利，当事人没有提出陈述、申辩。",
        "violated": "《河南省城市市容和环境卫生管理条例》第二十条",
        "basis": BASIS,
        "discretion": "参照裁量基准“较轻”档次，从轻处罚。",
        "penalties": [{"text": "罚款人民币叁佰元整"}],
        "fine": 30000,
        "publish": True,
    }


def entry(fact_ref: str, row: dict[str, Any], *, kind: Kind, at: datetime = AT) -> Entry:
    """A line of the trail as an action leaves it."""
    about = {
        "verb": "test",
        "at": at.isoformat(),
        "by": "system",
        "fact": fact_ref,
        "recorded": at.isoformat(),
        "row": row,
    }
    chain = f"case:{secrets.token_hex(8)}"
    payload = rfc8785.dumps({"chain": chain, "seq": 1, "prev": "", "p": about}).decode()
    salt = secrets.token_bytes(32)
    made = Entry.objects.create(
        recorded_at=at,
        verb="test",
        by_ref="system",
        fact_ref=fact_ref,
        scope=SCOPE,
        chain=chain,
        seq=1,
        prev="",
        kind=kind,
        payload=payload,
        salt=salt,
        commitment=commit(salt, payload),
    )
    Pending.objects.create(entry=made, kind=kind, commitment=made.commitment)
    return made


def seal(pdf: bytes, code: str, what: str, number: str, fact_ref: str) -> str:
    digest = store.put(io.BytesIO(pdf)).digest
    title = "行政处罚决定书" + ("（公开版）" if what == "public" else "")
    Seal.objects.create(
        digest=digest, code=code, what=what, fact_ref=fact_ref, title=title, number=number, body_name=BODY, on=DECIDED
    )
    return digest


def index(row: PublicDecision) -> PublicDecision:
    with connection.cursor() as cursor:
        head = search.vector(f"{row.title} {row.number} {row.body_name} {row.party}", "A")
        cursor.execute(
            "update disclosure_publicdecision set tsv = %s::tsvector || %s::tsvector where code = %s",
            [head, search.vector(row.text), row.code],
        )
    return row


def show(code: str, **over: Any) -> PublicDecision:
    """A public row alone, for pages that do not verify."""
    number = over.pop("number", f"青山罚决字〔2026〕{int(hashlib.sha256(code.encode()).hexdigest()[:4], 16)}号")
    given = {
        "state": "shown",
        "version": 1,
        "body_name": BODY,
        "region": "411503",
        "kind": "penalty",
        "field": "城市管理",
        "title": "赵某某在禁止区域摆摊经营案",
        "number": number,
        "party": "赵某某",
        "fine_fen": 30000,
        "decided_on": DECIDED,
        "published_at": AT,
        "text": f"行政处罚决定书\n{number}\n当事人占道经营。",
        "digest": "",
        "summary": {
            "body": BODY,
            "party": "赵某某",
            "conclusion": "罚款 300.00 元",
            "basis": BASIS,
            "cause": "在禁止区域摆摊经营",
        },
        "fact_ref": f"disclosure.publication:{code}",
        "marks": [],
        "history": [{"version": 1, "at": AT.isoformat(), "what": "公示"}],
    }
    return index(PublicDecision.objects.create(code=code, **{**given, **over}))


def bury(row: PublicDecision, reason: str = REASON, at: datetime | None = None) -> PublicDecision:
    """Take a public row down, as the action does."""
    at = at or AT + timedelta(days=30)
    ref = f"disclosure.takedown:{row.code}"
    with access.within(""):
        entry(ref, {"publication_id": row.fact_ref, "reason": reason}, kind=Kind.DISCLOSURE, at=at)
    row.state, row.text, row.summary, row.digest, row.marks = "withdrawn", "", {}, "", []
    row.party, row.fine_fen, row.fact_ref = "", 0, ref
    row.title = f"{BODY}{row.number}"
    row.tombstone = {
        "at": at.isoformat(),
        "kind": "撤销",
        "organ": "信阳市浉河区人民政府",
        "on": "2026-10-19",
        "reason": reason,
        "because": BECAUSE,
    }
    row.history = [*row.history, {"version": row.version, "at": at.isoformat(), "what": "撤下"}]
    row.save()
    return index(row)


class Paper:
    """An issued decision, original and public version, both sealed."""

    def __init__(self, code: str, number: str = "青山罚决字〔2026〕33号", public: bool = True):
        self.code, self.number = code, number
        content = data(number)
        self.original = documents.render(
            "penalty_decision", content, on=DECIDED, qr_url=f"http://127.0.0.1:8000/v/{code}"
        ).pdf
        marks = redaction.propose("penalty_decision", content, PARTY)
        self.pdf = documents.render("penalty_decision", redaction.apply(content, marks), on=DECIDED, public=True).pdf
        self.text, self.places = redaction.places("penalty_decision", content, marks, on=DECIDED)
        digest = hashlib.sha256(self.original).hexdigest()
        with access.within(""):
            ref = f"decision.issuance:{code}"
            entry(ref, {"code": code, "number_text": number, "digest": digest, "on": "2026-09-18"}, kind=Kind.EVENT)
            seal(self.original, code, "original", number, ref)
            if public:
                self._publish()

    def _publish(self, version: int = 1, pdf: bytes | None = None) -> None:
        pdf = pdf or self.pdf
        ref = f"disclosure.publication:{self.code}:{version}"
        digest = hashlib.sha256(pdf).hexdigest()
        row = {"version": version, "digest": digest, "text": self.text, "number": self.number}
        entry(ref, row, kind=Kind.DISCLOSURE)
        seal(pdf, self.code, "public", self.number, ref)
        if version == 1:
            show(self.code, number=self.number, text=self.text, marks=self.places, digest=digest, fact_ref=ref)
        else:
            shown = self.row
            shown.version, shown.digest, shown.fact_ref = version, digest, ref
            shown.history = [
                *shown.history,
                {"version": version, "at": timezone.now().isoformat(), "what": "罚款数额写错，已更正"},
            ]
            shown.save()

    @property
    def row(self) -> PublicDecision:
        return PublicDecision.objects.get(code=self.code)

    def correct(self) -> None:
        with access.within(""):
            self._publish(2, self.pdf + b"\n% 2\n")


def log() -> None:
    """Make every entry a leaf."""
    integrate_now()
