"""The real tus-js-client against the real server: cut, killed at 30 %, gone on with, equal to the last byte."""

import hashlib
import os
import re
import shutil
import struct
import subprocess
import threading
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from conftest import ROOT, serving
from tests import story
from yangguang.record.models import Received
from yangguang.registry import access
from yangguang.vault import store

NODE = shutil.which("node")
CLIENT = ROOT / "node_modules" / "tus-js-client"
pytestmark = [
    pytest.mark.skipif(NODE is None, reason="没有找到 node，真实的 tus-js-client 未测"),
    pytest.mark.skipif(not CLIENT.exists(), reason="没有装入 tus-js-client（run.py setup），真实客户端未测"),
]
SIZE = 48 * 2**20


@pytest.fixture
def sound(tmp_path) -> Path:
    """A sound file of noise: valid, and large enough to be cut."""
    path = tmp_path / "现场录音.wav"
    body = os.urandom(SIZE - 44)
    head = (
        b"RIFF"
        + struct.pack("<I", len(body) + 36)
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 2, 96000, 384000, 4, 16)
    )
    path.write_bytes(head + b"data" + struct.pack("<I", len(body)) + body)
    return path


def sign_in(base: str) -> tuple[str, str]:
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{base}/login/").read().decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    data = urlencode({**hidden, "username": "li", "password": story.PASSWORD}).encode()
    opener.open(urllib.request.Request(f"{base}/login/", data, {"Referer": f"{base}/login/"})).close()
    opener.open(f"{base}/records/tray/").close()
    found = {cookie.name: cookie.value or "" for cookie in jar}
    return "; ".join(f"{name}={value}" for name, value in found.items()), found["csrftoken"]


def start(base: str, sound: Path, who: tuple[str, str], piece: str = "", known: str = "") -> subprocess.Popen[str]:
    script = Path(__file__).with_name("uploader.mjs")
    # Beside the packages, because node looks for them above the script.
    place = ROOT / "node_modules" / ".yangguang-uploader.mjs"
    shutil.copyfile(script, place)
    command = [str(NODE), str(place), f"{base}/records/transfers/", str(sound), *who, piece, known]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def follow(process: subprocess.Popen[str], until: int | None = None) -> tuple[str, int]:
    """The address of the transfer and how much was sent, up to `until` bytes or the end."""
    url, sent = "", 0
    assert process.stdout
    for line in process.stdout:
        word, *rest = line.split()
        if word == "url":
            url = rest[0]
        elif word == "sent":
            sent = int(rest[0])
            if until is not None and sent >= until:
                return url, sent
        elif word == "error":
            raise AssertionError(line)
        elif word == "done":
            break
    return url, sent


def over(process: subprocess.Popen[str]) -> int:
    """How it ended; one that has more to say is killed."""
    assert process.stdout
    said = process.stdout.readline() if process.poll() is None else ""
    if said:
        process.kill()
    process.stdout.close()
    return process.wait(60)


def arrived(sound: Path, home: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.VAULT_DIR = home / "vault"
    with access.within(""):
        [got] = Received.objects.all()
    assert got.digest == hashlib.sha256(sound.read_bytes()).hexdigest()
    assert got.name == sound.name
    assert store.check(got.digest).part_root == got.part_root
    assert list((home / "uploads").iterdir()) == []


@pytest.mark.parametrize("piece", ["", str(8 * 2**20)], ids=["one request", "pieces"])
def test_a_server_killed_at_30_percent_loses_nothing_that_is_certain(fresh_database, tmp_path, sound, piece, settings):
    with access.within(""):
        story.begin(None, with_accounts=True)
    with serving(fresh_database, tmp_path / "web.log") as site:
        port = int(site.url.rpartition(":")[2])
        client = start(site.url, sound, sign_in(site.url), piece)
        url, sent = follow(client, SIZE * 3 // 10)
        assert url
        site.kill()
        over(client)
    assert sent >= SIZE * 3 // 10
    with access.within(""):
        assert not Received.objects.exists()
    with serving(fresh_database, tmp_path / "web.log") as site:
        who = sign_in(site.url)
        again = url.replace(str(port), site.url.rpartition(":")[2])
        request = urllib.request.Request(again, method="HEAD", headers={"Tus-Resumable": "1.0.0", "Cookie": who[0]})
        with urllib.request.urlopen(request) as answer:
            offset = int(answer.headers["Upload-Offset"])
        assert 0 <= offset < SIZE
        client = start(site.url, sound, who, piece, known=again)
        _, sent = follow(client)
        assert over(client) == 0
        arrived(sound, fresh_database.home, settings)


def test_a_client_that_is_cut_off_goes_on_by_itself(fresh_database, tmp_path, sound, settings):
    with access.within(""):
        story.begin(None, with_accounts=True)
    with serving(fresh_database, tmp_path / "web.log") as site:
        client = start(site.url, sound, sign_in(site.url))
        url, _ = follow(client, SIZE // 4)
        over(client)  # the telephone loses its battery
        time.sleep(0.5)
        client = start(site.url, sound, sign_in(site.url), known=url)
        follow(client)
        assert over(client) == 0
        arrived(sound, fresh_database.home, settings)


def test_two_telephones_with_the_same_file_at_once_keep_it_once(fresh_database, tmp_path, sound, settings):
    with access.within(""):
        story.begin(None, with_accounts=True)
    with serving(fresh_database, tmp_path / "web.log") as site:
        who = sign_in(site.url)
        clients = [start(site.url, sound, who) for _ in range(2)]
        threads = [threading.Thread(target=follow, args=(one,)) for one in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [over(one) for one in clients] == [0, 0]
        arrived(sound, fresh_database.home, settings)
