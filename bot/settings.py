"""Settings from credential files, the environment and an optional .env file. Secrets hide themselves."""

import os
import re
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

HERE = Path(__file__).resolve().parent
TELEGRAM = "https://api.telegram.org/bot"
DEFAULT_LISTEN = "127.0.0.1:8081"
CREDENTIALS = ("token", "secret", "webhook_secret", "shared_url")  # what may come as a file of its own


def packaged_resources() -> Path:
    """resources/ beside the code in a checkout, inside the package when installed."""
    checkout = HERE.parent / "resources"
    return checkout if (checkout / "taxonomy").is_dir() else HERE / "resources"


class UnreadableCredential(ValueError):
    """A credential file is there but cannot be read as text. The message names the file, never what is in it."""


def credentials(folder: str | None) -> dict[str, str]:
    """What the service manager left in $CREDENTIALS_DIRECTORY: one file for each, named BOT_TOKEN and so on.

    A file that is missing or empty says nothing; white space around a value is not part of it.
    """
    found = {}
    for name in CREDENTIALS if folder else ():
        path = Path(folder or "") / f"BOT_{name.upper()}"
        try:
            value = path.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableCredential(
                f"The credential {path} cannot be read ({type(error).__name__})"
            ) from None
        if value:
            found[name] = value
    return found


class Settings(BaseSettings):
    """One field for each BOT_… variable; the table in README.md is checked against this class."""

    model_config = SettingsConfigDict(
        env_prefix="BOT_", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    token: SecretStr | None = Field(None, description="Telegram's token; absent: the sandbox")
    api_base: str = Field(TELEGRAM, description="base URL up to and including /bot")
    resources: Path = Field(default_factory=packaged_resources, description="the directory to serve")
    snapshot: Path | None = Field(
        None,
        description="the organizations in one file, made by bot directory build; absent: those in resources/",
    )
    state_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_state_dir("marigold-bot")),
        description="state folder, mode 0700",
    )
    secret: SecretStr | None = Field(
        None, description="key for what is kept about a chat; never beside the data"
    )
    shared_url: SecretStr | None = Field(
        None, description="redis://… shared memory for several replicas; needs BOT_SECRET"
    )
    webhook_url: str | None = Field(None, description="webhook mode")
    webhook_secret: SecretStr | None = Field(None, description="needed in webhook mode")
    listen: str | None = Field(None, description="host:port for the webhook")
    metrics_listen: str | None = Field(
        None, description="host:port for /metrics in webhook mode; never the webhook's"
    )
    country: str | None = Field(None, description="the country a deployment serves first")
    counts: Literal["on", "off"] = Field(
        "on", description="off: no counts at all, and those there are deleted"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="never shows what people write"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Credential files win over the environment: a token that was turned is not undone by an old line elsewhere."""
        given: dict[str, Any] = {**credentials(os.environ.get("CREDENTIALS_DIRECTORY"))}
        files = InitSettingsSource(settings_cls, given)
        return init_settings, files, env_settings, dotenv_settings

    @field_validator("country")
    @classmethod
    def two_letters(cls, value: str | None) -> str | None:
        """A country is its ISO 3166-1 code."""
        if value is not None and not (len(value) == 2 and value.isalpha()):
            raise ValueError("write two letters, like US or FR")
        return value.upper() if value else None

    @field_validator("listen", "metrics_listen")
    @classmethod
    def host_and_port(cls, value: str | None) -> str | None:
        """An address of this machine and a port."""
        host, _, port = (value or "").rpartition(":")
        if value is not None and not (host and port.isdecimal() and int(port) < 1 << 16):
            raise ValueError("write host:port, like 127.0.0.1:8081")
        return value

    @field_validator("webhook_url")
    @classmethod
    def begins_with_https(cls, value: str | None) -> str | None:
        """Telegram brings updates over HTTPS only."""
        if value is not None and not (value.startswith("https://") and urlsplit(value).hostname):
            raise ValueError("write the whole address, like https://bot.example.org/telegram")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def letters_telegram_takes(cls, value: SecretStr | None) -> SecretStr | None:
        """Telegram takes 1 to 256 of A-Z a-z 0-9 _ - for a webhook's secret."""
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("use 1 to 256 of the signs A-Z, a-z, 0-9, _ and -")
        return value

    @field_validator("api_base")
    @classmethod
    def ends_in_bot(cls, value: str) -> str:
        """The library puts the token right behind it."""
        if not value.startswith(("http://", "https://")) or not value.endswith("/bot"):
            raise ValueError("write it up to and including /bot, like https://api.telegram.org/bot")
        return value

    @field_validator("shared_url")
    @classmethod
    def of_valkey(cls, value: SecretStr | None) -> SecretStr | None:
        """An address as Valkey and Redis have it."""
        if value is not None and not value.get_secret_value().startswith(
            ("redis://", "rediss://", "unix://")
        ):
            raise ValueError(
                "write it from redis:// (or rediss://, unix://) on, like redis://127.0.0.1:6379/0"
            )
        return value

    @model_validator(mode="after")
    def shared_needs_secret(self) -> Self:
        """What several replicas share is sealed with it; without it anybody at the server could read it."""
        if self.shared_url and not self.secret:
            raise ValueError("BOT_SHARED_URL needs BOT_SECRET: what is shared is sealed with it")
        return self

    @model_validator(mode="after")
    def webhook_needs_secret(self) -> Self:
        """Anyone could post updates to a webhook without one."""
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("BOT_WEBHOOK_URL needs BOT_WEBHOOK_SECRET")
        return self

    @model_validator(mode="after")
    def metrics_are_not_for_everybody(self) -> Self:
        """Who reads them sees when somebody writes; whoever finds the webhook's address must not."""
        if self.metrics_listen is None:
            return self
        if self.webhook_url is None:
            raise ValueError("BOT_METRICS_LISTEN needs BOT_WEBHOOK_URL: a bot that polls opens no port")
        if self.metrics_listen.rpartition(":")[2] == (self.listen or DEFAULT_LISTEN).rpartition(":")[2]:
            raise ValueError("BOT_METRICS_LISTEN needs a port of its own, not that of BOT_LISTEN")
        return self
