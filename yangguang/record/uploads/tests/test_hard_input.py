"""Files made to do harm, and files too large for memory: the real thing, not a stand-in for it."""

import io
import os
import subprocess
import sys
import zipfile
import zlib
from collections import namedtuple
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import at
from yangguang.record import media
from yangguang.record.models import Transfer
from yangguang.record.uploads import spool
from yangguang.registry import access
from yangguang.vault import store

from .test_tus import TUS, announce, as_, jpeg, patch, received, send

GIB = 2**30
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def told(monkeypatch, settings, tmp_path):
    settings.VAULT_DIR, settings.UPLOADS_DIR = tmp_path / "vault", tmp_path / "uploads"
    settings.SESSION_COOKIE_AGE = 365 * 86400
    with access.within(""):
        found = story.begin(None, with_accounts=True)
    monkeypatch.setattr(timezone, "now", lambda: at(8, 26, 16))
    return found


# ---- ten gigabytes ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_ten_gigabytes_are_refused_by_the_limit_or_by_the_disk_and_taken_where_both_allow(told, settings, monkeypatch):
    li = as_("li")
    refused = announce(li, 10 * GIB, "全程.mp4")
    assert refused.status_code == 413
    assert "10.0 GB，超过本系统上限 8 GB" in refused.json()["message"] and "分段导出" in refused.json()["mend"]
    settings.MEDIA_MAX_BYTES = 16 * GIB
    monkeypatch.setattr(spool.shutil, "disk_usage", lambda _: Usage(20 * GIB, 12 * GIB, 8 * GIB))
    full = announce(li, 10 * GIB, "全程.mp4")
    assert full.status_code == 507 and "存储空间不足" in full.json()["message"]
    monkeypatch.setattr(spool.shutil, "disk_usage", lambda _: Usage(20 * GIB, 0, 20 * GIB))
    made = announce(li, 10 * GIB, "全程.mp4")
    assert made.status_code == 201
    taken = patch(li, made["Location"], 0, b"\0" * 4096)
    assert (taken.status_code, taken["Upload-Offset"]) == (204, "4096")
    where = li.head(made["Location"], headers=TUS)
    assert (where["Upload-Offset"], where["Upload-Length"]) == ("4096", str(10 * GIB))
    with access.within(""):
        [one] = Transfer.objects.all()
        held = spool.Spool(one.pk)
    assert sum(path.stat().st_size for path in held.base.iterdir()) < 8192, (
        "room is taken by what came, not by what was said"
    )


LONG = """
import resource, sys
from pathlib import Path
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "yangguang.site.settings"
from django.conf import settings
settings.UPLOADS_DIR = Path(sys.argv[1])
from uuid import UUID
from yangguang.record.uploads import spool
size = int(sys.argv[2])
held = spool.Spool(UUID(sys.argv[3])); held.make()
left = size
def read(n):
    global left
    piece = bytes(min(n, left)); left -= len(piece); return piece
first = spool.PART
def short(n):
    return read(min(n, first))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
taken = held.take(read, 0, size)
kept = held.sum(taken.whole)
print(taken.offset, kept.digest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_hundreds_of_megabytes_pass_through_a_few(tmp_path):
    """400 MB in one request: what the server needs for it more than before is a queue of chunks, not the file."""
    size, pk = 400 * 2**20, uuid4()
    done = subprocess.run(
        [sys.executable, "-c", LONG, str(tmp_path), str(size), str(pk)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[4],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[4])},
    )
    offset, digest, more_kb = done.stdout.split()
    zeros = spool.sha256()
    for _ in range(400):
        zeros.update(bytes(2**20))
    assert (int(offset), digest) == (size, zeros.hexdigest())
    assert int(more_kb) < 64 * 1024, f"{int(more_kb) // 1024} MB more than before"


# ---- one file, two contents ------------------------------------------------------------------------------------------


def zipped(name: str = "run.bat", content: bytes = b"del *") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


def pdf(content: bytes = b"", filters: str = "") -> bytes:
    """A page of its own, drawn by `content` as it is stored."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), filters.encode(), content),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return out + end % (table, len(out))


def commented(picture: bytes, words: bytes) -> bytes:
    """The words in a comment of the picture, which stays whole."""
    return picture[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + picture[2:]


POLYGLOTS = {
    "jpeg-zip": ("现场.jpg", lambda: jpeg() + zipped(), "一个文件两种内容"),
    "pdf-zip": ("笔录.pdf", lambda: pdf() + zipped(), "一个文件两种内容"),
    "zip-pdf": ("笔录.pdf", lambda: zipped() + pdf(), "压缩包"),
    "jpeg-html-behind": ("现场.jpg", lambda: jpeg() + b"<HTML><script>alert(1)</script>", "夹有网页或者脚本"),
    "jpeg-html-comment": ("现场.jpg", lambda: commented(jpeg(), b"*/<script>alert(1)</script>/*"), "夹有网页或者脚本"),
    "html-jpeg": ("现场.jpg", lambda: b"<html><body>" + jpeg(), "网页"),
    "jpeg-php": ("现场.jpg", lambda: commented(jpeg(), b"<?php system($_GET[0]); ?>"), "夹有网页或者脚本"),
}


@pytest.mark.django_db
def test_a_file_of_two_contents_is_refused_and_nothing_of_it_stays(told):
    li = as_("li")
    for name, make, why in POLYGLOTS.values():
        answer, url = send(li, make(), name)
        assert answer.status_code == 422 and why in answer.json()["message"], (name, why, answer.content.decode())
        assert why in li.get(url).json()["message"]
    assert received() == [] and list(store.backend().objects()) == []
    plain, _ = send(li, commented(jpeg(), "拍摄：李敏".encode()), "有注释.jpg")
    assert plain.status_code == 204, "a comment of words is no page"
    whole, _ = send(li, pdf(b"0 0 m 100 100 l S"), "一页.pdf")
    assert whole.status_code == 204, whole.content.decode()


# ---- bombs -----------------------------------------------------------------------------------------------------------


def deflated_twice(size: int) -> bytes:
    """A gigabyte of blanks in a few kilobytes, as PDF allows it to be written."""
    packer, inner = zlib.compressobj(9), bytearray()
    block = b" " * 2**20
    for _ in range(size // 2**20):
        inner += packer.compress(block)
    return zlib.compress(bytes(inner + packer.flush()), 9)


@pytest.mark.django_db
def test_a_page_that_unfolds_without_end_is_drawn_in_a_limited_process_or_refused(told, tmp_path):
    bomb = pdf(deflated_twice(3 * GIB), "/Filter[/FlateDecode/FlateDecode]")
    assert len(bomb) < 20_000, "three gigabytes in less than twenty kilobytes"
    (tmp_path / "bomb.pdf").write_bytes(bomb)
    try:
        assert media.thumbnail(tmp_path / "bomb.pdf", "document")[:2] == b"\xff\xd8"
    except media.BadMedia as refused:
        assert refused.message and refused.mend
    answer, _ = send(as_("li"), bomb, "膨胀.pdf")
    assert answer.status_code in (204, 422)
    assert as_("li").get(reverse("record:tray")).status_code == 200
