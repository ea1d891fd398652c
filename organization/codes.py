"""The second step of sign-in: one-time codes from an authenticator, and recovery codes for when it is lost."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import django_otp
import segno
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 8
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is read wrongly


def new_key() -> str:
    """A fresh secret for an authenticator, in hexadecimal."""
    return secrets.token_hex(20)


def is_enrolled(user: Any) -> bool:
    """Whether he has an authenticator."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).exists()


def verify(user: Any, code: str) -> Any:
    """The device whose code this is, None for a wrong, used or too hasty one. Six digits are the authenticator's."""
    code = code.strip().replace(" ", "").replace("-", "").lower()
    is_totp = code.isascii() and code.isdigit() and len(code) == 6
    model, token = (TOTPDevice, code) if is_totp else (StaticDevice, _stored(code))
    for device in model.objects.devices_for_user(user, confirmed=True):
        if django_otp.verify_token(user, device.persistent_id, token):
            return device
    return None


def enrol(user: Any, key: str, code: str) -> tuple[Any, list[str]]:
    """Take an authenticator into use once it shows the right code: (device, recovery codes), or (None, [])."""
    with transaction.atomic():
        device = TOTPDevice.objects.create(user=user, key=key, name="authenticator", confirmed=True)
        if not device.verify_token(code.strip().replace(" ", "")):
            device.delete()
            return None, []
        return device, _recovery_codes(user)


def forget(user: Any) -> None:
    """Drop his authenticator and recovery codes; he enrols anew at the next sign-in."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def picture(user: Any, key: str) -> str:
    """The QR code that an authenticator reads, as a data address."""
    return segno.make(TOTPDevice(user=user, key=key).config_url).svg_data_uri(scale=5, light="white")


def spelled(key: str) -> str:
    """The secret as one types it into an authenticator: base32 in groups of four."""
    text = base64.b32encode(bytes.fromhex(key)).decode()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _recovery_codes(user: Any) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        device.token_set.create(token=_stored(code))
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _stored(code: str) -> str:
    """Recovery codes are kept as digests: who reads the database cannot sign in."""
    return salted_hmac("organization.recovery", code).hexdigest()[:16]
