"""Resumable uploads: our server, which hashes, probes and logs, beside `@tus/server`, which only writes; same disk, same sender.

    make bench ARGS=uploads        1 GiB, three times each in turn; then 4 GiB once for the memory
    BENCH_MIB=256 BENCH_BIG_GIB=0  smaller, without the big one
    BENCH_HOME=<folder> …          on an existing demo home, which must not be in use

The sender is the same for both: one POST, one PATCH with the whole file.  Ours answers when every part is hashed and on the
disk, the peer when it has written; the whole digest, the probe, the vault and the log follow beside the pages.  That time is
said too, and waited for before the other's turn, so that nobody is measured against it.  The peer needs node and npm.
"""

import base64
import contextlib
import http.client
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _site import ROOT, Visitor, end, free_port, machine, serving, throw_away, yangguang

PEER = ROOT / "bench" / "uploads-peer"
BLOCK = 2**20
TIMES = 3


def sound(path: Path, size: int, seed: bytes) -> None:
    """A sound file of noise, of exactly this size: valid, and no two alike."""
    with path.open("wb") as out:
        body = size - 44
        said = min(body, 0xFFFFFFFF - 44)
        out.write(
            b"RIFF"
            + struct.pack("<I", said + 36)
            + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 2, 96000, 384000, 4, 16)
        )
        out.write(b"data" + struct.pack("<I", said))
        noise = os.urandom(BLOCK - 64)
        n = 0
        while body:
            piece = (seed + n.to_bytes(8, "big") + noise)[: min(body, BLOCK)]
            out.write(piece)
            body, n = body - len(piece), n + 1
        out.flush()
        os.fsync(out.fileno())


def send(base: str, path: str, file: Path, headers: dict[str, str]) -> tuple[float, str]:
    """Seconds from the announcement to the last answer, and where the transfer is."""
    size = file.stat().st_size
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc, timeout=1800, blocksize=BLOCK)
    began = time.perf_counter()
    name = base64.b64encode(file.name.encode()).decode()
    tus = {"Tus-Resumable": "1.0.0", **headers}
    connection.request("POST", path, headers={**tus, "Upload-Length": str(size), "Upload-Metadata": f"filename {name}"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 201:
        raise SystemExit(f"POST {path} → {answer.status}")
    place = urllib.parse.urlsplit(answer.headers["Location"]).path
    with file.open("rb") as body:
        more = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Content-Length": str(size)}
        connection.request("PATCH", place, body=body, headers={**tus, **more})
        answer = connection.getresponse()
        said = answer.read()
    if answer.status != 204 or answer.headers["Upload-Offset"] != str(size):
        raise SystemExit(f"PATCH {place} → {answer.status} {said.decode(errors='replace')}")
    return time.perf_counter() - began, place


def kept(base: str, place: str, headers: dict[str, str]) -> None:
    """Wait until the file is in the vault and in the log."""
    while True:
        with urllib.request.urlopen(urllib.request.Request(base + place, headers=headers), timeout=120) as answer:
            told = json.load(answer)
        if told["state"] == "kept":
            return
        if told["state"] != "verifying":
            raise SystemExit(f"{place}：{told['word']} {told['message']}")
        time.sleep(0.05)


@contextmanager
def peer(folder: Path) -> Iterator[str]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise SystemExit("没有找到 node 和 npm，不能与 @tus/server 比较")
    program = folder / "peer"
    shutil.copytree(PEER, program)
    subprocess.run([npm, "ci", "--silent"], cwd=program, check=True)
    files, port = folder / "peer-files", free_port()
    files.mkdir()
    with open(folder / "peer.log", "wb") as log:
        process = subprocess.Popen([node, "server.mjs", str(files), str(port)], cwd=program, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError):
                http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("OPTIONS", "/files")
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


def tree(home: Path) -> list[int]:
    """The web processes of this home."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (
                b"granian" in (place / "cmdline").read_bytes()
                and f"YANGGUANG_HOME={home}".encode() in (place / "environ").read_bytes()
            ):
                found.append(int(place.name))
    return found


def peak(pids: list[int]) -> int:
    """The most memory that one of these processes held, in bytes."""
    most = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            most = max(most, *(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")))
    return most


def forget_peak(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


def signed_in(base: str) -> dict[str, str]:
    visitor = Visitor(base, os.environ.get("BENCH_USER", "qidong-officer1"))
    visitor.read("/records/tray/")
    jar = {cookie.name: cookie.value or "" for cookie in visitor.jar}
    return {
        "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items()),
        "X-CSRFToken": jar.get("csrftoken", ""),
        "Referer": base + "/",
    }


def main() -> int:
    size = int(os.environ.get("BENCH_MIB", "1024")) * 2**20
    big = int(os.environ.get("BENCH_BIG_GIB", "4")) * 2**30
    print(machine())
    with throw_away("yg-bench-uploads-") as folder:
        home = Path(os.environ.get("BENCH_HOME") or folder / "home")
        if not home.exists():
            yangguang(home, "prepare")
            yangguang(home, "demo", "load", "--cases", "8", "--seed", "1")
        with serving(home) as base, peer(folder) as other:
            headers = signed_in(base)
            ours, theirs, whole = [], [], []
            for n in range(TIMES):
                file = folder / f"{n}.wav"
                sound(file, size, b"%d-%d" % (n, time.time_ns()))
                for turn in ("theirs", "ours") if n % 2 == 0 else ("ours", "theirs"):
                    if turn == "theirs":
                        theirs.append(send(other, "/files", file, {})[0])
                    else:
                        _ours(base, file, headers, ours, whole)
                file.unlink()
                for written in (folder / "peer-files").iterdir():
                    written.unlink()
            speed = [size / 2**20 / statistics.median(times) for times in (ours, theirs)]
            print(f"{size // 2**20} MiB，各 {TIMES} 次取中位数，一次 PATCH，写入同一磁盘")
            print(
                f"| 服务器 | 秒 | MB/s |\n|---|---:|---:|\n| 阳光执法（分段哈希、落盘） | {statistics.median(ours):.2f} | {speed[0]:.0f} |"
            )
            print(f"| 阳光执法（另加整体摘要、探测、入库、留痕） | {statistics.median(whole):.2f} | |")
            print(
                f"| @tus/server 2.4.5（只写文件） | {statistics.median(theirs):.2f} | {speed[1]:.0f} |\n比值 {speed[0] / speed[1]:.2f}"
            )
            if big:
                memory(folder, base, headers, home, big)
    return 0


def _ours(base: str, file: Path, headers: dict[str, str], ours: list[float], whole: list[float]) -> None:
    took, place = send(base, "/records/transfers/", file, headers)
    began = time.perf_counter()
    kept(base, place, headers)
    ours.append(took)
    whole.append(took + time.perf_counter() - began)


def memory(folder: Path, base: str, headers: dict[str, str], home: Path, size: int) -> None:
    small = folder / "small.wav"
    sound(small, 64 * 2**20, b"s%d" % time.time_ns())
    send(base, "/records/transfers/", small, headers)
    pids = tree(home)
    forget_peak(pids)
    before = peak(pids)
    file = folder / "big.wav"
    sound(file, size, b"b%d" % time.time_ns())
    took, place = send(base, "/records/transfers/", file, headers)
    kept(base, place, headers)
    after = peak(tree(home))
    print(
        f"{size / 2**30:.0f} GiB 一次上传 {took:.0f} 秒；网站进程峰值内存 {before / 2**20:.0f} → {after / 2**20:.0f} MB"
    )


if __name__ == "__main__":
    sys.exit(main())
