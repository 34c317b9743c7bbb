"""The tags of forms: a field with its source and error, a drop area, the errors together, the filters of a list.

They are part of the library `ui`; pages load that one.
"""

from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select

register = template.Library()


@register.inclusion_tag("components/field.html")
def ui_field(bound: BoundField, source: str = "", help: str = "", rows: int | None = None) -> dict[str, Any]:
    """One field: label above, help, error at the field, and where a filled-in value comes from (来源)."""
    widget = bound.field.widget
    group = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    single = isinstance(widget, CheckboxInput)
    # A radio group hands its class on to its frame, so choices are drawn by their place instead.
    style = "" if group or single else "form-select" if isinstance(widget, Select) else "form-control"
    anchor = bound.id_for_label or bound.auto_id
    help_text = help or bound.help_text
    described = [
        *([f"{anchor}_helptext"] if help_text else []),
        *([f"{anchor}_error"] if bound.errors else []),
        *([f"{anchor}_source"] if source else []),
    ]
    attrs: dict[str, Any] = {
        "class": " ".join(filter(None, [widget.attrs.get("class"), style, "is-invalid" if bound.errors else ""]))
    }
    if described and not group:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors and not group:
        attrs["aria-invalid"] = "true"
    if rows:
        attrs["rows"] = rows
    return {
        "bound": bound,
        "widget": bound.as_widget(attrs=attrs),
        "anchor": anchor,
        "label": bound.label,
        "required": bound.field.required,
        "errors": bound.errors,
        "help": help_text,
        "source": source,
        "group": group,
        "single": single,
        "described": " ".join(described),
        "hidden": bound.is_hidden,
    }


@register.inclusion_tag("components/upload.html")
def ui_upload(bound: BoundField, accept: str = "", max_bytes: int | None = None, note: str = "") -> dict[str, Any]:
    """A file field as a drop area; without script it is the browser's own file field."""
    if not isinstance(bound.field.widget, FileInput):
        raise ValueError(f"字段“{bound.label}”不是文件字段，不能用 ui_upload 显示。")
    anchor = bound.id_for_label
    attrs: dict[str, Any] = {"class": "form-control" + (" is-invalid" if bound.errors else "")}
    attrs["aria-describedby"] = f"{anchor}_helptext" + (f" {anchor}_error" if bound.errors else "")
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if accept:
        attrs["accept"] = accept
    most = max_bytes or getattr(settings, "UPLOAD_MAX_BYTES", None)
    return {
        "widget": bound.as_widget(attrs=attrs),
        "anchor": anchor,
        "label": bound.label,
        "errors": bound.errors,
        "required": bound.field.required,
        "help": bound.help_text,
        "note": note,
        "max_bytes": most,
    }


@register.inclusion_tag("components/error_summary.html")
def ui_form_errors(form: Any) -> dict[str, Any]:
    """This is the summary above a form that came back: each error with a link to its field."""
    rows = []
    for name, errors in form.errors.items():
        label = form[name].label if name in form.fields else ""
        target = (form[name].id_for_label or form[name].auto_id) if name in form.fields else ""
        rows += [{"label": label, "target": target, "text": text} for text in errors]
    return {"rows": rows}


@register.inclusion_tag("components/filter_bar.html")
def ui_filters(form: Any, clear_url: str = "?", wide: str = "q", live: bool = True) -> dict[str, Any]:
    """A GET form whose state is the address; `wide` names the field that takes the room."""
    fields = []
    chosen = []
    for bound in form:
        if bound.is_hidden:
            continue
        value = bound.value()
        style = "form-select" if isinstance(bound.field.widget, Select) else "form-control"
        fields.append({"bound": bound, "widget": bound.as_widget(attrs={"class": style}), "wide": bound.name == wide})
        if value not in (None, "", []) and not bound.errors:
            words = dict(getattr(bound.field, "choices", ()) or ())
            chosen.append({"label": bound.label, "value": words.get(value, value)})
    return {"fields": fields, "hidden": form.hidden_fields(), "chosen": chosen, "clear_url": clear_url, "live": live}
