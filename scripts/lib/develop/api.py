"""A small client of Home Assistant's HTTP and websocket APIs."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import aiohttp

from .errors import DevelopError


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in."""

    user: str
    password: str


class Api:
    """Talks to Home Assistant as one of its users, also across its restarts."""

    def __init__(self, url: str) -> None:
        """Remember the address."""
        self.url = url
        self._client_id = f"{url}/"
        self._session = aiohttp.ClientSession(url)
        self._headers: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        """Do nothing yet: Home Assistant may not be there."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._session.close()

    async def is_up(self) -> bool:
        """Tell whether the frontend, and all it depends on, is served."""
        try:
            async with self._session.get("/manifest.json") as response:
                return response.status == HTTPStatus.OK
        except aiohttp.ClientError:
            return False

    async def is_running(self) -> bool:
        """Tell whether the start is over."""
        return bool((await self.get("/api/config"))["state"] == "RUNNING")

    async def sign_in(self, login: Login) -> None:
        """Sign in, as the owner, who is made if there is none."""
        needs_owner = await self._needs_owner()
        get_code = self._make_owner if needs_owner else self._log_in
        form = {
            "client_id": self._client_id,
            "grant_type": "authorization_code",
            "code": await get_code(login),
        }
        async with self._session.post("/auth/token", data=form) as response:
            token = (await response.json())["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str) -> Any:
        """Get what is at a path."""
        return await self._request("GET", path)

    async def post(self, path: str, **data: object) -> Any:
        """Post data to a path."""
        return await self._request("POST", path, data)

    async def delete(self, path: str) -> Any:
        """Delete what is at a path."""
        return await self._request("DELETE", path)

    async def command(self, command: str, **data: object) -> Any:
        """Send a command over a websocket of its own, and return its result."""
        async with self._session.ws_connect("/api/websocket") as socket:
            await socket.receive_json()
            token = self._headers["Authorization"].removeprefix("Bearer ")
            await socket.send_json({"type": "auth", "access_token": token})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": command, **data})
            answer = await socket.receive_json()
        if not answer["success"]:
            raise DevelopError(f"{command}: {answer['error']['message']}")
        return answer.get("result")

    async def call(self, action: str, entity_id: str, **data: object) -> None:
        """Perform an action on an entity."""
        domain, service = action.split(".")
        await self.command(
            "call_service",
            domain=domain,
            service=service,
            target={"entity_id": entity_id},
            service_data=data,
        )

    async def state(self, entity_id: str) -> dict[str, Any]:
        """Return the state of an entity, with its attributes."""
        state: dict[str, Any] = await self.get(f"/api/states/{entity_id}")
        return state

    async def _request(
        self, method: str, path: str, data: dict[str, object] | None = None
    ) -> Any:
        """Send a request and return what is answered."""
        async with self._session.request(
            method, path, json=data, headers=self._headers
        ) as response:
            if not response.ok:
                raise DevelopError(f"{method} {path}: HTTP status {response.status}")
            return await response.json()

    async def _needs_owner(self) -> bool:
        """Tell whether there is no owner yet."""
        async with self._session.get("/api/onboarding") as response:
            if response.status == HTTPStatus.NOT_FOUND:
                return False
            steps = await response.json()
        return {"step": "user", "done": False} in steps

    async def _make_owner(self, login: Login) -> str:
        """Make the owner and return a code to get a token for."""
        answer = await self.post(
            "/api/onboarding/users",
            client_id=self._client_id,
            name=login.user.capitalize(),
            username=login.user,
            password=login.password,
            language="en",
        )
        return str(answer["auth_code"])

    async def _log_in(self, login: Login) -> str:
        """Log in and return a code to get a token for."""
        flow = await self.post(
            "/auth/login_flow",
            client_id=self._client_id,
            redirect_uri=self._client_id,
            handler=["homeassistant", None],
        )
        answer = await self.post(
            f"/auth/login_flow/{flow['flow_id']}",
            client_id=self._client_id,
            username=login.user,
            password=login.password,
        )
        if answer["type"] != "create_entry":
            raise DevelopError(f"Home Assistant does not let {login.user} in")
        return str(answer["result"])
