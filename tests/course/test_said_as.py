"""Enter once: the table of fields that are facts under another name holds, line by line."""

import pytest

from yangguang.casework import said_as
from yangguang.policy import packs
from yangguang.record import documents

PACK = packs.load("cn-henan-xinyang-qingshan")
FITS = {
    "bool": {"flag"},
    "choice": {"choice", "text"},
    "date": {"date"},
    "datetime": {"datetime", "date"},
    "money_fen": {"fen"},
    "text": {"text", "long"},
    "long_text": {"long"},
}


@pytest.mark.parametrize(("code", "field", "fact"), said_as.names(), ids=str)
def test_a_fact_fits_the_field_it_is_printed_in(code, field, fact):
    spec = PACK.facts[fact.removeprefix(said_as.NOT)]
    forms = [documents.template(code)] if code else list(documents.catalogue().values())
    found = [one for form in forms if (one := form.field(field)) and fact in said_as.facts_of(form.code, one)]
    assert found
    for one in found:
        assert one.type in FITS[spec.type], f"{one.label}（{one.type}）不能写{spec.label}（{spec.type}）"


def test_a_step_does_not_ask_again_what_its_document_prints():
    receipt = documents.template("receipt")
    paid, payable = receipt.field("paid"), receipt.field("payable")
    assert said_as.will_be_said("receipt", paid, {"paid_fen": True})
    assert not said_as.will_be_said("receipt", paid, {"paid_fen": False})  # nobody must say it, but the form needs it
    assert said_as.value("receipt", payable, {"charge_fen": 1200}) == 1200
    waived = documents.template("defence_record").field("waived")
    assert said_as.value("defence_record", waived, {"statement_made": True}) is False
    assert said_as.value("defence_record", waived, {}) is None
