"""The words inside published documents, kept so that the public finds them by them.

A projection: made of the file that was published and made again at any time; what cannot be read hinders nothing.
"""

from .. import words
from ..models import PolicyRelease, PolicyWords


def keep_words(*, release: PolicyRelease) -> PolicyWords:
    """The words of a document that is published now."""
    text, why = words.of(release.document)
    return PolicyWords.objects.update_or_create(release=release, defaults={"text": text, "why": why})[0]


def fill_words(*, anew: bool = False) -> int:
    """Read what is published and was not read yet, or all of it again; how many were read."""
    rows = PolicyRelease.objects.select_related("document").order_by("at", "id")
    if not anew:
        rows = rows.filter(words__isnull=True)
    done = 0
    for release in rows.iterator(20):
        keep_words(release=release)
        done += 1
    return done
