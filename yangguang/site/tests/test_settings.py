"""What a deployment runs with, where the tests run with something else."""

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.module_loading import import_string

from yangguang.site import settings as deployed


def test_passwords_are_hashed_at_djangos_full_measure():
    """Tests hash at the least cost (`tests/hashers.py`); what is deployed does not."""
    used = import_string(deployed.PASSWORD_HASHERS[0])
    assert used is Argon2PasswordHasher
    assert used.memory_cost >= 100 * 1024 and used.time_cost >= 2  # KiB, rounds
