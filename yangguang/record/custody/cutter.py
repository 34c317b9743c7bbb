"""The worker that cuts recordings and draws pages: run as a script in a process of its own, with limits, by cutting.py.

`cutter.py cut PATH FORMAT FROM_MS TO_MS MOST_BYTES` writes the range to standard output and `{"starts_ms"}` to standard
error; `cutter.py page PATH N` writes a JPEG.  A bad file exits with 3 and says `{"message", "mend"}` on standard error.
It imports nothing of the project, so that it can run isolated.
"""

import json
import resource
import sys
from typing import Any

import av
import pypdfium2
from PIL import Image, ImageOps

MEMORY_BYTES = 2 * 2**30
CPU_SECONDS = 60
PAGE_BYTES = 64 * 2**20
SIDE = 1600
MAX_PIXELS = 100_000_000
REFUSED = 3


class Bad(Exception):
    """This cannot be done with this file."""

    def __init__(self, message: str, mend: str):
        super().__init__(message)
        self.message, self.mend = message, mend


def main(arguments: list[str]) -> int:
    verb, path, *rest = arguments
    _limit(int(rest[3]) if verb == "cut" else PAGE_BYTES)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    av.logging.set_level(None)
    try:
        if verb == "cut":
            starts_ms = cut(path, rest[0], int(rest[1]), int(rest[2]))
            sys.stderr.write(json.dumps({"starts_ms": starts_ms}))
        else:
            draw(path, int(rest[0]))
    except Bad as bad:
        return _refuse(bad)
    except MemoryError:
        return _refuse(Bad("文件展开后超出内存限制", "文件可能经过伪造"))
    except (av.FFmpegError, OSError, ValueError, pypdfium2.PdfiumError, Image.DecompressionBombError):
        return _refuse(Bad("文件不能读出，可能已损坏", "下载原件核对，或者换一个范围"))
    return 0


def _refuse(bad: Bad) -> int:
    sys.stderr.write(json.dumps({"message": bad.message, "mend": bad.mend}))
    return REFUSED


def _limit(most: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def cut(path: str, form: str, from_ms: int, to_ms: int) -> int:
    """Copy the packets of a range, from the key frame before it; gives where the copy begins."""
    with av.open(path) as source, av.open(sys.stdout.buffer, "w", format=form) as target:
        video = next((s for s in source.streams.video if s.codec_context.name not in {"mjpeg", "png"}), None)
        main = video or next(iter(source.streams.audio), None)
        if main is None:
            raise Bad("文件中既没有画面也没有声音", "下载原件核对")
        kept = [one for one in (video, *source.streams.audio) if one is not None]
        ways = {one.index: target.add_stream_from_template(one) for one in kept}
        begin = float(source.start_time or 0) / av.time_base
        source.seek(int((begin + from_ms / 1000) * av.time_base), backward=True)
        start = _copy(source, target, kept, ways, main, begin + to_ms / 1000)
    if start is None:
        raise Bad("所选范围内没有内容", "核对起止时间")
    return max(0, round((start - begin) * 1000))


def _copy(source: Any, target: Any, kept: list[Any], ways: dict[int, Any], main: Any, until: float) -> float | None:
    start: float | None = None
    ended: set[int] = set()
    for packet in source.demux(kept):
        if packet.pts is None or packet.dts is None:
            continue
        base = packet.time_base
        moment = float(packet.pts * base)
        index = packet.stream.index
        if moment >= until:
            ended.add(index)
            if len(ended) == len(kept) or main.index in ended:
                break
            continue
        if start is None:
            if packet.stream is not main or (main.type == "video" and not packet.is_keyframe):
                continue
            start = moment
        shift = round(start / float(base))
        if packet.pts < shift or (packet.dts < shift and packet.stream is not main):
            continue
        packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
        packet.stream = ways[index]
        target.mux(packet)
    return start


def draw(path: str, number: int) -> None:
    """One page of a PDF, or a photograph, as JPEG."""
    with open(path, "rb") as file:
        pdf = file.read(5) == b"%PDF-"
    if pdf:
        document = pypdfium2.PdfDocument(path)
        if not 1 <= number <= len(document):
            raise Bad(f"文件没有第 {number} 页", "核对页码")
        page = document[number - 1]
        picture = page.render(scale=SIDE / max(*page.get_size(), 1)).to_pil()
    else:
        picture = ImageOps.exif_transpose(Image.open(path))
        picture.thumbnail((SIDE, SIDE))
    picture.convert("RGB").save(sys.stdout.buffer, "JPEG", quality=85)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
