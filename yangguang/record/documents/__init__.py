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
from yangguang.record.documents.templates import Field, Template, catalogue, number, template, title
from yangguang.record.documents.values import MASK_OPEN, checked, look, mask
from yangguang.record.documents.values import missing as lacking
from yangguang.record.documents.word import MIME as WORD_MIME
from yangguang.record.documents.word import word

__all__ = [
    "MASK_OPEN",
    "WORD_MIME",
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
    "lacking",
    "look",
    "mask",
    "missing",
    "number",
    "page_count",
    "page_images",
    "pick",
    "render",
    "template",
    "text",
    "title",
    "word",
]
