"""决定."""

from django.urls import path

from . import archive_pages, closing_pages, notice_pages, views
from .exemption import pages as exemption
from .hearing import pages as hearing
from .joinder import pages as joinder
from .jurisdiction import pages as jurisdiction
from .outward import pages as outward
from .party import pages as party
from .party.inspection import pages as inspection
from .pause import pages as pause
from .payment import pages as payment
from .remedy import pages as remedy
from .transfer import pages as transfer

app_name = "decision"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("archive/", archive_pages.desk, name="archive_desk"),
    path("<uuid:pk>/notify/", notice_pages.notify, name="notify"),
    path("<uuid:pk>/serve/<uuid:item>/", notice_pages.serve, name="serve"),
    path("<uuid:pk>/announce/<uuid:item>/", outward.announce, name="announce"),
    path("<uuid:pk>/filing/", outward.filing, name="filing"),
    path("<uuid:pk>/statement/", notice_pages.statement, name="statement"),
    path("<uuid:pk>/party/<uuid:submission>/", party.submission, name="party_submission"),
    path("<uuid:pk>/inspection/<uuid:submission>/", inspection.overview, name="inspection"),
    path("<uuid:pk>/inspection/<uuid:submission>/prepare/", inspection.prepare, name="inspection_prepare"),
    path("<uuid:pk>/inspection/<uuid:submission>/answer/", inspection.answer, name="inspection_answer"),
    path("<uuid:pk>/hearing/", hearing.ask, name="hearing_ask"),
    path("<uuid:pk>/hearing/arrange/", hearing.arrange, name="hearing_arrange"),
    path("<uuid:pk>/hearing/record/", hearing.end, name="hearing_end"),
    path("<uuid:pk>/hearing/report/", hearing.report, name="hearing_report"),
    path("<uuid:pk>/hearing/answer/", hearing.answer, name="hearing_answer"),
    path("<uuid:pk>/answer/", notice_pages.answer, name="answer"),
    path("<uuid:pk>/deliberate/", notice_pages.deliberate, name="deliberate"),
    path("<uuid:pk>/decide/", views.decide, name="decide"),
    path("<uuid:pk>/issue/", views.issue, name="issue"),
    path("<uuid:pk>/perform/", closing_pages.perform, name="perform"),
    path("<uuid:pk>/payment/", payment.overview, name="payment"),
    path("<uuid:pk>/payment/deferral/", payment.ask_deferral, name="deferral_ask"),
    path("<uuid:pk>/payment/deferral/answer/", payment.answer_deferral, name="deferral_answer"),
    path("<uuid:pk>/payment/surcharge/", payment.pay_surcharge, name="surcharge_pay"),
    path("<uuid:pk>/payment/relief/", payment.relieve_surcharge, name="surcharge_relieve"),
    path("<uuid:pk>/payment/demand/", payment.demand, name="demand"),
    path("<uuid:pk>/payment/court/", payment.apply_to_court, name="court_apply"),
    path("<uuid:pk>/payment/court/result/", payment.court_result, name="court_result"),
    path("<uuid:pk>/remedies/", remedy.overview, name="remedies"),
    path("<uuid:pk>/remedies/open/", remedy.open_remedy, name="remedy_open"),
    path("<uuid:pk>/remedies/end/", remedy.end_remedy, name="remedy_end"),
    path("<uuid:pk>/remedies/refund/", remedy.refund, name="refund"),
    path("<uuid:pk>/remedies/account/", remedy.call_to_account, name="account"),
    path("<uuid:pk>/crime/", transfer.overview, name="crime"),
    path("<uuid:pk>/crime/report/", transfer.report, name="crime_report"),
    path("<uuid:pk>/crime/answer/", transfer.answer, name="crime_answer"),
    path("<uuid:pk>/crime/transfer/", transfer.transfer, name="crime_transfer"),
    path("<uuid:pk>/crime/reply/", transfer.reply, name="crime_reply"),
    path("<uuid:pk>/crime/follow/", transfer.follow, name="crime_follow"),
    path("<uuid:pk>/exemption/", exemption.overview, name="exemption"),
    path("<uuid:pk>/exemption/request/", exemption.ask, name="exemption_request"),
    path("<uuid:pk>/exemption/answer/", exemption.answer, name="exemption_answer"),
    path("<uuid:pk>/jurisdiction/", jurisdiction.overview, name="jurisdiction"),
    path("<uuid:pk>/jurisdiction/dispute/", jurisdiction.open_dispute, name="dispute_open"),
    path("<uuid:pk>/jurisdiction/talk/", jurisdiction.talk, name="dispute_talk"),
    path("<uuid:pk>/jurisdiction/refer/", jurisdiction.refer, name="dispute_refer"),
    path("<uuid:pk>/jurisdiction/designate/", jurisdiction.designate, name="dispute_designate"),
    path("<uuid:pk>/jurisdiction/hear/", jurisdiction.hear, name="dispute_hear"),
    path("<uuid:pk>/jurisdiction/handover/", jurisdiction.hand_over, name="handover"),
    path("<uuid:pk>/jurisdiction/reply/", jurisdiction.reply, name="handover_reply"),
    path("<uuid:pk>/joinder/", joinder.overview, name="joinder"),
    path("<uuid:pk>/joinder/join/", joinder.join, name="joinder_join"),
    path("<uuid:pk>/joinder/sever/", joinder.sever, name="joinder_sever"),
    path("<uuid:pk>/joinder/answer/", joinder.answer, name="joinder_answer"),
    path("<uuid:pk>/pause/", pause.pause, name="pause"),
    path("<uuid:pk>/close/", closing_pages.close, name="close"),
    path("<uuid:pk>/archive/", archive_pages.archive, name="archive"),
    path("<uuid:pk>/revoke/", closing_pages.revoke, name="revoke"),
]
