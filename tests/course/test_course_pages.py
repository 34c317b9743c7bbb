"""The pages of a course, as an officer and a head use them."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.walker import Walker, a_power
from yangguang.casework.course import actions, route
from yangguang.casework.models import Case, Request
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.site.demo import qingshan

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: story.at(9, 23, 10))
    with access.within(""):
        who = story.people()
        story.accounts(who)
        power = a_power(who.body, "licence", qingshan.REGISTERED, qingshan.SINCE)
    return who, power


def sign_in(client, username):
    account = Account.objects.get(username=username)
    client.force_login(account, backend="yangguang.registry.access.Accounts")
    return client


def hidden(page):
    """The hidden fields and starting values a browser would send back."""
    html = page.content.decode()
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    found.pop("csrfmiddlewaretoken", None)
    return found


def begin(client, who, power):
    url = reverse("casework:begin", args=["licence", "ordinary"])
    page = client.get(url)
    assert page.status_code == 200
    sent = hidden(page) | {
        "party": str(who.party.key if "key" in page.content.decode() else who.party.pk),
        "power": str(power.pk),
        "cause": "申请公众聚集场所投入使用",
        "found_on": "2026-09-01",
        "second": str(who.li.pk),
        "touches": "none",
    }
    sent["party"] = re.search(r'<option value="([^"]+)"[^>]*>[^<]*赵大勇', page.content.decode()).group(1)
    return client.post(url, sent)


def test_every_kind_is_offered_with_its_steps(client, made):
    page = sign_in(client, "zhang").get(reverse("casework:kinds"))
    words = page.content.decode()
    assert "行政许可" in words
    assert reverse("casework:begin", args=["licence", "ordinary"]) in words
    assert "权责清单中没有这一种类的事项" in words


def test_an_officer_begins_a_licence_and_takes_its_first_steps(client, made):
    who, power = made
    done = begin(sign_in(client, "zhang"), who, power)
    assert done.status_code == 302, done.content.decode()[-3000:]
    case = Case.objects.get()
    here = client.get(reverse("workbench:case", args=[case.pk])).content.decode()
    assert "下一步：申请" in here
    url = reverse("casework:course", args=[case.pk, "apply"])
    page = client.get(url)
    assert page.status_code == 200
    assert "当事人登记" in page.content.decode()  # enter once: where the known comes from
    bare = client.post(url, hidden(page))
    assert bare.status_code == 422
    assert "请填写" in bare.content.decode()
    assert not case.steps.exists()


def test_a_step_out_of_turn_names_the_one_the_law_wants(client, made):
    who, power = made
    begin(sign_in(client, "zhang"), who, power)
    page = client.get(reverse("casework:course", args=[Case.objects.get().pk, "decide"]))
    assert page.status_code == 403
    assert "本案现在应当办理：申请" in page.content.decode()


def test_the_head_sees_what_was_prepared_and_answers(client, made):
    """An extension is prepared by the handlers and approved by a head who is none of them."""
    who, power = made
    with access.within(""):
        walker = Walker(who, story.at(9, 1, 9), {"acceptance_outcome": "accepted", "extension_needed": True})
        case = walker.begin("licence", "ordinary", power)
        walker.walk(until="extend")
        course, step = walker.course, walker.course.act.step("extend")
        walker.choose |= {"extension_approved_by": "head", "extension_told": True, "extension_reason": "需要专家评审"}
        given = {f.name: walker._wanted(course, step, f.name) for f in step.facts if walker._asked(course, f)}
        actions.request(
            by=who.zhang, at=walker.at, case=walker.course.case, step="extend", given=given,
            documents=walker._papers(course, step, given),
        )  # fmt: skip
    sign_in(client, "chen")
    inbox = client.get(reverse("workbench:inbox")).content.decode()
    url = reverse("casework:answer", args=[case.pk])
    assert url in inbox
    page = client.get(url)
    assert "需要专家评审" in page.content.decode()
    refused = client.post(url, hidden(page) | {"approved": "no", "opinion": ""})
    assert refused.status_code == 422
    done = client.post(url, hidden(client.get(url)) | {"approved": "yes", "opinion": "同意。"})
    assert done.status_code == 302, done.content.decode()[-2000:]
    assert Request.objects.get().answer.approved
    with access.within(""):
        assert "extend" in route.of(Case.objects.get()).done


def test_a_document_that_is_named_but_not_owed_may_be_made_besides(client, made, monkeypatch):
    """The result of an inspection without a problem owes no order; a sampling receipt at the scene is made where needed."""
    who, _ = made
    with access.within(""):
        power = a_power(who.body, "inspection", qingshan.REGISTERED, qingshan.SINCE)
        walker = Walker(who, story.at(9, 1, 9))
        case = walker.begin("inspection", "ordinary", power)
        walker.walk(until="scene_check")
    assert walker.course.now.code == "scene_check"
    url = reverse("casework:course", args=[case.pk, "scene_check"])
    page = sign_in(client, "zhang").get(url).content.decode()
    assert "?make=sampling_notice" in page
    assert 'name="sampling_notice.' not in page
    assert 'name="sampling_notice.' in client.get(f"{url}?make=sampling_notice").content.decode()
    assert 'name="penalty_decision.' not in client.get(f"{url}?make=penalty_decision").content.decode()


@pytest.mark.parametrize("username", ["wu", "lin", "zhou", "sun"])
def test_a_step_of_the_head_is_nobody_elses(client, made, username):
    """行政许可法第三十七条、行政处罚法第五十七条: the decision is the head's; the same body and no handling is not enough."""
    who, power = made
    with access.within(""):
        walker = Walker(who, story.at(9, 1, 9), {"acceptance_outcome": "accepted", "licence_outcome": "granted"})
        case = walker.begin("licence", "ordinary", power)
        walker.walk(until="decide")
    url = reverse("casework:course", args=[case.pk, "decide"])
    assert sign_in(client, username).get(url).status_code == 403
    assert client.post(url, {"fact.licence_outcome": "granted"}).status_code == 403
    assert sign_in(client, "chen").get(url).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "3000-01-01"])
def test_a_day_out_of_range_is_said_at_its_field(client, made, day):
    who, power = made
    with access.within(""):
        walker = Walker(who, story.at(9, 1, 9))
        case = walker.begin("licence", "ordinary", power)
        walker.walk(until="handle")
    url = reverse("casework:course", args=[case.pk, "handle"])
    page = sign_in(client, "zhang").get(url)
    answer = client.post(url, hidden(page) | {"fact.materials_received_on": day, "fact.acceptance_outcome": "accepted"})
    assert answer.status_code == 422
    assert "收到申请材料之日" in answer.content.decode()
