"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("log/", include("yangguang.trail.urls")),
]
