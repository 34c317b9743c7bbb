"""案卷."""

from django.urls import path

from . import views

app_name = "record"
urlpatterns = [
    path("<uuid:pk>/upload/", views.upload, name="upload"),
    path("<uuid:pk>/waive/", views.waive, name="waive"),
    path("items/<uuid:pk>/", views.item, name="item"),
    path("items/<uuid:pk>/file/", views.file, name="file"),
    path("items/<uuid:pk>/page/<int:n>.png", views.page_image, name="page_image"),
    path("items/<uuid:pk>/thumb/", views.thumb, name="thumb"),
    path("items/<uuid:pk>/proof/", views.proof, name="proof"),
]
