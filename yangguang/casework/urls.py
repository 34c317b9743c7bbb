"""案件."""

from django.urls import path

from . import views

app_name = "casework"
urlpatterns = [
    path("new/", views.apply, name="apply"),
    path("parties/new/", views.party_new, name="party_new"),
    path("<uuid:pk>/opening/", views.opening, name="opening"),
    path("<uuid:pk>/recuse/", views.recuse, name="recuse"),
    path("<uuid:pk>/steps/<slug:code>/", views.step, name="step"),
    path("<uuid:pk>/documents/<slug:step>/<slug:code>/", views.document, name="document"),
    path("<uuid:pk>/proposal/", views.propose, name="propose"),
    path("<uuid:pk>/proposal/check/", views.propose_check, name="propose_check"),
]
