"""The form by which a compilation is loaded."""

from django import forms as plain

from yangguang.registry import forms as fields

from .reading import LARGEST


class AdoptForm(fields.ActionForm):
    """采用文书样式汇编."""

    file = plain.FileField(
        label="汇编文件",
        help_text=f"YAML 或者 JSON，UTF-8，最大 {LARGEST // 1000} KB；写法见下面的样例",
        error_messages={"required": "请选择文件", "empty": "文件是空的（0 字节）"},
    )
