import io
from datetime import datetime

import av
from PIL import ExifTags, Image

from yangguang.site import demo_media

AT = datetime.fromisoformat("2026-07-01T09:35:00+08:00")


def test_a_photograph_is_the_same_for_the_same_seed_and_carries_its_time():
    one = demo_media.photo(7, "青山镇人民路36号", at=AT, scene="waste")
    assert one == demo_media.photo(7, "青山镇人民路36号", at=AT, scene="waste")
    assert len(one) < 200_000
    exif = Image.open(io.BytesIO(one)).getexif()
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] == "2026:07:01 09:35:00"


def test_every_scene_is_small():
    assert max(len(demo_media.photo(n, "现场", scene=scene)) for n, scene in enumerate(demo_media.SCENES)) < 200_000


def test_video_and_sound_are_the_same_for_the_same_seed():
    one = demo_media.video(3, 1, at=AT)
    assert one == demo_media.video(3, 1, at=AT) and len(one) < 200_000
    with av.open(io.BytesIO(one)) as container:
        assert container.metadata["creation_time"] == "2026-07-01T01:35:00.000000Z"
        assert (container.streams.video[0].width, container.streams.video[0].height) == (640, 360)
    assert demo_media.audio(3, 1) == demo_media.audio(3, 1)
