"""The attacks: what somebody with the database, the disk or even the log's key does, which check reports it, in what words.

python -m tests.attacks > docs/reference/attacks.md
"""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.attacks.scene import LOG_TABLES, Scene, flip, touch, write
from yangguang.trail import note, sequencer, tlog
from yangguang.trail.keys import log_keys

DATABASE, DISK, CLOCK, KEY = "数据库属主", "磁盘", "系统时钟", "数据库属主、磁盘和日志密钥"


@dataclass(frozen=True)
class Attack:
    """One attack.  **Shape** `check`: the method of `Scene` that has to report it, `says`: a regular expression."""

    name: str
    title: str
    holds: str
    check: str
    says: str
    do: Callable[[Scene], object]


ATTACKS: list[Attack] = []


def attack(title: str, holds: str, check: str, says: str) -> Callable[[Callable[[Scene], object]], Callable]:
    def add(do: Callable[[Scene], object]) -> Callable[[Scene], object]:
        ATTACKS.append(Attack(f"{do.__name__}-{check}", title, holds, check, says, do))
        return do

    return add


# ---- rows and entries --------------------------------------------------------------------------------------------


@attack("改一个字段", DATABASE, "audit", r"第 3 条（trail.anchor.*“时间戳机构”被改动，与留痕时不符")
def row_edited(it: Scene) -> None:
    ref = it.one("select split_part(fact_ref, ':', 2) from trail_entry where seq = 3")[0]
    it.sql(f"update trail_anchor set authority = '改' where id = '{ref}'")


@attack("删一行", DATABASE, "audit", r"第 3 条.*“可信时间戳锚定”已从数据库中被删除")
def row_deleted(it: Scene) -> None:
    it.sql(
        "delete from trail_anchor where id::text = (select split_part(fact_ref, ':', 2) from trail_entry where seq = 3)"
    )


@attack("绕过办理动作塞进一行", DATABASE, "audit", r"没有留痕：未经办理动作写入")
def row_slipped_in(it: Scene) -> None:
    it.sql(
        "insert into trail_anchor select gen_random_uuid(), at, scope, size, digest, checkpoint, authority, token, stated_at"
        " from trail_anchor limit 1"
    )


@attack("改留痕的原文", DATABASE, "audit", r"第 5 条.*原文、盐或承诺值被改动")
def entry_edited(it: Scene) -> None:
    it.sql("update trail_entry set payload = replace(payload, 'tsa', 'xxx') where seq = 5")


@attack("抹去哈希（去掉非空约束，置为 NULL）", DATABASE, "audit", r"第 5 条.*承诺值、盐或原文被抹去")
def hash_nulled(it: Scene) -> None:
    it.sql(
        "alter table trail_entry alter column commitment drop not null",
        "update trail_entry set commitment = null where seq = 5",
    )


@attack("哈希全部置零", DATABASE, "audit", r"第 5 条.*原文、盐或承诺值被改动")
def hash_zeroed(it: Scene) -> None:
    it.sql(f"update trail_entry set commitment = '\\x{'00' * 32}' where seq = 5")


@attack("改经办人", DATABASE, "audit", r"留痕的经办人被改动，与原文不符")
def person_changed(it: Scene) -> None:
    it.sql("update trail_entry set by_ref = 'registry.officer:x' where seq = 5")


@attack("删一条留痕，连同它的叶和所记的行", DATABASE, "audit", r"公开日志第 4 条对应的留痕已从数据库中被删除")
def entry_deleted(it: Scene) -> None:
    it.sql(
        "delete from trail_anchor where id::text = (select split_part(fact_ref, ':', 2) from trail_entry where seq = 5)",
        "delete from trail_leaf where index = 4",
        "delete from trail_entry where seq = 5",
    )


@attack("删去链上最后一条，不留缺口", DATABASE, "audit", r"公开日志第 11 条对应的留痕已从数据库中被删除")
def last_entry_deleted(it: Scene) -> None:
    it.sql(
        "delete from trail_anchor where id::text = (select split_part(fact_ref, ':', 2) from trail_entry where seq = 12)",
        "delete from trail_leaf where index = 11",
        "delete from trail_entry where seq = 12",
    )


@attack("调换两条留痕的次序", DATABASE, "audit", r"留痕的链内序号.*被改动，与原文不符")
def entries_reordered(it: Scene) -> None:
    it.sql(
        "update trail_entry set seq = 1000 where seq = 5",
        "update trail_entry set seq = 5 where seq = 6",
        "update trail_entry set seq = 6 where seq = 1000",
    )


@attack("调换两片叶的次序", DATABASE, "audit", r"与公开日志第 4 条不符：留痕在汇入日志后被改动")
def leaves_reordered(it: Scene) -> None:
    it.sql(
        "update trail_leaf set index = 1000 where index = 4",
        "update trail_leaf set index = 4 where index = 5",
        "update trail_leaf set index = 5 where index = 1000",
    )


@attack(
    "倒签：行、原文、时间和承诺值一并改成早一年，互相一致",
    DATABASE,
    "audit",
    r"与公开日志第 4 条不符：留痕在汇入日志后被改动",
)
def back_dated(it: Scene) -> None:
    def earlier(told: dict) -> None:
        for holder, name in ((told["p"], "recorded"), (told["p"], "at"), (told["p"]["row"], "at")):
            holder[name] = f"{int(holder[name][:4]) - 1}{holder[name][4:]}"

    it.rewritten(5, earlier)


@attack("行、原文、承诺值和叶一并改写，互相一致", DATABASE, "audit", r"与公开日志第 4 条不符")
def rewritten_with_its_leaf(it: Scene) -> None:
    it.rewritten(5, lambda told: told["p"]["row"].update(authority="改"))
    it.sql(
        "update trail_leaf l set data = '\\x0109'::bytea || e.commitment from trail_entry e where e.id = l.entry_id and e.seq = 5"
    )


@attack("写入后扣住不入链", DATABASE, "audit", r"未汇入公开日志，且不在待入日志之列")
def kept_from_the_log(it: Scene) -> None:
    it.grow()
    sequencer_had_not_run(it)


def sequencer_had_not_run(it: Scene) -> None:
    it.sql("delete from trail_checkpoint where size = 13", "delete from trail_leaf where index = 12")
    shutil.rmtree(it.log)
    shutil.copytree(it.home / "log-newest", it.log)


@attack("以清除为名抹去原文和盐，没有清除记录", DATABASE, "audit", r"没有两人办理、已入日志的清除记录")
def erased_without_a_ground(it: Scene) -> None:
    it.sql("update trail_entry set payload = trail_stub(payload, gen_random_uuid()), salt = '' where seq = 5")


# ---- the database's own guards -----------------------------------------------------------------------------------


@attack("删去防改触发器", DATABASE, "audit", r"“可信时间戳锚定”（trail_anchor）上拒绝修改、删除的触发器被去掉或停用")
def trigger_dropped(it: Scene) -> None:
    it.sql("drop trigger trail_anchor_written_once on trail_anchor")


@attack("停用触发器", DATABASE, "audit", r"（trail_leaf）上拒绝.*的触发器被去掉或停用")
def trigger_disabled(it: Scene) -> None:
    with it.database.connect("yg_owner") as owner:
        owner.execute("alter table trail_leaf disable trigger user")


@attack("把触发器的函数换成什么也不做", DATABASE, "audit", r"数据库函数 trail_written_once 被换过")
def function_replaced(it: Scene) -> None:
    it.sql(
        "create or replace function trail_written_once() returns trigger language plpgsql as 'begin return new; end'"
    )


@attack("给网站角色修改权", DATABASE, "audit", r"多授了权限：yg_web:UPDATE")
def rights_given(it: Scene) -> None:
    it.sql("grant update on trail_entry to yg_web")


@attack("关闭行级安全", DATABASE, "audit", r"（trail_entry）的行级安全被关闭")
def row_security_off(it: Scene) -> None:
    it.sql("alter table trail_entry disable row level security")


# ---- the clock ---------------------------------------------------------------------------------------------------


@attack("回拨时钟两天再办理", CLOCK, "audit", r"\[clock-moved\].*时钟被回拨")
def clock_set_back(it: Scene) -> None:
    with it.at_another_time(days=-2):
        it.grow()


@attack("拨快时钟办理，再拨回来签署", CLOCK, "audit", r"\[clock-moved\].*晚于签署它的检查点")
def clock_set_forward(it: Scene) -> None:
    with it.at_another_time(days=2):
        write(1)
    sequencer.integrate_now()


# ---- the files ---------------------------------------------------------------------------------------------------


@attack("改条目包的一个字节", DISK, "verify", r"由全部条目算出的根与检查点的根不符")
def bundle_edited(it: Scene) -> None:
    touch(it.log / "tile/entries/000.p/12", flip)


@attack("截短条目包", DISK, "verify", r"应有 12 条，实有 11 条")
def bundle_truncated(it: Scene) -> None:
    touch(it.log / "tile/entries/000.p/12", lambda data: data[:-36])


@attack("条目包和瓦片一并改写，互相一致", DISK, "verify", r"由全部条目算出的根与检查点的根不符")
def tile_rewritten(it: Scene) -> None:
    entries = tlog.unpack_bundle((it.log / "tile/entries/000.p/12").read_bytes())
    entries[4] = flip(entries[4])
    touch(it.log / "tile/entries/000.p/12", lambda _: tlog.pack_bundle(entries))
    touch(it.log / "tile/0/000.p/12", lambda _: b"".join(map(tlog.leaf_hash, entries)))


@attack("只改瓦片", DISK, "verify", r"瓦片 tile/0/000.p/12 与条目不符")
def tile_edited(it: Scene) -> None:
    touch(it.log / "tile/0/000.p/12", flip)


@attack("调换文件：用旧的条目包顶替新的", DISK, "verify", r"应有 12 条，实有 8 条")
def file_swapped(it: Scene) -> None:
    shutil.copy(it.home / "log-kept/tile/entries/000.p/8", it.log / "tile/entries/000.p/12")


@attack("删去瓦片文件", DISK, "verify", r"缺少文件 tile/0/000.p/12")
def tile_removed(it: Scene) -> None:
    (it.log / "tile/0/000.p/12").unlink()


@attack("改检查点里的条数", DISK, "verify", r"签名无效")
def checkpoint_edited(it: Scene) -> None:
    touch(it.log / "checkpoint", lambda data: data.replace(b"\n12\n", b"\n11\n", 1))


@attack("公开日志的文件改动后，审计也要说出来", DISK, "audit", r"\[log-damaged\] 公开日志核验不通过")
def files_edited(it: Scene) -> None:
    bundle_edited(it)


# ---- an old state shown again ------------------------------------------------------------------------------------


def only_the_checkpoint(it: Scene) -> None:
    shutil.copy(it.home / "kept", it.log / "checkpoint")


@attack("重放旧检查点", DISK, "audit", r"\[log-behind\] 公开的检查点停在 8 条，已签署到 12 条")
def checkpoint_replayed(it: Scene) -> None:
    only_the_checkpoint(it)


@attack("重放旧检查点，外人按时间核验", DISK, "verify_age", r"检查点太旧")
def checkpoint_replayed_to_outsiders(it: Scene) -> None:
    only_the_checkpoint(it)


@attack("恢复旧备份（只恢复数据库）", DATABASE, "restore_check", r"已发布的日志有 12 条，数据库中只有 8 条")
def old_backup_restored(it: Scene) -> None:
    it.old_backup()


@attack("恢复旧备份后继续签署", DATABASE, "sequencer", r"已发布的日志有 12 条，数据库中只有 \d 条.*拒绝签署")
def old_backup_continued(it: Scene) -> None:
    it.old_backup()


@attack("整机恢复旧备份（数据库和文件都旧）", DISK, "start", r"已见证 12 条，这里只有 8 条.*拒绝签署")
def whole_machine_restored(it: Scene) -> None:
    it.old_backup()
    it.as_it_was()


@attack("清空日志表", DATABASE, "audit", r"数据库被回退")
def log_truncated(it: Scene) -> None:
    it.sql(*(f"truncate {table}" for table in LOG_TABLES))


@attack("清空日志表后重新汇入", DATABASE, "sequencer", r"已发布的日志有 12 条，数据库中只有 0 条")
def log_truncated_and_begun_anew(it: Scene) -> None:
    it.forget_the_log()


# ---- another history, signed with the log's own key --------------------------------------------------------------


def forked(it: Scene) -> None:
    """Everything agrees: rows, entries, leaves, tiles, files, both signatures.  Only others remember."""
    it.rewritten(12, lambda told: told["p"]["row"].update(authority="改"))
    it.sql("delete from trail_leaf", "delete from trail_tile", "delete from trail_checkpoint")
    it.forget_the_log()
    shutil.rmtree(it.log)
    sequencer.integrate_now()


def forked_early(it: Scene) -> None:
    it.rewritten(8, lambda told: told["p"]["row"].update(authority="改"))
    it.forget_the_log()
    shutil.rmtree(it.log)
    sequencer.integrate_now()


@attack(
    "分叉：改写历史后用日志自己的密钥重新签署", KEY, "witness", r"422.*没有延续上次见证的 12 条|同样大小的日志根不同"
)
def fork_shown_to_the_witness(it: Scene) -> None:
    forked(it)


@attack("分叉后公开，没有见证签名", KEY, "verify_policy", r"见证不足：要求.*有效的见证签名：无")
def fork_without_witness(it: Scene) -> None:
    forked(it)


@attack("分叉，外人存有旧检查点", KEY, "verify_since", r"前 8 条与旧检查点不符：历史被改写")
def fork_against_a_kept_checkpoint(it: Scene) -> None:
    forked_early(it)


@attack("分叉后重新启动日志进程", KEY, "start", r"见证过的前 12 条与这里的不是同一部日志")
def fork_restarted(it: Scene) -> None:
    forked(it)


@attack("缩短日志并重新签署，外人存有旧检查点", KEY, "verify_since", r"日志缩短了：旧检查点有 8 条，现在只有 5 条")
def log_shortened(it: Scene) -> None:
    it.sql(
        *(f"truncate {table}" for table in LOG_TABLES),
        "delete from trail_entry where seq > 5",
        "delete from trail_anchor a where not exists (select from trail_entry e where e.fact_ref = 'trail.anchor:' || a.id)",
        "insert into trail_pending (entry_id, kind, commitment) select id, kind, commitment from trail_entry order by id",
    )
    shutil.rmtree(it.log)
    sequencer.integrate_now()


# ---- keys and signatures -----------------------------------------------------------------------------------------


def keys_swapped(it: Scene) -> None:
    for name in ("log-ed25519.seed", "log-mldsa44.seed"):
        (it.home / "keys" / name).write_bytes(secrets.token_bytes(32))
    keys = log_keys()
    text = note.split((it.log / "checkpoint").read_text("utf-8"))[0]
    (it.log / "checkpoint").write_text(note.sign(text, keys.signers, 1_800_000_000), "utf-8")


@attack("换掉日志密钥，重新签署检查点", DISK, "verify", r"没有受信任的密钥签过名")
def key_swapped(it: Scene) -> None:
    keys_swapped(it)


@attack("换掉日志密钥后继续签署", DISK, "sequencer", r"与已签署的检查点.*不符：没有受信任的密钥签过名")
def key_swapped_and_continued(it: Scene) -> None:
    keys_swapped(it)


@attack("改数据库里的检查点", DATABASE, "audit", r"\[checkpoint-altered\].*所列大小或根与签名文本不符")
def stored_checkpoint_altered(it: Scene) -> None:
    it.sql("update trail_checkpoint set root = sha256('x') where size = 12")


@attack("去掉见证签名", DISK, "verify_policy", r"见证不足")
def cosignature_stripped(it: Scene) -> None:
    touch(it.log / "checkpoint", lambda data: b"".join(x for x in data.splitlines(True) if "— city".encode() not in x))


@attack("伪造见证签名", DISK, "verify_policy", r"“city.test/witness”的签名无效")
def cosignature_forged(it: Scene) -> None:
    text = (it.log / "checkpoint").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("— city"))
    data = bytearray(note.unb64(line.split(" ")[2]))
    data[-1] ^= 1
    (it.log / "checkpoint").write_text(text.replace(line.split(" ")[2], note.b64(bytes(data))), "utf-8")


# ---- what tests/test_tampering.py does to the synthetic county and its recordings ---------------------------------

ELSEWHERE = [
    (
        "剪短一段录像文件",
        DISK,
        "`yangguang vault scrub`",
        "的内容已不是存入时的内容",
        "test_a_swapped_recording_is_named",
    ),
    ("删去一段录像文件", DISK, "`yangguang vault scrub`", "不见了", "test_a_removed_recording_is_named"),
    (
        "录像连同它在库里的摘要一起换掉",
        f"{DATABASE}、{DISK}",
        "`yangguang audit`",
        "“摘要值”、“字节数”被改动",
        "test_a_recording_swapped_together_with_its_digest_is_named_by_the_audit",
    ),
]

HEAD = """# 攻击与发现

每一行是测试里真实做过的一次攻击：攻击者掌握什么、做了什么，由哪一项核对发现，说的是什么话（正则表达式）。
本页由 `python -m tests.attacks` 从 `tests/attacks/corpus.py` 生成，测试核对它没有过时。

见证方由另一机关运行（`yangguang witness run`）。掌握日志密钥的人能改写出一部自相一致的日志，只有见证方、镜像和保存过的
检查点、回执能够发现；所以没有设见证方的安装挡不住“数据库属主、磁盘和日志密钥”一类。

| 攻击 | 攻击者掌握 | 由谁发现 | 说什么 |
|---|---|---|---|
"""


def table() -> str:
    """The reference page."""
    rows = [(one.title, one.holds, getattr(Scene, one.check).__doc__ or "", one.says) for one in ATTACKS]
    rows += [row[:4] for row in ELSEWHERE]
    cells = [
        " | ".join(cell.replace("|", "\\|") if n < 3 else f"`{cell}`".replace("|", "\\|") for n, cell in enumerate(row))
        for row in rows
    ]
    return HEAD + "".join(f"| {line} |\n" for line in cells)


PAGE = Path(__file__).parents[2] / "docs/reference/attacks.md"
