"""文书样式汇编."""

from django.urls import path

from . import views

urlpatterns = [
    path("forms/", views.forms, name="forms"),
    path("forms/<uuid:key>/", views.forms_of, name="forms_of"),
    path("forms/<uuid:key>/zip/", views.forms_zip, name="forms_zip"),
    path("items/<uuid:pk>/data/", views.form_data, name="form_data"),
]
