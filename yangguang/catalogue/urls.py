"""清单与事前公示."""

from django.urls import include, path

from . import views

app_name = "catalogue"
urlpatterns = [
    path("before/", include("yangguang.catalogue.before.urls")),
    path("pilot/", include("yangguang.catalogue.pilot.urls")),
    path("lists/", views.lists, name="lists"),
    path("lists/versions/<uuid:pk>/", views.version, name="version"),
    path("lists/versions/<uuid:pk>/approve/", views.approve, name="approve"),
    path("lists/versions/<uuid:pk>/publish/", views.publish, name="publish"),
    path("lists/versions/<uuid:pk>/file/", views.file, name="file"),
    path("lists/filings/<uuid:pk>/receipt/", views.receipt, name="receipt"),
    path("lists/<slug:kind>/", views.one, name="list"),
    path("lists/<slug:kind>/draft/", views.draft, name="draft"),
    path("lists/<slug:kind>/import/", views.bring, name="import"),
    path("lists/<slug:kind>/export.csv", views.export, name="export"),
]
