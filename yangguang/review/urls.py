"""法制审核."""

from django.urls import path

from . import views
from .assignment import views as assignment
from .counsel import views as counsel
from .dissent import views as dissent
from .flow import views as flow
from .oversight import views as oversight
from .panel import views as panel

app_name = "review"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("submit/<uuid:pk>/", views.submit, name="submit"),
    path("flow/", flow.flow, name="flow"),
    path("flow/new/", flow.set_flow, name="set_flow"),
    path("leaves/", assignment.leaves, name="leaves"),
    path("leaves/new/", assignment.leave, name="leave"),
    path("leaves/<uuid:pk>/end/", assignment.end_leave, name="end_leave"),
    path("counsel/", counsel.engagements, name="engagements"),
    path("counsel/new/", counsel.engage, name="engage"),
    path("oversight/", oversight.board, name="oversight"),
    path("oversight/skipped/<uuid:pk>/", oversight.skipped, name="skipped"),
    path("oversight/breaches/<uuid:pk>/end/", oversight.end_breach, name="end_breach"),
    path("opinions/<uuid:pk>/object/", dissent.object_to, name="object"),
    path("objections/<uuid:pk>/coordinate/", dissent.coordinate, name="coordinate"),
    path("<uuid:pk>/", views.review, name="review"),
    path("<uuid:pk>/assign/", assignment.assign, name="assign"),
    path("<uuid:pk>/refer/", assignment.refer, name="refer"),
    path("<uuid:pk>/panel/", panel.convene, name="convene"),
    path("<uuid:pk>/panel/vote/", panel.vote, name="vote"),
    path("<uuid:pk>/panel/paper/", panel.paper, name="paper_vote"),
    path("<uuid:pk>/panel/minutes/", panel.conclude, name="minutes"),
    path("<uuid:pk>/counsel/", counsel.advise, name="advise"),
    path("<uuid:pk>/remark/", oversight.remark, name="remark"),
    path("<uuid:pk>/breach/", oversight.breach, name="breach"),
]
