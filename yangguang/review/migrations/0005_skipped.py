"""没有审核就作出决定: a breach that nothing was submitted for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('review', '0004_flow'),
    ]

    operations = [
        migrations.AlterField(
            model_name='breach',
            name='submission',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='review.submission', verbose_name='送审'),
        ),
        migrations.AddConstraint(
            model_name='breach',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ground', 'skipped'), ('submission__isnull', True)), models.Q(models.Q(('ground', 'skipped'), _negated=True), ('submission__isnull', False)), _connector='OR'), name='breach_of_a_submission_or_skipped'),
        ),
    ]
