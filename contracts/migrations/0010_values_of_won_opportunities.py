from django.db import migrations

STEP = 500


def take_over(apps, schema_editor):
    """What was won before is worth its contract, too: the first that was signed, no supplement to it."""
    Contract = apps.get_model("contracts", "Contract")
    signed = Contract.objects.filter(
        signed_on__isnull=False, main_contract=None, opportunity__state="won", opportunity__signed_value=None
    )
    for contract in signed.select_related("opportunity").order_by("-signed_on", "-pk").iterator(STEP):
        contract.opportunity.signed_value = contract.total
        contract.opportunity.signed_currency = contract.currency
        contract.opportunity.save(update_fields=["signed_value", "signed_currency"])


class Migration(migrations.Migration):

    dependencies = [
        ("contracts", "0009_proposals_imports_library"),
        ("customers", "0009_values_and_reported_risks"),
    ]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop, elidable=True)]
