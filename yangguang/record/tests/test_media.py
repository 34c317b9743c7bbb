import io
import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import ExifTags, Image

from yangguang.record import media, probe


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> dict[str, Path]:
    """One sound file of each sort."""
    folder = tmp_path_factory.mktemp("media")
    small = Image.new("RGB", (40, 30), "green")
    made = {
        "scene.jpg": photograph(),
        "scene.mp4": recording("mp4", "libx264"),
        "talk.m4a": speech(),
        "paper.pdf": saved(Image.new("RGB", (595, 842), "white"), "PDF"),
        "shot.png": saved(small, "PNG"),
        "shot.webp": saved(small, "WEBP"),
        "field.webm": recording("webm", "libvpx", {"live": "1"}),
        "talk.wav": wave(),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in made}


def saved(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photograph() -> bytes:
    exif = Image.Exif()
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = "2026:07:01 09:35:00"
    inner[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    return saved(Image.effect_mandelbrot((1280, 960), (-2, -1.5, 1, 1.5), 30).convert("RGB"), "JPEG", exif=exif)


def recording(kind: str, codec: str, options: dict[str, str] | None = None) -> bytes:
    """Two seconds of pictures; with `live` a WebM as a browser records it, which does not say how long it is."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind, options=options or {}) as container:
        container.metadata["creation_time"] = "2026-07-01T01:30:00.000000Z"
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for n in range(20):
            container.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", (640, 360), (n * 10, 0, 0)))))
        container.mux(stream.encode(None))
    return out.getvalue()


def speech() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="ipod") as container:
        stream = container.add_stream("aac", rate=16000, layout="mono")
        for n in range(32):
            frame = av.AudioFrame(format="s16", layout="mono", samples=1000)
            frame.planes[0].update(b"\x10\x20\x20\x10" * 500)
            frame.sample_rate, frame.pts, frame.time_base = 16000, n * 1000, Fraction(1, 16000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def wave(seconds: int = 1) -> bytes:
    samples = b"\x10\x20" * 8000 * seconds
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + len(samples),
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        8000,
        16000,
        2,
        16,
        b"data",
        len(samples),
    )
    return head + samples


def png_that_says(width: int, height: int) -> bytes:
    """A tiny PNG whose header promises a picture of any size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def refused(path: Path, name: str) -> probe.Bad:
    """The refusal, asked of the worker's own function: a process for each of forty files would be slow."""
    with pytest.raises(probe.Bad) as caught:
        probe.probe(path, name)
    assert caught.value.message and caught.value.mend
    return caught.value


# ---- what good files are --------------------------------------------------------------------------------------------
def test_a_photograph_says_what_it_is_and_when_it_was_taken(good):
    found = media.probe(good["scene.jpg"], "现场 照片.JPG")
    assert (found.kind, found.mime, found.width, found.height, found.codec) == (
        "photo",
        "image/jpeg",
        1280,
        960,
        "jpeg",
    )
    assert found.duration_ms is None
    assert found.taken_at is not None and found.taken_at.utcoffset().total_seconds() == 8 * 3600


def test_a_video_says_how_long_and_when(good):
    found = media.probe(good["scene.mp4"], "scene.mp4")
    assert (found.kind, found.mime, found.width, found.height) == ("video", "video/mp4", 640, 360)
    assert found.codec == "h264"
    assert found.duration_ms == pytest.approx(2000, abs=100)
    assert found.taken_at is not None and found.taken_at.isoformat() == "2026-07-01T01:30:00+00:00"


@pytest.mark.parametrize(
    ("name", "kind", "mime", "duration_ms"),
    [
        ("talk.m4a", "audio", "audio/mp4", 2000),
        ("talk.wav", "audio", "audio/wav", 1000),
        ("paper.pdf", "document", "application/pdf", None),
        ("shot.png", "photo", "image/png", None),
        ("shot.webp", "photo", "image/webp", None),
        ("field.webm", "video", "video/webm", 2000),
    ],
)
def test_each_sort_is_known_by_its_content(good, name, kind, mime, duration_ms):
    found = probe.probe(good[name], name)
    assert (found["kind"], found["mime"]) == (kind, mime)
    assert found["duration_ms"] == (None if duration_ms is None else pytest.approx(duration_ms, abs=150))


def test_what_a_file_does_not_say_is_unknown_not_guessed(good, tmp_path):
    assert probe.probe(good["shot.png"], "shot.png")["taken_at"] is None
    exif = Image.Exif()
    exif[306] = "0000:00:00 00:00:00"
    (tmp_path / "a.jpg").write_bytes(saved(Image.new("RGB", (8, 8)), "JPEG", exif=exif))
    assert probe.probe(tmp_path / "a.jpg", "a.jpg")["taken_at"] is None


def test_a_photograph_taken_upright_is_measured_upright(tmp_path):
    exif = Image.Exif()
    exif[274], exif[306] = 6, "2026:07:01 09:35:00"
    (tmp_path / "a.jpg").write_bytes(saved(Image.new("RGB", (80, 60)), "JPEG", exif=exif))
    found = probe.probe(tmp_path / "a.jpg", "a.jpeg")
    assert (found["width"], found["height"], found["taken_at"]) == (60, 80, "2026-07-01T09:35:00+08:00")


@pytest.mark.parametrize(("name", "kind"), [("scene.jpg", "photo"), ("scene.mp4", "video")])
def test_a_small_picture_of_it(good, name, kind):
    before = good[name].read_bytes()
    with Image.open(io.BytesIO(media.thumbnail(good[name], kind))) as small:
        assert small.format == "JPEG" and max(small.size) == 480
        assert not small.getexif()  # the time and place stay with the original
    assert good[name].read_bytes() == before


@pytest.mark.parametrize(
    ("name", "kind"), [("paper.pdf", "document"), ("talk.m4a", "audio"), ("shot.png", "photo"), ("field.webm", "video")]
)
def test_a_small_picture_of_the_others(good, name, kind):
    with Image.open(io.BytesIO(probe.thumbnail(good[name], kind))) as small:
        assert small.format == "JPEG" and max(small.size) <= 480


# ---- what bad files are told ----------------------------------------------------------------------------------------
def test_an_empty_file_is_refused_in_words(tmp_path):
    (tmp_path / "a.jpg").touch()
    with pytest.raises(media.BadMedia) as caught:
        media.probe(tmp_path / "a.jpg", "a.jpg")
    assert caught.value.message == "文件是空的（0 字节）" and "重新导出" in caught.value.mend


@pytest.mark.parametrize(
    "name", ["scene.jpg", "scene.mp4", "talk.m4a", "paper.pdf", "shot.png", "shot.webp", "talk.wav"]
)
@pytest.mark.parametrize("share", [0.35, 0.75, 0.98])
def test_a_truncated_file_is_refused(good, tmp_path, name, share):
    content = good[name].read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * share)])
    assert any(word in refused(tmp_path / name, name).message for word in ("不完整", "损坏"))


def test_a_damaged_middle_is_refused_or_survives_but_never_crashes(good, tmp_path):
    for name in ("scene.jpg", "scene.mp4", "paper.pdf", "shot.png"):
        content = bytearray(good[name].read_bytes())
        middle = len(content) // 2
        content[middle : middle + 200] = b"\xff" * min(200, len(content) - middle)
        (tmp_path / name).write_bytes(bytes(content))
        try:
            probe.probe(tmp_path / name, name)
        except probe.Bad as bad:
            assert bad.message


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("shot.png", "shot.jpg"),
        ("scene.jpg", "scene.mp4"),
        ("scene.mp4", "scene.jpg"),
        ("paper.pdf", "paper.png"),
        ("talk.m4a", "talk.mp3"),
        ("talk.wav", "talk"),
        ("scene.mp4", "scene.m4a"),
    ],
)
def test_a_name_that_does_not_fit_the_content_is_refused(good, name, declared):
    bad = refused(good[name], declared)
    assert "扩展名" in bad.message


@pytest.mark.parametrize(
    ("content", "declared", "words"),
    [
        (b"PK\x03\x04" + b"\0" * 60, "a.jpg", "压缩包"),
        (b"PK\x03\x04" + b"\0" * 60, "a.docx", "Office"),
        (b"MZ\x90\0" + b"\0" * 60, "a.mp4", "可执行程序"),
        (b"\x7fELF" + b"\0" * 60, "a.pdf", "可执行程序"),
        (b"#!/bin/sh\nrm -rf /\n", "a.jpg", "脚本"),
        (b"\n  <!doctype html><script>", "a.pdf", "网页"),
        (b"<svg onload=alert(1)>", "a.png", "SVG"),
        (b"GIF89a" + b"\0" * 20, "a.gif", "GIF"),
        (b"\x00\x00\x00\x18ftypheic" + b"\0" * 40, "a.heic", "HEIC"),
        (b"\x00" * 500, "a.jpg", "不能识别"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "a.mp4", "不能识别"),
        (b"\xff\xd8\xff" + b"\0" * 500 + b"\xff\xd9", "a.jpg", "损坏"),
        (b"%PDF-1.7\nnothing\n%%EOF", "a.pdf", "损坏"),
        (b"\x00\x00\x00\x10ftypisom\x00\x00\x00\x00", "a.mp4", "没有索引"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 200, "a.webm", "损坏"),
        (b"ID3" + b"\0" * 200, "a.mp3", "损坏"),
    ],
)
def test_what_is_no_recording_is_refused_by_its_name(tmp_path, content, declared, words):
    (tmp_path / "file").write_bytes(content)
    assert words in refused(tmp_path / "file", declared).message


@pytest.mark.parametrize("side", [10_500, 20_000, 60_000])
def test_a_picture_that_would_burst_the_memory_is_refused(tmp_path, side):
    (tmp_path / "a.png").write_bytes(png_that_says(side, side))
    assert "百万像素" in refused(tmp_path / "a.png", "a.png").message


def test_the_worker_works_in_a_limited_process(good, tmp_path, monkeypatch):
    (tmp_path / "a.png").write_bytes(png_that_says(30_000, 30_000))
    with pytest.raises(media.BadMedia, match="百万像素"):
        media.probe(tmp_path / "a.png", "a.png")
    monkeypatch.setattr(media, "SECONDS", 0.01)
    with pytest.raises(media.BadMedia, match="没有完成"):
        media.probe(good["scene.jpg"], "scene.jpg")


def test_too_little_memory_is_a_refusal_too(good, monkeypatch, tmp_path):
    source = (
        Path(probe.__file__)
        .read_text(encoding="utf-8")
        .replace("MEMORY_BYTES = 2 * 2**30", "MEMORY_BYTES = 20 * 2**20")
    )
    (tmp_path / "probe.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(media, "_WORKER", tmp_path / "probe.py")
    with pytest.raises(media.BadMedia):
        media.probe(good["scene.jpg"], "scene.jpg")
