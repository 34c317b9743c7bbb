"""The log: verified whole, appended to in bulk and by the tick, audited against its rows; ratios of one run.

make bench ARGS=log          2 000 000 leaves, 100 000 events; BENCH_LEAVES=…, BENCH_EVENTS=… for fewer
"""

import hashlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from _site import ROOT, machine

HOME = Path(tempfile.mkdtemp(prefix="yg-log-", dir="/tmp"))
os.environ |= {
    "YANGGUANG_HOME": str(HOME),
    "YANGGUANG_POOL": "0",
    "DJANGO_SETTINGS_MODULE": "yangguang.site.settings",
}
sys.path.insert(0, str(ROOT))

import shutil  # noqa: E402

import django  # noqa: E402

django.setup()

import rfc8785  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from yangguang.registry import access  # noqa: E402
from yangguang.site import database, embedded  # noqa: E402
from yangguang.trail import check, note, sequencer, tlog  # noqa: E402
from yangguang.trail.anchor.actions import keep  # noqa: E402
from yangguang.trail.audit import altered  # noqa: E402
from yangguang.trail.ids import uuid7  # noqa: E402
from yangguang.trail.keys import log_verifiers  # noqa: E402
from yangguang.trail.models import Anchor, commit, json_safe  # noqa: E402

LEAVES = int(os.environ.get("BENCH_LEAVES", "2000000"))
EVENTS = int(os.environ.get("BENCH_EVENTS", "100000"))
TICKS = 60
CHUNK = 25_600


def line(what: str, count: int, seconds: float, more: str = "") -> float:
    print(f"| {what} | {count:,} | {seconds:.2f} | {count / seconds:,.0f} | {more} |", flush=True)
    return count / seconds


def bare(count: int) -> float:
    """What verification cannot do without: for each entry one hash of 35 bytes and one of 65, in a plain loop."""
    sha256, leaf, node = hashlib.sha256, bytes(35), bytes(65)
    began = time.perf_counter()
    for _ in range(count):
        sha256(leaf).digest()
        sha256(node).digest()
    return time.perf_counter() - began


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def verification() -> None:
    folder = HOME / "synthetic"
    key, edge = note.Ed25519Signer("bench.test/log", bytes(32)), tlog.Edge()
    head, began = bytes((1, 1)), time.perf_counter()
    for start in range(0, LEAVES, CHUNK):
        numbers = range(start, min(start + CHUNK, LEAVES))
        made = edge.append([head + number.to_bytes(32, "big") for number in numbers])
        for tile in made:
            if tile.width == tlog.FULL:
                put(folder / tile.path, tile.data)
    for level, data in edge.tiles.items():
        entries = level == tlog.ENTRIES
        width = len(tlog.unpack_bundle(data)) if entries else len(data) // tlog.HASH
        if width:
            put(folder / tlog.tile_path(level, LEAVES >> 8 * max(level, 0) >> 8, width), data)
    line("建树并写文件（不落盘同步）", LEAVES, time.perf_counter() - began)
    (folder / "checkpoint").write_text(note.sign(note.Tip(key.name, edge.size, edge.root()).text, [key], 1))
    limits, shares = [], []
    for _ in range(3):  # side by side, so that what else runs on the machine slows both
        limits.append(bare(LEAVES // 4) * 4)
        began = time.perf_counter()
        report = check.verify_log(check.reader(str(folder)), [key.verifier])
        took = time.perf_counter() - began
        assert report.ok and report.entries == LEAVES, report
        limits.append(bare(LEAVES // 4) * 4)
        shares.append((statistics.mean(limits[-2:]) / took, took))
    line("裸 hashlib 循环（每条两次哈希）", LEAVES, statistics.median(limits), "1.00")
    share, took = max(shares)
    line(
        "全部核验：文件、瓦片、根、签名",
        LEAVES,
        took,
        f"{share:.2f}（三次：{'、'.join(f'{x:.2f}' for x, _ in shares)}）",
    )


def events() -> None:
    """Rows, entries and what waits, as actions would have left them; only written at once."""
    with access.within(""):
        keep(
            at=timezone.now(),
            size=1,
            checkpoint="样例",
            digest="0" * 64,
            authority="https://tsa.example/",
            token=bytes(64),
            stated_at=timezone.now(),
        )
    sample = Anchor.objects.using("owner").get()
    previous, now = bytes(sample.entry.commitment), timezone.now()
    fields = [field.column for field in Anchor._meta.concrete_fields]
    with connections["owner"].cursor() as cursor:
        raw = cursor.cursor if hasattr(cursor, "cursor") else cursor
        with raw.copy(f"copy trail_anchor ({', '.join(fields)}) from stdin") as rows:
            written = []
            for number in range(EVENTS - 1):
                sample.pk, sample.size, sample.at = uuid7(), number, now
                row = sample.as_written()
                written.append(row)
                rows.write_row([getattr(sample, f.attname) for f in Anchor._meta.concrete_fields])
        with raw.copy(
            "copy trail_entry (recorded_at, verb, by_ref, fact_ref, scope, chain, seq, prev, kind, payload, salt,"
            " commitment) from stdin"
        ) as rows:
            for seq, row in enumerate(written, 2):
                about = {"verb": "trail.anchor", "at": row["at"], "by": "system", "fact": f"trail.anchor:{row['id']}"}
                about |= {"recorded": json_safe(now), "row": row}
                payload = rfc8785.dumps({"chain": "body:", "seq": seq, "prev": previous.hex(), "p": about}).decode()
                salt = os.urandom(32)
                values = [now, "trail.anchor", "system", about["fact"], "", "body:", seq, previous.hex(), 9, payload]
                previous = commit(salt, payload)
                rows.write_row([*values, salt, previous])
        cursor.execute(
            "insert into trail_pending (entry_id, kind, commitment) select id, kind, commitment from trail_entry e"
            " where not exists (select from trail_pending p where p.entry_id = e.id) order by id"
        )
        cursor.execute("analyze")


def log() -> None:
    events()
    began = time.perf_counter()
    while sequencer.integrate().added:
        pass
    line("汇入（批量，一个事务一批）", EVENTS, time.perf_counter() - began, "目标 ≥ 20 000/秒")
    began = time.perf_counter()
    sequencer.publish()
    line("发布文件（逐个落盘）", EVENTS, time.perf_counter() - began)
    ticks = []
    for number in range(TICKS):
        with access.within(""):
            for _ in range(10):
                keep(
                    at=timezone.now(),
                    size=number,
                    checkpoint="滴答",
                    digest="0" * 64,
                    authority="https://tsa.example/",
                    token=b"",
                    stated_at=timezone.now(),
                )
        began = time.perf_counter()
        assert sequencer.integrate().added == 10
        ticks.append((time.perf_counter() - began) * 1000)
    ticks.sort()
    print(
        f"| 一次汇入 10 条（中位数；最慢 {ticks[-1]:.1f} 毫秒） | 10 | {ticks[TICKS // 2] / 1000:.4f} | | 目标 ≤ 15 毫秒 |"
    )
    sequencer.publish()
    assert check.verify_log(check.reader(str(settings.LOG_DIR)), log_verifiers()).ok
    total = EVENTS + 10 * TICKS
    limit = bare(total)
    began = time.perf_counter()
    findings = list(altered())
    took = time.perf_counter() - began
    assert not findings, findings[:3]
    more = f"目标 ≥ 20 000/秒；为裸循环的 {(limit + bare(total)) / 2 / took:.3f}"
    line(f"审计：留痕、事实（{len(Anchor._meta.concrete_fields)} 列）、日志逐条", total, took, more)


def main() -> None:
    print(f"日志：{machine()}\n\n| 做什么 | 条数 | 秒 | 条/秒 | 与裸 hashlib 之比 |\n|---|---:|---:|---:|---|")
    try:
        verification()
        cluster = embedded.Cluster(HOME)
        cluster.start()
        try:
            database.migrate()
            log()
        finally:
            connection.close()
            connections["owner"].close()
            cluster.stop()
    finally:
        shutil.rmtree(HOME, ignore_errors=True)


if __name__ == "__main__":
    main()
