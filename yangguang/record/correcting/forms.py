"""The form of a correction: every value that may be put right, as it stands."""

from datetime import date
from typing import Any

from yangguang.registry import forms as fields

from .queries import Place

LINE = 200


class CorrectForm(fields.ActionForm):
    """更正文书."""

    reason = fields.Long(label="更正理由", max_length=400, help_text="写明错在哪里、依据什么改；理由随新版长期保存")

    def __init__(self, *args: Any, places: list[Place], **options: Any):
        super().__init__(*args, **options)
        self.places = {f"p{number}": place for number, place in enumerate(places)}
        for name, place in self.places.items():
            about: dict[str, Any] = {"label": place.label, "required": False, "initial": place.value}
            long = place.type == "long" or len(place.value) > LINE or "\n" in place.value
            kind = (
                fields.Day if place.type == "date" and len(place.value) == 10 else fields.Long if long else fields.Text
            )
            self.fields[name] = kind(**about)

    @property
    def changes(self) -> dict[str, str]:
        """Only what was really changed."""
        found = {}
        for name, place in self.places.items():
            said = self.cleaned_data.get(name)
            words = said.isoformat() if isinstance(said, date) else str(said or "")
            if words != place.value:
                found[place.key] = words
        return found

    @property
    def shown(self) -> list[Any]:
        return [self[name] for name in self.places]
