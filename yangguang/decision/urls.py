"""决定."""

from django.urls import path

from . import archive_pages, closing_pages, notice_pages, views

app_name = "decision"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("archive/", archive_pages.desk, name="archive_desk"),
    path("<uuid:pk>/notify/", notice_pages.notify, name="notify"),
    path("<uuid:pk>/serve/<uuid:item>/", notice_pages.serve, name="serve"),
    path("<uuid:pk>/statement/", notice_pages.statement, name="statement"),
    path("<uuid:pk>/answer/", notice_pages.answer, name="answer"),
    path("<uuid:pk>/deliberate/", notice_pages.deliberate, name="deliberate"),
    path("<uuid:pk>/decide/", views.decide, name="decide"),
    path("<uuid:pk>/issue/", views.issue, name="issue"),
    path("<uuid:pk>/perform/", closing_pages.perform, name="perform"),
    path("<uuid:pk>/close/", closing_pages.close, name="close"),
    path("<uuid:pk>/archive/", archive_pages.archive, name="archive"),
    path("<uuid:pk>/revoke/", closing_pages.revoke, name="revoke"),
]
