"""The pages of the registry."""

from .door import SignIn, signed_in

__all__ = ["SignIn", "signed_in"]
