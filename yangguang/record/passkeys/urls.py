"""通行密钥."""

from django.urls import path

from . import views

urlpatterns = [
    path("passkeys/", views.passkeys, name="passkeys"),
    path("passkeys/<uuid:pk>/revoke/", views.revoke, name="passkey_revoke"),
    path("items/<uuid:pk>/passkey/", views.sign, name="passkey_sign"),
]
