from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_files_that_travel_with_messages")]

    operations = [
        migrations.AddField(model_name="comparison", name="not_compared", field=models.JSONField(default=list)),
    ]
