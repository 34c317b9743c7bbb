"""试点单位和三项制度的覆盖."""

from django.urls import path

from . import views

app_name = "pilot"
urlpatterns = [
    path("", views.home, name="home"),
    path("choose/", views.choose, name="choose"),
    path("bodies/<uuid:body>/", views.body, name="body"),
    path("bodies/<uuid:body>/mark/", views.mark, name="mark"),
]
