"""Pages of training: plans, sessions and hours; the bank and the exams; sitting; what a certificate stands on."""

from . import bank, certificates, exams, hours, officer, plans, sessions, sitting

__all__ = ["bank", "certificates", "exams", "hours", "officer", "plans", "sessions", "sitting"]
