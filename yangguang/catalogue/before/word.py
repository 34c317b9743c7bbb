"""A paper as a Word file (Office Open XML, ISO/IEC 29500), written with the standard library alone.

The faces are those that GB/T 9704-2012 names and officers have; nothing is rendered here.  The same paper gives the same
bytes: no clock is written into the archive.
"""

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
NEVER = (1980, 1, 1, 0, 0, 0)  # the archive's clock stands still
EMU_MM = 36000
TEXT_MM = 156  # width of the type area of GB/T 9704-2012
HIGHEST_MM = 215
TWIPS_MM = 56.7

STYLES = (  # id, name, face, half-points, alignment, first-line characters, outline level
    ("Title", "title", "方正小标宋简体", 44, "center", 0, None),
    ("Lines", "lines", "楷体_GB2312", 24, "center", 0, None),
    ("Heading1", "heading 1", "黑体", 32, "left", 200, 0),
    ("Heading2", "heading 2", "楷体_GB2312", 32, "left", 200, 1),
    ("Body", "body", "仿宋_GB2312", 32, "both", 200, None),
    ("Cites", "cites", "楷体_GB2312", 21, "left", 200, None),
    ("Cell", "cell", "仿宋_GB2312", 21, "left", 0, None),
    ("CellHead", "cell head", "黑体", 21, "left", 0, None),
    ("Picture", "picture", "仿宋_GB2312", 21, "center", 0, None),
)


def write(paper: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """The bytes of the .docx.  **Shape** `pictures`: PNG bytes by the digest a chart block names."""
    names = {digest: f"chart{number}.png" for number, digest in enumerate(pictures, start=1)}
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _rels({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": _document(paper, pictures, names),
        "word/styles.xml": _styles(),
        "word/_rels/document.xml.rels": _rels(
            {"rId1": ("styles", "styles.xml"), **{_id(name): ("image", f"media/{name}") for name in names.values()}}
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, NEVER), content.encode(), zipfile.ZIP_DEFLATED)
        for digest, name in names.items():
            archive.writestr(zipfile.ZipInfo(f"word/media/{name}", NEVER), pictures[digest], zipfile.ZIP_STORED)
    return out.getvalue()


def _types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{word}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{word}.styles+xml"/></Types>'
    )


def _rels(found: Mapping[str, tuple[str, str]]) -> str:
    rows = "".join(f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{to}"/>' for key, (kind, to) in found.items())
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def _id(name: str) -> str:
    return "img" + name.removesuffix(".png")


def _styles() -> str:
    rows = []
    for key, name, face, size, align, indent, level in STYLES:
        outline = f'<w:outlineLvl w:val="{level}"/>' if level is not None else ""
        first = f'<w:ind w:firstLineChars="{indent}" w:firstLine="{indent * size // 20}"/>' if indent else ""
        keep = "<w:keepNext/>" if level is not None else ""
        rows.append(
            f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:pPr>{keep}{first}'
            f'<w:jc w:val="{align}"/>{outline}</w:pPr><w:rPr><w:rFonts w:ascii="Times New Roman" '
            f'w:hAnsi="Times New Roman" w:eastAsia="{face}"/><w:sz w:val="{size}"/><w:lang w:eastAsia="zh-CN"/>'
            "</w:rPr></w:style>"
        )
    return f'{HEAD}<w:styles xmlns:w="{W}">{"".join(rows)}</w:styles>'


def _document(paper: Mapping[str, Any], pictures: Mapping[str, bytes], names: Mapping[str, str]) -> str:
    body = [_p("Title", paper["title"])]
    if paper["lines"]:
        body.append(_p("Lines", "　".join(paper["lines"])))
    for number, block in enumerate(paper["blocks"], start=1):
        match block["type"]:
            case "heading":
                body.append(_p(f"Heading{block['level']}", block["text"]))
            case "para":
                body += [_p("Body", line) for line in block["text"].splitlines()]
                if block["cites"]:
                    body.append(_p("Cites", f"（依据：{'；'.join(block['cites'])}）"))
            case "gap":
                body.append(_p("Body", f"（待明确）{block['text']}"))
            case "table":
                body.append(_table(block))
            case "chart":
                body.append(_picture(number, block, pictures[block["digest"]], names[block["digest"]]))
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/>'
        "</w:sectPr>"
    )
    spaces = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="{WP}" xmlns:a="{A}" xmlns:pic="{PIC}"'
    return f"{HEAD}<w:document {spaces}><w:body>{''.join(body)}{page}</w:body></w:document>"


def _p(style: str, text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _table(block: Mapping[str, Any]) -> str:
    whole = sum(block["widths"])
    widths = [round(TEXT_MM * TWIPS_MM * share / whole) for share in block["widths"]]
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    rows = [_row(block["head"], widths, "CellHead", True), *(_row(row, widths, "Cell") for row in block["rows"])]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>" + _p("Body", "")
    )


def _row(cells: list[str], widths: list[int], style: str, head: bool = False) -> str:
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{''.join(_p(style, line) for line in (str(cell).splitlines() or ['']))}</w:tc>"
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if head else ''}{made}</w:tr>"


def _picture(number: int, block: Mapping[str, Any], png: bytes, name: str) -> str:
    wide, high = struct.unpack(">II", png[16:24])
    scale = min(TEXT_MM / wide, HIGHEST_MM / high)
    cx, cy = round(wide * scale * EMU_MM), round(high * scale * EMU_MM)
    alt = quoteattr(block["alt"][:1000])
    drawing = (
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{cx}" cy="{cy}"/>'
        f'<wp:docPr id="{number}" name={quoteattr(block["title"])} descr={alt}/>'
        f'<a:graphic><a:graphicData uri="{PIC}"><pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="{name}"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{_id(name)}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
    )
    return f'<w:p><w:pPr><w:pStyle w:val="Picture"/></w:pPr><w:r><w:drawing>{drawing}</w:drawing></w:r></w:p>'
