"""What the steps of the check share: looking at both sides, and judging."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from .console import Console
from .errors import DevelopError
from .household import Added
from .simulator import Command, Speaker
from .waiting import eventually
from .world import World

COMMAND_SECONDS = 5
POLL_SECONDS = 15
BUSY_POLL_SECONDS = 5


@dataclass
class Scene:
    """Where the steps take place."""

    world: World
    console: Console
    added: dict[str, Added] = field(default_factory=dict)
    # What a step leaves for a later one.
    flow_id: str = ""
    marks: dict[str, int] = field(default_factory=dict)

    @property
    def gym(self) -> Added:
        """The speaker with a passcode full of special characters."""
        return self.added["Gym"]

    @property
    def corridor(self) -> Added:
        """The speaker that reboots."""
        return self.added["Corridor"]

    @property
    def entrance(self) -> Added:
        """The speaker that is added by the steps."""
        return self.added["Entrance"]

    async def call(self, action: str, added: Added, key: str, **data: object) -> None:
        """Perform an action on an entity of a speaker."""
        await self.world.api.call(action, added.entities[key], **data)

    async def wait_for(
        self, added: Added, key: str, state: str, seconds: float = COMMAND_SECONDS
    ) -> dict[str, Any]:
        """Wait until an entity has a state, and return its attributes."""
        entity_id = added.entities[key]

        async def has_state() -> dict[str, Any] | None:
            now = await self.world.api.state(entity_id)
            return now if now["state"] == state else None

        failure = f"{entity_id} does not become {state}"
        found = await eventually(has_state, seconds, failure)
        attributes: dict[str, Any] = found["attributes"]
        return attributes

    async def told(
        self,
        added: Added,
        act: Callable[[], Awaitable[object]],
        *expected: str,
        seconds: float = COMMAND_SECONDS,
    ) -> list[Command]:
        """Do something and return what the speaker was told: as expected, no more."""
        since = (await added.speaker.look())["received"]
        await act()
        return await heard(added.speaker, since, *expected, seconds=seconds)


async def heard(
    speaker: Speaker, since: int, *expected: str, seconds: float = COMMAND_SECONDS
) -> list[Command]:
    """Wait for commands at a speaker, and see that there are no others."""

    async def commands() -> list[Command] | None:
        found = await speaker.commands(since)
        return found if len(found) >= len(expected) else None

    failure = f"{speaker.plan.area} did not receive: {'; '.join(expected)}"
    found = await eventually(commands, seconds, failure)
    texts = [command.text for command in found]
    require(texts == [*expected], f"{speaker.plan.area} received: {'; '.join(texts)}")
    return found


def require(condition: bool, failure: str) -> None:  # noqa: FBT001 - as in assert
    """Raise DevelopError unless a condition holds."""
    if not condition:
        raise DevelopError(failure)
