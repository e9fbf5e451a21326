"""Which forms a device may fill: every form of its workspace, or those chosen one by one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from core.access import queries as access_queries
from core.access import workspaces
from core.access.actor import Actor
from core.access.roles import APP_USER
from core.auth.queries import find_app_user
from forms.list_queries import ListedForm, list_forms


@dataclass(frozen=True)
class DeviceForms:
    """What a device may fill. `everything` is every form, also those to come; else it fills those that are `chosen`.

    `offered` are the forms to choose from: those that were published, and those that were given to it before.
    """

    everything: bool
    chosen: frozenset[int]
    offered: tuple[ListedForm, ...]


def forms_of_device(session: Session, *, workspace_id: int, actor_id: int) -> DeviceForms:
    """What a device may fill now.

    Raises:
        Problem 404.1: no such device in the workspace.

    """
    find_app_user(session, workspace_id, actor_id)
    chosen = access_queries.forms_given(session, workspace_id, actor_id, APP_USER.id)
    listed = list_forms(session, workspace_id)
    offered = tuple(item for item in listed if item.form.current_version_id is not None or item.id in chosen)
    everything = bool(access_queries.roles_of(session, workspace_id, actor_id))
    return DeviceForms(everything, frozenset(item.id for item in offered if item.id in chosen), offered)


def choose_forms(
    session: Session, actor: Actor, *, workspace_id: int, actor_id: int, everything: bool, form_ids: Collection[str]
) -> None:
    """Let a device fill every form, or those of `form_ids` alone; of these, what is not offered to it is left out.

    A form in the trash keeps its devices, which have it again when it is restored.

    Raises:
        Problem 404.1: no such device in the workspace. 403.1: as `workspaces.assign`.

    """
    present = forms_of_device(session, workspace_id=workspace_id, actor_id=actor_id)
    give = partial(workspaces.assign, session, actor, actor_id=actor_id, workspace_id=workspace_id)
    take = partial(workspaces.unassign, session, actor, actor_id=actor_id, workspace_id=workspace_id)
    if everything and not present.everything:
        give(role_id=APP_USER.id)
    if not everything:
        for role_id in access_queries.roles_of(session, workspace_id, actor_id):
            take(role_id=role_id)
    for item in present.offered:
        wanted = not everything and item.xml_form_id in form_ids
        if wanted != (item.id in present.chosen):
            change = give if wanted else take
            change(role_id=APP_USER.id, form_id=item.id, form_name=item.xml_form_id)
