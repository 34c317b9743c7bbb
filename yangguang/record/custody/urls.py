"""保管、调阅、对外提供."""

from django.urls import path

from .views import callups, devices, papers, releases

urlpatterns = [
    path("devices/", devices.devices, name="devices"),
    path("devices/<uuid:key>/", devices.device, name="device"),
    path("devices/<uuid:key>/issue/", devices.issue, name="issue"),
    path("devices/issues/<uuid:pk>/return/", devices.take_back, name="return"),
    path("devices/issues/<uuid:pk>/dock/", devices.dock, name="dock"),
    path("callup/", callups.call_up, name="callup"),
    path("callups/", callups.callups, name="callups"),
    path("callups/<uuid:pk>/", callups.callup_one, name="callup_one"),
    path("readings/", callups.readings, name="readings"),
    path("items/<uuid:pk>/custody/", releases.custody, name="custody"),
    path("items/<uuid:pk>/clip/", releases.clip, name="clip"),
    path("items/<uuid:pk>/masked/", releases.masked, name="masked"),
    path("items/<uuid:pk>/release/", releases.ask, name="ask_release"),
    path("items/<uuid:pk>/paper/", papers.paper, name="paper"),
    path("items/<uuid:pk>/paper/link/", papers.paper_new, name="paper_new"),
    path("items/<uuid:pk>/scan/<int:n>.jpg", papers.scan_page, name="scan_page"),
    path("extracts/<uuid:pk>/file/", releases.extract_file, name="extract_file"),
    path("releases/", releases.releases, name="releases"),
    path("releases/<uuid:pk>/", releases.release, name="release"),
    path("releases/<uuid:pk>/file/", releases.release_file, name="release_file"),
]
