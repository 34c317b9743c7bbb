"""The worker that reads untrusted media: run as a script in a process of its own, with limits, by media.py.

`probe.py probe PATH DECLARED_NAME` prints JSON; `probe.py thumbnail PATH KIND` prints JPEG bytes; a bad file exits with 3
and prints `{"message", "mend"}`.  It imports nothing of the project, so that it can run isolated.
"""

import importlib
import io
import json
import re
import resource
import struct
import sys
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from PIL import ExifTags, Image, ImageDraw, ImageOps, UnidentifiedImageError

if TYPE_CHECKING:
    import av
    import pypdfium2


class _Later:
    """A library that is read when it is first asked for: a photograph waits for no reader of films."""

    def __init__(self, name: str):
        self._name = name
        self._module: ModuleType | None = None

    def __getattr__(self, name: str) -> Any:
        if self._module is None:
            self._module = importlib.import_module(self._name)
            if self._name == "av":
                self._module.logging.set_level(None)
        return getattr(self._module, name)


if not TYPE_CHECKING:
    av, pypdfium2 = _Later("av"), _Later("pypdfium2")

MEMORY_BYTES = 2 * 2**30
CPU_SECONDS = 20
MAX_PIXELS = 100_000_000
MAX_VIDEO_PIXELS = 8192 * 4320
MAX_PAGES = 3000
MAX_PAGE_POINTS = 14_400  # 200 inches: what PDF itself allows
MAX_HOURS = 24
SIDE = 480
LONG_SOUND = 300 * 1_000_000  # microseconds: what is longer is heard in samples
REFUSED = 3
BEIJING = timezone(timedelta(hours=8))
AGAIN = "请从拍摄设备重新导出完整的原始文件后上传"


class Bad(Exception):
    """This file cannot be taken."""

    def __init__(self, message: str, mend: str = AGAIN):
        super().__init__(message)
        self.message, self.mend = message, mend


@dataclass(frozen=True)
class Type:
    """A kind of content that is accepted, and the names it may go by."""

    name: str
    kind: str
    mime: str
    suffixes: tuple[str, ...]
    demuxer: str = ""


JPEG = Type("JPEG 图片", "photo", "image/jpeg", ("jpg", "jpeg"))
PNG = Type("PNG 图片", "photo", "image/png", ("png",))
WEBP = Type("WebP 图片", "photo", "image/webp", ("webp",))
PDF = Type("PDF 文档", "document", "application/pdf", ("pdf",))
MP4 = Type("MP4 视频", "video", "video/mp4", ("mp4", "m4v", "mov", "3gp"), "mov")
M4A = Type("M4A 音频", "audio", "audio/mp4", ("m4a", "mp4"), "mov")
WEBM = Type("WebM/MKV 视频", "video", "video/webm", ("webm", "mkv"), "matroska")
WEBA = Type("WebM 音频", "audio", "audio/webm", ("webm", "weba", "mka"), "matroska")
AVI = Type("AVI 视频", "video", "video/x-msvideo", ("avi",), "avi")
WAV = Type("WAV 音频", "audio", "audio/wav", ("wav",), "wav")
MP3 = Type("MP3 音频", "audio", "audio/mpeg", ("mp3",), "mp3")
AAC = Type("AAC 音频", "audio", "audio/aac", ("aac",), "aac")
AMR = Type("AMR 音频", "audio", "audio/amr", ("amr",), "amr")
OGG = Type("OGG 音频", "audio", "audio/ogg", ("ogg", "oga", "opus"), "ogg")
ACCEPTED = "照片 jpg、png、webp；视频 mp4、mov、avi、webm、mkv；录音 m4a、mp3、wav、aac、amr、ogg；文档 pdf"

# What is known and refused, said by its name: (signature, name, mend).
DANGEROUS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "压缩包或 Office 文档", "Word、Excel 文件请另存为 PDF，压缩包请解压后逐个上传"),
    (b"PK\x05\x06", "空压缩包", "请解压后逐个上传"),
    (b"Rar!", "RAR 压缩包", "请解压后逐个上传"),
    (b"7z\xbc\xaf", "7z 压缩包", "请解压后逐个上传"),
    (b"\x1f\x8b", "gzip 压缩包", "请解压后逐个上传"),
    (b"MZ", "可执行程序", "不得上传程序文件"),
    (b"\x7fELF", "可执行程序", "不得上传程序文件"),
    (b"#!/", "脚本程序", "不得上传程序文件"),
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文档", "请另存为 PDF 后上传"),
    (b"<!DOCTYPE", "网页", "请打印为 PDF 后上传"),
    (b"<html", "网页", "请打印为 PDF 后上传"),
    (b"<svg", "SVG 图形", "请导出为 PNG 后上传"),
    (b"<?xml", "XML 文件", "请转换为 PDF 后上传"),
    (b"GIF8", "GIF 动图", "请上传原始照片或视频"),
)


def main(arguments: list[str]) -> int:
    _limit()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    verb, path, extra = arguments
    try:
        if verb == "probe":
            sys.stdout.buffer.write(json.dumps(probe(Path(path), extra)).encode())
        else:
            sys.stdout.buffer.write(thumbnail(Path(path), extra))
    except Bad as bad:
        return _refuse(bad)
    except MemoryError:
        return _refuse(Bad("文件展开后超出内存限制，可能经过伪造"))
    return 0


def _refuse(bad: Bad) -> int:
    sys.stdout.buffer.write(json.dumps({"message": bad.message, "mend": bad.mend}).encode())
    return REFUSED


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it reads files and writes to a pipe, nothing else
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# ---- what it is -----------------------------------------------------------------------------------------------------
def probe(path: Path, declared_name: str) -> dict[str, Any]:
    size = path.stat().st_size
    if size == 0:
        raise Bad("文件是空的（0 字节）")
    suffix = Path(declared_name).suffix.lower().lstrip(".")
    with path.open("rb") as file:
        kinds = _sniff(file.read(4096))
        if not any(suffix in it.suffixes for it in kinds):
            raise Bad(
                f"文件内容是{kinds[0].name}，但文件名“{Path(declared_name).name[-80:]}”的扩展名是“.{suffix}”",
                f"请上传未改名的原始文件（{kinds[0].name}的扩展名应为 {'、'.join('.' + s for s in kinds[0].suffixes)}）",
            )
        _nothing_behind(file, kinds[0], size)
        file.seek(0)
        if kinds[0].kind == "photo":
            _no_page_inside(file, kinds[0], size)
            file.seek(0)
            return _photo(file, kinds[0], size)
        if kinds[0].kind == "document":
            return _document(file, kinds[0], size)
        return _stream(file, kinds, suffix, size)


def _nothing_behind(file: BinaryIO, it: Type, size: int) -> None:
    """Two files in one: an archive that is read from its end hides behind a picture or a film that is read from its begin."""
    tail = 65535 + 22
    file.seek(max(0, size - tail))
    end = file.read()
    place = end.rfind(b"PK\x05\x06")
    if place < 0 or len(end) - place < 22:
        return
    directory, start, note = struct.unpack("<IIH", end[place + 12 : place + 22])
    if place + 22 + note <= len(end) and directory >= 46 and start + directory <= size:
        where = (
            max(0, size - tail) + place - directory
        )  # right before its end mark, however much lies before the archive
        file.seek(max(0, where))
        if file.read(4) == b"PK\x01\x02":
            raise Bad(f"{it.name}的后面还藏有一个压缩包（一个文件两种内容）", "请上传拍摄设备导出的原始文件")


PAGES = (
    b"<script",
    b"<!doctype html",
    b"<html>",
    b"<html ",
    b"<?php ",
)  # longer than chance leaves in a picture's bytes
EDGE = 65536


def _no_page_inside(file: BinaryIO, it: Type, size: int) -> None:
    """A picture that a browser asked to guess would run as a page: in a comment at its begin, or behind its end."""
    file.seek(0)
    edges = [file.read(EDGE)]
    file.seek(max(0, size - EDGE))
    edges.append(file.read())
    if any(mark in edge.lower() for edge in edges for mark in PAGES):
        raise Bad(f"{it.name}中夹有网页或者脚本（一个文件两种内容）", "请上传拍摄设备导出的原始文件")


def _sniff(head: bytes) -> tuple[Type, ...]:
    """The types whose content begins like this: two for containers that hold either pictures or only sound."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, name, mend in DANGEROUS:
        if head.startswith(signature) or (signature.startswith(b"<") and start.lower().startswith(signature.lower())):
            raise Bad(f"文件内容是{name}，不是照片、音像或 PDF 文档", mend)
    if head.startswith(b"\xff\xd8\xff"):
        return (JPEG,)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return (PNG,)
    if head.startswith(b"RIFF") and len(head) >= 12:
        riff = {b"WEBP": (WEBP,), b"WAVE": (WAV,), b"AVI ": (AVI,)}.get(head[8:12])
        if riff:
            return riff
    if head[4:8] == b"ftyp":
        if head[8:12] in {b"heic", b"heix", b"mif1", b"heif", b"avif"}:
            raise Bad(
                "照片是 HEIC/AVIF 格式，不便长期保存", "请在手机相机设置中选择“兼容性最佳”（JPEG）后重新拍摄或导出"
            )
        return (MP4, M4A)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return (WEBM, WEBA)
    if b"%PDF-" in head[:1024]:
        return (PDF,)
    if head.startswith(b"#!AMR"):
        return (AMR,)
    if head.startswith(b"OggS"):
        return (OGG,)
    if head[:2] in {b"\xff\xf1", b"\xff\xf9"}:
        return (AAC,)
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        return (MP3,)
    raise Bad("不能识别文件内容，不是可接受的照片、音像或 PDF 文档", f"可接受：{ACCEPTED}")


def _answer(it: Type, **found: Any) -> dict[str, Any]:
    empty = {"width": None, "height": None, "duration_ms": None, "taken_at": None, "codec": None}
    return {"kind": it.kind, "mime": it.mime, **empty, **found}


# ---- photographs ----------------------------------------------------------------------------------------------------
def _opened(file: BinaryIO) -> Image.Image:
    try:
        image = Image.open(file, formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Bad(f"图片展开后超过 {MAX_PIXELS // 10**6} 百万像素，可能经过伪造", "请上传相机拍摄的原始照片") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise Bad("图片已损坏，无法打开") from error
    if image.width * image.height > MAX_PIXELS:
        raise Bad(f"图片展开后超过 {MAX_PIXELS // 10**6} 百万像素，可能经过伪造", "请上传相机拍摄的原始照片")
    return image


def _photo(file: BinaryIO, it: Type, size: int) -> dict[str, Any]:
    _whole_photo(file, it, size)
    if it is PNG:
        try:
            _opened(file).verify()  # every checksum up to the end mark
        except (OSError, SyntaxError, ValueError, struct.error) as error:
            raise Bad("图片不完整或已损坏") from error
        file.seek(0)
    image = _opened(file)
    try:
        exif = image.getexif()
        taken_at = _exif_time(exif)
        image.load()
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise Bad("图片不完整或已损坏，后半部分无法读出") from error
    turned = exif.get(ExifTags.Base.Orientation) in {5, 6, 7, 8}
    width, height = (image.height, image.width) if turned else image.size
    return _answer(it, width=width, height=height, taken_at=taken_at, codec=(image.format or "").lower())


def _whole_photo(file: BinaryIO, it: Type, size: int) -> None:
    if it is JPEG:
        file.seek(max(0, size - 65536))
        whole = b"\xff\xd9" in file.read()
    elif it is WEBP:
        file.seek(4)
        whole = struct.unpack("<I", file.read(4))[0] + 8 <= size
    else:
        file.seek(max(0, size - 4096))
        whole = b"IEND\xaeB`\x82" in file.read()
    file.seek(0)
    if not whole:
        raise Bad("图片不完整，文件在中途被截断")


def _exif_time(exif: Image.Exif) -> str | None:
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    words = inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = inner.get(ExifTags.Base.OffsetTimeOriginal)
    match = re.fullmatch(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", str(words or "").strip("\0 "))
    if not match:
        return None
    try:
        at = datetime.strptime("".join(match.groups()), "%Y%m%d%H%M%S").replace(tzinfo=_offset(offset))
    except ValueError:
        return None
    return at.isoformat() if at.year >= 2000 else None


def _offset(words: object) -> timezone:
    """The camera's own offset; one that says none keeps Beijing time, as all of China does."""
    match = re.fullmatch(r"([+-])(\d\d):(\d\d)", str(words or "").strip("\0 "))
    if not match:
        return BEIJING
    minutes = int(match[2]) * 60 + int(match[3])
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


# ---- documents ------------------------------------------------------------------------------------------------------
def _document(file: BinaryIO, it: Type, size: int) -> dict[str, Any]:
    file.seek(max(0, size - 4096))
    if b"%%EOF" not in file.read():
        raise Bad("PDF 文档不完整，文件在中途被截断", "请重新导出或下载完整的 PDF 后上传")
    file.seek(0)
    document = _pdf(file)
    if not 1 <= len(document) <= MAX_PAGES:
        raise Bad(f"PDF 文档有 {len(document)} 页，可接受 1 至 {MAX_PAGES} 页", "请拆分后上传")
    try:
        for number in {0, len(document) - 1}:
            width, height = document[number].get_size()
            if max(width, height) > MAX_PAGE_POINTS:
                raise Bad("PDF 页面尺寸超过 200 英寸，可能经过伪造", "请重新导出为 A4 幅面的 PDF")
    except pypdfium2.PdfiumError as error:
        raise Bad("PDF 文档已损坏，页面无法读出", "请重新导出 PDF 后上传") from error
    width, height = document[0].get_size()
    return _answer(it, width=round(width), height=round(height), codec=f"pdf/{len(document)}")


def _pdf(file: BinaryIO) -> "pypdfium2.PdfDocument":
    try:
        return pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Bad("PDF 文档设有打开密码", "请取消密码保护后上传") from error
        raise Bad("PDF 文档已损坏，无法打开", "请重新导出 PDF 后上传") from error


# ---- video and sound ------------------------------------------------------------------------------------------------
def _stream(file: BinaryIO, kinds: tuple[Type, ...], suffix: str, size: int) -> dict[str, Any]:
    _whole_stream(file, kinds[0], size)
    file.seek(0)
    try:
        with av.open(file, "r", format=kinds[0].demuxer) as container:
            video = next((s for s in container.streams.video if s.codec_context.name not in {"mjpeg", "png"}), None)
            it = next((kind for kind in kinds if (kind.kind == "video") == (video is not None)), None)
            if it is None or suffix not in it.suffixes:
                raise Bad(f"文件名是“.{suffix}”，内容却{'没有画面' if video is None else '含有画面'}，与扩展名不符")
            sound = next(iter(container.streams.audio), None)
            main_stream = video or sound
            if main_stream is None:
                raise Bad("文件中既没有画面也没有声音")
            if video is not None and video.codec_context.width * video.codec_context.height > MAX_VIDEO_PIXELS:
                raise Bad("视频画面尺寸超过 8192×4320，可能经过伪造")
            _decodes(container, main_stream)
            indexed = container.duration is not None and container.duration > 0
            duration = _duration(container, main_stream)
            if duration is not None and duration > MAX_HOURS * 3_600_000:
                raise Bad(f"时长超过 {MAX_HOURS} 小时，可能经过伪造", "请分段导出后上传")
            return _answer(
                it,
                mime="video/quicktime" if suffix == "mov" else it.mime,
                width=video.codec_context.width if video else None,
                height=video.codec_context.height if video else None,
                duration_ms=duration,
                taken_at=_creation_time(container, main_stream),
                codec="+".join(s.codec_context.name for s in (video, sound) if s is not None),
                unindexed=not indexed,
            )
    except (av.FFmpegError, EOFError, struct.error) as error:
        raise Bad(f"{kinds[0].name}不完整或已损坏，无法读出") from error


def _decodes(container: Any, stream: Any) -> None:
    """At least one picture (or piece of sound) can really be decoded."""
    stream.codec_context.thread_count = 1
    for tried, packet in enumerate(container.demux(stream)):
        if packet.decode():
            return
        if tried > 600:
            break
    raise Bad("文件中没有可以播放的画面或声音")


def _duration(container: Any, stream: Any) -> int | None:
    if container.duration is not None and container.duration > 0:
        return round(container.duration / 1000)
    # A recording made in the browser does not say how long it is: the last packet does.
    end = 0.0
    for packet in container.demux(stream):
        if packet.pts is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    return round(end * 1000) or None


def _creation_time(container: Any, stream: Any) -> str | None:
    words = container.metadata.get("creation_time") or stream.metadata.get("creation_time")
    if not words:
        return None
    try:
        at = datetime.fromisoformat(words.replace("Z", "+00:00"))
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=timezone.utc)  # noqa: UP017 - one name for both zones of this file
    return at.isoformat() if at.year >= 2000 else None  # 1904 and 1970 are clocks that were never set


def _whole_stream(file: BinaryIO, it: Type, size: int) -> None:
    file.seek(0)
    if it in {AVI, WAV}:
        file.seek(4)
        said = struct.unpack("<I", file.read(4))[0]
        if said not in {0, 0xFFFFFFFF} and said + 8 > size + 1:
            _truncated(it)
    elif it is MP4:
        _whole_mp4(file, it, size)
    elif it is WEBM:
        head = file.read(4096)
        place = head.find(b"\x18\x53\x80\x67")
        if place >= 0 and place + 12 < len(head):
            said, length = _ebml_size(head[place + 4 :])
            if said is not None and place + 4 + length + said > size:
                _truncated(it)


def _whole_mp4(file: BinaryIO, it: Type, size: int) -> None:
    """Walks the outer boxes: they must fill the file to the last byte and hold an index."""
    place, boxes = 0, set()
    while place < size:
        file.seek(place)
        head = file.read(16)
        if len(head) < 8:
            _truncated(it)
        length, name = struct.unpack(">I4s", head[:8])
        if length == 1 and len(head) == 16:
            length = struct.unpack(">Q", head[8:])[0]
        elif length == 0:
            length = size - place
        if length < 8 or place + length > size:
            _truncated(it)
        boxes.add(name)
        place += length
    if b"moov" not in boxes:
        raise Bad(f"{it.name}没有索引，录制可能被中断", "请用拍摄设备的修复功能修复，或导出未中断的原始文件")


def _ebml_size(data: bytes) -> tuple[int | None, int]:
    """An EBML length: (value or None for “unknown”, bytes it takes)."""
    first = data[0]
    length = 8 - first.bit_length() + 1
    if first == 0 or len(data) < length:
        return None, 1
    value = int.from_bytes(data[:length], "big") & ((1 << 7 * length) - 1)
    return (None if value == (1 << 7 * length) - 1 else value), length


def _truncated(it: Type) -> NoReturn:
    raise Bad(f"{it.name}不完整，文件在中途被截断")


# ---- small pictures -------------------------------------------------------------------------------------------------
def thumbnail(path: Path, kind: str) -> bytes:
    with path.open("rb") as file:
        it = _sniff(file.read(4096))[0]
        file.seek(0)
        if kind == "photo":
            image = _opened(file)
            image.draft("RGB", (SIDE * 2, SIDE * 2))  # JPEG is decoded small at once
            image = ImageOps.exif_transpose(image)
        elif kind == "document":
            page = _pdf(file)[0]
            image = page.render(scale=min(2.0, SIDE / max(page.get_size()))).to_pil()
        elif kind == "video":
            image = _frame(file, it)
        elif kind == "audio":
            image = _wave(file, it)
        else:
            raise Bad(f"没有名为“{kind}”的媒体类型", "可用：photo、video、audio、document")
        return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    if image.mode in {"RGBA", "LA", "P"}:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    image = image.convert("RGB")
    image.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)  # no exif is passed on: the place a photo was taken stays with the original
    return out.getvalue()


def _frame(file: BinaryIO, it: Type) -> Image.Image:
    """A picture a tenth of the way in: the first ones are often black."""
    try:
        with av.open(file, "r", format=it.demuxer or None) as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            if container.duration:
                container.seek(container.duration // 10)
            for frame in container.decode(stream):
                return frame.to_image()
    except (av.FFmpegError, IndexError, EOFError) as error:
        raise Bad("视频无法读出画面") from error
    raise Bad("视频无法读出画面")


def _listened(container: Any) -> Any:
    """Every piece of a short recording; of a long one as many, evenly spread, as the picture is wide."""
    stream = container.streams.audio[0]
    if not container.duration or container.duration < LONG_SOUND:
        yield from container.decode(stream)
        return
    for x in range(SIDE):
        container.seek(container.duration * x // SIDE)
        frame = next(container.decode(stream), None)
        if frame is not None:
            frame.pts = None  # the resampler would fill the leaps with silence
            yield frame


def _wave(file: BinaryIO, it: Type) -> Image.Image:
    peaks: list[int] = []
    resampler = av.AudioResampler(format="s16", layout="mono", rate=8000)
    try:
        with av.open(file, "r", format=it.demuxer or None) as container:
            for frame in _listened(container):
                for part in resampler.resample(frame):
                    samples = memoryview(bytes(part.planes[0])).cast("h")[: part.samples]
                    peaks.append(max(map(abs, samples[::4]), default=0))
    except (av.FFmpegError, IndexError, EOFError) as error:
        raise Bad("录音无法读出声音") from error
    image = Image.new("RGB", (SIDE, 120), "white")
    draw = ImageDraw.Draw(image)
    for x in range(SIDE):
        chunk = peaks[x * len(peaks) // SIDE : (x + 1) * len(peaks) // SIDE + 1]
        half = round(max(chunk, default=0) / 32768 * 56)
        draw.line((x, 60 - half, x, 60 + half), fill=(36, 91, 160))
    return image


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
