"""Read models: tables derived from events alone. `disputes.projections` writes them and nothing else does.

References between them carry no constraint in the database, so that a rebuild may fill them in any order. Those to
disputes carry no index either: each table has one that begins with the dispute.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from disputes.models.articles import Article
from disputes.vocabulary import Kind, PartyKind, Role, Stance, Standing, Status


def _choices(term: type[Kind | PartyKind | Role | Standing | Status]) -> list[tuple[str, str]]:
    return [(member.value, member.label) for member in term]


class Party(models.Model):
    """A person or an organisation."""

    slug = models.CharField(max_length=100, primary_key=True)
    kind = models.CharField(
        max_length=20, blank=True, choices=_choices(PartyKind), help_text="Empty where nobody has said it."
    )
    name = models.CharField(max_length=300)
    aliases = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    former_names = models.JSONField(default=list, blank=True, help_text="[{name, until}], oldest first.")
    parent = models.ForeignKey(
        "self",
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="children",
        db_index=True,
    )
    merged_into = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="When its names and notes were erased.")
    version = models.IntegerField(help_text="Version of the party's stream.")
    updated_at = models.DateTimeField(help_text="When its newest event was recorded.")

    class Meta:
        ordering = ("name", "slug")
        indexes = [
            models.Index(fields=["name", "slug"], name="party_name"),
            models.Index(fields=["updated_at", "slug"], name="party_updated"),
        ]
        verbose_name_plural = "parties"
        default_permissions = ("view",)
        permissions = [("manage_party", "Can register, rename and merge parties")]

    def __str__(self) -> str:
        return self.name


class Dispute(models.Model):
    """A dispute as it reads now."""

    slug = models.CharField(max_length=100, primary_key=True)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=30, choices=_choices(Kind), db_index=True)
    summary = models.TextField()
    data_at_issue = models.TextField(blank=True)
    data_types = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    jurisdictions = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    conflicts = models.JSONField(default=list, blank=True, help_text="What sources disagree on, in sentences.")
    related = models.JSONField(default=list, blank=True, help_text="[{slug, note}]")
    watch_rules = models.JSONField(default=list, blank=True)
    watch_window = models.JSONField(
        default=dict, blank=True, help_text="{since, until}: what appeared long before or after is hardly about it."
    )
    rejected_articles = ArrayField(models.UUIDField(), default=list, blank=True)
    opened = models.JSONField(null=True, blank=True, help_text="Date of the earliest occurrence.")
    opened_on = models.DateField(null=True, blank=True, help_text="Its first possible day.")
    evidence_count = models.IntegerField(default=0, help_text="Articles that the record rests on.")
    merged_into = models.CharField(max_length=100, blank=True)
    is_closed = models.BooleanField(default=False, help_text="Whether curators stopped following it.")
    version = models.IntegerField(help_text="Version of the dispute's stream.")
    updated_at = models.DateTimeField(help_text="When its newest event was recorded.")

    class Meta:
        ordering = ("title", "slug")
        indexes = [
            models.Index(fields=["title", "slug"], name="dispute_title"),
            models.Index(fields=["opened_on", "slug"], name="dispute_opened"),
            models.Index(fields=["updated_at", "slug"], name="dispute_updated"),
            models.Index(fields=["evidence_count", "slug"], name="dispute_evidence"),
            # Those that a curator looks at because their sources disagree are few.
            models.Index(fields=["-updated_at", "slug"], name="dispute_conflicts", condition=~models.Q(conflicts=[])),
            GinIndex(fields=["data_types"], name="dispute_data_types"),
            GinIndex(fields=["jurisdictions"], name="dispute_jurisdictions"),
        ]
        default_permissions = ("view",)
        permissions = [("curate_dispute", "Can record, correct and retract events and judge evidence")]

    def __str__(self) -> str:
        return self.title


class StatusPeriod(models.Model):
    """The status of a dispute from one day until another; periods of a dispute follow each other without a gap."""

    dispute = models.ForeignKey(
        Dispute, models.DO_NOTHING, related_name="status_periods", db_constraint=False, db_index=False
    )
    status = models.CharField(max_length=30, choices=_choices(Status))
    since = models.DateField()
    until = models.DateField(null=True, help_text="The day on which the next begins; empty for the last.")
    cause = models.UUIDField(null=True, help_text="The event that led to it; empty where the calendar did.")

    class Meta:
        ordering = ("dispute", "since")
        constraints = [models.UniqueConstraint(fields=["dispute", "since"], name="status_period")]
        # The status of today is looked up among all disputes by value.
        indexes = [models.Index(fields=["status", "since", "until"], name="status_period_lookup")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.dispute_id}: {self.status} since {self.since}"


class Participation(models.Model):
    """A party in a role of a dispute."""

    dispute = models.ForeignKey(
        Dispute, models.DO_NOTHING, related_name="participations", db_constraint=False, db_index=False
    )
    party = models.ForeignKey(Party, models.DO_NOTHING, db_constraint=False, related_name="participations")
    role = models.CharField(max_length=30, choices=_choices(Role))
    note = models.CharField(max_length=300, blank=True)
    rank = models.IntegerField(help_text="Place among the parties of the dispute.")

    class Meta:
        ordering = ("dispute", "rank")
        constraints = [models.UniqueConstraint(fields=["dispute", "party", "role"], name="participation")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.party_id} as {self.role}"


class TimelineEntry(models.Model):
    """One event of a dispute as it reads now, curation and retracted ones included."""

    event_id = models.UUIDField(primary_key=True)
    dispute = models.ForeignKey(
        Dispute, models.DO_NOTHING, related_name="timeline", db_constraint=False, db_index=False
    )
    position = models.BigIntegerField(unique=True)
    version = models.IntegerField()
    type = models.CharField(max_length=50)
    lane = models.CharField(max_length=20)
    occurred = models.JSONField(null=True, help_text="Date with its precision; empty for curation.")
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    standing = models.CharField(max_length=20, blank=True, choices=_choices(Standing))
    summary = models.TextField()
    data = models.JSONField()
    evidence = models.JSONField(default=list)
    justification = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    corrects = models.UUIDField(null=True)
    retracts = models.UUIDField(null=True)
    corrected_by = models.UUIDField(null=True)
    retracted_by = models.UUIDField(null=True)
    is_scheduled = models.BooleanField(
        default=False, help_text="Whether it sets a day, or lay ahead when it was recorded: see `disputes.scheduled`."
    )
    outcome = models.UUIDField(
        null=True, help_text="The event that says what came of a hearing, a trial or a deadline; empty where none does."
    )

    class Meta:
        ordering = ("dispute", "position")
        verbose_name_plural = "timeline entries"
        indexes = [
            models.Index(fields=["dispute", "position"], name="timeline_position"),
            # The latest and the next occurrence of each dispute are looked up by day.
            models.Index(
                fields=["dispute", "first_day", "last_day"],
                name="timeline_occurrences",
                condition=models.Q(first_day__isnull=False, retracted_by__isnull=True),
            ),
            # The calendar asks across all disputes; few events lie, or lay, ahead.
            models.Index(
                fields=["last_day", "first_day", "position"],
                name="timeline_scheduled",
                condition=models.Q(is_scheduled=True, retracted_by__isnull=True),
            ),
            # Of most days that have passed the record says what came of them; the others are asked about.
            models.Index(
                fields=["-last_day", "-first_day", "-position"],
                name="timeline_unanswered",
                condition=models.Q(is_scheduled=True, outcome__isnull=True, retracted_by__isnull=True),
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.summary


class Proceeding(models.Model):
    """A case before a court or an authority, as one dispute tells it."""

    dispute = models.ForeignKey(
        Dispute, models.DO_NOTHING, related_name="proceedings", db_constraint=False, db_index=False
    )
    key = models.CharField(max_length=100)
    court = models.CharField(max_length=300, blank=True, db_index=True)
    docket_number = models.CharField(max_length=300, blank=True)
    docket_key = models.CharField(
        max_length=300,
        blank=True,
        db_index=True,
        help_text="The docket number as every spelling of it reads.",
    )
    caption = models.CharField(max_length=300, blank=True)
    judge = models.CharField(max_length=300, blank=True)
    filed = models.JSONField(null=True)
    filed_on = models.DateField(null=True)
    claims = models.JSONField(default=list, help_text="[{claim, outcome}]")
    claim_terms = ArrayField(models.CharField(max_length=40), default=list)
    rank = models.IntegerField(help_text="Place among the proceedings of the dispute.")

    class Meta:
        ordering = ("dispute", "rank")
        constraints = [models.UniqueConstraint(fields=["dispute", "key"], name="proceeding")]
        indexes = [GinIndex(fields=["claim_terms"], name="proceeding_claims")]
        default_permissions = ()

    def __str__(self) -> str:
        return self.docket_number or self.caption or self.key


class Price(models.Model):
    """One published price."""

    dispute = models.ForeignKey(Dispute, models.DO_NOTHING, related_name="prices", db_constraint=False, db_index=False)
    event_id = models.UUIDField()
    rank = models.IntegerField(help_text="Place among the prices of the dispute.")
    occurred = models.JSONField()
    first_day = models.DateField()
    effective = models.JSONField(null=True)
    holder = models.CharField(max_length=100, blank=True)
    tier = models.CharField(max_length=300, blank=True)
    quantity = models.CharField(max_length=300, blank=True)
    low = models.DecimalField(max_digits=48, decimal_places=24, null=True)
    high = models.DecimalField(max_digits=48, decimal_places=24, null=True)
    currency = models.CharField(max_length=3, blank=True)
    per = models.CharField(max_length=20, blank=True)
    basis = models.CharField(max_length=20)
    standing = models.CharField(max_length=20, blank=True)
    price = models.JSONField(help_text="The amount as recorded.")

    class Meta:
        ordering = ("dispute", "rank")
        constraints = [models.UniqueConstraint(fields=["dispute", "rank"], name="price")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.low or self.high} {self.currency} {self.per}"


class Licence(models.Model):
    """One licence as an event tells it."""

    dispute = models.ForeignKey(
        Dispute, models.DO_NOTHING, related_name="licences", db_constraint=False, db_index=False
    )
    event_id = models.UUIDField()
    rank = models.IntegerField(help_text="Place among the licences of the dispute.")
    type = models.CharField(max_length=50)
    occurred = models.JSONField()
    first_day = models.DateField()
    licensor = models.CharField(max_length=100, blank=True)
    licensee = models.CharField(max_length=100, blank=True)
    standing = models.CharField(max_length=20, blank=True)
    terms = models.JSONField()

    class Meta:
        ordering = ("dispute", "rank")
        constraints = [models.UniqueConstraint(fields=["dispute", "rank"], name="licence")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.licensor} to {self.licensee}"


class EvidenceItem(models.Model):
    """An article that a dispute, or one event of it, rests on."""

    dispute = models.ForeignKey(
        Dispute, models.DO_NOTHING, related_name="evidence", db_constraint=False, db_index=False
    )
    article = models.ForeignKey(Article, models.DO_NOTHING, db_constraint=False, related_name="evidence")
    event_id = models.UUIDField(null=True, help_text="The event it speaks of; empty for the dispute as a whole.")
    cause = models.UUIDField(help_text="The event that attached it.")
    stance = models.CharField(max_length=20)
    quote = models.TextField(blank=True)
    locator = models.CharField(max_length=300, blank=True)
    score = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    attached_by = models.CharField(max_length=150)
    attached_at = models.DateTimeField()

    class Meta:
        ordering = ("dispute", "-attached_at", "id")
        verbose_name = "evidence"
        verbose_name_plural = "evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["dispute", "article", "event_id"], name="evidence_item", nulls_distinct=False
            )
        ]
        indexes = [
            # The front page counts what was attached, week by week, and lists what speaks against the record.
            models.Index(fields=["attached_at", "attached_by"], name="evidence_attached"),
            models.Index(
                fields=["-attached_at", "-id"],
                include=["dispute", "event_id"],
                name="evidence_against",
                condition=models.Q(stance=Stance.CONTRADICTS.value, event_id__isnull=False),
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.article_id} for {self.dispute_id}"
