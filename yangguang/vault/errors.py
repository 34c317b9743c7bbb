"""What the store refuses."""


class VaultError(Exception):
    """The bytes could not be kept or given; `message` is for the person, `mend` says what to do."""

    def __init__(self, message: str, mend: str = ""):
        super().__init__(message)
        self.message = message
        self.mend = mend


class Empty(VaultError):
    """A file of no bytes."""


class TooLarge(VaultError):
    """More bytes than allowed."""


class Full(VaultError):
    """The disk (or the quota) has no room left."""


class Missing(VaultError):
    """No such object."""


class Damaged(VaultError):
    """The bytes are not the ones that were kept."""


class Locked(VaultError):
    """The store holds the object until its day; nobody can let it go before."""


class Unreachable(VaultError):
    """The store does not answer, or cannot do what evidence needs."""
