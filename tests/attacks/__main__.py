"""`python -m tests.attacks`: the reference page of the attacks."""

import sys

import django

django.setup()

from tests.attacks.corpus import table  # noqa: E402

sys.stdout.write(table())
