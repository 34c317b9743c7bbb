"""A Word copy of a document for those who must work on its words: the same template and data, marked as a copy.

Officers' own fonts are named in it (仿宋_GB2312, 方正小标宋简体 …) and nothing is embedded.  The bytes are a function of what goes
in: every entry of the zip bears the same date.
"""

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from typing import Any
from xml.sax.saxutils import escape

from yangguang.record.documents.rendering import html
from yangguang.record.documents.templates import Template, template, title

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDTH = 8844  # twentieths of a point between the margins of GB/T 9704-2012: 156 mm
LABEL = 1530  # the head of a row in a form: 27 mm
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def word(
    code: str,
    data: dict[str, Any],
    *,
    on: date,
    sha256: str,
    public: bool = False,
    paper: str = "PDF 原件",
    form: Template | None = None,
) -> bytes:
    """The document as DOCX, with a line on every page that it is a copy and of what.

    `sha256` is the digest of the PDF that counts.
    **Raises** UnknownDocument, BadField.
    """
    it = form or template(code)
    reader = _Blocks()
    reader.feed(html(code, data, on=on, public=public, form=form))
    reader.close()
    name = title(it, data)
    number = data.get("number") or ""
    copy = f"本件是《{name}》{f'（{number}）' if number else ''}的 Word 副本，不作为执法文书使用，以{paper}为准"
    body = "".join(_block(block) for block in reader.blocks)
    return _zip(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELS,
            "docProps/core.xml": _core(f"{name}（副本）", on),
            "word/_rels/document.xml.rels": _DOCUMENT_RELS,
            "word/styles.xml": _STYLES,
            "word/header1.xml": _header(copy, sha256),
            "word/footer1.xml": _FOOTER,
            "word/document.xml": f'{_HEAD}<w:document {_W} xmlns:r="{_R}"><w:body>{body}{_SECTION}</w:body></w:document>',
        }
    )


# ---- reading the HTML ----------------------------------------------------------------------------------------------
@dataclass
class _Run:
    text: str
    masked: bool = False


@dataclass
class _Block:
    """A paragraph of runs, or a table of rows of (is a head, columns it takes, runs)."""

    style: str
    runs: list[_Run] = field(default_factory=list)
    rows: list[list[tuple[bool, int, list[_Run]]]] = field(default_factory=list)


class _Blocks(HTMLParser):
    STYLES = {"h1": "Title", "h2": "Title", "h3": "Section", "h4": "Section", "p": "Text", "li": "Text", "div": "Text"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Block] = []
        self.cell: list[_Run] | None = None
        self.table: _Block | None = None
        self.open = False
        self.masked = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self.table = _Block("Table")
            self.blocks.append(self.table)
        elif tag == "tr" and self.table:
            self.table.rows.append([])
        elif tag in ("td", "th") and self.table:
            self.cell = []
            self.table.rows[-1].append((tag == "th", int(given.get("colspan") or 1), self.cell))
        elif tag == "br":
            self._runs().append(_Run("\n"))
        elif tag == "mark":
            self.masked = True
        elif tag in self.STYLES and self.cell is not None:
            if self.cell:
                self.cell.append(_Run("\n"))
        elif tag in self.STYLES:
            self.blocks.append(_Block(self.STYLES[tag]))
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.table = None
        elif tag in ("td", "th"):
            self.cell = None
        elif tag == "mark":
            self.masked = False
        elif tag in self.STYLES and self.cell is None:
            self.open = False

    def handle_data(self, text: str) -> None:
        text = text.replace("\n", " ")
        if text.strip() or (text and (self.cell or self.open)):
            self._runs().append(_Run(text, self.masked))

    def _runs(self) -> list[_Run]:
        if self.cell is not None:
            return self.cell
        if not self.open:
            self.blocks.append(_Block("Text"))
            self.open = True
        return self.blocks[-1].runs


# ---- writing WordprocessingML ---------------------------------------------------------------------------------------
def _runs(runs: list[_Run]) -> str:
    out = []
    for run in runs:
        shade = '<w:rPr><w:shd w:val="clear" w:fill="E1E1E1"/></w:rPr>' if run.masked else ""
        parts = run.text.split("\n")
        for index, part in enumerate(parts):
            broken = "<w:br/>" if index else ""
            if part or broken:
                out.append(f'<w:r>{shade}{broken}<w:t xml:space="preserve">{escape(part)}</w:t></w:r>')
    return "".join(out)


def _paragraph(style: str, runs: list[_Run]) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_runs(runs)}</w:p>'


def _block(block: _Block) -> str:
    if not block.rows:
        return _paragraph(block.style, block.runs) if block.runs else ""
    columns = max(sum(span for _, span, _ in row) for row in block.rows)
    form = columns == 4 and block.rows[0][0][0] and not all(head for head, _, _ in block.rows[0])
    widths = [LABEL, WIDTH // 2 - LABEL] * 2 if form else [WIDTH // columns] * columns
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(_row(row, widths) for row in block.rows)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{_paragraph('Cell', [])}"
    )


def _row(row: list[tuple[bool, int, list[_Run]]], widths: list[int]) -> str:
    cells, at = [], 0
    for head, span, runs in row:
        width = sum(widths[at : at + span])
        at += span
        wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{wide}<w:vAlign w:val="center"/></w:tcPr>'
            f"{_paragraph('CellHead' if head else 'Cell', runs)}</w:tc>"
        )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _font(name: str, half_points: int) -> str:
    return (
        f'<w:rPr><w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'
        f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'
    )


def _style(name: str, shape: str, font: str, half_points: int) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/><w:pPr>{shape}</w:pPr>'
        f"{_font(font, half_points)}</w:style>"
    )


_EXACT = '<w:spacing w:before="0" w:after="0" w:line="580" w:lineRule="exact"/>'  # 22 lines a page
_STYLES = (
    f"{_HEAD}<w:styles {_W}>"
    f"<w:docDefaults><w:rPrDefault>{_font('仿宋_GB2312', 32)}</w:rPrDefault></w:docDefaults>"
    + _style("Text", f'{_EXACT}<w:ind w:firstLineChars="200" w:firstLine="640"/>', "仿宋_GB2312", 32)
    + _style(
        "Title", '<w:keepNext/><w:spacing w:before="240" w:after="240"/><w:jc w:val="center"/>', "方正小标宋简体", 44
    )
    + _style("Section", f'<w:keepNext/>{_EXACT}<w:ind w:firstLineChars="200" w:firstLine="640"/>', "黑体", 32)
    + _style("Cell", '<w:spacing w:before="40" w:after="40"/>', "仿宋_GB2312", 24)
    + _style("CellHead", '<w:spacing w:before="40" w:after="40"/><w:jc w:val="center"/>', "仿宋_GB2312", 24)
    + _style("Copy", '<w:spacing w:before="0" w:after="0"/><w:jc w:val="left"/>', "宋体", 16)
    + '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Grid"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    + "</w:tblBorders></w:tblPr></w:style></w:styles>"
)
_SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:footerReference w:type="default" r:id="rId3"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="1134" w:gutter="0"/></w:sectPr>'
)
_FOOTER = (
    f'{_HEAD}<w:ftr {_W}><w:p><w:pPr><w:pStyle w:val="Copy"/><w:jc w:val="center"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t>'
    '</w:r><w:fldSimple w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
)
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_OFFICE}.styles+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_OFFICE}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_OFFICE}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
_DOCUMENT_RELS = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_R}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_R}/header" Target="header1.xml"/>'
    f'<Relationship Id="rId3" Type="{_R}/footer" Target="footer1.xml"/></Relationships>'
)


def _header(copy: str, sha256: str) -> str:
    lines = (copy, f"原件 SHA-256：{sha256}")
    return f"{_HEAD}<w:hdr {_W}>" + "".join(_paragraph("Copy", [_Run(line)]) for line in lines) + "</w:hdr>"


def _core(name: str, on: date) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{escape(name)}</dc:title>'
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{on.isoformat()}T00:00:00Z</dcterms:created></cp:coreProperties>'
    )


def _zip(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(entry, text.encode())
    return out.getvalue()
