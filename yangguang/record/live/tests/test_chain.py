"""The chain by itself: what is taken, what is refused and in which words, and which gaps it shows."""

from dataclasses import replace

import pytest

from yangguang.record.live import chain
from yangguang.record.live.chain import BadLink, End, Link, Missing

from .device import Phone, fields

START = 1_787_000_000_000


@pytest.fixture
def phone() -> Phone:
    return Phone(t=START)


def check(phone: Phone, link: Link, end: End, data: bytes | None = None, **more: int) -> None:
    given = {"offset_ms": 0, "now_ms": link.t} | more
    bytes_ = phone.data[link.seq] if data is None else data
    chain.check(link, bytes_, end, phone.key.public_key(), **given)  # type: ignore[arg-type]


def end_after(link: Link) -> End:
    return End(link.seq, link.digest, link.t, link.kind == "stop")


def test_a_sound_chain_is_taken_and_verified(phone):
    genesis, end = phone.prev, End(0, phone.prev, START)
    for kind, data, reason in (
        ("segment", b"one", ""),
        ("pause", b"", "对象要求暂停"),
        ("resume", b"", ""),
        ("segment", b"two", ""),
        ("stop", b"", ""),
    ):
        link = phone.link(kind, data, reason)
        check(phone, link, end)
        end = end_after(link)
    assert chain.verify(phone.links, genesis, phone.key.public_key(), START) == []
    with pytest.raises(BadLink, match="已在第 5 环结束"):
        check(phone, phone.link(data=b"three"), end)


def test_a_later_segment_waits_for_those_before_it(phone):
    phone.link(data=b"one")
    phone.link(data=b"two")
    with pytest.raises(BadLink) as refused:
        check(phone, phone.link(data=b"three"), End(0, "0" * 64, START))
    assert refused.value.code == "early"
    assert "第 1 至 2 环" in refused.value.message and "从第 1 环起" in refused.value.mend


@pytest.mark.clause("QS-3.2.2i", "QD-3.2.2(2)c")
@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (lambda p, link: (link, b"other"), "digest"),
        (lambda p, link: (link, b"two!"), "digest"),
        (
            lambda p, link: (p.signed(replace(link, n=3)), b"two"),
            "digest",
        ),  # signed, but not the bytes that were signed
        (lambda p, link: (replace(link, t=link.t + 1), b"two."), "signature"),
        (lambda p, link: (replace(link, reason="改过的理由"), b"two."), "signature"),
        (lambda p, link: (replace(link, signature=bytes(64)), b"two."), "signature"),
        (lambda p, link: (replace(link, signature=Phone().key.sign(link.message)), b"two."), "signature"),
        (lambda p, link: (p.signed(replace(link, prev="f" * 64)), b"two."), "chain"),
        (lambda p, link: (p.signed(replace(link, t=START - 5)), b"two."), "clock"),
    ],
)
def test_what_is_forged_is_refused(phone, forge, code):
    first = phone.link(data=b"one")
    link, data = forge(phone, phone.link(data=b"two."))
    with pytest.raises(BadLink) as refused:
        check(phone, link, end_after(first), data)
    assert refused.value.code == code
    assert refused.value.message and refused.value.mend


def test_a_segment_of_another_recording_does_not_fit(phone):
    """A replay: rightly signed by the same key, but it hangs on another opening."""
    other = Phone(key=phone.key, t=START, prev="a" * 64)
    with pytest.raises(BadLink) as refused:
        check(other, other.link(data=b"one"), End(0, phone.prev, START))
    assert refused.value.code == "chain"


def test_a_clock_that_is_set_forward_is_noticed(phone):
    link = phone.link(data=b"one", after=chain.AHEAD_MS + 5000)
    with pytest.raises(BadLink, match="晚 65 秒"):
        check(phone, link, End(0, "0" * 64, START), now_ms=START)
    check(
        phone, link, End(0, "0" * 64, START), now_ms=START, offset_ms=chain.AHEAD_MS
    )  # wrong from the beginning: known


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"more": 1}, "应有且只有"),
        ({"seq": True}, "seq"),
        ({"seq": 0}, "seq"),
        ({"seq": 1.5}, "seq"),
        ({"seq": "1"}, "seq"),
        ({"t": -1}, "t 不是"),
        ({"t": 2**70}, "t 不是"),
        ({"kind": "delete"}, "不认识的种类"),
        ({"prev": "F" * 64}, "prev"),
        ({"prev": None}, "prev"),
        ({"sha256": ""}, "sha256"),
        ({"sha256": "../../etc/passwd"}, "sha256"),
        ({"n": chain.MOST_BYTES + 1}, "一段应有"),
        ({"n": 0}, "一段应有"),
        ({"reason": "字" * 201}, "理由最多"),
        ({"reason": "a\0b"}, "理由最多"),
        ({"reason": "\ud800"}, "理由最多"),
        ({"reason": ["x"]}, "理由最多"),
        ({"kind": "pause"}, "不带数据"),
    ],
)
def test_what_is_no_link_is_said(phone, wrong, words):
    said = fields(phone.link(data=b"one"))
    with pytest.raises(BadLink, match=words):
        chain.read({**said, **wrong}, b"")


@pytest.mark.parametrize("wrong", [None, [], "x", {}, {"seq": 1}])
def test_what_is_not_even_the_form_of_a_link(wrong):
    with pytest.raises(BadLink, match="应有且只有"):
        chain.read(wrong, b"")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda links, p: links[:1] + links[2:], "第 2 环缺失"),
        (lambda links, p: [links[1], links[0], *links[2:]], "第 1 环缺失"),
        (lambda links, p: [links[0], replace(links[1], sha256="b" * 64), *links[2:]], "第 2 环的签名不符"),
        (lambda links, p: [links[0], p.signed(replace(links[1], sha256="b" * 64)), *links[2:]], "第 3 环没有接在"),
        (lambda links, p: [p.signed(replace(links[0], t=links[1].t + 9)), *links[1:]], "第 2 环没有接在"),
    ],
)
def test_a_kept_chain_that_was_touched_is_found_out(phone, spoil, words):
    genesis = phone.prev
    for data in (b"one", b"two", b"three"):
        phone.link(data=data)
    wrong = chain.verify(spoil(phone.links, phone), genesis, phone.key.public_key(), START)
    assert any(words in one for one in wrong), wrong


# ---- gaps ------------------------------------------------------------------------------------------------------------


def gaps(phone: Phone, tolerance: int = 3000) -> list[Missing]:
    return chain.gaps(phone.links, START, tolerance)


@pytest.mark.clause("QD-3.2.2c", "QS-3.2.2e", "DH-2.2.3c", "WC-2.2.3b")
def test_every_gap_is_named_with_its_reason(phone):
    for _ in range(2):
        phone.link(data=b"x")  # 1, 2 s
    phone.link("pause", reason="接听电话", after=500)
    phone.link("resume", after=60_000)
    phone.link(data=b"x")
    phone.link(data=b"x", after=20_000)  # the camera stood still
    phone.link("offline", after=100)
    phone.link(data=b"x")
    phone.link("online", after=100)
    phone.link("stop", after=100)
    found = gaps(phone)
    assert [(one.kind, one.end - one.start, one.reason) for one in found] == [
        ("pause", 60_000, "接听电话"),
        ("stall", 20_000, ""),
        ("offline", 1_100, ""),
    ]
    assert chain.stretches(phone.links, START, found) == [
        (START, START + 2500),
        (START + 62_500, START + 63_500),
        (START + 83_500, START + 84_600),
    ]


def test_a_chain_without_an_end_says_so(phone):
    phone.link(data=b"x")
    phone.link("offline")
    phone.link(data=b"x")
    assert [(one.kind, one.start, one.end) for one in gaps(phone)] == [
        ("offline", START + 2000, START + 3000),
        ("unended", START + 3000, START + 3000),
    ]


def test_a_pause_that_was_never_taken_up_lasts_to_the_end(phone):
    phone.link(data=b"x")
    phone.link("pause", reason="更换地点")
    phone.link("stop", after=30_000)
    assert [(one.kind, one.end - one.start) for one in gaps(phone)] == [("pause", 30_000)]
    assert chain.stretches(phone.links, START, gaps(phone)) == [(START, START + 1000)]


def test_nothing_recorded_is_no_stretch(phone):
    phone.link("stop")
    assert gaps(phone) == [] and chain.stretches(phone.links, START, []) == []
