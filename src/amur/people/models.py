"""Tables of this room. Roles, regions and bodies come from the pack; accounts, enterprises and appointments do not."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower

from amur.ledger.kept import KeptText
from amur.ledger.stored import Stored
from amur.people.engine import BodyLife, Held

LONGEST_NAME = 100
"""How many characters a person's name may have."""


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts, and finds them whatever the case of the letters."""

    def create_user(self, username: str, email: str = "", password: str | None = None) -> Account:
        """Make an account; without a password it can be entered by an identity provider or a reset only."""
        account = self.model(username=self.model.normalize_username(username), email=self.normalize_email(email))
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account of a name."""
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """Who signs in. What an account may do is not here: see ``Appointment`` and ``Membership``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=150, unique=True, validators=[UnicodeUsernameValidator()])
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="account_name_once_in_any_case")]

    def __str__(self) -> str:
        """Return the name that the account signs in with."""
        return self.username

    @property
    def subject(self) -> str:
        """Return the subject under which the ledger keeps the account."""
        return f"account:{self.pk}"


class Person(Stored):
    """The person behind an account, as others see them."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="person")
    display_name = models.CharField(max_length=LONGEST_NAME)

    def __str__(self) -> str:
        """Return the name."""
        return self.display_name


class Region(models.Model):
    """A region by its code."""

    code = models.CharField(max_length=12, primary_key=True)
    titles = models.JSONField()
    level = models.CharField(max_length=40)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    successors = models.JSONField(default=list)

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class Role(models.Model):
    """A role that can be held in a body."""

    id = models.CharField(max_length=80, primary_key=True)
    titles = models.JSONField()
    summaries = models.JSONField(default=dict)
    card = models.JSONField(default=dict)
    oversees = models.BooleanField(default=False)
    declared = models.BooleanField(default=True)

    def __str__(self) -> str:
        """Return the id."""
        return self.id


class Body(models.Model):
    """A unit of the authority, from its first to its last day."""

    id = models.CharField(max_length=80, primary_key=True)
    titles = models.JSONField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="bodies")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="predecessors")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    roles = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        """Return the id."""
        return self.id

    @property
    def life(self) -> BodyLife:
        """Return the plain value that the rules take."""
        return BodyLife(self.id, self.region_id or "", self.valid_from, self.valid_to, self.successor_id or "")


class Enterprise(Stored):
    """An enterprise, by its identifier in a declared scheme."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.CharField(max_length=80)
    identifier = models.CharField(max_length=60)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "identifier"], name="enterprise_identifier_once")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Membership(Stored):
    """That an account acts for an enterprise. An owner also lets others in."""

    class Role(models.TextChoices):
        """What a member may do for the enterprise."""

        OWNER = "owner"
        AGENT = "agent"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=5, choices=Role.choices)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "enterprise"], name="membership_once")]

    def __str__(self) -> str:
        """Return account, role and enterprise."""
        return f"{self.account} {self.role} of {self.enterprise}"


class Appointment(models.Model):
    """That an account holds a role in a body, for a region of it or for all, from a first to a last day."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="appointments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="appointments")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="appointments")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="appointments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="appointment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        """Return account, role and body."""
        return f"{self.account} {self.role_id} in {self.body_id}"

    @property
    def held(self) -> Held:
        """Return the plain value that the rules take."""
        return Held(self.role_id, self.body_id, self.region_id or "", self.valid_from, self.valid_to)


class StandIn(models.Model):
    """That an account holds the office of another: by delegation, or as the deputy on the days of a leave.

    Why is sealed under the key of whoever lends it: it may tell of an illness.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="stand_ins")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="stands_in")
    is_deputy = models.BooleanField(default=False)
    procedure = models.CharField(max_length=120, blank=True)
    reason = KeptText(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="stand_in_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        """Return who stands in for which appointment."""
        return f"{self.account} for {self.appointment_id}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the reason: that of the account which lends."""
        return f"account:{self.appointment.account_id}"


class Leave(models.Model):
    """That an account is away, from a first to a last day."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="leaves")
    first_day = models.DateField()
    last_day = models.DateField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="leave_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        """Return account and days."""
        return f"{self.account} {self.first_day} to {self.last_day}"


class Authorisation(models.Model):
    """That an account, or the members of an enterprise, act for a party in one matter, from a first to a last day.

    The party is an account, an enterprise, or neither: somebody without an account whom a proxy serves, and whose one
    case is named when there is one. What was said of the consent names a person: it is sealed under a key of its own.
    """

    class Kind(models.TextChoices):
        """As what they act."""

        AGENT = "agent"
        PROXY = "proxy"

    class Consent(models.TextChoices):
        """How the party agreed."""

        ACCOUNT = "account"
        PAPER = "paper"
        PHONE = "phone"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    giver = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="authorisations_given")
    giver_enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="authorisations_held")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, related_name="+")
    procedure = models.CharField(max_length=120)
    case_id = models.CharField(max_length=64, blank=True)
    consent = models.CharField(max_length=7, choices=Consent.choices)
    said = KeptText(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField()
    given_by = models.CharField(max_length=80)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="authorisation_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(account=None) ^ models.Q(enterprise=None), name="authorisation_of_one_holder"
            ),
            models.CheckConstraint(
                condition=models.Q(giver=None) | models.Q(giver_enterprise=None), name="authorisation_by_one_party"
            ),
        ]
        indexes = [models.Index(fields=["case_id"], name="authorisation_by_case")]

    def __str__(self) -> str:
        """Return kind, matter and last day."""
        return f"{self.kind} for {self.procedure} until {self.valid_to}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals what was said of the consent: its own."""
        return f"authorisation:{self.pk}"

    @property
    def party(self) -> str:
        """Return the party that is acted for, as a scope names it; empty as long as it has neither account nor case."""
        if self.giver_enterprise_id or self.giver_id:
            return str(self.giver_enterprise_id or self.giver_id)
        return f"case:{self.case_id}" if self.case_id else ""


class Card(models.Model):
    """The card that an account has for a role: its number is sealed, since it names a person; its days are not."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="cards")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="cards")
    number = KeptText()
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="card_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        """Return the role and the last day; the number is for its holder and the administrators."""
        return f"{self.role_id} until {self.valid_to}"

    @property
    def key_subject(self) -> str:
        """Return whose key seals the number: the account's."""
        return f"account:{self.account_id}"


class Performed(Stored):
    """What an act answered to a key, so that the same call again is answered with the same and does nothing."""

    actor_id = models.CharField(max_length=80)
    act = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    result = models.CharField(max_length=40)
    performed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "performed"
        constraints = [models.UniqueConstraint(fields=["actor_id", "act", "key"], name="performed_once")]

    def __str__(self) -> str:
        """Return act and key."""
        return f"{self.act} {self.key}"
