"""公示门户: every address an outsider uses; included at the root."""

from django.urls import include, path

from . import log_pages, views
from .finding import views as finding

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", finding.find, name="search"),
    path("decisions/", views.decisions, name="decisions"),
    path("decisions/data.csv", views.decisions_csv, name="decisions_csv"),
    path("decisions/<str:code>/", views.decision, name="decision"),
    path("decisions/<str:code>/document.pdf", views.document, name="document"),
    path("verify/", views.verify, name="verify"),
    path("verify/proof.json", views.proof, name="proof"),
    path("v/<str:code>/", views.code, name="code"),
    path("party/", include("yangguang.portal.party.urls")),
    path("law/", include("yangguang.portal.law.urls")),
    path("", include("yangguang.portal.registers.urls")),
    path("log/", log_pages.log, name="log"),
    path("log/verify/", log_pages.verify, name="log_verify"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
]
