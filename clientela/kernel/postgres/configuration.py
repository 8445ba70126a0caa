"""The server's own configuration files, written anew at every start, so a new version of the product brings its own."""

from pathlib import Path

from clientela.kernel.postgres.place import Place

ROLE = "clientela"
DATABASE = "clientela"
SUPERUSER = "postgres"
OWN_CONFIGURATION = "own.conf"

# All processes of a small installation together stay under 700 MB, so the server is kept small. Who has more memory
# writes larger numbers into own.conf beside the data folder.
SETTINGS = {
    "listen_addresses": "",  # the Unix socket only: no port to clash with, nothing to reach from outside
    "max_connections": "60",
    "shared_buffers": "64MB",
    "effective_cache_size": "512MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "autovacuum_max_workers": "2",
    "io_method": "sync",  # saves three standing processes
    "jit": "off",
    "random_page_cost": "1.1",  # disks without a moving head
    "wal_level": "minimal",  # nobody replicates from the embedded server; backups are dumps
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",  # we read the log ourselves when a start fails
    # Customers' data stays out of the log: neither statements nor the values that broke a constraint.
    "log_min_messages": "error",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
# For tests only: the data may be lost when the machine stops.
DISPOSABLE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def write_configuration(place: Place, socket_folder: Path, *, disposable: bool) -> None:
    """Write server.conf, hba.conf and ident.conf. They hold no secret; the user of the server only reads them."""
    files = {"hba_file": place.folder / "hba.conf", "ident_file": place.folder / "ident.conf"}
    settings = {
        **SETTINGS,
        **(DISPOSABLE_SETTINGS if disposable else {}),
        "cluster_name": place.name,
        "unix_socket_directories": '"' + str(socket_folder).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        **{name: str(path) for name, path in files.items()},
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    own = place.folder / OWN_CONFIGURATION
    if own.exists():
        lines.append(f"include = {_quoted(str(own))}")
    _write(place.folder / "server.conf", lines)
    # Nobody is ever trusted without proof: the product shows its password, and only the user of the operating system
    # who owns the data anyway becomes the superuser. There is no line for TCP, so it would be refused even if on.
    _write(files["hba_file"], [f"local all {ROLE} scram-sha-256", f"local all {SUPERUSER} peer map=owner"])
    _write(files["ident_file"], [f'owner "{place.account.name}" {SUPERUSER}'])


def server_command(program: Path, place: Place) -> list[str]:
    """Return the command that starts the server."""
    return [str(program), "-D", str(place.data), "-c", f"config_file={place.folder / 'server.conf'}"]


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(["# Written anew by Clientela at every start.", *lines, ""]), encoding="utf-8")
    path.chmod(0o644)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
