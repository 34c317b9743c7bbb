"""Draws a stand-in for a certificate's photograph: a plain figure, marked 演示照片, so that nobody takes it for a person."""

import io
from functools import lru_cache

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from yangguang.vault import store

SIZE = (358, 441)  # two inches at 180 dots
GROUND, FIGURE, INK = (214, 226, 240), (120, 140, 166), (60, 72, 90)


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), 26)


def draw(name: str) -> bytes:
    """The same name gives the same bytes."""
    image = Image.new("RGB", SIZE, GROUND)
    pen, (wide, high) = ImageDraw.Draw(image), SIZE
    pen.ellipse((wide // 2 - 82, 78, wide // 2 + 82, 280), fill=FIGURE)
    pen.ellipse((24, 292, wide - 24, high + 180), fill=FIGURE)
    pen.rectangle((0, high - 44, wide, high), fill=GROUND)
    pen.text((wide / 2, high - 22), f"{name}　演示照片", font=_font(), fill=INK, anchor="mm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def keep(name: str) -> str:
    """The digest of the picture in the vault."""
    return store.put(io.BytesIO(draw(name))).digest
