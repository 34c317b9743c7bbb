from django.db import migrations, models
from django.db.models import Func, Q


class Migration(migrations.Migration):
    """Papers found by their number, from its beginning or from its end."""

    dependencies = [("record", "0009_versions")]

    operations = [
        migrations.AddIndex("item", models.Index(fields=["number"], name="record_item_number", condition=~Q(number=""))),
        migrations.AddIndex(
            "item", models.Index(Func("number", function="reverse"), name="record_item_number_end", condition=~Q(number=""))
        ),
    ]
