"""The picture of a signature as a pad sends it: checked before anything decodes it, and written anew."""

import base64
import binascii
import io
import struct

from PIL import Image, UnidentifiedImageError

from yangguang.trail.errors import Refused

PREFIX = "data:image/png;base64,"
MOST_BYTES, MOST_WIDTH, MOST_HEIGHT = 300_000, 2400, 1200
LEAST_INK = 60  # dark pixels: a dot of a slipped finger is no signature


class BadStrokes(Refused):
    """Not the picture of a signature."""


def clean(given: str) -> bytes:
    """A grey PNG of the strokes, its bytes a function of its pixels only.  **Raises** BadStrokes naming what is wrong."""
    raw = _decoded(given)
    width, height = _size(raw)
    if not (0 < width <= MOST_WIDTH and 0 < height <= MOST_HEIGHT):
        raise _bad(f"签名图片为 {width}×{height} 像素，最大 {MOST_WIDTH}×{MOST_HEIGHT}")
    try:
        with Image.open(io.BytesIO(raw), formats=["PNG"]) as image:
            paper = Image.new("RGBA", image.size, "white")
            paper.alpha_composite(image.convert("RGBA"))
            grey = paper.convert("L")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _bad("签名图片不完整") from error
    if sum(grey.histogram()[:128]) < LEAST_INK:
        raise BadStrokes(
            "签名框里没有笔迹", mend="请当事人在签名框内签名；拒绝签名的，选择“拒绝签名”并写明情况", field="stroke"
        )
    out = io.BytesIO()
    grey.save(out, "PNG", optimize=False)
    return out.getvalue()


def _decoded(given: str) -> bytes:
    if not given:
        raise BadStrokes(
            "没有签名笔迹", mend="请当事人在签名框内签名；拒绝签名的，选择“拒绝签名”并写明情况", field="stroke"
        )
    if not given.startswith(PREFIX) or len(given) > MOST_BYTES * 4 // 3 + len(PREFIX) + 4:
        raise _bad("签名笔迹不是本页签名框的图片，或者过大")
    try:
        return base64.b64decode(given[len(PREFIX) :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad("签名笔迹的编码不正确") from error


def _size(raw: bytes) -> tuple[int, int]:
    """Width and height out of the PNG's own header, so that nothing huge is ever unpacked."""
    if len(raw) < 33 or raw[:8] != b"\x89PNG\r\n\x1a\n" or raw[12:16] != b"IHDR":
        raise _bad("签名图片不是 PNG")
    width, height = struct.unpack(">II", raw[16:24])
    return width, height


def _bad(words: str) -> BadStrokes:
    return BadStrokes(words, mend="请清除后重新签名", field="stroke")
