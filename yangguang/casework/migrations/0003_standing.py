from django.db import migrations

from yangguang.casework.sql import NOTHING_LEFT_OPEN, STANDING


class Migration(migrations.Migration):

    dependencies = [
        ("casework", "0002_course"),
        ("registry", "0005_exams"),
        ("record", "0001_initial"),
        ("duty", "0001_initial"),
        ("inspection", "0001_initial"),
    ]

    operations = [
        *STANDING,
        *NOTHING_LEFT_OPEN,
    ]
