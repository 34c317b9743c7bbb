"""清除留痕原文."""

from django.urls import path

from . import views

urlpatterns = [
    path("erasures/", views.erasures, name="erasures"),
    path("erasures/entry/<int:pk>/", views.new, name="erasure_new"),
    path("erasures/<uuid:pk>/", views.one, name="erasure"),
]
