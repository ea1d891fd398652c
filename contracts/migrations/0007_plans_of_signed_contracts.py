"""Contracts signed before there was a collection plan get theirs: each instalment, or the whole; archived ones their terms."""

from django.db import migrations

RUNNING = ("signed", "archived")


def lay_out(apps, schema_editor):
    """Planned payments of every concluded contract, obligations of the archived ones; promises are made by the daily job."""
    Contract, Planned, Obligation = (
        apps.get_model("contracts", name) for name in ("Contract", "PlannedPayment", "Obligation")
    )
    concluded = Contract.objects.filter(state__in=(*RUNNING, "fulfilled", "terminated"), planned_payments=None)
    for contract in concluded.order_by("pk").iterator(chunk_size=500):
        instalments = list(contract.instalments.order_by("position", "pk"))
        parts = [(i, i.name, i.amount, i.due_on, i.condition) for i in instalments]
        whole = (None, {"hans": "全款", "en": "Whole amount"}.get(contract.script, "全額"), contract.total, None, "")
        for position, (instalment, name, amount, due_on, condition) in enumerate(parts or [whole], start=1):
            if amount:
                Planned.objects.create(
                    contract=contract, instalment=instalment, position=position, name=name, amount=amount,
                    due_on=due_on, condition=condition,
                )  # fmt: skip
        if contract.state == "archived":
            values = {"contract": contract, "responsible_id": contract.drafted_by_id}
            Obligation.objects.create(kind="delivery", due_on=contract.delivery_on, **values)
            Obligation.objects.create(kind="acceptance", **values)


class Migration(migrations.Migration):
    """Rows only."""

    dependencies = [("contracts", "0006_collection")]
    operations = [migrations.RunPython(lay_out, migrations.RunPython.noop, elidable=True)]
