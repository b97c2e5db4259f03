"""Constants of the Grandstream GSC integration."""

from datetime import timedelta
import logging

DOMAIN = "grandstream_gsc"
LOGGER = logging.getLogger(__package__)

MANUFACTURER = "Grandstream"
UNKNOWN_MODEL = "GSC35xx"

CONF_CONNECTION = "connection"
CONF_SINGLE_PLAY_SECONDS = "single_play_seconds"

DEFAULT_SINGLE_PLAY_SECONDS = 30
MAX_SINGLE_PLAY_SECONDS = 3600

FACTORY_PASSCODE = "admin"

IDLE_INTERVAL = timedelta(seconds=10)
BUSY_INTERVAL = timedelta(seconds=2)
# After a request that took all its time in vain.
TIMEOUT_INTERVAL = timedelta(seconds=1)
REPEAT_STATUS_SECONDS = 1
AFTER_COMMAND_SECONDS = 0.01

ISSUE_CTI_NOT_SERVED = "cti_not_served"
ISSUE_FACTORY_PASSCODE = "factory_passcode"
