"""案卷."""

from django.urls import path

from . import views
from .borrowing.urls import urlpatterns as borrowing
from .correcting.urls import urlpatterns as correcting
from .custody.urls import urlpatterns as custody
from .erasing.urls import urlpatterns as erasing
from .formbook.urls import urlpatterns as formbook
from .live.urls import urlpatterns as live
from .package.urls import urlpatterns as package
from .passkeys.urls import urlpatterns as passkeys
from .repair.urls import urlpatterns as repair
from .responsible.urls import urlpatterns as responsible
from .retention.urls import urlpatterns as retention
from .signing.urls import urlpatterns as signing
from .uploads.urls import urlpatterns as uploads

app_name = "record"
urlpatterns = [
    *live,
    path("<uuid:pk>/upload/", views.upload, name="upload"),
    path("<uuid:pk>/waive/", views.waive, name="waive"),
    path("items/<uuid:pk>/", views.item, name="item"),
    path("items/<uuid:pk>/file/", views.file, name="file"),
    path("items/<uuid:pk>/word/", views.word, name="word"),
    path("items/<uuid:pk>/page/<int:n>.png", views.page_image, name="page_image"),
    path("items/<uuid:pk>/thumb/", views.thumb, name="thumb"),
    path("items/<uuid:pk>/proof/", views.proof, name="proof"),
    *borrowing,
    *correcting,
    *custody,
    *erasing,
    *formbook,
    *package,
    *passkeys,
    *repair,
    *responsible,
    *retention,
    *signing,
    *uploads,
]
