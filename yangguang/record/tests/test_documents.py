import hashlib
import io
import json
import re
import threading
import zipfile
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from yangguang.policy import packs
from yangguang.record import documents
from yangguang.record.documents import fonts, money
from yangguang.record.documents.templates import PACKS
from yangguang.record.tests.sample_documents import data, generated

ON = date(2026, 9, 18)
QR = "http://127.0.0.1:8000/verify/5f0c8a"
WHEEL = Path("/nonexistent")  # no fonts but the wheel's: the same on every machine
CODES = sorted(documents.catalogue())
ON_PAPER_ONLY = {"fonds_no", "catalogue_no", "volume_no"}  # boxes of the cover, not words of the text


def render(code: str, given: dict | None = None, **options) -> documents.Rendered:
    return documents.render(code, data(code) if given is None else given, on=ON, qr_url=QR, fonts=WHEEL, **options)


def opened(pdf: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(pdf)


def page_lines(pdf: bytes, page: int) -> list[str]:
    with opened(pdf) as document:
        return document[page].get_textpage().get_text_range().splitlines()


# ---- the catalogue --------------------------------------------------------------------------------------------------
@pytest.mark.clause("QD-3.2.1a", "SY-2.2.1a", "DH-2.2.2b")
def test_every_step_of_every_act_of_every_pack_has_the_forms_it_names():
    kinds: dict[str, set[str]] = {}
    for pack in packs.names():
        for act in packs.load(pack).merged.acts.values():
            for step in act.steps:
                for code in step.document_codes:
                    kinds.setdefault(code, set()).add(act.kind)
    known = documents.catalogue()
    assert not set(kinds) - set(known)
    for code, template in known.items():
        assert kinds.get(code, set()) <= set(template.kinds), code
        assert (code in kinds) != bool(template.standalone), f"{code}: named by a step, or says why none names it"
    assert len(known) >= 180


def test_every_header_is_whole():
    words: dict[str, str] = {}
    for code, template in documents.catalogue().items():
        assert template.clause and template.kinds and template.step
        assert bool(template.number) == bool(template.field("number")), code
        if template.number:
            assert words.setdefault(template.number, code) == code, (
                f"{code} and {words[template.number]} share a number"
            )
        assert all(field.of for field in template.fields if field.type == "list")
        assert all(field.options for field in template.fields if field.type == "choice")
        if template.internal:
            assert not template.field("signature.name") or template.step == "perform", code
        heading = template.field("heading")
        assert heading is None or heading.type == "choice"


def test_no_internal_form_falls_into_the_volume_that_the_party_may_read():
    """Every form has a place in the file; what has none goes to 其他材料 of the 正卷, which is open to the party."""
    places = yaml.safe_load((PACKS / "cn" / "documents" / "_archive.yaml").read_text(encoding="utf-8"))
    main = [code for row in places["main"] for code in row.get("codes", [])]
    sub = [code for row in places["sub"] for code in row.get("codes", [])]
    assert len(set(main + sub)) == len(main + sub) and set(main + sub) <= set(CODES)
    internal = {code for code, form in documents.catalogue().items() if form.internal}
    assert internal - set(sub) == {
        "case_opening_approval",
        "volume",
    }  # the approval stands first in the 正卷 by the standard


def test_a_fact_of_a_step_is_a_field_of_the_same_name():
    field = documents.template("acceptance_notice").field("licence_item")
    fact = packs.load("cn").facts["licence_item"]
    assert field is not None and (field.label, field.privacy, field.required) == (fact.label, fact.privacy, True)


@pytest.mark.parametrize("code", CODES)
def test_whoever_fills_in_a_form_sees_it_printed(code):
    """A text or a date that is asked for stands in the document; what is not printed is not asked, nor attached."""
    template = documents.template(code)
    shared = {"body", "pay", "party", "case", "signature", "remedies"}
    printed = ""
    for pick, flag in ((0, True), (0, False), (1, True), (2, False)):
        printed += documents.text(code, generated(template, pick=pick, flag=flag), on=ON)
    for field in template.fields:
        if field.name.partition(".")[0] in shared or field.name in ON_PAPER_ONLY:
            continue
        if field.type in ("text", "long"):
            assert f"{field.label}甲" in printed or f"此处写明{field.label}的具体情况" in printed, field.name
        elif field.type in ("date", "datetime"):
            assert "2026年7月2日" in printed, field.name


def test_a_letter_to_others_does_not_carry_the_partys_number_inside():
    for code in ("interested_party_notice", "demolition_announcement", "hearing_notice", "service_announcement"):
        assert documents.template(code).field("party.id_no") is None
        assert documents.template(code).field("party.phone") is None


@pytest.mark.parametrize("code", CODES)
def test_a_character_without_a_glyph_is_named_in_every_document(code):
    template = documents.template(code)
    given = data(code)
    field = next(f for f in template.fields if f.type in ("text", "long") and f.required and f.name != "body.name")
    *folders, last = field.name.split(".")
    place = given
    for folder in folders:
        place = place[folder]
    place[last] = "甲\ue000乙"
    with pytest.raises(documents.MissingGlyph) as refusal:
        render(code, given)
    assert refusal.value.character == "\ue000" and field.label in refusal.value.message


@pytest.mark.parametrize("code", CODES)
def test_long_words_and_long_lists_and_a_refusal_still_make_a_document(code):
    template = documents.template(code)
    given = generated(template, rows=15, words=4)
    if "signature" in given:
        given["signature"] = {"refused": "看过后拒绝签名，全程录像。", "witness": "王秀英"}
    made = render(code, given)
    words = documents.text(code, given, on=ON)
    assert 1 <= made.pages <= 14
    if "signature" in given:
        assert "拒绝签名，情况说明：看过后拒绝签名，全程录像。" in words and "王秀英" in words


def test_one_form_bears_the_title_its_law_gives_it():
    given = data("transfer_letter") | {"heading": "crime"}
    words = documents.text("transfer_letter", given, on=ON)
    assert "涉嫌犯罪案件移送书" in words and "案件移送函" not in words
    assert documents.title(documents.template("transfer_letter"), given) == "涉嫌犯罪案件移送书"
    with opened(render("transfer_letter", given).pdf) as document:
        assert document.get_metadata_value("Title").startswith("涉嫌犯罪案件移送书")


def test_the_seal_never_stands_on_a_page_without_words():
    """GB/T 9704-2012 7.3.5.5, whatever the length of the text before it."""
    for length in range(1, 700, 35):
        given = data("correction_order") | {"violation": "国" * length}
        with opened(render("correction_order", given).pdf) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
        sealed = next(text for text in texts if "扫码核验" in text)
        assert any(
            len(line.strip()) > 6 and "扫码" not in line and "本通知书一式" not in line and "2026年" not in line
            for line in sealed.splitlines()
        ), length


def test_an_unknown_code_names_the_known_ones():
    with pytest.raises(documents.UnknownDocument, match="penalty_decision"):
        documents.template("fine_ticket")


def test_a_number_is_written_as_the_standard_says():
    assert documents.number("青执", "penalty_decision", 2026, 1) == "青执罚决字〔2026〕1号"
    with pytest.raises(documents.BadTemplate, match="不编文书号"):
        documents.number("青执", "scene_record", 2026, 1)


@pytest.mark.parametrize("code", CODES)
def test_every_document_is_made_with_the_wheels_fonts_alone(code):
    made = render(code)
    assert 1 <= made.pages <= 5
    assert set(made.font_hashes) == {"NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf"}
    words = documents.text(code, data(code), on=ON)
    assert documents.title(documents.template(code), data(code)) in words
    assert "青山镇人民政府" in words
    assert "None" not in words and "none" not in words


@pytest.mark.parametrize("code", CODES)
def test_every_document_has_a_draft_with_nothing_filled_in(code):
    assert documents.missing(code, {})
    assert render(code, {}, draft=True).pages >= 1
    with pytest.raises(documents.Incomplete, match="缺少必填内容"):
        render(code, {})


# ---- the bytes ------------------------------------------------------------------------------------------------------
def test_the_bytes_are_a_function_of_what_goes_in():
    one, two = render("penalty_decision"), render("penalty_decision")
    assert one.pdf == two.pdf and one.sha256 == two.sha256
    later = documents.render("penalty_decision", data("penalty_decision"), on=date(2026, 9, 19), qr_url=QR, fonts=WHEEL)
    assert later.sha256 != one.sha256
    changed = data("penalty_decision") | {"fine": 200001}
    assert render("penalty_decision", changed).sha256 != one.sha256


def test_equal_moments_and_line_ends_give_equal_bytes():
    given = data("scene_record")
    other = json.loads(json.dumps(given))
    other["started_at"] = datetime(2026, 7, 1, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    other["findings"] = given["findings"].replace("\n", "\r\n")
    assert render("scene_record", other).sha256 == render("scene_record", given).sha256


def test_threads_make_the_same_bytes():
    made: list[str] = []
    codes = ("penalty_decision", "case_opening_approval", "interview_record")

    def work() -> None:
        made.extend(f"{code} {render(code).sha256}" for code in codes)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 12 and len(set(made)) == 3


def test_it_is_an_archivable_accessible_pdf_that_carries_its_data():
    made = render("penalty_decision")
    assert re.search(rb"pdfaid:part>3<", made.pdf) and re.search(rb"pdfaid:conformance>A<", made.pdf)
    assert re.search(rb"pdfuaid:part>1<", made.pdf)
    assert b"/StructTreeRoot" in made.pdf and b"/Lang" in made.pdf and b"/OutputIntents" in made.pdf
    with opened(made.pdf) as document:
        assert document.get_metadata_value("CreationDate").startswith("D:20260918")
        assert document.get_metadata_value("Title") == "行政处罚决定书 青执罚决字〔2026〕1号"
        assert document.count_attachments() == 1
        attached = json.loads(bytes(document.get_attachment(0).get_data()))
    assert attached["code"] == "penalty_decision" and attached["on"] == "2026-09-18"
    assert attached["template_sha256"] == made.template_hash
    assert attached["data"]["fine"] == 200000
    assert attached["data"] == documents.checked(documents.template("penalty_decision"), data("penalty_decision"))


# ---- the layout -----------------------------------------------------------------------------------------------------
def test_a_page_is_22_lines_of_28_characters():
    given = data("correction_order") | {"violation": "国" * 2400}
    lines = [line for line in page_lines(render("correction_order", given).pdf, 1) if "国" in line]
    assert [len(line.strip()) for line in lines] == [28] * 22


def test_the_page_is_a4_with_the_standards_margins():
    given = data("correction_order") | {"violation": "国" * 2400}
    with opened(render("correction_order", given).pdf) as document:
        page = document[1]
        width, height = page.get_size()
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
        words = page.get_textpage()
        boxes = [words.get_rect(n) for n in range(words.count_rects())]
        text_boxes = [box for box in boxes if box[1] > 35 / 25.4 * 72 - 4]  # without the page number
        millimetres = [
            value / 72 * 25.4 for value in (min(b[0] for b in text_boxes), width - max(b[2] for b in text_boxes))
        ]
        assert millimetres[0] == pytest.approx(28, abs=1) and millimetres[1] == pytest.approx(26, abs=1)
        assert (height - max(b[3] for b in text_boxes)) / 72 * 25.4 == pytest.approx(37, abs=1.2)
    assert page_lines(render("correction_order", given).pdf, 1)[-1].strip() == "— 2 —"


def test_the_qr_is_the_address_to_verify_at():
    with_qr, without = (
        render("penalty_decision"),
        documents.render("penalty_decision", data("penalty_decision"), on=ON, qr_url=None, fonts=WHEEL),
    )
    with opened(with_qr.pdf) as document:
        assert any("扫码核验" in page.get_textpage().get_text_range() for page in document)
    with opened(without.pdf) as document:
        assert not any("扫码核验" in page.get_textpage().get_text_range() for page in document)


def test_the_paper_bears_the_short_digest_of_the_data_inside_it():
    made = render("penalty_decision")
    with opened(made.pdf) as document:
        digest = hashlib.sha256(bytes(document.get_attachment(0).get_data())).hexdigest()[:12]
        words = "".join(page.get_textpage().get_text_range() for page in document)
    assert f"数据摘要 {digest}" in words


def test_pages_can_be_looked_at():
    images = documents.page_images(render("service_receipt").pdf, dpi=60)
    assert len(images) == 1 and images[0].startswith(b"\x89PNG")


# ---- the words ------------------------------------------------------------------------------------------------------
@pytest.mark.clause("行政处罚法 第五十九条")
def test_a_penalty_decision_holds_the_six_items_of_article_59():
    words = documents.text("penalty_decision", data("penalty_decision"), on=ON)
    for item in (
        *("青山镇惠民副食店", "青山镇人民路36号"),  # 1 name and address
        *("摆放待售的“豫香”牌蛋黄派", "现场检查笔录、现场照片4张"),  # 2 facts and evidence
        *(
            "罚款人民币2000元（大写：贰仟元整）",
            "《中华人民共和国食品安全法》第一百二十四条第一款第五项",
        ),  # 3 kind and basis
        *("自收到本决定书之日起十五日内", "中国农业银行", "百分之三加处罚款"),  # 4 how and by when to perform
        *("六十日内，依法向罗山县人民政府申请行政复议", "六个月内，依法向罗山县人民法院提起行政诉讼"),  # 5 remedies
        *("青山镇人民政府（印章）", "2026年9月18日"),  # 6 the body, the date, the seal
    ):
        assert item in words
    assert "第四十八条依法公开" in words
    assert "\n一、违法事实和证据\n" in words


@pytest.mark.clause("行政处罚法 第五十条", "政府信息公开条例 第十五条")
def test_the_public_variant_says_so_marks_the_masks_and_holds_nothing_else():
    given = data("penalty_decision")
    given["party"] |= {
        "representative": documents.mask("赵某"),
        "representative_id_no": documents.mask("（已隐去）"),
        "address": documents.mask("青山镇人民路某号"),
    }
    given["facts"] = given["facts"].replace("青山镇人民路36号", documents.mask("青山镇人民路某号"))
    given["evidence"][1]["name"] = f"对{documents.mask('赵某')}的询问笔录1份"
    words = documents.text("penalty_decision", given, on=ON, public=True)
    assert "公开版：已依法隐去个人信息" in words and "对赵某的询问笔录" in words
    assert "法制审核" not in words  # internal words are not public
    made = render("penalty_decision", given, public=True)
    with opened(made.pdf) as document:
        everything = "".join(page.get_textpage().get_text_range() for page in document)
        everything += bytes(document.get_attachment(0).get_data()).decode()
    assert "公开版：已依法隐去个人信息" in everything
    for secret in ("赵玥喆", "411521198506120010", "人民路36号", "⟧\n"):
        assert secret not in everything
    assert '<mark title="已隐去">赵某</mark>' in documents.html("penalty_decision", given, on=ON, public=True)


def test_on_a_screen_a_form_has_row_heads_and_no_spaces_inside_words():
    page = documents.html("case_opening_approval", data("case_opening_approval"), on=ON)
    assert '<th scope="row">案由</th><td colspan="3">经营超过保质期的食品</td>' in page
    assert "承办人 张建国" in documents.text("case_opening_approval", data("case_opening_approval"))
    assert page.count("<h2") == 1 and "<html" not in page


def test_masks_belong_to_the_public_variant_only():
    with pytest.raises(documents.BadField, match="脱敏标记"):
        render("penalty_decision", data("penalty_decision") | {"facts": documents.mask("某")})
    with pytest.raises(documents.BadField, match="不成对"):
        render("penalty_decision", data("penalty_decision") | {"facts": "甲⟦乙"}, public=True)


def test_a_refused_signature_is_written_down_with_its_reason():
    given = data("interview_record") | {"signature": {"refused": "被询问人看过笔录后拒绝签名，全程录像。"}}
    assert "被询问人拒绝签名，情况说明：被询问人看过笔录后拒绝签名，全程录像。" in documents.text(
        "interview_record", given
    )


def test_rights_are_printed_only_when_they_were_told():
    told = documents.text("scene_record", data("scene_record"))
    assert "有权申请回避" in told and "出示执法证件" in told
    silent = documents.text("scene_record", data("scene_record") | {"rights_told": False, "identity_shown": False})
    assert "有权申请回避" not in silent and "出示执法证件" not in silent


def test_the_on_the_spot_penalty_sends_to_reconsideration_first():
    assert "先向罗山县人民政府申请行政复议" in documents.text(
        "summary_penalty_decision", data("summary_penalty_decision"), on=ON
    )


# ---- the Word copy --------------------------------------------------------------------------------------------------
def word(code: str, given: dict | None = None, **options) -> bytes:
    return documents.word(code, data(code) if given is None else given, on=ON, sha256="ab" * 32, **options)


def parts(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def words_of(xml: bytes) -> str:
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return "".join(node.text or "" for node in ElementTree.fromstring(xml).iter(f"{w}t"))


@pytest.mark.parametrize("code", CODES)
def test_every_document_has_a_word_copy_of_the_same_words(code):
    held = parts(word(code))
    for name, content in held.items():
        ElementTree.fromstring(content)  # every part is XML of its own
        assert name.endswith((".xml", ".rels"))
    squeezed = re.sub(r"\s", "", words_of(held["word/document.xml"]))
    assert squeezed == re.sub(r"\s", "", documents.text(code, data(code), on=ON))
    marked = words_of(held["word/header1.xml"])
    assert "Word 副本，不作为执法文书使用" in marked and "ab" * 32 in marked


def test_the_word_copy_is_the_same_bytes_each_time_and_bears_no_date_of_the_machine():
    one = word("penalty_decision")
    assert one == word("penalty_decision")
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"2026-09-18T00:00:00Z" in parts(one)["docProps/core.xml"]
    assert one != word("penalty_decision", data("penalty_decision") | {"fine": 200001})


def test_markup_in_data_is_only_text_in_word_too():
    given = data("penalty_decision")
    given["party"]["name"] = "</w:t></w:r>&<w:p>甲"
    assert "</w:t></w:r>&<w:p>甲" in words_of(parts(word("penalty_decision", given))["word/document.xml"])


def test_the_word_copy_of_the_public_variant_holds_no_secret():
    given = data("penalty_decision")
    given["party"] |= {"representative": documents.mask("赵某"), "representative_id_no": documents.mask("（已隐去）")}
    given["facts"] = given["evidence"][1]["name"] = "某事"
    made = parts(word("penalty_decision", given, public=True))["word/document.xml"]
    assert "赵某" in words_of(made) and b"E1E1E1" in made
    assert "赵玥喆" not in words_of(made) and "411521198506120010" not in words_of(made)


# ---- hostile and wrong data -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words",
    [
        '#panic("x")',
        '#read("/etc/passwd")',
        "*粗* _斜_ $x^2$ `raw` <标签> @引用",
        "\\u{41} // 注释 /* 注释 */",
        "</p><script>alert(1)</script>&amp;",
        '] #import "x": * [',
        "= 标题",
    ],
)
def test_markup_in_data_is_only_text(words):
    given = data("penalty_decision")
    given["party"]["name"] = words
    assert words in documents.text("penalty_decision", given)
    assert "<script" not in documents.html("penalty_decision", given)
    squeezed = re.sub(r"\s", "", "".join(page_lines(render("penalty_decision", given).pdf, 0)))
    assert re.sub(r"\s", "", words) in squeezed.replace("\u200b", "")


@pytest.mark.parametrize("character", ["😀", "\U000323af", "\ue000"])
def test_a_missing_glyph_names_the_character_and_the_field(character):
    given = data("penalty_decision")
    given["evidence"][1]["proves"] = f"当事人{character}的身份"
    with pytest.raises(documents.MissingGlyph) as refusal:
        render("penalty_decision", given)
    assert refusal.value.field == "evidence.1.proves"
    assert refusal.value.character == character
    assert "证据第2项的证明内容" in refusal.value.message and f"U+{ord(character):04X}" in refusal.value.message


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"facts": "甲\x00乙"}, "facts", "控制字符（U+0000）"),
        ({"facts": "甲\u202e乙"}, "facts", "控制字符（U+202E）"),
        ({"facts": "甲\ufeff"}, "facts", "控制字符"),
        ({"facts": "字" * 100_000}, "facts", "最多 20000 个字"),
        ({"number": "甲\n乙"}, "number", "换行"),
        ({"number": "甲" * 201}, "number", "最多 200 个字"),
        ({"fine": 20.5}, "fine", "整数"),
        ({"fine": -1}, "fine", "整数"),
        ({"fine": True}, "fine", "整数"),
        ({"opened_on": "2026-02-30"}, "opened_on", "日期"),
        ({"opened_on": 20260703}, "opened_on", "日期"),
        ({"publish": "yes"}, "publish", "是或否"),
        ({"penalties": "罚款"}, "penalties", "列表"),
        ({"penalties": [{"text": "罚款", "amount": 1}]}, "penalties.0", "amount"),
        ({"fien": 200}, "fien", "没有名为“fien”的字段"),
        ({"facts": 12}, "facts", "文字"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(change, field, words):
    with pytest.raises(documents.BadField) as refusal:
        render("penalty_decision", data("penalty_decision") | change)
    assert refusal.value.field == field
    assert words in refusal.value.message
    assert refusal.value.mend or refusal.value.field == "penalties"


def test_a_wrong_choice_lists_the_right_ones():
    given = data("penalty_decision")
    given["party"]["kind"] = "company"
    with pytest.raises(documents.BadField, match="self_employed（个体工商户）"):
        render("penalty_decision", given)


def test_missing_looks_into_lists_and_counts_them():
    given = data("penalty_decision")
    given["officers"] = given["officers"][:1]
    given["evidence"][0]["proves"] = " "
    del given["party"]["address"]
    assert {field.name for field in documents.missing("penalty_decision", given)} == {
        "officers",
        "evidence.0.proves",
        "party.address",
    }
    with pytest.raises(documents.Incomplete, match="住所（住址）"):
        render("penalty_decision", given)


def test_a_fact_of_another_shape_is_not_taken_for_a_list():
    assert documents.pick("summary_penalty_decision", {"penalties": ["fine"], "facts": "甲"}) == {"facts": "甲"}


# ---- fonts ----------------------------------------------------------------------------------------------------------
def test_the_agencys_fonts_are_taken_first_when_they_are_there(tmp_path):
    assert fonts.load(tmp_path).faces["fang"]["names"][0] == "Noto Serif SC"
    assert fonts.load(tmp_path) is fonts.load(None)
    (tmp_path / "own.otf").write_bytes((fonts.wheel_folder() / "NotoSansSC-Regular.otf").read_bytes())
    assert "own.otf" in fonts.load(tmp_path).hashes


# ---- money ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fen", "digits", "words"),
    [
        (0, "0", "零元整"),
        (1, "0.01", "壹分"),
        (10, "0.10", "壹角"),
        (105, "1.05", "壹元零伍分"),
        (1000, "10", "壹拾元整"),
        (200000, "2000", "贰仟元整"),
        (140950, "1409.50", "壹仟肆佰零玖元伍角"),
        (600714, "6007.14", "陆仟零柒元壹角肆分"),
        (32504, "325.04", "叁佰贰拾伍元零肆分"),
        (1640902, "16409.02", "壹万陆仟肆佰零玖元零贰分"),
        (10000000, "100000", "壹拾万元整"),
        (100000050, "1000000.50", "壹佰万元零伍角"),
        (100100, "1001", "壹仟零壹元整"),
        (10000000100, "100000001", "壹亿零壹元整"),
        (100000500000, "1000005000", "壹拾亿零伍仟元整"),
        (10**14, "1000000000000", "壹万亿元整"),
        (10**14 + 10**10, "1000100000000", "壹万零壹亿元整"),
    ],
)
def test_money_in_digits_and_in_words(fen, digits, words):
    assert money.yuan(fen) == digits
    assert money.in_words(fen) == words


@pytest.mark.parametrize("wrong", [-1, 1.0, "200", None, True, money.LIMIT_FEN])
def test_what_is_not_whole_fen_is_refused(wrong):
    with pytest.raises(money.BadMoney, match="分"):
        money.in_words(wrong)


def read_back(words: str) -> int:
    """The amount that capital words say, read by rules of its own."""
    digits = {word: n for n, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
    total = section = digit = fen = 0
    for word in words:
        if word in digits:
            digit = digits[word]
        elif word in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[word]
            digit = 0
        elif word == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        elif word == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif word == "元":
            total, section, digit = total + section + digit, 0, 0
        elif word in "角分":
            fen, digit = fen + digit * (10 if word == "角" else 1), 0
    return total * 100 + fen


@given(st.integers(0, money.LIMIT_FEN - 1))
@settings(max_examples=300, deadline=None)
def test_the_words_say_the_amount(fen):
    assert read_back(money.in_words(fen)) == fen
    assert "零零" not in money.in_words(fen)
