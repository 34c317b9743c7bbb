"""The worker that makes a copy browsers can play: run as a script in a process of its own, with limits, by playing.py.

`transcode.py SOURCE TARGET SECONDS BYTES` writes TARGET and prints JSON of how it was made; a file that cannot be made
playable exits with 3 and prints `{"message"}`.  It imports nothing of the project, so that it can run isolated.
"""

import json
import resource
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.filter import Graph

MEMORY_BYTES = 3 * 2**30
REFUSED = 3
WIDE, HIGH = 1280, 1280
RATE = 30
SOUND_RATE = 44100
MP4_VIDEO, MP4_SOUND = {"h264"}, {"aac", "mp3"}
WEBM_VIDEO, WEBM_SOUND = {"vp8", "vp9", "av1"}, {"opus", "vorbis"}


def main(arguments: list[str]) -> int:
    source, target, seconds, size = arguments
    _limit(int(seconds), int(size))
    av.logging.set_level(None)
    try:
        how = make(source, Path(target))
    except (av.FFmpegError, EOFError, ValueError, IndexError) as error:
        _say({"message": f"{type(error).__name__}: {error}"[:300]})
        return REFUSED
    except MemoryError:
        _say({"message": "超出内存限制"})
        return REFUSED
    _say(how)
    return 0


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer))


def _limit(seconds: int, size: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def make(source: str, target: Path) -> dict[str, Any]:
    with av.open(source) as given:
        video = next((s for s in given.streams.video if s.codec_context.name not in {"mjpeg", "png"}), None)
        if (
            video is None
            and any(s.codec_context.name == "mjpeg" for s in given.streams.video)
            and not given.streams.audio
        ):
            video = given.streams.video[0]
        sound = next(iter(given.streams.audio), None)
        if video is None and sound is None:
            raise ValueError("no picture and no sound")
        names = {s.codec_context.name for s in (video, sound) if s is not None}
        plain = video is None or video.codec_context.pix_fmt in {"yuv420p", "yuvj420p"}
        how = {"tool": f"PyAV {av.__version__}", "from": "+".join(sorted(names)), "length_s": _length(given)}
        if plain and names <= MP4_VIDEO | MP4_SOUND:
            return how | _copy(given, [video, sound], target, "mp4", {"movflags": "faststart"})
        if plain and names <= WEBM_VIDEO | WEBM_SOUND:
            return how | _copy(given, [video, sound], target, "webm", {"cues_to_front": "1"})
        return how | _convert(given, video, sound, target)


def _length(given: Any) -> str:
    return str(round(given.duration / 1_000_000, 3)) if given.duration else ""


def _copy(given: Any, streams: list[Any], target: Path, kind: str, options: dict[str, str]) -> dict[str, Any]:
    """The same packets in a container that says how long it is."""
    streams = [one for one in streams if one is not None]
    with av.open(str(target), "w", format=kind, options=options) as made:
        outs = {one.index: made.add_stream_from_template(one) for one in streams}
        for packet in given.demux(streams):
            if packet.dts is None:
                continue
            packet.stream = outs[packet.stream.index]
            made.mux(packet)
    return {"way": "remux", "mime": _mime(streams, kind)}


def _mime(streams: list[Any], kind: str) -> str:
    return f"{'video' if any(s.type == 'video' for s in streams) else 'audio'}/{kind}"


def _convert(given: Any, video: Any, sound: Any, target: Path) -> dict[str, Any]:
    how: dict[str, Any] = {"way": "transcode", "mime": "video/mp4" if video else "audio/mp4"}
    with av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as made:
        picture = _Picture(made, video) if video is not None else None
        voice = _Voice(made) if sound is not None else None
        for packet in given.demux([one for one in (video, sound) if one is not None]):
            work = picture if packet.stream is video else voice
            try:
                frames = packet.decode()
            except av.FFmpegError:
                how["skipped"] = (
                    how.get("skipped", 0) + 1
                )  # a packet that cannot be read costs its moment, not the rest
                continue
            for frame in frames:
                work.give(frame)  # type: ignore[union-attr]
        for work in (picture, voice):
            if work is not None:
                work.end()
    if picture is not None:
        how["video"] = picture.said
    if voice is not None:
        how["audio"] = "aac 96k"
    return how


class _Picture:
    """Frames, turned upright and at most 1280 wide or high, as H.264."""

    def __init__(self, made: Any, video: Any) -> None:
        self.made = made
        rate = video.average_rate or video.guessed_rate or Fraction(25)
        self.rate = min(Fraction(rate), Fraction(RATE)) if rate > 0 else Fraction(25)
        self.step = 1 / self.rate
        self.stream: Any = None
        self.graph: Graph | None = None
        self.last: Fraction | None = None
        self.said = ""

    def give(self, frame: Any) -> None:
        if frame.pts is None:
            return
        at = frame.pts * frame.time_base
        if self.last is not None and at < self.last + self.step * Fraction(9, 10):
            return  # more pictures a second than anybody sees
        self.last = at
        if self.graph is None:
            self._begin(frame)
        assert self.graph is not None
        self.graph.push(frame)
        for out in self._pull():
            self._encode(out)

    def _begin(self, frame: Any) -> None:
        turned = round(frame.rotation / 90) % 4
        width, height = (frame.height, frame.width) if turned % 2 else (frame.width, frame.height)
        small = min(Fraction(1), Fraction(WIDE, width), Fraction(HIGH, height))
        width, height = max(2, int(width * small) // 2 * 2), max(2, int(height * small) // 2 * 2)
        graph = Graph()
        last = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
        steps: list[tuple[str, str]] = {
            0: [],
            1: [("transpose", "2")],
            2: [("hflip", ""), ("vflip", "")],
            3: [("transpose", "1")],
        }[turned]
        for name, argument in [*steps, ("scale", f"{width}:{height}"), ("format", "yuv420p"), ("buffersink", "")]:
            node = graph.add(name, argument) if argument else graph.add(name)
            last.link_to(node)
            last = node
        graph.configure()
        self.graph = graph
        self.stream = self.made.add_stream("libx264", rate=self.rate, options={"preset": "veryfast", "crf": "26"})
        self.stream.width, self.stream.height, self.stream.pix_fmt = width, height, "yuv420p"
        self.stream.codec_context.thread_count = 2
        self.stream.codec_context.time_base = Fraction(1, 90000)
        self.said = f"h264 {width}x{height} crf26"

    def _pull(self) -> Any:
        assert self.graph is not None
        while True:
            try:
                yield self.graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return

    def _encode(self, frame: Any) -> None:
        frame.pts = round(frame.pts * frame.time_base * 90000)
        frame.time_base = Fraction(1, 90000)
        frame.pict_type = 0
        for packet in self.stream.encode(frame):
            self.made.mux(packet)

    def end(self) -> None:
        if self.stream is None:
            raise ValueError("no picture could be decoded")
        for packet in self.stream.encode(None):
            self.made.mux(packet)


class _Voice:
    """Sound as AAC."""

    def __init__(self, made: Any) -> None:
        self.made = made
        self.stream = made.add_stream("aac", rate=SOUND_RATE)
        self.stream.bit_rate = 96_000
        self.stream.layout = "mono"
        self.resampler = av.AudioResampler(format="fltp", layout="mono", rate=SOUND_RATE)

    def give(self, frame: Any) -> None:
        for part in self.resampler.resample(frame):
            self._encode(part)

    def _encode(self, frame: Any) -> None:
        for packet in self.stream.encode(frame):
            self.made.mux(packet)

    def end(self) -> None:
        for part in self.resampler.resample(None):
            self._encode(part)
        self._encode(None)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
