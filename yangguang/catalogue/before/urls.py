"""事前公开、服务指南、公示牌、变动、制度文件."""

from django.urls import path

from .views import boards, changes, guides, policies, pre

app_name = "before"
urlpatterns = [
    path("", pre.home, name="home"),
    path("people/", pre.people, name="people"),
    path("kinds/<slug:kind>/draft/", pre.draft, name="draft"),
    path("kinds/<slug:kind>/tell/", pre.tell, name="tell"),
    path("bodies/<uuid:body>/<slug:kind>/", pre.kind, name="kind"),
    path("versions/<uuid:pk>/", pre.version, name="version"),
    path("versions/<uuid:pk>/approve/", pre.approve, name="approve"),
    path("versions/<uuid:pk>/publish/", pre.publish, name="publish"),
    path("versions/<uuid:pk>/charts/<slug:procedure>.svg", pre.saved_chart, name="saved_chart"),
    path("shown/<slug:sort>/<uuid:pk>/prove/", pre.prove, name="prove"),
    path("shown/<slug:sort>/<uuid:pk>/send/", pre.send_up, name="send_up"),
    path("proofs/<uuid:pk>/photo/", pre.photo, name="photo"),
    path("sent/<uuid:pk>/receipt/", pre.receipt, name="receipt"),
    path("guides/", guides.home, name="guides"),
    path("guides/<uuid:key>/", guides.guide, name="guide"),
    path("guides/<uuid:key>/guide.pdf", guides.guide_pdf, name="guide_pdf"),
    path("charts/<uuid:body>/<slug:kind>/<slug:procedure>/", guides.chart, name="chart"),
    path("charts/<uuid:body>/<slug:kind>/<slug:procedure>.svg", guides.chart_svg, name="chart_svg"),
    path("boards/", boards.home, name="boards"),
    path("boards/<uuid:key>/screen/", boards.screen, name="screen"),
    path("boards/<uuid:key>/put-up/", boards.put_up, name="put_up"),
    path("boards/<uuid:key>/<str:size>/", boards.sheet, name="sheet"),
    path("changes/", changes.home, name="changes"),
    path("changes/new/", changes.new, name="change_new"),
    path("changes/<uuid:pk>/", changes.change, name="change"),
    path("policies/", policies.home, name="policies"),
    path("policies/compose/", policies.compose, name="compose"),
    path("policies/upload/", policies.upload, name="upload"),
    path("policies/<uuid:pk>/", policies.policy, name="policy"),
    path("policies/<uuid:pk>/settle/", policies.settle, name="settle"),
    path("policies/<uuid:pk>/approve/", policies.approve, name="approve_policy"),
    path("policies/<uuid:pk>/publish/", policies.publish, name="publish_policy"),
    path("policies/<uuid:pk>/file/<slug:form>/", policies.file, name="policy_file"),
    path("policies/<uuid:pk>/charts/<slug:digest>.svg", policies.policy_chart, name="policy_chart"),
]
