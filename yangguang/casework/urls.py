"""案件."""

from django.urls import path

from . import views
from .course import views as course
from .handlers import views as handlers
from .rubric import views as rubric
from .unit import views as unit

app_name = "casework"
urlpatterns = [
    path("new/", views.apply, name="apply"),
    path("begin/", course.kinds, name="kinds"),
    path("begin/<slug:kind>/<slug:procedure>/", course.begin, name="begin"),
    path("<uuid:pk>/course/<slug:code>/", course.step, name="course"),
    path("<uuid:pk>/answer/", course.answer, name="answer"),
    path("parties/new/", views.party_new, name="party_new"),
    path("<uuid:pk>/opening/", views.opening, name="opening"),
    path("unit/", unit.desk, name="unit_desk"),
    path("<uuid:pk>/unit/", unit.speak, name="unit"),
    path("<uuid:pk>/rubric/", rubric.sheet, name="rubric"),
    path("<uuid:pk>/recuse/", views.recuse, name="recuse"),
    path("<uuid:pk>/recuse/decide/", handlers.decide_recusal, name="decide_recusal"),
    path("<uuid:pk>/handlers/", handlers.change, name="handlers"),
    path("<uuid:pk>/steps/<slug:code>/", views.step, name="step"),
    path("<uuid:pk>/documents/<slug:step>/<slug:code>/", views.document, name="document"),
    path("<uuid:pk>/proposal/", views.propose, name="propose"),
    path("<uuid:pk>/proposal/check/", views.propose_check, name="propose_check"),
]
