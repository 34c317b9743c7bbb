"""What a person with a file or a paper is told: one plain sentence, the facts, each step of the check one click deeper.

The same words serve the browser (which checks for itself before it shows them) and the page without script.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from yangguang.disclosure import queries
from yangguang.disclosure.queries import Standing
from yangguang.trail import note, tlog
from yangguang.trail.keys import log_verifiers
from yangguang.trail.models import commit
from yangguang.trail.queries import NotLogged
from yangguang.vault import store
from yangguang.vault.errors import VaultError

HOLDS = b"yangguang/holds\n"  # who holds the bytes can hash them behind this; who only read their digest cannot

STATES = {
    "issued": ("已印发，未公示", "sealed"),
    "published": ("已公示", "published"),
    "corrected": ("已公示，作过更正", "corrected"),
    "revoked": ("已不再有效", "revoked"),
    "withdrawn": ("已撤下", "taken_down"),
}


def day(value: date | datetime) -> str:
    return (timezone.localtime(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


@dataclass(frozen=True)
class Step:
    """One step of a check and whether it held."""

    ok: bool
    text: str


@dataclass
class Answer:
    """What is said about a file.  **Shape** `status`: found | sealing | unknown; `tone`: ok | warn | bad | wait."""

    status: str
    tone: str
    title: str
    text: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    proof: dict[str, Any] | None = None
    withdrawal: dict[str, Any] | None = None  # the proof of the take-down, where there is one
    withheld: bool = False  # the bytes' possession was not shown, and their text is no longer public

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


UNKNOWN = Answer(
    status="unknown",
    tone="bad",
    title="没有找到与这份文件逐字节相同的文书",
    text="本平台存证的文书里，没有一份与它完全一样。哪怕只改动一个字、一个字节，也会是这个结果。",
    advice=[
        "请核对的是不是收到的那个 PDF 原文件：打印后扫描、拍照、截图、另存、合并、转换格式，或者经过会压缩文件的"
        "聊天软件，得到的都不再是原文件。",
        "手上只有纸质文书的，扫文书上的二维码，或者在下面输入查验码，比对文号、机关和日期。",
        "是原文件仍查不到的，请向文书上写明的机关核实；冒用执法文书的，可以向该机关或者公安机关反映。",
    ],
)


def about(digest: str, holds: str = "") -> Answer:
    """What is known of the file with this SHA-256.

    **Shape** `holds`: SHA-256 of HOLDS and the file's bytes; asked for where the text is no longer public, because the
    digest of what was once published is known to everybody, and a take-down must take down.
    """
    found = queries.sealed(digest=digest)
    if found is None:
        return UNKNOWN
    worth = queries.standing(found["code"])
    if worth is None:  # a seal always names the code of an issued document
        raise LookupError(f"存证索引 {digest[:12]} 的查验码 {found['code']} 没有对应的文书")
    if found["what"] == "original":
        current = found["digest"] == worth.newest
        told = bool(worth.corrections)  # whoever has the code is told the digest of the newest version
    else:
        current = worth.row is not None and worth.row.digest == found["digest"]
        told = not current
    answer = _words(found, worth, current)
    if told and not _held(digest, holds):
        answer.withheld = True
        answer.title = answer.title.replace("自 {since} 起未被改动", "在本平台有存证")
        answer.text = answer.text.replace("，自 {since} 起未被改动", "")
        return answer
    try:
        answer.proof = queries.proof_of(found)
        if worth.state == "withdrawn" and worth.row is not None:
            answer.withdrawal = queries.proof_of_row(worth.row)
    except NotLogged as waiting:
        return Answer(
            status="sealing",
            tone="wait",
            title="存证中，稍后再试",
            text=waiting.message + "。" + waiting.mend + "。",
            facts=answer.facts,
        )
    since = day(datetime.fromisoformat(answer.proof["recorded_at"]))
    answer.title = answer.title.replace("{since}", since)
    answer.text = answer.text.replace("{since}", since)
    recorded = timezone.localtime(datetime.fromisoformat(answer.proof["recorded_at"]))
    answer.facts.append(("存证时间", recorded.strftime("%Y-%m-%d %H:%M")))
    answer.facts.append(("日志位置", f"第 {answer.proof['index']} 条"))
    return answer


def _words(found: dict[str, Any], worth: Standing, current: bool) -> Answer:
    what = "公开版" if found["what"] == "public" else "文书"
    title = f"《{found['title'].removesuffix('（公开版）')}》"
    same = f"它与{found['body_name']}存证的{title}{found['number']}{'公开版' if what == '公开版' else ''}逐字节相同"
    state, _ = STATES[worth.state]
    answer = Answer(
        status="found",
        tone="ok",
        title=f"这份{what}自 {{since}} 起未被改动",
        text=f"{same}。",
        facts=[
            ("机关", found["body_name"]),
            ("文书", title.strip("《》") + ("（公开版）" if what == "公开版" else "")),
            ("文号", found["number"]),
            ("日期", day(found["issued_on"])),
            ("现在的状态", state),
        ],
        links=[("查看这份文书现在的情况", reverse("portal:code", args=[worth.code]))],
    )
    replaced = found["what"] == "original" and not current
    if replaced:
        answer.facts += _corrected(worth)
    if worth.state in {"revoked", "withdrawn"}:
        answer.tone = "bad"
        answer.title, ended = _ended(worth, what)
        answer.text = f"{same}，自 {{since}} 起未被改动。{ended}"
    elif replaced:
        answer.tone = "warn"
        answer.title = "这是更正以前的版本，已被新的版本代替"
        answer.text = f"{same}，自 {{since}} 起未被改动；但{_when(worth)}，请以更正后的版本为准。"
    elif not current and worth.row is not None:
        answer.tone = "warn"
        answer.title = "这份公开版是真的，但已经不是最新版本"
        answer.text = f"{same}。公示内容后来作过更正，现在公示的是第 {worth.row.version} 版。"
    elif worth.state == "published":
        answer.text += "该决定正在公示。"
    elif worth.state == "corrected":
        answer.text += "该决定正在公示，公示内容作过更正。"
    else:
        answer.text += "该决定没有公示：尚未到期限，或者依法不公开。"
    if found["what"] == "original" and current and worth.corrections:
        answer.text += f"{_when(worth)}，这是更正后的版本。"
    if worth.row is not None:
        answer.links.insert(0, ("打开公示页", reverse("portal:decision", args=[worth.code])))
    return answer


def _when(worth: Standing) -> str:
    """How often and when a document was put right."""
    on = day(worth.corrected_at) if worth.corrected_at else ""
    if worth.corrections > 1:
        return f"该文书先后更正过 {worth.corrections} 次，最近一次在 {on}"
    return f"该文书已于 {on} 更正"


def _corrected(worth: Standing) -> list[tuple[str, str]]:
    on = day(worth.corrected_at) if worth.corrected_at else ""
    return [("更正日期", on), ("最新版本的摘要（SHA-256）", worth.newest)]


def _ended(worth: Standing, what: str = "文书") -> tuple[str, str]:
    """Title and sentence of a document whose decision no longer stands, or is no longer shown."""
    tomb = worth.row.tombstone if worth.row is not None else {}
    how, by, on = worth.revoked, worth.revoked_by, worth.revoked_on
    if not how and tomb.get("kind", "撤下") != "撤下":
        how, by, on = tomb["kind"], tomb["organ"], date.fromisoformat(tomb["on"])
    reason = f"，理由：{tomb['reason'].rstrip('。')}" if tomb else ""
    if how and on:
        still = "" if worth.state == "withdrawn" else "，公示正在撤下"
        return f"这份{what}是真的，但该决定已被{how}", f"{by}已于 {day(on)} 将该决定{how}{reason}{still}。"
    return f"这份{what}是真的，但公示已经撤下", f"公示已于 {day(datetime.fromisoformat(tomb['at']))} 撤下{reason}。"


def _held(digest: str, holds: str) -> bool:
    """Whether the asker hashed the very bytes."""
    if not holds:
        return False
    hashed = hashlib.sha256(HOLDS)
    try:
        with store.open(digest) as stored:
            while chunk := stored.read(2**18):
                hashed.update(chunk)
    except VaultError:
        return False
    return hmac.compare_digest(hashed.hexdigest(), holds.strip().lower().encode("ascii", "replace").decode())


def check(proof: dict[str, Any], digest: str) -> list[Step]:
    """The same check the browser makes, made here for who has no script."""
    payload, salt = proof["payload"], note.unb64(proof["salt"])
    row = json.loads(payload)["p"]["row"]
    leaf = tlog.leaf_hash(tlog.leaf_bytes(proof["kind"], commit(salt, payload)))
    steps = [
        Step(digest in row.values(), "文件的 SHA-256 摘要写在存证记录中"),
        Step(True, "由记录原文与随机盐算出承诺值，再算出日志叶"),
    ]
    try:
        tip = note.parse_tip(note.open_note(proof["checkpoint"], log_verifiers()).text)
        steps.append(Step(True, f"检查点由日志“{tip.origin}”签署，签名有效，共 {tip.size} 条"))
        tlog.verify_inclusion(proof["index"], tip.size, leaf, [note.unb64(one) for one in proof["proof"]], tip.root)
        steps.append(Step(True, f"记录是公开日志的第 {proof['index']} 条（从 0 起计），与签署的根相符"))
    except (note.BadNote, tlog.BadProof) as error:
        steps.append(Step(False, str(error)))
    return steps


def of_upload(chunks: Any) -> tuple[Answer, list[Step], str, int]:
    """The answer for bytes that were sent to us: (answer, steps, digest, size)."""
    plain, held, size = hashlib.sha256(), hashlib.sha256(HOLDS), 0
    for chunk in chunks:
        plain.update(chunk)
        held.update(chunk)
        size += len(chunk)
    digest = plain.hexdigest()
    answer = about(digest, held.hexdigest())
    steps = check(answer.proof, digest) if answer.proof else []
    if not all(step.ok for step in steps):
        answer = Answer(
            status="found",
            tone="bad",
            title="存证核对不通过",
            text="文件与存证索引相符，但存证记录的证明不成立。请把下面的步骤告知平台管理员和监督机关。",
            facts=answer.facts,
            proof=answer.proof,
        )
    return answer, steps, digest, size


def of_code(worth: Standing) -> Answer:
    """What the number on a paper leads to."""
    state, _ = STATES[worth.state]
    answer = Answer(
        status="found",
        tone="ok",
        title="有这份文书",
        text="",
        facts=[
            ("机关", worth.body_name),
            ("文书", worth.title),
            ("文号", worth.number),
            ("日期", day(worth.on)),
            ("现在的状态", state),
        ],
    )
    if worth.state in {"revoked", "withdrawn"}:
        title, answer.text = _ended(worth)
        answer.tone, answer.title = "bad", title.replace("这份文书是真的，但", "有这份文书，但")
    elif worth.state == "issued":
        answer.text = "本平台印发过这份文书。它没有公示：尚未到期限，或者依法不公开。"
    elif worth.state == "corrected":
        answer.tone = "warn"
        answer.text = "本平台印发过这份文书，并已公示；公示内容后来作过更正，以现在公示的为准。"
    else:
        answer.text = "本平台印发过这份文书，并已公示。"
    if worth.corrections:
        answer.facts += _corrected(worth)
        answer.text += f"{_when(worth)}，文号和查验码不变：您手上的如果是更正以前的，已被新的版本代替。"
        if answer.tone == "ok":
            answer.tone, answer.title = "warn", "有这份文书，后来作过更正"
    index = worth.log_index
    answer.facts.append(
        ("公开日志中的位置", "正在汇入，几秒后可查" if index is None else f"第 {index} 条（从 0 起计）")
    )
    if worth.row is not None:
        label = "查看撤下说明" if worth.state == "withdrawn" else "查看公示全文"
        answer.links.append((label, reverse("portal:decision", args=[worth.code])))
    if index is not None and worth.row is not None:
        answer.links.append(("日志证明（JSON）", f"{reverse('portal:proof')}?code={worth.code}"))
        answer.links.append(("核对日志证明", reverse("portal:log_verify")))
    answer.links.append(("公开日志", reverse("portal:log")))
    return answer
