"""The worker that reads the words of an uploaded document: run as a script in a process of its own, by words.py.

`reading.py PATH pdf|docx MOST` prints JSON `{"text", "why"}`.  It imports nothing of the project, so that it can run
isolated; what it cannot read it says, and what is longer than MOST characters it cuts.
"""

import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pypdfium2

MEMORY_BYTES = 2**30
CPU_SECONDS = 15
MAX_PAGES = 1000
MAX_XML_BYTES = 50 * 2**20
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def main(arguments: list[str]) -> int:
    _limit()
    path, form, most = arguments
    words, why = "", ""
    try:
        for line in (_pdf if form == "pdf" else _docx)(path):
            words += line + "\n"
            if len(words) > int(most):
                words, why = words[: int(most)], f"文件太长，只读了前 {int(most)} 个字"
                break
    except (pypdfium2.PdfiumError, zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, MemoryError):
        why = "文件有密码、已损坏或者展开后太大，读不出其中的文字"
    json.dump({"text": words, "why": why}, sys.stdout)
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _pdf(path: str) -> Iterator[str]:
    document = pypdfium2.PdfDocument(path)
    for number in range(min(len(document), MAX_PAGES)):
        page = document[number]
        yield page.get_textpage().get_text_bounded().replace("\r\n", "\n")
        page.close()


def _docx(path: str) -> Iterator[str]:
    with zipfile.ZipFile(path) as packed:
        part = packed.getinfo("word/document.xml")
        if part.file_size > MAX_XML_BYTES:
            raise ValueError("too large")
        raw = packed.read(part)
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:  # no entities of strangers
        raise ValueError("entities")
    for paragraph in ElementTree.fromstring(raw).iter(f"{WORD}p"):  # noqa: S314
        if line := "".join(piece.text or "" for piece in paragraph.iter(f"{WORD}t")):
            yield line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
