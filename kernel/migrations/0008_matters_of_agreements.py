"""What an agreement is about was stored as a sentence in the language of whoever asked: from now on the matter alone."""

from django.db import migrations

ONCE_WRITTEN = {
    "3.1.2b": ("Scorecard below the pass mark: ", "篩選評分低於及格分數：", "筛选评分低于及格分数："),
    "3.1.5c": ("Terms below the floor margin: ", "合作條件低於毛利底線：", "合作条件低于毛利底线："),
}


def keep_the_matter(apps, schema_editor):
    Agreement = apps.get_model("kernel", "Agreement")
    for clause, beginnings in ONCE_WRITTEN.items():
        for agreement in Agreement.objects.filter(clause=clause).only("pk", "title").iterator():
            beginning = next((b for b in beginnings if agreement.title.startswith(b)), None)
            if beginning:
                Agreement.objects.filter(pk=agreement.pk).update(title=agreement.title.removeprefix(beginning))


class Migration(migrations.Migration):
    dependencies = [("kernel", "0007_digests")]
    operations = [migrations.RunPython(keep_the_matter, migrations.RunPython.noop, elidable=True)]
