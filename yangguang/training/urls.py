"""培训考试."""

from django.urls import path

from .views import bank, certificates, exams, hours, plans, sessions, sitting

app_name = "training"
urlpatterns = [
    path("", hours.mine, name="mine"),
    path("hours/", hours.hours, name="hours"),
    path("hours/hours.<slug:form>", hours.hours_file, name="hours_file"),
    path("plans/", plans.plans, name="plans"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<uuid:key>/", plans.plan, name="plan"),
    path("plans/<uuid:key>/change/", plans.plan_change, name="plan_change"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/new/", sessions.session_new, name="session_new"),
    path("sessions/<uuid:pk>/", sessions.session, name="session"),
    path("sessions/<uuid:pk>/attend/", sessions.attend, name="attend"),
    path("sessions/<uuid:pk>/cancel/", sessions.cancel, name="cancel"),
    path("sessions/<uuid:pk>/import/", sessions.attendance_list, name="import"),
    path("attendance/<uuid:pk>/correct/", sessions.correct, name="correct"),
    path("bank/", bank.bank, name="bank"),
    path("bank/new/", bank.question_new, name="question_new"),
    path("bank/<uuid:key>/", bank.question, name="question"),
    path("papers/", exams.papers, name="papers"),
    path("papers/new/", exams.paper_new, name="paper_new"),
    path("papers/<uuid:pk>/", exams.paper, name="paper"),
    path("papers/<uuid:pk>/admit/", exams.admit, name="admit"),
    path("exam/<uuid:pk>/", sitting.begin, name="begin"),
    path("sittings/<uuid:pk>/", sitting.sitting, name="sitting"),
    path("sittings/<uuid:pk>/hand-in/", sitting.hand_in, name="hand_in"),
    path("results/", exams.results, name="results"),
    path("results/outside/", exams.outside, name="outside"),
    path("results/<uuid:pk>/", sitting.result, name="result"),
    path("certificates/", certificates.certificates, name="certificates"),
]
