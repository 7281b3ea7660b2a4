"""What letters of a request are for."""

from django.db import models


class Purpose(models.TextChoices):
    """A result ends a request; the others never supersede, revoke or complete one."""

    RESULT = "result", "نتیجه"
    REFUSAL = "refusal", "رد درخواست"
    INQUIRY = "inquiry", "استعلام"
