"""The forms of the decision stage.  Field names are the arguments of the actions, so that a refusal finds its field."""

from collections.abc import Callable
from typing import Any

from django import forms

from yangguang.registry.forms import ActionForm, Clock, Day, Long, Pick, Text, Yuan

from .models import Answer, Revocation, Service, Statement

NEEDS = {
    Service.Method.DIRECT: "当面交给本人；本人不在的，可交其同住成年家属，写明关系",
    Service.Method.LEAVING: "拒收的：写明拒收理由，有见证人在场，或者拍照、录像并收入案卷",
    Service.Method.ELECTRONIC: "须有当事人签名同意的送达地址确认书",
    Service.Method.MAIL: "回执上的收件日期为送达日期，收件地址为确认的地址",
    Service.Method.ENTRUSTED: "委托其他行政机关代为送达，写明受委托机关",
    Service.Method.FORWARDED: "受送达人是军人、被监禁或者被采取强制性教育措施的，通过所在单位转交",
    Service.Method.ANNOUNCEMENT: "下落不明或者其他方式无法送达的；先发出送达公告，期满之日为送达日期",
}
ENDINGS = (
    "当事人自动履行完毕",
    "延期或者分期履行完毕",
    "经催告后履行完毕",
    "人民法院强制执行完毕",
    "人民法院终结执行",
    "决定被撤销或者确认无效",
    "移送司法机关",
    "移送有管辖权的机关",
    "不予行政处罚",
)
PARTS: tuple[tuple[str, str, type[forms.CharField], int], ...] = (
    ("name", "姓名", Text, 40), ("post", "职务", Text, 60), ("view", "意见", Long, 2000),
)  # fmt: skip
ROWS = 7  # places at the table; empty ones are left out


class NotifyForm(ActionForm):
    """事先告知: everything is drawn from the reviewed draft; there is nothing to type."""


class IssueForm(ActionForm):
    """印发决定书: everything is drawn from the decision."""


class ServeForm(ActionForm):
    method = Pick(
        label="送达方式",
        choices=[(m.value, f"{m.label}：{NEEDS[m]}") for m in Service.Method],
        widget=forms.RadioSelect,
    )
    on = Day(label="送达日期", help_text="实际送到的日子")
    hour = Clock(label="送达时间", required=False, help_text="当面交付的，写明到几时几分")
    place = Text(label="送达地点")
    recipient = Text(label="收件人", max_length=60)
    relation = Text(label="与受送达人的关系", max_length=60, required=False)
    through = Text(
        label="受委托、代为转交的机关、单位", max_length=60, required=False, help_text="委托送达、转交送达必填"
    )
    witness = Text(
        label="见证人", max_length=60, required=False, help_text="留置送达填：姓名、单位；没有的，须有照片、录像在卷"
    )
    refusal = Text(label="拒收理由", required=False, help_text="留置送达必填")


class StatementForm(ActionForm):
    how = Pick(label="当事人的表示", choices=Statement.How.choices, widget=forms.RadioSelect)
    text = Long(
        label="陈述申辩的内容，或者放弃的原话",
        required=False,
        help_text="如实记录，不作归纳删减；逾期未提出的不填",
    )
    on = Day(label="日期")


class AnswerForm(ActionForm):
    adopted = Pick(label="复核结论", choices=Answer.Adopted.choices, widget=forms.RadioSelect)
    reason = Long(label="理由", help_text="逐点写明采纳或者不采纳的理由；不得因申辩给予更重的处罚")


class DeliberateForm(ActionForm):
    """集体讨论: a row for each person, with what that person said.  **Shape** `initial["least"]`: how many the pack wants."""

    conclusion = Long(label="讨论结论", max_length=4000)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.least = int(self.initial.get("least") or 1)
        for n in range(ROWS):
            for part, label, kind, longest in PARTS:
                absent = f"第 {n + 1} 人没有填写{label}；集体讨论应有 {self.least} 人以上参加，每人的意见都要记明"
                named = f"第 {n + 1} 人姓名" if part == "name" else label
                self.fields[f"{part}_{n}"] = kind(
                    label=named, max_length=longest, required=n < self.least, error_messages={"required": absent}
                )

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"name_{n}"], self[f"post_{n}"], self[f"view_{n}"]) for n in range(ROWS)]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        people = []
        for n in range(ROWS):
            row = {part: (data.get(f"{part}_{n}") or "").strip() for part in ("name", "post", "view")}
            if not any(row.values()):
                continue
            for part, label, *_ in PARTS:
                if not row[part] and f"{part}_{n}" not in self.errors:
                    self.add_error(f"{part}_{n}", f"第 {n + 1} 人没有填写{label}；不参加的请整行清空")
            people.append(row)
        names = [row["name"] for row in people if row["name"]]
        for n, name in enumerate(names):
            if name in names[:n]:
                self.add_error(None, f"“{name}”填写了两次，每人一行")
        if len(people) < self.least and f"name_{len(people)}" not in self.errors:
            self.add_error(
                f"name_{len(people)}",
                f"集体讨论应有 {self.least} 人以上参加，现有 {len(people)} 人，每人的意见都要记明",
            )
        data["attendees"] = people
        return data


class DecideForm(ActionForm):
    opinion = Long(label="负责人意见", max_length=400, required=False, help_text="不填即为“同意”")


class PerformForm(ActionForm):
    amount_fen = Yuan(label="缴款金额（元）")
    on = Day(label="缴款日期", help_text="按票据填写")
    receipt_no = Text(label="票据号", max_length=60, help_text="财政票据或者银行缴款凭证的号码")


class CloseForm(ActionForm):
    """Only the ways that fit what the file shows are offered."""

    how = Pick(label="结案方式", widget=forms.RadioSelect)

    def __init__(self, *args: Any, fits: Callable[[str], bool] = bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = [(one, one) for one in ENDINGS if fits(one)]  # type: ignore[attr-defined]


class RevokeForm(ActionForm):
    kind = Pick(label="种类", choices=[("", "请选择"), *Revocation.Kind.choices])
    organ = Text(label="作出机关", max_length=100, help_text="复议机关、人民法院、上级机关或者本机关")
    instrument = Text(label="文书名称和文号", max_length=100)
    on = Day(label="文书日期")
    reason = Long(label="理由", max_length=4000, help_text="将在门户公开说明，不要写个人信息")
