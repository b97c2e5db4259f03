"""The actions of the Grandstream GSC integration."""

from homeassistant.components.media_player import DOMAIN as MEDIA_PLAYER_DOMAIN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv, service
import probatio

from .const import DOMAIN

SERVICE_MAKE_CALL = "make_call"
ATTR_PHONE_NUMBER = "phone_number"


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    service.async_register_platform_entity_service(
        hass,
        DOMAIN,
        SERVICE_MAKE_CALL,
        entity_domain=MEDIA_PLAYER_DOMAIN,
        schema={probatio.Required(ATTR_PHONE_NUMBER): cv.string},
        func="async_make_call",
    )
