"""Writes of what is shown beforehand: who answers, versions, approval, publication, boards, changes, policy documents."""

from yangguang.catalogue.versions import NotApproved, OwnWork

from .boards import put_up
from .changes import answer_change, note_change, note_what_changed
from .channels import prove, receipt, send_up, subject_of
from .editions import approve, draft, publish
from .errors import BadFile, NoProof, NothingThere, StillMissing, Unfinished
from .inside import fill_words
from .policies import DOCX, PDF, approve_policy, compose, publish_policy, upload
from .told import name, tell

__all__ = [
    "DOCX",
    "PDF",
    "BadFile",
    "NoProof",
    "NotApproved",
    "NothingThere",
    "OwnWork",
    "StillMissing",
    "Unfinished",
    "answer_change",
    "approve",
    "approve_policy",
    "compose",
    "draft",
    "fill_words",
    "name",
    "note_change",
    "note_what_changed",
    "prove",
    "publish",
    "publish_policy",
    "put_up",
    "receipt",
    "send_up",
    "subject_of",
    "tell",
    "upload",
]
