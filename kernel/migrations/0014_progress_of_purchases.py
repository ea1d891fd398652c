"""Notes on a purchase are promises of a kind of their own: the news that a customer is owed had the same name."""

from django.db import migrations

OWN, SHARED, PURCHASE = "purchase_progress", "progress", "orders.purchaseorder"


def _renamed(before, after):
    def rename(apps, schema_editor):
        promises = apps.get_model("kernel", "Promise").objects.using(schema_editor.connection.alias)
        promises.filter(model=PURCHASE, kind=before).update(kind=after)

    return rename


class Migration(migrations.Migration):
    """No column changes."""

    dependencies = [("kernel", "0013_export_rights")]

    operations = [migrations.RunPython(_renamed(SHARED, OWN), _renamed(OWN, SHARED))]
