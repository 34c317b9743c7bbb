"""Official documents: a catalogue of templates, the check of what they need, and their PDF, HTML, text and pictures."""

from yangguang.record.documents.errors import (
    BadDocument,
    BadField,
    BadTemplate,
    Incomplete,
    MissingGlyph,
    UnknownDocument,
)
from yangguang.record.documents.rendering import Rendered, html, missing, page_count, page_images, pick, render, text
from yangguang.record.documents.templates import Field, Template, catalogue, number, template
from yangguang.record.documents.values import checked, mask

__all__ = [
    "BadDocument",
    "BadField",
    "BadTemplate",
    "Field",
    "Incomplete",
    "MissingGlyph",
    "Rendered",
    "Template",
    "UnknownDocument",
    "catalogue",
    "checked",
    "html",
    "mask",
    "missing",
    "number",
    "page_count",
    "page_images",
    "pick",
    "render",
    "template",
    "text",
]
