"""Reconsideration, litigation and revocation of what is no penalty: they name the decision document."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('decision', '0007_corrected'),
        ('record', '0008_passkeys'),
    ]

    operations = [
        migrations.AddField(
            model_name='remedy',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='决定书'),
        ),
        migrations.AddField(
            model_name='revocation',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='决定书'),
        ),
        migrations.AlterField(
            model_name='remedy',
            name='decision',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='remedies', to='decision.decision', verbose_name='决定'),
        ),
        migrations.AlterField(
            model_name='revocation',
            name='decision',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revocations', to='decision.decision', verbose_name='决定'),
        ),
        migrations.AddConstraint(
            model_name='remedy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('document__isnull', True)), models.Q(('decision__isnull', True), ('document__isnull', False)), _connector='OR'), name='remedy_against_one'),
        ),
        migrations.AddConstraint(
            model_name='revocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('document__isnull', True)), models.Q(('decision__isnull', True), ('document__isnull', False)), _connector='OR'), name='revocation_of_one'),
        ),
    ]
