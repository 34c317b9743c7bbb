"""A decision document of a case that follows its course has no row of its own besides the document."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('decision', '0002_party'),
        ('record', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='issuance',
            name='decision',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='issuance', to='decision.decision', verbose_name='决定'),
        ),
        migrations.AlterField(
            model_name='issuance',
            name='number',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.number', verbose_name='文书号'),
        ),
    ]
