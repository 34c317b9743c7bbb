"""Every address of the site."""

from importlib.util import find_spec

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from yangguang.registry.views import SignIn, signed_in
from yangguang.site import gallery

urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("signed-in/", signed_in, name="signed_in"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<slug:name>/", gallery.gallery_page, name="gallery_page"),
    path("log/", include("yangguang.trail.urls")),
]
for _prefix, _stage in (
    ("registry/", "registry"),
    ("lawbook/", "lawbook"),
    ("training/", "training"),
    ("catalogue/", "catalogue"),
    ("work/", "workbench"),
    ("clues/", "inspection"),
    ("cases/", "casework"),
    ("records/", "record"),
    ("review/", "review"),
    ("decision/", "decision"),
    ("disclosure/", "disclosure"),
    ("supervision/", "supervision"),
    ("api/v1/", "exchange"),
    ("", "portal"),
):
    if find_spec(f"yangguang.{_stage}.urls"):
        urlpatterns.append(path(_prefix, include(f"yangguang.{_stage}.urls")))
