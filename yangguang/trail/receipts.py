"""Receipts: who did what the law makes a milestone is told where in the public log it stands, with a proof to keep."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BigIntegerField, Value
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from yangguang.trail import note, queries, sequencer
from yangguang.trail.actions import VERBS, milestones
from yangguang.trail.models import Entry, Leaf, Pending
from yangguang.trail.tlog import leaf_bytes

PATIENCE = 1.0  # seconds an answer is held back for the log
PAGE = "workbench:receipt"


@dataclass(frozen=True)
class Receipt:
    """回执: the entry and its place; `index` None where the log did not take it in yet."""

    entry: Entry
    title: str
    index: int | None

    @property
    def url(self) -> str:
        try:
            return reverse(PAGE, args=[self.entry.pk])
        except NoReverseMatch:
            return ""


def receipts(entries: list[Entry], patience: float = PATIENCE) -> list[Receipt]:
    """Where those of the entries stand that are written: together no longer than `patience` for a sequencer at work."""
    connection = connections[DEFAULT_DB_ALIAS]
    # Nobody else sees an open transaction, and nobody fills the log while no sequencer runs: waiting would be vain.
    wait = not connection.in_atomic_block and sequencer.is_running()
    until = time.monotonic() + (patience if wait else 0)
    places: dict[int, int | None] = {}
    while entries:
        places = _places(entries)
        if None not in places.values() or time.monotonic() >= until:
            break
        time.sleep(0.05)
    return [Receipt(entry, VERBS[entry.verb].title, places[entry.pk]) for entry in entries if entry.pk in places]


def _places(entries: list[Entry]) -> dict[int, int | None]:
    """Where those stand that are written: what an outer transaction took back was no act.

    **Why** in one question: an entry leaves the queue for the log in one transaction, so it is seen in one of the two.
    """
    keys = [entry.pk for entry in entries]
    waiting = Pending.objects.filter(entry_id__in=keys).values_list("entry_id", Value(None, BigIntegerField()))
    logged = Leaf.objects.filter(entry_id__in=keys).values_list("entry_id", "index")
    return dict(waiting.union(logged, all=True))


def proof_file(entry: Entry) -> str:
    """The `.tlog-proof` to keep: with the leaf inside, so that it can be checked with nothing else.

    **Raises** queries.NotLogged.
    """
    made = queries.proof(entry)
    leaf = leaf_bytes(entry.kind, bytes(entry.commitment))
    return note.Proof(made.index, made.path, made.checkpoint, leaf).text


def proof_json(entry: Entry) -> str:
    """The same with the words and the salt: for who may read them.  Raises queries.NotLogged."""
    return json.dumps(queries.proof_for(entry), ensure_ascii=False, indent=1)


class Receipts:
    """Middleware: the answer to a milestone act says where the act stands in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST":
            return self._next(request)
        done: list[Entry] = []
        token = milestones.set(done)
        try:
            response = self._next(request)
        finally:
            milestones.reset(token)
        # The page that follows shows the message.
        if done and (response.status_code in (302, 303) or response.has_header("HX-Redirect")):
            for receipt in receipts(done):
                self._tell(request, receipt)
        return response

    def _tell(self, request: HttpRequest, receipt: Receipt) -> None:
        link = format_html(' <a href="{}">查看回执</a>', receipt.url) if receipt.url else ""
        if receipt.index is not None:
            words = format_html("“{}”已存入防篡改日志第 {} 条。{}", receipt.title, receipt.index, link)
            messages.success(request, words)
        else:
            words = format_html("“{}”已留痕，正在入链；入链后可取回执。{}", receipt.title, link)
            messages.info(request, words)
