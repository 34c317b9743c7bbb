"""亮证: the officer's own card, on the telephone to be scanned and on paper to be worn."""

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from yangguang.policy import packs
from yangguang.policy.questions import GRADE_WORDS
from yangguang.registry import cards, queries
from yangguang.registry.models import Officer
from yangguang.registry.web import Asked, address, page


@page("officer")
def my_card(request: Asked) -> HttpResponse:
    """我的亮证码.  **Clause** QD-3.1.2(1)c, WC-2.1.3(2)b: shown unasked, and the party may check it at once.

    Only a certificate that stands today has a code: what may not be used may not be shown either.
    """
    now = timezone.localtime()
    mine = queries.in_force(Officer, timezone.localdate(now)).filter(key=request.caller.officer.key)
    officer = mine.select_related("body", "unit").first() or request.caller.officer
    standing = queries.standing(officer, timezone.localdate(now))
    given = {"officer": officer, "standing": standing, "body": officer.body, "now": now}
    if not standing.valid or standing.certificate is None:
        return render(request, "workbench/no_card.html", given, status=409)
    printed = "print" in request.GET
    card = cards.make(standing.certificate, officer.body.key, now, printed=printed)
    url = settings.PUBLIC_URL + address("portal:certificate", card.code)
    pack = packs.load(officer.body.pack)
    given |= {
        "certificate": standing.certificate,
        "card": card,
        "url": url,
        "qr": segno.make(url, error="m", micro=False).svg_data_uri(scale=8, border=2),
        "rule": GRADE_WORDS[pack.ask("identity_rule", {"kind": "inspection"}).value],
        "must_tell": pack.parameter("must_tell").value or [],
        "expires": timezone.localtime(card.expires),
        "other": reverse("workbench:my_card") + ("" if printed else "?print=1"),
    }
    return render(request, f"workbench/{'card_print' if printed else 'my_card'}.html", given)
