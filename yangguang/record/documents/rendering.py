"""Makes the documents: PDF/A-3a + PDF/UA-1 with its own data inside, HTML of the same words, pictures of the pages.

The bytes of a PDF are a pure function of template, data, date, fonts and the typesetter's version.
"""

import hashlib
import io
import json
import re
import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from html.parser import HTMLParser
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pypdfium2
import rfc8785
import segno
import typst

from yangguang.record.documents import fonts as fonts_module
from yangguang.record.documents.errors import BadDocument, BadTemplate, Incomplete, MissingGlyph
from yangguang.record.documents.fonts import FontSet
from yangguang.record.documents.templates import PACKS, Field, Template, template
from yangguang.record.documents.templates import title as title_of
from yangguang.record.documents.values import checked, holding, on_words, worded
from yangguang.record.documents.values import missing as missing_fields
from yangguang.record.documents.values import pick as picked

TYPST_VERSION = version("typst")
STANDARDS = ["a-3a", "ua-1"]
BEIJING_OFFSET = timezone(timedelta(hours=8))  # the typesetter takes fixed offsets only
MAX_PAGES = 60
UNDATED = "　　　　年　　月　　日"
_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed|disallowed codepoint `"(.+?)"`', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_local = threading.local()
_pdfium = threading.Lock()  # PDFium may be used by one thread at a time only


@dataclass(frozen=True)
class Rendered:
    """A document's bytes and everything they depend on; log all of it."""

    pdf: bytes
    sha256: str
    template_hash: str
    font_hashes: dict[str, str]
    typst_version: str
    pages: int


def missing(code: str, data: dict[str, Any]) -> list[Field]:
    """The required fields of a document that the data does not give."""
    return missing_fields(template(code), data)


def pick(code: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Of a case's facts only what this document asks for, so that one dictionary can feed every document."""
    return picked(template(code), facts)


def render(
    code: str,
    data: dict[str, Any],
    *,
    on: date,
    qr_url: str | None = None,
    fonts: Path | FontSet | None = None,
    public: bool = False,
    draft: bool = False,
    blank: bool = False,
    form: Template | None = None,
) -> Rendered:
    """The document as a PDF that carries its own data.

    `on` is the document's date; `public` is for data whose personal parts are masked; `draft` may lack required fields,
    is marked 草稿 and bears no seal; `blank` leaves the day of signing open; `form`: the form of the body, where it is not the national one.
    **Raises** UnknownDocument, Incomplete, BadField, MissingGlyph.
    """
    it = form or template(code)
    if not draft and (absent := missing_fields(it, data)):
        raise Incomplete(it.title, absent)
    normal = checked(it, data, public=public)
    faces = _fonts(fonts)
    inputs = _inputs(it, normal, faces, on=on, qr_url=qr_url, public=public, draft=draft, blank=blank, mode="pdf")
    pdf = _compile(it, normal, faces, inputs, on, format="pdf", pdf_standards=STANDARDS)
    return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), it.hash, dict(faces.hashes), TYPST_VERSION, page_count(pdf))


def html(
    code: str, data: dict[str, Any], *, on: date | None = None, public: bool = False, form: Template | None = None
) -> str:
    """The document's words as an HTML fragment (headings, paragraphs, tables) for screens and screen readers."""
    it = form or template(code)
    normal = checked(it, data, public=public)
    faces = fonts_module.load(None)  # HTML has no glyphs; any fonts will do
    inputs = _inputs(it, normal, faces, on=on, qr_url=None, public=public, draft=False, mode="html")
    page = _compile(it, normal, faces, inputs, on, format="html").decode()
    return page[page.index("<body>") + len("<body>") : page.rindex("</body>")].strip()


def text(
    code: str, data: dict[str, Any], *, on: date | None = None, public: bool = False, form: Template | None = None
) -> str:
    """The document's words as plain text, one paragraph or table row a line: for search and for reading aloud."""
    reader = _Plain()
    reader.feed(html(code, data, on=on, public=public, form=form))
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def page_images(pdf: bytes, dpi: int = 110) -> list[bytes]:
    """Each page as a PNG, for looking at on the page."""
    images = []
    with _pdfium, pypdfium2.PdfDocument(pdf) as document:
        if len(document) > MAX_PAGES:
            raise BadDocument(f"文书有 {len(document)} 页，超过可预览的 {MAX_PAGES} 页", mend="请下载 PDF 查看")
        for page in document:
            out = io.BytesIO()
            page.render(scale=dpi / 72).to_pil().save(out, "PNG")
            images.append(out.getvalue())
            page.close()
    return images


def page_count(pdf: bytes) -> int:
    with _pdfium, pypdfium2.PdfDocument(pdf) as document:
        return len(document)


# ---- inside ---------------------------------------------------------------------------------------------------------
def _fonts(given: Path | FontSet | None) -> FontSet:
    return (
        given
        if isinstance(given, FontSet)
        else fonts_module.load(fonts_module.default_folder() if given is None else given)
    )


def _inputs(
    it: Template,
    normal: dict[str, Any],
    faces: FontSet,
    *,
    on: date | None,
    qr_url: str | None,
    public: bool,
    draft: bool,
    mode: str,
    blank: bool = False,
) -> dict[str, bytes]:
    body = (normal.get("body") or {}).get("name", "（行政机关名称）")
    number = normal.get("number")
    title = title_of(it, normal)
    attachment = {
        "code": it.code,
        "title": title,
        "on": on.isoformat() if on else None,
        "variant": "public" if public else "draft" if draft else "original",
        "template_sha256": it.hash,
        "data": normal,
    }
    attached = rfc8785.dumps(attachment)
    # The paper cannot bear its own digest; it bears that of the data inside it, which every change of a word changes.
    digest = hashlib.sha256(attached).hexdigest()[:12]
    verify = f"{qr_url}#d={digest}" if qr_url else ""
    shown = {
        "d": worded(it, normal),
        "meta": {
            "code": it.code,
            "title": title,
            "document_title": f"{title} {number}" if number else title,
            "author": body,
            "body": body,
            "on": UNDATED if blank else on_words(on) if on else "",
            "public": public,
            "draft": draft,
            "seal": not draft,
            "qr_url": verify,
            "digest": digest,
            "mode": mode,
            "form": it.form,
        },
        "layout": it.layout,
        "faces": faces.faces,
        "qr": _qr(verify) if verify else None,
    }
    return {"data.json": json.dumps(shown, ensure_ascii=False).encode(), "attachment.json": attached}


def _qr(url: str) -> str:
    """The QR code of an address, always in one mask: a reader is told which (ISO/IEC 18004 §7.9), and weighing all eight
    took longer than everything else around the typesetter."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False, mask=3).save(out, kind="svg", border=2, xmldecl=False, nl=False, scale=4)
    return out.getvalue().decode()


def _compiler(faces: FontSet) -> typst.Compiler:
    """One compiler a thread; the fonts are shared by all."""
    kept: dict[str, typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if faces.key not in kept:
        kept[faces.key] = typst.Compiler(root=str(PACKS), font_paths=faces.fonts)
    return kept[faces.key]


def _files(it: Template, inputs: dict[str, bytes]) -> dict[str, str | bytes | Path]:
    """The document as the typesetter reads it: a template of the packs, and its data as files that exist only here.

    **Why** files: the typesetter remembers what it laid out for as long as `sys.inputs` stay the same, and those would be
    new with every document.
    """
    main = f"#include {json.dumps('/' + it.path.relative_to(PACKS).as_posix(), ensure_ascii=False)}"
    return {"main.typ": main.encode(), **inputs}


def _compile(
    it: Template, normal: dict[str, Any], faces: FontSet, inputs: dict[str, bytes], on: date | None, **options: Any
) -> bytes:
    # Noon, because the typesetter writes UTC and the day should be the same there.
    moment = datetime(on.year, on.month, on.day, 12, tzinfo=BEIJING_OFFSET) if on else None
    try:
        made = _compiler(faces).compile(_files(it, inputs), timestamp=moment, **options)
    except typst.TypstError as error:
        found = _GLYPH.search(error.message)
        if found is None:
            raise BadTemplate(
                f"模板 {it.code} 排版失败：{error.message}", mend=f"请管理员检查模板：{error.diagnostic}"
            ) from error
        raw = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), found[1] or found[2])
        label, name = holding(it, normal, raw)
        raise MissingGlyph(raw, label, name) from error
    if not isinstance(made, bytes):
        raise BadTemplate(f"模板 {it.code} 没有排出一份文书", mend="请管理员检查模板")
    return made


class _Plain(HTMLParser):
    """Text of an HTML fragment, a new line at the end of each block, a space between cells."""

    BLOCKS = {"p", "h1", "h2", "h3", "h4", "tr", "br", "li", "table", "figure", "div"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.in_row = True
        if tag == "br" or (tag in self.BLOCKS and not self.in_row):
            self.parts.append(" " if self.in_row else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr":
            self.in_row = False
        if tag in {"td", "th"} or (self.in_row and tag == "p"):
            self.parts.append(" ")
        elif tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))
