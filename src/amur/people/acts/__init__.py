"""The only writes of this room, by subject: accounts, offices, enterprises, and what the pack declares."""

from amur.people.acts.accounts import open_account, record_sign_up
from amur.people.acts.enterprises import join_enterprise
from amur.people.acts.erasing import erase_account, hear_of_forgetting
from amur.people.acts.offices import appoint, end_appointment
from amur.people.acts.syncing import sync_bodies, sync_regions, sync_roles

__all__ = [
    "appoint",
    "end_appointment",
    "erase_account",
    "hear_of_forgetting",
    "join_enterprise",
    "open_account",
    "record_sign_up",
    "sync_bodies",
    "sync_regions",
    "sync_roles",
]
