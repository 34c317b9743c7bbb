"""Draws the photographs, video and sound of the synthetic county: small, Chinese, and the same bytes for the same seed.

They look like a body camera's pictures of a township street and are marked 演示素材, so that nobody takes them for real.
"""

import io
import math
import random
import struct
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from functools import lru_cache
from typing import Literal

import av
import pylopdf_fonts_zh_cn
from PIL import ExifTags, Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

Scene = Literal["shelf", "front", "street", "waste"]
SCENES: tuple[Scene, ...] = ("shelf", "front", "street", "waste")
BEIJING = timezone(timedelta(hours=8))
START = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
WIDTH, HEIGHT = 1280, 960
FRAMES_A_SECOND = 12
RATE = 16000
GOODS = ("蛋黄派", "豆奶粉", "方便面", "火腿肠", "瓜子仁", "薄脆饼", "酸奶饮", "桂花糕", "芝麻糊", "锅巴片")
SHOPS = ("惠民副食店", "青山百货", "老街粮油店", "鑫源小吃", "信合五金", "绿野果蔬", "康乐饭馆", "盛达建材")
WARM = ((196, 62, 48), (214, 138, 38), (60, 116, 84), (48, 88, 148), (150, 72, 120), (226, 196, 92), (120, 150, 60))


@lru_cache(maxsize=64)
def photo(seed: int, caption: str, *, at: datetime | None = None, scene: Scene | None = None) -> bytes:
    """A JPEG of one scene with the time in its EXIF data and printed on it."""
    draw = random.Random(f"photo-{seed}")  # noqa: S311 - a drawing, not a secret
    moment = at or _moment(draw)
    image = _scene(draw, scene or SCENES[seed % len(SCENES)], (WIDTH, HEIGHT))
    image = image.rotate(draw.uniform(-1.4, 1.4), Image.Resampling.BICUBIC, expand=False)
    image = image.crop((24, 18, WIDTH - 24, HEIGHT - 18)).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    image = _lens(image, draw)
    _stamp(image, moment, caption, device=f"DSJ-{draw.randrange(1000, 9999)}", size=26)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=78, exif=_exif(moment, caption))
    return out.getvalue()


@lru_cache(maxsize=64)
def video(seed: int, seconds: int = 4, *, caption: str = "现场检查", at: datetime | None = None) -> bytes:
    """An MP4 (H.264, 640×360, AAC) that pans over one scene with a running clock."""
    draw = random.Random(f"video-{seed}")  # noqa: S311 - a drawing, not a secret
    moment = at or _moment(draw)
    device = f"DSJ-{draw.randrange(1000, 9999)}"
    wide = _lens(_scene(draw, SCENES[seed % len(SCENES)], (960, 480)), draw)
    out = io.BytesIO()
    with av.open(out, "w", format="mp4", options=_FIXED) as container:
        container.metadata["creation_time"] = _utc(moment)
        container.metadata["title"] = "演示素材"
        pictures = container.add_stream("libx264", rate=FRAMES_A_SECOND)
        pictures.width, pictures.height, pictures.pix_fmt = 640, 360, "yuv420p"
        pictures.codec_context.thread_count = 1  # slices cut by threads would change the bytes
        pictures.options = {"preset": "veryfast", "crf": "31"}
        sound = _aac(container)
        for n in range(seconds * FRAMES_A_SECOND):
            share = n / max(1, seconds * FRAMES_A_SECOND - 1)
            x = round(300 * (0.5 - 0.5 * math.cos(math.pi * share)))
            y = round(60 + 6 * math.sin(n / 3))
            picture = wide.crop((x, y, x + 640, y + 360))
            _stamp(picture, moment + timedelta(seconds=n // FRAMES_A_SECOND), caption, device=device, size=16)
            frame = av.VideoFrame.from_image(picture)
            frame.pts, frame.time_base = n, Fraction(1, FRAMES_A_SECOND)
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        for heard in _voice(draw, seconds):
            container.mux(sound.encode(heard))
        container.mux(sound.encode(None))
    return out.getvalue()


@lru_cache(maxsize=64)
def audio(seed: int, seconds: int = 4, *, at: datetime | None = None) -> bytes:
    """An M4A with a murmur of two voices in turn."""
    draw = random.Random(f"audio-{seed}")  # noqa: S311 - a drawing, not a secret
    out = io.BytesIO()
    with av.open(out, "w", format="ipod", options=_FIXED) as container:
        container.metadata["creation_time"] = _utc(at or _moment(draw))
        container.metadata["title"] = "演示素材"
        sound = _aac(container)
        for heard in _voice(draw, seconds):
            container.mux(sound.encode(heard))
        container.mux(sound.encode(None))
    return out.getvalue()


# ---- time and marks -------------------------------------------------------------------------------------------------
_FIXED = {"fflags": "+bitexact"}  # no version of the writer in the bytes


def _moment(draw: random.Random) -> datetime:
    return START + timedelta(days=draw.randrange(240), minutes=draw.randrange(480), seconds=draw.randrange(60))


def _utc(at: datetime) -> str:
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000000Z")  # noqa: UP017 - beside BEIJING


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)


def _stamp(image: Image.Image, at: datetime, caption: str, *, device: str, size: int) -> None:
    draw = ImageDraw.Draw(image)
    edge = size // 2 + 6

    def write(place: tuple[int, int], words: str, anchor: str) -> None:
        shadow = max(1, size // 12)
        draw.text(
            place, words, (255, 255, 255), _font(size), anchor=anchor, stroke_width=shadow, stroke_fill=(20, 20, 20)
        )

    write((edge, edge - 4), at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"), "la")
    write((image.width - edge, edge - 4), f"执法记录仪 {device}", "ra")
    write((edge, image.height - edge), caption[:40], "ld")
    write((image.width - edge, image.height - edge), "演示素材", "rd")


def _exif(at: datetime, caption: str) -> Image.Exif:
    exif = Image.Exif()
    words = at.astimezone(BEIJING).strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "DEMO", "DSJ-A1"
    exif[ExifTags.Base.DateTime] = words
    exif[ExifTags.Base.XPComment] = caption.encode("utf-16-le")
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = inner[ExifTags.Base.DateTimeDigitized] = words
    inner[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    return exif


def _lens(image: Image.Image, draw: random.Random) -> Image.Image:
    """What a cheap camera does: soft, a little dark at the edges, not quite the right colour."""
    image = image.filter(ImageFilter.GaussianBlur(0.8))
    shade = Image.radial_gradient("L").resize(image.size).point(lambda v: max(0, v - 96) // 2)
    image = Image.composite(Image.new("RGB", image.size, (12, 12, 18)), image, shade)
    image = ImageEnhance.Color(image).enhance(draw.uniform(0.75, 0.95))
    return ImageEnhance.Brightness(image).enhance(draw.uniform(0.95, 1.1))


# ---- scenes ---------------------------------------------------------------------------------------------------------
def _scene(draw: random.Random, scene: Scene, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size)
    {"shelf": _shelf, "front": _front, "street": _street, "waste": _waste}[scene](draw, image)
    return image


def _fade(image: Image.Image, box: tuple[int, int, int, int], top: tuple[int, ...], bottom: tuple[int, ...]) -> None:
    mask = Image.linear_gradient("L").resize((box[2] - box[0], box[3] - box[1]))
    image.paste(Image.composite(Image.new("RGB", mask.size, bottom), Image.new("RGB", mask.size, top), mask), box[:2])


def _shade(colour: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(min(255, round(part * share)) for part in colour)


def _text(
    pen: ImageDraw.ImageDraw, middle: tuple[float, float], words: str, size: float, fill: tuple[int, ...]
) -> None:
    pen.text(middle, words, font=_font(max(8, round(size))), fill=fill, anchor="mm")


def _shelf(draw: random.Random, image: Image.Image) -> None:
    """Shelves of goods; one packet in front shows a date that has passed."""
    w, h = image.size
    _fade(image, (0, 0, w, h), (206, 200, 186), (150, 142, 128))
    pen = ImageDraw.Draw(image)
    rows = 3
    for row in range(rows):
        base = h * (row + 1) // rows - h // 24
        pen.rectangle((0, base - h // 3 + h // 16, w, base), fill=_shade((120, 112, 100), 0.7 + row * 0.08))
        x = w // 60
        while x < w:
            wide, tall = draw.randrange(w // 16, w // 11), draw.randrange(h // 6, h // 4)
            _packet(draw, pen, (x, base - tall, x + wide, base), draw.choice(WARM), draw.choice(GOODS))
            x += wide + draw.randrange(3, 14)
        pen.rectangle((0, base, w, base + h // 28), fill=(232, 230, 224))
        pen.line((0, base + h // 28, w, base + h // 28), fill=(120, 118, 112), width=3)
        for tag in range(w // 20, w, w // 6):
            pen.rectangle((tag, base + 3, tag + w // 14, base + h // 28 - 3), fill=(250, 236, 120))
            _text(
                pen,
                (tag + w / 28, base + h / 56),
                f"￥{draw.randrange(2, 19)}.{draw.choice('058')}0",
                h / 44,
                (60, 30, 20),
            )
    left, top, right, bottom = w * 34 // 100, h * 30 // 100, w * 66 // 100, h * 93 // 100
    pen.rounded_rectangle((left + 12, top + 14, right + 14, bottom + 12), 18, fill=(70, 64, 58))
    _packet(draw, pen, (left, top, right, bottom), (206, 150, 44), "蛋黄派")
    pen.rectangle((left + w // 40, bottom - h // 5, right - w // 40, bottom - h // 26), fill=(250, 248, 240))
    middle = (left + right) / 2
    for line, words in enumerate(("生产日期 20251201", "保质期 6个月", f"批号 A{draw.randrange(10**5, 10**6)}")):
        _text(pen, (middle, bottom - h / 5 + h / 28 + line * h / 19), words, h / 26, (40, 40, 44))


def _packet(
    draw: random.Random, pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: tuple[int, ...], name: str
) -> None:
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    pen.rounded_rectangle(box, max(3, wide // 14), fill=colour, outline=_shade(colour, 0.6), width=2)
    pen.rectangle((left + 2, top + 2, right - 2, top + tall // 12), fill=_shade(colour, 1.25))
    pen.polygon(
        (left + wide // 8, top, left + wide // 4, top, left + wide // 10, bottom, left, bottom),
        fill=_shade(colour, 1.15),
    )
    pen.ellipse(
        (left + wide // 6, top + tall // 7, right - wide // 6, top + tall // 7 + tall // 3), fill=(252, 244, 214)
    )
    size = min(wide / (len(name) + 0.8), tall / 6)
    _text(pen, ((left + right) / 2, top + tall / 7 + tall / 6), name, size, _shade(colour, 0.6))
    for dot in range(3):
        spot = left + wide * (dot + 1) / 4
        radius = wide / 14
        pen.ellipse(
            (spot - radius, top + tall * 0.56, spot + radius, top + tall * 0.56 + radius * 2), fill=_shade(colour, 1.4)
        )


def _front(draw: random.Random, image: Image.Image) -> None:
    """A shop front with its sign, rolling door half up, licence on the wall."""
    w, h = image.size
    _fade(image, (0, 0, w, h * 3 // 10), (150, 186, 220), (214, 226, 234))
    _fade(image, (0, h * 2 // 10, w, h * 8 // 10), (196, 186, 170), (168, 158, 142))
    _fade(image, (0, h * 8 // 10, w, h), (138, 136, 132), (96, 94, 92))
    pen = ImageDraw.Draw(image)
    for y in range(h * 2 // 10, h * 8 // 10, h // 26):
        pen.line((0, y, w, y), fill=(178, 168, 152), width=1)
    sign = draw.choice(((178, 32, 32), (24, 84, 150), (30, 110, 70)))
    pen.rectangle((w // 10, h * 20 // 100, w * 9 // 10, h * 36 // 100), fill=sign, outline=_shade(sign, 0.6), width=4)
    _text(pen, (w / 2, h * 0.28), draw.choice(SHOPS), h / 9, (252, 240, 200))
    pen.rectangle((w // 6, h * 38 // 100, w * 60 // 100, h * 80 // 100), fill=(44, 42, 44))
    for y in range(h * 38 // 100, h * 48 // 100, h // 60):
        pen.rectangle((w // 6, y, w * 60 // 100, y + h // 90), fill=(176, 178, 180))
    for row in range(2):
        base = h * (62 + row * 14) // 100
        for x in range(w // 6 + 16, w * 60 // 100 - w // 18, w // 17):
            tall = draw.randrange(h // 16, h // 10)
            _packet(draw, pen, (x, base - tall, x + w // 20, base), draw.choice(WARM), draw.choice(GOODS)[:2])
        pen.line((w // 6, base, w * 60 // 100, base), fill=(150, 140, 124), width=4)
    pen.rectangle(
        (w * 66 // 100, h * 42 // 100, w * 84 // 100, h * 80 // 100),
        fill=(120, 150, 170),
        outline=(84, 84, 88),
        width=8,
    )
    pen.line((w * 75 // 100, h * 42 // 100, w * 75 // 100, h * 80 // 100), fill=(84, 84, 88), width=6)
    pen.polygon(
        (w * 67 // 100, h * 44 // 100, w * 71 // 100, h * 44 // 100, w * 67 // 100, h * 60 // 100), fill=(160, 186, 200)
    )
    pen.rectangle(
        (w * 87 // 100, h * 46 // 100, w * 96 // 100, h * 56 // 100),
        fill=(250, 246, 232),
        outline=(170, 120, 40),
        width=4,
    )
    _text(pen, (w * 0.915, h * 0.49), "营业执照", h / 44, (150, 40, 30))
    for box in range(3):
        x, tall = w * (4 + box * 4) // 100, draw.randrange(h // 12, h // 8)
        pen.rectangle(
            (x, h * 84 // 100 - tall, x + w // 20, h * 84 // 100), fill=(190, 150, 96), outline=(120, 90, 54), width=3
        )


def _street(draw: random.Random, image: Image.Image) -> None:
    """A stall that stands on the pavement under its umbrella."""
    w, h = image.size
    _fade(image, (0, 0, w, h * 4 // 10), (140, 180, 216), (224, 230, 232))
    pen = ImageDraw.Draw(image)
    x = -w // 20
    while x < w:
        wide, tall = draw.randrange(w // 7, w // 4), draw.randrange(h // 6, h // 3)
        grey = draw.randrange(150, 206)
        pen.rectangle((x, h * 45 // 100 - tall, x + wide, h * 45 // 100), fill=(grey, grey - 6, grey - 16))
        for px in range(x + wide // 8, x + wide - wide // 8, max(12, wide // 5)):
            for py in range(h * 45 // 100 - tall + h // 40, h * 44 // 100, h // 16):
                pen.rectangle((px, py, px + wide // 10, py + h // 30), fill=(96, 116, 132))
        x += wide + 6
    _fade(image, (0, h * 45 // 100, w, h * 62 // 100), (176, 168, 156), (160, 152, 140))
    _fade(image, (0, h * 62 // 100, w, h), (104, 104, 108), (70, 70, 74))
    for x in range(0, w, w // 12):
        pen.line((x, h * 62 // 100, x - w // 10, h * 45 // 100), fill=(150, 142, 130), width=2)
    pen.rectangle((0, h * 61 // 100, w, h * 63 // 100), fill=(206, 204, 198))
    for x in range(w // 20, w, w // 5):
        pen.polygon(
            (x, h * 82 // 100, x + w // 9, h * 82 // 100, x + w // 11, h * 84 // 100, x - w // 40, h * 84 // 100),
            fill=(222, 222, 216),
        )
    left, top = w * 30 // 100, h * 46 // 100
    colours = ((206, 54, 44), (244, 240, 226))
    for part in range(6):
        pen.pieslice(
            (left - w // 20, top - h // 5, left + w * 46 // 100, top + h // 5),
            180 + part * 30,
            210 + part * 30,
            fill=colours[part % 2],
        )
    pen.rectangle((left + w * 20 // 100, top, left + w * 21 // 100, h * 74 // 100), fill=(150, 150, 154))
    pen.rectangle((left, h * 60 // 100, left + w * 40 // 100, h * 64 // 100), fill=(150, 110, 66))
    for x in range(left + 8, left + w * 38 // 100, w // 26):
        colour = draw.choice(((210, 60, 40), (236, 150, 40), (120, 160, 60), (230, 200, 80)))
        for n in range(3):
            pen.ellipse(
                (x, h * (57 - n * 2) // 100, x + w // 30, h * (57 - n * 2) // 100 + w // 30),
                fill=colour,
                outline=_shade(colour, 0.7),
            )
    for leg in (left + 10, left + w * 38 // 100):
        pen.rectangle((leg, h * 64 // 100, leg + w // 90, h * 78 // 100), fill=(110, 80, 48))
    pen.rectangle(
        (left + w * 8 // 100, h * 65 // 100, left + w * 32 // 100, h * 73 // 100),
        fill=(250, 246, 230),
        outline=(180, 40, 30),
        width=3,
    )
    _text(pen, (left + w * 0.2, h * 0.69), f"本地鲜果 {draw.randrange(3, 9)}元/斤", h / 26, (180, 40, 30))


def _waste(draw: random.Random, image: Image.Image) -> None:
    """Building rubble tipped beside a country road."""
    w, h = image.size
    _fade(image, (0, 0, w, h * 4 // 10), (156, 188, 214), (222, 228, 226))
    pen = ImageDraw.Draw(image)
    pen.polygon(
        (
            0,
            h * 40 // 100,
            w // 4,
            h * 24 // 100,
            w // 2,
            h * 36 // 100,
            w * 3 // 4,
            h * 20 // 100,
            w,
            h * 38 // 100,
            w,
            h // 2,
            0,
            h // 2,
        ),
        fill=(104, 130, 108),
    )
    _fade(image, (0, h * 40 // 100, w, h), (134, 150, 92), (96, 110, 66))
    pen.polygon(
        (w * 60 // 100, h * 42 // 100, w * 66 // 100, h * 42 // 100, w * 120 // 100, h, w * 62 // 100, h),
        fill=(150, 148, 144),
    )
    for _ in range(160):
        x, y = draw.randrange(w), draw.randrange(h * 45 // 100, h)
        pen.line(
            (x, y, x + draw.randrange(-6, 7), y - draw.randrange(8, 22)),
            fill=(84, draw.randrange(110, 150), 56),
            width=2,
        )
    spread = w * 26 // 100
    for n in range(420):
        lift = draw.random() ** 0.6
        x = w * 34 // 100 + round(draw.gauss(0, 1) * spread * (1 - lift) * 0.7)
        y = h * 84 // 100 - round(lift * h * 0.34)
        side = draw.randrange(w // 90, w // 30)
        colour = draw.choice(((168, 160, 150), (150, 92, 70), (188, 182, 172), (120, 114, 108), (206, 200, 190)))
        corners = [
            (x + side * math.cos(a + n) * draw.uniform(0.6, 1), y + side * 0.7 * math.sin(a + n))
            for a in (0, 1.4, 2.9, 4.4)
        ]
        pen.polygon(corners, fill=_shade(colour, 0.75 + 0.35 * lift), outline=_shade(colour, 0.55))
    pen.rectangle((w * 74 // 100, h * 34 // 100, w * 75 // 100, h * 62 // 100), fill=(120, 120, 122))
    pen.rectangle(
        (w * 66 // 100, h * 30 // 100, w * 84 // 100, h * 42 // 100),
        fill=(244, 244, 240),
        outline=(190, 40, 36),
        width=5,
    )
    _text(pen, (w * 0.75, h * 0.36), "禁止倾倒垃圾", h / 28, (190, 40, 36))


# ---- sound ----------------------------------------------------------------------------------------------------------
def _aac(container: av.container.OutputContainer) -> av.AudioStream:
    stream = container.add_stream("aac", rate=RATE, layout="mono")
    stream.bit_rate = 32000
    return stream


def _voice(draw: random.Random, seconds: int) -> Iterator[av.AudioFrame]:
    """Syllables of two speakers in turn: a tone with overtones that swells and falls, over the hum of a street."""
    speakers = (draw.uniform(110, 150), draw.uniform(190, 240))
    begin, syllable, strength, tone, phase = 0, 0, 0.0, 0.0, 0.0
    block = 1024
    for start in range(0, seconds * RATE, block):
        samples = []
        for n in range(start, start + block):
            if n >= syllable:
                turn = speakers[(n // (RATE * 2)) % 2]
                tone = turn * draw.uniform(0.85, 1.2)
                strength = draw.choice((0.0, 0.16, 0.2, 0.24, 0.28))
                begin, syllable = n, n + draw.randrange(RATE // 8, RATE // 4)
            phase += 2 * math.pi * tone / RATE
            swell = math.sin(math.pi * (n - begin) / (syllable - begin))
            voice = (math.sin(phase) + 0.5 * math.sin(2 * phase) + 0.3 * math.sin(3 * phase)) * strength * swell
            samples.append(round(32767 * (0.5 * voice + 0.01 * math.sin(n / 40) + draw.uniform(-0.004, 0.004))))
        frame = av.AudioFrame(format="s16", layout="mono", samples=block)
        frame.planes[0].update(struct.pack(f"<{block}h", *samples))
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame
