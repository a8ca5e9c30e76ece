"""Settings: from flags, then the environment `HERITAGE_GRAPH_*`, then `heritage-graph.toml`, with their origin."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator, Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from heritage_graph.errors import SettingError
from heritage_graph.ingest.intake import GateLimits
from heritage_graph.store.remote.engine import Authentication, Dialect, Engine, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE: Final = "heritage-graph.toml"
PREFIX: Final = "HERITAGE_GRAPH_"

SECRETS: Final = frozenset({"engine_password"})
"""The settings that are told to nobody: not printed, not in a command line, not in a fault."""


def _words(value: object) -> object:
    """The items of a list that is given as text: of JSON, or else its words; anything else as it is."""
    if not isinstance(value, str):
        return value
    return json.loads(value) if value.lstrip().startswith("[") else value.replace(",", " ").split()


class Settings(BaseSettings):
    """Every setting, with its default; a description is the help of its flag and its line in the docs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE, extra="forbid", frozen=True, validate_default=True
    )

    data: Path = Field(Path("data"), description="The folder that holds the store and its generations.")
    engine: str = Field(
        "",
        description="The address at which a SPARQL 1.1 engine is queried, which then holds the graph in place of the "
        "data folder; none: the graph is in the data folder.",
    )
    engine_update: str = Field("", description="The address at which the engine takes updates; none: that of queries.")
    engine_graph_store: str = Field(
        "", description="The address of the engine's Graph Store Protocol; none: it is not used."
    )
    engine_dialect: Dialect = Field(
        Dialect.SPARQL11,
        description="sparql11: an engine with an unnamed default graph of its own, and one transaction a request; "
        "virtuoso: Virtuoso.",
    )
    engine_authentication: Scheme = Field(Scheme.NONE, description="How the engine learns who asks.")
    engine_user: str = Field("", description="The name by which the engine knows this service, for basic and digest.")
    engine_password: SecretStr = Field(
        SecretStr(""),
        description="The password, or the token for bearer; only from the environment or the file, and never shown.",
    )
    engine_timeout: float = Field(
        300.0, gt=0, le=86_400, description="Seconds that a commit, or a part of an index, may take on the engine."
    )
    engine_timeout_parameter: str = Field(
        "",
        pattern=r"^(?:[A-Za-z][A-Za-z0-9_-]*=\{(?:s|ms)\}s?)?$",
        description="The parameter by which the engine limits itself, 10 % below our time: timeout={ms} (Stardog), "
        "timeout={s} (GraphDB, Fuseki), timeout={s}s (QLever); none is sent otherwise, save to Virtuoso.",
    )
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 picks a free one.")
    public_url: str = Field("", description="The address that clients use for /sparql, when a proxy stands in front.")
    contact_email: str = Field(
        "",
        pattern=r"^([A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)?$",
        description="The mail address for questions about the data, which the descriptions tell; none: none is told.",
    )
    shared: Path | None = Field(
        None,
        description="The folder of what all nodes behind one address share: API keys, the key of cursors, kept queries "
        "and the answers to changes that were sent twice; none: the data folder.",
    )
    readers: int = Field(3, ge=1, le=64, description="Processes that run short queries; as many again run long ones.")
    query_timeout: float = Field(10.0, gt=0, le=3600, description="Seconds that a query may run.")
    query_memory_mb: int = Field(512, ge=320, description="MiB that a query may use.")
    in_memory_mb: int = Field(
        2048, ge=0, description="MiB up to which the published view is held in memory for the readers; 0: never."
    )
    result_mb: int = Field(50, ge=1, description="MiB that a result may have.")
    result_rows: int = Field(100_000, ge=1, description="Rows, or statements of a graph, that a result may have.")
    cache_mb: int = Field(64, ge=0, description="MiB of results that are kept for whoever asks the same; 0: none.")
    federation: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)] = Field(
        (), description="SPARQL endpoints that queries may call with SERVICE, as absolute IRIs; none: SERVICE is off."
    )
    queue: int = Field(64, ge=1, description="How many short queries may wait, and how many long ones.")
    client_queries: int = Field(2, ge=1, description="How many queries of one client may run or wait at once.")
    client_seconds: float = Field(60.0, gt=0, description="Seconds of query time that a client has in a minute.")
    oai_page: int = Field(
        100, ge=1, le=1000, description="Records in a page of /oai; fewer for harvesters whose time runs out."
    )
    document_mb: int = Field(64, ge=1, description="MiB that a submitted document may have, after decompression.")
    gate_timeout: float = Field(60.0, gt=0, description="Seconds that parsing, checking and inferring may take.")
    gate_memory_mb: int = Field(4096, ge=256, description="MiB that parsing, checking and inferring may use.")
    job_timeout: float = Field(600.0, gt=0, le=86_400, description="Seconds that a job may run.")
    job_readers: int = Field(1, ge=1, le=16, description="How many jobs run at once, beside the readers.")
    job_days: int = Field(7, ge=1, le=365, description="Days that the result of a job is kept.")
    job_mb: int = Field(2048, ge=1, description="MiB that the results of all jobs may take together.")
    header_timeout: float = Field(
        10.0, gt=0, le=600, description="Seconds in which a request's header must come, and an idle connection speak."
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_words)] = Field(
        (), description="Addresses or networks of proxies whose X-Forwarded-For is believed; none: it is not read."
    )
    stop_grace: int = Field(25, ge=0, description="Seconds that running requests may go on once asked to stop.")
    disk_reserve_mb: int = Field(256, ge=1, description="MiB of free disk space below which writes are refused.")
    records: bool = Field(
        default=True,
        description="Whether the shipped records of public pages come in with the shipped dataset, or its documents "
        "alone do.",
    )
    dumps: bool = Field(
        default=True,
        description="Keep the last generation and every release as files to download; they take about as much disk.",
    )
    mapping_python: Path | None = Field(
        None, description="The Python of the environment with morph-kgc, which maps tables; none: that of make mapping."
    )
    allow_unconfined: bool = Field(
        default=False, description="Serve where the platform cannot keep queries off the network."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - there are no .env files here
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - nor secrets folders
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags beat the environment, which beats the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def shared_folder(self) -> Path:
        """Where the files are that all nodes behind one address share."""
        return self.shared or self.data

    @property
    def makes_dumps(self) -> bool:
        """Whether generations are kept as files; an engine keeps none that could be."""
        return self.dumps and not self.engine

    def remote_engine(self) -> Engine | None:
        """The engine that holds the graph; None when the data folder does.

        Raises:
            SettingError: an address is none, or what the authentication needs is missing.
        """
        if not self.engine:
            return None
        return Engine(
            query=self.engine,
            update=self.engine_update or self.engine,
            graph_store=self.engine_graph_store or None,
            dialect=self.engine_dialect,
            authentication=Authentication(
                self.engine_authentication, self.engine_user, self.engine_password.get_secret_value()
            ),
            timeout_s=self.engine_timeout,
            own_timeout=self.engine_timeout_parameter,
        )

    def gate_limits(self) -> GateLimits:
        """What one submission may take."""
        return GateLimits(
            seconds=self.gate_timeout,
            memory_bytes=self.gate_memory_mb << 20,
            document_bytes=self.document_mb << 20,
        )


def load_settings(flags: Mapping[str, object], *, environment: Mapping[str, str]) -> Settings:
    """The settings that *flags* (None: not given), the environment and the file in the working folder give.

    Raises:
        SettingError: one is unknown, missing or out of its range; the message names it and its origin.
    """
    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for variable in environment:
        if variable.startswith(PREFIX) and variable not in known:
            raise SettingError(f"the environment variable {variable} is no setting; see heritage-graph settings")
    try:
        return Settings(**given)
    except ValidationError as fault:
        first = fault.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        given_value = "" if name in SECRETS else f" (given: {first['input']!r})"
        raise SettingError(f"setting {name!r}: {first['msg']}{given_value}") from None
    except tomllib.TOMLDecodeError as fault:
        raise SettingError(f"{FILE}: {fault}") from fault


def origins(flags: Mapping[str, object], *, environment: Mapping[str, str]) -> dict[str, str]:
    """For each setting where its value comes from: `flag`, `environment`, the file's name, or `default`."""
    path = Path(FILE)
    in_file = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found = {}
    for name in Settings.model_fields:
        if flags.get(name) is not None:
            found[name] = "flag"
        elif f"{PREFIX}{name.upper()}" in environment:
            found[name] = "environment"
        else:
            found[name] = FILE if name in in_file else "default"
    return found
