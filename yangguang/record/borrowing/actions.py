"""Ask for an archived file, answer, take it back.  **Clause** DH-2.2.2c, QS-3.2.3g; 行政处罚法 art. 47."""

from datetime import date, datetime

from django.utils import timezone

from yangguang.duty import actions as duties
from yangguang.duty.models import Duty
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer, Role
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from .. import queries as record
from ..models import Dossier
from . import queries
from .models import Loan, LoanAnswer, LoanReturn

SHORTEST = 4


class NotLent(Refused):
    """Against the rules of the body on lending its files, or not complete."""


def _rules(dossier: Dossier, on: date) -> queries.Rules:
    found = queries.rules(dossier.scope, on)
    if found is None:
        raise NotLent(f"在 {on} 没有登记保存案卷的机关", mend="先登记执法主体")
    return found


def _words(roles: tuple[str, ...]) -> str:
    return "、".join(str(Role(one).label) for one in roles)


@action("record.ask_loan", on="dossier")
def ask_loan(*, by: Officer, at: datetime, dossier: Dossier, way: str, purpose: str, until: date) -> Loan:
    """申请借阅案卷.  **Raises** NotLent."""
    today = timezone.localdate(at)
    held = _rules(dossier, today)
    if record.archive_of(dossier) is None:
        raise NotLent("案卷还没有归档，在办案卷不借阅", because=held.because, mend="需要看的，用“调阅”")
    if not any(registry.holds(by, role) for role in held.borrowers):
        raise NotLent(
            f"按本机关的规则，可以借阅的是{_words(held.borrowers)}", because=held.because, mend="请由有此身份的人员申请"
        )
    if len(purpose.strip()) < SHORTEST:
        raise NotLent("没有写明用途", because=held.because, mend="写明为哪件事借阅", field="purpose")
    if until < today:
        raise NotLent(f"归还日期 {until} 已经过去", because=held.because, mend="核对日期", field="until")
    if held.last is not None and until > held.last:
        raise NotLent(
            f"归还日期 {until} 超过借阅期限，今天借阅最迟 {held.last} 归还", because=list(held.limit.because),
            mend="改为期限以内；到期还需要的，归还后另行申请", field="until",
        )  # fmt: skip
    out = Loan.objects.filter(dossier=dossier, back__isnull=True).exclude(answer__approved=False).first()
    if out is not None:
        raise NotLent("这个案卷已有人申请或者借出，还没有归还", because=held.because, mend="等候归还")
    return Loan.objects.create(
        by=by, at=at, scope=dossier.scope, dossier=dossier, way=way, purpose=purpose.strip(), until=until
    )


@action("record.answer_loan", on="loan")
def answer_loan(*, by: Officer, at: datetime, loan: Loan, approved: bool, opinion: str) -> LoanAnswer:
    """审批借阅: by whom the rules name, who did not ask.  **Raises** NotLent."""
    held = _rules(loan.dossier, timezone.localdate(at))
    if by.scope != loan.scope or not any(registry.holds(by, role) for role in held.approvers):
        raise NotLent(f"由本机关的{_words(held.approvers)}审批", because=held.because, mend="转交有此职责的人员")
    if by.key == loan.by.key:
        raise NotLent("不能审批自己的借阅", because=held.because, mend="请由其他人员审批")
    if LoanAnswer.objects.filter(loan=loan).exists():
        raise NotLent("这项借阅已经审批", because=held.because, mend="刷新页面查看")
    if len(opinion.strip()) < 2:
        raise NotLent("没有写明审批意见", because=held.because, mend="写明同意或者不同意的理由", field="opinion")
    made = LoanAnswer.objects.create(
        by=by, at=at, scope=loan.scope, dossier=loan.dossier, loan=loan, approved=approved, opinion=opinion.strip()
    )
    if approved:
        start = timezone.localdate(at)
        duties.open_duty(
            by=by, at=at, scope=loan.scope, subject=loan.dossier.subject, rule=queries.LIMIT, title=_title(loan),
            role="officer", owner_key=loan.by.key, start_on=start, due_on=loan.until,
            because=[one.as_json() for one in held.limit.because], days=[],
            explain=f"{start} 批准借阅，约定 {loan.until} 归还；{held.limit.explain}",
        )  # fmt: skip
    return made


@action("record.return_loan", on="loan")
def return_loan(*, by: Officer, at: datetime, loan: Loan, whole: bool, note: str = "") -> LoanReturn:
    """案卷归还: taken back by the archivist of the body, looked through.  **Raises** NotLent."""
    held = _rules(loan.dossier, timezone.localdate(at))
    if by.scope != loan.scope or not registry.holds(by, "archivist"):
        raise NotLent("由保存案卷的机关的档案员清点收回", because=held.because, mend="交给档案员")
    answer = LoanAnswer.objects.filter(loan=loan).first()
    if answer is None or not answer.approved:
        raise NotLent("这项借阅没有批准，案卷没有借出", because=held.because, mend="刷新页面查看")
    if LoanReturn.objects.filter(loan=loan).exists():
        raise NotLent("案卷已经归还", because=held.because, mend="刷新页面查看")
    if not whole and len(note.strip()) < SHORTEST:
        raise NotLent("不完整的，须写明缺损和处理", because=held.because, mend="写明缺了哪几页、怎样处理", field="note")
    for duty in Duty.objects.filter(
        subject=loan.dossier.subject, rule=queries.LIMIT, title=_title(loan), discharge__isnull=True
    ):
        duties.discharge(by=by, at=at, duty=duty)
    return LoanReturn.objects.create(
        by=by, at=at, scope=loan.scope, dossier=loan.dossier, loan=loan, whole=whole, note=note.strip()
    )


def _title(loan: Loan) -> str:
    return f"归还借阅的案卷：{loan.dossier.title}"[:200]
