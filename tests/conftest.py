"""Stories render the same twenty documents over and over: typesetting them once is enough.

A document is a pure function of its inputs (yangguang/record/tests proves it), so what is kept here is what would be made.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from yangguang.record import media
from yangguang.record.documents import rendering


@pytest.fixture(scope="session", autouse=True)
def same_inputs_same_bytes() -> Iterator[None]:
    typeset, seen = rendering._compile, {}

    def once(it: Any, normal: Any, faces: Any, inputs: dict[str, str], on: Any, **options: Any) -> bytes:
        key = (it.hash, faces.key, tuple(sorted(inputs.items())), on, str(options))
        if key not in seen:
            seen[key] = typeset(it, normal, faces, inputs, on, **options)
        return seen[key]

    probe, known = media._work, {}

    def probed(*arguments: str) -> bytes:
        what, path, *rest = arguments
        with open(path, "rb") as file:
            key = (what, file.read(), *rest)
        if key not in known:
            known[key] = probe(*arguments)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "_compile", once)
        patch.setattr(media, "_work", probed)
        yield
