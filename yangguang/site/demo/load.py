"""Loads the synthetic county: agencies in parallel, each one's acts in the order of time, then the log.

The same number, seed and day give the same people, cases, texts and dates; identifiers and salts are random by nature.
"""

import functools
import hashlib
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connections

from yangguang.record import media
from yangguang.registry import access
from yangguang.site import demo_media, env, supervisor
from yangguang.trail.errors import Refused
from yangguang.trail.models import Entry
from yangguang.trail.sequencer import integrate_now

from . import beforehand, bodies, county, equipment, lists, plan, policies, qingshan, training, turns, worker
from .county import SignIn
from .life import Life, Reel, Staff
from .plan import AgencyPlan, Fault

LEDGER = "demo.json"  # what was loaded, with the planted faults; "loading" while it is not finished
BATCH = 50  # acts to a transaction
Say = Callable[[str], None]


class AlreadyLoaded(Refused):
    """The demo stands in this database."""


class HalfLoaded(Refused):
    """A loading was cut short."""


class NotEmpty(Refused):
    """The database holds records of its own; synthetic ones are not mixed among them."""


@dataclass(frozen=True)
class Order:
    """What to load."""

    cases: int
    seed: int
    today: date


@dataclass(frozen=True)
class Planted:
    """One planted fault, with where to find it."""

    fault: str
    title: str
    rule: str
    body: str
    case: str
    found: str


@dataclass(frozen=True)
class Done:
    """What one agency's loading leaves to tell."""

    agency: str
    cases: int
    entries: int
    accounts: list[SignIn]
    faults: list[Planted]
    shown: tuple[turns.Shown, ...] = ()


# ------------------------------------------------------------------------------------------------------------ loading


def load(order: Order, jobs: int, say: Say) -> list[Done]:
    """Load everything into an empty database.  **Raises** AlreadyLoaded, HalfLoaded, NotEmpty."""
    _only_into_empty()
    began = time.monotonic()
    ledger = env.home() / LEDGER
    _write(ledger, {"state": "loading", **_order(order)})
    with tempfile.TemporaryDirectory(prefix="yg-demo-") as folder:
        if jobs > 1:
            done = _in_parallel(order, jobs, Path(folder), say)
        else:
            done = _in_line(order, Path(folder), say)
    beforehand.mark_key_units(qingshan.at(order.today.month, order.today.day, 8, 50, order.today.year))
    say(f"办理完毕，用时 {time.monotonic() - began:.0f} 秒；正在汇入透明日志……")
    tick = integrate_now()
    faults = [asdict(one) for part in done for one in part.faults]
    (env.home() / supervisor.ACCOUNTS).write_text(accounts_text(done), encoding="utf-8")
    _write(ledger, {"state": "done", **_order(order), "log_size": tick.size, "faults": faults})
    return done


def _only_into_empty() -> None:
    with access.within(""):
        empty = not Entry.objects.exists()
    known = ledger()
    if empty:
        return
    again = "需要重新装入的，停止运行后清空数据库（内置数据库：删除数据目录中的 db、vault、log），再执行本命令"
    if known and known["state"] == "done":
        raise AlreadyLoaded(
            f"演示数据已经装入（{known['cases']} 件案件，种子 {known['seed']}，截至 {known['today']}），没有再装入",
            mend="直接使用即可，账号见 yangguang demo accounts；" + again,
        )
    if known:
        raise HalfLoaded("上次装入演示数据没有完成，数据不全，不能接着装入", mend=again)
    raise NotEmpty("数据库中已有数据，演示数据只装入空数据库，以免与真实案件混在一起", mend="另设一个空数据库后再装入")


def ledger() -> dict[str, Any] | None:
    """What was loaded into this home, or None."""
    try:
        return json.loads((env.home() / LEDGER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _order(order: Order) -> dict[str, Any]:
    return {"cases": order.cases, "seed": order.seed, "today": order.today.isoformat()}


def _write(path: Path, what: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(what, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)


def _by_weight() -> list[int]:
    """The agencies, the one with most to do first."""
    return sorted(range(len(bodies.AGENCIES)), key=lambda which: -bodies.AGENCIES[which].share)


def _in_line(order: Order, folder: Path, say: Say) -> list[Done]:
    reel = [_make(spec, folder) for spec in SPECS]
    seen: list[int] = []

    def tick() -> None:
        seen.append(1)
        if len(seen) % 20 == 0:
            say(f"  已办 {len(seen)} 件")

    secret = make_password(qingshan.PASSWORD)
    bureaus = _open_bureaus(secret)
    done = [_agency(which, order, reel, secret, tick) for which in range(len(bodies.AGENCIES))]
    return [bureaus, *done]


def _in_parallel(order: Order, jobs: int, folder: Path, say: Say) -> list[Done]:
    context = multiprocessing.get_context("spawn")
    count = context.Value("i", 0)
    for alias in connections:
        connections[alias].close()
    with ProcessPoolExecutor(jobs, context, worker.begin, (os.getpid(), count)) as pool:
        try:
            reel = list(pool.map(functools.partial(_make, folder=folder), SPECS))
            secret = make_password(qingshan.PASSWORD)
            parts: list[Future[Done]] = [pool.submit(_open_bureaus, secret)]
            parts += [pool.submit(_counted_agency, which, order, reel, secret) for which in _by_weight()]
            waiting, shown = set(parts), 0
            while waiting:
                done, waiting = wait(waiting, timeout=1)
                for part in done:
                    part.result()  # the first failure ends the loading
                if (now := int(count.value)) >= shown + 25:
                    shown = now
                    say(f"  已办 {now}/{order.cases} 件")
            return [part.result() for part in parts]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


# ------------------------------------------------------------------------------------------------------ in the workers


def _counted_agency(which: int, order: Order, reel: list[tuple[str, str, media.Media]], secret: str) -> Done:
    return _agency(which, order, reel, secret, worker.tick)


def _open_bureaus(secret: str) -> Done:
    made = []
    for number, bureau in enumerate(bodies.BUREAUS, start=1):
        with access.within(bureau.scope):
            made += county.open_bureau(bureau, number, qingshan.at(1, 5), secret)
    return Done("", 0, 0, made, [])


def _agency(
    which: int, order: Order, reel: list[tuple[str, str, media.Media]], secret: str, tick: Callable[[], None]
) -> Done:
    """Register one agency and take its cases, in the order of time, a few acts to a transaction."""
    agency = bodies.AGENCIES[which]
    drawn = plan.of(agency, order.cases, order.seed, order.today)
    moment = qingshan.at(1, 5, 8, 30)
    story = None
    scope = agency.scope if agency is not bodies.QINGSHAN else qingshan.COUNTY
    with access.within(scope):
        if agency is bodies.QINGSHAN:
            who, staff, made = county.open_qingshan(order.today, moment, secret)
            story = qingshan.Story(who)
        else:
            staff, made = county.open_agency(agency, order.today, moment, secret)
        equipment.fill(staff, moment)
        lists.fill(staff, moment)
    with _probed_once(reel):
        turned, more = turns.of(staff, _shelf(reel), order.today) if story else ([], [])
        lives = _take(drawn, staff, story, scope, reel, tick, more)
    with access.within(scope):
        training.fill(
            by=staff.head,
            today=order.today,
            moment=qingshan.at(order.today.month, order.today.day, 8, 30, order.today.year),
            staff=[*staff.officers.values(), staff.reviewer],
            new=[staff.publisher, staff.archivist],
        )
        beforehand.fill(staff, qingshan.at(order.today.month, order.today.day, 8, 40, order.today.year))
        policies.fill(staff, qingshan.at(order.today.month, order.today.day, 8, 45, order.today.year))
        seen = tuple(turns.shown(turned))
    many = len(drawn.cases) + bool(story) + len(seen)
    return Done(agency.name, many, 0, made, _faults(lives, staff, order.today), seen)


def _take(
    drawn: AgencyPlan,
    staff: Staff,
    story: qingshan.Story | None,
    scope: str,
    reel: list[tuple[str, str, media.Media]],
    tick: Callable[[], None],
    more: list[turns.Row],
) -> list[Life]:
    shelf = _shelf(reel)
    lives = {case.number: Life(case, staff, shelf) for case in drawn.cases}
    acts: list[tuple[Any, ...]] = [(act.at, lives[case.number], act) for case, act in drawn.acts()]
    if story:
        acts += [(moment, story, step) for step, moment in plan.story_moments()]
        acts += [(moment, None, act) for moment, act in more]
        acts.sort(key=lambda row: row[0])
    queue = iter(acts)
    while batch := list(islice(queue, BATCH)):
        with access.within(scope):
            for at, whose, act in batch:
                if whose is None:
                    act()
                    continue
                if isinstance(whose, qingshan.Story):
                    getattr(whose, act)()
                    continue
                whose.do(act.name, at)
                if act is whose.plan.acts[-1]:
                    tick()
    return list(lives.values())


def _shelf(reel: list[tuple[str, str, media.Media]]) -> Reel:
    return Reel(
        *(tuple(Path(path) for path, kind, _ in reel if kind == wanted) for wanted in ("photo", "video", "audio"))
    )


def _faults(lives: list[Life], staff: Staff, today: date) -> list[Planted]:
    agency, body = staff.agency, staff.body.name
    found = [
        Planted(life.plan.fault.value, plan.TITLES[life.plan.fault], plan.RULES.get(life.plan.fault, ""), body,
                f"case:{life.case.pk}", life.case.title)
        for life in lives
        if life.plan.fault
    ]  # fmt: skip
    lapsed, on = agency.lapsed, bodies.lapse_day(today)
    if agency is bodies.QINGSHAN:
        on = date(2026, 5, 31)
    found.append(Planted(plan.EXPIRED, "执法证已到期", "", body, "", f"{lapsed}，{on} 到期"))
    renewing = f"{agency.renewing}，{bodies.renewal_day(today)} 到期"
    return [*found, Planted(plan.EXPIRING, "执法证即将到期", "", body, "", renewing)]


# ------------------------------------------------------------------------------------------------------- shared media

SPECS: tuple[tuple[str, int], ...] = (
    ("video", 1), ("video", 3), ("photo", 0), ("photo", 1), ("photo", 2), ("photo", 3), ("audio", 1), ("audio", 2),
)  # fmt: skip
SUFFIX = {"photo": ".jpg", "video": ".mp4", "audio": ".m4a"}


def _make(spec: tuple[str, int], folder: Path) -> tuple[str, str, media.Media]:
    """One shared picture, film or sound, and what the probe says of it."""
    kind, seed = spec
    made = {
        "photo": lambda: demo_media.photo(seed, "演示素材"),
        "video": lambda: demo_media.video(seed, 3, caption="演示素材"),
        "audio": lambda: demo_media.audio(seed, 3),
    }[kind]()
    path = folder / f"{kind}-{seed}{SUFFIX[kind]}"
    path.write_bytes(made)
    return str(path), kind, media.probe(path, path.name)


@contextmanager
def _probed_once(reel: list[tuple[str, str, media.Media]]) -> Iterator[None]:
    """Within the block a file whose very bytes were probed already is not probed again.

    **Why** only here: each probe starts a process of its own; the shared media would be probed hundreds of times.
    """
    known = {(_digest(Path(path)), Path(path).suffix): found for path, _, found in reel}
    real = media.probe

    def probe(path: Path, declared_name: str) -> media.Media:
        found = known.get((_digest(path), Path(declared_name).suffix))
        return found if found is not None else real(path, declared_name)

    media.probe = probe
    try:
        yield
    finally:
        media.probe = real


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


# ------------------------------------------------------------------------------------------------------------- telling


def accounts_text(done: list[Done]) -> str:
    """The sign-ins by body, for people to read."""
    by_body: dict[str, list[str]] = {}
    for part in done:
        for one in part.accounts:
            by_body.setdefault(one.body, []).append(f"{one.username} {one.name}（{one.roles}）")
    lines = [f"演示账号（口令都是 {qingshan.PASSWORD}）："]
    first = ["青山镇人民政府", "罗山县司法局"]
    for body in sorted(by_body, key=lambda name: (name not in first, first.index(name) if name in first else 0)):
        lines.append(f"  {body}：{'、'.join(by_body[body])}")
    lines.append("青山镇不走直路的案件（用 zhang 或者 chen 登录后打开）：")
    lines += [f"  {one.title}：《{one.name}》 /work/cases/{one.case}/" for part in done for one in part.shown]
    return "\n".join(lines) + "\n"


def faults_found(done: list[Done]) -> dict[str, int]:
    """How many of each fault were planted."""
    counts: dict[str, int] = {}
    for part in done:
        for one in part.faults:
            counts[one.fault] = counts.get(one.fault, 0) + 1
    return counts


__all__ = ["AlreadyLoaded", "Done", "Fault", "HalfLoaded", "NotEmpty", "Order", "Planted", "load"]
