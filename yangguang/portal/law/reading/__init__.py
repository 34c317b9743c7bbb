"""The packs as the pages read them: the rules of all layers in words, and for each clause what it produces.

**Shape** Everything is kept in memory, once for each pack; the pages get dicts and never meet a gap.
"""

from .acts import act_rows, checklist, guide, step_rows
from .answers import answer_words, counted, query, result
from .basics import LEVELS, cites, layer_word, pack, sources, url
from .clauses import PAGE, find_clauses, index, proofs
from .comparison import comparison
from .examples import examples, shown_example
from .layers import adds, quoted, tabs, tree
from .limits import deadline_row, gate, gate_rows, judged
from .lines import line, question_rows
from .parameters import parameter_tables
from .resolutions import resolution_rows

__all__ = [
    "LEVELS",
    "PAGE",
    "act_rows",
    "adds",
    "answer_words",
    "checklist",
    "cites",
    "comparison",
    "counted",
    "deadline_row",
    "examples",
    "find_clauses",
    "gate",
    "gate_rows",
    "guide",
    "index",
    "judged",
    "layer_word",
    "line",
    "pack",
    "parameter_tables",
    "proofs",
    "query",
    "question_rows",
    "quoted",
    "resolution_rows",
    "result",
    "shown_example",
    "sources",
    "step_rows",
    "tabs",
    "tree",
    "url",
]
