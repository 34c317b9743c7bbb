"""What triggers say names the clause by its id; its words come from the pack where the refusal is shown."""

from django.db import migrations

from yangguang.trail.sql import clauses_named

LAW = "行政处罚法第"


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0010_joinder'),
        ('decision', '0011_handed'),
        ('record', '0012_repairs_loans_dockings'),
        ('review', '0004_flow'),
    ]

    operations = [
        clauses_named({
            f"{LAW}五十七条、第五十八条": "CN-PEN-57.1 CN-PEN-58.1",
            f"{LAW}四十四条、第六十二条": "CN-PEN-44 CN-PEN-62",
            f"{LAW}四十二条": "CN-PEN-42.1",
            f"{LAW}四十七条": "CN-PEN-47",
            f"{LAW}五十七条": "CN-PEN-57.1",
            f"{LAW}五十八条": "CN-PEN-58.1",
        }),
    ]
