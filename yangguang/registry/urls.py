"""名录."""

from django.urls import path

from . import views

app_name = "registry"
urlpatterns = [
    path("bodies/", views.bodies, name="bodies"),
    path("officers/", views.officers, name="officers"),
    path("powers/", views.powers, name="powers"),
    path("password/", views.password, name="password"),
]
