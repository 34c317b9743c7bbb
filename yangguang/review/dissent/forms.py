"""Object; coordinate."""

from typing import Any

from django.core.exceptions import ValidationError

from yangguang.registry.forms import ActionForm, Long, Moment, Pick, Text

from .models import Coordination


class ObjectForm(ActionForm):
    """提出异议."""

    text = Long(label="异议和理由", max_length=4000)

    def given(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"]}


class CoordinateForm(ActionForm):
    """协调.  **Shape** `attendees`: a line for each, “姓名 职务”."""

    started_at = Moment(label="开始时间")
    place = Text(label="地点", max_length=200)
    attendees = Long(label="参加人员", max_length=2000, help_text="每行一人：姓名 职务。至少承办人、审核人员各一人")
    text = Long(label="协调的情况", max_length=3500)
    result = Pick(label="结果", choices=[("", "请选择"), *Coordination.Result.choices])

    def clean_attendees(self) -> list[dict[str, str]]:
        found = []
        for number, line in enumerate(self.cleaned_data["attendees"].splitlines(), start=1):
            name, _, post = line.strip().partition(" ")
            if not name:
                continue
            if not post.strip():
                raise ValidationError(f"第 {number} 行没有写明职务，应如：张三 执法大队副队长")
            found.append({"name": name[:40], "post": post.strip()[:60]})
        return found

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("started_at", "place", "attendees", "text", "result")}
