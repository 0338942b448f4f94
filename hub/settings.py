"""What an operator may set: environment variables with the prefix PHAROS_, or `.env`.

Built once, at the edge, and passed down; nothing below hub reads the environment.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit import zones
from kit.lookalike import domains_of

#: The checkout: code, web files and training data lie below it.
ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PHAROS_", env_file=".env", extra="ignore")

    host: str = "127.0.0.1"  # address the service listens on
    port: int = 8080
    ops_port: int | None = None  # /readyz and /metrics, loopback only; default: port + 1
    data_dir: Path = Path("var")  # database, model, index, logs
    database_url: str | None = None  # default: an SQLite file in the data folder
    secret_key: SecretStr | None = None  # keys address hashes; default: a file in the data folder
    assistant_urls: str = ""  # comma-separated; `pharos up` fills it with the worker it starts
    assistant_secret: SecretStr = SecretStr("")  # shared with the assistant's processes
    allowed_origins: str = ""  # comma-separated origins that may embed the bubble
    exchange_url: str = ""  # the exchange's public REST API, e.g. https://www.bitmex.com/api/v1; empty: no live numbers
    public_url: str = ""  # https address customers reach this service at: links in messages, the webhook
    official_domains: str = "bitmex.com"  # comma-separated; what is below one is official too
    telegram_token: SecretStr | None = None  # of the bot, from @BotFather; None: no Telegram
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None  # A-Z a-z 0-9 _ -; default: derived from the secret key
    telegram_api_url: str = "https://api.telegram.org"  # of the Bot API
    smtp_url: SecretStr | None = None  # smtp://, smtp+starttls:// or smtps://user:password@host:port; None: no mail
    mail_from: str = ""  # what mail comes from, e.g. Support <support@exchange.example>
    webhook_private: bool = False  # webhooks may lead to private addresses, and need no https
    embedding_model: str = ""  # default: the packaged all-MiniLM-L6-v2
    identity_algorithm: str = "HS256"  # of the exchange site's tokens; HS256 or RS256
    identity_key: SecretStr | None = None  # shared secret or PEM public key; None refuses identities
    identity_jwks_url: str | None = None  # instead of identity_key, for RS256
    identity_issuer: str | None = None
    identity_audience: str = "pharos"
    require_totp: bool = False  # leads and admins must have a second factor
    desk_zone: str = "UTC"  # IANA name: days of reports begin and end there
    limit_open: str = "30/minute"  # new conversations per address
    limit_address: str = "600/minute"  # customer API calls per address
    limit_messages: str = "30/minute"  # messages per conversation
    limit_tickets_per_day: int = Field(default=3, ge=1)  # open tickets per anonymous address and day

    @field_validator("desk_zone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        if name != "UTC" and zones.known(name) == "UTC":
            raise ValueError(f"'{name}' is not a time zone; write its IANA name, such as Asia/Hong_Kong")
        return name

    @property
    def database(self) -> str:
        """SQLAlchemy URL with an async driver."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{(self.data_dir / 'pharos.db').absolute()}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def public_site(self) -> str:
        """The public address without a slash at its end; empty when none is set."""
        return self.public_url.rstrip("/")

    @property
    def domains(self) -> tuple[str, ...]:
        """The official domains, and the one this service is reached at: links of ours lead nowhere else."""
        own = urlsplit(self.public_url).hostname
        return (*domains_of(self.official_domains), *([own] if own else []))

    @property
    def official_address(self) -> str:
        """Where customers find the real support: the public address, else the first official domain."""
        domain = next(iter(self.domains), "")
        return self.public_site or (f"https://{domain}" if domain else "")

    @property
    def kb_dir(self) -> Path:
        return self.data_dir / "kb"

    @property
    def assistants(self) -> list[str]:
        return [url.strip().rstrip("/") for url in self.assistant_urls.split(",") if url.strip()]

    @property
    def origins(self) -> list[str]:
        return [origin.strip() for origin in self.allowed_origins.split(",") if origin.strip()]

    def key(self) -> bytes:
        """Return the secret key, making one in the data folder the first time."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32))
        return path.read_text().encode()
