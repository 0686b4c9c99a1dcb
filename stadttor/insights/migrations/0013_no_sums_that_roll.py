from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Sums of twelve months that move with each month told of the month that came and of the one that went (decision 0061). Those
    of calendar spans are made by the next hourly job."""

    dependencies: ClassVar = [("insights", "0012_new_numbers_for_texts")]
    operations: ClassVar = [
        migrations.DeleteModel(name="Summed"),
        migrations.RunSQL("DELETE FROM insights_summedfigures", migrations.RunSQL.noop),
    ]
