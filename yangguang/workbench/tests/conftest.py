"""Stories typeset each document once."""

from tests.conftest import same_inputs_same_bytes

__all__ = ["same_inputs_same_bytes"]
