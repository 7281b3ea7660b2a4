"""The words of the road, and what each state needs, kept by the database."""

import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_invariants"),
        ("services_catalog", "0005_invariants"),
        ("submissions", "0006_filing_place"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="submission",
            name="in_review_has_due_time",
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(("holder_kind__in", ("natural", "legal"))),
                name="contract_holder_kind_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("reading", "checked", "merging", "done", "refused", "cancelled"))
                ),
                name="import_state_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("document", "answer", "description"))),
                name="correction_item_kind_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("scan__in", ("none", "clean", "infected"))),
                name="document_scan_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("sha256"), 64
                    ),
                    ("size__gt", 0),
                ),
                name="document_has_size_and_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None)),
                    models.Q(
                        ("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="referral_answered_in_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("mobile", "civil"))),
                name="registry_check_kind_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrycheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ("", "matched", "mismatch", "unavailable", "not_asked"))
                ),
                name="registry_check_outcome_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="stagedcontract",
            constraint=models.CheckConstraint(
                condition=models.Q(("holder_kind__in", ("natural", "legal"))),
                name="staged_holder_kind_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__in",
                        (
                            "submit",
                            "pass_on",
                            "refer",
                            "answer",
                            "return_for_correction",
                            "approve",
                            "reject",
                            "withdraw",
                            "complete",
                            "reopen",
                        ),
                    )
                ),
                name="step_name_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "from_state__in",
                        (
                            "draft",
                            "in_review",
                            "returned",
                            "approved",
                            "completed",
                            "rejected",
                            "withdrawn",
                        ),
                    )
                ),
                name="step_from_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "to_state__in",
                        (
                            "draft",
                            "in_review",
                            "returned",
                            "approved",
                            "completed",
                            "rejected",
                            "withdrawn",
                        ),
                    )
                ),
                name="step_to_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "draft",
                            "in_review",
                            "returned",
                            "approved",
                            "completed",
                            "rejected",
                            "withdrawn",
                        ),
                    )
                ),
                name="submission_state_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_review"), _negated=True),
                    models.Q(
                        ("due_at__isnull", False),
                        ("submitted_at__isnull", False),
                        models.Q(("stop", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="in_review_has_due_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    ("returned_at__isnull", False),
                    _connector="OR",
                ),
                name="returned_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("archived_at__isnull", False),
                        ("state__in", ["completed", "rejected", "withdrawn"]),
                    ),
                    models.Q(
                        models.Q(
                            ("state__in", ["completed", "rejected", "withdrawn"]), _negated=True
                        ),
                        ("archived_at", None),
                    ),
                    _connector="OR",
                ),
                name="ended_has_its_time",
            ),
        ),
    ]
