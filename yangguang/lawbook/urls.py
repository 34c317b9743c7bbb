"""法规库."""

from django.urls import path

from . import views

app_name = "lawbook"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:layer>/", views.rules, name="rules"),
    path("<slug:layer>/<path:name>/", views.rule, name="rule"),
]
