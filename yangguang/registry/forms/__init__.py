"""Form fields and the form every action is submitted through."""

from .fields import LONG, ActionForm, Clock, Day, Long, Moment, Pick, Suggested, Text, YesNo, Yuan, now, visible

__all__ = [
    "LONG",
    "ActionForm",
    "Clock",
    "Day",
    "Long",
    "Moment",
    "Pick",
    "Suggested",
    "Text",
    "YesNo",
    "Yuan",
    "now",
    "visible",
]
