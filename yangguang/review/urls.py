"""法制审核."""

from django.urls import path

from . import views

app_name = "review"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("submit/<uuid:pk>/", views.submit, name="submit"),
    path("<uuid:pk>/", views.review, name="review"),
]
