"""The addresses of the public's register; part of the namespace of the portal."""

from django.urls import path

from . import data_views, published, views

urlpatterns = [
    path("bodies/", views.bodies, name="bodies"),
    path("bodies/<uuid:key>/", views.body, name="body"),
    path("published/lists/<uuid:pk>/", published.published_list, name="published_list"),
    path("published/before/<uuid:pk>/", published.published_pre, name="published_pre"),
    path("published/before/<uuid:pk>/guides/<uuid:power>/", published.published_guide, name="published_guide"),
    path("published/before/<uuid:pk>/<slug:procedure>.svg", published.published_chart, name="published_chart"),
    path("published/policies/<uuid:pk>/", published.published_policy, name="published_policy"),
    path("officers/", views.officers, name="officers"),
    path("powers/", views.powers, name="powers"),
    path("powers/<uuid:key>/", views.power, name="power"),
    path("c/<str:code>/", views.certificate, name="certificate"),
    path("c/<str:code>/photo", views.photo, name="certificate_photo"),
    path("data/", data_views.index, name="data"),
    path("data/datapackage.json", data_views.package, name="data_package"),
    path("data/<slug:name>.schema.json", data_views.schema, name="data_schema"),
    path("data/<slug:name>.csv", data_views.csv_file, name="data_csv"),
    path("data/<slug:name>.json", data_views.json_file, name="data_json"),
]
