"""The approval of a decision bears every opinion in the law's order, each by who gave it."""

import pypdfium2
import pytest

from tests import story
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.vault import store

pytestmark = pytest.mark.django_db


@pytest.mark.clause("行政处罚法 第五十八条")
def test_officer_unit_reviewer_and_head_stand_in_order_with_name_and_day():
    with access.within(""):
        told = story.begin("decide")
        item = Item.objects.get(dossier=told.case.dossier_id, code="decision_approval")
        sent = told.review.submission
    found = [(one["role"], one["name"], one["at"]) for one in item.data["opinions"]]
    assert [role for role, _, _ in found] == ["承办人意见", "承办人意见", "承办机构意见", "法制审核意见", "负责人意见"]
    assert [name for _, name, _ in found] == [
        told.who.zhang.name, told.who.li.name, sent.by.name, told.review.by.name, told.who.chen.name,
    ]  # fmt: skip
    days = [day for _, _, day in found]
    assert days == sorted(days)
    texts = [one["text"] for one in item.data["opinions"]]
    assert sent.declaration == texts[2] and told.review.opinion.strip() in texts[3]
    with store.open(item.digest) as kept:
        paper = pypdfium2.PdfDocument(kept.read())
        words = "".join(page.get_textpage().get_text_range() for page in paper).replace("\r\n", "")
        paper.close()
    unit = words.index("承办机构意见")  # the words of the review stand in a row of their own before it
    places = [unit, words.index("法制审核意见", unit), words.index("负责人意见", unit)]
    assert places == sorted(places)
