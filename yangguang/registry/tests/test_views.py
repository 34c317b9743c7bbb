"""Sign-in, its limits, and the lists."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import story
from tests.story import PASSWORD, at
from yangguang.registry import access, actions, queries
from yangguang.registry.models import Account

pytestmark = pytest.mark.django_db
WRONG = "not-the-password-at-all"


@pytest.fixture
def who():
    with access.within(""):
        people = story.people()
        story.accounts(people)
    return people


def sign_in(client: Client, username: str, password: str, **more: str):
    return client.post(reverse("login"), {"username": username, "password": password, **more})


def words(response) -> str:
    return response.content.decode()


def test_sign_in_and_out(who, client):
    assert words(client.get(reverse("login"))).count('name="password"') == 1
    assert sign_in(client, "zhang", PASSWORD).url == reverse("workbench:inbox")
    shown = client.get(reverse("registry:officers"))
    assert "张卫国" in words(shown)
    assert shown.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    client.post(reverse("logout"))
    assert client.get(reverse("registry:officers")).url.startswith("/login/?next=")


def test_sign_in_returns_to_the_page_but_never_to_another_site(who, client):
    assert sign_in(client, "zhang", PASSWORD, next="/registry/powers/").url == "/registry/powers/"
    assert sign_in(Client(), "zhang", PASSWORD, next="https://example.org/").url == reverse("workbench:inbox")
    assert "已重新登录" in words(client.get(reverse("signed_in")))


def test_passwords_are_kept_with_argon2(who):
    assert identify_hasher(Account.objects.get(username="zhang").password).algorithm == "argon2"


def test_a_wrong_password_says_so_and_keeps_the_name(who, client):
    answer = sign_in(client, "zhang", WRONG)
    assert "用户名或者密码不对" in words(answer)
    assert 'value="zhang"' in words(answer)
    assert WRONG not in words(answer)
    empty = sign_in(client, "", "")
    assert "请填写用户名" in words(empty) and "请填写密码" in words(empty)


def test_after_five_wrong_tries_even_the_right_password_waits(who, client):
    for _ in range(4):
        assert sign_in(client, "zhang", WRONG).status_code == 200
    assert sign_in(client, "zhang", WRONG).status_code == 429
    locked = sign_in(Client(), "zhang", PASSWORD)
    assert locked.status_code == 429
    assert "锁定 30 分钟" in words(locked)
    assert sign_in(Client(), "li", PASSWORD).status_code == 302  # only that name


def test_the_session_ends_after_half_an_hour_of_rest(who, client, monkeypatch):
    start = at(9, 8, 9)
    monkeypatch.setattr(timezone, "now", lambda: start)
    sign_in(client, "zhang", PASSWORD)
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=25))
    assert client.get(reverse("registry:bodies")).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=50))  # 25 since the last page
    assert client.get(reverse("registry:bodies")).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(minutes=81))
    assert client.get(reverse("registry:bodies")).url.startswith("/login/?next=")


def test_a_stopped_account_cannot_sign_in(who, client):
    Account.objects.filter(username="zhang").update(is_active=False)
    assert sign_in(client, "zhang", PASSWORD).status_code == 200
    assert "_auth_user_id" not in client.session


def test_change_of_password(who, client):
    Account.objects.filter(username="zhang").update(must_change=True)
    assert sign_in(client, "zhang", PASSWORD).url == reverse("registry:password")
    elsewhere = Client()
    sign_in(elsewhere, "zhang", PASSWORD)
    page = reverse("registry:password")
    new = "山高水长-2026-不同"
    for old, first, second, why in (
        (WRONG, new, new, "原密码不对"),
        (PASSWORD, new, new + "x", "两次输入的新密码不一致"),
        (PASSWORD, "short", "short", "新密码太短：至少 10 个字符，现有 5 个"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码与原密码相同"),
    ):
        answer = client.post(page, {"old_password": old, "new_password1": first, "new_password2": second})
        assert answer.status_code == 422
        assert why in words(answer), why
    done = client.post(page, {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert done.url == reverse("workbench:inbox")
    assert not Account.objects.get(username="zhang").must_change
    assert client.get(page).status_code == 200
    assert elsewhere.get(page).status_code == 302  # other sign-ins ended


def as_(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username), backend="yangguang.registry.access.Accounts")
    return client


@pytest.mark.clause("QS-3.1.2a")
def test_officers_with_their_standing_today(who, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: at(9, 8, 9))
    client = as_("zhang")
    page = reverse("registry:officers")
    text = words(client.get(page))
    assert "吴刚的执法证 16152100003 已于 2026-05-31 到期" in text
    assert "王静没有行政执法证" in text
    may = words(client.get(page, {"state": "may"}))
    assert "张卫国" in may and "吴刚" not in may and "陈立新" not in may
    may_not = words(client.get(page, {"state": "may_not"}))
    assert "吴刚" in may_not and "陈立新" in may_not and "李敏" not in may_not
    assert "李敏" in words(client.get(page, {"q": "16152100002"}))
    assert "没有符合条件的人员" in words(client.get(page, {"q": "查无此人"}))
    with access.within(""):
        held = queries.standing(who.li, at(9, 8).date()).certificate
        actions.change_certificate(
            by=None, at=at(9, 7), certificate=held, state="suspended", on=at(9, 7).date(), reason="年审未过"
        )
    assert "李敏" in words(client.get(page, {"state": "may_not"}))
    assert "自 2026-09-07 起被暂扣" in words(client.get(page))


@pytest.mark.clause("QS-3.1.1b")
def test_powers_with_basis_and_benchmark(who):
    text = words(as_("zhang").get(reverse("registry:powers")))
    assert "第六十条第二款" in text
    assert "信阳市交由乡镇人民政府行使的行政处罚权事项清单" in text
    assert "罚款 100元 至 300元" in text
    assert "公证机构" not in text  # another body's
    assert "公证机构" in words(as_("qian").get(reverse("registry:powers")))  # the county sees below and itself


def test_the_lists_show_only_what_is_below(who):
    assert "罗山县司法局" not in words(as_("zhang").get(reverse("registry:bodies")))
    county = words(as_("qian").get(reverse("registry:bodies")))
    assert "罗山县司法局" in county and "青山镇人民政府" in county


def test_pages_of_a_long_list_neither_miss_nor_repeat(who, django_assert_max_num_queries):
    with access.within(""):
        for n in range(120):
            actions.register_officer(
                by=None, at=at(1, 6), body=who.body, name=f"人员{n % 40:02d}", valid_from=story.at(1, 1).date()
            )
    client, page = as_("zhang"), reverse("registry:officers")
    seen, url, places = [], page, []
    while url:
        shown = client.get(url)
        found = shown.context["page"]
        seen += [row.pk for row in found.rows]
        places.append((found.first, found.shown, found.total))
        url = page + found.next_url if found.next_url else ""
    assert len(seen) == len(set(seen)) == places[0][2] == 128
    assert [first for first, *_ in places] == [1, 51, 101]
    back = client.get(page + shown.context["page"].prev_url).context["page"]
    assert back.first == 51 and [row.pk for row in back.rows] == seen[50:100]
    for bad in ("[]", '["x"]', "nonsense", '["a","b","c"]', '["a\\u0000","b","c"]'):
        assert client.get(page, {"after": bad}).context["page"].first == 1
    with django_assert_max_num_queries(20):
        client.get(page)
