"""Passwords of tests: the same algorithm at its least cost, because every story opens nine accounts.

What the deployment uses is Django's own measure (`settings.PASSWORD_HASHERS`, held by `yangguang/site/tests/test_settings.py`); a
server started by a test reads these hashes and, being the real one, makes them anew at the first sign-in.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    time_cost = 1
    memory_cost = 64
    parallelism = 1
