"""Speakers in Home Assistant: added as a user does it."""

from dataclasses import dataclass
from typing import Any

from .api import Api
from .errors import DevelopError
from .simulator import Speaker
from .waiting import eventually

DOMAIN = "grandstream_gsc"
SET_UP_SECONDS = 15

_FLOWS = "/api/config/config_entries/flow"


@dataclass(frozen=True, slots=True)
class Added:
    """A speaker that Home Assistant knows: its entities by their keys."""

    speaker: Speaker
    entry_id: str
    device_id: str
    entities: dict[str, str]


async def start_flow(api: Api) -> str:
    """Begin to add a speaker and return the id of the flow."""
    return str((await api.post(_FLOWS, handler=DOMAIN))["flow_id"])


async def submit(api: Api, flow_id: str, **data: object) -> dict[str, Any]:
    """Fill in the form of a flow and return what comes of it."""
    answer: dict[str, Any] = await api.post(f"{_FLOWS}/{flow_id}", **data)
    return answer


def user_input(speaker: Speaker, passcode: str) -> dict[str, object]:
    """Return what a user enters to add a speaker."""
    return {
        "host": speaker.address,
        "password": passcode,
        "connection": {"ssl": False, "verify_ssl": False},
    }


async def add(api: Api, speaker: Speaker) -> None:
    """Add a speaker, in its area and with its name, unless it has been added."""
    form = user_input(speaker, speaker.plan.passcode)
    answer = await submit(api, await start_flow(api), **form)
    if answer["type"] == "create_entry":
        await settle(api, speaker, answer["result"]["entry_id"])
    elif answer.get("reason") != "already_configured":
        reason = answer.get("errors") or answer.get("reason")
        raise DevelopError(f"{speaker.plan.area} could not be added: {reason}")


async def settle(api: Api, speaker: Speaker, entry_id: str) -> Added:
    """Name a speaker that was added, and its entities, by the area it hangs in."""
    await wait_until_loaded(api, entry_id)
    added = await find(api, speaker, entry_id)
    await _update_device(api, added, name_by_user=f"{speaker.plan.area} speaker")
    # Before it is in the area, or the ids of its entities would name that twice.
    await _rename_entities(api, added)
    area = await api.command("config/area_registry/create", name=speaker.plan.area)
    await _update_device(api, added, area_id=area["area_id"])
    return await find(api, speaker, entry_id)


async def wait_until_loaded(api: Api, entry_id: str) -> None:
    """Wait until an entry is set up."""

    async def is_loaded() -> bool:
        entry = await api.command("config_entries/get_single", entry_id=entry_id)
        return bool(entry["config_entry"]["state"] == "loaded")

    await eventually(is_loaded, SET_UP_SECONDS, "the speaker is not set up")


async def find(api: Api, speaker: Speaker, entry_id: str) -> Added:
    """Find the device and the entities of an entry."""
    registry = await api.command("config/entity_registry/list")
    ours = [entity for entity in registry if entity["config_entry_id"] == entry_id]
    entities = {
        entity["unique_id"].removeprefix(f"{entry_id}_"): entity["entity_id"]
        for entity in ours
    }
    return Added(speaker, entry_id, ours[0]["device_id"], entities)


async def find_all(api: Api, speakers: tuple[Speaker, ...]) -> dict[str, Added]:
    """Find the speakers that are in Home Assistant, by their areas."""
    entries = await api.command("config_entries/get", domain=DOMAIN)
    return {
        speaker.plan.area: await find(api, speaker, entry["entry_id"])
        for speaker in speakers
        for entry in entries
        if speaker.address in entry["title"]
    }


async def _update_device(api: Api, added: Added, **changes: object) -> None:
    """Change the device of a speaker."""
    await api.command(
        "config/device_registry/update", device_id=added.device_id, **changes
    )


async def _rename_entities(api: Api, added: Added) -> None:
    """Give the entities the ids that go with the name of their device."""
    names = await api.command(
        "config/entity_registry/get_automatic_entity_ids",
        entity_ids=list(added.entities.values()),
    )
    for entity_id, new_entity_id in names.items():
        if new_entity_id not in (None, entity_id):
            await api.command(
                "config/entity_registry/update",
                entity_id=entity_id,
                new_entity_id=new_entity_id,
            )
