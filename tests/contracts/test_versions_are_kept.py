"""What was submitted for approval stays as it was: the database refuses to change or delete a contract's versions."""

import pytest
from django.db import DatabaseError, transaction

from contracts.models import ContractVersion
from tests.factories import contracts as make

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_submitted_version_can_be_neither_changed_nor_deleted(salesperson, legal, director):
    contract = make.make_contract(salesperson, make.make_template(legal, director))
    make.submit(contract)
    before = ContractVersion.objects.get(contract=contract).content
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractVersion.objects.filter(contract=contract).update(content={})
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractVersion.objects.filter(contract=contract).delete()
    assert ContractVersion.objects.get(contract=contract).content == before
