"""A short WebM as a browser's recorder writes it: no length in the head, cut into pieces anywhere."""

import io
from fractions import Fraction
from functools import lru_cache

import av
from PIL import Image

RATE = 5


@lru_cache
def webm(seconds: int = 4) -> bytes:
    """VP8, 160×120."""
    out = io.BytesIO()
    with av.open(out, "w", format="webm", options={"live": "1"}) as container:
        stream = container.add_stream("libvpx", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for n in range(seconds * RATE):
            frame = av.VideoFrame.from_image(Image.new("RGB", (160, 120), (n * 11 % 256, 90, 160)))
            frame.pts, frame.time_base = n, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def pieces(count: int = 4) -> list[bytes]:
    """The film in as many segments."""
    whole = webm()
    size = -(-len(whole) // count)
    return [whole[n : n + size] for n in range(0, len(whole), size)]
