"""Forms of the lists: a table of rows as typed, a file, an approval, a publication, a filing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone

from yangguang.registry.forms import ActionForm, Day, Long, Pick, Text, YesNo
from yangguang.registry.models import Body
from yangguang.trail.errors import Refused

from .actions import BadRows
from .lists import kinds as table
from .lists.kinds import Column
from .lists.tables import Problem
from .models import PORTAL
from .queries import Channel

MOST_TYPED = 80  # rows in the form; a longer list is edited as a file
SPARE = 3


class Whose(forms.Form):
    """Which body's lists are shown, for those who see several."""

    body = Pick(label="机关", required=False)

    def __init__(self, *args: Any, bodies: Sequence[Body], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = [("", "全部机关"), *[(one.scope, one.name) for one in bodies]]  # type: ignore[attr-defined]


@dataclass
class Cell:
    """One field of a row, drawn without a label of its own: the head of the column is its label.

    **Shape** `blank`: it must be filled, the rest of the row is, and nobody knew what to put there.
    """

    label: str
    widget: Any
    errors: list[str]
    blank: bool = False


@dataclass
class Line:
    """One row of the form."""

    number: int
    cells: list[Cell]
    remove: Any


class TableForm(ActionForm):
    """Rows named `rows.<n>.<column>`, each cell as text: what a file says and what is typed is read the same way.

    Cells are not judged here but by the action, so that form and file meet one judge.
    """

    in_force_from = Day(label="施行日期", help_text="审核同意以后，从这一天起执行")
    note = Text(label="修改说明", required=False, max_length=400, help_text="写明依据什么、改了什么")

    def __init__(
        self,
        *args: Any,
        columns: Sequence[Column],
        rows: Sequence[Mapping[str, str]] = (),
        spare: int = SPARE,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.columns = columns
        self.problems: tuple[Problem, ...] = ()
        self.count = self._count(len(rows) + spare)
        self.fields["count"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
        self.initial["count"] = self.count
        self.places: list[int] = []  # the form's row of each row that was handed on
        for n in range(self.count):
            given = rows[n] if n < len(rows) else {}
            for column in columns:
                name = f"rows.{n}.{column.name}"
                self.fields[name] = _cell_field(column, n)
                self.initial[name] = given.get(column.name, "")

    def _count(self, at_least: int) -> int:
        posted = str(self.data.get("count", "")) if self.is_bound else ""
        wanted = int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 5 else at_least
        return min(wanted, MOST_TYPED)

    def typed(self) -> list[dict[str, str]]:
        """The rows that hold anything, as typed."""
        found, self.places = [], []
        for n in range(self.count):
            row = {c.name: str(self.cleaned_data.get(f"rows.{n}.{c.name}") or "") for c in self.columns}
            if any(value.strip() for value in row.values()):
                found.append(row)
                self.places.append(n)
        return found

    def blanks(self) -> int:
        """How many cells of the rows that hold something must still be filled."""
        return sum(self._blank(n, column) for n in range(self.count) for column in self.columns)

    def _blank(self, n: int, column: Column) -> bool:
        if self.is_bound or not column.required:
            return False
        row = [str(self.initial.get(f"rows.{n}.{one.name}") or "").strip() for one in self.columns]
        return any(row) and not str(self.initial.get(f"rows.{n}.{column.name}") or "").strip()

    def lines(self) -> list[Line]:
        return [Line(n + 1, [self._cell(n, column) for column in self.columns], f"drop-{n}") for n in range(self.count)]

    def _cell(self, n: int, column: Column) -> Cell:
        bound = self[f"rows.{n}.{column.name}"]
        style = "form-select" if isinstance(bound.field.widget, forms.Select) else "form-control"
        attrs: dict[str, str | bool] = {
            "class": f"{style}{' is-invalid' if bound.errors else ''}",
            "aria-label": str(bound.label),
        }
        if blank := self._blank(n, column):
            attrs["aria-label"] = f"{bound.label}，空着，须填"
        if bound.errors:
            attrs["aria-invalid"] = "true"
        return Cell(column.label, bound.as_widget(attrs=attrs), [str(e) for e in bound.errors], blank)

    def _refuse(self, refused: Refused) -> None:
        """What is wrong with a cell is said at the cell."""
        if not isinstance(refused, BadRows):
            super()._refuse(refused)
            return
        self.refused, self.problems = refused, refused.problems
        whole = [one for one in refused.problems if not one.row]
        for one in refused.problems:
            place = self.places[one.row - 1] if 0 < one.row <= len(self.places) else None
            name = f"rows.{place}.{one.name}"
            if place is not None and name in self.fields:
                self.add_error(name, f"{one.why}。{one.mend}")
        for one in whole or ([] if self.errors else refused.problems[:1]):
            self.add_error(None, f"{one}。{one.mend}")


def _cell_field(column: Column, n: int) -> forms.Field:
    label = f"{column.label}（第 {n + 1} 行）"
    if column.type in (table.CHOICE, table.YES_NO):
        words = ["是", "否"] if column.type == table.YES_NO else [title for _, title in column.choices]
        # What was imported or typed before stays visible even where it is no choice any more.
        return _Loose(label=label, required=False, choices=[("", "请选择"), *[(one, one) for one in words]])
    roomy = column.long or column.most > 100
    widget = forms.Textarea(attrs={"rows": 2, "cols": 24 if column.long else 14}) if roomy else forms.TextInput()
    return forms.CharField(label=label, required=False, max_length=20_000, widget=widget)


class _Loose(forms.ChoiceField):
    def validate(self, value: Any) -> None:
        """The action judges it."""


def typed_again(post: Mapping[str, Any], columns: Sequence[Column], drop: int | None, more: int) -> dict[str, Any]:
    """The form's rows without one of them or with more, nothing judged: options for a new TableForm."""
    text = str(post.get("count", ""))
    count = min(int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0, MOST_TYPED)
    rows = [
        {column.name: str(post.get(f"rows.{n}.{column.name}", "")) for column in columns}
        for n in range(count)
        if n != drop
    ]
    return {
        "rows": rows,
        "spare": more,
        "initial": {name: post.get(name, "") for name in ("in_force_from", "note", "once", "seen")},
    }


class ImportForm(ActionForm):
    """A file of rows: tried first, or tried and drafted at once."""

    file = forms.FileField(
        label="CSV 文件",
        help_text="第一行是列名，编码 UTF-8 或者 GB 18030；先导出现行清单可作样表",
        error_messages={"required": "请选择文件", "empty": "文件是空的"},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    in_force_from = Day(label="施行日期")
    note = Text(label="修改说明", required=False, max_length=400)
    problems: tuple[Problem, ...] = ()

    MOST = 2 * 2**20

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > self.MOST:
            raise forms.ValidationError(f"文件有 {given.size / 2**20:.1f} MB，最多 2 MB；按执法行为种类分别导入")
        return given

    def _refuse(self, refused: Refused) -> None:
        if isinstance(refused, BadRows):
            self.refused, self.problems = refused, refused.problems
            self.add_error(None, f"文件有 {len(refused.problems)} 处须改正，没有起草")
            return
        super()._refuse(refused)


class ApproveForm(ActionForm):
    """审核清单."""

    approved = YesNo(label="审核结果", choices=[("yes", "同意"), ("no", "不同意")])
    opinion = Long(label="意见", required=False, max_length=400, help_text="不同意的，写明哪一行、为什么")


class PublishForm(ActionForm):
    """公布清单: the channels still open, each with its proof."""

    channels = forms.MultipleChoiceField(
        label="公布渠道",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选择一个渠道", "invalid_choice": "没有“%(value)s”这一渠道"},
    )
    on = Day(label="公布日期", initial=timezone.localdate)

    def __init__(self, *args: Any, open_channels: Sequence[Channel], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.open_channels = open_channels
        self.fields["channels"].choices = [(one.code, one.title) for one in open_channels]  # type: ignore[attr-defined]
        self.initial.setdefault("channels", [PORTAL] if any(one.code == PORTAL for one in open_channels) else [])
        for one in open_channels:
            if one.code != PORTAL:
                self.fields[f"proof.{one.code}"] = Text(
                    label=f"{one.title}的证明",
                    required=False,
                    max_length=400,
                    help_text="网址、刊期，或者公示栏的位置和照片编号",
                )

    def proofs(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"proof.{code}") or "" for code in self.cleaned_data["channels"]}

    def proof_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("proof.")]


class FileForm(ActionForm):
    """报送备案."""

    addressee = Text(label="报送机关", max_length=100)
    on = Day(label="报送日期", initial=timezone.localdate)
    note = Text(label="说明", required=False, max_length=400, help_text="文号、联系人、报送方式")


class ReceiptForm(ActionForm):
    """登记备案回执."""

    number = Text(label="备案号", max_length=60)
    on = Day(label="备案日期", initial=timezone.localdate)
