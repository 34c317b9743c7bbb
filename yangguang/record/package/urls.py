"""案卷包."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:pk>/package/", views.package, name="package"),
    path("exports/<uuid:pk>/", views.export, name="export"),
    path("exports/<uuid:pk>/package.zip", views.export_zip, name="export_zip"),
]
