"""查法条: the addresses of the law site, included at `law/`."""

from django.urls import path

from . import views

app_name = "law"
urlpatterns = [
    path("", views.index, name="index"),
    path("compare/", views.compare, name="compare"),
    path("<str:pack>/", views.pack, name="pack"),
    path("<str:pack>/questions/", views.questions, name="questions"),
    path("<str:pack>/questions/<str:question>/", views.question, name="question"),
    path("<str:pack>/deadlines/", views.deadlines, name="deadlines"),
    path("<str:pack>/deadlines/<str:rule>/", views.deadline, name="deadline"),
    path("<str:pack>/gates/", views.gates, name="gates"),
    path("<str:pack>/gates/<str:gate>/", views.gate, name="gate"),
    path("<str:pack>/acts/", views.acts, name="acts"),
    path("<str:pack>/acts/<str:kind>/<str:procedure>/", views.act, name="act"),
    path("<str:pack>/acts/<str:kind>/<str:procedure>/chart.svg", views.chart, name="chart"),
    path("<str:pack>/acts/<str:kind>/<str:procedure>/guide/", views.guide, name="guide"),
    path("<str:pack>/acts/<str:kind>/<str:procedure>/checklist/", views.checklist, name="checklist"),
    path("<str:pack>/parameters/", views.parameters, name="parameters"),
    path("<str:pack>/clauses/", views.clauses, name="clauses"),
    path("<str:pack>/clauses/<str:clause>/", views.clause, name="clause"),
    path("<str:pack>/signed/", views.signed, name="signed"),
    path("<str:pack>/resolutions/", views.resolutions, name="resolutions"),
]
