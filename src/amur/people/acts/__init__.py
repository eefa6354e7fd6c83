"""The only writes of this room, by subject: accounts, offices, enterprises, and what the pack declares."""

from amur.people.acts.accounts import open_account, record_sign_up
from amur.people.acts.authorising import authorise, bind_authorisation, record_consent, revoke_authorisation
from amur.people.acts.cards import end_card, enter_card
from amur.people.acts.enterprises import join_enterprise
from amur.people.acts.erasing import erase_account, hear_of_forgetting
from amur.people.acts.offices import appoint, end_appointment
from amur.people.acts.standing import delegate, enter_leave, name_deputy, revoke_leave, revoke_stand_in
from amur.people.acts.syncing import sync_bodies, sync_regions, sync_roles

__all__ = [
    "appoint",
    "authorise",
    "bind_authorisation",
    "delegate",
    "end_appointment",
    "end_card",
    "enter_card",
    "enter_leave",
    "erase_account",
    "hear_of_forgetting",
    "join_enterprise",
    "name_deputy",
    "open_account",
    "record_consent",
    "record_sign_up",
    "revoke_authorisation",
    "revoke_leave",
    "revoke_stand_in",
    "sync_bodies",
    "sync_regions",
    "sync_roles",
]
