"""Where each thing printed in a document comes from: a register, an earlier step, an earlier paper, or who made it."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import story
from tests.walker import Walker, a_power
from yangguang.casework import sources as sources  # it answers
from yangguang.record import queries as record
from yangguang.record.models import Item
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.site.demo import qingshan

pytestmark = pytest.mark.django_db


def test_each_field_of_a_document_names_its_source():
    with access.within(""):
        told = story.begin("issue", with_accounts=True)
        papers = {
            code: Item.objects.filter(dossier=told.case.dossier_id, code=code).order_by("at", "id").last()
            for code in PAPERS
        }
        found = {code: {one.label: one.source for one in record.traced(item)} for code, item in papers.items()}
        for code, wanted in PAPERS.items():
            said = found[code]
            assert said and all(said.values())
            for label, source in wanted.items():
                assert source in said[label], (code, label, said)
        item = papers["penalty_decision"]
    client = Client()
    client.force_login(Account.objects.get(username="zhang"), backend="yangguang.registry.access.Accounts")
    page = client.get(reverse("record:item", args=[item.pk])).content.decode()
    assert "各项内容从哪里来" in page and "执法主体登记" in page


@pytest.mark.parametrize("kind", ["licence", "compulsory_measure", "requisition"])
def test_what_begins_without_an_opening_names_none_as_a_source(kind):
    """No 立案 in a licence, a measure, a requisition: the sources are called as that procedure calls them."""
    with access.within(""):
        walker = Walker(story.people(), story.at(9, 1, 9))
        power = a_power(walker.who.body, kind, qingshan.REGISTERED, qingshan.SINCE)
        walker.choose |= {"acceptance_outcome": "accepted"}
        case = walker.begin(kind, "ordinary", power)
        for _ in range(3):
            walker.step(walker.course.now.code)
        traces = [one for item in record.items(case.dossier) for one in record.traced(item)]
    assert traces
    assert not [one for one in traces if "立案" in one.source]
    assert "开始办理时的登记" in "".join(one.source for one in traces)
    assert {"执法主体登记", "当事人登记"} & {one.source for one in traces}
    assert all(one.source for one in traces)


PAPERS = {
    "case_opening_approval": {
        "行政机关名称": "执法主体登记",
        "联系人": "立案申请中的主办人员",
        "文书号": "依次编发",
        "案情简介": "线索登记",
        "执法事项": "权责清单",
        "审批意见": "各人签署的意见",
    },
    "scene_record": {
        "当事人姓名或名称": "当事人登记",
        "出示执法证件": "“表明身份、告知权利”环节，张卫国",
        "现场情况": "张卫国办理时填写",
    },
    "legal_review_submission": {"基本事实": "处理意见第 2 稿，张卫国提出", "送审机构": "立案申请中的承办机构"},
    "penalty_decision": {"案由": "立案审批表", "执法人员": "执法证"},
}
