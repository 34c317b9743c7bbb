"""The answer to a milestone act says where the act stands in the log: on a database that commits, and when the log is slow."""

import threading
import time

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import BaseStorage
from django.db import connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from yangguang.trail import note, queries, receipts, sequencer
from yangguang.trail.actions import milestones
from yangguang.trail.models import Entry
from yangguang.trail.receipts import Receipts
from yangguang.trail.sequencer import integrate_now
from yangguang.trail.tlog import leaf_bytes


class Kept(BaseStorage):
    """Messages of one request, nowhere else."""

    def _get(self, *args, **kwargs):
        return [], True

    def _store(self, messages, response, *args, **kwargs):
        return []


def post(view, method: str = "POST"):
    """One request through the middleware; its answer and what it told the person."""
    request = getattr(RequestFactory(), method.lower())("/")
    request._messages = Kept(request)
    answer = Receipts(view)(request)
    return answer, [(one.level_tag, str(one)) for one in get_messages(request)]


def away(request=None) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": "/"})


@pytest.fixture
def at_work(memo, monkeypatch):
    """A sequencer that takes in what waits, a little later, from a thread of its own."""
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(0.05):
            integrate_now()
        connections.close_all()

    thread = threading.Thread(target=run)
    monkeypatch.setattr(sequencer, "is_running", lambda: True)
    thread.start()
    yield
    stop.set()
    thread.join(10)


def test_a_milestone_is_told_with_its_place_once_the_log_has_it(memo, at_work):
    made = []

    def view(request):
        made.append(memo.write(text="甲").entry)
        return away()

    answer, told = post(view)
    leaf = queries.leaf_of(made[0])
    assert answer.status_code == 302 and leaf is not None
    assert told == [("success", told[0][1])] and f"“写测试事实”已存入防篡改日志第 {leaf.index} 条" in told[0][1]
    proof = note.parse_proof(receipts.proof_file(made[0]))
    assert proof.extra == leaf_bytes(made[0].kind, bytes(made[0].commitment)) and proof.index == leaf.index


def test_without_a_sequencer_nobody_waits_and_the_words_say_so(memo):
    def view(request):
        memo.write()
        return away()

    assert not sequencer.is_running()
    began = time.monotonic()
    _, told = post(view)
    assert time.monotonic() - began < receipts.PATIENCE and [level for level, _ in told] == ["info"]
    assert "已留痕，正在入链" in told[0][1]
    with pytest.raises(queries.NotLogged):
        receipts.proof_file(Entry.objects.latest("id"))


def test_a_sequencer_that_hangs_holds_the_answer_back_only_so_long(memo, monkeypatch):
    monkeypatch.setattr(sequencer, "is_running", lambda: True)
    entry = memo.write().entry
    waited: list[float] = []
    monkeypatch.setattr(receipts.time, "sleep", waited.append)
    clock = iter(range(100))
    monkeypatch.setattr(receipts.time, "monotonic", lambda: next(clock) / 2)
    (found,) = receipts.receipts([entry])
    assert found.index is None and 1 <= len(waited) <= 3


def test_inside_a_transaction_nobody_waits_for_what_nobody_else_can_see(memo, monkeypatch):
    monkeypatch.setattr(sequencer, "is_running", lambda: True)
    monkeypatch.setattr(receipts.time, "sleep", lambda seconds: pytest.fail("waited"))
    with transaction.atomic():
        (found,) = receipts.receipts([memo.write().entry])
    assert found.index is None


def test_only_what_committed_by_post_and_went_away_is_told(memo):
    def refused(request):
        with pytest.raises(RuntimeError), transaction.atomic():
            memo.write()
            raise RuntimeError
        return away()

    def page(request):
        memo.write()
        return HttpResponse("the form again")

    def htmx(request):
        memo.write()
        return HttpResponse(headers={"HX-Redirect": "/"})

    def minor(request):
        memo.disclose()
        return away()

    assert post(page)[1] == post(minor)[1] == []
    assert len(post(htmx)[1]) == 1
    assert post(lambda request: (memo.write(), away())[1], "GET")[1] == []
    told = post(refused)[1]
    assert told == [], "an act that was taken back has no receipt"


def test_a_view_that_breaks_leaves_nothing_behind_for_the_next_request(memo):
    def broken(request):
        memo.write()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        post(broken)
    assert milestones.get() is None
    assert post(away)[1] == []


def test_several_milestones_of_one_request_each_have_their_receipt(memo):
    def view(request):
        memo.write(text="甲")
        memo.write(text="乙")
        return away()

    assert len(post(view)[1]) == 2


def test_the_title_of_an_act_is_text_and_never_markup(memo, monkeypatch):
    entry = memo.write().entry
    receipt = receipts.Receipt(entry, "<b>写</b>", 7)
    request = RequestFactory().post("/")
    request._messages = Kept(request)
    Receipts(away)._tell(request, receipt)
    (said,) = [str(one) for one in get_messages(request)]
    assert "&lt;b&gt;写" in said and "第 7 条" in said
    monkeypatch.setattr(receipts, "PAGE", "no:such")
    assert receipts.Receipt(entry, "写", 7).url == ""
