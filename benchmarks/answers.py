"""What the simulated devices answer: every kind of device, as bytes made once."""

from collections.abc import Callable
import json
from typing import Any

type Answer = tuple[str, bytes]
"""What a request is called, and the whole answer to it."""

type Answers = Callable[[bytes, bytes], Answer]
"""Find the answer to a request target and body."""

GSC_TRACKS = 4
GSC_LINES = 4
TAILWIND_DOORS = 2


def http_answer(content: Any) -> bytes:
    """Encode an answer as a small web server does."""
    body = json.dumps(content, separators=(",", ":")).encode()
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def gsc_answers(_device: int) -> Answers:
    """Answer as a GSC35xx that is idle, serves lines and has some tracks."""
    path = b"/cgi-bin/api-"
    bodies = {
        b"get_phone_status": {"response": "success", "body": "available", "misc": "0"},
        b"get_line_status": {"response": "success", "body": _gsc_lines()},
        b"get_music": {"response": "success", "body": _gsc_tracks()},
    }
    answers = {name: http_answer(body) for name, body in bodies.items()}
    complete = http_answer({"response": "success", "body": "complete"})

    def answer(target: bytes, _body: bytes) -> Answer:
        name = target[len(path) : target.find(b"?")]
        return name.decode(), answers.get(name, complete)

    return answer


def _gsc_lines() -> list[dict[str, Any]]:
    """Return idle lines."""
    idle = {"state": "idle", "acct": "", "remotename": "", "remotenum": "", "active": 0}
    return [{"line": line, **idle} for line in range(1, GSC_LINES + 1)]


def _gsc_tracks() -> list[dict[str, str]]:
    """Return tracks."""
    names = [f"music{number}.ogg" for number in range(1, GSC_TRACKS + 1)]
    return [{"fileName": name, "path": f"/var/user/music/{name}"} for name in names]


def tailwind_answers(device: int) -> Answers:
    """Answer as a Tailwind iQ3 with two closed doors."""
    doors = {
        f"door{number}": {
            "index": number - 1,
            "status": "close",
            "lockup": 0,
            "disabled": 0,
        }
        for number in range(1, TAILWIND_DOORS + 1)
    }
    status = http_answer(
        {
            "result": "OK",
            "product": "iQ3",
            "dev_id": f"_3c_e9_e_6d_{device >> 8:x}_{device & 255:x}_",
            "proto_ver": "0.1",
            "door_num": TAILWIND_DOORS,
            "night_mode_en": 0,
            "fw_ver": "10.10",
            "led_brightness": 100,
            "data": doors,
        }
    )
    done = http_answer({"result": "OK"})

    def answer(_target: bytes, body: bytes) -> Answer:
        return ("identify", done) if b'"identify"' in body else ("status", status)

    return answer


def elgato_answers(device: int) -> Answers:
    """Answer as an Elgato Key Light."""
    bodies = {
        b"accessory-info": {
            "productName": "Elgato Key Light",
            "hardwareBoardType": 53,
            "firmwareBuildNumber": 218,
            "firmwareVersion": "1.0.3",
            "serialNumber": f"CN11A1A{device:05}",
            "displayName": f"Light {device}",
            "features": ["lights"],
        },
        b"lights/settings": {
            "powerOnBehavior": 1,
            "powerOnBrightness": 20,
            "powerOnTemperature": 213,
            "switchOnDurationMs": 100,
            "switchOffDurationMs": 300,
            "colorChangeDurationMs": 100,
        },
        b"lights": {
            "numberOfLights": 1,
            "lights": [{"on": 1, "brightness": 20, "temperature": 297}],
        },
    }
    answers = {name: http_answer(body) for name, body in bodies.items()}
    done = http_answer({})

    def answer(target: bytes, _body: bytes) -> Answer:
        name = target.removeprefix(b"/elgato/")
        return name.decode(), answers.get(name, done)

    return answer


def fully_kiosk_answers(device: int) -> Answers:
    """Answer as a tablet that runs Fully Kiosk Browser."""
    bodies = {
        b"deviceInfo": _fully_kiosk_info(device),
        b"listSettings": _FULLY_KIOSK_SETTINGS,
    }
    answers = {name: http_answer(body) for name, body in bodies.items()}
    done = http_answer({"status": "OK", "statustext": "done"})

    def answer(target: bytes, _body: bytes) -> Answer:
        name = target.partition(b"cmd=")[2].partition(b"&")[0]
        return name.decode(), answers.get(name, done)

    return answer


def _fully_kiosk_info(device: int) -> dict[str, Any]:
    """Return what a tablet tells of itself."""
    return {
        "deviceName": f"Tablet {device}",
        "deviceID": f"abcdef-{device:06}",
        "deviceManufacturer": "amzn",
        "deviceModel": "KFDOWI",
        "Mac": f"00:31:ab:cd:{device >> 8:02x}:{device & 255:02x}",
        "ip4": "192.0.2.234",
        "appVersionName": "1.42.5",
        "androidVersion": "7.1.2",
        "batteryLevel": 100,
        "batteryTemperature": 27,
        "plugged": True,
        "isDeviceAdmin": True,
        "kioskMode": True,
        "kioskLocked": True,
        "maintenanceMode": False,
        "isInScreensaver": False,
        "screenOn": True,
        "screenBrightness": 9,
        "screenOrientation": 90,
        "currentPage": "http://192.0.2.1:8123/",
        "foregroundApp": "de.ozerov.fully",
        "internalStorageFreeSpace": 11675512832,
        "internalStorageTotalSpace": 12938534912,
        "ramFreeMemory": 362377216,
        "ramTotalMemory": 1440628736,
        "wifiSignalLevel": 7,
        "ssid": '"wireless"',
        "hostname4": "tablet",
        "locationProvider": "",
        "motionDetectorStatus": 0,
        "isInForcedSleep": False,
        "currentFragment": "main",
        "startUrl": "https://homeassistant.local",
        "displayWidthPixels": 1280,
        "displayHeightPixels": 800,
    }


# Of the real list, which has some 300, those that the integration reads come first.
_FULLY_KIOSK_SETTINGS: dict[str, Any] = {
    "timeToScreensaverV2": "900",
    "screensaverBrightness": "0",
    "timeToScreenOffV2": "0",
    "screenBrightness": "9",
    "motionDetection": True,
    "mqttEnabled": False,
    "mqttEventTopic": "$appId/event/$event/$deviceId",
    **{f"setting{number:03}": number % 2 == 0 for number in range(300)},
}

ANSWERS: dict[str, Callable[[int], Answers]] = {
    "grandstream_gsc": gsc_answers,
    "tailwind": tailwind_answers,
    "elgato": elgato_answers,
    "fully_kiosk": fully_kiosk_answers,
}
