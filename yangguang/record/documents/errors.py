"""What can be wrong with a document or its data; every message names the field and the mend."""

from yangguang.trail.errors import Refused


class BadDocument(Refused):
    """A document that cannot be made from what was given.

    **Shape** `message` what is wrong and where, `mend` what to do, `field` dotted name of the field or None.
    """

    def __init__(self, message: str, *, mend: str = "", field: str | None = None):
        super().__init__(message, mend=mend, field=field)

    def __str__(self) -> str:
        return f"{self.message}{'。' + self.mend if self.mend else ''}"


class UnknownDocument(BadDocument):
    """No template has this code."""


class BadTemplate(BadDocument):
    """A template file whose header or body is wrong: a fault of the pack, not of the officer."""


class BadField(BadDocument):
    """A value of the wrong form, too long, or with characters that cannot be shown."""


class Incomplete(BadDocument):
    """Required fields are not given."""

    def __init__(self, title: str, missing: list):
        names = "、".join(field.label for field in missing)
        super().__init__(f"《{title}》缺少必填内容：{names}", mend="请补全后再制作", field=missing[0].name)
        self.missing = missing


class MissingGlyph(BadDocument):
    """No installed font has this character."""

    def __init__(self, character: str, label: str, field: str | None):
        where = f"“{label}”中的" if label else ""
        point = " ".join(f"U+{ord(c):04X}" for c in character)
        super().__init__(
            f"{where}字符“{character}”（{point}）在已安装的字体中没有字形，无法制作文书",
            mend="请改用规范汉字；确属人名、地名用字的，请管理员把含有该字的字体放入字体文件夹",
            field=field,
        )
        self.character = character
